extension Resource {
    init(from json: inout JSONReader, _ rejection: inout RecordRejection?) throws(JSONError) {
        self.init()
        try json.beginObject()
        while let field = try json.nextField() {
            switch field {
            case "attributes": attributes = try json.attributes(&rejection)
            case "droppedAttributesCount": droppedAttributesCount = try json.integer()
            case "entityRefs":
                entityRefs = []
                try json.beginArray()
                while try json.nextElement() { entityRefs.append(try EntityRef(from: &json)) }
            default: try json.skip()
            }
        }
    }

    func encode(into writer: inout JSONWriter) {
        writer.attributes("attributes", attributes)
        writer.int32("droppedAttributesCount", droppedAttributesCount)
        writer.messages("entityRefs", entityRefs) { entity, writer in
            writer.string("schemaUrl", entity.schemaURL)
            writer.string("type", entity.type)
            writer.strings("idKeys", entity.idKeys)
            writer.strings("descriptionKeys", entity.descriptionKeys)
        }
    }
}

extension EntityRef {
    init(from json: inout JSONReader) throws(JSONError) {
        self.init()
        try json.beginObject()
        while let field = try json.nextField() {
            switch field {
            case "schemaUrl": schemaURL = try json.string()
            case "type": type = try json.string()
            case "idKeys": idKeys = try json.strings()
            case "descriptionKeys": descriptionKeys = try json.strings()
            default: try json.skip()
            }
        }
    }
}

extension InstrumentationScope {
    init(from json: inout JSONReader, _ rejection: inout RecordRejection?) throws(JSONError) {
        self.init()
        try json.beginObject()
        while let field = try json.nextField() {
            switch field {
            case "name": name = try json.string()
            case "version": version = try json.string()
            case "attributes": attributes = try json.attributes(&rejection)
            case "droppedAttributesCount": droppedAttributesCount = try json.integer()
            default: try json.skip()
            }
        }
    }

    func encode(into writer: inout JSONWriter) {
        writer.string("name", name)
        writer.string("version", version)
        writer.attributes("attributes", attributes)
        writer.int32("droppedAttributesCount", droppedAttributesCount)
    }
}

extension JSONReader {
    fileprivate mutating func strings() throws(JSONError) -> [String] {
        var strings: [String] = []
        try beginArray()
        while try nextElement() { strings.append(try string()) }
        return strings
    }
}
