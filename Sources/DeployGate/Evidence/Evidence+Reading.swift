import OTLP

extension Evidence {
    /// Reads everything that was sent in a window, and before it what the rules compare with.
    ///
    /// - Parameters:
    ///   - reading: the window and what lies before it.
    ///   - version: when there is one, the evidence is what this version sent, and what other versions sent is history.
    public static func read(
        _ source: any EvidenceSource, window: TimeWindow, reading: TimeWindow, version: String? = nil
    ) async throws -> Evidence {
        var builder = EvidenceBuilder(window: window, version: version)
        for signal in Signal.allCases {
            try await source.read(signal, in: reading) { builder.add($0) }
        }
        return builder.finish()
    }
}
