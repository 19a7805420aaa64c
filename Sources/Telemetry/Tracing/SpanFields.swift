import OTLP
public import Tracing

/// A span while it is written: attributes, events and status go straight to where it will be sent from.
///
/// Bounds: `SpanLimits`; what is beyond is counted on the span. A key that is set again takes the new value.
public struct SpanFields: ~Copyable {
    /// The ids of the span; those who call elsewhere by hand need them.
    public var spanContext: SpanContext { reference._withUnsafeGuaranteedRef { $0.spanContext } }
    // Whoever makes the fields holds the span and the tracer until they are finished.
    private let reference: Unmanaged<SpanReference>
    private unowned(unsafe) let tracer: RecordingTracer
    private let records: Unmanaged<RecordQueue>?
    /// `nil` when the span is not recorded: every call is without effect.
    private let scratch: Scratch.Pointer?
    private let policy: ValuePolicy
    private var attributesStart = 0
    private var keys = KeySketch()
    private var attributeCount = 0
    private var droppedAttributeCount = 0
    private var eventCount = 0
    private var droppedEventCount = 0
    private var linkCount = 0
    private var droppedLinkCount = 0
    private var status = Status.unset
    private var statusMessage: String?

    private enum Status { case unset, ok, error }

    public var isRecording: Bool { scratch != nil }

    @inline(__always)
    init(
        _ reference: Unmanaged<SpanReference>, _ tracer: RecordingTracer, _ scratch: Scratch.Pointer?, name: String,
        kind: SpanKind
    ) {
        self.reference = reference
        self.tracer = tracer
        records = tracer.records.map { .passUnretained($0) }
        policy = tracer.policy
        self.scratch = scratch
        guard let scratch else { return }
        reference._withUnsafeGuaranteedRef { reference in
            scratch.pointee.record.beginSpan(
                reference, name: name, policy, kind: kind, startTimeUnixNano: Clock.unixNanoseconds)
            attributesStart = scratch.pointee.record.count
            if let requestID = reference.requestID {
                scratch.pointee.record.attribute(Tag.bytes(9), RequestID.attributeName, requestID)
            }
        }
    }

    /// Of a span that is not recorded, inside of another one.
    @inline(__always)
    init(unrecorded reference: SpanReference, _ tracer: RecordingTracer) {
        self.reference = .passUnretained(reference)
        self.tracer = tracer
        records = tracer.records.map { .passUnretained($0) }
        policy = tracer.policy
        scratch = nil
    }

    // MARK: Setting

    public mutating func set(_ key: String, _ value: String) {
        guard let scratch else { return }
        key.withBytes { key in
            guard open(key, scratch) else { return }
            if policy.hides(key) { return hidden(key, scratch) }
            value.withBytes { value in
                policy.pass(value) { scratch.pointee.record.attribute(Tag.bytes(9), key, text: $0) }
            }
        }
    }

    public mutating func set(_ key: String, _ value: Int) { set(key, Int64(value)) }

    public mutating func set(_ key: String, _ value: Int64) {
        guard let scratch else { return }
        key.withBytes { key in
            guard open(key, scratch) else { return }
            if policy.hides(key) { return hidden(key, scratch) }
            scratch.pointee.record.attribute(Tag.bytes(9), key, int: value)
        }
    }

    public mutating func set(_ key: String, _ value: Double) {
        guard let scratch else { return }
        key.withBytes { key in
            guard open(key, scratch) else { return }
            if policy.hides(key) { return hidden(key, scratch) }
            scratch.pointee.record.attribute(Tag.bytes(9), key, double: value)
        }
    }

    public mutating func set(_ key: String, _ value: Bool) {
        guard let scratch else { return }
        key.withBytes { key in
            guard open(key, scratch) else { return }
            if policy.hides(key) { return hidden(key, scratch) }
            scratch.pointee.record.attribute(Tag.bytes(9), key, bool: value)
        }
    }

    /// The last name given is the span's.
    public mutating func rename(_ name: String) {
        scratch?.pointee.record.string(Tag.bytes(5), name, policy)
        attributesStart = scratch?.pointee.record.count ?? 0
    }

    /// Says that the span has done what it should: no error that is recorded afterwards changes that.
    public mutating func succeed() {
        status = .ok
        statusMessage = nil
    }

    /// Says that the span has failed.
    public mutating func fail(_ message: String? = nil) {
        guard status != .ok else { return }
        statusMessage = message ?? statusMessage
        status = .error
    }

    /// An event at this moment.
    public mutating func addEvent(_ name: String, attributes: SpanAttributes = [:]) {
        guard let scratch else { return }
        guard eventCount < tracer.limits.eventsMax else { return droppedEventCount += 1 }
        eventCount += 1
        let start = scratch.pointee.line.begin(Tag.bytes(11))
        scratch.pointee.line.fixed64(Tag.fixed64(1), Clock.unixNanoseconds)
        scratch.pointee.line.string(Tag.bytes(2), name, policy)
        let dropped = scratch.pointee.line.attributes(
            Tag.bytes(3), attributes, countMax: tracer.limits.attributesPerEventMax, policy)
        if dropped > 0 { scratch.pointee.line.varint(Tag.varint(4), UInt64(dropped)) }
        scratch.pointee.line.end(start)
    }

    /// A pointer to a span of this or another trace; without one in the context nothing is added.
    public mutating func addLink(_ context: InstrumentationContext, attributes: SpanAttributes = [:]) {
        guard let scratch, let target = context.spanContext else { return }
        guard linkCount < tracer.limits.linksMax else { return droppedLinkCount += 1 }
        linkCount += 1
        scratch.pointee.line.link(
            target, attributes, countMax: tracer.limits.attributesPerLinkMax, policy)
    }

    /// An `exception` event with the error's type, description and stack.
    public mutating func recordError(_ error: any Error) {
        guard isRecording else { return }
        let description = ErrorDescription(error)
        var attributes: SpanAttributes = [
            "exception.type": .string(description.type), "exception.message": .string(description.message),
        ]
        if let stack = description.stack { attributes["exception.stacktrace"] = stack }
        addEvent("exception", attributes: attributes)
    }

    /// Makes room for an attribute: a value that the key has already goes.
    @inline(__always)
    private mutating func open(_ key: UnsafeRawBufferPointer, _ scratch: Scratch.Pointer) -> Bool {
        if !keys.insert(key), let old = scratch.pointee.record.attribute(Tag.bytes(9), key, from: attributesStart) {
            scratch.pointee.record.remove(old)
            return true
        }
        guard attributeCount < tracer.limits.attributesMax else {
            droppedAttributeCount &+= 1
            return false
        }
        attributeCount &+= 1
        return true
    }

    @inline(never)
    private func hidden(_ key: UnsafeRawBufferPointer, _ scratch: Scratch.Pointer) {
        Redaction.replacement.withBytes { scratch.pointee.record.attribute(Tag.bytes(9), key, text: $0) }
    }

    // MARK: The end

    /// `inside` is the context that the span was current in.
    @inline(__always)
    consuming func finish(_ inside: consuming InstrumentationContext) {
        guard let scratch else { return }
        scratch.pointee.record.fixed64(Tag.fixed64(8), Clock.unixNanoseconds)
        if scratch.pointee.line.count > 0 { scratch.pointee.record.append(scratch.pointee.line.bytes) }
        if droppedAttributeCount | droppedEventCount | droppedLinkCount != 0 { finishCounts(scratch) }
        if status != .unset {
            scratch.pointee.record.status(
                isError: status == .error, message: statusMessage.map(policy.clean))
        }
        reference._withUnsafeGuaranteedRef { reference in
            scratch.pointee.record.endSpan(reference)
            records?._withUnsafeGuaranteedRef {
                $0.append(scratch.pointee.record.bytes, scope: .library, counts: reference.unretainedCounts)
            }
        }
        scratch.pointee.keep(inside)
        Scratch.giveBack(scratch)
    }

    @inline(never)
    private func finishCounts(_ scratch: Scratch.Pointer) {
        if droppedAttributeCount > 0 {
            scratch.pointee.record.varint(Tag.varint(10), UInt64(droppedAttributeCount))
        }
        if droppedEventCount > 0 { scratch.pointee.record.varint(Tag.varint(12), UInt64(droppedEventCount)) }
        if droppedLinkCount > 0 { scratch.pointee.record.varint(Tag.varint(14), UInt64(droppedLinkCount)) }
    }
}
