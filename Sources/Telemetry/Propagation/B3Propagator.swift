import OTLP
package import Tracing

/// Zipkin's B3: one header `b3`, or one for each part. Both are read, the single one first; one kind is written.
///
/// A sender may have decided whether to record without having a span of its own: then the decision alone is taken over.
/// Source: B3 Propagation; OpenTelemetry specification 1.x, Propagators API, B3 Requirements.
package struct B3Propagator: Propagator {
    package enum Encoding: Sendable {
        case single
        case multi
    }

    private let encoding: Encoding

    package init(injects encoding: Encoding) {
        self.encoding = encoding
    }

    package var fields: [String] {
        switch encoding {
        case .single: [Self.single]
        case .multi: [Self.traceID, Self.spanID, Self.sampled, Self.flags]
        }
    }

    package func extract(_ field: (String) -> String?, into context: inout InstrumentationContext) {
        guard let arrived = field(Self.single).flatMap(Self.parse(single:)) ?? Self.parse(multi: field) else { return }
        context.isB3Debug = arrived.sampling == .debug
        if let span = arrived.span {
            context.spanContext = span
        } else if let isSampled = arrived.sampling.isSampled {
            context.traceSeed = TraceSeed(traceID: nil, isSampled: isSampled)
        }
    }

    package func inject(_ context: InstrumentationContext, _ set: (String, String) -> Void) {
        guard let span = context.spanContext, !span.traceID.isZero, !span.spanID.isZero else { return }
        let isDebug = context.isB3Debug && span.isSampled
        switch encoding {
        case .single:
            let sampling = isDebug ? "d" : span.isSampled ? "1" : "0"
            set(Self.single, "\(span.traceID.hex)-\(span.spanID.hex)-\(sampling)")
        case .multi:
            set(Self.traceID, span.traceID.hex)
            set(Self.spanID, span.spanID.hex)
            // Debug implies sampled: the specification wants only one of them.
            if isDebug { set(Self.flags, "1") } else { set(Self.sampled, span.isSampled ? "1" : "0") }
        }
    }

    // MARK: Reading

    package enum Sampling: Hashable, Sendable {
        case deferred
        case denied
        case accepted
        case debug

        var isSampled: Bool? {
            switch self {
            case .deferred: nil
            case .denied: false
            case .accepted, .debug: true
            }
        }
    }

    package struct Arrived: Hashable, Sendable {
        package var span: SpanContext?
        package var sampling: Sampling
    }

    /// `traceid-spanid[-sampling[-parentspanid]]`, or a sampling state alone.
    package static func parse(single header: String) -> Arrived? {
        let text = header.trimmed.utf8
        if let sampling = sampling(text) { return Arrived(span: nil, sampling: sampling) }
        let parts = text.split(separator: UInt8(ascii: "-"), maxSplits: 4, omittingEmptySubsequences: false)
        guard (2...4).contains(parts.count), let traceID = traceID(parts[0]),
            let spanID = LowerHexadecimal.spanID(parts[1])
        else { return nil }
        guard parts.count > 2 else { return span(traceID, spanID, .deferred) }
        // A parent span id may follow a sampling state only, and is checked though nobody uses it.
        guard let sampling = sampling(parts[2]),
            parts.count == 3 || LowerHexadecimal.integer(parts[3], digits: 16) != nil
        else { return nil }
        return span(traceID, spanID, sampling)
    }

    /// `x-b3-traceid` and `x-b3-spanid`, which come together, with or without `x-b3-sampled` or `x-b3-flags`.
    package static func parse(multi field: (String) -> String?) -> Arrived? {
        let trace = field(Self.traceID)
        let parent = field(Self.spanID)
        let decision: Sampling
        if field(Self.flags)?.trimmed == "1" {
            decision = .debug
        } else if let header = field(Self.sampled)?.trimmed {
            switch header {
            case "1", "true": decision = .accepted
            case "0", "false": decision = .denied
            default: return nil
            }
        } else {
            decision = .deferred
        }
        guard trace != nil || parent != nil else {
            return decision == .deferred ? nil : Arrived(span: nil, sampling: decision)
        }
        guard let traceID = trace.flatMap({ traceID($0.trimmed.utf8) }),
            let spanID = parent.flatMap({ LowerHexadecimal.spanID($0.trimmed.utf8) })
        else { return nil }
        return span(traceID, spanID, decision)
    }

    /// A decision that was left to the receiver is taken for a yes: somebody went to the trouble of making ids.
    private static func span(_ traceID: TraceID, _ spanID: SpanID, _ sampling: Sampling) -> Arrived {
        let flags = sampling.isSampled ?? true ? SpanContext.sampledFlag : 0
        return Arrived(
            span: SpanContext(traceID: traceID, spanID: spanID, flags: flags, isRemote: true), sampling: sampling)
    }

    /// 32 digits, or 16 that are padded with zeros on the left.
    private static func traceID(_ text: some Collection<UInt8>) -> TraceID? {
        if text.count == 16, let low = LowerHexadecimal.integer(text, digits: 16), low != 0 {
            return TraceID(high: 0, low: low)
        }
        return LowerHexadecimal.traceID(text)
    }

    private static func sampling(_ text: some Collection<UInt8>) -> Sampling? {
        guard text.count == 1 else { return nil }
        switch text.first {
        case UInt8(ascii: "0"): return .denied
        case UInt8(ascii: "1"): return .accepted
        case UInt8(ascii: "d"): return .debug
        default: return nil
        }
    }

    private static let single = "b3"
    private static let traceID = "x-b3-traceid"
    private static let spanID = "x-b3-spanid"
    private static let sampled = "x-b3-sampled"
    private static let flags = "x-b3-flags"
}

private enum B3DebugKey: InstrumentationContextKey {
    typealias Value = Bool
    static let nameOverride: String? = "b3-debug"
}

extension InstrumentationContext {
    /// The sender wants this trace recorded whatever it costs; passed on as it came.
    var isB3Debug: Bool {
        get { self[B3DebugKey.self] ?? false }
        set { self[B3DebugKey.self] = newValue ? true : nil }
    }
}
