package import Tracing

/// One format in which the context of a request travels from process to process.
///
/// Errors: what arrives is not trusted: a field that its format calls invalid is treated as absent, and what the context
///         held before stays. What is injected is visible ASCII and bounded.
/// Source: OpenTelemetry specification 1.x, Propagators API, TextMap Propagator.
package protocol Propagator: Sendable {
    /// The fields that it writes: who sends a carrier again takes them out first.
    var fields: [String] { get }

    /// Takes what `field` says into the context. Names are asked for in lower case; a field that came more than once is
    /// joined with commas.
    func extract(_ field: (_ name: String) -> String?, into context: inout InstrumentationContext)

    func inject(_ context: InstrumentationContext, _ set: (_ name: String, _ value: String) -> Void)
}
