import OTLP
import TelemetryStore

// The query API's answers to searches: the question is the JSON body of a POST.

extension RequestAnswer {
    static func spans(_ body: [UInt8], _ store: any TelemetryStore) async -> RequestAnswer {
        await answer { () async throws(SearchFailure) in
            let search = try SearchFailure.reading { () throws(JSONError) in try SpanSearch(json: body) }
            return try await SearchFailure.asking { () async throws(StoreError) in try await store.spans(search) }
                .json()
        }
    }

    static func logs(_ body: [UInt8], _ store: any TelemetryStore) async -> RequestAnswer {
        await answer { () async throws(SearchFailure) in
            let search = try SearchFailure.reading { () throws(JSONError) in try LogSearch(json: body) }
            return try await SearchFailure.asking { () async throws(StoreError) in try await store.logs(search) }.json()
        }
    }

    static func aggregate(_ body: [UInt8], _ store: any TelemetryStore) async -> RequestAnswer {
        await answer { () async throws(SearchFailure) in
            let question = try SearchFailure.reading { () throws(JSONError) in try Aggregation(json: body) }
            return try await SearchFailure.asking { () async throws(StoreError) in try await store.aggregate(question) }
                .json()
        }
    }

    private static func answer(_ body: () async throws(SearchFailure) -> [UInt8]) async -> RequestAnswer {
        do throws(SearchFailure) {
            return RequestAnswer(status: 200, body: try await body())
        } catch {
            switch error {
            case .question(let error): return self.error(400, .invalidArgument, error.description)
            case .store(let error): return failure(error)
            }
        }
    }
}

/// What was wrong with a search: the question, or the store.
private enum SearchFailure: Error {
    case question(JSONError)
    case store(StoreError)

    static func reading<Value>(_ body: () throws(JSONError) -> Value) throws(SearchFailure) -> Value {
        do throws(JSONError) { return try body() } catch { throw .question(error) }
    }

    static func asking<Value>(_ body: () async throws(StoreError) -> Value) async throws(SearchFailure) -> Value {
        do throws(StoreError) { return try await body() } catch { throw .store(error) }
    }
}
