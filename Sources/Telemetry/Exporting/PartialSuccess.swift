import OTLP

/// What an Export…ServiceResponse says of records that the collector could not take.
///
/// Shape:  1 partial_success { 1 rejected records, 2 error message }; the same for every signal.
/// Source: opentelemetry-proto 1.x, `ExportTracePartialSuccess` and its siblings.
enum PartialSuccess {
    /// 0 for a full success, and for an answer that cannot be read: the records have arrived.
    static func rejectedRecords(in body: [UInt8]) -> Int {
        let bytes = body.span
        do throws(WireError) {
            var message = try WireCursor(bytes)
            while let field = try message.nextField(in: bytes) {
                guard field.number == 1, field.type == .lengthDelimited else {
                    try message.skip(field, in: bytes)
                    continue
                }
                var partial = WireCursor(try message.lengthDelimited(in: bytes))
                while let field = try partial.nextField(in: bytes) {
                    guard field.number == 1, field.type == .varint else {
                        try partial.skip(field, in: bytes)
                        continue
                    }
                    return Int(clamping: try partial.varint(in: bytes))
                }
            }
            return 0
        } catch {
            return 0
        }
    }

    /// The same of an answer in JSON: `{"partialSuccess":{"rejectedSpans":"1"}}`, by whatever name the records have.
    static func rejectedRecords(json body: [UInt8]) -> Int {
        var reader = JSONReader(body)
        var rejected = 0
        do throws(JSONError) {
            guard try reader.nextKind() == .object else { return 0 }
            try reader.members { key, reader throws(JSONError) in
                guard key == "partialSuccess", try reader.nextKind() == .object else { return try reader.skip() }
                try reader.members { key, reader throws(JSONError) in
                    guard key.hasPrefix("rejected") else { return try reader.skip() }
                    rejected = try reader.textOrSkip().flatMap { Int($0) } ?? 0
                }
            }
        } catch {
            return 0
        }
        return rejected
    }
}
