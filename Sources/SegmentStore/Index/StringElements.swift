import OTLP

/// The strings inside a structured value, at any depth.
enum StringElements {
    /// Calls `body` with each string of an `ArrayValue` or `KeyValueList` message; keys are no strings of it.
    static func forEach(
        of message: UnsafeRawBufferPointer, _ kind: AttributeView.Kind, _ body: (UnsafeRawBufferPointer) -> Void
    ) {
        message.withMemoryRebound(to: UInt8.self) { bytes in
            let span = bytes.span
            // What stands in a block was read once already, so an error here can only end the walk.
            try? walk(WireRange(start: 0, count: UInt32(span.count)), kind, in: span, body)
        }
    }

    private static func walk(
        _ message: WireRange, _ kind: AttributeView.Kind, in bytes: ByteSpan, _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(WireError) {
        var cursor = WireCursor(message)
        while let field = try cursor.nextField(in: bytes) {
            guard field.number == 1, field.type == .lengthDelimited else {
                try cursor.skip(field, in: bytes)
                continue
            }
            let element = try cursor.lengthDelimited(in: bytes)
            if kind == .array {
                try value(element, in: bytes, body)
            } else {
                var pair = WireCursor(element)
                while let field = try pair.nextField(in: bytes) {
                    if field.number == 2, field.type == .lengthDelimited {
                        try value(try pair.lengthDelimited(in: bytes), in: bytes, body)
                    } else {
                        try pair.skip(field, in: bytes)
                    }
                }
            }
        }
    }

    private static func value(
        _ message: WireRange, in bytes: ByteSpan, _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(WireError) {
        var cursor = WireCursor(message)
        while let field = try cursor.nextField(in: bytes) {
            guard field.type == .lengthDelimited else {
                try cursor.skip(field, in: bytes)
                continue
            }
            let range = try cursor.lengthDelimited(in: bytes)
            switch field.number {
            case 1: bytes.extracting(range.lowerBound..<range.upperBound).withUnsafeBytes(body)
            case 5: try walk(range, .array, in: bytes, body)
            case 6: try walk(range, .map, in: bytes, body)
            default: break
            }
        }
    }
}
