/// A function app of Azure Functions: `host.json`, and a `function.json` in a folder for each function.
///
/// Source: Azure Functions, host.json reference for version 2 and later; function.json, bindings.
enum AzureFunctionsReader: ManifestReader {
    static func recognises(_ file: ManifestFile) -> Bool { file.name == "host.json" && file.root["version"] != nil }

    static func read(_ file: ManifestFile, parameters: [String: String]) throws(ManifestError) -> Manifest {
        var manifest = Manifest(
            format: .azureFunctions, provider: .azure, files: [file.path] + file.functionFiles.map(\.path))
        let timeout = file.root["functionTimeout"].declaredText.map("hours:minutes:seconds", Quantities.clockSeconds)
        for functionFile in file.functionFiles {
            let root = functionFile.root
            if root["disabled"]?.text == "true" { continue }
            var function = FunctionDeclaration(
                name: functionFile.folderName, place: Place(file: functionFile.path, line: root.place.line),
                provider: .azure)
            // Telemetry names the app, too: "app/function".
            function.otherNames = ["*/\(function.name)"]
            function.timeoutSeconds = timeout
            function.silentManifest = "host.json"
            function.triggers = (root["bindings"]?.elements ?? []).compactMap(trigger)
            manifest.functions.append(function)
        }
        if file.functionFiles.isEmpty {
            manifest.notes.append(
                Manifest.Note(
                    message: "no folder beside this file has a function.json; functions declared in code are not seen",
                    place: file.root.place, gap: .otherFile))
        }
        return manifest
    }

    private static func trigger(_ binding: SourceNode) -> FunctionDeclaration.Trigger? {
        guard let type = binding["type"]?.text, type.hasSuffix("Trigger") || type.hasSuffix("trigger") else {
            return nil
        }
        func trigger(_ kind: FunctionDeclaration.Trigger.Kind, _ detail: String?, hasFailureDestination: Bool = false)
            -> FunctionDeclaration.Trigger
        {
            FunctionDeclaration.Trigger(
                kind: kind, detail: detail ?? type, place: binding.place, hasFailureDestination: hasFailureDestination)
        }
        switch type {
        case "httpTrigger":
            let method = binding["methods"]?.elements.first?.text?.uppercased() ?? "ANY"
            return trigger(.gateway, "\(method) /\(binding["route"]?.text ?? "")")
        // Both queues keep what failed too often: a poison queue, a dead-letter queue.
        case "queueTrigger", "serviceBusTrigger":
            return trigger(
                .queue, binding["queueName"]?.text ?? binding["topicName"]?.text, hasFailureDestination: true)
        case "timerTrigger": return trigger(.schedule, binding["schedule"]?.text)
        case "eventHubTrigger", "cosmosDBTrigger", "kafkaTrigger":
            return trigger(.stream, binding["eventHubName"]?.text)
        case "blobTrigger": return trigger(.event, binding["path"]?.text, hasFailureDestination: true)
        default: return trigger(.event, nil)
        }
    }
}
