/// Every bound of the daemon's ways in and out, with its reason and what happens there.
public struct Limits: Sendable {
    /// The body of a question to the query API; a longer one is answered 413.
    static let questionBytesMax = 1 << 20

    /// Bytes of a request body, as sent and again when inflated; a larger one is answered 413 or RESOURCE_EXHAUSTED.
    public var requestBytesMax = 64 << 20

    /// Bytes of bodies held in memory at once, over all connections; beyond it requests are answered 503 with Retry-After.
    public var bodyBytesInFlightMax = 256 << 20

    /// A connection that sends nothing for so long, in the middle of a request or between two, is closed.
    public var idleTimeout: Duration = .seconds(75)

    /// Requests that a connection may have waiting in the kernel's accept queue.
    public static let backlog: Int32 = 1_024

    /// Bytes of a body for which room is made when its length is announced; a longer one grows as it comes.
    static let reservedBytesMax = 4 << 20

    /// What a sender is told to wait after 429 and 503.
    public static let retryAfterSeconds = 1

    /// How long open requests may take when the daemon stops; then they are cut off, and their senders, who were told nothing,
    /// send them again. Well below the ten seconds that container platforms give a process before they kill it.
    public static let drainTimeout: Duration = .seconds(5)

    public init() {}
}
