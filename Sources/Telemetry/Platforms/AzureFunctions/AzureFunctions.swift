package import OTLP

/// Azure Functions, with this program as a custom handler.
///
/// Source: Azure App Service, environment variables; semantic conventions for `faas.name` and `cloud.resource_id`.
package struct AzureFunctions: FunctionPlatform {
    private let app: String
    private let region: String?
    private let instance: String?
    private let subscription: String?
    private let resourceGroup: String?
    private let slot: String?
    package let memoryLimitBytes: Int?
    package let timeout: Duration?

    package init?(environment variable: (String) -> String?) {
        guard let app = variable("WEBSITE_SITE_NAME"),
            variable("FUNCTIONS_EXTENSION_VERSION") ?? variable("FUNCTIONS_WORKER_RUNTIME") != nil
        else { return nil }
        self.app = app
        region = variable("REGION_NAME")
        instance = variable("WEBSITE_INSTANCE_ID")
        // `subscription+plan-regionwebspace`.
        subscription = variable("WEBSITE_OWNER_NAME")?.split(separator: "+").first.map(String.init)
        resourceGroup = variable("WEBSITE_RESOURCE_GROUP")
        slot = variable("WEBSITE_SLOT_NAME")
        memoryLimitBytes =
            variable("WEBSITE_MEMORY_LIMIT_MB").flatMap { Int($0) }.flatMap { Megabytes.bytes($0) }
            ?? ControlGroup.memoryLimitBytes
        timeout = variable("AzureFunctionsJobHost__functionTimeout").flatMap(Self.duration)
    }

    package var resourceAttributes: [Attribute] {
        var attributes = [Attribute("cloud.provider", "azure"), Attribute("cloud.platform", "azure.functions")]
        attributes.add("cloud.region", region)
        attributes.add("cloud.account.id", subscription)
        attributes.add("faas.instance", instance)
        attributes.add("faas.max_memory", memoryLimitBytes)
        attributes.add("deployment.environment.name", slot)
        return attributes
    }

    package var functionName: String? { app }
    package var startsOnDemand: Bool { true }
    package var freezesBetweenInvocations: Bool { false }

    package func invocationID(_ field: (String) -> String?) -> String? { field("x-azure-functions-invocationid") }

    /// An app holds several functions: which one it is, an invocation must say.
    package func attributes(ofFunction name: String?) -> [Attribute] {
        guard let name, name != app else { return [Attribute("faas.name", .string(app))] }
        var attributes = [Attribute("faas.name", .string("\(app)/\(name)"))]
        if let subscription, let resourceGroup {
            let site =
                "/subscriptions/\(subscription)/resourceGroups/\(resourceGroup)/providers/Microsoft.Web/sites/\(app)"
            attributes.add("cloud.resource_id", "\(site)/functions/\(name)")
        }
        return attributes
    }

    /// `hh:mm:ss`, `d.hh:mm:ss`; `-1` is no limit.
    static func duration(_ text: String) -> Duration? {
        let dayAndTime = text.split(separator: ".")
        guard !text.contains("-"), let time = dayAndTime.last, dayAndTime.count <= 2 else { return nil }
        let days = dayAndTime.count == 2 ? Int(dayAndTime[0]) : 0
        let parts = time.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 3, let days, let hours = parts[0], let minutes = parts[1], let seconds = parts[2],
            (0...365).contains(days), (0..<24).contains(hours), (0..<60).contains(minutes), (0..<60).contains(seconds)
        else { return nil }
        return .seconds(((days * 24 + hours) * 60 + minutes) * 60 + seconds)
    }
}
