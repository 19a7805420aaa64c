/// Every bound of the viewer, with its reason and what happens there.
public enum Limits {
    /// Spans that a story prints. Nobody reads more in a terminal; the rest is folded and counted.
    public static let rowsMax = 200
    /// Different log lines printed under one span; the rest is in `--json`.
    static let logRowsPerSpanMax = 20
    /// Siblings that do the same become one row from here on.
    static let similarSpansMin = 5
    /// Failed ones of such siblings that keep a row of their own; the others are counted with a mark.
    static let failedSimilarSpansMax = 20
    /// Cells that the name of similar siblings keeps before figures about them take room.
    static let similarNameCellsMin = 8
    /// The narrowest screen that is laid out; a narrower one is printed as if it were this wide.
    static let widthMin = 40
    /// The widest screen that is laid out: beyond it the eye loses the line.
    static let widthMax = 240
    /// Below it there is no room for bars.
    static let barsWidthMin = 60
    /// From here on the time of a span's own is a column.
    static let selfTimeWidthMin = 100
    /// From here on cost and attributes are columns.
    static let attributesWidthMin = 140
    /// Tree guides take at most this part of the label column; deeper spans say their depth as a number.
    static let guidesShareMax = 0.5
    /// Lines about missing telemetry and clocks above the interactive tree; what is more is counted in the last.
    static let browserNotesMax = 4
    /// Cells that a text in a table keeps before a column of less weight leaves.
    static let textCellsMin = 8
    /// Cells that the id of a request may take in a list on any screen; on a wide one it may take a quarter.
    static let idCellsMin = 24
    /// Problems of the telemetry that the verdict lists; the rest is counted.
    static let problemsMax = 5
    /// Characters of one value that the verdict prints.
    static let messageLengthMax = 400
    /// Frames of a folded stack; deeper ones begin anew, or a chain of 100,000 spans would be a terabyte.
    static let stackDepthMax = 512
    /// Lanes of one service in a Chrome trace; what overlaps more shares the last.
    static let lanesMax = 200
    /// Calls in a Mermaid diagram: nobody can follow more.
    static let messagesMax = 200
    /// An exported page can be sent by mail and opened by anything.
    static let pageBytesMax = 200_000
    /// Names of attributes of which masking remembers whether they are sensitive; others are looked at anew.
    static let sensitiveNamesMax = 4_096
}
