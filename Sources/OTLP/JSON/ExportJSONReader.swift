/// Reads an export request of any signal.
///
/// Shape:  the members of a group come in any order, its resource or scope perhaps behind the records. So what cannot be
///         taken is counted group by group, when all of the group is known.
/// Errors: `JSONError` when the request as a whole is malformed.
struct ExportJSONReader<Record: JSONRecord> {
    typealias Export = ExportJSON<Record>

    private(set) var export: Export
    private(set) var rejections = Rejections()

    private var json: JSONReader
    private var recordIndex = 0

    init(_ bytes: [UInt8], _ names: Export.Names) {
        json = JSONReader(bytes)
        export = Export(names: names)
    }

    /// A scope group, with what is needed to count its records should the resource turn out not to be taken.
    private struct ReadScope {
        var group = Export.ScopeGroup()
        var rejection: RecordRejection?
        var firstRecordIndex = 0
        var itemCount = 0
        /// The records left out for what is wrong with themselves.
        var recordRejections = Rejections()
    }

    mutating func read() throws(JSONError) {
        try json.beginObject()
        while let field = try json.nextField() {
            guard field == export.names.resources else {
                try json.skip()
                continue
            }
            try json.beginArray()
            while try json.nextElement() { try readResource() }
        }
        try json.end()
    }

    private mutating func readResource() throws(JSONError) {
        var group = Export.ResourceGroup()
        var scopes: [ReadScope] = []
        var rejection: RecordRejection?
        try json.beginObject()
        while let field = try json.nextField() {
            switch field {
            case "resource": group.resource = try Resource(from: &json, &rejection)
            case "schemaUrl": group.schemaURL = try json.string()
            case export.names.scopes:
                scopes = []
                try json.beginArray()
                while try json.nextElement() { scopes.append(try readScope()) }
            default: try json.skip()
            }
        }
        for scope in scopes {
            if let rejection = rejection ?? scope.rejection {
                guard scope.itemCount > 0 else { continue }
                rejections.add(
                    .origin(rejection), of: Record.noun, at: scope.firstRecordIndex, count: scope.itemCount)
            } else {
                rejections.first = rejections.first ?? scope.recordRejections.first
                rejections.count += scope.recordRejections.count
                group.scopes.append(scope.group)
            }
        }
        if rejection == nil { export.resources.append(group) }
    }

    private mutating func readScope() throws(JSONError) -> ReadScope {
        var scope = ReadScope()
        try json.beginObject()
        while let field = try json.nextField() {
            switch field {
            case "scope": scope.group.scope = try InstrumentationScope(from: &json, &scope.rejection)
            case "schemaUrl": scope.group.schemaURL = try json.string()
            case export.names.records: try readRecords(of: &scope)
            default: try json.skip()
            }
        }
        return scope
    }

    private mutating func readRecords(of scope: inout ReadScope) throws(JSONError) {
        scope.group.records = []
        scope.firstRecordIndex = recordIndex
        scope.itemCount = 0
        scope.recordRejections = Rejections()
        try json.beginArray()
        while try json.nextElement() {
            var rejection: RecordRejection?
            let record = try Record(from: &json, &rejection)
            if let rejection {
                scope.recordRejections.add(rejection, of: Record.noun, at: recordIndex, count: record.itemCount)
            } else {
                scope.group.records.append(record)
            }
            scope.itemCount += record.itemCount
            recordIndex += 1
        }
    }
}
