import OTLP
import Telemetry
import Testing
import Tracing

/// The envelopes in which Google Cloud and Azure hand over events.
@Suite struct EventEnvelopeTests {
    private static let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    private static let host = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    private func text(_ trigger: Trigger, _ key: String) -> String? {
        if case .string(let text)? = trigger.attributes.get(key) { text } else { nil }
    }

    private func azure(_ body: String) -> Trigger {
        .azureFunction(
            "order", Array(body.utf8), fields: [("traceparent", Self.host), ("x-azure-functions-invocationid", "i-1")])
    }

    // MARK: Cloud Pub/Sub

    @Test func aPushIsAMessageOfItsSubscription() {
        let trigger = Trigger.pubSubPush(
            Array(
                """
                {"message":{"attributes":{"googclient_traceparent":"\(Self.parent)","kind":"hint"},"data":"aGk=",
                "messageId":"m-1","message_id":"m-1","orderingKey":"lesson-7","publishTime":"2026-11-24T08:36:21Z"},
                "subscription":"projects/school/subscriptions/hints","deliveryAttempt":2}
                """.utf8))
        #expect(trigger.kind == .pubsub)
        #expect(trigger.name == "process hints")
        #expect(trigger.messages.map(\.id) == ["m-1"])
        #expect(trigger.messages.first?.attributes["traceparent"] == Self.parent)
        #expect(trigger.messages.first?.attributes["kind"] == "hint")
        #expect(text(trigger, "messaging.system") == "gcp_pubsub")
        #expect(text(trigger, "messaging.gcp_pubsub.message.ordering_key") == "lesson-7")
        #expect(trigger.attributes.get("messaging.gcp_pubsub.message.delivery_attempt") == .int(2))
    }

    @Test(arguments: [
        "", "null", "[]", "{}", "hint", #"{"message":"text","subscription":"s"}"#, #"{"message":{"data":"aGk="}}"#,
        #"{"message":{"attributes":{"a":"b"},"subscription":"#,
    ])
    func whatIsNoPushIsADirectCall(body: String) {
        let trigger = Trigger.pubSubPush(Array(body.utf8))
        #expect(trigger.kind == .other)
        #expect(trigger.messages.isEmpty)
    }

    // MARK: Azure Functions

    @Test func aMessageOfAServiceBusBringsItsSendersContext() {
        let trigger = azure(
            """
            {"Data":{"order":"{\\"id\\":7}"},"Metadata":{"MessageId":"\\"m-1\\"","DeliveryCount":"1",
            "ApplicationProperties":"{\\"Diagnostic-Id\\":\\"\(Self.parent)\\"}","sys":{"MethodName":"order"}}}
            """)
        #expect(trigger.kind == .pubsub)
        #expect(trigger.functionName == "order")
        #expect(trigger.messages.map(\.id) == ["m-1"])
        #expect(trigger.messages.first?.attributes["traceparent"] == Self.parent)
        #expect(text(trigger, "messaging.system") == "servicebus")
    }

    @Test func everyMessageOfAnEventHubIsOne() {
        let trigger = azure(
            """
            {"Data":{"events":"[]"},"Metadata":{"PropertiesArray":[{"traceparent":"\(Self.parent)"},{}],
            "PartitionContext":{"PartitionId":"0"}}}
            """)
        #expect(trigger.messages.map { $0.attributes["traceparent"] } == [Self.parent, nil])
        #expect(text(trigger, "messaging.system") == "eventhubs")
    }

    @Test func aStorageQueueNamesItsMessage() {
        let trigger = azure(
            #"{"Data":{"item":"hi"},"Metadata":{"DequeueCount":"1","Id":"\"800ae4b3\"","PopReceipt":"\"A\""}}"#)
        #expect(trigger.messages.map(\.id) == ["800ae4b3"])
        #expect(text(trigger, "messaging.system") == "azure.queue_storage")
    }

    @Test func aRequestWithBindingsIsTheRequestThatTheHostWasSent() {
        let trigger = azure(
            """
            {"Data":{"req":{"Url":"https://shop.azurewebsites.net/api/orders/7?code=s3cret","Method":"POST","Query":"{}",
            "Headers":{"traceparent":["\(Self.parent)"],"Host":["shop.azurewebsites.net"]},"Params":{}}},"Metadata":{}}
            """)
        #expect(trigger.kind == .http)
        #expect(text(trigger, "url.path") == "/api/orders/7")
        #expect(text(trigger, "url.query") == "code=s3cret")
        #expect(text(trigger, "server.address") == "shop.azurewebsites.net")
        // The caller's context, not that of the host in between; the invocation's id is the host's.
        #expect(trigger.fields.filter { $0.name == "traceparent" }.map(\.value) == [Self.parent])
        #expect(trigger.fields.contains { $0.name == "x-azure-functions-invocationid" && $0.value == "i-1" })
    }

    @Test func timersAndBlobsAreWhatTheyAre() {
        let timer = azure(
            #"{"Data":{"tick":{"Schedule":{"AdjustForDST":true},"IsPastDue":false}},"Metadata":{"sys":{"UtcNow":"2026-11-24T08:00:00Z"}}}"#
        )
        #expect(timer.kind == .timer)
        #expect(text(timer, "faas.time") == "2026-11-24T08:00:00Z")
        let blob = azure(#"{"Data":{"file":"aGk="},"Metadata":{"BlobTrigger":"\"lessons/7/cover.png\""}}"#)
        #expect(blob.kind == .datasource)
        #expect(text(blob, "faas.document.collection") == "lessons")
        #expect(text(blob, "faas.document.name") == "7/cover.png")
    }

    @Test(arguments: ["", "{}", "[]", #"{"Data":1,"Metadata":"x"}"#, #"{"Data":{"a":"b"}"#])
    func whatIsNoEnvelopeIsADirectCallThatContinuesTheHost(body: String) {
        let trigger = azure(body)
        #expect(trigger.kind == .other)
        #expect(trigger.functionName == "order")
        #expect(trigger.fields.first { $0.name == "traceparent" }?.value == Self.host)
    }

    @Test func anAppsFunctionIsNamedOnItsSpan() async throws {
        let exporter = RecordingExporter()
        let variables = [
            "WEBSITE_SITE_NAME": "shop", "FUNCTIONS_EXTENSION_VERSION": "~4", "WEBSITE_OWNER_NAME": "sub+plan",
            "WEBSITE_RESOURCE_GROUP": "group",
        ]
        var configuration = Telemetry.Configuration { variables[$0] }
        configuration.export(through: exporter)
        configuration.writesLogLines = false
        let telemetry = Telemetry(configuration)
        telemetry.start()
        await telemetry.invocation(azure("{}")) { _ in }
        await telemetry.invocation(.http(method: "GET", path: "/")) { _ in }
        _ = await telemetry.shutdown(deadline: .now + .seconds(30))
        let spans = try exporter.spans()
        #expect(spans.map(\.name) == ["order", "GET"])
        #expect(spans.map { $0.attributes["faas.name"] } == ["shop/order", "shop"])
        #expect(spans[0].attributes["faas.invocation_id"] == "i-1")
        #expect(spans[0].traceID.hex == "0af7651916cd43dd8448eb211c80319c")
    }
}
