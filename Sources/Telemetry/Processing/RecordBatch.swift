import OTLP

/// Records on their way, those of one scope together.
///
/// Of all records that are counted together the last one tells the counts: whatever becomes of later exports, this one says
/// how many there should be.
package struct RecordBatch: Sendable {
    private var groups: [(scope: UInt16, records: [UInt8])] = []
    package private(set) var recordCount = 0
    /// What the records took in their queue.
    package private(set) var byteCount = 0

    init(_ records: [RecordChunk.Record], of signal: Signal) {
        let tellers = Self.lastOfEach(records)
        for (place, record) in records.enumerated() {
            append(record, tellers[place].map { $0.attributes(for: record.bytes, of: signal) } ?? [])
        }
    }

    package var isEmpty: Bool { recordCount == 0 }

    /// For each record the counts that it is the last one of.
    private static func lastOfEach(_ records: [RecordChunk.Record]) -> [BegunCounts?] {
        var told: Set<ObjectIdentifier> = []
        var tellers = [BegunCounts?](repeating: nil, count: records.count)
        for place in records.indices.reversed() {
            guard let counts = records[place].counts, told.insert(ObjectIdentifier(counts)).inserted else { continue }
            tellers[place] = counts
        }
        return tellers
    }

    private mutating func append(_ record: RecordChunk.Record, _ told: [UInt8]) {
        let place =
            groups.lastIndex { $0.scope == record.scope }
            ?? {
                groups.append((record.scope, []))
                return groups.count - 1
            }()
        // Field 2 of ScopeSpans and ScopeLogs alike.
        groups[place].records.append(Tag.bytes(2))
        var rest = record.bytes.count + told.count
        while rest >= 0x80 {
            groups[place].records.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        groups[place].records.append(UInt8(rest))
        groups[place].records.append(contentsOf: record.bytes)
        groups[place].records.append(contentsOf: told)
        recordCount += 1
        byteCount += RecordChunk.headBytes + record.bytes.count
    }

    /// The Export…ServiceRequest. Traces and logs differ in nothing but what the records are.
    ///
    /// Shape: 1 { 1 resource, 2 { 1 scope, 2 record… }…, 3 schema URL }.
    package func exportRequest(resource: [UInt8]) -> [UInt8] {
        var writer = ProtobufWriter(reservingCapacity: byteCount + resource.count + 64 * (groups.count + 1))
        writer.message(1) { writer in
            writer.alwaysBytes(1, resource)
            for group in groups {
                writer.message(2) { writer in
                    writer.message(1) { scope in
                        scope.string(1, ScopeID(known: group.scope).name)
                        if group.scope == ScopeID.library.number { scope.string(2, ProcessResource.scope.version) }
                    }
                    writer.bytes.append(contentsOf: group.records)
                }
            }
            writer.string(3, SemanticConventions.schemaURL)
        }
        return writer.bytes
    }
}
