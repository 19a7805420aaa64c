public import OTLP

// A question in SQL and its answer as the query API carries them.
//
// Source: Documentation/Formats/query-api.md.

extension SQLQuery {
    public func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("sql", text)
            writer.member("rowsMax", rowsMax)
            writer.member("timeoutSeconds", timeout.seconds)
        }
        return writer.bytes
    }

    /// Bounds: what is asked for beyond the limits of this store is lowered to them.
    public init(json bytes: [UInt8]) throws(JSONError) {
        self.init("")
        var json = JSONReader(bytes)
        try json.beginObject()
        while let key = try json.nextKey() {
            switch key {
            case "sql": text = try json.string()
            case "rowsMax":
                rowsMax = max(0, min(try json.number().integer() ?? Limits.sqlRowsMax, Limits.sqlRowsAskedMax))
            case "timeoutSeconds":
                let seconds = try json.number().double ?? Limits.sqlTimeout.seconds
                timeout = seconds >= 0 && seconds < Limits.sqlTimeout.seconds ? .seconds(seconds) : Limits.sqlTimeout
            default: try json.skip()
            }
        }
        try json.end()
    }
}

extension Duration {
    fileprivate var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}

extension SQLTable {
    /// `{"columns":[…],"rows":[[…]],"truncated":false}`; a blob is `{"hex":"…"}`, an infinity `{"real":"Infinity"}`.
    public func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.array("columns") { writer in for column in columns { writer.value(column) } }
            writer.array("rows") { writer in
                for row in rows {
                    writer.array { writer in for value in row { value.write(to: &writer) } }
                }
            }
            writer.member("truncated", isTruncated)
        }
        return writer.bytes
    }

    public init(json bytes: [UInt8]) throws(JSONError) {
        self.init()
        var json = JSONReader(bytes)
        try json.beginObject()
        while let key = try json.nextKey() {
            switch key {
            case "columns":
                try json.beginArray()
                while try json.nextElement() { columns.append(try json.string()) }
            case "rows":
                try json.beginArray()
                while try json.nextElement() {
                    var row: [SQLValue] = []
                    try json.beginArray()
                    while try json.nextElement() { row.append(try SQLValue(from: &json)) }
                    rows.append(row)
                }
            case "truncated": isTruncated = try json.bool()
            default: try json.skip()
            }
        }
        try json.end()
    }
}

extension SQLValue {
    public func write(to writer: inout JSONWriter) {
        switch self {
        case .null: writer.null()
        case .integer(let value): writer.value(value)
        case .real(let value) where value.isFinite: writer.value(value)
        case .real(let value): writer.object { $0.member("real", value) }
        case .text(let value): writer.value(value)
        case .blob(let bytes):
            writer.object { $0.member("hex", bytes.map { String(UInt16($0) + 256, radix: 16).dropFirst() }.joined()) }
        }
    }

    fileprivate init(from json: inout JSONReader) throws(JSONError) {
        self = .null
        switch try json.nextKind() {
        case .null, .array: try json.skip()
        case .bool: self = .integer(try json.bool() ? 1 : 0)
        case .string: self = .text(try json.string())
        case .number:
            // 5.0 is a real and 5 an integer.
            let text = String(decoding: try json.rawValue(), as: UTF8.self)
            self = Int64(text).map(SQLValue.integer) ?? .real(Double(text) ?? .nan)
        case .object:
            try json.beginObject()
            while let key = try json.nextKey() {
                switch key {
                case "hex": self = .blob(SQLValue.bytes(hex: try json.string()))
                case "real": self = .real(try json.string() == "-Infinity" ? -.infinity : .infinity)
                default: try json.skip()
                }
            }
        }
    }

    private static func bytes(hex text: String) -> [UInt8] {
        let digits = text.utf8.compactMap(Hexadecimal.digit)
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
