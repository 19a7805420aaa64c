import OTLP
public import TelemetryStore

/// Folds records, as they stream by, into `Evidence`. Its memory does not grow with their number.
///
/// 1. Every record is counted, and its time compared with the window: records before it are history.
/// 2. What needs its attributes or its trace is judged for sampled traces only (`TraceSample`); with few records, for all.
/// 3. `finish()` judges the sampled traces and names everything.
public struct EvidenceBuilder {
    let window: TimeWindow
    /// What only this version sent is evidence, the rest history; `nil` when the window alone decides.
    let version: String?
    var evidence: Evidence
    var services: [ServiceEvidence] = []
    var sample = TraceSample()
    var metrics = MetricFold()
    var attributes: [AttributeUse: (count: Int, service: Int, kind: String)] = [:]
    /// Names of functions that spans call.
    var callees: [String] = []
    /// Failed spans that wait for their exception and their log.
    var failures: [SpanKey: Failure] = [:]
    var errorLogs: [SpanKey: Bool] = [:]
    /// How long invocations took, by who says so and by their id, until the other one has said it too.
    var invocationDurations: [InvocationWitness: [UInt64: UInt64]] = [:]
    /// Spans that others link to: how a queue's consumer answers its producer.
    var linkedSpans: Set<SpanKey> = []
    /// Spans that sampled log lines name, with the line's service.
    var placedLogs: [(key: SpanKey, service: Int)] = []

    private var serviceIndexes: [ServiceKey: Int] = [:]
    private var calleeIndexes: [String: Int] = [:]

    struct SpanKey: Hashable {
        var trace: TraceID
        var span: SpanID
    }

    struct Failure {
        var service: Int
        var hasException: Bool
    }

    /// Who says how long an invocation took.
    enum InvocationWitness {
        case span
        case platform
    }

    private struct ServiceKey: Hashable {
        var name: String
        var function: String
    }

    public init(window: TimeWindow, version: String? = nil) {
        self.window = window
        self.version = version
        evidence = Evidence(window: window, version: version)
    }

    public mutating func add(_ batch: ExportBatch) {
        switch batch {
        case .traces(let data): add(data)
        case .logs(let data): add(data)
        case .metrics(let data): add(data)
        }
    }

    // MARK: Services

    /// The place of the service that a resource names; `nil` when there are too many.
    mutating func service(of resource: Resource?) -> Int? {
        let attributes = resource?.attributes ?? []
        return service(named: attributes["service.name"]?.string ?? "", function: attributes["faas.name"]?.string ?? "")
    }

    mutating func service(named name: String, function: String = "") -> Int? {
        let key = ServiceKey(name: name, function: function)
        if let known = serviceIndexes[key] { return known }
        guard services.count < Limits.servicesMax else {
            evidence.overflowServiceCount += 1
            return nil
        }
        let isNameless = name.isEmpty || name.hasPrefix("unknown_service")
        var service = ServiceEvidence(name: isNameless && !function.isEmpty ? function : name)
        service.isNameless = isNameless
        if isNameless, function.isEmpty { service.name = name.isEmpty ? "(no service.name)" : name }
        if !function.isEmpty { service.functionNames.insert(function) }
        services.append(service)
        serviceIndexes[key] = services.count - 1
        return services.count - 1
    }

    /// Each service's place with its `service.name`.
    var serviceNames: [(index: Int, name: String)] { serviceIndexes.map { ($0.value, $0.key.name) } }

    /// Whether what a resource sent is of the version that is judged.
    func isJudged(_ resource: Resource?) -> Bool {
        guard let version else { return true }
        return resource?.attributes["service.version"]?.string == version
    }

    /// What a resource in the window says of itself.
    mutating func note(_ resource: Resource?, of service: Int) {
        let attributes = resource?.attributes ?? []
        services[service].resourceCount += 1
        for attribute in attributes { use(attribute, .resource, service) }
        if let version = attributes["service.version"]?.string, !version.isEmpty {
            services[service].versions[version, default: 0] += 1
        } else {
            services[service].versions["", default: 0] += 1
        }
        let environment =
            attributes["deployment.environment.name"]?.string ?? attributes["deployment.environment"]?.string
        services[service].environments[environment ?? "", default: 0] += 1
        if let limit = attributes["faas.max_memory"]?.int { services[service].memoryLimitBytes = Double(limit) }
        guard let instance = attributes["service.instance.id"]?.string ?? attributes["faas.instance"]?.string else {
            services[service].resourcesWithoutInstance += 1
            return
        }
        let environmentKeys = ["faas.instance", "k8s.pod.name", "container.id", "host.name", "process.pid"]
        let identity = environmentKeys.compactMap { key -> String? in
            switch attributes[key] {
            case .string(let text): text
            case .int(let number): String(number)
            default: nil
            }
        }.joined(separator: "/")
        if let known = services[service].instances[instance] {
            if known != identity { services[service].sharedInstanceID = instance }
        } else if services[service].instances.count < Limits.namesPerServiceMax {
            services[service].instances[instance] = identity
        }
    }

    // MARK: Attributes

    mutating func use(_ attribute: Attribute, _ level: AttributeLevel, _ service: Int) {
        let use = AttributeUse(level: level, key: attribute.key)
        if let index = attributes.index(forKey: use) {
            attributes.values[index].count += 1
        } else if attributes.count < Limits.namesPerServiceMax {
            attributes[use] = (1, service, attribute.value.map(EvidenceBuilder.kind) ?? "nothing")
        }
    }

    mutating func searchSecrets(_ text: String, of service: Int, at place: @autoclosure () -> String) {
        guard let kind = SecretPatterns.kind(in: text) else { return }
        let secret = ServiceEvidence.Secret(kind: kind, place: place())
        guard services[service].secrets[secret] != nil || services[service].secrets.count < 100 else { return }
        services[service].secrets[secret, default: 0] += 1
    }

    private static func kind(_ value: AttributeValue) -> String {
        switch value {
        case .string: "string"
        case .bool: "boolean"
        case .int: "int"
        case .double: "double"
        case .array(let elements):
            switch elements.first {
            case .string: "string[]"
            case .int: "int[]"
            case .double: "double[]"
            case .bool: "boolean[]"
            default: "[]"
            }
        case .map: "map"
        case .bytes: "bytes"
        case .empty: "nothing"
        }
    }

    /// What an invocation spends outside its span shows when both the span and the platform have told of it.
    mutating func compare(_ witness: InvocationWitness, _ duration: UInt64, ofInvocation id: UInt64, of service: Int) {
        let other: InvocationWitness = witness == .span ? .platform : .span
        if let theirs = invocationDurations[other]?.removeValue(forKey: id) {
            let (platform, span) = witness == .platform ? (duration, theirs) : (theirs, duration)
            services[service].outsideDurations.add(platform > span ? platform - span : 0)
        } else if (invocationDurations[witness]?.count ?? 0) < Limits.sampledValuesMax {
            invocationDurations[witness, default: [:]][id] = duration
        }
    }

    mutating func callee(_ name: String) -> Int16 {
        if let index = calleeIndexes[name] { return Int16(index) }
        guard callees.count < Limits.servicesMax else { return -1 }
        calleeIndexes[name] = callees.count
        callees.append(name)
        return Int16(callees.count - 1)
    }

    mutating func see(_ time: UInt64, of service: Int) {
        if time > evidence.latestUnixNano { evidence.latestUnixNano = time }
        if time < services[service].firstUnixNano { services[service].firstUnixNano = time }
        if time > services[service].lastUnixNano { services[service].lastUnixNano = time }
    }

    /// Records at or after the window's end still count: the clock that wrote them is ahead, and it is said by how much.
    mutating func isInWindow(_ time: UInt64) -> Bool {
        if time >= window.untilUnixNano { evidence.futureRecordCount += 1 }
        return time >= window.sinceUnixNano
    }
}
