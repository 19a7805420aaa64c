import Foundation
import OTLP
import Testing

/// Requests that another implementation has written; Golden/make_golden.py says which.
@Suite struct GoldenTests {
    @Test func protobufOfAnotherImplementationReadsAsWhatItWrote() throws {
        #expect(try TracesData.decode(protobuf: golden("traces.bin")) == Decoded(data: GoldenTelemetry.traces))
        #expect(try LogsData.decode(protobuf: golden("logs.bin")) == Decoded(data: GoldenTelemetry.logs))
        #expect(try MetricsData.decode(protobuf: golden("metrics.bin")) == Decoded(data: GoldenTelemetry.metrics))
    }

    @Test func ourProtobufIsTheOtherImplementationsByteForByte() throws {
        #expect(try GoldenTelemetry.traces.protobuf() == golden("traces.bin"))
        #expect(try GoldenTelemetry.logs.protobuf() == golden("logs.bin"))
        #expect(try GoldenTelemetry.metrics.protobuf() == golden("metrics.bin"))
    }

    @Test func jsonOfAnotherImplementationReadsAsWhatItWrote() throws {
        #expect(try TracesData.decode(json: golden("traces.json")) == Decoded(data: GoldenTelemetry.traces))
        #expect(try LogsData.decode(json: golden("logs.json")) == Decoded(data: GoldenTelemetry.logs))
        #expect(try MetricsData.decode(json: golden("metrics.json")) == Decoded(data: GoldenTelemetry.metrics))
    }

    @Test func ourJSONIsTheOtherImplementationsValueForValue() throws {
        #expect(try foundationValue(GoldenTelemetry.traces.json()) == foundationValue(golden("traces.json")))
        #expect(try foundationValue(GoldenTelemetry.logs.json()) == foundationValue(golden("logs.json")))
        #expect(try foundationValue(GoldenTelemetry.metrics.json()) == foundationValue(golden("metrics.json")))
    }

    private func golden(_ name: String) throws -> [UInt8] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
        return Array(try Data(contentsOf: folder.appending(path: name)))
    }

    /// A text as Foundation reads it: order of members and way of writing numbers do not matter.
    private func foundationValue(_ bytes: [UInt8]) throws -> NSDictionary {
        try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? NSDictionary)
    }
}
