import OTLP

/// One of an event's `Records`: a message, or a change of data.
struct LambdaRecord {
    var source: String?
    /// Of the queue, stream or table.
    var sourceARN: String?
    var id: String?
    var operation: String?
    /// What its sender put beside it.
    var attributes: [String: String] = [:]
    var bucket: String?
    var object: String?

    /// All records of an event have one source.
    func trigger(of records: [LambdaRecord]) -> Trigger {
        let name = sourceARN.map(Self.resource) ?? "unknown"
        let messages = records.map { Trigger.Message(id: $0.id, attributes: $0.attributes) }
        switch source {
        case "aws:sqs": return .messages(messages, from: name, system: "aws_sqs")
        case "aws:sns": return .messages(messages, from: name, system: "aws.sns")
        case "aws:kinesis": return .messages(messages, from: name, system: "aws.kinesis")
        case "aws:dynamodb":
            return .datasource(collection: name, operation: records.count == 1 ? documentOperation : nil)
        case "aws:s3":
            return .datasource(
                collection: bucket ?? "unknown", operation: documentOperation,
                document: records.count == 1 ? object : nil)
        default: return .other
        }
    }

    private var documentOperation: Trigger.DocumentOperation? {
        switch operation {
        case "INSERT": .insert
        case "MODIFY": .edit
        case "REMOVE": .delete
        case let name? where name.hasPrefix("ObjectCreated"): .insert
        case let name? where name.hasPrefix("ObjectRemoved"): .delete
        default: nil
        }
    }

    /// `arn:partition:service:region:account:resource`; a stream's resource is `stream/name`, a table's
    /// `table/name/stream/time`.
    private static func resource(_ arn: String) -> String {
        let last = arn.split(separator: ":", maxSplits: 5).last.map(String.init) ?? arn
        let parts = last.split(separator: "/")
        return parts.count > 1 ? String(parts[1]) : last
    }
}

extension JSONReader {
    /// Bounds: Limits.recordsMax; the rest is passed over.
    mutating func records(contextFields: [String]) throws(JSONError) -> [LambdaRecord] {
        var records: [LambdaRecord] = []
        guard try nextKind() == .array else {
            try skip()
            return []
        }
        try beginArray()
        while try nextElement() {
            guard records.count < Limits.recordsMax, try nextKind() == .object else {
                try skip()
                continue
            }
            records.append(try record(contextFields))
        }
        return records
    }

    private mutating func record(_ contextFields: [String]) throws(JSONError) -> LambdaRecord {
        var record = LambdaRecord()
        try members { key, reader throws(JSONError) in
            switch key {
            case "eventSource", "EventSource": record.source = try reader.textOrSkip()
            case "eventSourceARN": record.sourceARN = try reader.textOrSkip()
            case "messageId", "eventID": record.id = try reader.textOrSkip()
            case "eventName": record.operation = try reader.textOrSkip()
            case "messageAttributes":
                // What the sender said itself has precedence over what the platform added.
                record.attributes.merge(try reader.typedTexts(contextFields)) { _, own in own }
            case "attributes":
                for (name, text) in try reader.texts() where name == "AWSTraceHeader" {
                    record.attributes[XRayPropagator.headerName] = record.attributes[XRayPropagator.headerName] ?? text
                }
            case "Sns":
                guard try reader.nextKind() == .object else { return try reader.skip() }
                try reader.members { key, reader throws(JSONError) in
                    switch key {
                    case "MessageId": record.id = try reader.textOrSkip()
                    case "TopicArn": record.sourceARN = try reader.textOrSkip()
                    case "MessageAttributes": record.attributes = try reader.typedTexts(contextFields)
                    default: try reader.skip()
                    }
                }
            case "s3":
                guard try reader.nextKind() == .object else { return try reader.skip() }
                try reader.members { key, reader throws(JSONError) in
                    switch key {
                    case "bucket": record.bucket = try reader.member("name")
                    case "object": record.object = try reader.member("key")
                    default: try reader.skip()
                    }
                }
            default: try reader.skip()
            }
        }
        return record
    }

    /// `{"name":{"dataType":"String","stringValue":"…"}}`, or with `Type` and `Value`; only the names that are wanted.
    fileprivate mutating func typedTexts(_ names: [String]) throws(JSONError) -> [String: String] {
        guard try nextKind() == .object else {
            try skip()
            return [:]
        }
        var texts: [String: String] = [:]
        try members { key, reader throws(JSONError) in
            let name = key.lowercased()
            guard names.contains(name), try reader.nextKind() == .object else { return try reader.skip() }
            try reader.members { key, reader throws(JSONError) in
                switch key {
                case "stringValue", "StringValue", "Value":
                    if let text = try reader.textOrSkip() { texts[name] = text }
                default: try reader.skip()
                }
            }
        }
        return texts
    }

    fileprivate mutating func member(_ name: String) throws(JSONError) -> String? {
        guard try nextKind() == .object else {
            try skip()
            return nil
        }
        var found: String?
        try members { key, reader throws(JSONError) in
            if key == name { found = try reader.textOrSkip() } else { try reader.skip() }
        }
        return found
    }
}
