import Glibc
package import OTLP

/// A line of OTLP/JSON for each export, for platforms where standard output is the only way out.
///
/// Source: OTLP file exporter specification (development).
package final class OTLPLinesExporter: Exporter {
    private let output: LineOutput

    package static let standardOutput = OTLPLinesExporter(.standardOutput)

    package init(_ output: LineOutput) {
        self.output = output
    }

    /// Appends to a file; `nil`, and said, when it cannot be opened.
    package convenience init?(path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            Diagnostics.say(
                "cannot write telemetry to \(path): \(String(cString: strerror(errno))); give a path that can be written"
            )
            return nil
        }
        self.init(LineOutput(descriptor: descriptor))
    }

    package func export(_ request: [UInt8], of signal: Signal, deadline: ContinuousClock.Instant) -> ExportOutcome {
        guard let json = OTLPJSON.transcode(request, of: signal) else {
            return .refused(reason: "the request cannot be read again")
        }
        (json + [UInt8(ascii: "\n")]).withUnsafeBytes { output.write($0) }
        return .delivered(rejected: 0)
    }
}

/// A request as JSON instead of protobuf.
enum OTLPJSON {
    static func transcode(_ request: [UInt8], of signal: Signal) -> [UInt8]? {
        switch signal {
        case .traces: (try? TracesData.decode(protobuf: request))?.data.json()
        case .logs: (try? LogsData.decode(protobuf: request))?.data.json()
        case .metrics: (try? MetricsData.decode(protobuf: request))?.data.json()
        }
    }
}
