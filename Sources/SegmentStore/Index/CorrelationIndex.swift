import OTLP
import TelemetryStore
import TelemetryStore

/// Which runs of a block have an id: the ids in order, each cut where it differs from its neighbours and a little behind, with
/// its run.
///
/// Shape:  buckets of ids, each a column set entry of which a lookup inflates one: lengths shared with the id before, the rest,
///         the runs. The directory holds the first id of each bucket.
///         What is found there is a candidate: its rows are read to be sure.
/// Source: Documentation/Formats/block.md.
struct CorrelationIndex {
    private static let bucketEntries = 512
    /// Bytes kept behind the place where an id differs from both neighbours: 4 hexadecimal digits pass 1 stranger in 65,536.
    private static let assuranceBytes = 4
    private static let directory = 0

    private var columns: ColumnSet
    private let firsts: TextList

    // MARK: Writing

    /// Ids with their runs, to become an index.
    struct Builder {
        private var entries: [Entry] = []

        mutating func append(_ id: UnsafeBufferPointer<UInt8>, run: Int) {
            entries.append(Entry(id: Array(id), run: UInt32(run)))
        }

        /// The index, and the filter over its ids and the trace ids of the block.
        func encoded(_ traces: [TraceID], _ zstandard: Zstandard) -> (index: [UInt8], filter: [UInt8]) {
            let sorted = entries.sorted()
            var columns = ColumnSet.Builder()
            var firsts = TextList.Builder()
            var start = 0
            while start < sorted.count {
                let end = min(start + bucketEntries, sorted.count)
                sorted[start].id.withUnsafeBufferPointer { firsts.append($0) }
                columns.append(1 + start / bucketEntries, encoded(start..<end, of: sorted))
                start = end
            }
            columns.append(directory, firsts.encoded)

            var hashes = HashSet()
            for trace in traces where !trace.isZero { hashes.insert(StableHash.of(trace)) }
            for entry in sorted { entry.id.withUnsafeBytes { hashes.insert(StableHash.of($0)) } }
            var filter = ColumnSet.Builder()
            filter.append(0, MembershipFilter(hashes.elements, bitsPerEntry: Limits.idFilterBits).bytes)
            return (columns.encoded(zstandard), filter.encoded(zstandard))
        }

        private func encoded(_ range: Range<Int>, of sorted: [Entry]) -> [UInt8] {
            var shared: [UInt64] = []
            var rests = TextList.Builder()
            var previous: [UInt8] = []
            for place in range {
                let id = sorted[place].id
                let before = place > 0 ? commonLength(id, sorted[place - 1].id) : 0
                let behind = place + 1 < sorted.count ? commonLength(id, sorted[place + 1].id) : 0
                let kept = Array(id.prefix(max(before, behind) + 1 + assuranceBytes))
                let common = commonLength(kept, previous)
                shared.append(UInt64(common))
                kept[common...].withUnsafeBufferPointer { rests.append($0) }
                previous = kept
            }
            var writer = ProtobufWriter()
            writer.varint(UInt64(shared.count))
            PackedIntegers.encode(shared, into: &writer)
            PackedIntegers.encode(range.map { UInt64(sorted[$0].run) }, into: &writer)
            writer.bytes += rests.encoded.bytes
            return writer.bytes
        }
    }

    private struct Entry: Comparable {
        var id: [UInt8]
        var run: UInt32

        static func < (left: Entry, right: Entry) -> Bool {
            if left.id == right.id { return left.run < right.run }
            return left.id.lexicographicallyPrecedes(right.id)
        }
    }

    private static func commonLength(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var length = 0
        while length < left.count, length < right.count, left[length] == right[length] { length += 1 }
        return length
    }

    // MARK: Reading

    init(_ part: [UInt8]) throws(StoreError) {
        columns = try ColumnSet(part)
        firsts = try columns.texts(CorrelationIndex.directory)
    }

    /// The runs that may have an id that is `text`, or begins with it; at most `limit`, in the order of the ids.
    mutating func runs(_ text: [UInt8], isPrefix: Bool, limit: Int) throws(StoreError) -> [Int] {
        guard firsts.count > 0 else { return [] }
        var bucket = max(0, bucketsBefore(text) - 1)
        var found: [Int] = []
        while bucket < firsts.count, found.count < limit {
            if bucket > 0, isBehind(firsts.array(bucket), text) { break }
            try appendRuns(of: text, isPrefix, inBucket: bucket, to: &found)
            bucket += 1
        }
        return Array(found.prefix(limit))
    }

    /// How many buckets begin before the text.
    private func bucketsBefore(_ text: [UInt8]) -> Int {
        var low = 0
        var high = firsts.count
        while low < high {
            let middle = (low + high) / 2
            if firsts.array(middle).lexicographicallyPrecedes(text) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Whether an id stands behind all that are `text` or begin with it.
    private func isBehind(_ id: [UInt8], _ text: [UInt8]) -> Bool {
        !id.starts(with: text) && text.lexicographicallyPrecedes(id)
    }

    private mutating func appendRuns(
        of text: [UInt8], _ isPrefix: Bool, inBucket bucket: Int, to found: inout [Int]
    ) throws(StoreError) {
        var matches: [Int] = []
        try columns.read(1 + bucket) { (cursor, bytes) throws(WireError) in
            guard !cursor.isAtEnd else { return }
            let count = try cursor.varint(in: bytes)
            guard count <= UInt64(CorrelationIndex.bucketEntries) else {
                throw WireError(.lengthBeyondMessage, at: cursor.position)
            }
            let shared = try PackedIntegers.decode(Int(count), from: &cursor, in: bytes)
            let runs = try PackedIntegers.decode(Int(count), from: &cursor, in: bytes)
            let rest = Frame(
                bytes.array(WireRange(start: UInt32(cursor.position), count: UInt32(cursor.end - cursor.position))))
            var restCursor = WireCursor(WireRange(start: 0, count: UInt32(rest.count)))
            let rests = try TextList(&restCursor, in: rest)
            guard rests.count == Int(count) else { throw WireError(.lengthBeyondMessage, at: cursor.position) }
            var kept: [UInt8] = []
            for place in 0..<Int(count) {
                guard shared[place] <= UInt64(kept.count) else {
                    throw WireError(.lengthBeyondMessage, at: cursor.position)
                }
                kept.removeSubrange(Int(shared[place])...)
                kept += rests.array(place)
                // A kept id is whole or cut: a cut one agrees as far as it goes.
                if text.starts(with: kept) || (isPrefix && kept.starts(with: text)) {
                    matches.append(Int(truncatingIfNeeded: runs[place]))
                }
            }
        }
        found += matches
    }
}

/// A correlation key as the bytes that attributes are compared with.
struct CorrelationKeyText {
    private let bytes: [UInt8]

    init(_ key: CorrelationKey) {
        bytes = Array(key.rawValue.utf8)
    }

    func equals(_ text: UnsafeBufferPointer<UInt8>) -> Bool { text.elementsEqual(bytes) }
}
