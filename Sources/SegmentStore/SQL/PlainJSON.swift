import OTLP

/// Attributes as JSON that `->>` and `json_extract` read: a member for each key, in the order they were sent.
///
/// Shape:  text, numbers and booleans as they are; bytes in Base64; no value as `null`; NaN and infinities, which JSON lacks, as
///         texts. A key that was sent twice is there twice, and SQLite reads the first.
extension JSONWriter {
    static func plain(_ value: AttributeValue?) -> [UInt8] {
        var writer = JSONWriter()
        writer.plain(value)
        return writer.bytes
    }

    static func plain(_ attributes: [Attribute]) -> [UInt8] {
        var writer = JSONWriter()
        writer.plain(attributes)
        return writer.bytes
    }

    mutating func plain(_ attributes: [Attribute]) {
        object { writer in
            for attribute in attributes {
                writer.key(attribute.key)
                writer.plain(attribute.value)
            }
        }
    }

    mutating func plain(_ value: AttributeValue?) {
        switch value {
        case nil, .empty: null()
        case .string(let text): self.value(text)
        case .bool(let flag): self.value(flag)
        case .int(let number): self.value(number)
        case .double(let number): self.value(number)
        case .bytes(let bytes): self.value(base64: bytes)
        case .array(let elements): array { writer in for element in elements { writer.plain(element) } }
        case .map(let entries): plain(entries)
        }
    }
}

extension [Span.Event] {
    var plainJSON: [UInt8] {
        var writer = JSONWriter()
        writer.array { writer in
            for event in self {
                writer.object { writer in
                    writer.member("time", event.timeUnixNano)
                    writer.member("name", event.name)
                    writer.key("attributes")
                    writer.plain(event.attributes)
                }
            }
        }
        return writer.bytes
    }
}

extension [Span.Link] {
    var plainJSON: [UInt8] {
        var writer = JSONWriter()
        writer.array { writer in
            for link in self {
                writer.object { writer in
                    writer.member("trace_id", link.traceID.hex)
                    writer.member("span_id", link.spanID.hex)
                    writer.key("attributes")
                    writer.plain(link.attributes)
                }
            }
        }
        return writer.bytes
    }
}
