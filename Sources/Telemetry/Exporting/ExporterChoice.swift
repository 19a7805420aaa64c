package import OTLP

/// The exporters that a configuration asks for, and which of them each signal goes through.
///
/// Signals that go to the same place share an exporter: one connection, and one that is found dead.
package struct ExporterChoice: Sendable {
    package private(set) var exporters: [any Exporter] = []
    package private(set) var places: [Signal: Int] = [:]

    /// Nothing is exported.
    package static let none = ExporterChoice()

    private init() {}

    /// All signals through one.
    package init(_ exporter: any Exporter) {
        exporters = [exporter]
        for signal in Signal.allCases { places[signal] = 0 }
    }

    package init(_ configuration: Telemetry.Configuration) {
        var routes: [Address: [Signal: OTLPHTTPExporter.Route]] = [:]
        var lines: [Lines: Int] = [:]
        for signal in Signal.allCases {
            let settings = configuration[signal]
            switch settings.destination {
            case .nowhere: continue
            case .collector(let endpoint) where endpoint.isSecure:
                Diagnostics.say(
                    "cannot send \(signal) to \(endpoint.url): this program links no TLS; give Telemetry.bootstrap the "
                        + "exporter of TelemetryHTTPS, or send to an agent beside the function")
            case .collector(let endpoint):
                routes[Address(host: endpoint.host, port: endpoint.port), default: [:]][signal] =
                    OTLPHTTPExporter.Route(endpoint: endpoint, settings)
            case .standardOutput: place(signal, lines: .standardOutput, &lines)
            case .file(let path): place(signal, lines: .file(path), &lines)
            case .exporter(let exporter): add(exporter, [signal])
            }
        }
        for (address, routes) in routes {
            add(OTLPHTTPExporter(host: address.host, port: address.port, routes: routes), Array(routes.keys))
        }
    }

    private struct Address: Hashable {
        var host: String
        var port: UInt16
    }

    private enum Lines: Hashable {
        case standardOutput
        case file(String)
    }

    private mutating func place(_ signal: Signal, lines target: Lines, _ known: inout [Lines: Int]) {
        if let place = known[target] {
            places[signal] = place
            return
        }
        let exporter: OTLPLinesExporter? =
            switch target {
            case .standardOutput: OTLPLinesExporter.standardOutput
            case .file(let path): OTLPLinesExporter(path: path)
            }
        guard let exporter else { return }
        known[target] = exporters.count
        add(exporter, [signal])
    }

    private mutating func add(_ exporter: any Exporter, _ signals: [Signal]) {
        // One that the host has given for several signals is one destination all the same.
        let known = exporters.firstIndex { ($0 as AnyObject) === (exporter as AnyObject) }
        if known == nil { exporters.append(exporter) }
        for signal in signals { places[signal] = known ?? exporters.count - 1 }
    }
}
