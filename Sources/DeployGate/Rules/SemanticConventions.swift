/// The registry of OpenTelemetry's semantic conventions, as the dated table in `Data/` has it.
///
/// Source: github.com/open-telemetry/semantic-conventions; `scripts/semantic-conventions` regenerates the table.
enum SemanticConventions {
    struct AttributeFacts {
        var type: String
        /// Where it may stand; empty when the registry does not say.
        var levels: Set<String>
        /// The new names of a deprecated one, "-" when there is none; `nil` for one that is not deprecated.
        var successor: String?
    }

    struct MetricFacts {
        var unit: String
        var instrument: String
        var successor: String?
    }

    static let table = Table(PackageResources.semantic_conventions_tsv)
    static var version: String { table.version }

    /// What is wrong with an attribute where it stands; `nil` for nothing.
    static func problem(_ use: AttributeUse, kind: String) -> String? {
        guard let facts = table.attributes[use.key] else { return nameProblem(use.key) }
        if let successor = facts.successor {
            return successor == "-"
                ? "deprecated, without a successor"
                : "deprecated; must be \(Quote.list(successor.split(separator: ",").map(String.init)))"
        }
        // Logs and spans share what is said of a request; resources and metrics are strict.
        let levels = facts.levels
        if use.level == .resource, !levels.isEmpty, !levels.contains("resource") {
            return "belongs on a \(levels.sorted().joined(separator: " or "))"
        }
        if use.level != .resource, levels == ["resource"] { return "belongs on the resource" }
        if isOtherType(facts.type, kind) { return "got \(kind); must be \(facts.type)" }
        return nil
    }

    /// Source: semantic conventions, attribute naming: lower case, words by underscores, namespaces by dots.
    private static func nameProblem(_ name: String) -> String? {
        if name.isEmpty { return "the name is empty" }
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return isPlain ? nil : "the name must be lower case, with dots and underscores"
    }

    private static func isOtherType(_ type: String, _ kind: String) -> Bool {
        switch type {
        case "string", "int", "boolean": kind != type && kind != "nothing"
        case "double": kind != "double" && kind != "int"
        case "string[]", "int[]", "double[]", "boolean[]": kind != type && kind != "[]"
        default: false
        }
    }

    struct Table: Sendable {
        var version = ""
        var attributes: [String: AttributeFacts] = [:]
        var metrics: [String: MetricFacts] = [:]

        init(_ bytes: [UInt8]) {
            for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
                let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
                switch fields.first {
                case "# version" where fields.count > 2: version = "\(fields[1]) of \(fields[2])"
                case "attribute" where fields.count == 6:
                    attributes[fields[1]] = AttributeFacts(
                        type: fields[2], levels: Set(fields[4].split(separator: ",").map(String.init)),
                        successor: fields[5].isEmpty ? nil : fields[5])
                case "metric" where fields.count == 6:
                    metrics[fields[1]] = MetricFacts(
                        unit: fields[2], instrument: fields[4], successor: fields[5].isEmpty ? nil : fields[5])
                default: break
                }
            }
        }
    }
}

extension SemanticConventions.AttributeFacts: Sendable {}
extension SemanticConventions.MetricFacts: Sendable {}
