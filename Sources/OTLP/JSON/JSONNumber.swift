/// A number as it stands in the text: nothing is rounded before it is known what it is for.
public struct JSONNumber: Sendable {
    /// Well-formed by construction.
    let text: ArraySlice<UInt8>

    /// The double that is nearest; `nil` beyond the range of doubles.
    public var double: Double? {
        guard let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite else { return nil }
        return value
    }

    /// The integer that the number is: `10`, `10.0` and `1e1` are the same. `nil` when it has a fraction or `Integer`
    /// cannot hold it.
    public func integer<Integer: FixedWidthInteger>(_: Integer.Type = Integer.self) -> Integer? {
        let (isNegative, digits, exponent) = decimal
        if digits.isEmpty { return 0 }
        guard let exponent, exponent >= 0, exponent + digits.count <= 20 else { return nil }
        var value: Integer = 0
        for index in 0..<digits.count + exponent {
            let digit = index < digits.count ? Integer(digits[digits.startIndex + index] - UInt8(ascii: "0")) : 0
            let (shifted, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (next, isOutside) =
                isNegative ? shifted.subtractingReportingOverflow(digit) : shifted.addingReportingOverflow(digit)
            guard !isTooLarge, !isOutside else { return nil }
            value = next
        }
        return value
    }

    /// The number as ±digits × 10^exponent, the digits without zeros at either end. A `nil` exponent is beyond counting.
    private var decimal: (isNegative: Bool, digits: ArraySlice<UInt8>, exponent: Int?) {
        let isNegative = text.first == UInt8(ascii: "-")
        let parts = text.dropFirst(isNegative ? 1 : 0)
            .split(maxSplits: 1, omittingEmptySubsequences: false) { $0 | 0x20 == UInt8(ascii: "e") }
        let mantissa = parts[0].split(separator: UInt8(ascii: "."))
        let fraction = mantissa.count == 2 ? mantissa[1] : []
        var digits = mantissa[0] + fraction
        var exponent = parts.count == 2 ? Int(String(decoding: parts[1], as: UTF8.self)) : 0
        if let read = exponent { exponent = abs(read) < 1 << 32 ? read - fraction.count : nil }
        digits = digits.drop { $0 == UInt8(ascii: "0") }
        while digits.last == UInt8(ascii: "0") {
            digits.removeLast()
            exponent? += 1
        }
        return (isNegative, digits, exponent)
    }

    /// Where the number that begins at `start` ends; `nil` when the grammar of RFC 8259, section 6, is not met.
    static func end(in bytes: [UInt8], from start: Int) -> Int? {
        var index = start
        func byte() -> UInt8? { index < bytes.count ? bytes[index] : nil }
        func digits() -> Bool {
            let first = index
            while let byte = byte(), byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { index += 1 }
            return index > first
        }
        if byte() == UInt8(ascii: "-") { index += 1 }
        if byte() == UInt8(ascii: "0") {
            index += 1
        } else if !digits() {
            return nil
        }
        if byte() == UInt8(ascii: ".") {
            index += 1
            guard digits() else { return nil }
        }
        if byte().map({ $0 | 0x20 }) == UInt8(ascii: "e") {
            index += 1
            if byte() == UInt8(ascii: "+") || byte() == UInt8(ascii: "-") { index += 1 }
            guard digits() else { return nil }
        }
        return index
    }
}
