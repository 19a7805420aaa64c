import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import OTLP
import Program
import TelemetryStore

/// Requests as a running collector tells them over its query port.
///
/// Source: Documentation/Formats/query-api.md.
struct CollectorSource: TelemetrySource {
    /// `http://127.0.0.1:16686`, without a path.
    let address: String

    /// A story is megabytes at most; more than this is not a collector's answer.
    private static let answerBytesMax = 256 << 20
    private static let timeout = TimeAmount.seconds(30)

    func request(_ text: String) async throws(StoreError) -> RequestLookup {
        let (status, body) = try await get("/api/v1/requests/" + CollectorSource.escaped(text))
        switch status {
        case 200, 300:
            do throws(JSONError) {
                return try RequestLookup(json: body)
            } catch {
                throw StoreError(.unreadable, "cannot read the collector's answer: \(error)", place: address)
            }
        case 404: return .notFound
        case 503: throw StoreError(.unavailable, "the collector cannot answer now; try again", place: address)
        default:
            throw StoreError(
                .unreadable, "cannot read the request: got HTTP status \(status); is this a collector's query port?",
                place: address)
        }
    }

    func spans(_ search: SpanSearch) async throws(StoreError) -> SearchPage<Span> {
        let answer = try await ask("spans", search.json())
        do throws(JSONError) { return try SearchPage<Span>(json: answer) } catch { throw unreadable(error) }
    }

    func logs(_ search: LogSearch) async throws(StoreError) -> SearchPage<LogRecord> {
        let answer = try await ask("logs", search.json())
        do throws(JSONError) { return try SearchPage<LogRecord>(json: answer) } catch { throw unreadable(error) }
    }

    func aggregate(_ aggregation: Aggregation) async throws(StoreError) -> [AggregateRow] {
        let answer = try await ask("aggregate", aggregation.json())
        do throws(JSONError) { return try [AggregateRow](json: answer) } catch { throw unreadable(error) }
    }

    func sql(_ query: SQLQuery) async throws(StoreError) -> SQLTable {
        let (status, body) = try await get("/api/v1/sql", question: query.json(), timeout: query.timeout)
        let message = CollectorSource.message(body)
        switch status {
        case 200: do throws(JSONError) { return try SQLTable(json: body) } catch { throw unreadable(error) }
        case 400: throw StoreError(.invalid, message)
        case 504: throw StoreError(.expired, message)
        default:
            throw StoreError(
                status == 503 ? .unavailable : .unreadable,
                "cannot ask in SQL: got HTTP status \(status); is this a collector's query port?", place: address)
        }
    }

    /// What a refusal says.
    private static func message(_ body: [UInt8]) -> String {
        var json = JSONReader(body)
        var message = ""
        do throws(JSONError) {
            try json.beginObject()
            while let key = try json.nextKey() {
                if key == "message" { message = try json.string() } else { try json.skip() }
            }
        } catch {
            return "the collector refused the question"
        }
        return message
    }

    private func ask(_ search: String, _ question: [UInt8]) async throws(StoreError) -> [UInt8] {
        let (status, body) = try await get("/api/v1/search/" + search, question: question)
        guard status == 200 else {
            throw StoreError(
                status == 503 ? .unavailable : .unreadable,
                "cannot search: got HTTP status \(status); is this a collector's query port?", place: address)
        }
        return body
    }

    private func unreadable(_ error: JSONError) -> StoreError {
        StoreError(.unreadable, "cannot read the collector's answer: \(error)", place: address)
    }

    /// - Parameter timeout: how long the question itself may take.
    private func get(
        _ path: String, question: [UInt8]? = nil, timeout: Duration = .zero
    ) async throws(StoreError) -> (status: Int, body: [UInt8]) {
        do {
            var request = HTTPClientRequest(url: address + path)
            request.headers.add(name: "accept", value: "application/json")
            if let question {
                request.method = .POST
                request.headers.add(name: "content-type", value: "application/json")
                request.body = .bytes(question)
            }
            let response = try await HTTPClient.program.execute(
                request, timeout: CollectorSource.timeout + TimeAmount(timeout))
            let body = try await response.body.collect(upTo: CollectorSource.answerBytesMax)
            return (Int(response.status.code), Array(body.readableBytesView))
        } catch {
            throw StoreError(
                .unreadable, "cannot reach the collector: \(reason(error)); is it running, and is this its query port?",
                place: address)
        }
    }

    /// The system's own word for what failed, without the layers around it.
    private func reason(_ error: any Error) -> String {
        switch error {
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case let error as HTTPClientError: error.shortDescription
        default: String(describing: error)
        }
    }

    /// Percent-encoded, but for the characters that RFC 3986 calls unreserved.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += byte < 16 ? "%0\(String(byte, radix: 16))" : "%\(String(byte, radix: 16))"
            }
        }
        return result
    }
}
