import Logging

// Nested log metadata, as JSON and as OTLP.

extension ByteBuffer {
    /// The value as JSON; returns whether all of it found room.
    mutating func metadata(_ value: Logger.MetadataValue, _ policy: ValuePolicy, depth: Int = 1) -> Bool {
        switch value {
        case .string(let text): return jsonText(text, policy)
        case .stringConvertible(let value):
            switch Scalar(value) {
            case .string(let text): return jsonText(text, policy)
            case .bool(let flag): json(flag)
            case .int(let number): json(number)
            case .double(let number): json(number)
            }
            return true
        case .array(let values) where depth < Limits.metadataDepthMax:
            var isWhole = true
            append(UInt8(ascii: "["))
            for (place, value) in values.enumerated() {
                guard count < Limits.lineBytesMax else {
                    isWhole = false
                    break
                }
                if place > 0 { append(UInt8(ascii: ",")) }
                isWhole = metadata(value, policy, depth: depth + 1) && isWhole
            }
            append(UInt8(ascii: "]"))
            return isWhole
        case .dictionary(let members) where depth < Limits.metadataDepthMax:
            var isWhole = true
            append(UInt8(ascii: "{"))
            for (place, (key, value)) in members.sorted(by: { $0.key < $1.key }).enumerated() {
                guard count < Limits.lineBytesMax else {
                    isWhole = false
                    break
                }
                if place > 0 { append(UInt8(ascii: ",")) }
                jsonString(key)
                append(UInt8(ascii: ":"))
                if key.withBytes({ policy.hides($0) }) {
                    jsonString(Redaction.replacement)
                } else {
                    isWhole = metadata(value, policy, depth: depth + 1) && isWhole
                }
            }
            append(UInt8(ascii: "}"))
            return isWhole
        case .array, .dictionary: return jsonText(Self.tooDeep, policy)
        }
    }

    /// What stands where nesting goes on beyond the limit: its text could be as large as it is deep.
    private static let tooDeep = "[nested too deep]"

    private mutating func jsonText(_ text: String, _ policy: ValuePolicy) -> Bool {
        text.withBytes { text in
            var isWhole = true
            policy.pass(text) { isWhole = jsonString($0, upTo: Limits.lineBytesMax) }
            return isWhole
        }
    }

    /// The text between quotes, as far as the buffer stays about as small as `countMax`; returns whether that was all.
    mutating func jsonString(_ text: UnsafeRawBufferPointer, upTo countMax: Int) -> Bool {
        append(UInt8(ascii: "\""))
        let isWhole = jsonText(text, upTo: countMax)
        append(UInt8(ascii: "\""))
        return isWhole
    }

    @inline(__always)
    mutating func jsonText(_ text: UnsafeRawBufferPointer, upTo countMax: Int) -> Bool {
        if count &+ 6 &* text.count <= countMax {
            jsonText(text)
            return true
        }
        return jsonPieces(text, upTo: countMax)
    }

    /// Large text in pieces, because only writing it shows how many escapes it needs.
    @inline(never)
    private mutating func jsonPieces(_ text: UnsafeRawBufferPointer, upTo countMax: Int) -> Bool {
        var start = 0
        while start < text.count {
            guard count < countMax else { return false }
            var end = min(start + 1_024, text.count)
            while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
            jsonText(UnsafeRawBufferPointer(rebasing: text[start..<end]))
            start = end
        }
        return true
    }

    // MARK: OTLP

    /// One KeyValue message.
    mutating func attribute(
        _ tag: UInt8, _ key: UnsafeRawBufferPointer, _ value: Logger.MetadataValue, _ policy: ValuePolicy,
        depth: Int = 1
    ) {
        let start = begin(tag)
        bytes(Tag.bytes(1), key)
        let valueStart = begin(Tag.bytes(2))
        if policy.hides(key) {
            string(Tag.bytes(1), Redaction.replacement)
        } else {
            anyValue(value, policy, depth: depth)
        }
        end(valueStart)
        end(start)
    }

    private mutating func anyValue(_ value: Logger.MetadataValue, _ policy: ValuePolicy, depth: Int) {
        switch value {
        case .string(let text): anyValue(Scalar.string(text), policy)
        case .stringConvertible(let value): anyValue(Scalar(value), policy)
        case .array(let values) where depth < Limits.metadataDepthMax:
            let start = begin(Tag.bytes(5))
            for value in values {
                guard count < Limits.lineBytesMax else { break }
                let element = begin(Tag.bytes(1))
                anyValue(value, policy, depth: depth + 1)
                end(element)
            }
            end(start)
        case .dictionary(let members) where depth < Limits.metadataDepthMax:
            let start = begin(Tag.bytes(6))
            for (key, value) in members.sorted(by: { $0.key < $1.key }) {
                guard count < Limits.lineBytesMax else { break }
                key.withBytes { attribute(Tag.bytes(1), $0, value, policy, depth: depth + 1) }
            }
            end(start)
        case .array, .dictionary: anyValue(Scalar.string(Self.tooDeep), policy)
        }
    }
}
