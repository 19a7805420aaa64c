/// How much one span may hold; what is beyond is left out and counted on the span.
///
/// Source: OpenTelemetry specification 1.x, SDK limits; the defaults are the specification's.
public struct SpanLimits: Hashable, Sendable {
    public var attributesMax = Limits.attributesMax
    public var eventsMax = Limits.eventsMax
    public var linksMax = Limits.linksMax
    public var attributesPerEventMax = Limits.attributesMax
    public var attributesPerLinkMax = Limits.attributesMax

    /// Characters of an attribute's text. Beyond: cut. The specification has no default; this library has.
    public var valueLengthMax = Limits.valueLengthMax

    public init() {}
}
