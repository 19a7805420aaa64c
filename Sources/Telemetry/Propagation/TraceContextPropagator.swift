import OTLP
package import Tracing

/// `traceparent` and `tracestate`.
///
/// Source: W3C Trace Context level 1, and level 2's random flag.
package struct TraceContextPropagator: Propagator {
    private static let parentName = "traceparent"
    private static let stateName = "tracestate"

    package init() {}

    package var fields: [String] { [Self.parentName, Self.stateName] }

    package func extract(_ field: (String) -> String?, into context: inout InstrumentationContext) {
        // Without a valid parent the state must not even be looked at.
        guard let header = field(Self.parentName), var parent = Self.parse(parent: header) else { return }
        if let header = field(Self.stateName), let state = TraceState(header) { parent.traceState = state.text }
        context.spanContext = parent
    }

    package func inject(_ context: InstrumentationContext, _ set: (String, String) -> Void) {
        guard let span = context.spanContext, !span.traceID.isZero, !span.spanID.isZero else { return }
        set(Self.parentName, Self.parent(span))
        if !span.traceState.isEmpty, let state = TraceState(span.traceState), !state.isEmpty {
            set(Self.stateName, state.text)
        }
    }

    /// Reads `version-traceid-parentid-flags`; anything that the specification calls invalid is `nil`.
    ///
    /// A later version may add fields behind these four, and flags that are not ours to pass on.
    package static func parse(parent: String) -> SpanContext? {
        let text = parent.trimmed.utf8
        let parts = text.split(separator: UInt8(ascii: "-"), maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count >= 4, parts.count == 4 || text.count > 55,
            let version = LowerHexadecimal.integer(parts[0], digits: 2), version != 0xFF,
            version != 0 || parts.count == 4,
            let traceID = LowerHexadecimal.traceID(parts[1]),
            let spanID = LowerHexadecimal.spanID(parts[2]),
            let flags = LowerHexadecimal.integer(parts[3], digits: 2)
        else { return nil }
        return SpanContext(
            traceID: traceID, spanID: spanID,
            flags: UInt8(flags) & (SpanContext.sampledFlag | SpanContext.randomFlag), isRemote: true)
    }

    package static func parent(_ context: SpanContext) -> String {
        let flags = context.flags & (SpanContext.sampledFlag | SpanContext.randomFlag)
        return "00-\(context.traceID.hex)-\(context.spanID.hex)-0\(flags)"
    }
}
