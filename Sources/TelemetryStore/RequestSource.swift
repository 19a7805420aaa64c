/// Where the records of a request are read: a store on this machine, or a collector that is asked over the network.
///
/// What a viewer needs, and no more.
public protocol RequestSource: Sendable {
    /// Errors: `.unreadable` when there is nothing to read from, `.unavailable` when it may be tried again.
    func request(_ text: String) async throws(StoreError) -> RequestLookup
}
