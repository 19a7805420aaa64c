/// A second-generation Google Cloud function, as `gcloud functions describe` prints it.
///
/// Source: Cloud Functions API v2, `Function`, `ServiceConfig`, `EventTrigger`.
enum CloudFunctionsReader: ManifestReader {
    static func recognises(_ file: ManifestFile) -> Bool {
        file.root["serviceConfig"] != nil && file.root["name"] != nil
    }

    static func read(_ file: ManifestFile, parameters: [String: String]) throws(ManifestError) -> Manifest {
        var manifest = Manifest(format: .cloudFunctions, provider: .googleCloud, files: [file.path])
        guard let name = file.root["name"], let text = name.text, let last = text.split(separator: "/").last else {
            throw ManifestError("cannot read the function: its name is missing", at: file.root.place)
        }
        let service = file.root["serviceConfig"]
        var function = FunctionDeclaration(name: String(last), place: name.place, provider: .googleCloud)
        function.memoryMegabytes = (service?["availableMemory"]).declaredText.map("an amount of memory") {
            Quantities.megabytes($0)
        }
        function.cpus = service?["availableCpu"]?.text.flatMap(Quantities.cpus) ?? 1
        function.timeoutSeconds = (service?["timeoutSeconds"]).declaredText.map(
            "a number of seconds", Quantities.seconds)
        function.provisionedConcurrency = (service?["minInstanceCount"]).declaredText.map("a whole number") { Int($0) }
        function.reservedConcurrency = (service?["maxInstanceCount"]).declaredText.map("a whole number") { Int($0) }
        for variable in service?["environmentVariables"]?.members ?? [] {
            function.environment[variable.key] = variable.value.declaredText
        }
        if let service = function.environment["OTEL_SERVICE_NAME"]?.value { function.otherNames.append(service) }
        if let trigger = file.root["eventTrigger"] {
            let retries = trigger["retryPolicy"]?.text == "RETRY_POLICY_RETRY"
            function.triggers = [
                .init(
                    kind: .event, detail: trigger["eventType"]?.text ?? "event", place: trigger.place,
                    hasFailureDestination: retries && trigger["deadLetterTopic"] != nil)
            ]
        } else {
            function.triggers = [.init(kind: .http, detail: service?["uri"]?.text ?? "HTTPS", place: name.place)]
        }
        manifest.functions = [function]
        return manifest
    }
}
