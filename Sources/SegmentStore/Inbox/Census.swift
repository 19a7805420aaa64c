public import OTLP
public import TelemetryStore

/// Counts the records of a request body that can be taken, and those that cannot.
struct Census<Reader: RecordReader>: RecordVisitor {
    private(set) var count = 0

    mutating func beginResource(_ resource: WireRange?, schemaURL: WireRange, in bytes: ByteSpan) {}
    mutating func beginScope(_ scope: WireRange?, schemaURL: WireRange, in bytes: ByteSpan) {}
    mutating func take(_ record: borrowing Reader, in bytes: ByteSpan) { count += record.itemCount }

    /// Reads a whole body. Malformed ones throw.
    static func take(of body: [UInt8]) throws(StoreError) -> AppendResult {
        var walker = ExportWalker(Census())
        do throws(WireError) {
            try walker.walk(body.span)
        } catch {
            throw StoreError(.malformed, error.description)
        }
        return AppendResult(
            acceptedCount: walker.visitor.count, rejectedCount: walker.rejections.count,
            firstRejection: walker.rejections.first)
    }
}

extension AppendResult {
    /// Reads a whole body, and counts what of it a store would take.
    ///
    /// Errors: `.malformed` when it is no export request of the signal.
    public init(countingRecordsOf body: [UInt8], _ signal: Signal) throws(StoreError) {
        self =
            switch signal {
            case .traces: try Census<SpanReader>.take(of: body)
            case .logs: try Census<LogRecordReader>.take(of: body)
            case .metrics: try Census<MetricReader>.take(of: body)
            }
    }
}
