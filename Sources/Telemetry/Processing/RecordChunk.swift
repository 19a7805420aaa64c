/// A piece of a queue: records are appended at one end and taken from the other.
final class RecordChunk {
    static let headBytes = 8
    let capacity: Int
    private let base: UnsafeMutableRawPointer
    private var written = 0
    private var read = 0
    /// What records of this chunk are counted in: seldom more than one after the other.
    private var counts: [BegunCounts] = []
    private var latest: UnsafeRawPointer?
    private var latestNumber = UInt16.max

    /// A record where it lies: as long as its chunk is not used again.
    struct Record {
        var bytes: UnsafeRawBufferPointer
        var scope: UInt16
        var counts: BegunCounts?
    }

    init(capacity: Int) {
        self.capacity = capacity
        base = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit { base.deallocate() }

    var isEmpty: Bool { read == written }
    var isStandard: Bool { capacity == Limits.chunkBytes }

    func clear() {
        written = 0
        read = 0
        counts.removeAll(keepingCapacity: true)
        latest = nil
        latestNumber = .max
    }

    func append(_ record: UnsafeRawBufferPointer, _ scope: ScopeID, _ counts: Unmanaged<BegunCounts>?) -> Bool {
        guard written &+ Self.headBytes &+ record.count <= capacity else { return false }
        let place = base + written
        place.storeBytes(of: scope.number, as: UInt16.self)
        place.storeBytes(of: number(of: counts), toByteOffset: 2, as: UInt16.self)
        place.storeBytes(of: UInt32(truncatingIfNeeded: record.count), toByteOffset: 4, as: UInt32.self)
        if let source = record.baseAddress {
            (place + Self.headBytes).copyMemory(from: source, byteCount: record.count)
        }
        written &+= Self.headBytes &+ record.count
        return true
    }

    func next() -> Record? {
        guard read < written else { return nil }
        let place = base + read
        let scope = place.loadUnaligned(as: UInt16.self)
        let number = Int(place.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
        let count = Int(place.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        read += Self.headBytes + count
        return Record(
            bytes: UnsafeRawBufferPointer(start: place + Self.headBytes, count: count), scope: scope,
            counts: number < counts.count ? counts[number] : nil)
    }

    /// Which of the chunk's counts these are; a number that none has stands for none.
    @inline(__always)
    private func number(of counts: Unmanaged<BegunCounts>?) -> UInt16 {
        guard let counts else { return .max }
        if latest != UnsafeRawPointer(counts.toOpaque()) { add(counts) }
        return latestNumber
    }

    @inline(never)
    private func add(_ counts: Unmanaged<BegunCounts>) {
        latestNumber = UInt16(truncatingIfNeeded: self.counts.count)
        latest = UnsafeRawPointer(counts.toOpaque())
        self.counts.append(counts.takeUnretainedValue())
    }
}
