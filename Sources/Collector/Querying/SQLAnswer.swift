import OTLP
import TelemetryStore

extension RequestAnswer {
    /// The answer to the question in SQL that is the JSON body of a POST.
    static func sql(_ body: [UInt8], _ store: any TelemetryStore) async -> RequestAnswer {
        let query: SQLQuery
        do throws(JSONError) {
            query = try SQLQuery(json: body)
        } catch {
            return self.error(400, .invalidArgument, error.description)
        }
        do throws(StoreError) {
            return RequestAnswer(status: 200, body: try await store.sql(query).json())
        } catch {
            switch error.code {
            case .invalid: return self.error(400, .invalidArgument, error.message)
            case .expired: return self.error(504, .resourceExhausted, error.message)
            default: return failure(error)
            }
        }
    }
}
