import OTLP

/// What the rows of a block say of where they came from: by origin, made once.
final class OriginValues {
    private let origins: [BlockOrigin]
    private var services: [[UInt8]?]?
    private var resources: [Int: [UInt8]] = [:]
    private var scopes: [Int: String] = [:]
    private var attributes: [String: [AttributeValue?]] = [:]

    init(_ origins: [BlockOrigin]) {
        self.origins = origins
    }

    func service(_ origin: UInt64, _ result: SQLResult) {
        let services = self.services ?? origins.map { $0.service.map { Array($0.utf8) } }
        self.services = services
        guard origin < UInt64(services.count), let service = services[Int(origin)] else { return result.null() }
        result.text(service)
    }

    /// The resource's attributes as JSON.
    func resource(_ origin: UInt64, _ result: SQLResult) {
        guard origin < UInt64(origins.count) else { return result.null() }
        let place = Int(origin)
        let text = resources[place] ?? JSONWriter.plain(origins[place].resource?.attributes ?? [])
        resources[place] = text
        result.text(text)
    }

    func scope(_ origin: UInt64, _ result: SQLResult) {
        guard origin < UInt64(origins.count) else { return result.null() }
        let place = Int(origin)
        let name = scopes[place] ?? origins[place].instrumentationScope?.name ?? ""
        scopes[place] = name
        result.textIfAny(name)
    }

    /// The first value that the resource has for a key.
    func attribute(_ key: String, _ origin: UInt64) -> AttributeValue? {
        let values = attributes[key] ?? origins.map { $0.has(key) ? $0.resource?.attributes[key] : nil }
        attributes[key] = values
        return origin < UInt64(values.count) ? values[Int(origin)] : nil
    }
}
