import TelemetryStore

/// Requests as a store on this machine holds them.
struct StoreSource: RequestSource {
    let store: any TelemetryStore

    func request(_ text: String) async throws(StoreError) -> RequestLookup {
        try await store.request(text)
    }
}
