package import Tracing

// What makes the tracer an `Instrument`.
extension RecordingTracer {
    /// Takes trace context, baggage and request id from what arrived. A request without an id gets one here: this is
    /// its edge.
    package func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout InstrumentationContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {
        if let parent = extractor.extract(key: TraceContextHeaders.parentName, from: carrier) {
            let state = extractor.extract(key: TraceContextHeaders.stateName, from: carrier)
            if let span = TraceContextHeaders.parse(parent: parent, state: state) { context.spanContext = span }
        }
        if let header = extractor.extract(key: BaggageHeader.name, from: carrier) {
            context.baggage = BaggageHeader.parse(header)
        }
        if let carried = context.requestID, RequestID.isValid(carried) { return }
        let header = extractor.extract(key: RequestID.headerName, from: carrier).flatMap {
            RequestID.isValid($0) ? $0 : nil
        }
        context.requestID = header ?? RequestID.make()
    }

    package func inject<Carrier, Inject: Injector>(
        _ context: InstrumentationContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {
        if let span = context.spanContext {
            injector.inject(TraceContextHeaders.parent(span), forKey: TraceContextHeaders.parentName, into: &carrier)
            if !span.traceState.isEmpty {
                injector.inject(span.traceState, forKey: TraceContextHeaders.stateName, into: &carrier)
            }
        }
        if let header = BaggageHeader.text(context.baggage) {
            injector.inject(header, forKey: BaggageHeader.name, into: &carrier)
        }
        if let id = context.requestID, RequestID.isValid(id) {
            injector.inject(id, forKey: RequestID.headerName, into: &carrier)
        }
    }
}
