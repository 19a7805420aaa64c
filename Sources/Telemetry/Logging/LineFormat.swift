/// How a log line names its fields.
public enum LogFieldNames: String, Sendable {
    /// OpenTelemetry's words: `request_id`, `trace_id`, `error` {type, message, stack}.
    case otel
    /// Those that AWS Lambda's own JSON lines have: `requestId`, `errorType`, `stackTrace`.
    case cloudwatch
}

/// The texts between the values of a line, made once.
///
/// Shape: each begins with the comma that parts it from what stands before (Documentation/Formats/log-line.md).
final class LineFormat: Sendable {
    /// From the end of the time to the beginning of the message, by level.
    let levels: InlineArray<7, StaticString>
    let service: [UInt8]
    let requestID: StaticString
    let traceID: StaticString
    let spanID: StaticString
    let coldStart: StaticString
    /// The function's name, version and memory.
    let function: [UInt8]
    let error: ErrorNames

    struct ErrorNames: Sendable {
        var type: StaticString
        var message: StaticString
        var stack: StaticString
        var end: StaticString
    }

    init(_ names: LogFieldNames, service name: String, function: FunctionDescription?) {
        levels = [
            #"","level":"TRACE","message":""#, #"","level":"DEBUG","message":""#, #"","level":"INFO","message":""#,
            #"","level":"NOTICE","message":""#, #"","level":"WARNING","message":""#, #"","level":"ERROR","message":""#,
            #"","level":"CRITICAL","message":""#,
        ]
        service = Self.member("service", name)
        switch names {
        case .otel:
            requestID = #","request_id":"#
            traceID = #","trace_id":""#
            spanID = #"","span_id":""#
            coldStart = #","cold_start":"#
            self.function = Self.members(
                function, name: "function_name", version: "function_version", memory: "function_memory_mb")
            error = ErrorNames(
                type: #","error":{"type":"#, message: #","message":"#, stack: #","stack":"#, end: "}")
        case .cloudwatch:
            requestID = #","requestId":"#
            traceID = #","traceId":""#
            spanID = #"","spanId":""#
            coldStart = #","coldStart":"#
            self.function = Self.members(
                function, name: "functionName", version: "functionVersion", memory: "functionMemoryMB")
            error = ErrorNames(
                type: #","errorType":"#, message: #","errorMessage":"#, stack: #","stackTrace":"#, end: "")
        }
    }

    /// `,"logger":"label"`.
    static func logger(_ label: String) -> [UInt8] { member("logger", label) }

    private static func member(_ key: StaticString, _ text: String) -> [UInt8] {
        var buffer = ByteBuffer(capacity: 64)
        buffer.append(#",""#)
        buffer.append(key)
        buffer.append(#"":"#)
        buffer.jsonString(text)
        return Array(buffer.bytes)
    }

    private static func members(
        _ function: FunctionDescription?, name: StaticString, version: StaticString, memory: StaticString
    ) -> [UInt8] {
        guard let function else { return [] }
        var buffer = ByteBuffer(capacity: 64)
        if let megabytes = function.memoryMegabytes {
            buffer.append(#",""#)
            buffer.append(memory)
            buffer.append(#"":"#)
            buffer.json(Int64(megabytes))
        }
        return member(name, function.name) + (function.version.map { member(version, $0) } ?? []) + Array(buffer.bytes)
    }
}

/// The function as its platform describes it.
public struct FunctionDescription: Hashable, Sendable {
    public var name: String
    public var version: String?
    public var memoryMegabytes: Int?

    public init(name: String, version: String? = nil, memoryMegabytes: Int? = nil) {
        self.name = name
        self.version = version
        self.memoryMegabytes = memoryMegabytes
    }
}
