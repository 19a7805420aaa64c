/// Bytes under construction: what a record or a line is written into.
///
/// Cost: grows by doubling and is used again and again, so that writing allocates nothing once it is warm.
struct ByteBuffer: ~Copyable {
    private(set) var base: UnsafeMutableRawPointer
    private(set) var count = 0
    private var capacity: Int

    init(capacity: Int) {
        base = .allocate(byteCount: capacity, alignment: 16)
        self.capacity = capacity
    }

    deinit { base.deallocate() }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    /// Makes room for so many more bytes.
    @inline(__always)
    mutating func reserve(_ extra: Int) {
        if count &+ extra > capacity { grow(extra) }
    }

    @inline(never)
    private mutating func grow(_ extra: Int) {
        resize(max(capacity * 2, count + extra))
    }

    private mutating func resize(_ newCapacity: Int) {
        let moved = UnsafeMutableRawPointer.allocate(byteCount: newCapacity, alignment: 16)
        moved.copyMemory(from: base, byteCount: count)
        base.deallocate()
        base = moved
        capacity = newCapacity
    }

    /// Forgets the content; gives memory back that one large record has asked for.
    mutating func clear(keeping capacityMax: Int) {
        count = 0
        if capacity > capacityMax { resize(capacityMax) }
    }

    /// Counts bytes in that have been written where room was reserved.
    @inline(__always)
    mutating func advance(_ extra: Int) { count &+= extra }

    mutating func truncate(to newCount: Int) {
        if newCount < count { count = max(newCount, 0) }
    }

    /// Takes bytes out of the middle.
    mutating func remove(_ range: Range<Int>) {
        guard range.lowerBound >= 0, range.upperBound <= count else { return }
        let tail = count - range.upperBound
        (base + range.lowerBound).copyMemory(from: base + range.upperBound, byteCount: tail)
        count -= range.count
    }

    /// Opens a gap of zeros in the middle.
    mutating func insert(_ extra: Int, at place: Int) {
        guard (0...count).contains(place) else { return }
        reserve(extra)
        (base + place + extra).copyMemory(from: base + place, byteCount: count - place)
        count += extra
    }

    subscript(place: Int) -> UInt8 {
        get { base.load(fromByteOffset: place, as: UInt8.self) }
        set { base.storeBytes(of: newValue, toByteOffset: place, as: UInt8.self) }
    }

    // MARK: Appending

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        write(upTo: 1) { $0.put(byte) }
    }

    @inline(__always)
    mutating func append(_ source: UnsafeRawBufferPointer) {
        write(upTo: source.count) { $0.put(source) }
    }

    @inline(__always)
    mutating func append(_ source: [UInt8]) {
        source.withUnsafeBytes { append($0) }
    }

    @inline(__always)
    mutating func append(_ text: StaticString) {
        write(upTo: text.utf8CodeUnitCount) { $0.put(text) }
    }

    mutating func append(text: String) {
        text.withBytes { append($0) }
    }
}

extension String {
    /// The text's UTF-8, where it lies whenever that is possible.
    ///
    /// Cost: nothing for the strings that Swift itself makes; `utf8Span` would be a call for each of them.
    @inline(__always)
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        utf8.withContiguousStorageIfAvailable { body(UnsafeRawBufferPointer($0)) } ?? withMovedBytes(body)
    }

    @inline(never)
    private func withMovedBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        utf8Span.span.bytes.withUnsafeBytes(body)
    }
}
