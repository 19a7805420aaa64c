public import OTLP

/// One entry of the correlation index: this trace carries this id under this key.
public struct Correlation: Hashable, Sendable {
    public var key: CorrelationKey
    public var value: String
    public var traceID: TraceID

    public init(key: CorrelationKey, value: String, traceID: TraceID) {
        self.key = key
        self.value = value
        self.traceID = traceID
    }
}

/// Which kind of id leads to a trace. Open: names of attributes that the configuration adds are keys too.
public struct CorrelationKey: RawRepresentable, Hashable, Comparable, Sendable {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The trace id itself, as 32 lower-case hexadecimal digits.
    public static let traceID = CorrelationKey(rawValue: "trace_id")
    /// The id that the edge gives a request and that baggage carries.
    public static let requestID = CorrelationKey(rawValue: "request.id")
    /// The platform's id of one invocation.
    public static let invocationID = CorrelationKey(rawValue: "faas.invocation_id")
    /// The trace that a span of this trace links to: how a queue's consumer is found from its producer.
    public static let linkedTraceID = CorrelationKey(rawValue: "link.trace_id")

    /// The attributes whose text values are indexed when the configuration names no others.
    public static let indexedAttributes: [CorrelationKey] = [.requestID, .invocationID]

    /// What a person may type to name a request; links are followed, not typed.
    public var namesRequest: Bool { self != .linkedTraceID }

    public static func < (left: CorrelationKey, right: CorrelationKey) -> Bool { left.rawValue < right.rawValue }
}

/// How the index is asked.
public enum CorrelationMatch: Hashable, Sendable {
    /// The value is this text, under any key.
    case exactly(String)
    /// The value begins with this text, under any key.
    case prefix(String)
    /// The value is this text, under this key.
    case key(CorrelationKey, String)
}
