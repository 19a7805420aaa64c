/// Borrowed, bounds-checked bytes. (This module's own `Span` is the telemetry kind.)
public typealias ByteSpan = Swift.Span<UInt8>

/// A stretch of a request body: 32-bit positions, so that views of records stay small.
public struct WireRange: Hashable, Sendable {
    public var start: UInt32
    public var count: UInt32

    public static let empty = WireRange(start: 0, count: 0)

    @inlinable
    public init(start: UInt32, count: UInt32) {
        self.start = start
        self.count = count
    }

    @inlinable
    init(from start: Int, to end: Int) {
        self.init(start: UInt32(truncatingIfNeeded: start), count: UInt32(truncatingIfNeeded: end - start))
    }

    @inlinable public var lowerBound: Int { Int(start) }
    @inlinable public var upperBound: Int { Int(start) + Int(count) }
    @inlinable public var isEmpty: Bool { count == 0 }
}

extension ByteSpan {
    /// A copy of the bytes in `range`.
    public func array(_ range: WireRange) -> [UInt8] {
        extracting(range.lowerBound..<range.upperBound).withUnsafeBufferPointer { Array($0) }
    }

    /// The text in `range`; bytes that are not UTF-8 are repaired with U+FFFD.
    public func string(_ range: WireRange) -> String {
        extracting(range.lowerBound..<range.upperBound).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }

    /// Whether the bytes in `range` are well-formed UTF-8.
    ///
    /// Cost: eight bytes a step while they are ASCII, the standard library's validation from the first other one on.
    @inlinable
    public func isUTF8(_ range: WireRange) -> Bool {
        extracting(range.lowerBound..<range.upperBound).withUnsafeBytes { bytes in
            var offset = 0
            while offset &+ 8 <= bytes.count {
                let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                guard word & 0x8080_8080_8080_8080 == 0 else { break }
                offset &+= 8
            }
            while offset < bytes.count, bytes[offset] < 0x80 { offset &+= 1 }
            if offset == bytes.count { return true }
            return String(validating: bytes[offset...], as: UTF8.self) != nil
        }
    }
}
