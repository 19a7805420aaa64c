// From what stands on the wire to the values of the model.

extension TracesData {
    /// Reads an `ExportTraceServiceRequest`. Spans that cannot be taken are left out and counted.
    public static func decode(protobuf bytes: [UInt8]) throws(WireError) -> Decoded<TracesData> {
        var walker = ExportWalker(TracesBuilder())
        try walker.walk(bytes.span)
        return Decoded(data: walker.visitor.data, rejections: walker.rejections)
    }

    public init(protobuf bytes: [UInt8]) throws(WireError) {
        self = try TracesData.decode(protobuf: bytes).data
    }
}

extension LogsData {
    /// Reads an `ExportLogsServiceRequest`. Records that cannot be taken are left out and counted.
    public static func decode(protobuf bytes: [UInt8]) throws(WireError) -> Decoded<LogsData> {
        var walker = ExportWalker(LogsBuilder())
        try walker.walk(bytes.span)
        return Decoded(data: walker.visitor.data, rejections: walker.rejections)
    }

    public init(protobuf bytes: [UInt8]) throws(WireError) {
        self = try LogsData.decode(protobuf: bytes).data
    }
}

extension MetricsData {
    /// Reads an `ExportMetricsServiceRequest`. Metrics that cannot be taken are left out and their points counted.
    public static func decode(protobuf bytes: [UInt8]) throws(WireError) -> Decoded<MetricsData> {
        var walker = ExportWalker(MetricsBuilder())
        try walker.walk(bytes.span)
        return Decoded(data: walker.visitor.data, rejections: walker.rejections)
    }

    public init(protobuf bytes: [UInt8]) throws(WireError) {
        self = try MetricsData.decode(protobuf: bytes).data
    }
}

private struct TracesBuilder: RecordVisitor {
    var data = TracesData()

    mutating func beginResource(_ resource: WireRange?, schemaURL: WireRange, in bytes: ByteSpan) throws(WireError) {
        let resource = try resource.map { range throws(WireError) in try Resource(range, in: bytes) }
        data.resourceSpans.append(ResourceSpans(resource: resource, schemaURL: bytes.string(schemaURL)))
    }

    mutating func beginScope(_ scope: WireRange?, schemaURL: WireRange, in bytes: ByteSpan) throws(WireError) {
        let scope = try scope.map { range throws(WireError) in try InstrumentationScope(range, in: bytes) }
        data.resourceSpans[data.resourceSpans.count - 1].scopeSpans.append(
            ScopeSpans(scope: scope, schemaURL: bytes.string(schemaURL)))
    }

    mutating func take(_ record: borrowing SpanReader, in bytes: ByteSpan) throws(WireError) {
        let resource = data.resourceSpans.count - 1
        let scope = data.resourceSpans[resource].scopeSpans.count - 1
        data.resourceSpans[resource].scopeSpans[scope].spans.append(try Span(record, in: bytes))
    }
}

private struct LogsBuilder: RecordVisitor {
    var data = LogsData()

    mutating func beginResource(_ resource: WireRange?, schemaURL: WireRange, in bytes: ByteSpan) throws(WireError) {
        let resource = try resource.map { range throws(WireError) in try Resource(range, in: bytes) }
        data.resourceLogs.append(ResourceLogs(resource: resource, schemaURL: bytes.string(schemaURL)))
    }

    mutating func beginScope(_ scope: WireRange?, schemaURL: WireRange, in bytes: ByteSpan) throws(WireError) {
        let scope = try scope.map { range throws(WireError) in try InstrumentationScope(range, in: bytes) }
        data.resourceLogs[data.resourceLogs.count - 1].scopeLogs.append(
            ScopeLogs(scope: scope, schemaURL: bytes.string(schemaURL)))
    }

    mutating func take(_ record: borrowing LogRecordReader, in bytes: ByteSpan) throws(WireError) {
        let resource = data.resourceLogs.count - 1
        let scope = data.resourceLogs[resource].scopeLogs.count - 1
        data.resourceLogs[resource].scopeLogs[scope].logRecords.append(try LogRecord(record, in: bytes))
    }
}

private struct MetricsBuilder: RecordVisitor {
    var data = MetricsData()

    mutating func beginResource(_ resource: WireRange?, schemaURL: WireRange, in bytes: ByteSpan) throws(WireError) {
        let resource = try resource.map { range throws(WireError) in try Resource(range, in: bytes) }
        data.resourceMetrics.append(ResourceMetrics(resource: resource, schemaURL: bytes.string(schemaURL)))
    }

    mutating func beginScope(_ scope: WireRange?, schemaURL: WireRange, in bytes: ByteSpan) throws(WireError) {
        let scope = try scope.map { range throws(WireError) in try InstrumentationScope(range, in: bytes) }
        data.resourceMetrics[data.resourceMetrics.count - 1].scopeMetrics.append(
            ScopeMetrics(scope: scope, schemaURL: bytes.string(schemaURL)))
    }

    mutating func take(_ record: borrowing MetricReader, in bytes: ByteSpan) throws(WireError) {
        let resource = data.resourceMetrics.count - 1
        let scope = data.resourceMetrics[resource].scopeMetrics.count - 1
        data.resourceMetrics[resource].scopeMetrics[scope].metrics.append(record.metric)
    }
}
