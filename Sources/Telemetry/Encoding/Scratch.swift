import Synchronization
import Tracing

/// Where one record is written before it goes to its buffer: two texts that are used again and again.
///
/// Shape: lent to one task at a time as a pointer, so that writing costs neither counting nor checks of exclusivity.
struct Scratch: ~Copyable {
    /// A line of JSON.
    var line = ByteBuffer(capacity: 1 << 10)
    /// An OTLP record.
    var record = ByteBuffer(capacity: 1 << 10)
    /// The text of the second that was written last: `2026-11-24T08:36:21.`
    var second = Timestamp.Second()
    /// The context of the span that was written last, when it held nothing else.
    private var context: InstrumentationContext?

    typealias Pointer = UnsafeMutablePointer<Scratch>

    static func take() -> Pointer { pool.take() }

    static func giveBack(_ scratch: Pointer) {
        scratch.pointee.line.clear(keeping: Limits.scratchBytesMax)
        scratch.pointee.record.clear(keeping: Limits.scratchBytesMax)
        pool.giveBack(scratch)
    }

    /// The context inside of a span, below one that holds nothing else.
    ///
    /// Cost: where nobody holds the context of the last span any longer, it is changed in place instead of made anew.
    mutating func context(inside span: consuming SpanReference) -> InstrumentationContext {
        var inside = context.take() ?? .topLevel
        inside.spanReference = span
        return inside
    }

    /// Keeps the context of a span that has ended, for the next one, when it holds nothing else.
    mutating func keep(_ inside: consuming InstrumentationContext) {
        if inside.count == 1 { context = consume inside }
    }

    private static let pool = Pool()

    /// One that is at hand without a lock, and a few behind it for those who write at the same time.
    private final class Pool: Sendable {
        /// The pointer as an integer: zero while somebody has it.
        private let first = Atomic<UInt>(0)
        private let others = Mutex<[Slot]>([])

        /// A pointer that nobody else holds.
        private struct Slot: @unchecked Sendable { var pointer: Pointer }

        func take() -> Pointer {
            if let pointer = Pointer(bitPattern: first.exchange(0, ordering: .acquiring)) { return pointer }
            if let slot = others.withLock({ $0.popLast() }) { return slot.pointer }
            let made = Pointer.allocate(capacity: 1)
            made.initialize(to: Scratch())
            return made
        }

        func giveBack(_ scratch: Pointer) {
            let (exchanged, _) = first.compareExchange(
                expected: 0, desired: UInt(bitPattern: scratch), ordering: .releasing)
            if exchanged { return }
            let slot = Slot(pointer: scratch)
            let kept = others.withLock { others in
                guard others.count < Limits.scratchesMax else { return false }
                others.append(slot)
                return true
            }
            guard !kept else { return }
            scratch.deinitialize(count: 1)
            scratch.deallocate()
        }
    }
}
