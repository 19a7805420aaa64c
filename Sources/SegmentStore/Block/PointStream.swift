import OTLP

/// The last values of one metric stream: what the next point's values are written against.
struct PointStream {
    var startTime = Last()
    var time = LastTime()
    var integer = Last()
    var count = Last()
    var zeroCount = Last()
    var double = LastBits()
    var sum = LastBits()
    var min = LastBits()
    var max = LastBits()
    var zeroThreshold = LastBits()
    var buckets = BucketCounts()
    var negativeBuckets = BucketCounts()

    /// Integers as differences.
    struct Last {
        private var last: Int64 = 0

        mutating func difference(_ value: Int64) -> Int64 {
            defer { last = value }
            return value &- last
        }

        mutating func difference(_ time: UInt64) -> Int64 { difference(Int64(bitPattern: time)) }

        mutating func value(_ difference: Int64) -> Int64 {
            last &+= difference
            return last
        }

        mutating func value(_ difference: Int64) -> UInt64 { UInt64(bitPattern: value(difference)) }
    }

    /// Times as differences of differences: a stream that reports every minute is all zeros.
    struct LastTime {
        private var last = Last()
        private var step = Last()

        mutating func change(_ time: UInt64) -> Int64 { step.difference(last.difference(time)) }
        mutating func value(_ change: Int64) -> UInt64 { last.value(step.value(change)) }
    }

    /// Doubles as the bits that changed.
    struct LastBits {
        private var last: UInt64 = 0

        mutating func change(_ bits: UInt64) -> UInt64 {
            defer { last = bits }
            return bits ^ last
        }

        mutating func value(_ change: UInt64) -> UInt64 {
            last ^= change
            return last
        }
    }
}

/// Counts of histogram buckets, each against the same bucket of the point before.
struct BucketCounts {
    private var last: [UInt64] = []

    mutating func differences(_ counts: [UInt64]) -> [Int64] {
        if last.count != counts.count { last = Array(repeating: 0, count: counts.count) }
        defer { last = counts }
        return zip(counts, last).map { Int64(bitPattern: $0 &- $1) }
    }

    mutating func counts(_ differences: [Int64]) -> [UInt64] {
        if last.count != differences.count { last = Array(repeating: 0, count: differences.count) }
        last = zip(differences, last).map { UInt64(bitPattern: $0) &+ $1 }
        return last
    }
}

/// Which of its optional parts a point has.
struct Presence: OptionSet {
    var rawValue: UInt64

    /// There is a point at all: a metric that was sent without any has one row that has none.
    static let point = Presence(rawValue: 1 << 0)
    static let start = Presence(rawValue: 1 << 1)
    static let time = Presence(rawValue: 1 << 2)
    static let flags = Presence(rawValue: 1 << 3)
    static let exemplars = Presence(rawValue: 1 << 4)
    static let integer = Presence(rawValue: 1 << 5)
    static let double = Presence(rawValue: 1 << 6)
    static let sum = Presence(rawValue: 1 << 7)
    static let min = Presence(rawValue: 1 << 8)
    static let max = Presence(rawValue: 1 << 9)
    static let positive = Presence(rawValue: 1 << 10)
    static let negative = Presence(rawValue: 1 << 11)

    init(rawValue: UInt64) { self.rawValue = rawValue }

    init(_ start: UInt64, _ time: UInt64, _ flags: UInt32, _ exemplars: [Exemplar]) {
        self = .point
        if start != 0 { insert(.start) }
        if time != 0 { insert(.time) }
        if flags != 0 { insert(.flags) }
        if !exemplars.isEmpty { insert(.exemplars) }
    }

    mutating func insertExtremes(_ sum: ExactDouble?, _ min: ExactDouble?, _ max: ExactDouble?) {
        if sum != nil { insert(.sum) }
        if min != nil { insert(.min) }
        if max != nil { insert(.max) }
    }
}
