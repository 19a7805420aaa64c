/// The entity that produced telemetry: a function, its version, its execution environment.
///
/// Source: opentelemetry-proto 1.x, `Resource`.
public struct Resource: Hashable, Sendable {
    public var attributes: [Attribute]
    public var droppedAttributesCount: UInt32
    public var entityRefs: [EntityRef]

    public init(attributes: [Attribute] = [], droppedAttributesCount: UInt32 = 0, entityRefs: [EntityRef] = []) {
        self.attributes = attributes
        self.droppedAttributesCount = droppedAttributesCount
        self.entityRefs = entityRefs
    }

    /// The `service.name` attribute, or "unknown_service" as the specification calls a nameless one.
    public var serviceName: String {
        attributes["service.name"]?.string ?? "unknown_service"
    }
}

/// Names the resource attributes that identify one entity.
///
/// Source: opentelemetry-proto 1.7, `EntityRef` (in development there).
public struct EntityRef: Hashable, Sendable {
    public var schemaURL: String
    public var type: String
    public var idKeys: [String]
    public var descriptionKeys: [String]

    public init(schemaURL: String = "", type: String = "", idKeys: [String] = [], descriptionKeys: [String] = []) {
        self.schemaURL = schemaURL
        self.type = type
        self.idKeys = idKeys
        self.descriptionKeys = descriptionKeys
    }
}
