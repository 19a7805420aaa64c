import OTLP

/// A resource with a scope, as a block keeps them: the fields of their groups on the wire but the records.
struct BlockOrigin: Hashable {
    /// Fields 1 and 3 of `ResourceSpans` and its kin.
    var group: [UInt8]
    /// Fields 1 and 3 of `ScopeSpans` and its kin.
    var scope: [UInt8]

    static func all(in list: TextList) -> [BlockOrigin] {
        stride(from: 0, to: list.count - 1, by: 2).map { BlockOrigin(group: list.array($0), scope: list.array($0 + 1)) }
    }

    var resource: Resource? { BlockOrigin.field(1, of: group).flatMap { try? Resource($0, in: group.span) } }

    var instrumentationScope: InstrumentationScope? {
        BlockOrigin.field(1, of: scope).flatMap { try? InstrumentationScope($0, in: scope.span) }
    }

    /// The `service.name` of the resource; `nil` when it has none.
    var service: String? {
        guard let value = value(of: "service.name") else { return nil }
        return BlockOrigin.field(1, of: group, in: value).map { group.span.string($0) }
    }

    /// Whether the resource has an attribute with this key.
    func has(_ key: String) -> Bool { value(of: key) != nil }

    /// The `AnyValue` message of the resource's first attribute with this key, found without reading the others.
    private func value(of key: String) -> WireRange? {
        var value: WireRange?
        forEachAttribute { name, pair in
            guard name.elementsEqual(key.utf8) else { return true }
            value = BlockOrigin.field(2, of: group, in: pair)
            return false
        }
        return value
    }

    /// The keys of the resource's attributes, as they are written.
    var resourceKeys: [ArraySlice<UInt8>] {
        var keys: [ArraySlice<UInt8>] = []
        forEachAttribute { name, _ in
            keys.append(name)
            return true
        }
        return keys
    }

    /// Gives each attribute of the resource, as its key and its `KeyValue` message, until `body` has had enough.
    private func forEachAttribute(_ body: (ArraySlice<UInt8>, WireRange) -> Bool) {
        let bytes = group.span
        guard let resource = BlockOrigin.field(1, of: group) else { return }
        var cursor = WireCursor(resource)
        while let field = try? cursor.nextField(in: bytes) {
            guard field.number == 1, field.type == .lengthDelimited else {
                guard (try? cursor.skip(field, in: bytes)) != nil else { return }
                continue
            }
            guard let pair = try? cursor.lengthDelimited(in: bytes) else { return }
            if let name = BlockOrigin.field(1, of: group, in: pair),
                !body(group[name.lowerBound..<name.upperBound], pair)
            {
                return
            }
        }
    }

    var resourceSchemaURL: String { BlockOrigin.field(3, of: group).map { group.span.string($0) } ?? "" }
    var scopeSchemaURL: String { BlockOrigin.field(3, of: scope).map { scope.span.string($0) } ?? "" }

    private static func field(_ number: UInt32, of bytes: [UInt8], in range: WireRange? = nil) -> WireRange? {
        let span = bytes.span
        var cursor = WireCursor(range ?? WireRange(start: 0, count: UInt32(bytes.count)))
        while let field = try? cursor.nextField(in: span) {
            if field.number == number, field.type == .lengthDelimited { return try? cursor.lengthDelimited(in: span) }
            guard (try? cursor.skip(field, in: span)) != nil else { return nil }
        }
        return nil
    }
}

/// Records of several origins, on their way to a request body: each origin once, in order of first appearance.
struct OriginBodies {
    private var places: [Int: Int] = [:]
    private var groups: [(origin: Int, records: ProtobufWriter)] = []

    var isEmpty: Bool { groups.isEmpty }

    mutating func append(_ record: [UInt8], from origin: UInt64) {
        let origin = Int(truncatingIfNeeded: origin)
        let place: Int
        if let known = places[origin] {
            place = known
        } else {
            place = groups.count
            places[origin] = place
            groups.append((origin, ProtobufWriter()))
        }
        groups[place].records.alwaysBytes(2, record)
    }

    /// The body of an export request.
    func request(_ origins: [BlockOrigin]) -> [UInt8] {
        var request = ProtobufWriter()
        for (origin, records) in groups where origins.indices.contains(origin) {
            request.message(1) { group in
                group.bytes += origins[origin].group
                group.message(2) { scope in
                    scope.bytes += origins[origin].scope
                    scope.bytes += records.bytes
                }
            }
        }
        return request.bytes
    }
}
