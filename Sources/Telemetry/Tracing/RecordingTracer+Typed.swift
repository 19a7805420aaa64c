public import Tracing

extension RecordingTracer {
    /// Runs `body` in a span that is written as it goes. Without a context it descends from the current one.
    @inline(__always)
    package func withFields<Result>(
        _ name: String, ofKind kind: SpanKind, in given: InstrumentationContext?,
        _ body: (inout SpanFields) throws -> Result
    ) rethrows -> Result {
        let context = given ?? .current ?? .topLevel
        let reference = context.spanReference
        if given == nil, let reference, leavesCurrent(reference) {
            defer { withExtendedLifetime(reference) {} }
            var fields = SpanFields(unrecorded: reference, self)
            return try body(&fields)
        }
        let (inside, span, scratch) = enter(name, ofKind: kind, in: context, below: reference)
        var fields = SpanFields(span, self, scratch, name: name, kind: kind)
        do {
            let result = try InstrumentationContext.$current.withValue(inside) {
                try body(&fields)
            }
            fields.finish(inside)
            return result
        } catch {
            fields.recordError(error)
            fields.fail()
            fields.finish(inside)
            throw error
        }
    }

    @inline(__always)
    package nonisolated(nonsending) func withFields<Result>(
        _ name: String, ofKind kind: SpanKind, in given: InstrumentationContext?,
        _ body: nonisolated(nonsending) (inout SpanFields) async throws -> Result
    ) async rethrows -> Result {
        let context = given ?? .current ?? .topLevel
        let reference = context.spanReference
        if given == nil, let reference, leavesCurrent(reference) {
            defer { withExtendedLifetime(reference) {} }
            var fields = SpanFields(unrecorded: reference, self)
            return try await body(&fields)
        }
        let (inside, span, scratch) = enter(name, ofKind: kind, in: context, below: reference)
        var fields = SpanFields(span, self, scratch, name: name, kind: kind)
        do {
            let result = try await InstrumentationContext.$current.withValue(inside) {
                try await body(&fields)
            }
            fields.finish(inside)
            return result
        } catch {
            fields.recordError(error)
            fields.fail()
            fields.finish(inside)
            throw error
        }
    }
}

extension RecordingTracer {
    /// Begins a span: the context inside of it, and the span that this context holds.
    @inline(__always)
    private func enter(
        _ name: String, ofKind kind: SpanKind, in context: InstrumentationContext, below reference: SpanReference?
    ) -> (inside: InstrumentationContext, span: Unmanaged<SpanReference>, scratch: Scratch.Pointer?) {
        let beginning = begin(name, ofKind: kind, in: context, below: reference)
        if beginning.isCurrent, let reference { return (context, .passUnretained(reference), nil) }
        let scratch = beginning.isRecorded ? Scratch.take() : nil
        let span = SpanReference(beginning)
        let unretained = Unmanaged.passUnretained(span)
        return (context.inside(span, below: reference, scratch), unretained, scratch)
    }
}

extension Telemetry {
    /// Runs `body` in a span whose attributes have types: the cheapest span there is.
    ///
    /// ```swift
    /// try await telemetry.withSpan("GET /lessons/{lesson}", ofKind: .server) { span in
    ///     span.set("lesson.id", lesson)
    /// }
    /// ```
    ///
    /// It is current while `body` runs, for swift-distributed-tracing and the logs too. An error that `body` throws is
    /// recorded, makes the span's status, and is thrown on. Without a `context` the span descends from the current one.
    public func withSpan<Result>(
        _ name: String, ofKind kind: SpanKind = .internal, context: InstrumentationContext? = nil,
        _ body: (inout SpanFields) throws -> Result
    ) rethrows -> Result {
        try tracer.withFields(name, ofKind: kind, in: context, body)
    }

    public nonisolated(nonsending) func withSpan<Result>(
        _ name: String, ofKind kind: SpanKind = .internal, context: InstrumentationContext? = nil,
        _ body: nonisolated(nonsending) (inout SpanFields) async throws -> Result
    ) async rethrows -> Result {
        try await tracer.withFields(name, ofKind: kind, in: context, body)
    }
}
