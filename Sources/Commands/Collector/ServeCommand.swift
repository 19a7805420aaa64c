public import ArgumentParser
public import Collector

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Receives telemetry until it is told to stop (SIGTERM or SIGINT).",
        discussion: """
            Binds loopback unless told otherwise: whoever can reach the ports can write and read telemetry. Port 0 picks a \
            free one. When all ports are bound one line on standard error names them.
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

    @Option(help: ArgumentHelp("A YAML file with the same settings; flags win over it.", valueName: "FILE"))
    var config: String?

    func run() async throws {
        var settings = try Settings(file: config)
        if let dataDir { settings.dataDirectory = dataDir }
        if let otlpHttp { settings.otlpHTTP = otlpHttp }
        if let otlpGrpc { settings.otlpGRPC = otlpGrpc }
        if let query { settings.query = query }
        try await Daemon(settings).run()
    }
}

extension HostPort: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
