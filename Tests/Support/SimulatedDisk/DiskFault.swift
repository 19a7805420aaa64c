import CDiskCalls

/// A call on a watched folder that fails.
public struct DiskFault: Sendable, CustomStringConvertible {
    public enum Kind: UInt32, CaseIterable, Sendable {
        case create, open, makeDirectory, read, write, truncate, sync, rename, link, remove, removeDirectory

        init(_ kind: disk_call_kind) {
            self =
                switch kind {
                case DISK_CREATE: .create
                case DISK_OPEN: .open
                case DISK_MKDIR: .makeDirectory
                case DISK_READ: .read
                case DISK_WRITE: .write
                case DISK_TRUNCATE: .truncate
                case DISK_SYNC: .sync
                case DISK_RENAME: .rename
                case DISK_LINK: .link
                case DISK_RMDIR: .removeDirectory
                default: .remove
                }
        }
    }

    /// The `errno` of the calls that fail.
    public var error: Int32
    /// The calls that count, and fail.
    public var kinds: Set<Kind>
    /// How many of those still succeed.
    public var after: Int
    /// Whether one call fails, or all of them until the fault is cleared.
    public var isLasting: Bool
    /// Whether the first failing write still writes half of its bytes, and says so.
    public var writesHalf: Bool

    public init(
        _ error: Int32, on kinds: Set<Kind> = Set(Kind.allCases), after: Int = 0, isLasting: Bool = false,
        writesHalf: Bool = false
    ) {
        self.error = error
        self.kinds = kinds
        self.after = after
        self.isLasting = isLasting
        self.writesHalf = writesHalf
    }

    public var description: String {
        let names =
            kinds.count == Kind.allCases.count ? "any call" : kinds.map { "\($0)" }.sorted().joined(separator: ", ")
        let how = isLasting ? "until cleared" : "once"
        return "errno \(error) from \(names) after \(after), \(how)\(writesHalf ? ", the first write by half" : "")"
    }
}
