/// Reads `gate.yaml`, whole: one wrong key and nothing is judged.
extension GateConfiguration {
    public init(_ bytes: [UInt8], file: String) throws(ManifestError) {
        let root = try SourceNode.parse(bytes, file: file)
        for member in root.members {
            switch member.key {
            case "environment": environment = try member.value.requireText()
            case "budget": monthlyBudget = try member.require("an amount like 100 USD", Quantities.dollars)
            case "rules": try readRules(member.value)
            case "thresholds": try readThresholds(member.value)
            case "traffic": try readTraffic(member.value)
            case "waivers": waivers = try read(member.value, Waiver.init(node:))
            case "probe": probes = try read(member.value, ProbeTarget.init(node:))
            default:
                throw member.unknown([
                    "environment", "budget", "rules", "thresholds", "traffic", "waivers", "probe",
                ])
            }
        }
        if !root.isMapping, !root.isNull { throw ManifestError("must be a mapping of settings", at: root.place) }
    }

    private mutating func readRules(_ node: SourceNode) throws(ManifestError) {
        for member in node.members {
            guard let rule = Rule.named(member.key) else {
                throw ManifestError(
                    "no rule is called \(Quote.short(member.key)); `traceview gate rules` lists them",
                    at: member.keyPlace)
            }
            let word = try member.value.requireText()
            let level = Rule.Level(rawValue: word)
            guard level != nil || word == "off" else {
                throw ManifestError(
                    "got \(Quote.short(word)); must be block, warn, info or off", at: member.value.place)
            }
            levels[rule.id] = .some(level)
        }
    }

    private mutating func readThresholds(_ node: SourceNode) throws(ManifestError) {
        for member in node.members {
            guard let setting = Thresholds.settings.first(where: { $0.key == member.key }) else {
                throw member.unknown(Thresholds.settings.map(\.key))
            }
            let number = try member.require("a number from 0 on") {
                Double($0).flatMap { $0 >= 0 && $0 < 1e12 ? $0 : nil }
            }
            setting.set(&thresholds, number)
        }
    }

    private mutating func readTraffic(_ node: SourceNode) throws(ManifestError) {
        for member in node.members {
            let count = try member.require("requests a month, like 1 million", Quantities.count)
            if member.key == "default" { defaultTraffic = count } else { traffic[member.key] = count }
        }
    }

    private func read<Value>(
        _ node: SourceNode, _ make: (SourceNode) throws(ManifestError) -> Value
    ) throws(ManifestError) -> [Value] {
        var values: [Value] = []
        if node.elements.isEmpty, !node.isNull {
            throw ManifestError("got \(node.kindName); must be a list", at: node.place)
        }
        for element in node.elements { values.append(try make(element)) }
        return values
    }
}

extension Waiver {
    init(node: SourceNode) throws(ManifestError) {
        let keys = ["rule", "function", "subject", "owner", "reason", "until", "measured"]
        for member in node.members where !keys.contains(member.key) { throw member.unknown(keys) }
        func text(_ key: String) throws(ManifestError) -> String {
            guard let text = node[key]?.text, !text.isEmpty else {
                throw ManifestError("a waiver needs \(key): who accepts what, why, and until when", at: node.place)
            }
            return text
        }
        let name = try text("rule")
        guard let rule = Rule.named(name) else {
            throw ManifestError(
                "no rule is called \(Quote.short(name)); `traceview gate rules` lists them", at: node.place)
        }
        let day = try text("until")
        guard day.utf8.count == 10, let moment = Timestamp.unixNano(day) else {
            throw ManifestError(
                "until is \(Quote.short(day)); must be a day like 2026-12-31", at: node["until"]?.place ?? node.place)
        }
        self.init(
            rule: rule.id, subject: node["function"]?.text ?? node["subject"]?.text, owner: try text("owner"),
            reason: try text("reason"), until: day, untilUnixNano: moment, measured: node["measured"]?.text,
            place: node.place)
        if rule.id == "TG-CFG-05", measured == nil {
            throw ManifestError(
                "a waiver of TG-CFG-05 needs measured: the cold start's 99th percentile, like 310 ms", at: node.place)
        }
    }
}

extension ProbeTarget {
    init(node: SourceNode) throws(ManifestError) {
        let keys = ["function"] + ProbePurpose.allCases.map(\.rawValue)
        for member in node.members where !keys.contains(member.key) && member.key != "request" {
            throw member.unknown(keys)
        }
        guard let function = node["function"]?.text else {
            throw ManifestError("a probe needs function: whose answer it is", at: node.place)
        }
        let given = ProbePurpose.allCases.compactMap { purpose in node[purpose.rawValue]?.text.map { (purpose, $0) } }
        guard given.count == 1, let (purpose, request) = given.first else {
            throw ManifestError(
                "a probe needs one of success, failure and cold-start, with METHOD PATH", at: node.place)
        }
        self.init(function: function, purpose: purpose, request: request)
    }
}

extension SourceNode {
    fileprivate func requireText() throws(ManifestError) -> String {
        guard let text else { throw ManifestError("got \(kindName); must be a text", at: place) }
        return text
    }
}

extension SourceNode.Member {
    func unknown(_ known: [String]) -> ManifestError {
        ManifestError(
            "cannot use the setting \(Quote.short(key)); must be one of \(known.joined(separator: ", "))", at: keyPlace)
    }

    fileprivate func require<Value>(_ expected: String, _ read: (String) -> Value?) throws(ManifestError) -> Value {
        guard let value = value.text.flatMap(read) else {
            throw ManifestError(
                "\(key) is \(Quote.short(value.text ?? value.kindName)); must be \(expected)", at: value.place)
        }
        return value
    }
}
