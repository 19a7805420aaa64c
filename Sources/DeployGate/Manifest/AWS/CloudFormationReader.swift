/// AWS SAM and CloudFormation templates.
///
/// Source: AWS SAM specification 2016-10-31; AWS CloudFormation resource reference, AWS::Lambda, AWS::Budgets, AWS::Logs.
struct CloudFormationReader: ManifestReader {
    static func recognises(_ file: ManifestFile) -> Bool {
        let resources = file.root["Resources"]
        guard file.root["AWSTemplateFormatVersion"] == nil, file.root["Transform"] == nil else {
            return resources != nil
        }
        return resources?.members.contains { $0.value["Type"]?.text?.hasPrefix("AWS::") == true } ?? false
    }

    static func read(_ file: ManifestFile, parameters: [String: String]) throws(ManifestError) -> Manifest {
        let isSAM = file.root["Transform"] != nil || file.root["Globals"] != nil
        let template = CloudFormationTemplate(root: file.root, overrides: parameters)
        var reading = CloudFormationReader(
            template: template,
            manifest: Manifest(format: isSAM ? .sam : .cloudFormation, provider: .aws, files: [file.path]))
        guard let resources = file.root["Resources"], resources.isMapping else {
            throw ManifestError("cannot read the template: Resources must be a mapping", at: file.root.place)
        }
        reading.readFunctions(resources)
        reading.readAround(resources)
        for name in parameters.keys.sorted() where file.root["Parameters", name] == nil {
            reading.note(
                "no parameter is called \(Quote.short(name))", file.root["Parameters"]?.place ?? file.root.place)
        }
        return reading.manifest
    }

    let template: CloudFormationTemplate
    var manifest: Manifest

    // MARK: Functions

    private mutating func readFunctions(_ resources: SourceNode) {
        for member in resources.members where isDeployed(member) {
            let properties = member.value["Properties"]
            switch member.value["Type"]?.text ?? "" {
            case "AWS::Serverless::Function":
                manifest.functions.append(function(member, properties, globals: template.root["Globals", "Function"]))
            case "AWS::Lambda::Function":
                manifest.functions.append(function(member, properties, globals: nil))
            case "AWS::CloudFormation::Stack", "AWS::Serverless::Application":
                unread("a template of its own, which is not read", member, .otherFile)
            case "AWS::Budgets::Budget":
                manifest.budgets.append(
                    budget(member, properties?["Budget"], properties?["NotificationsWithSubscribers"]))
            case let type where type.hasPrefix("AWS::Serverless::") || type.hasPrefix("AWS::Lambda::"):
                if !CloudFormationReader.typesAroundFunctions.contains(type) {
                    unread("has the unknown type \(Quote.short(type))", member)
                }
            case let type where ["AWS::", "Alexa::", "Custom::"].contains { type.hasPrefix($0) }: break
            case "" where member.key.hasPrefix("Fn::"): unread("worked out when the template is deployed", member)
            case "": unread("has no Type", member)
            case let type: unread("has the unknown type \(Quote.short(type))", member)
            }
        }
    }

    /// A resource in which functions may stand that nobody has read.
    private mutating func unread(_ what: String, _ member: SourceNode.Member, _ gap: Manifest.Note.Gap = .unknown) {
        manifest.notes.append(
            Manifest.Note(message: what, place: member.keyPlace, subject: member.key, gap: gap))
    }

    /// What stands beside functions in their two families of types. Any other may be a function, misspelt.
    private static let typesAroundFunctions: Set<String> = [
        "AWS::Serverless::Api", "AWS::Serverless::HttpApi", "AWS::Serverless::WebSocketApi",
        "AWS::Serverless::GraphQLApi", "AWS::Serverless::LayerVersion", "AWS::Serverless::SimpleTable",
        "AWS::Serverless::StateMachine", "AWS::Serverless::Connector", "AWS::Serverless::CapacityProvider",
        "AWS::Lambda::Alias", "AWS::Lambda::CapacityProvider", "AWS::Lambda::CodeSigningConfig",
        "AWS::Lambda::EventInvokeConfig", "AWS::Lambda::EventSourceMapping", "AWS::Lambda::LayerVersion",
        "AWS::Lambda::LayerVersionPermission", "AWS::Lambda::Permission", "AWS::Lambda::Url", "AWS::Lambda::Version",
    ]

    private mutating func function(
        _ member: SourceNode.Member, _ properties: SourceNode?, globals: SourceNode?
    ) -> FunctionDeclaration {
        /// A property of the function, or what the template says for all of them.
        func property(_ name: String) -> SourceNode? { properties?[name] ?? globals?[name] }

        var function = FunctionDeclaration(name: member.key, place: member.keyPlace, provider: .aws)
        function.memoryMegabytes = template.integer(property("MemorySize"))
        function.timeoutSeconds = template.text(property("Timeout")).map("a number of seconds") { Double($0) }
        function.architecture = template.text(template.collection(property("Architectures"))?.elements.first)
        if case .absent = function.architecture {
            function.architecture = .value("x86_64", member.keyPlace)
        }
        function.reservedConcurrency = template.integer(property("ReservedConcurrentExecutions"))
        function.provisionedConcurrency = template.integer(
            template.collection(property("ProvisionedConcurrencyConfig"))?["ProvisionedConcurrentExecutions"])
        function.failureDestination = failureDestination(
            template.collection(property("DeadLetterQueue")) ?? template.collection(property("DeadLetterConfig")),
            template.collection(property("EventInvokeConfig")))
        for source in [globals, properties] {
            let variables = template.collection(source?["Environment"])?["Variables"]
            for variable in template.collection(variables)?.members ?? [] {
                function.environment[variable.key] = template.text(variable.value)
            }
            for layer in template.collection(source?["Layers"])?.elements ?? [] {
                function.layers.append(template.pattern(layer).map { .value($0, layer.place) } ?? template.text(layer))
            }
        }
        // A name that CloudFormation makes: stack, logical id, twelve characters.
        function.otherNames = [template.pattern(property("FunctionName")) ?? "*-\(member.key)-*"]
        if let service = function.environment["OTEL_SERVICE_NAME"]?.value { function.otherNames.append(service) }
        if let url = template.collection(property("FunctionUrlConfig")) {
            function.triggers.append(.init(kind: .http, detail: "function URL", place: url.place))
        }
        for event in template.collection(properties?["Events"])?.members ?? [] {
            if let trigger = trigger(event) { function.triggers.append(trigger) }
        }
        return function
    }

    private func failureDestination(_ deadLetter: SourceNode?, _ invoke: SourceNode?) -> Declared<String> {
        if let deadLetter, let target = deadLetter["TargetArn"] {
            return .value(template.pattern(target) ?? "*", target.place)
        }
        let destination = invoke?["DestinationConfig"]?["OnFailure"]
        guard let destination, let target = destination["Destination"] ?? destination["Type"] else { return .absent }
        return .value(template.pattern(target) ?? "*", target.place)
    }

    private mutating func trigger(_ event: SourceNode.Member) -> FunctionDeclaration.Trigger? {
        let properties = event.value["Properties"]
        func trigger(_ kind: FunctionDeclaration.Trigger.Kind, _ detail: SourceNode?, fallback: Bool = false)
            -> FunctionDeclaration.Trigger
        {
            FunctionDeclaration.Trigger(
                kind: kind, detail: template.resource(detail) ?? template.pattern(detail) ?? event.key,
                place: event.keyPlace,
                hasFailureDestination: fallback || properties?["DestinationConfig"]?["OnFailure"] != nil
                    || properties?["DeadLetterConfig"] != nil || properties?["RedrivePolicy"] != nil)
        }
        switch event.value["Type"]?.text ?? "" {
        case "Api", "HttpApi":
            let method = template.pattern(properties?["Method"])?.uppercased() ?? "ANY"
            var result = trigger(.gateway, nil)
            result.detail = "\(method) \(template.pattern(properties?["Path"]) ?? "/")"
            return result
        case "AlexaSkill", "Cognito": return trigger(.http, nil)
        case "SQS":
            let queue = template.resource(properties?["Queue"])
            return trigger(.queue, properties?["Queue"], fallback: isRedriven(queue))
        case "Kinesis", "DynamoDB", "MSK", "SelfManagedKafka", "DocumentDB":
            return trigger(.stream, properties?["Stream"])
        case "MQ": return trigger(.queue, properties?["Broker"])
        case "Schedule", "ScheduleV2":
            return trigger(.schedule, properties?["Schedule"] ?? properties?["ScheduleExpression"])
        case "S3", "SNS", "EventBridgeRule", "CloudWatchEvent", "CloudWatchLogs", "IoTRule": return trigger(.event, nil)
        case let type:
            note("\(event.key) has the unknown event type \(Quote.short(type))", event.keyPlace)
            return trigger(.event, nil)
        }
    }

    private func isRedriven(_ queue: String?) -> Bool {
        queue.flatMap { template.root["Resources", $0, "Properties"] }?["RedrivePolicy"] != nil
    }

    private mutating func isDeployed(_ member: SourceNode.Member) -> Bool {
        guard let name = member.value["Condition"]?.text else { return true }
        if let holds = template.condition(name) { return holds }
        note("\(member.key) depends on the condition \(Quote.short(name)); it is judged as if it held", member.keyPlace)
        return true
    }

    mutating func note(_ message: String, _ place: Place) {
        manifest.notes.append(Manifest.Note(message: message, place: place))
    }
}
