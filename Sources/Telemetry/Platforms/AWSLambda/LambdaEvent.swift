import OTLP

/// What an event of AWS Lambda says about its trigger and its senders.
///
/// Shape:  the events of API Gateway, load balancers, function URLs, SQS, SNS, EventBridge, Kinesis, DynamoDB and S3; whatever
///         else comes, JSON or not, is a direct call.
/// Errors: none: an event that cannot be read is a direct call too. The handler will say what is wrong with it.
/// Cost:   one pass; nothing is kept but what is named here.
/// Source: AWS Lambda developer guide, integrating other services; semantic conventions for AWS Lambda.
package enum LambdaEvent {
    /// `contextFields` are the names under which context may stand in an event that has no headers.
    package static func trigger(of payload: [UInt8], contextFields: [String]) -> Trigger {
        var reader = JSONReader(payload)
        var parts = Parts(contextFields: contextFields)
        do throws(JSONError) {
            guard try reader.nextKind() == .object else { return .other }
            try parts.read(&reader)
        } catch {
            return .other
        }
        return parts.trigger
    }

    /// `statusCode` of what a handler answers to a proxy; `nil` when it says none.
    package static func statusCode(of response: [UInt8]) -> Int? {
        guard response.count <= Limits.inspectedResponseBytesMax else { return nil }
        var reader = JSONReader(response)
        var status: Int?
        do throws(JSONError) {
            guard try reader.nextKind() == .object else { return nil }
            try reader.members { key, reader throws(JSONError) in
                if key == "statusCode" {
                    status = try reader.textOrSkip().flatMap { Int($0) }
                } else {
                    try reader.skip()
                }
            }
        } catch {
            return nil
        }
        return status.flatMap { (100..<600).contains($0) ? $0 : nil }
    }

    /// What the mobile SDKs and other callers put beside a direct call: `{"custom":{"traceparent":…}}`.
    package static func fields(ofClientContext header: String) -> [(name: String, value: String)] {
        var reader = JSONReader(Array(header.utf8))
        var fields: [(name: String, value: String)] = []
        do throws(JSONError) {
            guard try reader.nextKind() == .object else { return [] }
            try reader.members { key, reader throws(JSONError) in
                if key == "custom" || key == "Custom" { fields += try reader.texts() } else { try reader.skip() }
            }
        } catch {
            return []
        }
        return fields
    }
}

extension LambdaEvent {
    /// What was found of an event.
    private struct Parts {
        let contextFields: [String]
        var method: String?
        var path: String?
        var query: String?
        /// API Gateway's `resource`, or the second half of its `routeKey`.
        var route: String?
        var headers: [(name: String, value: String)] = []
        var source: String?
        var detailType: String?
        var time: String?
        var id: String?
        var detailFields: [(name: String, value: String)] = []
        var records: [LambdaRecord] = []
        var topLevelFields: [(name: String, value: String)] = []

        mutating func read(_ reader: inout JSONReader) throws(JSONError) {
            var several: [(name: String, value: String)] = []
            try reader.members { key, reader throws(JSONError) in
                switch key {
                case "httpMethod": method = try reader.textOrSkip()
                case "path", "rawPath": path = try reader.textOrSkip()
                case "rawQueryString": query = try reader.textOrSkip()
                case "resource":
                    // EventBridge has `resources`, API Gateway's authorizers other things of this name.
                    route = try reader.textOrSkip() ?? route
                case "routeKey":
                    // `GET /pets/{id}`, or `$default` for what matched nothing.
                    let parts = try reader.textOrSkip()?.split(separator: " ", maxSplits: 1) ?? []
                    if parts.count == 2 { route = String(parts[1]) }
                case "headers": headers = try reader.texts()
                case "multiValueHeaders": several = try reader.texts()
                case "requestContext": try readRequestContext(&reader)
                case "source": source = try reader.textOrSkip()
                case "detail-type": detailType = try reader.textOrSkip()
                case "time": time = try reader.textOrSkip()
                case "id": id = try reader.textOrSkip()
                case "detail": detailFields = try reader.texts().filter { contextFields.contains($0.name) }
                case "Records": records = try reader.records(contextFields: contextFields)
                default:
                    if contextFields.contains(key) {
                        if let text = try reader.textOrSkip() { topLevelFields.append((key, text)) }
                    } else {
                        try reader.skip()
                    }
                }
            }
            // A load balancer sends one or the other; API Gateway both, of which this one is complete.
            if !several.isEmpty { headers = several }
        }

        private mutating func readRequestContext(_ reader: inout JSONReader) throws(JSONError) {
            guard try reader.nextKind() == .object else { return try reader.skip() }
            try reader.members { key, reader throws(JSONError) in
                guard key == "http", try reader.nextKind() == .object else { return try reader.skip() }
                try reader.members { key, reader throws(JSONError) in
                    switch key {
                    case "method": method = try reader.textOrSkip()
                    case "path":
                        let text = try reader.textOrSkip()
                        path = path ?? text
                    default: try reader.skip()
                    }
                }
            }
        }

        var trigger: Trigger {
            if let method, let path {
                return .http(method: method, path: path, query: query, route: route, fields: headers)
            }
            if let first = records.first { return first.trigger(of: records) }
            if let source, let detailType {
                if source == "aws.events", detailType == "Scheduled Event" { return .timer(time: time) }
                let attributes = Dictionary(detailFields.map { ($0.name, $0.value) }) { first, _ in first }
                return .messages([.init(id: id, attributes: attributes)], from: detailType, system: "aws.eventbridge")
            }
            var trigger = Trigger.other
            trigger.fields = topLevelFields
            return trigger
        }
    }
}

extension Trigger {
    /// What an event of AWS Lambda says of its trigger, for handlers that another runtime calls.
    ///
    /// Whatever is not known, JSON or not, is a direct call.
    public static func lambdaEvent(_ payload: [UInt8]) -> Trigger {
        LambdaEvent.trigger(of: payload, contextFields: CompositePropagator(PropagationFormat.allCases).fields)
    }
}
