/// Hexadecimal text of ids, lower case, most significant digit first.
public enum Hexadecimal {
    /// The ASCII digit of each value 0…15.
    @usableFromInline static let digits: StaticString = "0123456789abcdef"

    /// Appends the 16 digits of `value` as ASCII.
    @inlinable
    public static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        for shift in stride(from: 60, through: 0, by: -4) {
            bytes.append(digits.utf8Start[Int(truncatingIfNeeded: value >> UInt64(shift)) & 15])
        }
    }

    public static func string(_ value: UInt64) -> String {
        String(unsafeUninitializedCapacity: 16) { buffer in
            write(value, to: buffer, at: 0)
            return 16
        }
    }

    public static func string(high: UInt64, low: UInt64) -> String {
        String(unsafeUninitializedCapacity: 32) { buffer in
            write(high, to: buffer, at: 0)
            write(low, to: buffer, at: 16)
            return 32
        }
    }

    /// The value of at most 16 hexadecimal digits of either case; `nil` for any other character.
    public static func integer(_ text: some Sequence<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for character in text {
            guard let digit = digit(character) else { return nil }
            value = value << 4 | UInt64(digit)
        }
        return value
    }

    /// The value of one ASCII hexadecimal digit of either case.
    @inlinable
    public static func digit(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func write(_ value: UInt64, to buffer: UnsafeMutableBufferPointer<UInt8>, at start: Int) {
        for index in 0..<16 {
            let digit = Int(truncatingIfNeeded: value >> UInt64(60 - 4 * index)) & 15
            buffer[start + index] = digits.utf8Start[digit]
        }
    }
}
