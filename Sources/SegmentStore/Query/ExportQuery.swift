import Foundation
import GRDB
import OTLP
import TelemetryStore

/// Everything that one segment holds of a signal, as of one moment: a batch for each block, then one for each body of
/// the inbox.
enum ExportQuery {
    static func read(
        _ signal: Signal, of segment: Segment, _ receive: (ExportBatch) throws -> Void
    ) throws {
        try segment.database.read { database in
            let payloads = try Data.fetchCursor(
                database, sql: "SELECT payload FROM blocks WHERE signal = ? ORDER BY id", arguments: [signal.rawValue])
            while let payload = try payloads.next() { try receive(try batch([UInt8](payload), signal)) }
            for body in try InboxBody.fetch(database) where body.signal == signal {
                try receive(try batch(body))
            }
        }
    }

    private static func batch(_ payload: [UInt8], _ signal: Signal) throws(StoreError) -> ExportBatch {
        switch signal {
        case .traces:
            var spans = RecordGrouping<Span>()
            try SpanBlock.read(payload, wanted: nil) { spans.append($0, from: $1) }
            return .traces(spans.data)
        case .logs:
            var logs = RecordGrouping<LogRecord>()
            try LogBlock.read(payload, wanted: nil) { logs.append($0, from: $1) }
            return .logs(logs.data)
        case .metrics:
            var metrics = RecordGrouping<Metric>()
            try MetricBlock.read(payload) { metrics.append($0, from: $1) }
            return .metrics(metrics.data)
        }
    }

    private static func batch(_ body: InboxBody) throws(WireError) -> ExportBatch {
        switch body.signal {
        case .traces: .traces(try TracesData(protobuf: body.bytes))
        case .logs: .logs(try LogsData(protobuf: body.bytes))
        case .metrics: .metrics(try MetricsData(protobuf: body.bytes))
        }
    }
}
