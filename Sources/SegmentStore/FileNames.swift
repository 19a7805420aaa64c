/// Every name that a store's folder may hold.
///
///     store.lock              held (flock) by the one process that writes
///     segment-00000001.sqlite one stretch of time; the highest number is the active one
///     segment-….sqlite-wal    SQLite's own, while a segment is written
///     segment-….sqlite-shm
enum FileNames {
    static let lock = "store.lock"
    static let segmentPrefix = "segment-"
    static let segmentSuffix = ".sqlite"

    static func segment(_ number: Int) -> String {
        let digits = String(number)
        return segmentPrefix + String(repeating: "0", count: max(0, 8 - digits.count)) + digits + segmentSuffix
    }

    /// The number in a segment's file name, `nil` for any other name.
    static func segmentNumber(_ name: String) -> Int? {
        guard name.hasPrefix(segmentPrefix), name.hasSuffix(segmentSuffix) else { return nil }
        return Int(name.dropFirst(segmentPrefix.count).dropLast(segmentSuffix.count))
    }
}
