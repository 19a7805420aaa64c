/// A record of one of the three signals, as JSON.
protocol JSONRecord {
    /// What a record is called in messages.
    static var noun: StaticString { get }
    /// How many items the record counts for: 1, or the data points of a metric.
    var itemCount: Int { get }

    /// - Parameter rejection: set when the text is well-formed and the record cannot be taken all the same.
    init(from json: inout JSONReader, _ rejection: inout RecordRejection?) throws(JSONError)
    func encode(into writer: inout JSONWriter)
}

/// An export request of any signal: the three have one shape and differ in the names of its levels.
struct ExportJSON<Record: JSONRecord> {
    var resources: [ResourceGroup] = []
    var names: Names

    struct ResourceGroup {
        var resource: Resource?
        var scopes: [ScopeGroup] = []
        var schemaURL = ""
    }

    struct ScopeGroup {
        var scope: InstrumentationScope?
        var records: [Record] = []
        var schemaURL = ""
    }

    struct Names {
        var resources: String
        var scopes: String
        var records: String
    }

    func encode() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.messages(names.resources, resources) { group, writer in
                if let resource = group.resource { writer.object("resource", resource.encode) }
                writer.messages(names.scopes, group.scopes) { group, writer in
                    if let scope = group.scope { writer.object("scope", scope.encode) }
                    writer.messages(names.records, group.records) { $0.encode(into: &$1) }
                    writer.string("schemaUrl", group.schemaURL)
                }
                writer.string("schemaUrl", group.schemaURL)
            }
        }
        return writer.bytes
    }
}
