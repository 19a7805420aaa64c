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
            case .found(let request): return found(request)
            case .notFound: return error(404, .notFound, "no request has this id; it may not have arrived yet")
            case .ambiguous(let candidates): return ambiguous(candidates)
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
            return found(RequestRecords(id: trace.hex, key: .traceID, traceIDs: [trace], records: records))
        } catch {
            return failure(error)
        }
    }

    private static func found(_ request: RequestRecords) -> RequestAnswer {
        var head = JSONWriter()
        head.object { writer in
            writer.member("id", request.id)
            writer.member("key", request.key.rawValue)
            writer.member("traceIds", array: { writer in
                for trace in request.traceIDs { writer.value(trace.hex) }
            })
        }
        var body = head.bytes.dropLast() + Array(#","traces":"#.utf8)
        body += request.records.traces.json()
        body += Array(#","logs":"#.utf8)
        body += request.records.logs.json()
        body.append(UInt8(ascii: "}"))
        return RequestAnswer(status: 200, body: Array(body))
    }

    private static func ambiguous(_ candidates: [Correlation]) -> RequestAnswer {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("candidates", array: { writer in
                for candidate in candidates {
                    writer.object { writer in
                        writer.member("key", candidate.key.rawValue)
                        writer.member("value", candidate.value)
                        writer.member("traceId", candidate.traceID.hex)
                    }
                }
            })
        }
        return RequestAnswer(status: 300, body: writer.bytes)
    }

    private static func failure(_ error: StoreError) -> RequestAnswer {
        self.error(error.isRetryable ? 503 : 500, error.isRetryable ? .unavailable : .internal, error.message)
    }

    private static func error(_ status: Int, _ code: RPCStatus.Code, _ message: String) -> RequestAnswer {
        RequestAnswer(status: status, body: RPCStatus(code, message).encoded(as: .json))
    }
}
