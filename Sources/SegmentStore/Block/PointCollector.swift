import OTLP

/// Takes the metrics of request bodies apart into points.
struct PointCollector: RecordVisitor {
    var points: [MetricPoint] = []
    var origins: OriginTable
    private var group = ProtobufWriter()
    private var scope = ProtobufWriter()
    private var originCode: UInt32 = 0

    init(_ points: [MetricPoint], _ origins: OriginTable) {
        self.points = points
        self.origins = origins
    }

    mutating func beginResource(_ resource: WireRange?, schemaURL: WireRange, in bytes: ByteSpan) {
        group.writeOrigin(resource, schemaURL, of: bytes)
    }

    mutating func beginScope(_ scope: WireRange?, schemaURL: WireRange, in bytes: ByteSpan) {
        self.scope.writeOrigin(scope, schemaURL, of: bytes)
        originCode = origins.code(group: group.bytes, scope: self.scope.bytes)
    }

    mutating func take(_ record: borrowing MetricReader, in bytes: ByteSpan) {
        points += MetricPoint.all(of: record.metric, origin: originCode)
    }
}
