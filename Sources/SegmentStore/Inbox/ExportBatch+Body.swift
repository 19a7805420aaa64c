import OTLP
import TelemetryStore

extension ExportBatch {
    /// Reads the body of an export request.
    init(_ body: [UInt8], of signal: Signal) throws(WireError) {
        self =
            switch signal {
            case .traces: .traces(try TracesData(protobuf: body))
            case .logs: .logs(try LogsData(protobuf: body))
            case .metrics: .metrics(try MetricsData(protobuf: body))
            }
    }
}

extension LocatedBody {
    /// A body as it came, without the records that cannot be taken.
    static func withoutRejections(_ body: [UInt8], of signal: Signal) throws(StoreError) -> LocatedBody {
        do throws(WireError) {
            let rest =
                switch try ExportBatch(body, of: signal) {
                case .traces(let data): data.protobuf()
                case .logs(let data): data.protobuf()
                case .metrics(let data): data.protobuf()
                }
            return try LocatedBody(trusted: rest, of: signal)
        } catch {
            throw StoreError(.malformed, error.description)
        }
    }
}
