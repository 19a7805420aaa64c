/// Everything that rules look at: what is declared, what was seen, and what is asked for.
public struct Deployment: Sendable {
    public var manifest: Manifest
    public var evidence: Evidence
    public var configuration: GateConfiguration
    /// What came back from the gate's own requests; `nil` when none were made.
    public var probe: ProbeReport?
    /// The version being deployed, when it is known.
    public var version: String?
    /// Each function with what it sent.
    var functions: [DeployedFunction]
    /// Services that belong to no function of the manifest.
    var strangers: [ServiceEvidence]

    public init(
        manifest: Manifest, evidence: Evidence, configuration: GateConfiguration = GateConfiguration(),
        probe: ProbeReport? = nil, version: String? = nil
    ) {
        self.manifest = manifest
        self.evidence = evidence
        self.configuration = configuration
        self.probe = probe
        self.version = version ?? manifest.version.value
        functions = manifest.functions.map { DeployedFunction(declaration: $0) }
        strangers = []
        for service in evidence.services {
            let index = functions.firstIndex { $0.declaration.isCalled(service) }
            if let index {
                functions[index].add(service)
            } else {
                strangers.append(service)
            }
        }
    }

    var thresholds: Thresholds { configuration.thresholds }

    /// One observation for each function.
    func eachFunction(_ observe: (DeployedFunction) -> Observation?) -> [Observation] {
        functions.compactMap(observe)
    }

    /// One observation for each function about a setting that its manifest has to make; what only the deployment itself
    /// knows is inconclusive.
    func eachDeclaration<Value>(
        _ setting: KeyPath<FunctionDeclaration, Declared<Value>>, absent: (DeployedFunction) -> Observation,
        judge: (DeployedFunction, Value, Place) -> Observation
    ) -> [Observation] {
        functions.map { function in
            switch function.declaration[keyPath: setting] {
            case .absent: absent(function)
            case .unresolved(let reason, let place): .inconclusive(function.name, reason, at: place)
            case .value(let value, let place): judge(function, value, place)
            }
        }
    }

    /// One observation for each function that was seen; nothing is known of the others.
    func eachSeenFunction(_ observe: (DeployedFunction, ServiceEvidence) -> Observation?) -> [Observation] {
        eachSeenFunction { observe($0, $1).map { [$0] } ?? [] }
    }

    /// All observations of each function that was seen.
    func eachSeenFunction(_ observe: (DeployedFunction, ServiceEvidence) -> [Observation]) -> [Observation] {
        functions.flatMap { function in
            function.seen.map { observe(function, $0) } ?? [.silence(of: function, since: since)]
        }
    }

    var since: String { Timestamp.text(unixNano: evidence.window.sinceUnixNano) }

    /// Whether debug lines are out of place.
    var isProduction: Bool {
        let named = configuration.environment.map { [$0] } ?? []
        let seen = evidence.services.flatMap { $0.environments.keys }
        return (named.isEmpty ? seen : named).contains { ["production", "prod", "live"].contains($0.lowercased()) }
    }

    /// The function that a name in telemetry means.
    func function(called name: String) -> DeployedFunction? {
        functions.first { $0.declaration.isCalled(name) }
    }
}

/// A function as declared and as seen.
struct DeployedFunction: Sendable {
    var declaration: FunctionDeclaration
    /// What it sent; `nil` when nothing arrived in the window.
    private(set) var seen: ServiceEvidence?
    /// What it sent before the window.
    private(set) var history = ServiceEvidence.History()

    init(declaration: FunctionDeclaration) {
        self.declaration = declaration
    }

    var name: String { declaration.name }

    mutating func add(_ service: ServiceEvidence) {
        if history.isEmpty { history = service.history }
        guard service.hasTelemetry else { return }
        if seen == nil { seen = service } else { seen?.merge(service) }
    }
}

extension FunctionDeclaration {
    func isCalled(_ service: ServiceEvidence) -> Bool {
        isCalled(service.name) || service.functionNames.contains { isCalled($0) }
    }

    /// Whether a name in telemetry means this function. A `*` in a declared name stands for any text.
    func isCalled(_ name: String) -> Bool {
        if name == self.name { return true }
        return otherNames.contains { Wildcard.matches($0, name) }
    }
}

enum Wildcard {
    /// Whether a text is what a pattern says, `*` standing for any text, also none.
    static func matches(_ pattern: String, _ text: String) -> Bool {
        guard pattern.contains("*") else { return pattern == text }
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
        guard let first = parts.first, let last = parts.last, text.hasPrefix(first) else { return false }
        // A lone star says nothing about a name.
        guard parts.contains(where: { !$0.isEmpty }) else { return false }
        var rest = text.dropFirst(first.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let range = rest.range(ofFirst: part) else { return false }
            rest = rest[range.upperBound...]
        }
        return rest.hasSuffix(last)
    }
}

extension StringProtocol {
    /// Where `other` stands for the first time.
    func range(ofFirst other: String) -> Range<Index>? {
        var start = startIndex
        while true {
            guard let end = index(start, offsetBy: other.count, limitedBy: endIndex) else { return nil }
            if self[start..<end] == other[...] { return start..<end }
            start = index(after: start)
        }
    }
}
