package import Tracing

/// A span as swift-distributed-tracing hands it to the host: what is current in it, and what is recorded of it.
///
/// Cost: two pointers; a span that is not recorded allocates nothing of its own.
package struct TracedSpan: Tracing.Span {
    package let context: InstrumentationContext
    /// `nil` when the span is not sampled.
    package let recording: SpanRecording?

    package var isRecording: Bool { recording?.hasEnded == false }

    package var spanContext: SpanContext? { context.spanContext }

    package var operationName: String {
        get { recording?.name ?? "" }
        nonmutating set { recording?.name = newValue }
    }

    package var attributes: SpanAttributes {
        get { recording?.attributes ?? SpanAttributes([:]) }
        nonmutating set { recording?.attributes = newValue }
        // One attribute set is one attribute stored: the others are neither copied nor handed out. Inlined into what the
        // protocol calls, because a frame of two pointers needs no memory of its own.
        @inline(__always) nonmutating _modify {
            // The span is held by whoever changes its attributes: counting that once more would cost as much as lending them.
            let recording = recording.map { Unmanaged.passUnretained($0) }
            let place = recording?._withUnsafeGuaranteedRef { $0.lentAttributes.lend() } ?? LentAttributes.make()
            defer {
                if let recording {
                    recording._withUnsafeGuaranteedRef { $0.lentAttributes.giveBack(place) }
                } else {
                    LentAttributes.free(place)
                }
            }
            yield &place.pointee
        }
    }

    package func setStatus(_ status: SpanStatus) {
        recording?.setStatus(status)
    }

    package func addEvent(_ event: SpanEvent) {
        recording?.addEvent(event)
    }

    package func addLink(_ link: SpanLink) {
        recording?.addLink(link)
    }

    /// An `exception` event with the error's type and description and the stack that recorded it.
    package func recordError<Instant: TracerInstant>(
        _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
    ) {
        recording?.recordError(error, attributes: attributes, at: instant().nanosecondsSinceEpoch)
    }

    package func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        recording?.end(at: instant().nanosecondsSinceEpoch, context)
    }
}
