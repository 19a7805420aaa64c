/// Every bound of the viewer, with its reason and what happens there.
enum Limits {
    /// Spans that a story prints. Nobody reads more in a terminal; the rest is folded and counted.
    static let rowsMax = 200
    /// Different log lines printed under one span; the rest is in `--json`.
    static let logRowsPerSpanMax = 20
    /// The narrowest screen that is laid out; a narrower one is printed as if it were this wide.
    static let widthMin = 40
    /// The widest screen that is laid out: beyond it the eye loses the line.
    static let widthMax = 240
}
