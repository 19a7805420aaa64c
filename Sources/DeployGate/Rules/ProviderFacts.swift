/// What a provider allows and what it costs, from the dated file of its name in `Data/`.
struct ProviderFacts: Sendable {
    /// The day of the newest source: "2026-11-24".
    var date = ""
    var timeoutSecondsMax: Double?
    var memoryMegabytes: ClosedRange<Int>?
    /// How long an API gateway waits.
    var gatewayTimeoutSeconds: Double?
    /// US dollars; `nil` when nothing is paid by use.
    var prices: Prices?

    struct Prices: Sendable {
        var request: Double
        var gigabyteSecond: [String: Double]
        /// Where processors are paid for by themselves; 0 where they come with the memory.
        var vcpuSecond: Double
        var provisionedVCPUSecond: Double
        var provisionedGigabyteSecond: [String: Double]
        var provisionedDurationGigabyteSecond: [String: Double]
        /// The least that an invocation is billed, and the steps above it.
        var billedMillisecondsMin: Double
        var billedMillisecondsStep: Double
    }

    static func of(_ provider: Provider) -> ProviderFacts {
        switch provider {
        case .aws: aws
        case .googleCloud: googleCloud
        case .azure: azure
        case .local: ProviderFacts()
        }
    }

    private static let aws = ProviderFacts(PackageResources.aws_yaml, "aws.yaml")
    private static let googleCloud = ProviderFacts(PackageResources.google_cloud_yaml, "google-cloud.yaml")
    private static let azure = ProviderFacts(PackageResources.azure_yaml, "azure.yaml")

    private init() {}

    private init(_ bytes: [UInt8], _ name: String) {
        let root: SourceNode
        do throws(ManifestError) {
            root = try SourceNode.parse(bytes, file: name)
        } catch {
            preconditionFailure("\(error)")
        }
        func number(_ path: String...) -> Double? {
            path.reduce(root as SourceNode?) { $0?[$1] }?.text.flatMap { Double($0) }
        }
        func numbers(_ key: String) -> [String: Double] {
            var result: [String: Double] = [:]
            for member in root["prices", key]?.members ?? [] {
                result[member.key] = member.value.text.flatMap { Double($0) }
            }
            return result
        }
        date = root["as-of"]?.text ?? ""
        timeoutSecondsMax = number("limits", "timeout-seconds-max")
        if let least = number("limits", "memory-megabytes-min"), let most = number("limits", "memory-megabytes-max") {
            memoryMegabytes = Int(least)...Int(most)
        }
        gatewayTimeoutSeconds = number("limits", "gateway-timeout-seconds")
        prices = Prices(
            request: number("prices", "request") ?? 0, gigabyteSecond: numbers("gigabyte-second"),
            vcpuSecond: number("prices", "vcpu-second") ?? 0,
            provisionedVCPUSecond: number("prices", "provisioned-vcpu-second") ?? 0,
            provisionedGigabyteSecond: numbers("provisioned-gigabyte-second"),
            provisionedDurationGigabyteSecond: numbers("provisioned-duration-gigabyte-second"),
            billedMillisecondsMin: number("prices", "billed-milliseconds-min") ?? 0,
            billedMillisecondsStep: number("prices", "billed-milliseconds-step") ?? 1)
    }
}

extension ProviderFacts.Prices {
    /// US dollars for one invocation.
    func invocation(_ function: FunctionDeclaration, megabytes: Int, seconds: Double) -> Double {
        let steps = (seconds * 1000 / billedMillisecondsStep).rounded(.up)
        let milliseconds = max(steps * billedMillisecondsStep, billedMillisecondsMin)
        let isWarm = (function.provisionedConcurrency.value ?? 0) > 0
        let table =
            isWarm && !provisionedDurationGigabyteSecond.isEmpty ? provisionedDurationGigabyteSecond : gigabyteSecond
        let second = Double(megabytes) / 1024 * price(table, function) + function.cpus * vcpuSecond
        return request + milliseconds / 1000 * second
    }

    /// US dollars a month for the instances that are kept warm.
    func warmth(_ function: FunctionDeclaration, megabytes: Int) -> Double {
        let count = Double(function.provisionedConcurrency.value ?? 0)
        let second =
            Double(megabytes) / 1024 * price(provisionedGigabyteSecond, function)
            + function.cpus * provisionedVCPUSecond
        return count * Cost.secondsPerMonth * second
    }

    private func price(_ table: [String: Double], _ function: FunctionDeclaration) -> Double {
        table[function.architecture.value ?? "x86_64"] ?? table["x86_64"] ?? 0
    }
}
