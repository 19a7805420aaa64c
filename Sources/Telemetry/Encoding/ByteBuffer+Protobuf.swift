import OTLP

// Protobuf fields. `tag` is the field's number and wire type as one byte: field numbers up to 15.

/// The tags of the OTLP messages that are written by hand here.
enum Tag {
    /// A length-delimited field.
    static func bytes(_ number: UInt8) -> UInt8 { number << 3 | 2 }
    static func varint(_ number: UInt8) -> UInt8 { number << 3 }
    static func fixed64(_ number: UInt8) -> UInt8 { number << 3 | 1 }
    static func fixed32(_ number: UInt8) -> UInt8 { number << 3 | 5 }
}

extension ByteBuffer {
    @inline(__always)
    mutating func varint(_ value: UInt64) {
        reserve(10)
        uncheckedVarint(value)
    }

    @inline(__always)
    mutating func uncheckedVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            unchecked(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest &>>= 7
        }
        unchecked(UInt8(truncatingIfNeeded: rest))
    }

    @inline(__always)
    mutating func varint(_ tag: UInt8, _ value: UInt64) {
        reserve(11)
        unchecked(tag)
        uncheckedVarint(value)
    }

    @inline(__always)
    mutating func fixed64(_ tag: UInt8, _ value: UInt64) {
        reserve(9)
        unchecked(tag)
        unchecked(raw: value.littleEndian)
    }

    @inline(__always)
    mutating func traceID(_ tag: UInt8, _ id: TraceID) {
        reserve(18)
        unchecked(tag)
        unchecked(UInt8(TraceID.byteCount))
        unchecked(raw: id.high.bigEndian)
        unchecked(raw: id.low.bigEndian)
    }

    @inline(__always)
    mutating func spanID(_ tag: UInt8, _ id: SpanID) {
        reserve(10)
        unchecked(tag)
        unchecked(UInt8(SpanID.byteCount))
        unchecked(raw: id.value.bigEndian)
    }

    @inline(__always)
    mutating func bytes(_ tag: UInt8, _ source: UnsafeRawBufferPointer) {
        reserve(source.count &+ 11)
        unchecked(tag)
        uncheckedVarint(UInt64(source.count))
        unchecked(source)
    }

    mutating func string(_ tag: UInt8, _ text: String) {
        text.withBytes { bytes(tag, $0) }
    }

    /// Begins a nested message; `end` writes its length.
    mutating func begin(_ tag: UInt8) -> Int {
        reserve(2)
        unchecked(tag)
        unchecked(0)
        return count
    }

    /// Cost: a message of 128 bytes or more is moved by the few bytes that its length takes beyond one.
    mutating func end(_ start: Int) {
        let length = count - start
        if length < 0x80 {
            self[start - 1] = UInt8(truncatingIfNeeded: length)
            return
        }
        insert(Self.varintSize(length) - 1, at: start)
        var rest = length
        var place = start - 1
        while rest >= 0x80 {
            self[place] = UInt8(truncatingIfNeeded: rest) | 0x80
            rest >>= 7
            place += 1
        }
        self[place] = UInt8(rest)
    }

    @inline(__always)
    static func varintSize(_ value: Int) -> Int {
        if value < 0x80 { return 1 }
        if value < 0x4000 { return 2 }
        return (64 - (value | 1).leadingZeroBitCount + 6) / 7
    }

    // MARK: KeyValue messages

    /// A text attribute. `tag` is the field of the attributes in their record.
    @inline(__always)
    mutating func attribute(_ tag: UInt8, _ key: UnsafeRawBufferPointer, text: UnsafeRawBufferPointer) {
        let value = 1 &+ Self.varintSize(text.count) &+ text.count
        openAttribute(tag, key, valueSize: value)
        unchecked(Tag.bytes(1))
        uncheckedVarint(UInt64(text.count))
        unchecked(text)
    }

    @inline(__always)
    mutating func attribute(_ tag: UInt8, _ key: UnsafeRawBufferPointer, int: Int64) {
        let bits = UInt64(bitPattern: int)
        let size = 1 &+ (64 &- (bits | 1).leadingZeroBitCount &+ 6) / 7
        openAttribute(tag, key, valueSize: size)
        unchecked(Tag.varint(3))
        uncheckedVarint(bits)
    }

    @inline(__always)
    mutating func attribute(_ tag: UInt8, _ key: UnsafeRawBufferPointer, bool: Bool) {
        openAttribute(tag, key, valueSize: 2)
        unchecked(Tag.varint(2))
        unchecked(bool ? 1 : 0)
    }

    @inline(__always)
    mutating func attribute(_ tag: UInt8, _ key: UnsafeRawBufferPointer, double: Double) {
        openAttribute(tag, key, valueSize: 9)
        unchecked(Tag.fixed64(4))
        unchecked(raw: double.bitPattern.littleEndian)
    }

    /// The head of a KeyValue whose value takes `valueSize` bytes; reserves room for those too.
    @inline(__always)
    private mutating func openAttribute(_ tag: UInt8, _ key: UnsafeRawBufferPointer, valueSize: Int) {
        let size =
            1 &+ Self.varintSize(key.count) &+ key.count &+ 1 &+ Self.varintSize(valueSize) &+ valueSize
        reserve(size &+ 11)
        unchecked(tag)
        uncheckedVarint(UInt64(size))
        unchecked(Tag.bytes(1))
        uncheckedVarint(UInt64(key.count))
        unchecked(key)
        unchecked(Tag.bytes(2))
        uncheckedVarint(UInt64(valueSize))
    }
}

extension ByteBuffer {
    /// Where the attribute of that key lies among those that begin at `start`; `nil` when there is none.
    @inline(__always)
    func attribute(_ tag: UInt8, _ key: UnsafeRawBufferPointer, from start: Int) -> Range<Int>? {
        var place = start
        while place < count, self[place] == tag {
            var body = place &+ 1
            let size = readVarint(at: &body)
            // Behind the tag of the key stands its length.
            var name = body &+ 1
            let nameSize = readVarint(at: &name)
            if nameSize == key.count, UnsafeRawBufferPointer(start: base + name, count: nameSize).elementsEqual(key) {
                return place..<body &+ size
            }
            place = body &+ size
        }
        return nil
    }

    /// Reads what this buffer itself has written.
    @inline(__always)
    private func readVarint(at place: inout Int) -> Int {
        var value = 0
        var shift = 0
        while place < count {
            let byte = self[place]
            place &+= 1
            value |= Int(byte & 0x7F) &<< shift
            if byte < 0x80 { break }
            shift &+= 7
        }
        return value
    }
}
