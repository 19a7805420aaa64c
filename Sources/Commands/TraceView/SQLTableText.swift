import OTLP
import TelemetryStore
import TraceView

/// A table of SQL values as text: in columns, as JSON lines, as CSV.
enum SQLTableText {
    /// What stands for NULL in columns: no word that a text could be.
    private static let null = "∅"

    // MARK: Columns

    /// Columns as wide as their widest value, numbers to the right. Nothing is cut, and nothing that a value holds reaches
    /// the terminal as a control.
    static func lines(_ table: SQLTable) -> [String] {
        let header = table.columns.map { VisibleText.visible($0) }
        let rows = table.rows.map { $0.map(text) }
        let widths = header.indices.map { column in
            rows.reduce(VisibleText.width(header[column])) { max($0, VisibleText.width($1[column])) }
        }
        let isRight = header.indices.map { column in
            table.rows.contains { $0[column].isNumber } && table.rows.allSatisfy { $0[column].isNumberOrNull }
        }
        func line(_ cells: [String]) -> String {
            let padded = cells.indices.map { column in
                let padding = String(repeating: " ", count: widths[column] - VisibleText.width(cells[column]))
                return isRight[column] ? padding + cells[column] : cells[column] + padding
            }
            let line = padded.joined(separator: "  ")
            return String(line[..<(line.lastIndex { $0 != " " }.map { line.index(after: $0) } ?? line.startIndex)])
        }
        return [line(header), line(widths.map { String(repeating: "─", count: $0) })] + rows.map(line)
    }

    private static func text(_ value: SQLValue) -> String {
        switch value {
        case .null: null
        case .integer(let number): String(number)
        case .real(let number): String(number)
        case .text(let text): VisibleText.visible(text)
        case .blob(let bytes): "X'" + hexadecimal(bytes) + "'"
        }
    }

    // MARK: JSON

    /// A row is an object on a line of its own; of columns with one name all are written.
    static func jsonLines(_ table: SQLTable) -> [UInt8] {
        var lines: [UInt8] = []
        for row in table.rows {
            var writer = JSONWriter()
            writer.object { writer in
                for (name, value) in zip(table.columns, row) {
                    writer.key(name)
                    value.write(to: &writer)
                }
            }
            lines += writer.bytes + [UInt8(ascii: "\n")]
        }
        return lines
    }

    // MARK: CSV

    /// NULL is nothing, an empty text `""`.
    ///
    /// Controls are shown as pictures, wherever it goes: what is piped is soon in a terminal. JSON has every text as it was.
    /// Source: RFC 4180, with line feeds.
    static func csv(_ table: SQLTable) -> String {
        func field(_ value: SQLValue) -> String {
            switch value {
            case .null: return ""
            case .integer(let number): return String(number)
            case .real(let number): return String(number)
            case .text(let text): return quoted(VisibleText.visible(text))
            case .blob(let bytes): return hexadecimal(bytes)
            }
        }
        let header = table.columns.map { quoted(VisibleText.visible($0)) }.joined(separator: ",")
        return ([header] + table.rows.map { $0.map(field).joined(separator: ",") }).map { $0 + "\n" }.joined()
    }

    private static func quoted(_ text: String) -> String {
        let isPlain = !text.isEmpty && !text.utf8.contains { "\",".utf8.contains($0) }
        return isPlain ? text : "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { String(UInt16($0) + 256, radix: 16).dropFirst() }.joined()
    }
}

extension SQLValue {
    fileprivate var isNumber: Bool {
        switch self {
        case .integer, .real: true
        case .null, .text, .blob: false
        }
    }

    fileprivate var isNumberOrNull: Bool { self == .null || isNumber }
}
