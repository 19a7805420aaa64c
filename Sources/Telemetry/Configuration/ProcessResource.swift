import Glibc
import OTLP

/// The resource of this process, encoded once: every export begins with it.
enum ProcessResource {
    static let scope = InstrumentationScope(name: "Telemetry", version: "0.1.0")

    static func describe(_ configuration: Telemetry.Configuration) -> Resource {
        var attributes = [
            Attribute("service.name", .string(configuration.serviceName)),
            Attribute("service.instance.id", .string(RandomID.hex())),
            Attribute("process.pid", .int(Int64(getpid()))),
            Attribute("telemetry.sdk.name", .string(scope.name)),
            Attribute("telemetry.sdk.language", "swift"),
            Attribute("telemetry.sdk.version", .string(scope.version)),
        ]
        if let host = hostName() { attributes.append(Attribute("host.name", .string(host))) }
        for (name, value) in configuration.resourceAttributes.sorted(by: { $0.key < $1.key }) {
            if let place = attributes.firstIndex(where: { $0.key == name }) {
                attributes[place].value = value
            } else {
                attributes.append(Attribute(name, value))
            }
        }
        return Resource(attributes: attributes)
    }

    private static func hostName() -> String? {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0, let end = name.firstIndex(of: 0), end > 0 else { return nil }
        return String(decoding: name[..<end].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
