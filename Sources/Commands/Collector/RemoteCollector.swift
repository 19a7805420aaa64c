import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import OTLP
import Program
import SegmentStore
import TelemetryStore

/// A running collector, told over its ports to do something.
struct RemoteCollector {
    /// `http://127.0.0.1:16686`, without a path.
    let address: String

    /// Compaction of a large folder takes its time.
    private static let timeout = TimeAmount.hours(1)
    private static let answerBytesMax = 1 << 20

    /// Asks its query port to compact, and waits until it has.
    func compact() async throws(StoreError) {
        let status = try await post("/api/v1/segments/compact", [], contentType: "application/json")
        guard status == 200 else {
            throw StoreError(
                .unavailable, "cannot compact: got HTTP status \(status); is this a collector's query port?",
                place: address)
        }
    }

    /// Sends an export request to its OTLP/HTTP port.
    func send(_ body: [UInt8], of signal: Signal) async throws(StoreError) -> AppendResult {
        let result = try AppendResult(countingRecordsOf: body, signal)
        let path =
            switch signal {
            case .traces: "/v1/traces"
            case .logs: "/v1/logs"
            case .metrics: "/v1/metrics"
            }
        let status = try await post(path, body, contentType: "application/x-protobuf")
        guard status == 200 else {
            throw StoreError(
                .unavailable,
                "cannot import: got HTTP status \(status); is this a collector's OTLP/HTTP port, and has it room?",
                place: address)
        }
        return result
    }

    private func post(_ path: String, _ body: [UInt8], contentType: String) async throws(StoreError) -> Int {
        do {
            var request = HTTPClientRequest(url: address + path)
            request.method = .POST
            request.headers.add(name: "content-type", value: contentType)
            request.body = .bytes(ByteBuffer(bytes: body))
            let response = try await HTTPClient.program.execute(request, timeout: RemoteCollector.timeout)
            _ = try await response.body.collect(upTo: RemoteCollector.answerBytesMax)
            return Int(response.status.code)
        } catch {
            throw StoreError(.unavailable, "cannot reach the collector: \(error); is it running?", place: address)
        }
    }
}
