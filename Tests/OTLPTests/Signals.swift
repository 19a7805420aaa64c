import OTLP
import RandomTelemetry

/// What the three kinds of requests have in common, so that one test can run over all of them.
protocol SignalData: Hashable, Sendable {
    init(protobuf bytes: [UInt8]) throws(WireError)
    static func decode(protobuf bytes: [UInt8]) throws(WireError) -> Decoded<Self>
    func protobuf() -> [UInt8]

    init(json bytes: [UInt8]) throws(JSONError)
    static func decode(json bytes: [UInt8]) throws(JSONError) -> Decoded<Self>
    func json() -> [UInt8]

    static func random(_ random: inout RandomTelemetry) -> Self
}

extension TracesData: SignalData {
    static func random(_ random: inout RandomTelemetry) -> TracesData { random.traces() }
}

extension LogsData: SignalData {
    static func random(_ random: inout RandomTelemetry) -> LogsData { random.logs() }
}

extension MetricsData: SignalData {
    static func random(_ random: inout RandomTelemetry) -> MetricsData { random.metrics() }
}
