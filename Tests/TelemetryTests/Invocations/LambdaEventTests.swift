import Telemetry
import Testing
import Tracing

/// The events of AWS Lambda's sources, as its developer guide shows them.
@Suite struct LambdaEventTests {
    private static let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    private func trigger(_ json: String) -> Trigger {
        LambdaEvent.trigger(
            of: Array(json.utf8), contextFields: CompositePropagator(PropagationFormat.allCases).fields)
    }

    private func text(_ trigger: Trigger, _ key: String) -> String? {
        guard case .string(let text)? = trigger.attributes.get(key) else { return nil }
        return text
    }

    @Test func aRESTAPIRequestIsNamedByItsResource() {
        let trigger = trigger(
            """
            {"resource":"/lessons/{lesson}/hints","path":"/lessons/7/hints","httpMethod":"POST",
             "headers":{"Host":"api.school.example","User-Agent":"curl/8","X-Forwarded-For":"203.0.113.9, 10.0.0.1",
               "X-Forwarded-Proto":"https","traceparent":"\(Self.parent)"},
             "multiValueHeaders":{"Host":["api.school.example"],"User-Agent":["curl/8"],
               "X-Forwarded-For":["203.0.113.9, 10.0.0.1"],"X-Forwarded-Proto":["https"],
               "traceparent":["\(Self.parent)"],"tracestate":["a=1","b=2"]},
             "queryStringParameters":null,"requestContext":{"resourcePath":"/lessons/{lesson}/hints","httpMethod":"POST",
               "identity":{"sourceIp":"203.0.113.9"}},"body":"{}","isBase64Encoded":false}
            """)
        #expect(trigger.kind == .http)
        #expect(trigger.name == "POST /lessons/{lesson}/hints")
        #expect(text(trigger, "http.request.method") == "POST")
        #expect(text(trigger, "url.path") == "/lessons/7/hints")
        #expect(text(trigger, "http.route") == "/lessons/{lesson}/hints")
        #expect(text(trigger, "url.scheme") == "https")
        #expect(text(trigger, "server.address") == "api.school.example")
        #expect(text(trigger, "client.address") == "203.0.113.9")
        #expect(text(trigger, "user_agent.original") == "curl/8")
        #expect(HTTPFieldCarrier().extract(key: "traceparent", from: trigger.fields) == Self.parent)
        #expect(HTTPFieldCarrier().extract(key: "tracestate", from: trigger.fields) == "a=1,b=2")
    }

    @Test(arguments: [("POST /lessons/{lesson}/hints", "POST /lessons/{lesson}/hints"), ("$default", "POST")])
    func anHTTPAPIRequestIsNamedByItsRoute(routeKey: String, name: String) {
        let trigger = trigger(
            """
            {"version":"2.0","routeKey":"\(routeKey)","rawPath":"/lessons/7/hints","rawQueryString":"a=1&b=2",
             "headers":{"traceparent":"\(Self.parent)"},
             "requestContext":{"domainName":"x.lambda-url.eu-central-1.on.aws",
               "http":{"method":"POST","path":"/lessons/7/hints","sourceIp":"203.0.113.9"}},"isBase64Encoded":false}
            """)
        #expect(trigger.kind == .http)
        #expect(trigger.name == name)
        #expect(text(trigger, "url.path") == "/lessons/7/hints")
        #expect(text(trigger, "url.query") == "a=1&b=2")
    }

    @Test func aLoadBalancersRequestHasNoRoute() {
        let trigger = trigger(
            """
            {"requestContext":{"elb":{"targetGroupArn":"arn:aws:elasticloadbalancing:…"}},"httpMethod":"GET","path":"/",
             "queryStringParameters":{},"headers":{"x-amzn-trace-id":"Root=1-5759e988-bd862e3fe1be46a994272793"}}
            """)
        #expect(trigger.name == "GET")
        #expect(trigger.fields.map(\.name) == ["x-amzn-trace-id"])
    }

    @Test(
        arguments: [
            ("api.school.example", "api.school.example", nil), ("localhost:8080", "localhost", 8080),
            ("[::1]:8080", "[::1]", 8080), ("[::1]", "[::1]", nil), ("host:", "host", nil), ("host:99999", "host", nil),
            ("", "", nil),
        ] as [(String, String, Int64?)])
    func aServerIsNamedByHostAndPort(authority: String, host: String, port: Int64?) {
        var trigger = Trigger(.http)
        trigger.setServer(authority)
        #expect(text(trigger, "server.address") == host)
        #expect(trigger.attributes.get("server.port") == port.map { .int64($0) })
    }

    @Test func aMethodThatIsNoneOfTheKnownIsNotAName() {
        let trigger = trigger(#"{"httpMethod":"BREW","path":"/pot"}"#)
        #expect(trigger.name == "HTTP")
        #expect(text(trigger, "http.request.method") == "_OTHER")
        #expect(text(trigger, "http.request.method_original") == "BREW")
    }

    @Test func everyMessageOfAQueueComesWithItsSender() {
        let trigger = trigger(
            """
            {"Records":[
              {"messageId":"m-1","receiptHandle":"x","body":"{\\"traceparent\\":\\"no\\"}",
               "attributes":{"ApproximateReceiveCount":"1","AWSTraceHeader":"Root=1-5759e988-bd862e3fe1be46a994272793"},
               "messageAttributes":{"traceparent":{"stringValue":"\(Self.parent)","dataType":"String"},
                 "secret":{"stringValue":"no business of ours","dataType":"String"}},
               "eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:eu-central-1:123456789012:completions"},
              {"messageId":"m-2","body":"","attributes":{},"messageAttributes":{},"eventSource":"aws:sqs",
               "eventSourceARN":"arn:aws:sqs:eu-central-1:123456789012:completions"}]}
            """)
        #expect(trigger.kind == .pubsub)
        #expect(trigger.name == "process completions")
        #expect(text(trigger, "messaging.system") == "aws_sqs")
        #expect(trigger.messages.map(\.id) == ["m-1", "m-2"])
        #expect(
            trigger.messages[0].attributes == [
                "traceparent": Self.parent, "x-amzn-trace-id": "Root=1-5759e988-bd862e3fe1be46a994272793",
            ])
        #expect(trigger.messages[1].attributes.isEmpty)
    }

    @Test func aTopicsMessageComesWithItsSender() {
        let trigger = trigger(
            """
            {"Records":[{"EventSource":"aws:sns","EventVersion":"1.0","Sns":{"Type":"Notification","MessageId":"m-1",
              "TopicArn":"arn:aws:sns:eu-central-1:123456789012:lessons","Message":"…",
              "MessageAttributes":{"traceparent":{"Type":"String","Value":"\(Self.parent)"}}}}]}
            """)
        #expect(trigger.name == "process lessons")
        #expect(text(trigger, "messaging.message.id") == "m-1")
        #expect(trigger.messages[0].attributes == ["traceparent": Self.parent])
    }

    @Test func anEventBussEventCarriesContextInItsDetail() {
        let trigger = trigger(
            """
            {"version":"0","id":"e-1","detail-type":"Lesson Completed","source":"school.progress","time":"2026-11-24T08:36:21Z",
             "resources":[],"detail":{"lesson":"7","traceparent":"\(Self.parent)","nested":{"traceparent":"no"}}}
            """)
        #expect(trigger.kind == .pubsub)
        #expect(trigger.name == "process Lesson Completed")
        #expect(trigger.messages.map(\.id) == ["e-1"])
        #expect(trigger.messages[0].attributes == ["traceparent": Self.parent])
    }

    @Test func aScheduleIsATimer() {
        let trigger = trigger(
            """
            {"id":"e-1","detail-type":"Scheduled Event","source":"aws.events","time":"2026-11-24T08:36:21Z","detail":{}}
            """)
        #expect(trigger.kind == .timer)
        #expect(text(trigger, "faas.time") == "2026-11-24T08:36:21Z")
    }

    @Test(
        arguments: [
            ("ObjectCreated:Put", "insert"), ("ObjectRemoved:Delete", "delete"), ("ObjectRestore:Post", nil),
        ] as [(String, String?)])
    func aFileThatChangedIsADatasource(event: String, operation: String?) {
        let trigger = trigger(
            """
            {"Records":[{"eventSource":"aws:s3","eventName":"\(event)","s3":{"bucket":{"name":"uploads","arn":"…"},
              "object":{"key":"essay.pdf","size":1024}}}]}
            """)
        #expect(trigger.kind == .datasource)
        #expect(text(trigger, "faas.document.collection") == "uploads")
        #expect(text(trigger, "faas.document.name") == "essay.pdf")
        #expect(text(trigger, "faas.document.operation") == operation)
    }

    @Test(arguments: [("INSERT", "insert"), ("MODIFY", "edit"), ("REMOVE", "delete")])
    func aRowThatChangedIsADatasource(event: String, operation: String) {
        let trigger = trigger(
            """
            {"Records":[{"eventID":"1","eventName":"\(event)","eventSource":"aws:dynamodb","dynamodb":{"Keys":{}},
              "eventSourceARN":"arn:aws:dynamodb:eu-central-1:123456789012:table/progress/stream/2026-11-24T00:00:00.000"}]}
            """)
        #expect(text(trigger, "faas.document.collection") == "progress")
        #expect(text(trigger, "faas.document.operation") == operation)
    }

    @Test func aStreamsRecordsAreMessages() {
        let trigger = trigger(
            """
            {"Records":[{"kinesis":{"data":"eA=="},"eventSource":"aws:kinesis","eventID":"shard:1",
              "eventSourceARN":"arn:aws:kinesis:eu-central-1:123456789012:stream/clicks"},{"eventSource":"aws:kinesis"}]}
            """)
        #expect(trigger.name == "process clicks")
        #expect(trigger.attributes.get("messaging.batch.message_count") == .int64(2))
    }

    @Test func aDirectCallMayCarryContextInItsEventOrBesideIt() {
        let direct = trigger(#"{"lesson":"7","traceparent":"\#(Self.parent)"}"#)
        #expect(direct.kind == .other)
        #expect(direct.fields.map(\.value) == [Self.parent])
        let beside = LambdaEvent.fields(
            ofClientContext: #"{"custom":{"traceparent":"\#(Self.parent)"},"client":{"x":1}}"#)
        #expect(beside.map(\.value) == [Self.parent])
    }

    @Test(arguments: [
        "", " ", "null", "[]", "\"text\"", "7", "{", "{\"Records\":", "{\"Records\":[]}", "{\"Records\":{}}",
        "{\"Records\":[1,null,\"x\"]}", "{\"Records\":[{}]}", "{\"httpMethod\":7}", "{\"path\":\"/\"}",
        "{\"httpMethod\":null,\"path\":null}", "{\"requestContext\":7}", "{\"requestContext\":{\"http\":[]}}",
        "{\"headers\":[]}", "{\"detail\":7,\"source\":\"x\"}", "{\"Records\":[{\"eventSource\":\"aws:unknown\"}]}",
        "{\"traceparent\":{}}", "\u{0}", "{}x",
    ])
    func whateverElseComesIsADirectCall(json: String) {
        #expect(trigger(json).kind == .other)
    }

    @Test func anEventCutAnywhereIsNoTrap() {
        let json = """
            {"Records":[{"messageId":"m","attributes":{"AWSTraceHeader":"x"},"messageAttributes":{"traceparent":\
            {"stringValue":"x"}},"eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:e:1:q"}],"headers":{"a":["b"]},\
            "requestContext":{"http":{"method":"GET","path":"/"}},"detail":{"traceparent":"x"}}
            """
        for count in 0..<json.utf8.count {
            _ = trigger(String(json.prefix(count)))
        }
        #expect(trigger(String(json.dropLast())).kind == .other)
        #expect(trigger(json).kind == .http)
    }

    @Test func anEventNestedWithoutEndIsNoTrap() {
        let depth = 100_000
        let json = "{\"detail\":" + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}"
        #expect(trigger(json).kind == .other)
    }

    @Test(
        arguments: [
            (#"{"statusCode":200,"body":"{\"statusCode\":500}"}"#, 200), (#"{"body":{"statusCode":500}}"#, nil),
            (#"{"statusCode":"404"}"#, 404), (#"{"statusCode":99}"#, nil), (#"{"statusCode":600}"#, nil),
            (#"{"statusCode":null}"#, nil), ("[]", nil), ("", nil), (#""statusCode""#, nil),
            (#"{"statusCode":2e2}"#, nil),
        ] as [(String, Int?)])
    func theStatusOfAnAnswerIsFound(json: String, status: Int?) {
        #expect(LambdaEvent.statusCode(of: Array(json.utf8)) == status)
    }
}
