import OTLP
import TelemetryStore

extension Correlation {
    /// The ids by which the traces of a request body can be found, but for the trace ids themselves.
    static func all(
        in body: [UInt8], _ signal: Signal, _ keys: [CorrelationKey]
    ) throws(WireError) -> Set<Correlation> {
        switch signal {
        case .traces:
            var walker = ExportWalker(SpanCorrelations(keys: keys))
            try walker.walk(body.span)
            return walker.visitor.found
        case .logs:
            var walker = ExportWalker(LogCorrelations(keys: keys))
            try walker.walk(body.span)
            return walker.visitor.found
        case .metrics:
            return []
        }
    }

    /// What the attributes of one record say under the indexed keys.
    fileprivate static func all(
        in attributes: some Collection<AttributeView>, of traceID: TraceID, _ keys: [CorrelationKey], _ bytes: ByteSpan,
        _ found: inout Set<Correlation>
    ) {
        guard !traceID.isZero else { return }
        for attribute in attributes where attribute.kind == .string && !attribute.range.isEmpty {
            guard attribute.range.count <= UInt32(Limits.correlationValueBytesMax) else { continue }
            for key in keys where bytes.equals(attribute.key, key.rawValue) {
                found.insert(Correlation(key: key, value: bytes.string(attribute.range), traceID: traceID))
            }
        }
    }
}

private struct SpanCorrelations: RecordVisitor {
    let keys: [CorrelationKey]
    var found: Set<Correlation> = []

    mutating func beginResource(_ resource: WireRange?, schemaURL: WireRange, in bytes: ByteSpan) {}
    mutating func beginScope(_ scope: WireRange?, schemaURL: WireRange, in bytes: ByteSpan) {}

    mutating func take(_ record: borrowing SpanReader, in bytes: ByteSpan) {
        let own = record.attributes[..<record.ownAttributeCount]
        Correlation.all(in: own, of: record.traceID, keys, bytes, &found)
        for link in record.links where !link.traceID.isZero && link.traceID != record.traceID {
            found.insert(Correlation(key: .linkedTraceID, value: link.traceID.hex, traceID: record.traceID))
        }
    }
}

private struct LogCorrelations: RecordVisitor {
    let keys: [CorrelationKey]
    var found: Set<Correlation> = []

    mutating func beginResource(_ resource: WireRange?, schemaURL: WireRange, in bytes: ByteSpan) {}
    mutating func beginScope(_ scope: WireRange?, schemaURL: WireRange, in bytes: ByteSpan) {}

    mutating func take(_ record: borrowing LogRecordReader, in bytes: ByteSpan) {
        Correlation.all(in: record.attributes, of: record.traceID, keys, bytes, &found)
    }
}

extension ByteSpan {
    func equals(_ range: WireRange, _ text: String) -> Bool {
        var text = text
        return text.withUTF8 { utf8 in
            guard utf8.count == range.count else { return false }
            for index in 0..<utf8.count where self[range.lowerBound + index] != utf8[index] { return false }
            return true
        }
    }
}
