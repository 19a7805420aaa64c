import Collector
import Foundation
import Program
import SegmentStore
import TelemetryStore
import Yams

/// Everything that can be set about `collector serve`, checked whole before the first socket opens.
struct Settings {
    var dataDirectory = DataFolder.standard
    var otlpHTTP = HostPort(host: "127.0.0.1", port: 4318)
    var otlpGRPC = HostPort(host: "127.0.0.1", port: 4317)
    var query = HostPort(host: "127.0.0.1", port: 16686)
    var limits = Limits()
    /// Attributes whose values lead to their traces, besides the standard ones.
    var correlationKeys = CorrelationKey.indexedAttributes

    /// What is kept, and for how long: everything, unless something is said.
    var retention = Retention()

    init() {}

    /// Reads a YAML file; no file is the defaults.
    init(file: String?) throws(ProgramError) {
        guard let file else { return }
        guard let text = FileManager.default.contents(atPath: file).map({ String(decoding: $0, as: UTF8.self) }) else {
            throw .usage("cannot read the configuration: no file \(file), or it may not be read")
        }
        let parsed: Any?
        do {
            parsed = try Yams.load(yaml: text)
        } catch {
            throw .usage("cannot read the configuration \(file): \(error)")
        }
        guard let values = parsed as? [String: Any] else {
            if parsed == nil { return }
            throw .usage("cannot read the configuration \(file): it must be a mapping of settings")
        }
        for (key, value) in values.sorted(by: { $0.key < $1.key }) { try apply(key, value, file) }
    }

    private static let keys = [
        "data-dir", "otlp-http", "otlp-grpc", "query", "request-bytes-max", "correlation-keys", "retention-age",
        "retention-bytes", "retention-rules",
    ]

    private mutating func apply(_ key: String, _ value: Any, _ file: String) throws(ProgramError) {
        switch key {
        case "data-dir": dataDirectory = try text(key, value, file)
        case "otlp-http": otlpHTTP = try address(key, value, file)
        case "otlp-grpc": otlpGRPC = try address(key, value, file)
        case "query": query = try address(key, value, file)
        case "request-bytes-max":
            guard let bytes = value as? Int, (1...1 << 30).contains(bytes) else {
                throw wrong(key, file, "a number of bytes from 1 to \(1 << 30)")
            }
            limits.requestBytesMax = bytes
        case "correlation-keys":
            guard let names = value as? [String], !names.contains("") else {
                throw wrong(key, file, "a list of attribute names")
            }
            correlationKeys += names.map(CorrelationKey.init(rawValue:)).filter { !correlationKeys.contains($0) }
        case "retention-age":
            guard let age = Duration(retentionText: "\(value)") else {
                throw wrong(key, file, "an age such as 30d or 12h")
            }
            retention.age = age
        case "retention-bytes":
            guard let bytes = ByteCount("\(value)") else { throw wrong(key, file, "a size such as 20GB") }
            retention.bytesMax = bytes.bytes
        case "retention-rules":
            guard let texts = value as? [String] else { throw wrong(key, file, "a list of rules") }
            let rules = texts.compactMap(Retention.Rule.init(text:))
            guard rules.count == texts.count else { throw wrong(key, file, "rules such as \(Retention.Rule.examples)") }
            retention.rules = rules
        default:
            let hint = Settings.keys.min { distance($0, key) < distance($1, key) } ?? ""
            throw .usage("cannot use the configuration \(file): no setting is called \(key); did you mean \(hint)?")
        }
    }

    private func text(_ key: String, _ value: Any, _ file: String) throws(ProgramError) -> String {
        guard let text = value as? String, !text.isEmpty else { throw wrong(key, file, "a text") }
        return text
    }

    private func address(_ key: String, _ value: Any, _ file: String) throws(ProgramError) -> HostPort {
        guard let address = HostPort(try text(key, value, file)) else { throw wrong(key, file, "HOST:PORT") }
        return address
    }

    private func wrong(_ key: String, _ file: String, _ expected: String) -> ProgramError {
        .usage("cannot use the configuration \(file): \(key) must be \(expected)")
    }

    /// How many letters differ (Levenshtein).
    private func distance(_ left: String, _ right: String) -> Int {
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var previous = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                (previous, row[j + 1]) = (row[j + 1], min(row[j + 1] + 1, row[j] + 1, previous + (a == b ? 0 : 1)))
            }
        }
        return row[right.count]
    }
}
