extension Resource {
    /// Reads a Resource message.
    public init(_ message: WireRange, in bytes: ByteSpan) throws(WireError) {
        self.init()
        var ignored: RecordRejection?
        var cursor = WireCursor(message)
        while let field = try cursor.nextField(in: bytes) {
            switch field.number {
            case 1:
                let attribute = try cursor.lengthDelimited(field, in: bytes)
                attributes.append(
                    try Attribute(try AttributeReader.keyValue(attribute, in: bytes, &ignored), in: bytes))
            case 2: droppedAttributesCount = try cursor.uint32(field, in: bytes)
            case 3: entityRefs.append(try EntityRef(try cursor.lengthDelimited(field, in: bytes), in: bytes))
            default: try cursor.skip(field, in: bytes)
            }
        }
    }

    /// Writes the fields of a Resource message.
    public func encode(into writer: inout ProtobufWriter) {
        writer.attributes(1, attributes)
        writer.uint32(2, droppedAttributesCount)
        for entity in entityRefs { writer.message(3) { entity.encode(into: &$0) } }
    }
}

extension EntityRef {
    init(_ message: WireRange, in bytes: ByteSpan) throws(WireError) {
        self.init()
        var cursor = WireCursor(message)
        while let field = try cursor.nextField(in: bytes) {
            switch field.number {
            case 1: schemaURL = bytes.string(try cursor.lengthDelimited(field, in: bytes))
            case 2: type = bytes.string(try cursor.lengthDelimited(field, in: bytes))
            case 3: idKeys.append(bytes.string(try cursor.lengthDelimited(field, in: bytes)))
            case 4: descriptionKeys.append(bytes.string(try cursor.lengthDelimited(field, in: bytes)))
            default: try cursor.skip(field, in: bytes)
            }
        }
    }

    func encode(into writer: inout ProtobufWriter) {
        writer.string(1, schemaURL)
        writer.string(2, type)
        for key in idKeys { writer.alwaysString(3, key) }
        for key in descriptionKeys { writer.alwaysString(4, key) }
    }
}

extension InstrumentationScope {
    /// Reads an InstrumentationScope message.
    public init(_ message: WireRange, in bytes: ByteSpan) throws(WireError) {
        self.init()
        var ignored: RecordRejection?
        var cursor = WireCursor(message)
        while let field = try cursor.nextField(in: bytes) {
            switch field.number {
            case 1: name = bytes.string(try cursor.lengthDelimited(field, in: bytes))
            case 2: version = bytes.string(try cursor.lengthDelimited(field, in: bytes))
            case 3:
                let attribute = try cursor.lengthDelimited(field, in: bytes)
                attributes.append(
                    try Attribute(try AttributeReader.keyValue(attribute, in: bytes, &ignored), in: bytes))
            case 4: droppedAttributesCount = try cursor.uint32(field, in: bytes)
            default: try cursor.skip(field, in: bytes)
            }
        }
    }

    /// Writes the fields of an InstrumentationScope message.
    public func encode(into writer: inout ProtobufWriter) {
        writer.string(1, name)
        writer.string(2, version)
        writer.attributes(3, attributes)
        writer.uint32(4, droppedAttributesCount)
    }
}
