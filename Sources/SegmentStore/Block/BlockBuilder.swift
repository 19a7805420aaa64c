import OTLP

/// What the blocks of all three signals are made of: a dictionary, attribute columns, origins, traces and plain columns.
struct BlockBuilder {
    var strings = ByteDictionary()
    var attributes = AttributeColumns()
    private(set) var traces: [TraceRun] = []
    private(set) var rowCount = 0

    private var columns = [Column](repeating: Column(), count: BlockColumn.allCases.count)
    private let origins: OriginTable
    private var originCodes: [UInt32: Int] = [:]
    private var usedOrigins: [OriginTable.Origin] = []

    /// The rows of one trace.
    struct TraceRun {
        var traceID: TraceID
        var firstRow: Int
        var rowCount: Int
    }

    init(origins: OriginTable) {
        self.origins = origins
    }

    subscript(column: BlockColumn) -> Column {
        _read { yield columns[column.rawValue] }
        _modify { yield &columns[column.rawValue] }
    }

    mutating func beginRow(of location: RecordLocation) {
        let code = originCodes[location.origin] ?? usedOrigins.count
        if code == usedOrigins.count {
            originCodes[location.origin] = code
            usedOrigins.append(origins.origins[Int(location.origin)])
        }
        self[.rowOrigin].append(code)
        if let last = traces.last, last.traceID == location.traceID {
            traces[traces.count - 1].rowCount += 1
        } else {
            traces.append(TraceRun(traceID: location.traceID, firstRow: rowCount, rowCount: 1))
        }
        rowCount += 1
    }

    /// The code of a text of the request body.
    mutating func append(_ text: WireRange, in body: ByteSpan, to column: BlockColumn) {
        self[column].append(strings.code(of: text, in: body))
    }

    mutating func append(_ views: some Collection<AttributeView>, in body: ByteSpan, to column: BlockColumn) {
        self[column].append(attributes.append(views, in: body, &strings))
    }

    /// The finished block.
    mutating func encoded(level: Int32) -> [UInt8] {
        for origin in usedOrigins {
            appendMessage(origin.resource)
            self[.origins].append(strings.code(of: origin.resourceSchemaURL.span))
            appendMessage(origin.scope)
            self[.origins].append(strings.code(of: origin.scopeSchemaURL.span))
        }
        for trace in traces {
            self[.traceID].append(fixed: trace.traceID.high)
            self[.traceID].append(fixed: trace.traceID.low)
            self[.traceRowCount].append(trace.rowCount)
        }
        var encoded = attributes.encoded()
        encoded.append((BlockColumn.strings.rawValue, strings.column()))
        for column in BlockColumn.allCases where !self[column].bytes.isEmpty {
            encoded.append((column.rawValue, self[column].bytes))
        }
        return BlockPayload.encode(rowCount: rowCount, columns: encoded, level: level)
    }

    /// 0 for no message, else the code of its bytes + 1.
    private mutating func appendMessage(_ message: [UInt8]?) {
        self[.origins].append(message.map { UInt64(strings.code(of: $0.span)) + 1 } ?? 0)
    }
}
