import Synchronization

/// How many bytes of request bodies may be in memory at once, over all connections.
final class ByteBudget: Sendable {
    private let limit: Int
    private let used = Atomic<Int>(0)

    init(_ limit: Int) {
        self.limit = limit
    }

    /// Whether there was room. What was taken is to be given back.
    func take(_ count: Int) -> Bool {
        let total = used.add(count, ordering: .relaxed).newValue
        guard total > limit else { return true }
        used.subtract(count, ordering: .relaxed)
        return false
    }

    func giveBack(_ count: Int) {
        used.subtract(count, ordering: .relaxed)
    }
}
