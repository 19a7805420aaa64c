import OTLP
import SimulatedDisk
import TelemetryStore

/// An export request whose records are all different, so that each can be found again and counted.
struct NumberedBody: Sendable {
    let number: UInt64
    let signal: Signal
    let protobuf: [UInt8]
    let records: [StoredRecord]

    /// Whether it is so old that retention may drop it whenever it looks: one body of seven.
    var isExpired: Bool { number % 7 == 0 }
    /// Nanoseconds since the Unix epoch: when most bodies were made, and when the expired ones were.
    static let (present, past): (UInt64, UInt64) = (1_700_000_000_000_000_000, 1_000_000_000_000_000_000)

    /// The trace that all spans and log records of the body belong to.
    var traceID: TraceID { TraceID(high: 7, low: number) }
    /// The id that its spans carry.
    var requestID: String { "request-\(number)" }

    /// A body of any signal: mostly of a few records, now and then of so many that the inbox compresses it.
    init(_ number: UInt64, using generator: inout SeededGenerator) {
        self.number = number
        let traceID = TraceID(high: 7, low: number)
        let count = Int.random(in: 0..<10, using: &generator) == 0 ? 150 : Int.random(in: 1...4, using: &generator)
        let names = (1...UInt64(count)).map { number << 16 | $0 }
        let time = number % 7 == 0 ? NumberedBody.past : NumberedBody.present
        let text = String(repeating: "lesson ", count: Int.random(in: 0...20, using: &generator))
        let resource = Resource(attributes: [Attribute("service.name", .string("tutor-\(number % 3)"))])
        signal = Signal.allCases.randomElement(using: &generator)!
        switch signal {
        case .traces:
            let spans = names.map { name in
                Span(
                    traceID: traceID, spanID: SpanID(name), parentSpanID: SpanID(name - 1), name: text,
                    startTimeUnixNano: time + name,
                    endTimeUnixNano: time + 1_000_000_000 + name,
                    attributes: [Attribute("request.id", .string("request-\(number)"))])
            }
            records = spans.map(StoredRecord.span)
            protobuf = TracesData(resourceSpans: [
                ResourceSpans(resource: resource, scopeSpans: [ScopeSpans(scope: nil, spans: spans)])
            ]).protobuf()
        case .logs:
            let logs = names.map { name in
                LogRecord(
                    timeUnixNano: time + name, severityNumber: .info, body: .string(text),
                    attributes: [Attribute("name", .int(Int64(name)))], traceID: traceID, spanID: SpanID(name))
            }
            records = logs.map(StoredRecord.logRecord)
            protobuf = LogsData(resourceLogs: [
                ResourceLogs(resource: resource, scopeLogs: [ScopeLogs(scope: nil, logRecords: logs)])
            ]).protobuf()
        case .metrics:
            let metrics = names.map { name in
                var point = NumberDataPoint()
                point.timeUnixNano = time + name
                point.value = .int(Int64(name))
                return Metric(name: "metric-\(name)", unit: text, data: .gauge([point]))
            }
            records = metrics.map(StoredRecord.metric)
            protobuf = MetricsData(resourceMetrics: [
                ResourceMetrics(resource: resource, scopeMetrics: [ScopeMetrics(scope: nil, metrics: metrics)])
            ]).protobuf()
        }
    }
}

/// A record of any signal, as it is sent and as it is found.
enum StoredRecord: Hashable, Sendable {
    case span(Span)
    case logRecord(LogRecord)
    case metric(Metric)
}

extension TelemetryStore {
    /// How often the store holds each record.
    func contents() async throws -> [StoredRecord: Int] {
        var counts: [StoredRecord: Int] = [:]
        for signal in Signal.allCases {
            try await export(signal) { batch in
                for record in batch.records { counts[record, default: 0] += 1 }
            }
        }
        return counts
    }
}

extension ExportBatch {
    var records: [StoredRecord] {
        switch self {
        case .traces(let data): data.resourceSpans.flatMap(\.scopeSpans).flatMap(\.spans).map(StoredRecord.span)
        case .logs(let data): data.resourceLogs.flatMap(\.scopeLogs).flatMap(\.logRecords).map(StoredRecord.logRecord)
        case .metrics(let data):
            data.resourceMetrics.flatMap(\.scopeMetrics).flatMap(\.metrics).map(StoredRecord.metric)
        }
    }
}
