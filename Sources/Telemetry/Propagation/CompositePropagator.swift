package import Tracing

/// Several formats at once, in the order in which they were configured: of two that carry a span, the later one has the
/// last word.
///
/// The request id travels beside them in a header of its own, unless propagation is switched off.
package struct CompositePropagator: Propagator {
    private let parts: [any Propagator]

    package init(_ formats: [PropagationFormat] = PropagationFormat.standard) {
        parts = formats.isEmpty ? [] : formats.map(\.propagator) + [RequestIDPropagator()]
    }

    /// Names as `OTEL_PROPAGATORS` has them; one that is not known is named on standard error and left out.
    package init(named names: [String]) {
        let (formats, unknown) = PropagationFormat.parse(names)
        for name in unknown {
            let known = PropagationFormat.allCases.map(\.rawValue).joined(separator: ", ")
            Diagnostics.say("cannot use OTEL_PROPAGATORS: got \(name); must be of \(known) or none; it is left out")
        }
        self.init(formats)
    }

    package var fields: [String] { parts.flatMap(\.fields) }

    package func extract(_ field: (String) -> String?, into context: inout InstrumentationContext) {
        for part in parts { part.extract(field, into: &context) }
    }

    package func inject(_ context: InstrumentationContext, _ set: (String, String) -> Void) {
        for part in parts { part.inject(context, set) }
    }
}
