/// Checks the Resource and InstrumentationScope messages of a request: what is wrong with them is wrong with their records.
enum OriginReader {
    static func resource(
        _ message: WireRange, in bytes: ByteSpan, _ rejection: inout RecordRejection?
    ) throws(WireError) {
        var cursor = WireCursor(message)
        while let field = try cursor.nextField(in: bytes) {
            switch field.number {
            case 1:
                _ = try AttributeReader.keyValue(try cursor.lengthDelimited(field, in: bytes), in: bytes, &rejection)
            case 2: _ = try cursor.uint32(field, in: bytes)
            case 3: try entityRef(try cursor.lengthDelimited(field, in: bytes), in: bytes, &rejection)
            default: try cursor.skip(field, in: bytes)
            }
        }
    }

    static func scope(
        _ message: WireRange, in bytes: ByteSpan, _ rejection: inout RecordRejection?
    ) throws(WireError) {
        var cursor = WireCursor(message)
        while let field = try cursor.nextField(in: bytes) {
            switch field.number {
            case 1, 2:
                let text = try cursor.lengthDelimited(field, in: bytes)
                if !bytes.isUTF8(text) { rejection = .invalidUTF8(field.number == 1 ? .name : .version) }
            case 3:
                _ = try AttributeReader.keyValue(try cursor.lengthDelimited(field, in: bytes), in: bytes, &rejection)
            case 4: _ = try cursor.uint32(field, in: bytes)
            default: try cursor.skip(field, in: bytes)
            }
        }
    }

    private static func entityRef(
        _ message: WireRange, in bytes: ByteSpan, _ rejection: inout RecordRejection?
    ) throws(WireError) {
        var cursor = WireCursor(message)
        while let field = try cursor.nextField(in: bytes) {
            switch field.number {
            case 1...4:
                if !bytes.isUTF8(try cursor.lengthDelimited(field, in: bytes)) { rejection = .invalidUTF8(.entityRef) }
            default: try cursor.skip(field, in: bytes)
            }
        }
    }
}
