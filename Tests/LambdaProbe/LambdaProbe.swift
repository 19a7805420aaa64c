import Glibc
import Logging
import OTLP
import Telemetry
import Tracing

/// A custom runtime that does what its events say: what the tests of the runtime loop need a function to do.
@main
struct LambdaProbe {
    struct Refusal: Error, CustomStringConvertible { var description: String { "no \"hint\" today" } }

    static func main() async throws {
        Telemetry.bootstrap(configuration)
        guard let runtime = Telemetry.LambdaRuntime() else { fatalError("AWS_LAMBDA_RUNTIME_API is not set") }
        if getenv("FAIL_INITIALIZATION") != nil {
            await runtime.reportInitializationError(Refusal())
            exit(1)
        }
        if getenv("STREAMS") != nil { try await stream(runtime) }
        let logger = Logger(label: "probe")
        try await runtime.run { event, invocation in
            let order = String(decoding: event, as: UTF8.self)
            logger.debug("an order came")
            logger.info("working")
            switch word(in: order) {
            case "throw": throw Refusal()
            // One never gives way, as a handler that computes does not; the other does.
            case "block": while true { usleep(1_000) }
            case "hang": try await Task.sleep(for: .seconds(3600))
            case "large": return Array(repeating: UInt8(ascii: "x"), count: 7 << 20)
            case "spans": withSpan("outer") { _ in withSpan("inner") { _ in } }
            case "status": return Array(#"{"statusCode":503,"body":"later"}"#.utf8)
            case "headers": return Array(headers().utf8)
            default: break
            }
            return event
        }
    }

    /// Answers piece by piece, as the event says.
    private static func stream(_ runtime: Telemetry.LambdaRuntime) async throws {
        try await runtime.stream { event, response, _ in
            let order = word(in: String(decoding: event, as: UTF8.self))
            if order == "throw" { throw Refusal() }
            if order == "status" {
                try await response.begin(status: 503, fields: [("content-type", "text/plain"), ("set-cookie", "a=b")])
            }
            for word in ["piece ", "", "by ", "piece"] { try await response.write(Array(word.utf8)) }
            if order == "throw late" { throw Refusal() }
        }
    }

    /// As the environment says, or as a program says it that reads none.
    private static var configuration: Telemetry.Configuration {
        guard let url = getenv("CONFIGURED_IN_CODE") else { return .environment }
        return Telemetry.Configuration(serviceName: "coded", endpoint: Telemetry.Endpoint(String(cString: url)))
    }

    /// The value of `"do"`.
    private static func word(in order: String) -> Substring {
        guard let place = order.firstRange(of: "\"do\":\"") else { return "" }
        return order[place.upperBound...].prefix { $0 != "\"" }
    }

    /// What a request of this function would carry.
    private static func headers() -> String {
        var fields: [String: String] = [:]
        if let context = InstrumentationContext.current {
            InstrumentationSystem.instrument.inject(context, into: &fields, using: MessageAttributeCarrier())
        }
        var writer = JSONWriter()
        writer.object { writer in
            for (name, value) in fields.sorted(by: { $0.key < $1.key }) { writer.member(name, value) }
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
