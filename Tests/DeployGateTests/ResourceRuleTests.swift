import DeployGate
import OTLP
import Testing

/// Resources: what is right passes, and the one thing that is wrong is found.
@Suite struct ResourceRuleTests {
    @Test func aNamelessServiceIsFound() throws {
        var sent = Sent()
        sent.changeEdgeResource = { resource in
            resource.attributes.removeAll { $0.key == "service.name" }
            resource.attributes.append(Attribute("faas.name", "edge"))
        }
        #expect(try Judged(sent).open("TG-RES-01") == ["fail edge"])
        sent.changeEdgeResource = { $0.attributes[0] = Attribute("service.name", "unknown_service:python") }
        #expect(try Judged(sent).open("TG-RES-01").first?.hasPrefix("fail") == true)
    }

    @Test func anotherVersionThanTheOneBeingDeployedIsFound() throws {
        #expect(try Judged(version: "1.4.1").open("TG-RES-02") == ["fail edge", "fail worker"])
        #expect(
            try Judged(manifest: Manifests.functions.replacing("version: 1.4.0\n", with: "")).open("TG-RES-02") == [
                "inconclusive edge", "inconclusive worker",
            ])
        var sent = Sent()
        sent.version = nil
        #expect(try Judged(sent).open("TG-RES-02") == ["fail edge", "fail worker"])
    }

    @Test func missingEnvironmentAndSharedInstancesAreFound() throws {
        var sent = Sent()
        sent.changeEdgeResource = { $0.attributes.removeAll { $0.key == "deployment.environment.name" } }
        #expect(try Judged(sent).open("TG-RES-03") == ["fail edge"])
        sent.changeEdgeResource = { $0.attributes.removeAll { $0.key == "service.instance.id" } }
        #expect(try Judged(sent).open("TG-RES-03") == ["fail edge"])
    }

    @Test func deprecatedMisplacedAndMistypedAttributesAreFound() throws {
        var sent = Sent()
        sent.changeEdge = { span, _ in
            span.attributes += [
                Attribute("http.method", "GET"), Attribute("service.name", "edge"),
                Attribute("http.response.status_code", "200"),
                Attribute("My Attribute", "x"), Attribute("lesson.id", 7),
            ]
        }
        let judged = try Judged(sent)
        #expect(
            judged.open("TG-RES-04") == [
                "fail span attribute My Attribute", "fail span attribute http.method",
                "fail span attribute http.response.status_code", "fail span attribute service.name",
            ])
        #expect(judged.saw("TG-RES-04").contains("must be http.request.method"))
    }
}
