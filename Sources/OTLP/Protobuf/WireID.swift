/// An id that OTLP carries as bytes: of its full length, or empty for none.
protocol WireID {
    static var zero: Self { get }
    /// Reads the bytes in `range`; `nil` when they are neither none nor as many as the id has.
    init?(wire range: WireRange, in bytes: ByteSpan)
}

extension TraceID: WireID {
    init?(wire range: WireRange, in bytes: ByteSpan) {
        switch Int(range.count) {
        case 0: self = .zero
        case TraceID.byteCount:
            let high = bytes.bytes.unsafeLoadUnaligned(fromByteOffset: range.lowerBound, as: UInt64.self)
            let low = bytes.bytes.unsafeLoadUnaligned(fromByteOffset: range.lowerBound + 8, as: UInt64.self)
            self.init(high: UInt64(bigEndian: high), low: UInt64(bigEndian: low))
        default: return nil
        }
    }
}

extension SpanID: WireID {
    init?(wire range: WireRange, in bytes: ByteSpan) {
        switch Int(range.count) {
        case 0: self = .zero
        case SpanID.byteCount:
            let value = bytes.bytes.unsafeLoadUnaligned(fromByteOffset: range.lowerBound, as: UInt64.self)
            self.init(UInt64(bigEndian: value))
        default: return nil
        }
    }
}
