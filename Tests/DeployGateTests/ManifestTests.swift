import DeployGate
import Testing

@Suite struct ManifestTests {
    @Test func aSAMTemplateIsWorkedOutAsFarAsTheFileAllows() throws {
        let manifest = try Manifests.read(Manifests.sam, parameters: ["Stage": "production"])
        #expect(manifest.format == .sam)
        #expect(manifest.functions.map(\.name) == ["edge", "worker"])
        let edge = manifest.functions[0]
        #expect(edge.memoryMegabytes.value == 512, "inherited from Globals, by a parameter's default")
        #expect(edge.memoryMegabytes.place?.line == 11, "where the value was written")
        #expect(edge.timeoutSeconds.value == 20, "by a mapping")
        #expect(edge.provisionedConcurrency.value == 2, "by a condition")
        #expect(edge.environment["OTEL_EXPORTER_OTLP_ENDPOINT"]?.value == "http://collector:4318")
        #expect(edge.triggers.map(\.detail) == ["POST /hints"])
        #expect(edge.isBehindGateway)
        let worker = manifest.functions[1]
        #expect(worker.memoryMegabytes.value == 1024, "its own wins over Globals")
        #expect(worker.timeoutSeconds == .absent)
        #expect(worker.logRetentionDays.value == 14)
        #expect(worker.triggers.first?.hasFailureDestination == true, "the queue's redrive policy")
    }

    @Test func whatOnlyTheDeploymentKnowsIsUnresolvedWithTheReason() throws {
        let edge = try Manifests.read(Manifests.sam).functions[0]
        guard case .unresolved(let reason, let place) = edge.timeoutSeconds else {
            Issue.record("got \(edge.timeoutSeconds)")
            return
        }
        #expect(reason.contains("Stage") && reason.contains("--parameter"))
        #expect(place.line == 18)
        guard case .unresolved = edge.provisionedConcurrency else {
            Issue.record("a condition on an unknown parameter was guessed")
            return
        }
    }

    @Test func unknownResourceTypesAreNoted() throws {
        let notes = try Manifests.read(Manifests.sam).notes
        #expect(notes.contains { $0.message.contains("Example::Unknown::Thing") && $0.place.line == 36 })
    }

    @Test func aCloudFormationTemplateInJSONIsRead() throws {
        let manifest = try Manifests.read(Manifests.cloudFormationJSON, as: "template.json")
        let function = try #require(manifest.functions.first)
        #expect(manifest.format == .cloudFormation)
        #expect(function.place == Place(file: "template.json", line: 4))
        #expect(function.memoryMegabytes.value == 256)
        #expect(function.isBehindGateway, "who may call it")
        #expect(function.provisionedConcurrency.value == 3, "by its alias")
        #expect(function.failureDestination.value == "arn:aws:sqs:x")
    }

    @Test func aServerlessFileIsReadWithItsVariables() throws {
        let manifest = try Manifests.read(Manifests.serverless, as: "serverless.yml")
        #expect(manifest.format == .serverless)
        let edge = manifest.functions[0]
        #expect(edge.memoryMegabytes.value == 384)
        #expect(edge.timeoutSeconds.value == 9, "inherited from provider")
        #expect(edge.environment["OTEL_EXPORTER_OTLP_ENDPOINT"]?.value == "http://collector:4318", "the alternative")
        #expect(edge.triggers.map(\.kind) == [.gateway])
        let nightly = manifest.functions[1]
        guard case .unresolved = nightly.memoryMegabytes else {
            Issue.record("a parameter store was guessed")
            return
        }
        #expect(nightly.failureDestination.value == "arn:aws:sns:x")
    }

    @Test func aCloudRunServiceIsRead() throws {
        let manifest = try Manifests.read(Manifests.cloudRun, as: "service.yaml")
        let function = try #require(manifest.functions.first)
        #expect(manifest.provider == .googleCloud)
        #expect(function.memoryMegabytes.value == 512)
        #expect(function.timeoutSeconds.value == 30)
        #expect(function.provisionedConcurrency.value == 1)
        #expect(function.reservedConcurrency.value == 20)
        #expect(function.isUserFacing)
        #expect(function.otherNames == ["tutor-service"])
    }

    @Test func aCloudFunctionIsRead() throws {
        let function = try #require(try Manifests.read(Manifests.cloudFunction).functions.first)
        #expect(function.name == "digest")
        #expect(function.memoryMegabytes.value == 256)
        #expect(function.hasAsynchronousTrigger && !function.isUserFacing)
    }

    @Test func ourOwnFileIsRead() throws {
        let manifest = try Manifests.read(Manifests.functions)
        #expect(manifest.format == .functions)
        #expect(manifest.version.value == "1.4.0")
        #expect(manifest.budgets.first?.notifications.map(\.subscriberCount) == [1, 1, 2, 1])
        #expect(manifest.functions[1].memoryMegabytes.value == 512)
        #expect(manifest.functions[1].timeoutSeconds.value == 60)
    }

    @Test func aMisspeltSettingOfOurOwnFileIsRefusedWithItsLine() {
        #expect {
            try Manifests.read("functions:\n  edge:\n    memorie: 256 MB\n")
        } throws: { error in
            "\(error)".hasPrefix("template.yaml:3: cannot use the setting memorie")
        }
    }

    @Test func aFileOfNoKnownKindIsRefused() {
        #expect(throws: ManifestError.self) { try Manifests.read("a: 1\n") }
        #expect(throws: ManifestError.self) { try Manifests.read("") }
    }
}
