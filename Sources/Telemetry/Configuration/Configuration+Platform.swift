import OTLP

extension Telemetry.Configuration {
    /// Takes over what a platform says of itself. What was said before stays: whoever deploys a function knows better.
    package mutating func adopt(_ platform: any FunctionPlatform) {
        self.platform = platform
        for attribute in platform.resourceAttributes where resourceAttributes[attribute.key] == nil {
            resourceAttributes[attribute.key] = attribute.value
        }
        guard let name = platform.functionName else { return }
        if serviceName == Self.unknownService { serviceName = name }
        // Functions come and go: sums since the beginning would be as many as there were processes.
        usesDeltaMetrics = true
        if function == nil {
            function = FunctionDescription(
                name: name, version: resourceAttributes["faas.version"]?.string, memoryMegabytes: platform.memoryLimitBytes.map { $0 >> 20 })
        }
    }

    package static let unknownService = "unknown_service"
}
