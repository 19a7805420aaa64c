// From the values of the model to what stands on the wire, fields in the order of their numbers.

extension TracesData {
    /// The `ExportTraceServiceRequest`.
    public func protobuf() -> [UInt8] {
        var writer = ProtobufWriter()
        for group in resourceSpans {
            writer.group(1, { group.resource?.encode(into: &$0) }, isPresent: group.resource != nil, group.schemaURL) {
                for scope in group.scopeSpans {
                    $0.group(2, { scope.scope?.encode(into: &$0) }, isPresent: scope.scope != nil, scope.schemaURL) {
                        for span in scope.spans { $0.message(2) { span.encode(into: &$0) } }
                    }
                }
            }
        }
        return writer.bytes
    }
}

extension LogsData {
    /// The `ExportLogsServiceRequest`.
    public func protobuf() -> [UInt8] {
        var writer = ProtobufWriter()
        for group in resourceLogs {
            writer.group(1, { group.resource?.encode(into: &$0) }, isPresent: group.resource != nil, group.schemaURL) {
                for scope in group.scopeLogs {
                    $0.group(2, { scope.scope?.encode(into: &$0) }, isPresent: scope.scope != nil, scope.schemaURL) {
                        for record in scope.logRecords { $0.message(2) { record.encode(into: &$0) } }
                    }
                }
            }
        }
        return writer.bytes
    }
}

extension MetricsData {
    /// The `ExportMetricsServiceRequest`.
    public func protobuf() -> [UInt8] {
        var writer = ProtobufWriter()
        for group in resourceMetrics {
            writer.group(1, { group.resource?.encode(into: &$0) }, isPresent: group.resource != nil, group.schemaURL) {
                for scope in group.scopeMetrics {
                    $0.group(2, { scope.scope?.encode(into: &$0) }, isPresent: scope.scope != nil, scope.schemaURL) {
                        for metric in scope.metrics { $0.message(2) { metric.encode(into: &$0) } }
                    }
                }
            }
        }
        return writer.bytes
    }
}

extension ProtobufWriter {
    /// A resource or scope group: 1: what describes it, 2: what it holds, 3: schema URL.
    fileprivate mutating func group(
        _ number: UInt32, _ origin: (inout ProtobufWriter) -> Void, isPresent: Bool, _ schemaURL: String,
        _ content: (inout ProtobufWriter) -> Void
    ) {
        message(number) { writer in
            if isPresent { writer.message(1, origin) }
            content(&writer)
            writer.string(3, schemaURL)
        }
    }
}
