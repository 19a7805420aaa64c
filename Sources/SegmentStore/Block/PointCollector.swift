import OTLP

/// Takes the metrics of request bodies apart into points.
struct PointCollector: RecordVisitor {
    var points: [MetricPoint] = []
    var origins: OriginTable
    private var origin = WireOrigin()
    private var originCode: UInt32 = 0

    init(_ points: [MetricPoint], _ origins: OriginTable) {
        self.points = points
        self.origins = origins
    }

    mutating func beginResource(_ resource: WireRange?, schemaURL: WireRange, in bytes: ByteSpan) {
        origin.enter(resource: resource, schemaURL)
    }

    mutating func beginScope(_ scope: WireRange?, schemaURL: WireRange, in bytes: ByteSpan) {
        origin.enter(scope: scope, schemaURL)
        originCode = origins.code(of: origin, in: bytes)
    }

    mutating func take(_ record: borrowing MetricReader, in bytes: ByteSpan) {
        points += MetricPoint.all(of: record.metric, origin: originCode)
    }
}
