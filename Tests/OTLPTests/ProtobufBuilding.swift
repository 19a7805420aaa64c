import OTLP

/// Protobuf as no encoder of ours writes it.
enum Protobuf {
    static func message(_ body: (inout ProtobufWriter) -> Void) -> [UInt8] {
        var writer = ProtobufWriter()
        body(&writer)
        return writer.bytes
    }

    /// An export request whose one scope holds these records.
    static func request(_ records: [[UInt8]]) -> [UInt8] {
        message { writer in
            writer.message(1) { writer in
                writer.message(2) { writer in
                    for record in records { writer.alwaysBytes(2, record) }
                }
            }
        }
    }

    /// A span that can be taken, and the fields that `body` adds.
    static func span(name: String = "", _ body: (inout ProtobufWriter) -> Void = { _ in }) -> [UInt8] {
        message { writer in
            writer.alwaysBytes(1, [UInt8](repeating: 1, count: 16))
            writer.alwaysBytes(2, [UInt8](repeating: 2, count: 8))
            writer.string(5, name)
            body(&writer)
        }
    }

    /// An AnyValue of `depth` lists, one in the other, around a number.
    static func nestedValue(depth: Int, listField: UInt32) -> [UInt8] {
        var value = message { $0.alwaysUInt64(3, 7) }
        for _ in 0..<depth {
            let element = listField == 5 ? value : message { $0.alwaysBytes(2, value) }
            value = message { writer in writer.message(listField) { $0.alwaysBytes(1, element) } }
        }
        return value
    }
}

extension TracesData {
    var spans: [Span] { resourceSpans.flatMap(\.scopeSpans).flatMap(\.spans) }
}

extension LogsData {
    var logRecords: [LogRecord] { resourceLogs.flatMap(\.scopeLogs).flatMap(\.logRecords) }
}

extension MetricsData {
    var metrics: [Metric] { resourceMetrics.flatMap(\.scopeMetrics).flatMap(\.metrics) }
}
