import OTLP
import TelemetryStore

/// Takes export requests of any way in to the store: inflate, decode JSON, append, and say what became of the records.
struct Ingestor: Sendable {
    let store: any TelemetryStore
    let metrics: CollectorMetrics
    let limits: Limits

    /// An accepted request's answer: an OTLP `Export…ServiceResponse`.
    struct Accepted {
        var rejectedCount = 0
        var message = ""

        /// The response message; empty when everything was taken. All three signals number the fields alike.
        func encoded(as type: ContentType, _ signal: Signal) -> [UInt8] {
            switch type {
            case .protobuf:
                guard rejectedCount > 0 else { return [] }
                var writer = ProtobufWriter()
                writer.message(1) { writer in
                    writer.uint64(1, UInt64(rejectedCount))
                    writer.string(2, message)
                }
                return writer.bytes
            case .json:
                var writer = JSONWriter()
                writer.object { writer in
                    guard rejectedCount > 0 else { return }
                    writer.object("partialSuccess") { writer in
                        writer.key(signal.rejectedCountName)
                        writer.value(quoting: rejectedCount)
                        writer.member("errorMessage", message)
                    }
                }
                return writer.bytes
            }
        }
    }

    /// Returns after what was accepted is durable.
    func ingest(
        _ body: [UInt8], of signal: Signal, type: ContentType, encoding: ContentEncoding
    ) async throws(RPCStatus) -> Accepted {
        metrics.received(bytes: body.count, of: signal)
        do throws(RPCStatus) {
            let inflated = try inflate(body, encoding)
            let (request, undecoded) = try protobuf(inflated, of: signal, type)
            let result = try await append(request, of: signal)
            let rejectedCount = result.rejectedCount + undecoded.count
            metrics.accepted(records: result.acceptedCount, rejected: rejectedCount, of: signal)
            return Accepted(
                rejectedCount: rejectedCount, message: undecoded.first ?? result.firstRejection ?? "")
        } catch {
            metrics.refused(error.code, of: signal)
            throw error
        }
    }

    private func inflate(_ body: [UInt8], _ encoding: ContentEncoding) throws(RPCStatus) -> [UInt8] {
        do throws(ContentEncoding.Failure) {
            return try encoding.inflate(body, limit: limits.requestBytesMax)
        } catch {
            switch error {
            case .malformed:
                throw RPCStatus(.invalidArgument, "cannot inflate the body: it is not \(encoding.rawValue)")
            case .tooLarge: throw .tooLarge(limits)
            }
        }
    }

    /// JSON takes the long way round, by values: it is for people and browsers, not for load.
    private func protobuf(
        _ body: [UInt8], of signal: Signal, _ type: ContentType
    ) throws(RPCStatus) -> (body: [UInt8], rejections: Rejections) {
        guard type == .json else { return (body, Rejections()) }
        do throws(JSONError) {
            switch signal {
            case .traces:
                let decoded = try TracesData.decode(json: body)
                return (decoded.data.protobuf(), decoded.rejections)
            case .logs:
                let decoded = try LogsData.decode(json: body)
                return (decoded.data.protobuf(), decoded.rejections)
            case .metrics:
                let decoded = try MetricsData.decode(json: body)
                return (decoded.data.protobuf(), decoded.rejections)
            }
        } catch {
            throw RPCStatus(.invalidArgument, error.description)
        }
    }

    private func append(_ body: [UInt8], of signal: Signal) async throws(RPCStatus) -> AppendResult {
        do throws(StoreError) {
            return try await store.append(body, of: signal)
        } catch {
            switch error.code {
            case .malformed: throw RPCStatus(.invalidArgument, error.message)
            case .full: throw RPCStatus(.resourceExhausted, error.message)
            case .unavailable: throw RPCStatus(.unavailable, error.message)
            case .corrupt, .unreadable, .invalid, .expired: throw RPCStatus(.internal, error.message)
            }
        }
    }
}

extension RPCStatus {
    static func tooLarge(_ limits: Limits) -> RPCStatus {
        RPCStatus(
            .outOfRange, "cannot take the body: it is larger than \(limits.requestBytesMax) bytes; send smaller batches"
        )
    }
}

extension Signal {
    /// The name of the rejected count in the JSON form of a partial success.
    var rejectedCountName: String {
        switch self {
        case .traces: "rejectedSpans"
        case .logs: "rejectedLogRecords"
        case .metrics: "rejectedDataPoints"
        }
    }

    /// The name in URLs and labels.
    var name: String {
        switch self {
        case .traces: "traces"
        case .logs: "logs"
        case .metrics: "metrics"
        }
    }
}
