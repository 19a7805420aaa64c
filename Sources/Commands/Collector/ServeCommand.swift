public import ArgumentParser
public import Collector
import Program
import SegmentStore

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Receives telemetry until it is told to stop (SIGTERM or SIGINT).",
        discussion: """
            Binds loopback unless told otherwise: whoever can reach the ports can write and read telemetry. Port 0 picks a \
            free one. When all ports are bound one line on standard error names them.

            The file of --config has the names of these options without the dashes, and correlation-keys: a list of attributes \
            whose values lead to their requests, as request ids do (correlation-keys: [order.id]).
            """)

    @Option(help: ArgumentHelp("The data folder; made when it is missing.", valueName: "DIR"))
    var dataDir: String?

    @Option(help: ArgumentHelp("Where to take OTLP/HTTP (default: 127.0.0.1:4318).", valueName: "HOST:PORT"))
    var otlpHttp: HostPort?

    @Option(help: ArgumentHelp("Where to take OTLP/gRPC (default: 127.0.0.1:4317).", valueName: "HOST:PORT"))
    var otlpGrpc: HostPort?

    @Option(
        help: ArgumentHelp("Where to answer queries and scrapes (default: 127.0.0.1:16686).", valueName: "HOST:PORT"))
    var query: HostPort?

    @Option(help: ArgumentHelp("Remove records older than this: 30d, 12h (default: never).", valueName: "AGE"))
    var retentionAge: String?

    @Option(help: ArgumentHelp("The most that the data folder may take: 20GB (default: all).", valueName: "SIZE"))
    var retentionBytes: String?

    @Option(
        help: ArgumentHelp(
            "For some traces another age, the first rule that fits decides: \(Retention.Rule.examples).",
            valueName: "RULE"))
    var retentionRule: [String] = []

    @Option(help: ArgumentHelp("A YAML file with the same settings; flags win over it.", valueName: "FILE"))
    var config: String?

    func run() async throws {
        var settings = try Settings(file: config)
        if let dataDir { settings.dataDirectory = dataDir }
        if let otlpHttp { settings.otlpHTTP = otlpHttp }
        if let otlpGrpc { settings.otlpGRPC = otlpGrpc }
        if let query { settings.query = query }
        try applyRetention(to: &settings.retention)
        try await Daemon(settings).run()
    }
}

extension ServeCommand {
    private func applyRetention(to retention: inout Retention) throws(ProgramError) {
        if let retentionAge {
            guard let age = Duration(retentionText: retentionAge) else {
                throw .usage("cannot use --retention-age: got \(retentionAge); must be an age such as 30d or 12h")
            }
            retention.age = age
        }
        if let retentionBytes {
            guard let size = ByteCount(retentionBytes) else {
                throw .usage("cannot use --retention-bytes: got \(retentionBytes); must be 16MB or more, such as 20GB")
            }
            retention.bytesMax = size.bytes
        }
        if !retentionRule.isEmpty { retention.rules = [] }
        for text in retentionRule {
            guard let rule = Retention.Rule(text: text) else {
                throw .usage("cannot use --retention-rule: got \(text); must be one such as \(Retention.Rule.examples)")
            }
            retention.rules.append(rule)
        }
    }
}

extension HostPort: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
