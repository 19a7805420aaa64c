import OTLP

/// Gives every distinct byte string of a block a code, in order of first appearance.
///
/// Shape: all entries in one buffer, with their ends; an open-addressing table from hash to code beside them.
/// Cost:  one hash and, nearly always, one comparison a lookup; no allocation but growth.
struct ByteDictionary {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    /// Code + 1 by slot; 0 is free. Always a power of two long and at most half full.
    private var slots: [UInt32] = Array(repeating: 0, count: 1_024)
    private var hashes: [UInt64] = []

    var count: Int { ends.count }

    mutating func code(of entry: ByteSpan) -> UInt32 {
        let hash = ByteDictionary.hash(entry)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let code = Int(slots[slot]) - 1
            if hashes[code] == hash, isEqual(code, entry) { return UInt32(code) }
            slot = (slot + 1) & (slots.count - 1)
        }
        return insert(entry, hash: hash, slot: slot)
    }

    mutating func code(of range: WireRange, in body: ByteSpan) -> UInt32 {
        code(of: body.extracting(range.lowerBound..<range.upperBound))
    }

    /// All entries, ready to be a column: count, lengths, then the bytes.
    func column() -> [UInt8] {
        var writer = ProtobufWriter(reservingCapacity: bytes.count + 2 * ends.count + 8)
        writer.varint(UInt64(ends.count))
        var start = 0
        for end in ends {
            writer.varint(UInt64(end - start))
            start = end
        }
        writer.bytes.append(contentsOf: bytes)
        return writer.bytes
    }

    private mutating func insert(_ entry: ByteSpan, hash: UInt64, slot: Int) -> UInt32 {
        let code = ends.count
        entry.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        ends.append(bytes.count)
        hashes.append(hash)
        slots[slot] = UInt32(code + 1)
        if 2 * ends.count > slots.count { grow() }
        return UInt32(code)
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: 2 * slots.count)
        for (code, hash) in hashes.enumerated() {
            var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(code + 1)
        }
    }

    private func isEqual(_ code: Int, _ entry: ByteSpan) -> Bool {
        let start = code == 0 ? 0 : ends[code - 1]
        guard ends[code] - start == entry.count else { return false }
        for index in 0..<entry.count where bytes[start + index] != entry[index] { return false }
        return true
    }

    /// Multiply-and-fold over eight bytes a step, seeded so that an outsider cannot choose colliding texts.
    private static func hash(_ entry: ByteSpan) -> UInt64 {
        var state = seed ^ UInt64(entry.count)
        var offset = 0
        while offset &+ 8 <= entry.count {
            state = fold(state ^ entry.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset &+= 8
        }
        var rest: UInt64 = 0
        while offset < entry.count {
            rest = rest << 8 | UInt64(entry[offset])
            offset &+= 1
        }
        return fold(state ^ rest)
    }

    private static func fold(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low
    }

    private static let seed = UInt64.random(in: .min ... .max)
}

/// The entries of a block's dictionary, by code.
struct ByteDictionaryReader {
    /// The column that ranges count in.
    let bytes: [UInt8]
    private var ranges: [WireRange] = []

    var count: Int { ranges.count }

    init(_ column: [UInt8]) throws(WireError) {
        bytes = column
        var cursor = try WireCursor(column.span)
        let count = try cursor.varint(in: column.span)
        guard count <= UInt64(column.count) else { throw WireError(.lengthBeyondMessage, at: 0) }
        var lengths: [UInt64] = []
        lengths.reserveCapacity(Int(count))
        for _ in 0..<count { lengths.append(try cursor.varint(in: column.span)) }
        ranges.reserveCapacity(lengths.count)
        var start = cursor.position
        for length in lengths {
            guard length <= UInt64(column.count - start) else { throw WireError(.lengthBeyondMessage, at: start) }
            ranges.append(WireRange(start: UInt32(start), count: UInt32(length)))
            start += Int(length)
        }
    }

    func range(_ code: UInt64) throws(WireError) -> WireRange {
        guard code < UInt64(ranges.count) else { throw WireError(.lengthBeyondMessage, at: 0) }
        return ranges[Int(code)]
    }

    func string(_ code: UInt64) throws(WireError) -> String { bytes.span.string(try range(code)) }

    func array(_ code: UInt64) throws(WireError) -> [UInt8] { bytes.span.array(try range(code)) }
}
