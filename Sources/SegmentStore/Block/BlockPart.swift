import OTLP

/// The pieces of a block, each stored and read apart.
///
/// Source: Documentation/Formats/block.md.
enum BlockPart {
    /// Names, shapes, origins, the runs and what the groups hold.
    static let head = 0
    /// The trace ids of the runs.
    static let traceIDs = 1
    /// Which ids lead to runs of this block: trace ids and correlation values.
    static let idFilter = 2
    /// The correlation values in order, with their runs.
    static let correlations = 3
    /// The texts that more than one group uses.
    static let sharedTexts = 4
    /// For each group, which attribute values and words it has.
    static let valueFilters = 5

    static func rows(of signal: Signal, group: Int) -> Int { 16 + 4 * group + Int(signal.rawValue) }
    /// The texts that only this group uses.
    static func ownTexts(group: Int) -> Int { 16 + 4 * group }

    /// Parts of all blocks share one table: the number of the block stands above these bits.
    static let numberBits = 20

    /// What a part is called in the report of `verify`.
    static func name(_ number: Int) -> String {
        switch number {
        case head: return "head"
        case traceIDs: return "trace ids"
        case idFilter: return "id filter"
        case correlations: return "correlations"
        case sharedTexts: return "shared texts"
        case valueFilters: return "value filters"
        default:
            let kind = Signal(rawValue: UInt8(truncatingIfNeeded: number & 3)).map(\.rowName) ?? "texts"
            return "\(kind) of group \((number - 16) / 4)"
        }
    }
}

extension Signal {
    fileprivate var rowName: String {
        switch self {
        case .traces: "spans"
        case .logs: "log records"
        case .metrics: "points"
        }
    }
}

/// A block as it goes into a segment.
struct EncodedBlock: Sendable {
    var counts = SignalCounts()
    var times = TimeRange()
    /// By the numbers of `BlockPart`.
    var parts: [(number: Int, bytes: [UInt8])] = []

    var byteCount: Int { parts.reduce(0) { $0 + $1.bytes.count } }

    /// The bytes of a part; none when the block has no such part.
    func part(_ number: Int) -> [UInt8] { parts.first { $0.number == number }?.bytes ?? [] }
}

/// Numbers of rows, by signal.
struct SignalCounts: Hashable {
    var spans = 0
    var logs = 0
    var points = 0

    var total: Int { spans + logs + points }

    subscript(signal: Signal) -> Int {
        get {
            switch signal {
            case .traces: spans
            case .logs: logs
            case .metrics: points
            }
        }
        set {
            switch signal {
            case .traces: spans = newValue
            case .logs: logs = newValue
            case .metrics: points = newValue
            }
        }
    }
}

/// The earliest and the latest time of some records; empty when none has one.
struct TimeRange: Hashable {
    var first = UInt64.max
    var last: UInt64 = 0

    var isEmpty: Bool { first > last }

    mutating func include(_ time: UInt64) {
        guard time != 0 else { return }
        first = min(first, time)
        last = max(last, time)
    }

    mutating func include(_ other: TimeRange) {
        first = min(first, other.first)
        last = max(last, other.last)
    }
}
