// OTLP/JSON as the specification defines it: protobuf's JSON mapping with hexadecimal ids and enums as integers.
//
// Source: OTLP 1.x, "JSON Protobuf Encoding".

extension TracesData {
    /// Reads an `ExportTraceServiceRequest`. Spans that cannot be taken are left out and counted.
    public static func decode(json bytes: [UInt8]) throws(JSONError) -> Decoded<TracesData> {
        var reader = ExportJSONReader<Span>(bytes, names)
        try reader.read()
        let groups = reader.export.resources.map { group in
            let scopes = group.scopes.map { ScopeSpans(scope: $0.scope, spans: $0.records, schemaURL: $0.schemaURL) }
            return ResourceSpans(resource: group.resource, scopeSpans: scopes, schemaURL: group.schemaURL)
        }
        return Decoded(data: TracesData(resourceSpans: groups), rejections: reader.rejections)
    }

    public init(json bytes: [UInt8]) throws(JSONError) {
        self = try TracesData.decode(json: bytes).data
    }

    /// The `ExportTraceServiceRequest`, without white space or line breaks.
    public func json() -> [UInt8] {
        let groups = resourceSpans.map { group in
            let scopes = group.scopeSpans.map {
                ExportJSON<Span>.ScopeGroup(scope: $0.scope, records: $0.spans, schemaURL: $0.schemaURL)
            }
            return ExportJSON<Span>.ResourceGroup(resource: group.resource, scopes: scopes, schemaURL: group.schemaURL)
        }
        return ExportJSON(resources: groups, names: TracesData.names).encode()
    }

    private static var names: ExportJSON<Span>.Names {
        ExportJSON.Names(resources: "resourceSpans", scopes: "scopeSpans", records: "spans")
    }
}

extension LogsData {
    /// Reads an `ExportLogsServiceRequest`. Records that cannot be taken are left out and counted.
    public static func decode(json bytes: [UInt8]) throws(JSONError) -> Decoded<LogsData> {
        var reader = ExportJSONReader<LogRecord>(bytes, names)
        try reader.read()
        let groups = reader.export.resources.map { group in
            let scopes = group.scopes.map {
                ScopeLogs(scope: $0.scope, logRecords: $0.records, schemaURL: $0.schemaURL)
            }
            return ResourceLogs(resource: group.resource, scopeLogs: scopes, schemaURL: group.schemaURL)
        }
        return Decoded(data: LogsData(resourceLogs: groups), rejections: reader.rejections)
    }

    public init(json bytes: [UInt8]) throws(JSONError) {
        self = try LogsData.decode(json: bytes).data
    }

    /// The `ExportLogsServiceRequest`, without white space or line breaks.
    public func json() -> [UInt8] {
        let groups = resourceLogs.map { group in
            let scopes = group.scopeLogs.map {
                ExportJSON<LogRecord>.ScopeGroup(scope: $0.scope, records: $0.logRecords, schemaURL: $0.schemaURL)
            }
            return ExportJSON<LogRecord>.ResourceGroup(
                resource: group.resource, scopes: scopes, schemaURL: group.schemaURL)
        }
        return ExportJSON(resources: groups, names: LogsData.names).encode()
    }

    private static var names: ExportJSON<LogRecord>.Names {
        ExportJSON.Names(resources: "resourceLogs", scopes: "scopeLogs", records: "logRecords")
    }
}

extension MetricsData {
    /// Reads an `ExportMetricsServiceRequest`. Metrics that cannot be taken are left out and their points counted.
    public static func decode(json bytes: [UInt8]) throws(JSONError) -> Decoded<MetricsData> {
        var reader = ExportJSONReader<Metric>(bytes, names)
        try reader.read()
        let groups = reader.export.resources.map { group in
            let scopes = group.scopes.map {
                ScopeMetrics(scope: $0.scope, metrics: $0.records, schemaURL: $0.schemaURL)
            }
            return ResourceMetrics(resource: group.resource, scopeMetrics: scopes, schemaURL: group.schemaURL)
        }
        return Decoded(data: MetricsData(resourceMetrics: groups), rejections: reader.rejections)
    }

    public init(json bytes: [UInt8]) throws(JSONError) {
        self = try MetricsData.decode(json: bytes).data
    }

    /// The `ExportMetricsServiceRequest`, without white space or line breaks.
    public func json() -> [UInt8] {
        let groups = resourceMetrics.map { group in
            let scopes = group.scopeMetrics.map {
                ExportJSON<Metric>.ScopeGroup(scope: $0.scope, records: $0.metrics, schemaURL: $0.schemaURL)
            }
            return ExportJSON<Metric>.ResourceGroup(
                resource: group.resource, scopes: scopes, schemaURL: group.schemaURL)
        }
        return ExportJSON(resources: groups, names: MetricsData.names).encode()
    }

    private static var names: ExportJSON<Metric>.Names {
        ExportJSON.Names(resources: "resourceMetrics", scopes: "scopeMetrics", records: "metrics")
    }
}
