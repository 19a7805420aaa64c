import Foundation
import OTLP
import SegmentStore
import Synchronization
import TelemetryStore

/// A fresh folder that goes away with the test.
final class TemporaryFolder: Sendable {
    let path: String

    init() {
        path = NSTemporaryDirectory() + "segment-store-" + UUID().uuidString
    }

    /// The names of its segment files, in order.
    var segments: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
            .filter { $0.hasPrefix("segment-") && $0.hasSuffix(".sqlite") }.sorted()
    }

    /// Bytes of all its files.
    var byteCount: Int {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).reduce(0) { sum, name in
            let size = (try? FileManager.default.attributesOfItem(atPath: path + "/" + name))?[.size] as? Int
            return sum + (size ?? 0)
        }
    }

    func bytes(of name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)))
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

extension SegmentStore {
    /// A store that flushes only when it is told to.
    static func writing(_ folder: TemporaryFolder) throws -> SegmentStore {
        try SegmentStore.open(writing: folder.path, options: Options(flushInterval: .seconds(3_600)))
    }

    /// Everything it holds of the traces signal, a span a line.
    func allSpans() async throws -> [Span] {
        var spans: [Span] = []
        try await export(.traces) { batch in
            if case .traces(let data) = batch { spans += data.spans }
        }
        return spans
    }
}

/// Keeps what a store reports.
final class RecordedEvents: Sendable {
    private let state = Mutex((damages: [StoreError](), retired: 0, failures: [StoreError]()))

    var damages: [StoreError] { state.withLock { $0.damages } }
    var retired: Int { state.withLock { $0.retired } }
    var failures: [StoreError] { state.withLock { $0.failures } }

    @Sendable func take(_ event: StoreEvent) {
        state.withLock { state in
            switch event {
            case .damaged(let error): state.damages.append(error)
            case .retired: state.retired += 1
            case .maintenanceFailed(let error), .flushFailed(let error): state.failures.append(error)
            default: break
            }
        }
    }
}

extension TracesData {
    var spans: [Span] { resourceSpans.flatMap(\.scopeSpans).flatMap(\.spans) }

    /// One resource, one scope, these spans.
    init(_ spans: [Span], service: String = "tutor") {
        self.init(resourceSpans: [
            ResourceSpans(
                resource: Resource(attributes: [Attribute("service.name", .string(service))]),
                scopeSpans: [ScopeSpans(scope: InstrumentationScope(name: "test", version: "1"), spans: spans)])
        ])
    }
}

extension LogsData {
    var records: [LogRecord] { resourceLogs.flatMap(\.scopeLogs).flatMap(\.logRecords) }

    init(_ records: [LogRecord], service: String = "tutor") {
        self.init(resourceLogs: [
            ResourceLogs(
                resource: Resource(attributes: [Attribute("service.name", .string(service))]),
                scopeLogs: [ScopeLogs(scope: InstrumentationScope(name: "test"), logRecords: records)])
        ])
    }
}

extension Span {
    /// A span with a little of everything.
    static func sample(trace: UInt64, span: UInt64, parent: UInt64 = 0, requestID: String? = nil) -> Span {
        var made = Span(
            traceID: TraceID(high: 7, low: trace), spanID: SpanID(span), parentSpanID: SpanID(parent),
            traceState: "vendor=1", flags: 0x101, name: "POST /lessons/{id} ✓", kind: .server,
            startTimeUnixNano: 1_700_000_000_000_000_000 + span, endTimeUnixNano: 1_700_000_000_250_000_000 + span,
            attributes: [
                Attribute("http.response.status_code", 503), Attribute("ratio", .double(-0.0)),
                Attribute("nan", .double(.nan)),
                Attribute("twice", "a"), Attribute("twice", "b"), Attribute("empty", .empty),
                Attribute(key: "absent", value: nil), Attribute("text", ""), Attribute("raw", .bytes([0, 255, 10])),
                Attribute("list", .array([1, "x", .empty, .map([Attribute("k", true)])])),
                Attribute("map", .map([Attribute("a", .int(.min)), Attribute(key: "b", value: nil)])),
            ],
            droppedAttributesCount: 3,
            events: [
                Event(
                    timeUnixNano: 1_700_000_000_100_000_000, name: "exception",
                    attributes: [Attribute("exception.message", "no such lesson")], droppedAttributesCount: 1)
            ],
            droppedEventsCount: 1,
            links: [Link(traceID: TraceID(high: 9, low: trace), spanID: SpanID(5), traceState: "l=1", flags: 1)],
            droppedLinksCount: 2, status: Status(code: .error, message: "failed"))
        if let requestID { made.attributes.append(Attribute("request.id", .string(requestID))) }
        return made
    }
}
