import Foundation
public import OTLP
import TelemetryStore

/// A file of telemetry that somebody has: a segment, OTLP/JSON with an export request a line, or one export request in protobuf.
public struct ImportedFile: Sendable {
    private let path: String
    private let signal: Signal?

    /// - Parameter signal: what a protobuf file holds, which it does not say itself.
    public init(_ path: String, signal: Signal? = nil) {
        self.path = path
        self.signal = signal
    }

    /// Gives all that the file holds as bodies of export requests, one after another.
    ///
    /// Errors: `.malformed` with the line, `.unreadable`, `.invalid` for a protobuf file without a signal; `.corrupt` after all that
    ///         can be read of a damaged segment was given. What was given before stays given.
    public func forEachBody(_ receive: (Signal, [UInt8]) async throws -> Void) async throws {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped) else {
            throw StoreError(.unreadable, "cannot import: there is no such file, or it may not be read", place: path)
        }
        let begin = data.first { !Character(Unicode.Scalar($0)).isWhitespace }
        if data.starts(with: "SQLite format 3\0".utf8) {
            try await forEachBodyOfSegment(receive)
        } else if begin == UInt8(ascii: "{") {
            var number = 0
            for line in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
                number += 1
                if line.allSatisfy({ Character(Unicode.Scalar($0)).isWhitespace }) { continue }
                let (signal, body) = try request(json: [UInt8](line), line: number)
                try await receive(signal, body)
            }
        } else {
            guard let signal else {
                throw StoreError(
                    .invalid,
                    "cannot import: the file is no segment and no JSON; if it is OTLP protobuf, say which --signal",
                    place: path)
            }
            try await receive(signal, [UInt8](data))
        }
    }

    private func forEachBodyOfSegment(_ receive: (Signal, [UInt8]) async throws -> Void) async throws {
        let store = try SegmentStore.open(reading: path)
        var damage: StoreError?
        for signal in Signal.allCases where self.signal == nil || self.signal == signal {
            for block in try store.blocks({ damage = $0 }) where block.counts[signal] > 0 {
                var bodies: [[UInt8]] = []
                try ExportQuery.read(signal, of: block, { damage = $0 }) { batch in
                    switch batch {
                    case .traces(let data): bodies.append(data.protobuf())
                    case .logs(let data): bodies.append(data.protobuf())
                    case .metrics(let data): bodies.append(data.protobuf())
                    }
                }
                for body in bodies { try await receive(signal, body) }
            }
        }
        if let damage { throw damage }
    }

    /// One export request; its first member says of which signal.
    private func request(json: [UInt8], line: Int) throws(StoreError) -> (Signal, [UInt8]) {
        do throws(JSONError) {
            var reader = JSONReader(json)
            try reader.beginObject()
            switch try reader.nextKey() {
            case "resourceSpans", "resource_spans": return (.traces, try TracesData(json: json).protobuf())
            case "resourceLogs", "resource_logs": return (.logs, try LogsData(json: json).protobuf())
            case "resourceMetrics", "resource_metrics": return (.metrics, try MetricsData(json: json).protobuf())
            default: break
            }
        } catch {
            throw StoreError(.malformed, "cannot import line \(line): \(error)", place: path)
        }
        throw StoreError(
            .malformed,
            "cannot import line \(line): it must begin with resourceSpans, resourceLogs or resourceMetrics", place: path
        )
    }
}
