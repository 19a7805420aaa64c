import OTLP

/// The exporters that a configuration asks for, and which of them each signal goes through.
///
/// Signals that go to the same place share an exporter: one connection, and one that is found dead.
package struct ExporterChoice: Sendable {
    package private(set) var exporters: [any Exporter] = []
    package private(set) var places = SignalTable<Int>()

    /// Nothing is exported.
    package static let none = ExporterChoice()

    private init() {}

    /// All signals through one.
    package init(_ exporter: any Exporter) {
        exporters = [exporter]
        for signal in Signal.allCases { places[signal] = 0 }
    }

    package init(_ configuration: Telemetry.Configuration) {
        var collectors: [Collector] = []
        var lines: [Lines] = []
        for signal in Signal.allCases {
            let settings = configuration[signal]
            switch settings.destination {
            case .nowhere: continue
            case .collector(let endpoint) where endpoint.isSecure:
                Diagnostics.say(
                    "cannot send \(signal) to \(endpoint.url): this program links no TLS; give Telemetry.bootstrap the "
                        + "exporter of TelemetryHTTPS, or send to an agent beside the function")
            case .collector(let endpoint):
                let known = collectors.firstIndex { $0.host == endpoint.host && $0.port == endpoint.port }
                if known == nil { collectors.append(Collector(host: endpoint.host, port: endpoint.port)) }
                collectors[known ?? collectors.count - 1].routes[signal] =
                    OTLPHTTPExporter.Route(endpoint: endpoint, settings)
            case .standardOutput: place(signal, linesIn: nil, &lines)
            case .file(let path): place(signal, linesIn: path, &lines)
            case .exporter(let exporter): add(exporter, [signal])
            }
        }
        for collector in collectors {
            add(
                OTLPHTTPExporter(host: collector.host, port: collector.port, routes: collector.routes),
                collector.routes.signals)
        }
    }

    private struct Collector {
        var host: String
        var port: UInt16
        var routes = SignalTable<OTLPHTTPExporter.Route>()
    }

    private struct Lines {
        /// `nil` is standard output.
        var path: String?
        var place: Int
    }

    private mutating func place(_ signal: Signal, linesIn path: String?, _ known: inout [Lines]) {
        if let lines = known.first(where: { $0.path == path }) {
            places[signal] = lines.place
            return
        }
        guard let exporter = path.map({ OTLPLinesExporter(path: $0) }) ?? .standardOutput else { return }
        known.append(Lines(path: path, place: exporters.count))
        add(exporter, [signal])
    }

    private mutating func add(_ exporter: any Exporter, _ signals: [Signal]) {
        // One that the host has given for several signals is one destination all the same.
        let known = exporters.firstIndex { ($0 as AnyObject) === (exporter as AnyObject) }
        if known == nil { exporters.append(exporter) }
        for signal in signals { places[signal] = known ?? exporters.count - 1 }
    }
}
