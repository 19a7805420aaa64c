import OTLP
import SegmentStore
import TelemetryStore

/// Records with their origins, however they were grouped: each as the bytes of a request that holds it alone, and how often.
///
/// Bytes, because texts that are canonically equivalent, and the many NaN, compare as equal.
struct StoredRecords: Equatable {
    private(set) var counts: [[UInt8]: Int] = [:]

    var count: Int { counts.values.reduce(0, +) }

    /// Whether all of them are among the others.
    func isSubset(of other: StoredRecords) -> Bool { counts.allSatisfy { $1 <= other.counts[$0] ?? 0 } }

    init() {}

    /// Everything that a store gives of all signals; what is damaged is left out by it.
    init(exportedBy store: SegmentStore) async throws {
        for signal in Signal.allCases {
            do {
                try await store.export(signal) { insert($0) }
            } catch let error as StoreError where error.code == .corrupt {}
        }
    }

    mutating func insert(_ batch: ExportBatch) {
        switch batch {
        case .traces(let data): insert(data)
        case .logs(let data): insert(data)
        case .metrics(let data): insert(data)
        }
    }

    mutating func insert(_ data: TracesData) {
        for group in data.resourceSpans {
            for scope in group.scopeSpans {
                for span in scope.spans {
                    var (group, scope) = (group, scope)
                    scope.spans = [span]
                    group.scopeSpans = [scope]
                    insert([1] + TracesData(resourceSpans: [group]).protobuf())
                }
            }
        }
    }

    mutating func insert(_ data: LogsData) {
        for group in data.resourceLogs {
            for scope in group.scopeLogs {
                for record in scope.logRecords {
                    var (group, scope) = (group, scope)
                    scope.logRecords = [record]
                    group.scopeLogs = [scope]
                    insert([2] + LogsData(resourceLogs: [group]).protobuf())
                }
            }
        }
    }

    mutating func insert(_ data: MetricsData) {
        for group in data.resourceMetrics {
            for scope in group.scopeMetrics {
                for metric in scope.metrics.flatMap(\.points) {
                    var (group, scope) = (group, scope)
                    scope.metrics = [metric]
                    group.scopeMetrics = [scope]
                    insert([3] + MetricsData(resourceMetrics: [group]).protobuf())
                }
            }
        }
    }

    private mutating func insert(_ bytes: [UInt8]) { counts[bytes, default: 0] += 1 }
}

extension Metric {
    /// The metric once for each of its points, or as it is when it has none.
    fileprivate var points: [Metric] {
        func with(_ data: Metric.Data) -> Metric {
            var metric = self
            metric.data = data
            return metric
        }
        let single: [Metric] =
            switch data {
            case nil: []
            case .gauge(let points): points.map { with(.gauge([$0])) }
            case .sum(let points, let temporality, let isMonotonic):
                points.map { with(.sum([$0], temporality: temporality, isMonotonic: isMonotonic)) }
            case .histogram(let points, let temporality):
                points.map { with(.histogram([$0], temporality: temporality)) }
            case .exponentialHistogram(let points, let temporality):
                points.map { with(.exponentialHistogram([$0], temporality: temporality)) }
            case .summary(let points): points.map { with(.summary([$0])) }
            }
        return single.isEmpty ? [self] : single
    }
}
