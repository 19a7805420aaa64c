import OTLP
import TelemetryStore

/// What reading the blocks of all three signals has in common.
struct BlockReader {
    let rowCount: Int
    let strings: ByteDictionaryReader
    var attributes: AttributeColumnsReader
    let origins: [Origin]

    private var columns: [ColumnReader]

    /// Where rows come from, as values.
    struct Origin: Hashable {
        var resource: Resource?
        var resourceSchemaURL: String
        var scope: InstrumentationScope?
        var scopeSchemaURL: String
    }

    init(_ payload: [UInt8]) throws(StoreError) {
        let block = try BlockPayload(payload)
        let bytes = try block.columns()
        rowCount = block.rowCount
        columns = BlockColumn.allCases.map { ColumnReader(bytes[$0.rawValue] ?? []) }
        do throws(WireError) {
            strings = try ByteDictionaryReader(bytes[BlockColumn.strings.rawValue] ?? [0])
            attributes = try AttributeColumnsReader(bytes, strings)
            origins = try BlockReader.origins(bytes[BlockColumn.origins.rawValue] ?? [], strings)
        } catch {
            throw StoreError(.corrupt, "cannot read a block: its tables are damaged (\(error.code.rawValue))")
        }
    }

    subscript(column: BlockColumn) -> ColumnReader {
        _read { yield columns[column.rawValue] }
        _modify { yield &columns[column.rawValue] }
    }

    mutating func text(_ column: BlockColumn) throws(WireError) -> String {
        try strings.string(try self[column].next())
    }

    mutating func nextAttributes(_ column: BlockColumn) throws(WireError) -> [Attribute] {
        try attributes.next(try self[column].next(), strings)
    }

    mutating func nextOrigin() throws(WireError) -> Origin {
        let code = try self[.rowOrigin].next()
        guard code < UInt64(origins.count) else { throw WireError(.lengthBeyondMessage, at: 0) }
        return origins[Int(code)]
    }

    mutating func nextTraceID() throws(WireError) -> TraceID {
        TraceID(high: try self[.traceID].nextFixed(), low: try self[.traceID].nextFixed())
    }

    private static func origins(
        _ column: [UInt8], _ strings: ByteDictionaryReader
    ) throws(WireError) -> [Origin] {
        var origins: [Origin] = []
        var cursor = try WireCursor(column.span)
        while !cursor.isAtEnd {
            let resource = try cursor.varint(in: column.span)
            let resourceSchemaURL = try strings.string(try cursor.varint(in: column.span))
            let scope = try cursor.varint(in: column.span)
            let scopeSchemaURL = try strings.string(try cursor.varint(in: column.span))
            let bytes = strings.bytes.span
            origins.append(
                Origin(
                    resource: resource == 0 ? nil : try Resource(try strings.range(resource - 1), in: bytes),
                    resourceSchemaURL: resourceSchemaURL,
                    scope: scope == 0 ? nil : try InstrumentationScope(try strings.range(scope - 1), in: bytes),
                    scopeSchemaURL: scopeSchemaURL))
        }
        return origins
    }
}
