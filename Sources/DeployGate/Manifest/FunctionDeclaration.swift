/// One function as its manifest declares it.
public struct FunctionDeclaration: Sendable {
    /// What the manifest calls it.
    public var name: String
    public var place: Place
    /// The names it may have at the provider and in telemetry besides `name`.
    public var otherNames: [String] = []
    public var provider: Provider

    public var memoryMegabytes: Declared<Int> = .absent
    public var timeoutSeconds: Declared<Double> = .absent
    /// Processors, where they are chosen apart from the memory.
    var cpus = 1.0
    /// `x86_64` or `arm64`.
    public var architecture: Declared<String> = .absent
    /// Instances that are kept warm.
    public var provisionedConcurrency: Declared<Int> = .absent
    /// The most instances that may run at once.
    public var reservedConcurrency: Declared<Int> = .absent
    /// Where an event goes that could not be handled.
    public var failureDestination: Declared<String> = .absent
    public var logRetentionDays: Declared<Int> = .absent
    public var environment: [String: Declared<String>] = [:]
    /// A manifest that has no place for memory, environment and bounds, by its name; `nil` where leaving them out is a choice.
    public var silentManifest: String?
    /// Seconds that its clients wait, by whom they wait for.
    public var clientTimeouts: [String: Declared<Double>] = [:]
    public var layers: [Declared<String>] = []
    public var triggers: [Trigger] = []

    public init(name: String, place: Place, provider: Provider) {
        self.name = name
        self.place = place
        self.provider = provider
    }

    /// Whether people wait for its answer.
    public var isUserFacing: Bool { triggers.contains { $0.isSynchronous } }
    public var isBehindGateway: Bool { triggers.contains { $0.kind == .gateway } }
    public var hasAsynchronousTrigger: Bool { triggers.contains { !$0.isSynchronous } }

    /// Takes over what only the other declaration says.
    mutating func complete(with other: FunctionDeclaration) {
        otherNames += other.otherNames
        memoryMegabytes = memoryMegabytes.or(other.memoryMegabytes)
        timeoutSeconds = timeoutSeconds.or(other.timeoutSeconds)
        architecture = architecture.or(other.architecture)
        provisionedConcurrency = provisionedConcurrency.or(other.provisionedConcurrency)
        reservedConcurrency = reservedConcurrency.or(other.reservedConcurrency)
        failureDestination = failureDestination.or(other.failureDestination)
        logRetentionDays = logRetentionDays.or(other.logRetentionDays)
        environment.merge(other.environment) { own, _ in own }
        silentManifest = silentManifest ?? other.silentManifest
        clientTimeouts.merge(other.clientTimeouts) { own, _ in own }
        layers += other.layers
        if triggers.isEmpty { triggers = other.triggers }
    }

    /// What calls a function.
    public struct Trigger: Hashable, Sendable {
        public var kind: Kind
        /// Method and path, queue, schedule: as written.
        public var detail: String
        public var place: Place
        /// This trigger's own way out for an event that could not be handled.
        public var hasFailureDestination = false

        public var isSynchronous: Bool { kind == .gateway || kind == .http }

        public enum Kind: String, Sendable {
            /// HTTP through an API gateway, which gives up before the function does.
            case gateway
            /// HTTP without one: a function's own URL.
            case http
            case queue
            case stream
            case schedule
            case event
        }
    }
}
