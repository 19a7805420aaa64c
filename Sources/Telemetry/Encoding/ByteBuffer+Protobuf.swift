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
    mutating func varint(_ tag: UInt8, _ value: UInt64) {
        write(upTo: 11) { cursor in
            cursor.put(tag)
            cursor.varint(value)
        }
    }

    @inline(__always)
    mutating func fixed64(_ tag: UInt8, _ value: UInt64) {
        write(upTo: 9) { $0.fixed64(tag, value) }
    }

    @inline(__always)
    mutating func fixed32(_ tag: UInt8, _ value: UInt32) {
        write(upTo: 5) { cursor in
            cursor.put(tag)
            cursor.put(raw: value.littleEndian)
        }
    }

    @inline(__always)
    mutating func traceID(_ tag: UInt8, _ id: TraceID) {
        write(upTo: 18) { $0.traceID(tag, id) }
    }

    @inline(__always)
    mutating func spanID(_ tag: UInt8, _ id: SpanID) {
        write(upTo: 10) { $0.spanID(tag, id) }
    }

    @inline(__always)
    mutating func bytes(_ tag: UInt8, _ source: UnsafeRawBufferPointer) {
        write(upTo: source.count &+ 11) { cursor in
            cursor.put(tag)
            cursor.varint(source.count)
            cursor.put(source)
        }
    }

    mutating func string(_ tag: UInt8, _ text: String) {
        text.withBytes { bytes(tag, $0) }
    }

    /// A text that passes the policy first.
    @inline(__always)
    mutating func string(_ tag: UInt8, _ text: String, _ policy: ValuePolicy) {
        text.withBytes { policy.pass($0) { bytes(tag, $0) } }
    }

    /// Begins a nested message; `end` writes its length.
    mutating func begin(_ tag: UInt8) -> Int {
        write(upTo: 2) { cursor in
            cursor.put(tag)
            cursor.put(0)
        }
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
        let size = key.count &+ text.count &+ 6
        if size < 0x80 {
            // Every length takes one byte.
            return write(upTo: size &+ 2) { cursor in
                cursor.put(tag, size)
                cursor.put(Tag.bytes(1), key.count)
                cursor.put(key)
                cursor.put(Tag.bytes(2), text.count &+ 2)
                cursor.put(Tag.bytes(1), text.count)
                cursor.put(text)
            }
        }
        let valueSize = 1 &+ Self.varintSize(text.count) &+ text.count
        attribute(tag, key, valueSize: valueSize) { cursor in
            cursor.put(Tag.bytes(1))
            cursor.varint(text.count)
            cursor.put(text)
        }
    }

    @inline(__always)
    mutating func attribute(_ tag: UInt8, _ key: UnsafeRawBufferPointer, int: Int64) {
        let bits = UInt64(bitPattern: int)
        let valueSize = 1 &+ (64 &- (bits | 1).leadingZeroBitCount &+ 6) / 7
        attribute(tag, key, valueSize: valueSize) { cursor in
            cursor.put(Tag.varint(3))
            cursor.varint(bits)
        }
    }

    @inline(__always)
    mutating func attribute(_ tag: UInt8, _ key: UnsafeRawBufferPointer, bool: Bool) {
        attribute(tag, key, valueSize: 2) { cursor in
            cursor.put(Tag.varint(2))
            cursor.put(bool ? 1 : 0)
        }
    }

    @inline(__always)
    mutating func attribute(_ tag: UInt8, _ key: UnsafeRawBufferPointer, double: Double) {
        attribute(tag, key, valueSize: 9) { $0.fixed64(Tag.fixed64(4), double.bitPattern) }
    }

    /// A KeyValue whose value takes `valueSize` bytes.
    @inline(__always)
    private mutating func attribute(
        _ tag: UInt8, _ key: UnsafeRawBufferPointer, valueSize: Int, _ value: (inout Cursor) -> Void
    ) {
        let size = 2 &+ Self.varintSize(key.count) &+ key.count &+ Self.varintSize(valueSize) &+ valueSize
        write(upTo: size &+ 11) { cursor in
            cursor.put(tag)
            cursor.varint(size)
            cursor.put(Tag.bytes(1))
            cursor.varint(key.count)
            cursor.put(key)
            cursor.put(Tag.bytes(2))
            cursor.varint(valueSize)
            value(&cursor)
        }
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

extension Cursor {
    /// A tag and a length that takes one byte.
    @inline(__always)
    mutating func put(_ tag: UInt8, _ length: Int) {
        put(raw: (UInt16(tag) | UInt16(truncatingIfNeeded: length) &<< 8).littleEndian)
    }

    @inline(__always)
    mutating func fixed64(_ tag: UInt8, _ value: UInt64) {
        put(tag)
        put(raw: value.littleEndian)
    }

    @inline(__always)
    mutating func traceID(_ tag: UInt8, _ id: TraceID) {
        put(tag)
        put(UInt8(TraceID.byteCount))
        put(raw: id.high.bigEndian)
        put(raw: id.low.bigEndian)
    }

    @inline(__always)
    mutating func spanID(_ tag: UInt8, _ id: SpanID) {
        put(tag)
        put(UInt8(SpanID.byteCount))
        put(raw: id.value.bigEndian)
    }
}
