/// What becomes of the changes that were not durable when the power went; the same for the same seed.
public struct PowerCut: Hashable, Sendable {
    public enum Survival: String, CaseIterable, Sendable {
        /// No pending change.
        case nothing
        /// Every pending change: what a process that was killed leaves behind.
        case everything
        /// The changes up to one of them, and some sectors of that one: a file system that keeps the order.
        case inOrder
        /// Any changes, and of a write any sectors: a file system and a disk that keep no order.
        case anySectors
    }

    public var survival: Survival
    public var seed: UInt64

    public init(_ survival: Survival, seed: UInt64 = 0) {
        self.survival = survival
        self.seed = seed
    }

    /// Bytes that a disk writes whole or not at all.
    static let sectorBytes = 512

    func choice(among numbers: [Int]) -> Choice {
        var generator = SeededGenerator(seed)
        let last = numbers.sorted().randomElement(using: &generator) ?? 0
        return Choice(survival: survival, last: last, generator: generator)
    }

    struct Choice {
        let survival: Survival
        /// The change that is torn when the order is kept.
        let last: Int
        var generator: SeededGenerator

        mutating func keeps(_ number: Int) -> Bool {
            switch survival {
            case .nothing: false
            case .everything: true
            case .inOrder: number <= last
            case .anySectors: Bool.random(using: &generator)
            }
        }

        /// What is left of a change to a file.
        mutating func parts(
            of pending: SimulatedDisk.Numbered<SimulatedDisk.ContentChange>
        ) -> [SimulatedDisk.ContentChange] {
            let isTorn: Bool
            switch survival {
            case .nothing: return []
            case .everything: return [pending.change]
            case .inOrder where pending.number != last: return pending.number < last ? [pending.change] : []
            case .inOrder: isTorn = true
            case .anySectors: isTorn = Bool.random(using: &generator)
            }
            guard isTorn else { return keeps(pending.number) ? [pending.change] : [] }
            switch pending.change {
            case .truncate: return keeps(pending.number) ? [pending.change] : []
            case .write(let offset, let bytes): return sectors(offset, bytes)
            }
        }

        /// Any of the sectors that a write touches. One that was not written holds what it held before, or zeros when it was
        /// not part of the file.
        private mutating func sectors(_ offset: Int, _ bytes: [UInt8]) -> [SimulatedDisk.ContentChange] {
            var kept: [SimulatedDisk.ContentChange] = []
            var start = offset
            while start < offset + bytes.count {
                let end = min((start / PowerCut.sectorBytes + 1) * PowerCut.sectorBytes, offset + bytes.count)
                if Bool.random(using: &generator) {
                    kept.append(.write(offset: start, bytes: Array(bytes[start - offset..<end - offset])))
                }
                start = end
            }
            return kept
        }
    }
}

/// The generator of Steele, Lea and Flood: short, and the same everywhere.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(_ seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
