public import OTLP
public import TelemetryStore

/// The body of an export request, and where its records stand: it was read whole, and nothing in it is rejected.
struct LocatedBody: Sendable {
    let signal: Signal
    let bytes: [UInt8]
    /// In the order in which they were sent, each with the place of its origin in `origins`. None of metrics, which are read as
    /// points when they become rows.
    private(set) var records: [RecordLocation] = []
    private(set) var origins: [WireOrigin] = []

    /// What it takes in memory.
    var memoryBytes: Int { bytes.count + records.count * MemoryLayout<RecordLocation>.stride }

    /// A body in which nothing is to be rejected. Its texts are not checked.
    init(trusted bytes: [UInt8], of signal: Signal) throws(WireError) {
        self.init(signal: signal, bytes: bytes)
        switch signal {
        case .traces: _ = try locate(SpanHeadReader.self, isTrusted: true)
        case .logs: _ = try locate(LogRecordHeadReader.self, isTrusted: true)
        case .metrics: break
        }
    }

    /// Reads a body as it came. When records of it are rejected it is void: their bytes are still among its own.
    ///
    /// Errors: `.malformed` when it is no export request of the signal.
    static func read(_ bytes: [UInt8], of signal: Signal) throws(StoreError) -> (
        body: LocatedBody, result: AppendResult
    ) {
        var body = LocatedBody(signal: signal, bytes: bytes)
        let result: AppendResult
        do throws(WireError) {
            result =
                switch signal {
                case .traces: try body.locate(SpanReader.self)
                case .logs: try body.locate(LogRecordReader.self)
                case .metrics: try body.countPoints()
                }
        } catch {
            throw StoreError(.malformed, error.description)
        }
        return (body, result)
    }

    private init(signal: Signal, bytes: [UInt8]) {
        self.signal = signal
        self.bytes = bytes
    }

    private mutating func locate<Reader: LocatedReader>(
        _ reader: Reader.Type, isTrusted: Bool = false
    ) throws(WireError) -> AppendResult {
        var walker = ExportWalker(RecordLocator<Reader>(), isTrusted: isTrusted)
        try walker.walk(bytes.span)
        records = walker.visitor.records
        origins = walker.visitor.origins
        return AppendResult(acceptedCount: records.count, walker.rejections)
    }

    private func countPoints() throws(WireError) -> AppendResult {
        var walker = ExportWalker(PointCounter())
        try walker.walk(bytes.span)
        return AppendResult(acceptedCount: walker.visitor.count, walker.rejections)
    }
}

/// A resource with a scope, as they stand in a body.
struct WireOrigin: Sendable {
    private(set) var resource: WireRange?
    private(set) var resourceSchemaURL = WireRange.empty
    private(set) var scope: WireRange?
    private(set) var scopeSchemaURL = WireRange.empty

    mutating func enter(resource: WireRange?, _ schemaURL: WireRange) {
        self.resource = resource
        resourceSchemaURL = schemaURL
    }

    mutating func enter(scope: WireRange?, _ schemaURL: WireRange) {
        self.scope = scope
        scopeSchemaURL = schemaURL
    }
}

/// Notes where the records of a body stand, and what trace order needs of them.
private struct RecordLocator<Reader: LocatedReader>: RecordVisitor {
    var records: [RecordLocation] = []
    var origins: [WireOrigin] = []
    private var origin = WireOrigin()

    mutating func beginResource(_ resource: WireRange?, schemaURL: WireRange, in bytes: ByteSpan) {
        origin.enter(resource: resource, schemaURL)
    }

    mutating func beginScope(_ scope: WireRange?, schemaURL: WireRange, in bytes: ByteSpan) {
        origin.enter(scope: scope, schemaURL)
        origins.append(origin)
    }

    mutating func take(_ record: borrowing Reader, in bytes: ByteSpan) {
        records.append(
            RecordLocation(
                traceID: record.traceID, spanID: record.spanID, timeUnixNano: record.orderTimeUnixNano,
                signal: Reader.signal, range: record.message, origin: UInt32(truncatingIfNeeded: origins.count - 1)))
    }
}

/// Counts the data points that can be taken.
private struct PointCounter: RecordVisitor {
    var count = 0

    mutating func beginResource(_ resource: WireRange?, schemaURL: WireRange, in bytes: ByteSpan) {}
    mutating func beginScope(_ scope: WireRange?, schemaURL: WireRange, in bytes: ByteSpan) {}
    mutating func take(_ metric: borrowing MetricReader, in bytes: ByteSpan) { count += metric.itemCount }
}

extension AppendResult {
    /// Reads a whole body, and counts what of it a store would take.
    ///
    /// Errors: `.malformed` when it is no export request of the signal.
    public init(countingRecordsOf body: [UInt8], _ signal: Signal) throws(StoreError) {
        self = try LocatedBody.read(body, of: signal).result
    }

    fileprivate init(acceptedCount: Int, _ rejections: Rejections) {
        self.init(
            acceptedCount: acceptedCount, rejectedCount: rejections.count, firstRejection: rejections.first)
    }
}
