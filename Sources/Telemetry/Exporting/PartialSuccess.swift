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
        let text = String(decoding: body, as: UTF8.self)
        guard let name = text.firstRange(of: "\"rejected"),
            let colon = text[name.upperBound...].firstIndex(of: ":")
        else { return 0 }
        let value = text[text.index(after: colon)...].drop { !$0.isNumber }
        return Int(value.prefix { $0.isNumber }) ?? 0
    }
}
