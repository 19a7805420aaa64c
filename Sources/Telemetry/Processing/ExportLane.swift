import OTLP

/// What waits to be sent of one signal.
protocol RecordSource: Sendable {
    var signal: Signal { get }
    /// Something waits.
    var hasWaiting: Bool { get }
    /// So much waits that it should not wait for the interval.
    var isFilling: Bool { get }
    /// There is always a next request: one a round is enough.
    var isEndless: Bool { get }
    /// The next request, at most so many records; `nil` when nothing waits.
    func next(resource: Resource, encoded: [UInt8], recordsMax: Int) -> PendingRequest?
    /// Says what became of a request.
    func finish(_ request: PendingRequest, dropped: Int)
}

/// A request that has been made and has not arrived yet: kept as it is for another attempt.
struct PendingRequest: Sendable {
    var body: [UInt8]
    var recordCount: Int
    /// What its records took in their queue.
    var queueBytes: Int
}

extension RecordQueue: RecordSource {
    var isEndless: Bool { false }

    func next(resource: Resource, encoded: [UInt8], recordsMax: Int) -> PendingRequest? {
        let batch = take(recordsMax: recordsMax)
        guard !batch.isEmpty else { return nil }
        return PendingRequest(
            body: batch.exportRequest(resource: encoded), recordCount: batch.recordCount, queueBytes: batch.byteCount)
    }

    func finish(_ request: PendingRequest, dropped: Int) {
        finish(records: request.recordCount, bytes: request.queueBytes, dropped: dropped)
    }
}

extension MetricRegistry: RecordSource {
    var signal: Signal { .metrics }
    /// Only collecting shows whether there is something to say.
    var hasWaiting: Bool { true }
    var isFilling: Bool { false }
    /// Sums since the beginning are there again as soon as they have been said.
    var isEndless: Bool { true }

    func next(resource: Resource, encoded: [UInt8], recordsMax: Int) -> PendingRequest? {
        let metrics = collect()
        guard !metrics.isEmpty else { return nil }
        let scope = ScopeMetrics(scope: ProcessResource.scope, metrics: metrics)
        let data = MetricsData(resourceMetrics: [ResourceMetrics(resource: resource, scopeMetrics: [scope])])
        return PendingRequest(
            body: data.protobuf(), recordCount: metrics.reduce(0) { $0 + ($1.data?.pointCount ?? 0) }, queueBytes: 0)
    }

    func finish(_ request: PendingRequest, dropped: Int) {
        countDroppedPoints(dropped)
    }
}

/// One signal's way: where it comes from, where it goes, and what has not arrived yet.
struct ExportLane {
    let source: any RecordSource
    /// Which of the worker's destinations.
    let destination: Int
    let interval: Duration
    let timeout: Duration
    let batchRecordsMax: Int
    var pending: PendingRequest?
    var nextExport: ContinuousClock.Instant

    init(
        _ source: any RecordSource, _ settings: Telemetry.SignalSettings, to destination: Int,
        _ now: ContinuousClock.Instant
    ) {
        self.source = source
        self.destination = destination
        interval = settings.interval
        timeout = settings.timeout
        batchRecordsMax = settings.batchRecordsMax
        nextExport = now + settings.interval
    }
}
