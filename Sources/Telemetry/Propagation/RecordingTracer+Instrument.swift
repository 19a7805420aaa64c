package import Tracing

// What makes the tracer an `Instrument`.
extension RecordingTracer {
    /// Takes trace context, baggage and request id from what arrived. A request without an id gets one here: this is
    /// its edge.
    package func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout InstrumentationContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {
        propagator.extract({ extractor.extract(key: $0, from: carrier) }, into: &context)
        if context.requestID == nil { context.requestID = RequestID.make() }
    }

    package func inject<Carrier, Inject: Injector>(
        _ context: InstrumentationContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {
        propagator.inject(context) { injector.inject($1, forKey: $0, into: &carrier) }
    }
}
