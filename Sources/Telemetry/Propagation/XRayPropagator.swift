import Glibc
package import OTLP
package import Tracing

/// AWS X-Ray's `x-amzn-trace-id`.
///
/// Shape:  `Root=1-…;Parent=…;Sampled=1;Lineage=…`, in any order. Without Parent it says only which trace a request belongs
///         to: that is what a load balancer sends. Without Sampled, or with `?`, the receiver decides.
/// Bounds: Limits.xrayHeaderBytesMax; a longer header is ignored.
/// Source: AWS X-Ray developer guide, tracing header; semantic conventions for AWS Lambda, `xray-lambda` propagator.
package struct XRayPropagator: Propagator {
    package static let headerName = "x-amzn-trace-id"
    /// Where AWS Lambda says which of its own spans the invocation belongs to.
    package static let environmentName = "_X_AMZN_TRACE_ID"

    private let readsPlatform: Bool

    /// `readsPlatform` lets what the platform says of the invocation replace what the caller sent.
    package init(readsPlatform: Bool = false) {
        self.readsPlatform = readsPlatform
    }

    package var fields: [String] { [Self.headerName] }

    package func extract(_ field: (String) -> String?, into context: inout InstrumentationContext) {
        let hasSpan = context.spanContext != nil
        if let header = field(Self.headerName) { take(header, into: &context) }
        guard readsPlatform, !hasSpan else { return }
        let platform = field(Self.environmentName) ?? getenv(Self.environmentName).map { String(cString: $0) }
        if let platform { take(platform, into: &context) }
    }

    private func take(_ header: String, into context: inout InstrumentationContext) {
        guard let arrived = Self.parse(header) else { return }
        context.xrayLineage = arrived.lineage
        if let spanID = arrived.spanID {
            let flags = arrived.isSampled ?? true ? SpanContext.sampledFlag : 0
            context.spanContext = SpanContext(traceID: arrived.traceID, spanID: spanID, flags: flags, isRemote: true)
        } else if context.spanContext == nil {
            context.traceSeed = TraceSeed(traceID: arrived.traceID, isSampled: arrived.isSampled)
        }
    }

    package func inject(_ context: InstrumentationContext, _ set: (String, String) -> Void) {
        guard let span = context.spanContext, !span.traceID.isZero, !span.spanID.isZero else { return }
        let root = span.traceID.hex
        let lineage = context.xrayLineage.map { ";Lineage=\($0)" } ?? ""
        set(
            Self.headerName,
            "Root=1-\(root.prefix(8))-\(root.dropFirst(8));Parent=\(span.spanID.hex);Sampled=\(span.isSampled ? 1 : 0)"
                + lineage)
    }

    // MARK: Reading

    package struct Arrived: Hashable, Sendable {
        package var traceID: TraceID
        package var spanID: SpanID?
        package var isSampled: Bool?
        package var lineage: String?
    }

    /// `nil` without a Root, and when Root or Parent are not ids. Keys that are not known here are passed over.
    package static func parse(_ header: String) -> Arrived? {
        guard header.utf8.count <= Limits.xrayHeaderBytesMax else { return nil }
        var root: TraceID?
        var parent: SpanID?
        var isSampled: Bool?
        var lineage: String?
        for part in header.split(separator: ";") {
            guard let equals = part.firstIndex(of: "=") else { continue }
            let value = part[part.index(after: equals)...].trimmed
            switch part[..<equals].trimmed {
            case "Root":
                guard let id = traceID(value) else { return nil }
                root = id
            case "Parent":
                guard let id = LowerHexadecimal.spanID(value.utf8) else { return nil }
                parent = id
            case "Sampled": isSampled = value == "1" ? true : value == "0" ? false : nil
            case "Lineage": lineage = isLineage(value) ? String(value) : nil
            default: continue
            }
        }
        return root.map { Arrived(traceID: $0, spanID: parent, isSampled: isSampled, lineage: lineage) }
    }

    /// `1-`, 8 digits of seconds, `-`, 24 digits.
    private static func traceID(_ text: Substring) -> TraceID? {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].elementsEqual("1".utf8), parts[1].count == 8 else { return nil }
        return LowerHexadecimal.traceID(Array(parts[1]) + Array(parts[2]))
    }

    /// Which functions the request has crossed, `hash:count|…`: how the platform finds loops.
    private static func isLineage(_ text: Substring) -> Bool {
        (1...Limits.xrayLineageBytesMax).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                Hexadecimal.digit(byte) != nil || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "|")
            }
    }
}

private enum XRayLineageKey: InstrumentationContextKey {
    typealias Value = String
    static let nameOverride: String? = "xray-lineage"
}

extension InstrumentationContext {
    var xrayLineage: String? {
        get { self[XRayLineageKey.self] }
        set { self[XRayLineageKey.self] = newValue }
    }
}
