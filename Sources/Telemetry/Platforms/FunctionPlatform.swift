package import OTLP

/// A platform that runs this process as a function: what its environment variables say, read once at the start.
///
/// Nothing is asked over the network: that would cost every cold start more than it tells.
package protocol FunctionPlatform: Sendable {
    /// `nil` when the environment is not this platform's.
    init?(environment variable: (String) -> String?)

    /// What describes every record of the process: `cloud.…`, `faas.…`.
    var resourceAttributes: [Attribute] { get }

    /// As it was deployed; what `service.name` is when nobody says another.
    var functionName: String? { get }

    var memoryLimitBytes: Int? { get }

    /// How long an invocation may take, where the environment says so.
    var timeout: Duration? { get }

    /// Whether the first invocation waited for the process to start; not when it was started ahead of time.
    var startsOnDemand: Bool { get }

    /// Whether the process stands still as soon as it has answered: what is not sent by then may never be.
    var freezesBetweenInvocations: Bool { get }

    /// The platform's name for an invocation that came as an HTTP request.
    func invocationID(_ field: (_ name: String) -> String?) -> String?

    /// What describes one invocation of the function `name` and is not known when the process starts.
    func attributes(ofFunction name: String?) -> [Attribute]
}

extension FunctionPlatform {
    package func invocationID(_ field: (String) -> String?) -> String? { nil }
    package func attributes(ofFunction name: String?) -> [Attribute] { [] }
}

/// Which platform this is. The one place that knows all of them.
package enum PlatformDetection {
    package static func platform(environment variable: (String) -> String?) -> any FunctionPlatform {
        // An empty variable counts as one that is not set.
        let variable = { (name: String) in variable(name).flatMap { $0.isEmpty ? nil : $0 } }
        if let lambda = AWSLambda(environment: variable) { return lambda }
        if let azure = AzureFunctions(environment: variable) { return azure }
        if let google = GoogleCloud(environment: variable) { return google }
        return LocalProcess(environment: variable)
    }
}
