import OTLP

extension Trigger {
    /// What the host of Azure Functions sends to a custom handler for one call of `function`.
    ///
    /// Shape:  `{"Data":{binding: value…},"Metadata":{…}}`: a request over HTTP with bindings, messages of a storage queue, a
    ///         service bus or an event hub, a blob, a timer. What is sent to a handler that is forwarded plain HTTP has none of
    ///         that: use `http`.
    /// Context: of the event itself where it brings one; else `fields`, those of the host's own request.
    /// Errors: none: what is no such envelope is a direct call.
    /// Source: Azure Functions custom handlers, request payload; trigger metadata of the bindings.
    public static func azureFunction(
        _ function: String, _ body: [UInt8], fields: [(name: String, value: String)] = []
    ) -> Trigger {
        var reader = JSONReader(body)
        var request = CustomHandlerRequest(function: function)
        do throws(JSONError) {
            if try reader.nextKind() == .object { try request.read(&reader) }
        } catch {
            request = CustomHandlerRequest(function: function)
        }
        var trigger = request.trigger
        trigger.functionName = function
        // The invocation's id always comes with the host's request.
        trigger.fields += fields.filter { field in !trigger.fields.contains { ASCIICase.equal($0.name, field.name) } }
        return trigger
    }
}

/// What was found of an envelope.
private struct CustomHandlerRequest {
    let function: String
    /// `Metadata`, by name; values that are objects are left out.
    private var metadata: [String: String] = [:]
    private var properties: [String: String] = [:]
    /// Of each message of an event hub's batch.
    private var batch: [[String: String]] = []
    private var http: (method: String, url: String, headers: [(name: String, value: String)])?
    private var isTimer = false
    private var time: String?

    init(function: String) {
        self.function = function
    }

    mutating func read(_ reader: inout JSONReader) throws(JSONError) {
        try reader.members { key, reader throws(JSONError) in
            switch (key, try reader.nextKind()) {
            case ("Data", .object):
                try reader.members { _, reader throws(JSONError) in try readBinding(&reader) }
            case ("Metadata", .object):
                try reader.members { key, reader throws(JSONError) in try readMetadata(key, &reader) }
            default: try reader.skip()
            }
        }
    }

    private mutating func readBinding(_ reader: inout JSONReader) throws(JSONError) {
        guard try reader.nextKind() == .object else { return try reader.skip() }
        var method: String?
        var url: String?
        var headers: [(name: String, value: String)] = []
        try reader.members { key, reader throws(JSONError) in
            switch key {
            case "Method": method = try reader.textOrSkip()
            case "Url": url = try reader.textOrSkip()
            case "Headers": headers = try reader.texts()
            case "IsPastDue":
                isTimer = true
                try reader.skip()
            default: try reader.skip()
            }
        }
        if let method, let url { http = (method, url, headers) }
    }

    private mutating func readMetadata(_ key: String, _ reader: inout JSONReader) throws(JSONError) {
        switch key {
        case "ApplicationProperties", "UserProperties", "Properties":
            for (name, text) in try Self.object(&reader) { properties[name] = properties[name] ?? text }
        case "PropertiesArray":
            guard try reader.nextKind() == .array else { return try reader.skip() }
            try reader.beginArray()
            while try reader.nextElement() {
                guard batch.count < Limits.recordsMax else {
                    try reader.skip()
                    continue
                }
                batch.append(Dictionary(try Self.object(&reader)) { first, _ in first })
            }
        case "sys": time = try Self.object(&reader).first { $0.0 == "UtcNow" }?.1
        default: metadata[key] = try reader.textOrSkip().map(Self.unquoted)
        }
    }

    /// The members of an object, which may come as an object or as its text.
    private static func object(
        _ reader: inout JSONReader
    ) throws(JSONError) -> [(String, String)] {
        guard try reader.nextKind() == .string else { return try reader.texts().map { ($0.name, $0.value) } }
        var nested = JSONReader(Array(try reader.string().utf8))
        do throws(JSONError) {
            return try nested.nextKind() == .object ? try nested.texts().map { ($0.name, $0.value) } : []
        } catch {
            return []
        }
    }

    /// The host writes a text of the metadata as JSON in a text: with quotes.
    private static func unquoted(_ text: String) -> String {
        text.count >= 2 && text.first == "\"" && text.last == "\"" ? String(text.dropFirst().dropLast()) : text
    }

    var trigger: Trigger {
        if let http {
            let parts = http.url.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
            // `https://host/path`: the path begins with the third slash.
            let path = parts.first?.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
            return .http(
                method: http.method, path: "/" + (path.map { $0.count > 3 ? $0[3] : "" } ?? ""),
                query: parts.count > 1 ? String(parts[1]) : nil, fields: http.headers)
        }
        if isTimer { return .timer(time: time) }
        if let blob = metadata["BlobTrigger"] {
            // `container/path/of/it`.
            let parts = blob.split(separator: "/", maxSplits: 1).map(String.init)
            return .datasource(
                collection: parts.first ?? blob, operation: nil, document: parts.count > 1 ? parts[1] : nil)
        }
        // The host names neither queue nor hub: the function stands for what it listens to.
        if !batch.isEmpty {
            return .messages(batch.map { message(nil, $0) }, from: function, system: "eventhubs")
        }
        if let id = metadata["MessageId"] {
            return .messages([message(id, properties)], from: function, system: "servicebus")
        }
        if metadata["PartitionKey"] ?? metadata["SequenceNumber"] ?? metadata["Offset"] != nil {
            return .messages([message(nil, properties)], from: function, system: "eventhubs")
        }
        if metadata["DequeueCount"] != nil {
            return .messages([message(metadata["Id"], [:])], from: function, system: "azure.queue_storage")
        }
        return .other
    }

    /// Microsoft's clients call a `traceparent` Diagnostic-Id.
    private func message(_ id: String?, _ properties: [String: String]) -> Trigger.Message {
        var attributes = properties
        if attributes["traceparent"] == nil { attributes["traceparent"] = attributes["Diagnostic-Id"] }
        return Trigger.Message(id: id, attributes: attributes)
    }
}
