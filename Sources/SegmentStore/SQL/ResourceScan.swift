import OTLP
import TelemetryStore

/// The table `resources`: a row for each resource that has sent anything.
final class ResourceScan: TableScan {
    enum Column: Int, CaseIterable {
        case service, attributes, schemaURL

        var definition: SQLColumn {
            switch self {
            case .service: .text("service")
            case .attributes: .text("attributes")
            case .schemaURL: .text("schema_url")
            }
        }
    }

    private let context: SQLContext
    private var resources: [(resource: Resource?, schemaURL: String)]?
    private var place = -1

    init(_ context: SQLContext) {
        self.context = context
    }

    func next() throws(StoreError) -> Bool {
        if resources == nil { resources = try all() }
        place += 1
        return place < resources?.count ?? 0
    }

    var rowID: Int64 { Int64(place) }

    func column(_ number: Int, _ result: SQLResult) throws(StoreError) {
        guard let resources, resources.indices.contains(place) else { return }
        let attributes = resources[place].resource?.attributes ?? []
        switch Column(rawValue: number) {
        case .service: if let name = attributes["service.name"]?.string { result.text(name) } else { result.null() }
        case .attributes: result.text(JSONWriter.plain(attributes))
        case .schemaURL: result.textIfAny(resources[place].schemaURL)
        case nil:
            let key = number - Column.allCases.count
            result.attribute(context.attributes.indices.contains(key) ? attributes[context.attributes[key]] : nil)
        }
    }

    /// The heads of the blocks know them all.
    private func all() throws(StoreError) -> [(resource: Resource?, schemaURL: String)] {
        var seen: Set<[UInt8]> = []
        var found: [(resource: Resource?, schemaURL: String)] = []
        for place in context.blocks.indices {
            try context.check()
            do throws(StoreError) {
                for origin in try context.block(place).origins where seen.insert(origin.group).inserted {
                    found.append((origin.resource, origin.resourceSchemaURL))
                }
            } catch {
                context.damaged(error)
            }
        }
        return found
    }
}
