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
        let beginning = begin(name, ofKind: kind, in: context, below: reference)
        let scratch = beginning.isRecorded ? Scratch.take() : nil
        let current = if beginning.isCurrent, let reference { reference } else { SpanReference(beginning) }
        defer { withExtendedLifetime(current) {} }
        let inside = current === reference ? context : context.inside(current, below: reference, scratch)
        var fields = SpanFields(current, self, scratch, name: name, kind: kind)
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
        let beginning = begin(name, ofKind: kind, in: context, below: reference)
        let scratch = beginning.isRecorded ? Scratch.take() : nil
        let current = if beginning.isCurrent, let reference { reference } else { SpanReference(beginning) }
        defer { withExtendedLifetime(current) {} }
        let inside = current === reference ? context : context.inside(current, below: reference, scratch)
        var fields = SpanFields(current, self, scratch, name: name, kind: kind)
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
