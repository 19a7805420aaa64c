import Logging
import Synchronization

/// Reads the variables of an environment; a value that cannot be used is named on standard error, and its default taken.
struct EnvironmentReader {
    let variable: (String) -> String?
    /// What is read for every signal is complained about once.
    private let complaints = Complaints()

    init(variable: @escaping (String) -> String?) {
        self.variable = variable
    }

    /// An empty variable counts as one that is not set: the specification says so.
    func text(_ name: String) -> String? {
        guard let value = variable(name), !value.trimmed.isEmpty else { return nil }
        return String(value.trimmed)
    }

    func number(_ name: String, _ range: ClosedRange<Int>) -> Int? {
        guard let text = text(name) else { return nil }
        if let number = Int(text), range.contains(number) { return number }
        refuse(name, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        return nil
    }

    func milliseconds(_ name: String) -> Duration? {
        number(name, 1...86_400_000).map { .milliseconds($0) }
    }

    func ratio(_ name: String) -> Double? {
        guard let text = text(name) else { return nil }
        if let ratio = Double(text), (0...1).contains(ratio) { return ratio }
        refuse(name, "a number from 0 to 1")
        return nil
    }

    /// `true` in any case; everything else is false. Source: OpenTelemetry specification 1.x, boolean values.
    func flag(_ name: String) -> Bool {
        guard let text = text(name)?.lowercased() else { return false }
        if text != "true", text != "false" { refuse(name, "true or false") }
        return text == "true"
    }

    func level(_ name: String) -> Logger.Level? {
        guard let text = text(name) else { return nil }
        if let level = Logger.Level(environment: text) { return level }
        refuse(name, "trace, debug, info, notice, warn, error or fatal")
        return nil
    }

    func encoding(_ name: String) -> Telemetry.Encoding? {
        if text(name)?.lowercased() == "grpc" {
            complaints.say(
                "cannot use \(name): gRPC is not spoken here; http/protobuf is sent instead, so the endpoint must be one for "
                    + "OTLP over HTTP (port 4318 where gRPC has 4317)")
            return nil
        }
        return choice(name, ["http/protobuf": Telemetry.Encoding.protobuf, "http/json": .json])
    }

    /// One of the values, by its name.
    func choice<Value>(_ name: String, _ values: KeyValuePairs<String, Value>) -> Value? {
        guard let text = text(name)?.lowercased() else { return nil }
        if let match = values.first(where: { $0.key == text }) { return match.value }
        refuse(name, values.map(\.key).joined(separator: ", "))
        return nil
    }

    /// `name=value,name=value`, values percent-encoded.
    func pairs(_ name: String) -> [(name: String, value: String)] {
        (text(name) ?? "").split(separator: ",").compactMap { entry in
            guard let equals = entry.firstIndex(of: "=") else {
                refuse(name, "a list of name=value")
                return nil
            }
            let key = entry[..<equals].trimmed
            guard !key.isEmpty else { return nil }
            return (String(key), PercentCoding.decode(entry[entry.index(after: equals)...].trimmed))
        }
    }

    func list(_ name: String) -> [String]? {
        text(name)?.split(separator: ",").map { String($0.trimmed).lowercased() }.filter { !$0.isEmpty }
    }

    /// The value is not repeated: it may hold a secret.
    func refuse(_ name: String, _ wanted: String) {
        complaints.say("cannot use \(name): it must be \(wanted); the default is taken")
    }

    private final class Complaints: Sendable {
        private let said = Mutex<Set<String>>([])

        func say(_ complaint: String) {
            if said.withLock({ $0.insert(complaint).inserted }) { Diagnostics.say(complaint) }
        }
    }
}

extension Logger.Level {
    /// A level by swift-log's or OpenTelemetry's name.
    init?(environment text: String) {
        switch text.lowercased() {
        case "warn": self = .warning
        case "fatal": self = .critical
        case let text: self.init(rawValue: text)
        }
    }
}
