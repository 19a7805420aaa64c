import OTLP
import TelemetryStore

/// A block that can be opened.
struct StoredBlock: Sendable {
    var counts: SignalCounts
    var times: TimeRange
    let segment: Segment
    let place: Place

    enum Place: Sendable {
        case file(Int64)
        case memory(EncodedBlock)
    }

    /// Whether it may have the trace, or the correlation value, with this hash.
    func mayHave(id hash: UInt64) throws(StoreError) -> Bool {
        switch place {
        case .file(let id): try segment.idFilter(ofBlock: id).mayContain(hash)
        case .memory(let block): try StoredBlock.filter(block.part(BlockPart.idFilter)).mayContain(hash)
        }
    }

    /// Which segment and block it is, for reports.
    var description: String {
        switch place {
        case .file(let id): segment.place(ofBlock: id)
        case .memory: "\(segment.path), inbox"
        }
    }

    /// The number of the block in its file; `nil` for what is still in the inbox.
    var id: Int64? { if case .file(let id) = place { id } else { nil } }

    func open() throws(StoreError) -> BlockReader {
        guard let id else { return try BlockReader(description, part) }
        let key = BlockHeadCache.Key(opening: segment.opening, block: id)
        let head = try BlockHeadCache.shared.head(key) { () throws(StoreError) in
            try BlockHead(try part(BlockPart.head))
        }
        return BlockReader(description, head, part)
    }

    /// Reads; what is damaged is told of, with its place, and any other failure is thrown.
    func reading(
        _ damaged: (StoreError) -> Void, _ work: () throws(StoreError) -> Void
    ) throws(StoreError) {
        do throws(StoreError) {
            try work()
        } catch {
            guard error.code == .corrupt else { throw error }
            damaged(StoreError(.corrupt, error.message, place: description))
        }
    }

    func part(_ number: Int) throws(StoreError) -> [UInt8] {
        switch place {
        case .file(let id): try segment.part(number, ofBlock: id)
        case .memory(let block): block.part(number)
        }
    }

    /// All of it, as it is stored.
    ///
    /// Errors: `.corrupt` when a part is damaged or missing.
    func encoded() throws(StoreError) -> EncodedBlock {
        let id: Int64
        switch place {
        case .memory(let block): return block
        case .file(let number): id = number
        }
        var block = EncodedBlock(counts: counts, times: times)
        for number in try segment.partNumbers(ofBlock: id) {
            block.parts.append((number, try segment.part(number, ofBlock: id)))
        }
        let numbers = Set(block.parts.map(\.number))
        for (place, group) in try open().groups.enumerated() {
            for signal in Signal.allCases
            where group.counts[signal] > 0 && !numbers.contains(BlockPart.rows(of: signal, group: place)) {
                throw StoreError(.corrupt, "cannot copy a block: rows are missing", place: description)
            }
        }
        return block
    }

    static func filter(_ part: [UInt8]) throws(StoreError) -> MembershipFilter {
        var set = try ColumnSet(part)
        return try set.read(0) { (cursor, bytes) in
            MembershipFilter(bytes: bytes.extracting(cursor.position..<cursor.end))
        }
    }
}
