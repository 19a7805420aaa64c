/// The service YAML of Google Cloud Run (Knative's `Service`).
///
/// Source: Cloud Run, service YAML reference; `autoscaling.knative.dev` annotations.
enum CloudRunReader: ManifestReader {
    static func recognises(_ file: ManifestFile) -> Bool {
        file.root["kind"]?.text == "Service" && file.root["apiVersion"]?.text?.hasPrefix("serving.knative.dev/") == true
    }

    static func read(_ file: ManifestFile, parameters: [String: String]) throws(ManifestError) -> Manifest {
        var manifest = Manifest(format: .cloudRun, provider: .googleCloud, files: [file.path])
        let name = file.root["metadata", "name"]
        guard let text = name?.text, let place = name?.place else {
            throw ManifestError("cannot read the service: metadata.name is missing", at: file.root.place)
        }
        let template = file.root["spec", "template"]
        let annotations = [template?["metadata", "annotations"], file.root["metadata", "annotations"]]
        func annotation(_ key: String) -> Declared<Int> {
            let node = annotations.lazy.compactMap {
                $0?["autoscaling.knative.dev/" + key] ?? $0?["run.googleapis.com/" + key]
            }.first
            return node.declaredText.map("a whole number") { Int($0) }
        }
        let container = template?["spec", "containers"]?.elements.first

        var function = FunctionDeclaration(name: text, place: place, provider: .googleCloud)
        function.memoryMegabytes = (container?["resources", "limits", "memory"]).declaredText.map("an amount of memory")
        {
            Quantities.megabytes($0, bare: 1.0 / 1_048_576)
        }
        function.cpus = container?["resources", "limits", "cpu"]?.text.flatMap(Quantities.cpus) ?? 1
        function.timeoutSeconds = (template?["spec", "timeoutSeconds"]).declaredText.map(
            "a number of seconds", Quantities.seconds)
        function.provisionedConcurrency = annotation("minScale")
        function.reservedConcurrency = annotation("maxScale")
        for variable in container?["env"]?.elements ?? [] {
            guard let key = variable["name"]?.text else { continue }
            function.environment[key] =
                variable["valueFrom"].map { .unresolved("it comes from a secret", $0.place) }
                ?? variable["value"].declaredText
        }
        // A second container beside the first is how a collector runs there.
        for sidecar in template?["spec", "containers"]?.elements.dropFirst() ?? [] {
            function.layers.append(sidecar["image"].declaredText)
        }
        if let service = function.environment["OTEL_SERVICE_NAME"]?.value { function.otherNames.append(service) }
        let ingress = file.root["metadata", "annotations"]?["run.googleapis.com/ingress"]
        function.triggers = [
            .init(
                kind: ingress?.text == "internal" ? .event : .http, detail: ingress?.text ?? "HTTPS", place: place,
                hasFailureDestination: false)
        ]
        manifest.functions = [function]
        return manifest
    }
}
