/// A character that may steer a terminal or turn a line around, where a JSON text stands as it is: written as `\u…`, it says the
/// same and does nothing.
///
/// DEL, C1 controls, soft hyphen, the Arabic letter mark, zero-width and directional characters, line and paragraph separators,
/// the byte order mark, tags. The joiner inside emoji and Indic words is none of them.
struct HiddenCharacter {
    /// In UTF-8, as it stands there.
    let byteCount: Int
    /// In UTF-16, as JSON escapes it.
    let codeUnits: [UInt16]

    /// - Parameter index: the first byte of a character; the text is well-formed.
    init?(_ text: UnsafeBufferPointer<UInt8>, at index: Int) {
        func byte(_ offset: Int) -> UInt8 { index + offset < text.count ? text[index + offset] : 0 }
        switch byte(0) {
        case 0x7F: self.init(0x7F, byteCount: 1)
        case 0xC2 where byte(1) < 0xA0 || byte(1) == 0xAD: self.init(UInt32(byte(1)), byteCount: 2)
        case 0xD8 where byte(1) == 0x9C: self.init(0x61C, byteCount: 2)
        case 0xE2 where byte(1) == 0x80 || byte(1) == 0x81:
            let value = 0x2000 + UInt32(byte(1) & 1) << 6 + UInt32(byte(2) & 0x3F)
            switch value {
            case 0x200B, 0x200C, 0x200E, 0x200F, 0x2028...0x202E, 0x2060...0x206F: self.init(value, byteCount: 3)
            default: return nil
            }
        case 0xEF where byte(1) == 0xBB && byte(2) == 0xBF: self.init(0xFEFF, byteCount: 3)
        case 0xF3 where byte(1) == 0xA0 && byte(2) & 0xFE == 0x80:
            self.init(0xE0000 + UInt32(byte(2) & 0x3F) << 6 + UInt32(byte(3) & 0x3F), byteCount: 4)
        default: return nil
        }
    }

    private init(_ value: UInt32, byteCount: Int) {
        self.byteCount = byteCount
        if value < 0x10000 {
            codeUnits = [UInt16(value)]
        } else {
            let rest = value - 0x10000
            codeUnits = [UInt16(0xD800 + rest >> 10), UInt16(0xDC00 + rest & 0x3FF)]
        }
    }
}
