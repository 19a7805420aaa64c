import Synchronization

/// Whether the daemon takes requests: from the moment all sockets are bound until it begins to stop.
public final class Readiness: Sendable {
    private let flag = Atomic<Bool>(false)

    public init() {}

    public var isReady: Bool { flag.load(ordering: .acquiring) }

    public func set(_ isReady: Bool) { flag.store(isReady, ordering: .releasing) }
}
