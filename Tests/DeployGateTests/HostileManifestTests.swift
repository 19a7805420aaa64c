import DeployGate
import Testing

/// Files that mean harm, or are broken: an error with a line or a manifest, and nothing else.
@Suite struct HostileManifestTests {
    @Test func aliasBombsAreRefused() {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            bomb += "a\(level): &a\(level) [\(aliases)]\n"
        }
        #expect { try Manifests.read(bomb) } throws: { "\($0)".contains("aliases stand for more than") }
    }

    @Test(arguments: ["? *a1\n: x\n", "*a1 : x\n", "{? *a1 : x}\n", "[*a1, *a1]: x\n", "b: {[*a1]: x}\n"])
    func aliasBombsInKeysAreRefusedBeforeTheyAreHashed(_ key: String) {
        var bomb = "a0: &a0 [x, x]\n"
        for level in 1...60 { bomb += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        bomb += key.replacing("*a1", with: "*a60")
        #expect(throws: ManifestError.self) { try Manifests.read(bomb) }
    }

    @Test func anchorsInOrdinaryPlacesAreFine() throws {
        let text = """
            functions:
              edge: &defaults
                memory: 256 MB
                timeout: 10 s
              tutor:
                <<: *defaults
                timeout: 20 s
            """
        let tutor = try Manifests.read(text).functions[1]
        #expect(tutor.memoryMegabytes.value == 256)
        #expect(tutor.timeoutSeconds.value == 20)
    }

    @Test func deepNestingIsRefused() {
        #expect(throws: ManifestError.self) {
            try Manifests.read("a: " + String(repeating: "[", count: 5_000) + String(repeating: "]", count: 5_000))
        }
        #expect(throws: ManifestError.self) {
            try Manifests.read("a: " + String(repeating: "[", count: 500) + String(repeating: "]", count: 500))
        }
    }

    @Test func enormousFilesAreRefusedUnread() {
        let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 9 << 20)
        #expect { try ManifestFile(path: "x", text: bytes) } throws: { "\($0)".contains("more than 8 MB") }
    }

    @Test func referencesInACircleAreUnresolved() throws {
        let manifest = try Manifests.read(
            """
            Transform: AWS::Serverless-2016-10-31
            Parameters: {A: {Default: !Ref B}, B: {Default: !Ref A}}
            Conditions: {X: !Condition Y, Y: !Not [!Condition X]}
            Resources:
              f:
                Type: AWS::Serverless::Function
                Properties: {MemorySize: !Ref A, Timeout: !If [X, 1, 2]}
            """)
        let function = try #require(manifest.functions.first)
        guard case .unresolved = function.memoryMegabytes, case .unresolved = function.timeoutSeconds else {
            Issue.record("got \(function.memoryMegabytes) and \(function.timeoutSeconds)")
            return
        }
    }

    @Test(arguments: [
        Manifests.sam, Manifests.cloudFormationJSON, Manifests.serverless, Manifests.cloudRun, Manifests.cloudFunction,
        Manifests.functions,
    ])
    func aManifestCutAnywhereIsReadOrRefused(_ text: String) {
        let bytes = Array(text.utf8)
        var readCount = 0
        for length in 0..<bytes.count {
            if (try? Manifest.read(ManifestFile(path: "host.json", text: Array(bytes.prefix(length))))) != nil {
                readCount += 1
            }
        }
        #expect(readCount < bytes.count, "an empty file is never a manifest")
    }

    @Test(arguments: 0..<40)
    func garbledManifestsAreReadOrRefused(_ seed: UInt64) {
        var random = SplitMix(state: seed)
        let texts = [
            Manifests.sam, Manifests.cloudFormationJSON, Manifests.serverless, Manifests.cloudRun, Manifests.functions,
        ]
        var refusedCount = 0
        for text in texts {
            var bytes = Array(text.utf8)
            for _ in 0..<10 {
                for _ in 0...random.next() % 4 {
                    let place = Int(random.next() % UInt64(bytes.count))
                    switch random.next() % 3 {
                    case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                    case 1: bytes.remove(at: place)
                    default:
                        bytes.insert(
                            contentsOf: Array("!&*{}[]:-?\"'%@`|>#\n ".utf8).shuffled(using: &random).prefix(2),
                            at: place)
                    }
                }
                if (try? Manifest.read(ManifestFile(path: "f.yaml", text: bytes))) == nil { refusedCount += 1 }
            }
        }
        #expect(refusedCount > 0, "seed \(seed)")
    }

    @Test(arguments: [
        "a: \"${self:custom.b}\"\n  b: \"${self:custom.a}\"", "a: \"${self:functions.f.timeout}\"",
        (0..<40).map { "a\($0 == 0 ? "" : "\($0)"): \"${self:custom.a\($0 + 1)}${self:custom.a\($0 + 1)}\"" }.joined(
            separator: "\n  "),
    ])
    func variablesInACircleOrWithoutEndAreUnresolved(_ custom: String) throws {
        let manifest = try Manifests.read(
            """
            service: shop
            provider: {name: aws, runtime: nodejs22.x}
            custom:
              \(custom)
            functions:
              f: {handler: h, timeout: "${self:custom.a}"}
            """)
        guard case .unresolved(let reason, _) = manifest.functions[0].timeoutSeconds else {
            Issue.record("must be unresolved: got \(manifest.functions[0].timeoutSeconds)")
            return
        }
        #expect(reason.contains("round in a circle"))
    }

    @Test func partsInWhichFunctionsMayHideKeepTheGateFromPassing() throws {
        let template = """
            AWSTemplateFormatVersion: '2010-09-09'
            Resources:
              Nested: {Type: 'AWS::CloudFormation::Stack'}
              Fn::ForEach::Each: [a, [b], {}]
              Typo: {Type: 'AWS::Serverless::Functoin'}
              Nothing: {Properties: {}}
              Stranger: {Type: 'Example::Thing::Here'}
              Bucket: {Type: 'AWS::S3::Bucket'}
              Queue: {Type: 'AWS::Serverless::SimpleTable'}
            """
        let judged = try Judged(manifest: template)
        let named = judged.open("TG-GATE-01")
        for part in ["Nested", "Fn::ForEach::Each", "Typo", "Nothing", "Stranger"] {
            #expect(named.contains("inconclusive \(part)"))
        }
        #expect(!named.contains { $0.contains("Bucket") || $0.contains("Queue") })
        #expect(judged.saw("TG-GATE-01").contains("has the unknown type AWS::Serverless::Functoin"))
        let functions = try Manifests.read(
            "service: s\nprovider: {name: aws}\nfunctions:\n  - \"${file(./f.yml)}\"\n  - f: {handler: h}\n")
        #expect(functions.functions.map(\.name) == ["f"])
        #expect(functions.notes.map(\.gap) == [.otherFile])
    }

    @Test func aParameterThatTheTemplateDoesNotHaveIsNoted() throws {
        let template = "Transform: AWS::Serverless-2016-10-31\nParameters: {Memory: {Default: 128}}\nResources: {}\n"
        let file = try ManifestFile(path: "template.yaml", text: Array(template.utf8))
        let notes = try Manifest.read(file, parameters: ["Memm": "256", "Memory": "256"]).notes
        #expect(notes.map(\.message) == ["no parameter is called Memm"])
    }

    @Test func anotherManifestFillsTheGapOfFunctionsThatStandElsewhere() throws {
        var app = try Manifests.read(#"{"version": "2.0"}"#, as: "app/host.json")
        #expect(app.notes.map(\.gap) == [.otherFile])
        app.append(try Manifests.read("functions:\n  edge: {memory: 512 MB}\n"))
        #expect(app.notes.map(\.gap) == [nil])
    }

    @Test func severalDocumentsAreOneDeploymentAndAMarkInFrontSaysNothing() throws {
        let services = ["edge", "tutor"].map {
            "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: \($0)}\nspec: {template: {spec: {timeoutSeconds: 5}}}\n"
        }
        let manifest = try Manifests.read(
            "\u{FEFF}apiVersion: v1\nkind: ConfigMap\n---\n" + services.joined(separator: "---\n"))
        #expect(manifest.functions.map(\.name) == ["edge", "tutor"])
        #expect(manifest.functions[1].place.line > manifest.functions[0].place.line)
        #expect(manifest.notes.map(\.gap) == [nil], "a ConfigMap is no function")
        #expect(throws: ManifestError.self) {
            try GateConfiguration(Array("budget: 1 USD\n---\nbudget: 2 USD\n".utf8), file: "gate.yaml")
        }
    }
}

/// SplitMix64: the same numbers for the same seed.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
