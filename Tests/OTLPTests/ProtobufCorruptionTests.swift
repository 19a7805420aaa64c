import OTLP
import RandomTelemetry
import Testing

/// Bytes that are cut, flipped or made up: an error or a value, never a trap.
@Suite struct ProtobufCorruptionTests {
    @Test(arguments: [TracesData.self, LogsData.self, MetricsData.self] as [any SignalData.Type])
    func aRequestCutAtAnyByteIsAnErrorOrTheGroupsBeforeTheCut(signal: any SignalData.Type) throws {
        func check<Data: SignalData>(_: Data.Type) throws {
            for seed in 0..<8 as Range<UInt64> {
                var random = RandomTelemetry(seed: seed)
                let bytes = Data.random(&random).protobuf()
                let ends = try endsOfTopLevelFields(bytes)
                for cut in 0..<min(bytes.count, 3_000) {
                    let decoded = try? Data.decode(protobuf: Array(bytes[..<cut]))
                    try #require((decoded != nil) == ends.contains(cut), "seed \(seed), cut \(cut)")
                    if let decoded {
                        try #require(decoded.data.protobuf() == Array(bytes[..<cut]), "seed \(seed), cut \(cut)")
                    }
                }
            }
        }
        try check(signal)
    }

    @Test(arguments: [TracesData.self, LogsData.self, MetricsData.self] as [any SignalData.Type])
    func aFlippedBitIsAnErrorOrAnotherValue(signal: any SignalData.Type) throws {
        func check<Data: SignalData>(_: Data.Type) throws {
            for seed in 0..<6 as Range<UInt64> {
                var random = RandomTelemetry(seed: seed)
                var bytes = Data.random(&random).protobuf()
                for index in 0..<min(bytes.count, 2_000) {
                    for bit in 0..<8 as Range<UInt8> {
                        bytes[index] ^= 1 << bit
                        try expectErrorOrStableValue(Data.self, bytes, "seed \(seed), byte \(index), bit \(bit)")
                        bytes[index] ^= 1 << bit
                    }
                }
            }
        }
        try check(signal)
    }

    @Test(arguments: [TracesData.self, LogsData.self, MetricsData.self] as [any SignalData.Type])
    func garbageIsAnErrorOrAValue(signal: any SignalData.Type) throws {
        func check<Data: SignalData>(_: Data.Type) throws {
            for seed in 0..<5_000 as Range<UInt64> {
                var generator = SplitMix64(state: seed)
                let garbage = (0..<Int(generator.next() % 64)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
                try expectErrorOrStableValue(Data.self, garbage, "seed \(seed)")
                // Behind the tags of a record, so that it gets that far.
                try expectErrorOrStableValue(Data.self, Protobuf.request([garbage]), "seed \(seed), in a record")
            }
        }
        try check(signal)
    }

    private func expectErrorOrStableValue<Data: SignalData>(
        _: Data.Type, _ bytes: [UInt8], _ comment: Comment
    ) throws {
        guard let decoded = try? Data.decode(protobuf: bytes) else { return }
        try #require(try Data.decode(protobuf: decoded.data.protobuf()) == Decoded(data: decoded.data), comment)
    }

    /// Where the fields of the outermost message end, and its start.
    private func endsOfTopLevelFields(_ bytes: [UInt8]) throws -> Set<Int> {
        var ends: Set<Int> = [0]
        var cursor = try WireCursor(bytes.span)
        while let field = try cursor.nextField(in: bytes.span) {
            try cursor.skip(field, in: bytes.span)
            ends.insert(cursor.position)
        }
        return ends
    }
}
