/// Why one record cannot be taken although the message around it can be read. Its neighbours are not affected.
public enum RecordRejection: Hashable, Sendable, CustomStringConvertible {
    /// A trace or span id of another length than 16 or 8 bytes, or hexadecimal text that is none.
    case invalidID(Field)
    /// A span without trace or span id.
    case missingID(Field)
    /// A string that is not UTF-8.
    case invalidUTF8(Field)
    /// An attribute value nested deeper than `Limits.attributeNestingDepthMax`.
    case nestedTooDeep
    /// The resource or the scope of the record cannot be taken.
    indirect case origin(RecordRejection)

    public var description: String {
        switch self {
        case .invalidID(let field): "\(field.rawValue) has another length or alphabet than the specification says"
        case .missingID(let field): "\(field.rawValue) is missing or zero"
        case .invalidUTF8(let field): "\(field.rawValue) is not UTF-8"
        case .nestedTooDeep: "an attribute value is nested more than \(Limits.attributeNestingDepthMax) deep"
        case .origin(let rejection): "resource or scope: \(rejection)"
        }
    }

    /// The fields that can be at fault, by their names in OTLP.
    public enum Field: String, Sendable {
        case traceID = "trace_id"
        case spanID = "span_id"
        case parentSpanID = "parent_span_id"
        case linkTraceID = "link trace_id"
        case linkSpanID = "link span_id"
        case exemplarTraceID = "exemplar trace_id"
        case exemplarSpanID = "exemplar span_id"
        case traceState = "trace_state"
        case name
        case eventName = "event name"
        case statusMessage = "status message"
        case severityText = "severity_text"
        case description
        case unit
        case attributeKey = "attribute key"
        case attributeValue = "attribute value"
        case body
        case version
        case schemaURL = "schema_url"
        case entityRef = "entity_ref"
    }
}

/// How many records of a request cannot be taken, and why the first of them cannot.
public struct Rejections: Hashable, Sendable {
    public var count = 0
    /// "span 3: trace_id is missing or zero": which record of the request, counted from 0, and why.
    public var first: String?

    public init() {}

    public mutating func add(_ rejection: RecordRejection, of noun: StaticString, at index: Int, count added: Int = 1) {
        if first == nil { first = "\(noun) \(index): \(rejection)" }
        count += added
    }
}
