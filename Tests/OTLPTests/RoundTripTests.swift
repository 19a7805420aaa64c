import OTLP
import RandomTelemetry
import Testing

/// What goes out comes in again, bit for bit, whatever it is.
@Suite struct RoundTripTests {
    private static let seeds: Range<UInt64> = 0..<400

    @Test(arguments: [TracesData.self, LogsData.self, MetricsData.self] as [any SignalData.Type])
    func protobufReadsBackEqual(signal: any SignalData.Type) throws {
        func check<Data: SignalData>(_: Data.Type) throws {
            for seed in RoundTripTests.seeds {
                var random = RandomTelemetry(seed: seed)
                let data = Data.random(&random)
                let decoded = try Data.decode(protobuf: data.protobuf())
                try #require(decoded == Decoded(data: data), "seed \(seed)")
                // Texts that are canonically equivalent compare as equal; their bytes do not.
                try #require(decoded.data.protobuf() == data.protobuf(), "seed \(seed)")
            }
        }
        try check(signal)
    }

    @Test(arguments: [TracesData.self, LogsData.self, MetricsData.self] as [any SignalData.Type])
    func jsonReadsBackEqual(signal: any SignalData.Type) throws {
        func check<Data: SignalData>(_: Data.Type) throws {
            for seed in RoundTripTests.seeds {
                var random = RandomTelemetry(seed: seed, hasOneNaN: true)
                let data = Data.random(&random)
                let decoded = try Data.decode(json: data.json())
                try #require(decoded == Decoded(data: data), "seed \(seed)")
                try #require(decoded.data.protobuf() == data.protobuf(), "seed \(seed)")
            }
        }
        try check(signal)
    }
}
