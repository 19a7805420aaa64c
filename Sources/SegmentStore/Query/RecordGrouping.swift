import OTLP

/// Gathers records under their resource and scope again, each origin once, in order of first appearance.
struct RecordGrouping<Record> {
    private var places: [BlockOrigin: Int] = [:]
    private(set) var groups: [(origin: BlockOrigin, records: [Record])] = []

    mutating func append(_ record: Record, from origin: BlockOrigin) {
        if let place = places[origin] {
            groups[place].records.append(record)
        } else {
            places[origin] = groups.count
            groups.append((origin, [record]))
        }
    }
}

extension RecordGrouping<Span> {
    var data: TracesData {
        TracesData(
            resourceSpans: groups.map { origin, spans in
                ResourceSpans(
                    resource: origin.resource,
                    scopeSpans: [
                        ScopeSpans(scope: origin.instrumentationScope, spans: spans, schemaURL: origin.scopeSchemaURL)
                    ],
                    schemaURL: origin.resourceSchemaURL)
            })
    }
}

extension RecordGrouping<LogRecord> {
    var data: LogsData {
        LogsData(
            resourceLogs: groups.map { origin, records in
                ResourceLogs(
                    resource: origin.resource,
                    scopeLogs: [
                        ScopeLogs(
                            scope: origin.instrumentationScope, logRecords: records, schemaURL: origin.scopeSchemaURL)
                    ],
                    schemaURL: origin.resourceSchemaURL)
            })
    }
}

extension RecordGrouping<Metric> {
    var data: MetricsData {
        MetricsData(
            resourceMetrics: groups.map { origin, metrics in
                ResourceMetrics(
                    resource: origin.resource,
                    scopeMetrics: [
                        ScopeMetrics(
                            scope: origin.instrumentationScope, metrics: metrics, schemaURL: origin.scopeSchemaURL)
                    ],
                    schemaURL: origin.resourceSchemaURL)
            })
    }
}
