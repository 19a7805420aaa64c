/// A CloudFormation template whose intrinsic functions are worked out as far as the file alone allows.
///
/// Source: AWS CloudFormation User Guide, intrinsic functions; conditions; pseudo parameters.
struct CloudFormationTemplate {
    let root: SourceNode
    /// Values for parameters; they win over defaults.
    let overrides: [String: String]

    enum Resolution {
        case node(SourceNode)
        /// Another resource of the template, and which attribute of it; `nil` for its name.
        case reference(String, attribute: String?)
        case unresolved(String)
        /// `AWS::NoValue`: as if it were not there.
        case nothing
    }

    // MARK: Values

    func resolve(_ node: SourceNode, depth: Int = 0) -> Resolution {
        guard depth < Limits.referencesMax else { return .unresolved("its references go round in a circle") }
        guard let (function, argument) = intrinsic(node) else { return .node(node) }
        switch function {
        case "Ref": return reference(argument.text ?? "", depth)
        case "Fn::GetAtt": return attribute(argument)
        case "Fn::Sub": return substitution(argument, depth)
        case "Fn::If": return choice(argument, depth)
        case "Fn::FindInMap": return mapping(argument, depth)
        case "Fn::Join": return join(argument, depth)
        default: return .unresolved("\(Quote.short(function)) is known only when the template is deployed")
        }
    }

    /// The text of a node. A reference to a resource is no text.
    func text(_ node: SourceNode?) -> Declared<String> {
        guard let node else { return .absent }
        switch resolve(node) {
        case .node(let resolved):
            guard let text = resolved.text else { return resolved.isNull ? .absent : resolved.declaredText }
            guard !text.contains("{{resolve:") else {
                return .unresolved("a dynamic reference is known only when the template is deployed", node.place)
            }
            return .value(text, node.place)
        case .reference(let name, _): return .unresolved("it refers to the resource \(Quote.short(name))", node.place)
        case .unresolved(let reason): return .unresolved(reason, node.place)
        case .nothing: return .absent
        }
    }

    func integer(_ node: SourceNode?) -> Declared<Int> {
        text(node).map("a whole number") { Int($0) }
    }

    /// The mapping or list that a node stands for; itself when it cannot be worked out.
    func collection(_ node: SourceNode?) -> SourceNode? {
        guard let node else { return nil }
        switch resolve(node) {
        case .node(let resolved): return resolved
        case .nothing: return nil
        case .reference, .unresolved: return node
        }
    }

    /// The logical id of the resource that a node refers to.
    func resource(_ node: SourceNode?) -> String? {
        guard let node else { return nil }
        switch resolve(node) {
        case .reference(let name, _): return name
        case .node(let resolved): return resolved.text.flatMap { self.root["Resources", $0] == nil ? nil : $0 }
        case .unresolved:
            // "arn:…:${Function.Arn}/invocations" still names its function.
            guard let template = intrinsic(node)?.argument else { return nil }
            let text = template.text ?? template.elements.first?.text ?? ""
            return Substitution.names(in: text).map { String($0.prefix { $0 != "." }) }
                .first { root["Resources", $0] != nil }
        case .nothing: return nil
        }
    }

    /// A text in which `*` stands for what only the deployment knows.
    func pattern(_ node: SourceNode?) -> String? {
        guard let node else { return nil }
        switch resolve(node) {
        case .node(let resolved): return resolved.text
        case .reference(let name, _): return "*\(name)*"
        case .nothing: return nil
        case .unresolved:
            guard let (function, argument) = intrinsic(node), function == "Fn::Sub" else { return nil }
            let (template, values) = substitutionParts(argument)
            return Substitution.replace(in: template ?? "") { name in
                switch self.value(of: name, values, depth: 1) {
                case .node(let node): node.text ?? "*"
                case .reference(let name, _): "*\(name)*"
                case .unresolved, .nothing: "*"
                }
            }
        }
    }

    // MARK: Conditions

    /// Whether a condition holds; `nil` when only the deployment knows.
    func condition(_ name: String, depth: Int = 0) -> Bool? {
        guard let node = root["Conditions", name] else { return nil }
        return holds(node, depth + 1)
    }

    private func holds(_ node: SourceNode, _ depth: Int) -> Bool? {
        guard depth < Limits.referencesMax else { return nil }
        if let name = node["Condition"]?.text { return condition(name, depth: depth) }
        if node.tag == "!Condition", let name = node.text { return condition(name, depth: depth) }
        guard let (function, argument) = intrinsic(node) else { return nil }
        let parts = argument.elements
        switch function {
        case "Fn::Equals":
            guard parts.count == 2, let left = text(parts[0]).value, let right = text(parts[1]).value else {
                return nil
            }
            return left == right
        case "Fn::Not": return parts.first.flatMap { holds($0, depth + 1) }.map { !$0 }
        case "Fn::And":
            let results = parts.map { holds($0, depth + 1) }
            return results.contains(false) ? false : results.contains(nil) ? nil : true
        case "Fn::Or":
            let results = parts.map { holds($0, depth + 1) }
            return results.contains(true) ? true : results.contains(nil) ? nil : false
        default: return nil
        }
    }

    // MARK: Intrinsic functions

    /// The function that a node calls, in its long form, with its argument.
    func intrinsic(_ node: SourceNode) -> (function: String, argument: SourceNode)? {
        if !node.tag.isEmpty {
            let name = String(node.tag.dropFirst())
            var argument = node
            argument.tag = ""
            return (name == "Ref" || name == "Condition" ? name : "Fn::" + name, argument)
        }
        guard node.members.count == 1, let member = node.members.first,
            member.key == "Ref" || member.key.hasPrefix("Fn::")
        else { return nil }
        return (member.key, member.value)
    }

    private func reference(_ name: String, _ depth: Int) -> Resolution {
        if name == "AWS::NoValue" { return .nothing }
        if name.hasPrefix("AWS::") { return .unresolved("\(name) is known only when the template is deployed") }
        if root["Resources", name] != nil { return .reference(name, attribute: nil) }
        guard let parameter = root["Parameters", name] else {
            return .unresolved("nothing in the template is called \(Quote.short(name))")
        }
        if let value = overrides[name] {
            return .node(SourceNode(content: .scalar(value, isPlain: false), place: parameter.place, tag: ""))
        }
        if let type = parameter["Type"]?.text, type.hasPrefix("AWS::SSM::") {
            return .unresolved("the parameter \(Quote.short(name)) is looked up when the template is deployed")
        }
        guard let value = parameter["Default"] else {
            return .unresolved(
                "the parameter \(Quote.short(name)) has no default; give its value with --parameter \(Quote.short(name))=…"
            )
        }
        return resolve(value, depth: depth + 1)
    }

    private func attribute(_ argument: SourceNode) -> Resolution {
        let parts = argument.text.map { $0.split(separator: ".", maxSplits: 1).map(String.init) }
        let names = parts ?? argument.elements.compactMap(\.text)
        guard let name = names.first, root["Resources", name] != nil else {
            return .unresolved("it takes an attribute of something that is not in the template")
        }
        return .reference(name, attribute: names.count > 1 ? names[1] : nil)
    }

    private func substitutionParts(_ argument: SourceNode) -> (template: String?, values: SourceNode?) {
        if let text = argument.text { return (text, nil) }
        return (argument.elements.first?.text, argument.elements.dropFirst().first)
    }

    private func substitution(_ argument: SourceNode, _ depth: Int) -> Resolution {
        let (template, values) = substitutionParts(argument)
        guard let template else { return .unresolved("its Fn::Sub has no text") }
        var problem: String?
        let text = Substitution.replace(in: template) { name in
            switch value(of: name, values, depth: depth) {
            case .node(let node):
                if let text = node.text { return text }
                problem = "\(Quote.short(name)) is no text"
            case .reference(let name, _): problem = "it refers to the resource \(Quote.short(name))"
            case .unresolved(let reason): problem = reason
            case .nothing: problem = "\(Quote.short(name)) has no value"
            }
            return ""
        }
        if let problem { return .unresolved(problem) }
        return .node(SourceNode(content: .scalar(text, isPlain: false), place: argument.place, tag: ""))
    }

    private func value(of name: String, _ values: SourceNode?, depth: Int) -> Resolution {
        if let value = values?[name] { return resolve(value, depth: depth + 1) }
        let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
        if parts.count == 2, root["Resources", parts[0]] != nil { return .reference(parts[0], attribute: parts[1]) }
        return reference(name, depth + 1)
    }

    private func choice(_ argument: SourceNode, _ depth: Int) -> Resolution {
        let parts = argument.elements
        guard parts.count == 3, let name = parts[0].text else { return .unresolved("its Fn::If must have three parts") }
        guard let holds = condition(name, depth: depth) else {
            return .unresolved("the condition \(Quote.short(name)) is known only when the template is deployed")
        }
        return resolve(holds ? parts[1] : parts[2], depth: depth + 1)
    }

    private func mapping(_ argument: SourceNode, _ depth: Int) -> Resolution {
        let keys = argument.elements.prefix(3).map { text($0) }
        guard keys.count == 3 else { return .unresolved("its Fn::FindInMap must have three parts") }
        var node = root["Mappings"]
        for key in keys {
            guard let text = key.value else {
                if case .unresolved(let reason, _) = key { return .unresolved(reason) }
                return .unresolved("a key of its Fn::FindInMap is missing")
            }
            node = node?[text]
        }
        guard let node else { return .unresolved("the mapping has no such entry") }
        return .node(node)
    }

    private func join(_ argument: SourceNode, _ depth: Int) -> Resolution {
        let parts = argument.elements
        guard parts.count == 2, let separator = parts[0].text else {
            return .unresolved("its Fn::Join must have a separator and a list")
        }
        var texts: [String] = []
        for element in collection(parts[1])?.elements ?? [] {
            switch resolve(element, depth: depth + 1) {
            case .node(let node): texts.append(node.text ?? "")
            case .reference(let name, _): return .unresolved("it refers to the resource \(Quote.short(name))")
            case .unresolved(let reason): return .unresolved(reason)
            case .nothing: break
            }
        }
        return .node(
            SourceNode(
                content: .scalar(texts.joined(separator: separator), isPlain: false), place: argument.place, tag: ""))
    }
}

/// The `${Name}` parts of a text.
enum Substitution {
    static func names(in text: String) -> [String] {
        var names: [String] = []
        _ = replace(in: text) { name in
            names.append(name)
            return ""
        }
        return names
    }

    /// `${!Name}` is the literal text `${Name}`.
    static func replace(in text: String, _ value: (String) -> String) -> String {
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            let after = rest.index(after: dollar)
            guard after < rest.endIndex, rest[after] == "{", let end = rest[after...].firstIndex(of: "}") else {
                result += "$"
                rest = rest[after...]
                continue
            }
            let name = rest[rest.index(after: after)..<end]
            result += name.hasPrefix("!") ? "${\(name.dropFirst())}" : value(String(name))
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }
}
