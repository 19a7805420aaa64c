/// Our own `functions.yaml`, for platforms whose manifests are not read, and for what other manifests cannot say.
///
/// Source: Documentation/Formats/functions.md.
struct FunctionsFileReader: ManifestReader {
    static func recognises(_ file: ManifestFile) -> Bool {
        guard let functions = file.root["functions"] else { return false }
        return functions.isMapping && file.root["service"] == nil
    }

    static func read(_ file: ManifestFile, parameters: [String: String]) throws(ManifestError) -> Manifest {
        let keys = ["version", "provider", "budget", "functions"]
        for member in file.root.members where !keys.contains(member.key) {
            throw unknown(member, keys)
        }
        let name = file.root["provider"]?.text ?? Provider.local.rawValue
        guard let provider = Provider(rawValue: name) else {
            throw ManifestError(
                "cannot read the provider: got \(Quote.short(name)); must be \(Provider.allCases.map(\.rawValue).joined(separator: ", "))",
                at: file.root["provider"]?.place ?? file.root.place)
        }
        var manifest = Manifest(format: .functions, provider: provider, files: [file.path])
        manifest.version = file.root["version"].declaredText
        if let member = file.root.member("budget") { manifest.budgets = [try budget(member)] }
        for member in file.root["functions"]?.members ?? [] {
            manifest.functions.append(try function(member, provider))
        }
        return manifest
    }

    private static let functionKeys = [
        "memory", "timeout", "architecture", "triggers", "provisioned-concurrency", "reserved-concurrency",
        "on-failure", "log-retention", "environment", "layers", "names", "client-timeouts",
    ]

    private static func function(
        _ member: SourceNode.Member, _ provider: Provider
    ) throws(ManifestError) -> FunctionDeclaration {
        var function = FunctionDeclaration(name: member.key, place: member.keyPlace, provider: provider)
        for setting in member.value.members where !functionKeys.contains(setting.key) {
            throw unknown(setting, functionKeys)
        }
        let node = member.value
        function.memoryMegabytes = node["memory"].declaredText.map("an amount like 256 MB") { Quantities.megabytes($0) }
        function.timeoutSeconds = node["timeout"].declaredText.map("a time like 10 s", Quantities.seconds)
        function.architecture = node["architecture"].declaredText
        function.provisionedConcurrency = node["provisioned-concurrency"].declaredText.map("a whole number") { Int($0) }
        function.reservedConcurrency = node["reserved-concurrency"].declaredText.map("a whole number") { Int($0) }
        function.failureDestination = node["on-failure"].declaredText
        function.logRetentionDays = node["log-retention"].declaredText.map("a time like 30 days", Quantities.days)
        for variable in node["environment"]?.members ?? [] {
            function.environment[variable.key] = variable.value.declaredText
        }
        for client in node["client-timeouts"]?.members ?? [] {
            function.clientTimeouts[client.key] = client.value.declaredText.map("a time like 3 s", Quantities.seconds)
        }
        function.layers = (node["layers"]?.elements ?? []).map(\.declaredText)
        function.otherNames = (node["names"]?.elements ?? []).compactMap(\.text)
        if let service = function.environment["OTEL_SERVICE_NAME"]?.value { function.otherNames.append(service) }
        for element in node["triggers"]?.elements ?? [] { function.triggers.append(try trigger(element)) }
        return function
    }

    private static func trigger(_ node: SourceNode) throws(ManifestError) -> FunctionDeclaration.Trigger {
        let kinds = "gateway, http, queue, stream, schedule or event"
        guard let member = node.members.first, let kind = FunctionDeclaration.Trigger.Kind(rawValue: member.key) else {
            throw ManifestError("cannot read the trigger: must be {KIND: detail}, KIND being \(kinds)", at: node.place)
        }
        return FunctionDeclaration.Trigger(
            kind: kind, detail: member.value.text ?? "", place: member.keyPlace,
            hasFailureDestination: node["on-failure"] != nil)
    }

    private static func budget(_ member: SourceNode.Member) throws(ManifestError) -> BudgetDeclaration {
        var budget = BudgetDeclaration(name: "budget", place: member.keyPlace)
        budget.monthlyAmount = member.value["monthly"].declaredText.map("an amount like 100 USD", Quantities.dollars)
        for element in member.value["notifications"]?.elements ?? [] {
            let of = element["of"]?.text ?? "actual"
            guard ["actual", "forecast"].contains(of) else {
                throw ManifestError("cannot read the notification: of must be actual or forecast", at: element.place)
            }
            budget.notifications.append(
                BudgetDeclaration.Notification(
                    isActual: of == "actual", thresholdPercent: element["at"]?.text.flatMap(Quantities.percent),
                    subscriberCount: element["to"].map { max($0.elements.count, $0.text == nil ? 0 : 1) } ?? 0,
                    place: element.place))
        }
        return budget
    }

    private static func unknown(_ member: SourceNode.Member, _ known: [String]) -> ManifestError {
        ManifestError(
            "cannot use the setting \(Quote.short(member.key)); must be one of \(known.joined(separator: ", "))",
            at: member.keyPlace)
    }
}
