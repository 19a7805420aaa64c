import OTLP
import TelemetryStore

/// Everything that a block holds, a group at a time, as bodies of export requests.
enum ExportQuery {
    /// The records of one group, as the body of an export request.
    static func body(of signal: Signal, group: Int, in block: BlockReader) throws(StoreError) -> [UInt8] {
        var bodies = OriginBodies()
        if signal == .metrics {
            var points = PointGathering()
            try block.readPoints(ofGroup: group) { point in points.append(point) }
            for (origin, metric) in points.metrics { bodies.append(metric.protobuf, from: UInt64(origin)) }
        } else {
            try block.read(Array(block.groups[group].runs), ofGroup: group, signals: [signal]) {
                (_, _, origin, message) in bodies.append(message, from: origin)
            }
        }
        return bodies.request(block.origins)
    }

    /// Gives all records of a signal in one block; what is damaged is told of, and the rest given.
    static func read(
        _ signal: Signal, of stored: StoredBlock, _ damaged: (StoreError) -> Void,
        _ receive: (ExportBatch) throws -> Void
    ) throws {
        guard stored.counts[signal] > 0 else { return }
        var opened: BlockReader?
        try stored.reading(damaged) { () throws(StoreError) in opened = try stored.open() }
        guard let block = opened else { return }
        for group in block.groups.indices where block.groups[group].counts[signal] > 0 {
            var batch: ExportBatch?
            try stored.reading(damaged) { () throws(StoreError) in
                let body = try body(of: signal, group: group, in: block)
                batch = try storeErrors(at: nil) { try ExportBatch(body, of: signal) }
            }
            if let batch { try receive(batch) }
        }
    }
}

/// Points that follow each other and are of one metric, under that metric again.
private struct PointGathering {
    private(set) var metrics: [(origin: UInt32, metric: Metric)] = []
    private var last: (origin: UInt32, head: [UInt8])?

    mutating func append(_ point: MetricPoint) {
        if last?.origin != point.origin || last?.head != point.metric {
            guard let metric = try? Metric(protobuf: point.metric) else { return }
            metrics.append((point.origin, metric))
            last = (point.origin, point.metric)
        }
        metrics[metrics.count - 1].metric.append(point.value)
    }
}
