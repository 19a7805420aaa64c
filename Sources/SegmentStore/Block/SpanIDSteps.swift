import OTLP

/// Recognises span ids that a process counts up: within a trace each is a small step from the one before it of the same
/// origin, as with the ids of this project's own library. Ids of chance are a step of 8 bytes from each other, and kept whole.
struct SpanIDSteps {
    /// The last id by origin. A run has few origins.
    private var last: [UInt64: UInt64] = [:]

    private static let stepMax: UInt64 = 1 << 16

    /// 1 + the step, zigzag; `nil` when the id is to be kept whole.
    mutating func step(to id: SpanID, of origin: UInt64) -> UInt64? {
        defer { take(id, of: origin) }
        guard let before = last[origin] else { return nil }
        let step = Zigzag.encode(Int64(bitPattern: id.value &- before))
        return step < SpanIDSteps.stepMax ? step + 1 : nil
    }

    /// The id that lies `step` behind the last of the origin.
    func id(by step: UInt64, of origin: UInt64) -> SpanID {
        SpanID((last[origin] ?? 0) &+ UInt64(bitPattern: Zigzag.decode(step - 1)))
    }

    mutating func take(_ id: SpanID, of origin: UInt64) { last[origin] = id.value }
}
