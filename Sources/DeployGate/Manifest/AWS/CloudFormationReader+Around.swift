/// Resources that say something about a function without being one: triggers, aliases, log groups.
extension CloudFormationReader {
    mutating func readAround(_ resources: SourceNode) {
        for member in resources.members {
            guard let type = member.value["Type"]?.text, let properties = member.value["Properties"] else { continue }
            switch type {
            case "AWS::Lambda::EventSourceMapping": readEventSource(member, properties)
            case "AWS::Lambda::Permission": readPermission(member, properties)
            case "AWS::Lambda::Url":
                add(
                    .init(kind: .http, detail: "function URL", place: member.keyPlace),
                    to: properties["TargetFunctionArn"])
            case "AWS::ApiGatewayV2::Integration":
                add(
                    .init(kind: .gateway, detail: member.key, place: member.keyPlace), to: properties["IntegrationUri"])
            case "AWS::ApiGateway::Method":
                let detail = "\(properties["HttpMethod"]?.text ?? "ANY") \(member.key)"
                add(
                    .init(kind: .gateway, detail: detail, place: member.keyPlace),
                    to: template.collection(properties["Integration"])?["Uri"])
            case "AWS::Lambda::Alias", "AWS::Lambda::Version":
                let count = template.integer(
                    template.collection(properties["ProvisionedConcurrencyConfig"])?["ProvisionedConcurrentExecutions"])
                change(properties["FunctionName"]) {
                    $0.provisionedConcurrency = $0.provisionedConcurrency.or(count)
                }
            case "AWS::Lambda::EventInvokeConfig":
                guard let target = properties["DestinationConfig"]?["OnFailure"]?["Destination"] else { continue }
                let name = template.pattern(target) ?? "*"
                change(properties["FunctionName"]) {
                    $0.failureDestination = $0.failureDestination.or(.value(name, target.place))
                }
            case "AWS::Logs::LogGroup": readLogGroup(member, properties)
            default: break
            }
        }
    }

    private mutating func readEventSource(_ member: SourceNode.Member, _ properties: SourceNode) {
        let source = template.resource(properties["EventSourceArn"])
        let queue = source.flatMap { template.root["Resources", $0] }
        let isQueue =
            queue?["Type"]?.text == "AWS::SQS::Queue"
            || template.pattern(properties["EventSourceArn"])?.contains(":sqs:") == true
        add(
            .init(
                kind: isQueue ? .queue : .stream, detail: source ?? member.key, place: member.keyPlace,
                hasFailureDestination: properties["DestinationConfig"]?["OnFailure"] != nil
                    || queue?["Properties"]?["RedrivePolicy"] != nil),
            to: properties["FunctionName"])
    }

    /// Who may call a function is who calls it, when nothing else says so.
    private mutating func readPermission(_ member: SourceNode.Member, _ properties: SourceNode) {
        let kind: FunctionDeclaration.Trigger.Kind
        switch template.text(properties["Principal"]).value ?? "" {
        case "apigateway.amazonaws.com": kind = .gateway
        case "elasticloadbalancing.amazonaws.com", "cognito-idp.amazonaws.com": kind = .http
        case "events.amazonaws.com", "scheduler.amazonaws.com": kind = .schedule
        case "s3.amazonaws.com", "sns.amazonaws.com", "iot.amazonaws.com", "logs.amazonaws.com": kind = .event
        default: return
        }
        change(properties["FunctionName"]) { function in
            guard !function.triggers.contains(where: { $0.kind == kind }) else { return }
            function.triggers.append(.init(kind: kind, detail: member.key, place: member.keyPlace))
        }
    }

    private mutating func readLogGroup(_ member: SourceNode.Member, _ properties: SourceNode) {
        let days = template.integer(properties["RetentionInDays"])
        let name = template.pattern(properties["LogGroupName"]) ?? ""
        for index in manifest.functions.indices {
            let function = manifest.functions[index]
            let own = template.root["Resources", function.name, "Properties"]
            let configured =
                template.resource(template.collection(own?["LoggingConfig"])?["LogGroup"])
                ?? template.resource(template.root["Globals", "Function", "LoggingConfig", "LogGroup"])
            let names =
                ["/aws/lambda/\(function.name)", "/aws/lambda/*\(function.name)*"]
                + function.otherNames.map { "/aws/lambda/\($0)" }
            guard configured == member.key || names.contains(name) else { continue }
            // A group without a number of days keeps its lines for ever; somebody chose that only if they wrote it.
            manifest.functions[index].logRetentionDays = days
        }
    }

    private mutating func add(_ trigger: FunctionDeclaration.Trigger, to reference: SourceNode?) {
        change(reference) { $0.triggers.append(trigger) }
    }

    private mutating func change(_ reference: SourceNode?, _ body: (inout FunctionDeclaration) -> Void) {
        guard let name = template.resource(reference),
            let index = manifest.functions.firstIndex(where: { $0.name == name })
        else { return }
        body(&manifest.functions[index])
    }

    // MARK: Budgets

    func budget(
        _ member: SourceNode.Member, _ properties: SourceNode?, _ notifications: SourceNode?
    ) -> BudgetDeclaration {
        var budget = BudgetDeclaration(name: member.key, place: member.keyPlace)
        let limit = template.collection(properties?["BudgetLimit"])
        budget.monthlyAmount = template.text(limit?["Amount"]).map("an amount of money") { Double($0) }
        if let unit = template.text(limit?["Unit"]).value, unit != "USD", let place = limit?.place {
            budget.monthlyAmount = .unresolved("got the currency \(Quote.short(unit)); prices are in USD", place)
        }
        budget.isMonthly = template.text(properties?["TimeUnit"]).value == "MONTHLY"
        for element in template.collection(notifications)?.elements ?? [] {
            let notification = template.collection(element["Notification"])
            let unit = template.text(notification?["ThresholdType"]).value ?? "PERCENTAGE"
            let threshold = template.text(notification?["Threshold"]).value.flatMap { Double($0) }
            budget.notifications.append(
                BudgetDeclaration.Notification(
                    isActual: template.text(notification?["NotificationType"]).value.map { $0 == "ACTUAL" },
                    thresholdPercent: unit == "PERCENTAGE" ? threshold : nil,
                    subscriberCount: template.collection(element["Subscribers"])?.elements.count ?? 0,
                    place: element.place))
        }
        return budget
    }
}
