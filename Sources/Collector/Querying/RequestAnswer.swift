import OTLP
import TelemetryStore

/// The query API's answer about one request: a status and a JSON body.
struct RequestAnswer: Sendable {
    var status: Int
    var body: [UInt8]

    /// Everything stored of the request that this id names.
    static func request(_ id: String, _ store: any TelemetryStore) async -> RequestAnswer {
        do throws(StoreError) {
            switch try await store.request(id) {
            case .notFound: return error(404, .notFound, "no request has this id; it may not have arrived yet")
            case .found(let request): return RequestAnswer(status: 200, body: RequestLookup.found(request).json())
            case .ambiguous(let candidates):
                return RequestAnswer(status: 300, body: RequestLookup.ambiguous(candidates).json())
            }
        } catch {
            return failure(error)
        }
    }

    /// Everything stored of exactly this trace.
    static func trace(_ id: String, _ store: any TelemetryStore) async -> RequestAnswer {
        guard let trace = TraceID(hex: id) else {
            return error(400, .invalidArgument, "cannot look up a trace: an id must have 32 hexadecimal digits")
        }
        do throws(StoreError) {
            let records = try await store.records(of: [trace])
            guard !records.isEmpty else { return error(404, .notFound, "no trace has this id") }
            let request = RequestRecords(id: trace.hex, key: .traceID, traceIDs: [trace], records: records)
            return RequestAnswer(status: 200, body: RequestLookup.found(request).json())
        } catch {
            return failure(error)
        }
    }

    /// Done, once it is.
    static func compaction(_ compact: () async throws(StoreError) -> Void) async -> RequestAnswer {
        do throws(StoreError) {
            try await compact()
            return RequestAnswer(status: 200, body: Array("{}\n".utf8))
        } catch {
            return failure(error)
        }
    }

    static func failure(_ error: StoreError) -> RequestAnswer {
        self.error(error.isRetryable ? 503 : 500, error.isRetryable ? .unavailable : .internal, error.message)
    }

    static func error(_ status: Int, _ code: RPCStatus.Code, _ message: String) -> RequestAnswer {
        RequestAnswer(status: status, body: RPCStatus(code, message).encoded(as: .json))
    }
}
