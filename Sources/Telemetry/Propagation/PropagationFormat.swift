/// The formats of context propagation, named as `OTEL_PROPAGATORS` names them.
///
/// Source: OpenTelemetry specification 1.x, environment variables; semantic conventions for AWS Lambda for `xray-lambda`.
public enum PropagationFormat: String, Hashable, Sendable, CaseIterable {
    /// W3C `traceparent` and `tracestate`.
    case traceContext = "tracecontext"
    /// W3C `baggage`.
    case baggage
    /// Zipkin's `b3`; reads `x-b3-…` too.
    case b3
    /// Zipkin's `x-b3-traceid` and its siblings; reads `b3` too.
    case b3Multi = "b3multi"
    /// `x-amzn-trace-id`.
    case xray
    /// `x-amzn-trace-id`, or what AWS Lambda's active tracing says of the invocation.
    case xrayLambda = "xray-lambda"

    /// What the specification prescribes when nothing is said.
    public static let standard: [PropagationFormat] = [.traceContext, .baggage]

    /// Reads `OTEL_PROPAGATORS`: names in order, each once. `none` stands alone and switches propagation off.
    ///
    /// Returns also the names that are not known, which are to be named to whoever set them.
    package static func parse(_ names: [String]) -> (formats: [PropagationFormat], unknown: [String]) {
        var formats: [PropagationFormat] = []
        var unknown: [String] = []
        for name in names.map({ $0.trimmed.lowercased() }) where !name.isEmpty {
            if name == "none" { return ([], unknown) }
            guard let format = PropagationFormat(rawValue: name) else {
                unknown.append(name)
                continue
            }
            if !formats.contains(format) { formats.append(format) }
        }
        return (formats.isEmpty ? standard : formats, unknown)
    }

    var propagator: any Propagator {
        switch self {
        case .traceContext: TraceContextPropagator()
        case .baggage: BaggagePropagator()
        case .b3: B3Propagator(injects: .single)
        case .b3Multi: B3Propagator(injects: .multi)
        case .xray: XRayPropagator()
        case .xrayLambda: XRayPropagator(readsPlatform: true)
        }
    }
}
