import OTLP

/// Encoded records, those of one scope together.
struct RecordBatch: Sendable {
    private var groups: [Group] = []
    private(set) var recordCount = 0
    private(set) var byteCount = 0

    private struct Group {
        var scope: String
        /// Records as fields 2 of a ScopeSpans or ScopeLogs message.
        var records = ProtobufWriter()
    }

    var isEmpty: Bool { recordCount == 0 }

    /// Returns whether there was room; a record that finds none leaves no trace.
    mutating func append(scope: String, bytesMax: Int, _ encode: (inout ProtobufWriter) -> Void) -> Bool {
        let place =
            groups.firstIndex { $0.scope == scope }
            ?? {
                groups.append(Group(scope: scope))
                return groups.count - 1
            }()
        let before = groups[place].records.bytes.count
        groups[place].records.message(2, encode)
        let added = groups[place].records.bytes.count - before
        guard byteCount + added <= bytesMax else {
            groups[place].records.bytes.removeLast(added)
            return false
        }
        byteCount += added
        recordCount += 1
        return true
    }

    /// The Export…ServiceRequest. Traces and logs differ in nothing but what the records are.
    ///
    /// Shape: 1 { 1 resource, 2 { 1 scope, 2 record… }… }.
    func exportRequest(resource: [UInt8]) -> [UInt8] {
        var writer = ProtobufWriter(reservingCapacity: byteCount + resource.count + 64 * (groups.count + 1))
        writer.message(1) { writer in
            writer.alwaysBytes(1, resource)
            for group in groups where !group.records.bytes.isEmpty {
                writer.message(2) { writer in
                    writer.message(1) { scope in
                        scope.string(1, group.scope)
                        if group.scope == ProcessResource.scope.name { scope.string(2, ProcessResource.scope.version) }
                    }
                    writer.bytes.append(contentsOf: group.records.bytes)
                }
            }
        }
        return writer.bytes
    }
}
