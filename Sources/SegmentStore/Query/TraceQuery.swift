import Foundation
import GRDB
import OTLP
import TelemetryStore

/// All records of some traces: from the blocks that the trace index names, and from the inbox.
struct TraceQuery {
    let wanted: Set<TraceID>
    private var spans = RecordGrouping<Span>()
    private var seen: Set<Span> = []
    private var logs = RecordGrouping<LogRecord>()

    init(_ traces: [TraceID]) {
        wanted = Set(traces)
    }

    var result: TraceRecords { TraceRecords(traces: spans.data, logs: logs.data) }

    /// Adds what one segment holds, as of one moment.
    mutating func read(_ segment: Segment) throws(StoreError) {
        let query = self
        let stored = try storeErrors(at: segment.path) {
            try segment.database.read { database in
                (blocks: try query.blocks(database), inbox: try InboxBody.fetch(database))
            }
        }
        for (signal, payload) in stored.blocks { try read(payload, signal) }
        do throws(WireError) {
            for body in stored.inbox { try read(body) }
        } catch {
            throw StoreError(error, at: segment.path)
        }
    }

    private func blocks(_ database: Database) throws -> [(Signal, [UInt8])] {
        var ids: Set<Int64> = []
        for trace in wanted {
            ids.formUnion(
                try Int64.fetchAll(
                    database, sql: "SELECT block FROM traces WHERE trace_id = ?", arguments: [trace.data]))
        }
        return try ids.sorted().compactMap { id in
            let row = try Row.fetchOne(
                database, sql: "SELECT signal, payload FROM blocks WHERE id = ?", arguments: [id])
            guard let row, let signal = Signal(rawValue: row[0]) else { return nil }
            return (signal, [UInt8](row[1] as Data))
        }
    }

    private mutating func read(_ payload: [UInt8], _ signal: Signal) throws(StoreError) {
        switch signal {
        case .traces:
            var found: [(Span, BlockReader.Origin)] = []
            try SpanBlock.read(payload, wanted: wanted) { found.append(($0, $1)) }
            for (span, origin) in found { append(span, from: origin) }
        case .logs:
            try LogBlock.read(payload, wanted: wanted) { logs.append($0, from: $1) }
        case .metrics: break
        }
    }

    private mutating func read(_ body: InboxBody) throws(WireError) {
        switch body.signal {
        case .traces:
            var walker = ExportWalker(WantedSpans(wanted: wanted))
            try walker.walk(body.bytes.span)
            for (span, origin) in walker.visitor.found { append(span, from: origin) }
        case .logs:
            var walker = ExportWalker(WantedLogRecords(wanted: wanted))
            try walker.walk(body.bytes.span)
            for (record, origin) in walker.visitor.found { logs.append(record, from: origin) }
        case .metrics: break
        }
    }

    /// A span that its client sent again is kept once.
    private mutating func append(_ span: Span, from origin: BlockReader.Origin) {
        if seen.insert(span).inserted { spans.append(span, from: origin) }
    }
}

/// Builds values only of the spans that are wanted.
private struct WantedSpans: RecordVisitor {
    let wanted: Set<TraceID>
    var found: [(Span, BlockReader.Origin)] = []
    private var origin = BlockReader.Origin(resourceSchemaURL: "", scopeSchemaURL: "")

    init(wanted: Set<TraceID>) { self.wanted = wanted }

    mutating func beginResource(
        _ resource: WireRange?, schemaURL: WireRange, in bytes: ByteSpan
    ) throws(WireError) { try origin.beginResource(resource, schemaURL, bytes) }

    mutating func beginScope(_ scope: WireRange?, schemaURL: WireRange, in bytes: ByteSpan) throws(WireError) {
        try origin.beginScope(scope, schemaURL, bytes)
    }

    mutating func take(_ record: borrowing SpanReader, in bytes: ByteSpan) throws(WireError) {
        if wanted.contains(record.traceID) { found.append((try Span(record, in: bytes), origin)) }
    }
}

/// Builds values only of the log records that are wanted.
private struct WantedLogRecords: RecordVisitor {
    let wanted: Set<TraceID>
    var found: [(LogRecord, BlockReader.Origin)] = []
    private var origin = BlockReader.Origin(resourceSchemaURL: "", scopeSchemaURL: "")

    init(wanted: Set<TraceID>) { self.wanted = wanted }

    mutating func beginResource(
        _ resource: WireRange?, schemaURL: WireRange, in bytes: ByteSpan
    ) throws(WireError) { try origin.beginResource(resource, schemaURL, bytes) }

    mutating func beginScope(_ scope: WireRange?, schemaURL: WireRange, in bytes: ByteSpan) throws(WireError) {
        try origin.beginScope(scope, schemaURL, bytes)
    }

    mutating func take(_ record: borrowing LogRecordReader, in bytes: ByteSpan) throws(WireError) {
        if wanted.contains(record.traceID) { found.append((try LogRecord(record, in: bytes), origin)) }
    }
}

extension BlockReader.Origin {
    fileprivate mutating func beginResource(
        _ message: WireRange?, _ schemaURL: WireRange, _ bytes: ByteSpan
    ) throws(WireError) {
        resource = if let message { try Resource(message, in: bytes) } else { nil }
        resourceSchemaURL = bytes.string(schemaURL)
    }

    fileprivate mutating func beginScope(
        _ message: WireRange?, _ schemaURL: WireRange, _ bytes: ByteSpan
    ) throws(WireError) {
        scope = if let message { try InstrumentationScope(message, in: bytes) } else { nil }
        scopeSchemaURL = bytes.string(schemaURL)
    }
}
