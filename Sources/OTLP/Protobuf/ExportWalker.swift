/// What hears of the records of an export request: each origin, and then each of its records that may be taken.
public protocol RecordVisitor {
    associatedtype Reader: RecordReader

    /// The resource of the scopes to come; called once for each `Resource…` message, also when it holds no scope.
    /// `nil` is "no such message"; an empty range is an empty one.
    mutating func beginResource(_ resource: WireRange?, schemaURL: WireRange, in bytes: ByteSpan) throws(WireError)
    /// The scope of the records to come; called once for each `Scope…` message, also when it holds no record.
    mutating func beginScope(_ scope: WireRange?, schemaURL: WireRange, in bytes: ByteSpan) throws(WireError)
    /// One record, as the reader has read it.
    mutating func take(_ record: borrowing Reader, in bytes: ByteSpan) throws(WireError)
}

/// Reads the records of one signal, one after another, into one view.
public protocol RecordReader {
    /// What a record is called in messages.
    static var noun: StaticString { get }
    /// How many items the record read last counts for: 1, or the data points of a metric.
    var itemCount: Int { get }

    init()
    mutating func read(_ message: WireRange, in bytes: ByteSpan) throws(WireError) -> RecordRejection?
}

/// Walks an OTLP export request of any signal.
///
/// The three requests have one shape: 1: resource groups {1: resource, 2: scope groups {1: scope, 2: records,
/// 3: schema URL}, 3: schema URL}. The schema URL and, by right, even the resource may stand behind the records, so each
/// group is scanned twice: once for what describes it, stepping over the records by their lengths, then for the records.
///
/// Errors: `WireError` when the request as a whole is malformed; what was visited before is then void.
/// Cost:   nothing is copied or allocated.
/// Source: opentelemetry-proto 1.x, `collector/*/v1/*_service.proto`.
public struct ExportWalker<Visitor: RecordVisitor> {
    public var visitor: Visitor
    /// The records that were read and not handed on.
    public private(set) var rejections = Rejections()

    /// Whether texts are checked; those of a body that was found good before need not be.
    private let isTrusted: Bool
    private var reader: Visitor.Reader
    private var resourceRejection: RecordRejection?
    private var scopeRejection: RecordRejection?
    private var recordIndex = 0

    /// - Parameter isTrusted: the body was walked before and nothing in it was rejected, so resources and scopes are not
    ///   checked again.
    public init(_ visitor: Visitor, isTrusted: Bool = false) {
        self.visitor = visitor
        self.isTrusted = isTrusted
        reader = Visitor.Reader()
    }

    public mutating func walk(_ bytes: ByteSpan) throws(WireError) {
        var cursor = try WireCursor(bytes)
        while let field = try cursor.nextField(in: bytes) {
            if field.number == 1 {
                try walkResource(try cursor.lengthDelimited(field, in: bytes), in: bytes)
            } else {
                try cursor.skip(field, in: bytes)
            }
        }
    }

    private mutating func walkResource(_ message: WireRange, in bytes: ByteSpan) throws(WireError) {
        let group = try RecordGroup(message, in: bytes)
        resourceRejection = nil
        if !isTrusted {
            if let resource = group.origin { try OriginReader.resource(resource, in: bytes, &resourceRejection) }
            if !bytes.isUTF8(group.schemaURL) { resourceRejection = .invalidUTF8(.schemaURL) }
        }
        if resourceRejection == nil {
            try visitor.beginResource(group.origin, schemaURL: group.schemaURL, in: bytes)
        }
        var cursor = WireCursor(message)
        while let field = try cursor.nextField(in: bytes) {
            if field.number == 2 {
                try walkScope(try cursor.lengthDelimited(field, in: bytes), in: bytes)
            } else {
                try cursor.skip(field, in: bytes)
            }
        }
    }

    private mutating func walkScope(_ message: WireRange, in bytes: ByteSpan) throws(WireError) {
        let group = try RecordGroup(message, in: bytes)
        scopeRejection = resourceRejection
        if !isTrusted {
            if let scope = group.origin { try OriginReader.scope(scope, in: bytes, &scopeRejection) }
            if !bytes.isUTF8(group.schemaURL) { scopeRejection = .invalidUTF8(.schemaURL) }
        }
        if scopeRejection == nil {
            try visitor.beginScope(group.origin, schemaURL: group.schemaURL, in: bytes)
        }
        var cursor = WireCursor(message)
        while let field = try cursor.nextField(in: bytes) {
            if field.number == 2 {
                try visit(try cursor.lengthDelimited(field, in: bytes), in: bytes)
            } else {
                try cursor.skip(field, in: bytes)
            }
        }
    }

    private mutating func visit(_ record: WireRange, in bytes: ByteSpan) throws(WireError) {
        let rejection = try reader.read(record, in: bytes)
        if let rejection = scopeRejection.map(RecordRejection.origin) ?? rejection {
            rejections.add(rejection, of: Visitor.Reader.noun, at: recordIndex, count: reader.itemCount)
        } else {
            try visitor.take(reader, in: bytes)
        }
        recordIndex += 1
    }
}

/// What describes a resource group or a scope group. Of a field that is there twice the last counts.
struct RecordGroup {
    /// The Resource or InstrumentationScope message.
    private(set) var origin: WireRange?
    private(set) var schemaURL = WireRange.empty

    init(_ message: WireRange, in bytes: ByteSpan) throws(WireError) {
        var cursor = WireCursor(message)
        while let field = try cursor.nextField(in: bytes) {
            switch field.number {
            case 1: origin = try cursor.lengthDelimited(field, in: bytes)
            case 3: schemaURL = try cursor.lengthDelimited(field, in: bytes)
            default: try cursor.skip(field, in: bytes)
            }
        }
    }
}
