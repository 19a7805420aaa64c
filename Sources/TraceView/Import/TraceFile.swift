public import OTLP

/// Traces from a file in any of the forms that tools exchange them in, told apart by their first members.
///
/// Shape: OTLP/JSON (`resourceSpans`, `resourceLogs`; one request, or one a line as `collector export` writes it), the query
///        API's answer, Jaeger's JSON (`data`, or one trace), Zipkin's JSON (a list of spans).
public struct TraceFile: Sendable {
    public var format: Format
    public var traces: TracesData
    public var logs: LogsData
    /// Spans and logs that could not be taken, and why the first could not.
    public var rejections: Rejections

    public enum Format: String, Sendable {
        case otlp = "OTLP/JSON"
        case jaeger = "Jaeger JSON"
        case zipkin = "Zipkin JSON"
    }

    /// - Throws: `TraceFileError` when the bytes are none of these.
    public init(_ bytes: [UInt8]) throws(TraceFileError) {
        self.init(format: .otlp)
        guard bytes.contains(where: { $0 > 0x20 }) else { throw TraceFileError("the input is empty") }
        do throws(JSONError) {
            try read(bytes)
        } catch {
            guard error.code == .trailingBytes else { throw TraceFileError(error.description) }
            self.init(format: .otlp)
            try readLines(bytes)
        }
    }

    init(format: Format) {
        self.format = format
        traces = TracesData()
        logs = LogsData()
        rejections = Rejections()
    }

    private mutating func readLines(_ bytes: [UInt8]) throws(TraceFileError) {
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated()
        where line.contains(where: { $0 > 0x20 }) {
            do throws(JSONError) {
                try read(Array(line))
            } catch {
                throw TraceFileError("line \(index + 1): \(error.description)")
            }
        }
    }

    private mutating func read(_ bytes: [UInt8]) throws(JSONError) {
        switch try TraceFile.kind(of: bytes) {
        case .requests: try readRequests(bytes)
        case .answer: try readAnswer(bytes)
        case .jaeger: try JaegerReader.read(bytes, into: &self)
        case .zipkin: try ZipkinReader.read(bytes, into: &self)
        }
    }

    // MARK: What it is

    private enum Kind { case requests, answer, jaeger, zipkin }

    private static func kind(of bytes: [UInt8]) throws(JSONError) -> Kind {
        var reader = JSONReader(bytes)
        if try reader.nextKind() == .array {
            try reader.beginArray()
            guard try reader.nextElement() else { return .zipkin }
        }
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "resourceSpans", "resourceLogs", "resource_spans", "resource_logs": return .requests
            case "traces", "logs": return .answer
            case "data", "spans", "processes", "traceID": return .jaeger
            case "traceId", "localEndpoint": return .zipkin
            default: try reader.skip()
            }
        }
        throw JSONError(
            .wrongType, at: 0, "got an unknown kind of object; must be OTLP/JSON, Jaeger JSON or Zipkin JSON")
    }

    private mutating func readRequests(_ bytes: [UInt8]) throws(JSONError) {
        // A file of 100,000 spans is not read a second time for logs that it cannot have.
        if TraceFile.mentions("resourceSpans", or: "resource_spans", in: bytes) {
            let spans = try TracesData.decode(json: bytes)
            traces.resourceSpans += spans.data.resourceSpans
            note(spans.rejections)
        }
        if TraceFile.mentions("resourceLogs", or: "resource_logs", in: bytes) {
            let records = try LogsData.decode(json: bytes)
            logs.resourceLogs += records.data.resourceLogs
            note(records.rejections)
        }
    }

    private mutating func note(_ found: Rejections) {
        rejections.first = rejections.first ?? found.first
        rejections.count += found.count
    }

    /// A key that stands somewhere in the text; escapes in keys are nobody's habit.
    private static func mentions(_ key: String, or other: String, in bytes: [UInt8]) -> Bool {
        let keys = [key, other].map { Array("\"\($0)\"".utf8) }
        return bytes.withUnsafeBufferPointer { buffer in
            for index in buffer.indices where buffer[index] == UInt8(ascii: "r") && index > 0 {
                for key in keys where buffer[(index - 1)...].starts(with: key) { return true }
            }
            return false
        }
    }

    private mutating func readAnswer(_ bytes: [UInt8]) throws(JSONError) {
        var reader = JSONReader(bytes)
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "traces": traces.resourceSpans += try TracesData(json: try reader.rawValue()).resourceSpans
            case "logs": logs.resourceLogs += try LogsData(json: try reader.rawValue()).resourceLogs
            default: try reader.skip()
            }
        }
        try reader.end()
    }
}

/// Bytes that are no traces in a form that is known.
public struct TraceFileError: Error, Hashable, Sendable, CustomStringConvertible {
    public var description: String

    public init(_ description: String) {
        self.description = description
    }
}
