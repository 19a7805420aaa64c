package import Tracing

/// The request id in a header of its own, for those who don't read baggage.
package struct RequestIDPropagator: Propagator {
    package init() {}

    package var fields: [String] { [RequestID.headerName] }

    /// What baggage brought has precedence: it has travelled with the trace. An id that is not fit to be passed on is
    /// none, wherever it came from.
    package func extract(_ field: (String) -> String?, into context: inout InstrumentationContext) {
        if let carried = context.requestID {
            if RequestID.isValid(carried) { return }
            context.requestID = nil
        }
        if let id = field(RequestID.headerName)?.trimmed, RequestID.isValid(String(id)) {
            context.requestID = String(id)
        }
    }

    package func inject(_ context: InstrumentationContext, _ set: (String, String) -> Void) {
        if let id = context.requestID, RequestID.isValid(id) { set(RequestID.headerName, id) }
    }
}
