/// `serverless.yml` of the Serverless Framework.
///
/// Source: Serverless Framework 3 and 4, AWS provider: properties of `provider`, `functions` and their events.
struct ServerlessReader: ManifestReader {
    static func recognises(_ file: ManifestFile) -> Bool {
        file.root["service"] != nil && file.root["provider"] != nil && file.root["Resources"] == nil
    }

    static func read(_ file: ManifestFile, parameters: [String: String]) throws(ManifestError) -> Manifest {
        let variables = ServerlessVariables(root: file.root, overrides: parameters)
        let platform = file.root["provider"]?.isMapping == true ? file.root["provider", "name"] : file.root["provider"]
        guard let provider = provider(variables.text(platform).value ?? "") else {
            throw ManifestError(
                "cannot read the provider: got \(Quote.short(platform?.text ?? "nothing")); must be aws, google or azure",
                at: file.root["provider"]?.place ?? file.root.place)
        }
        var reading = ServerlessReader(
            variables: variables, manifest: Manifest(format: .serverless, provider: provider, files: [file.path]))
        reading.readFunctions(file.root["functions"])
        reading.readResources(file)
        return reading.manifest
    }

    private static func provider(_ name: String) -> Provider? {
        switch name {
        case "aws": .aws
        case "google": .googleCloud
        case "azure": .azure
        default: nil
        }
    }

    let variables: ServerlessVariables
    var manifest: Manifest

    private mutating func readFunctions(_ functions: SourceNode?) {
        // A list of mappings is allowed too.
        let parts = functions.map { $0.elements.isEmpty ? [$0] : $0.elements } ?? []
        for part in parts {
            for member in part.members { manifest.functions.append(function(member)) }
            guard !part.isMapping, !part.isNull else { continue }
            manifest.notes.append(
                Manifest.Note(
                    message: "functions stand in another file, which is not read", place: part.place,
                    subject: part.text.map { Quote.short($0) }, gap: .otherFile))
        }
    }

    private mutating func function(_ member: SourceNode.Member) -> FunctionDeclaration {
        let provider = variables.root["provider"]
        func property(_ name: String) -> SourceNode? { member.value[name] ?? provider?[name] }

        var function = FunctionDeclaration(name: member.key, place: member.keyPlace, provider: manifest.provider)
        function.memoryMegabytes = variables.text(property("memorySize")).map("a number of megabytes") {
            Quantities.megabytes($0)
        }
        function.timeoutSeconds = variables.text(property("timeout")).map("a number of seconds", Quantities.seconds)
        function.architecture = variables.text(property("architecture")).or(.value("x86_64", member.keyPlace))
        function.reservedConcurrency = variables.text(property("reservedConcurrency")).map("a whole number") { Int($0) }
        function.provisionedConcurrency = variables.text(
            member.value["provisionedConcurrency"] ?? member.value["minInstances"]
        ).map("a whole number") { Int($0) }
        function.logRetentionDays = variables.text(
            member.value["logRetentionInDays"] ?? provider?["logRetentionInDays"]
        ).map("a number of days", Quantities.days)
        function.failureDestination = failureDestination(member.value)
        for source in [provider, member.value] {
            for variable in source?["environment"]?.members ?? [] {
                function.environment[variable.key] = variables.text(variable.value)
            }
        }
        for layer in property("layers")?.elements ?? [] { function.layers.append(variables.text(layer)) }
        function.otherNames = names(member)
        if let service = function.environment["OTEL_SERVICE_NAME"]?.value { function.otherNames.append(service) }
        if let url = member.value["url"] {
            function.triggers.append(.init(kind: .http, detail: "function URL", place: url.place))
        }
        function.triggers += (member.value["events"]?.elements ?? []).compactMap { trigger($0) }
        return function
    }

    /// The name that the framework gives a function: service, stage, function.
    private func names(_ member: SourceNode.Member) -> [String] {
        if let name = variables.text(member.value["name"]).value { return [name] }
        let service = variables.text(variables.root["service"]).value ?? "*"
        return ["\(service)-*-\(member.key)"]
    }

    private func failureDestination(_ function: SourceNode) -> Declared<String> {
        guard let target = function["onError"] ?? function["destinations", "onFailure"] else { return .absent }
        return .value(target.text ?? "*", target.place)
    }

    private mutating func trigger(_ event: SourceNode) -> FunctionDeclaration.Trigger? {
        guard let member = event.members.first else {
            // A name alone, as in `- alexaSkill`.
            return event.text.map { FunctionDeclaration.Trigger(kind: .event, detail: $0, place: event.place) }
        }
        let value = member.value
        func trigger(_ kind: FunctionDeclaration.Trigger.Kind, _ detail: String?) -> FunctionDeclaration.Trigger {
            FunctionDeclaration.Trigger(
                kind: kind, detail: detail ?? member.key, place: member.keyPlace,
                hasFailureDestination: value["destinations", "onFailure"] != nil || value["deadLetterQueueArn"] != nil
                    || value["redrivePolicy"] != nil)
        }
        switch member.key {
        case "http", "httpApi":
            let method = value["method"]?.text?.uppercased() ?? "ANY"
            return trigger(.gateway, value.text ?? "\(method) \(value["path"]?.text ?? "/")")
        case "websocket": return trigger(.gateway, value.text ?? value["route"]?.text)
        case "alb", "cognitoUserPool", "alexaSkill", "cloudFront": return trigger(.http, nil)
        case "sqs", "rabbitmq", "activemq": return trigger(.queue, value.text ?? value["arn"]?.text)
        case "stream", "kafka", "msk": return trigger(.stream, value.text ?? value["arn"]?.text)
        case "schedule": return trigger(.schedule, value.text ?? value["rate"]?.text)
        default: return trigger(.event, value.text)
        }
    }

    /// A CloudFormation template inside: budgets, and what is said about functions from outside.
    private mutating func readResources(_ file: ManifestFile) {
        guard let resources = file.root["resources"]?["Resources"] else { return }
        let template = CloudFormationTemplate(
            root: file.root["resources"] ?? file.root, overrides: variables.overrides)
        let reader = CloudFormationReader(template: template, manifest: manifest)
        for member in resources.members where member.value["Type"]?.text == "AWS::Budgets::Budget" {
            let properties = member.value["Properties"]
            manifest.budgets.append(
                reader.budget(member, properties?["Budget"], properties?["NotificationsWithSubscribers"]))
        }
    }
}

/// The `${self:…}`, `${opt:…}` and `${env:…}` of a `serverless.yml`.
///
/// Source: Serverless Framework, variables.
struct ServerlessVariables {
    let root: SourceNode
    /// Values for `opt:` and `env:` by their names, as `stage` or `opt:stage`.
    let overrides: [String: String]

    func text(_ node: SourceNode?) -> Declared<String> {
        var left = Limits.referencesMax
        return text(node, &left)
    }

    /// - Parameter left: how many variables may still be looked up, those within variables included.
    private func text(_ node: SourceNode?, _ left: inout Int) -> Declared<String> {
        guard let node else { return .absent }
        guard let text = node.text else { return node.isNull ? .absent : node.declaredText }
        return expand(text, at: node.place, &left)
    }

    private func expand(_ text: String, at place: Place, _ left: inout Int) -> Declared<String> {
        // The innermost variable first.
        guard let end = text.firstIndex(of: "}"), let start = text[..<end].range(ofLast: "${") else {
            return .value(text, place)
        }
        left -= 1
        guard left >= 0 else {
            return .unresolved(
                "its variables go round in a circle, or are more than \(Limits.referencesMax)", place)
        }
        let expression = text[start.upperBound..<end]
        switch value(of: String(expression), at: place, &left) {
        case .value(let value, _):
            return expand(text[..<start.lowerBound] + value + text[text.index(after: end)...], at: place, &left)
        case .unresolved(let reason, _): return .unresolved(reason, place)
        case .absent: return .unresolved("\(Quote.short(expression)) has no value", place)
        }
    }

    /// The first of the alternatives, divided by commas, that has a value.
    private func value(of expression: String, at place: Place, _ left: inout Int) -> Declared<String> {
        var reason: String?
        for alternative in expression.split(separator: ",") {
            let name = alternative.trimming(" ")
            if let quote = name.first, quote == "'" || quote == "\"" {
                return .value(String(name.dropFirst().dropLast()), place)
            }
            if Double(name) != nil { return .value(String(name), place) }
            let parts = name.split(separator: ":", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { continue }
            if let value = overrides[String(name)] ?? overrides[parts[1]], parts[0] != "self" {
                return .value(value, place)
            }
            switch parts[0] {
            case "self":
                let node = parts[1].split(separator: ".").reduce(root as SourceNode?) { $0?[String($1)] }
                guard let node else { continue }
                return text(node, &left)
            case "sls" where parts[1] == "stage":
                return text(root["provider", "stage"], &left).or(.value("dev", place))
            case "opt", "env", "param":
                reason =
                    reason
                    ?? "\(Quote.short(name)) is given at deployment; give it here with --parameter \(Quote.short(name))=…"
            default: reason = reason ?? "\(Quote.short(name)) is known only at deployment"
            }
        }
        return reason.map { .unresolved($0, place) } ?? .absent
    }
}

extension StringProtocol {
    func trimming(_ character: Character) -> SubSequence {
        var result = self[...]
        while result.first == character { result = result.dropFirst() }
        while result.last == character { result = result.dropLast() }
        return result
    }

    /// Where `other` stands for the last time.
    func range(ofLast other: String) -> Range<Index>? {
        var end = endIndex
        while true {
            if let start = index(end, offsetBy: -other.count, limitedBy: startIndex) {
                if self[start..<end] == other[...] { return start..<end }
                guard end > startIndex else { return nil }
                end = index(before: end)
            } else {
                return nil
            }
        }
    }
}
