/// Different names with how often each was seen, bounded.
struct NameSet: Sendable {
    private(set) var counts: [String: Int] = [:]
    /// Whether there were more names than are kept.
    private(set) var isOverflowing = false

    mutating func add(_ name: String, times: Int = 1) {
        if let index = counts.index(forKey: name) {
            counts.values[index] += times
        } else if counts.count < Limits.namesPerServiceMax {
            counts[name] = times
        } else {
            isOverflowing = true
        }
    }

    func contains(_ name: String) -> Bool { counts[name] != nil }
    var isEmpty: Bool { counts.isEmpty }
    /// In alphabetical order.
    var names: [String] { counts.keys.sorted() }
}
