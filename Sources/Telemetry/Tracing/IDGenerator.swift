import Glibc
package import OTLP
import Synchronization

/// Makes trace ids that are random, and span ids that a store can keep in a byte or two.
///
/// A span id is a permutation, keyed by its trace id, of *process* (32 random bits) and *counter* (32 bits, one step a
/// span). Within a trace two ids are alike only if two processes drew the same 32 bits and their counters met; whoever
/// knows the scheme undoes the permutation and keeps the process once and the counters as small differences
/// (Documentation/Formats/span-id.md).
///
/// Cost:   no system call; a few multiplications an id.
/// Source: the permutation is SplitMix64's (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
package final class IDGenerator: Sendable {
    package static let shared: IDGenerator = {
        // A child process has the parent's memory: without seeds of its own it would make the parent's ids.
        pthread_atfork(nil, nil) { IDGenerator.shared.reseed() }
        return IDGenerator()
    }()

    /// The process in the upper half, the counter in the lower.
    private let position: Atomic<UInt64>
    private let traceCount = Atomic<UInt64>(0)
    private let highSeed: Atomic<UInt64>
    private let lowSeed: Atomic<UInt64>

    package init() {
        position = Atomic(Self.firstPosition())
        highSeed = Atomic(.random(in: 0 ... .max))
        lowSeed = Atomic(.random(in: 0 ... .max))
    }

    /// Draws everything anew; a copy of the process (a fork, a restored snapshot) calls it before its first id.
    package func reseed() {
        position.store(Self.firstPosition(), ordering: .relaxed)
        highSeed.store(.random(in: 0 ... .max), ordering: .relaxed)
        lowSeed.store(.random(in: 0 ... .max), ordering: .relaxed)
    }

    /// The first span of a process is number 1, and no process is number 0: the id zero is not valid.
    private static func firstPosition() -> UInt64 {
        UInt64(UInt32.random(in: 1 ... .max)) << 32
    }

    package func traceID() -> TraceID {
        let count = traceCount.wrappingAdd(1, ordering: .relaxed).newValue
        // Two sequences of their own: the lower half alone is as random as W3C's flag promises.
        let high = SpanIDPermutation.mix(highSeed.load(ordering: .relaxed) &+ count &* 0xD1B5_4A32_D192_ED03)
        let low = SpanIDPermutation.mix(lowSeed.load(ordering: .relaxed) &+ count &* 0x9E37_79B9_7F4A_7C15)
        return TraceID(high: high, low: low == 0 ? 1 : low)
    }

    package func spanID(in trace: TraceID) -> SpanID {
        while true {
            let position = position.wrappingAdd(1, ordering: .relaxed).newValue
            let id = SpanIDPermutation.spanID(position: position, in: trace)
            if !id.isZero { return id }
        }
    }
}

/// The permutation between a span id and its place, for those who make ids and those who store them.
package enum SpanIDPermutation {
    package static func spanID(position: UInt64, in trace: TraceID) -> SpanID {
        SpanID(mix(position ^ trace.low))
    }

    /// Process and counter of an id that was made this way; noise for every other id.
    package static func position(of span: SpanID, in trace: TraceID) -> UInt64 {
        unmix(span.value) ^ trace.low
    }

    static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed &>> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed &>> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed &>> 31)
    }

    private static func unmix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed &>> 31) ^ (mixed &>> 62)) &* 0x3196_42B2_D24D_8EC3
        mixed = (mixed ^ (mixed &>> 27) ^ (mixed &>> 54)) &* 0x96DE_1B17_3F11_9089
        return mixed ^ (mixed &>> 30) ^ (mixed &>> 60)
    }
}
