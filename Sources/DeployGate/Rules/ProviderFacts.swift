/// What a provider allows and what it costs, from the dated file of its name in `Data/`.
struct ProviderFacts: Sendable {
    /// "2026-11-24".
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
        var provisionedGigabyteSecond: [String: Double]
        var provisionedDurationGigabyteSecond: [String: Double]
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
            provisionedGigabyteSecond: numbers("provisioned-gigabyte-second"),
            provisionedDurationGigabyteSecond: numbers("provisioned-duration-gigabyte-second"),
            billedMillisecondsStep: number("prices", "billed-milliseconds-step") ?? 1)
    }
}

extension ProviderFacts.Prices {
    /// US dollars for one invocation.
    func invocation(_ function: FunctionDeclaration, megabytes: Int, seconds: Double) -> Double {
        let milliseconds = (seconds * 1000 / billedMillisecondsStep).rounded(.up) * billedMillisecondsStep
        let isWarm = (function.provisionedConcurrency.value ?? 0) > 0
        let table =
            isWarm && !provisionedDurationGigabyteSecond.isEmpty ? provisionedDurationGigabyteSecond : gigabyteSecond
        return request + Double(megabytes) / 1024 * milliseconds / 1000 * price(table, function)
    }

    /// US dollars a month for the instances that are kept warm.
    func warmth(_ function: FunctionDeclaration, megabytes: Int) -> Double {
        let count = Double(function.provisionedConcurrency.value ?? 0)
        return count * Double(megabytes) / 1024 * Cost.secondsPerMonth * price(provisionedGigabyteSecond, function)
    }

    private func price(_ table: [String: Double], _ function: FunctionDeclaration) -> Double {
        table[function.architecture.value ?? "x86_64"] ?? table["x86_64"] ?? 0
    }
}
