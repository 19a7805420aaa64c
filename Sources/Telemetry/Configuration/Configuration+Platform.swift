import Glibc
import OTLP

extension Telemetry.Configuration {
    /// This configuration with the platform that the process runs on, if nobody has said which one that is.
    var onItsPlatform: Telemetry.Configuration {
        guard platform == nil else { return self }
        var configuration = self
        configuration.adopt(PlatformDetection.platform { name in getenv(name).map { String(cString: $0) } })
        return configuration
    }

    /// Takes over what a platform says of itself. What was said before stays: whoever deploys a function knows better.
    package mutating func adopt(_ platform: any FunctionPlatform) {
        self.platform = platform
        for attribute in platform.resourceAttributes where resourceAttributes[attribute.key] == nil {
            resourceAttributes[attribute.key] = attribute.value
        }
        guard let name = platform.functionName else { return }
        if serviceName == Self.unknownService { serviceName = name }
        let version = resourceAttributes["faas.version"]?.string
        let memoryMegabytes = platform.memoryLimitBytes.map { $0 >> 20 }
        function = function ?? FunctionDescription(name: name, version: version, memoryMegabytes: memoryMegabytes)
    }

    /// Functions come and go: sums since the beginning would be as many as there were processes.
    package var reportsDeltas: Bool { usesDeltaMetrics ?? (platform?.functionName != nil) }

    package static let unknownService = "unknown_service"
}
