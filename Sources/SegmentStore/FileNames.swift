/// Every name that a store's folder may hold.
///
///     store.lock                             held (flock) by the one process that writes
///     segment-00000007-00000007-000.sqlite   segment 7 while it is written, or not sealed yet
///     segment-00000007-00000007-001.sqlite   segment 7, sealed
///     segment-00000003-00000007-002.sqlite   segments 3 to 7, compacted into one
///     segment-….sqlite-wal, -shm             SQLite's own, while a segment is written
///     segment-….sqlite.new                   being made; without meaning until it is renamed
///     segments.catalog                       what sealed segments say of their blocks, copied; without it they are asked
///     correlation.keys                       the attributes besides the standard ones whose values lead to their traces
///     damaged/                               what could not be opened, set aside
enum FileNames {
    static let lock = "store.lock"
    static let catalog = "segments.catalog"
    static let correlationKeys = "correlation.keys"
    static let damagedFolder = "damaged"
    static let segmentPrefix = "segment-"
    static let segmentSuffix = ".sqlite"
    static let unfinishedSuffix = ".new"
    /// What SQLite may leave beside a segment.
    static let companions = ["-wal", "-shm", "-journal"]
}

/// Which segments a file stands for, and how often they were rewritten.
///
/// A file *shadows* every other whose segments are among its own and whose generation is lower. So one rename puts a sealed or
/// compacted file in the place of those it was made from, for every process that lists the folder.
struct SegmentName: Hashable, Sendable {
    var numbers: ClosedRange<Int>
    /// 0 is written, or was when its writer died; 1 is sealed; each compaction is one more.
    var generation: Int

    /// Higher ones are nobody's: a segment a second is there for 30,000 years.
    private static let numberMax = 1 << 40

    var isSealed: Bool { generation > 0 }

    func shadows(_ other: SegmentName) -> Bool {
        generation > other.generation && numbers.contains(other.numbers.lowerBound)
            && numbers.contains(other.numbers.upperBound)
    }

    var fileName: String {
        let parts = [(numbers.lowerBound, 8), (numbers.upperBound, 8), (generation, 3)].map { number, digits in
            let text = String(number)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        return FileNames.segmentPrefix + parts.joined(separator: "-") + FileNames.segmentSuffix
    }

    init(_ numbers: ClosedRange<Int>, generation: Int) {
        self.numbers = numbers
        self.generation = generation
    }

    /// `nil` for any other name.
    init?(fileName: String) {
        guard fileName.hasPrefix(FileNames.segmentPrefix), fileName.hasSuffix(FileNames.segmentSuffix) else {
            return nil
        }
        let parts = fileName.dropFirst(FileNames.segmentPrefix.count).dropLast(FileNames.segmentSuffix.count)
            .split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 3, let first = parts[0], let last = parts[1], let generation = parts[2],
            (0...last).contains(first), last <= SegmentName.numberMax, (0...SegmentName.numberMax).contains(generation)
        else { return nil }
        self.init(first...last, generation: generation)
        guard self.fileName == fileName else { return nil }
    }

    /// Those that no other shadows, oldest first.
    static func visible(_ names: some Collection<SegmentName>) -> [SegmentName] {
        names.filter { name in !names.contains { $0.shadows(name) } }
            .sorted { ($0.numbers.lowerBound, $0.generation) < ($1.numbers.lowerBound, $1.generation) }
    }
}
