import OTLP
import SegmentStore
import TelemetryStore
import Testing

@Suite struct RequestLookupTests {
    let folder = TemporaryFolder()

    /// An edge and a consumer in another trace that links to it, a third trace that shares the request id, a stranger.
    func filled(flushed: Bool) async throws -> SegmentStore {
        let store = try SegmentStore.writing(folder)
        var consumer = Span.sample(trace: 2, span: 20)
        consumer.links = [Span.Link(traceID: TraceID(high: 7, low: 1), spanID: SpanID(10))]
        var retry = Span.sample(trace: 3, span: 30, requestID: "request-abcdef")
        retry.links = []
        var edge = Span.sample(trace: 1, span: 10, requestID: "request-abcdef")
        edge.links = []
        edge.attributes.append(Attribute("faas.invocation_id", "invocation-1"))
        var stranger = Span.sample(trace: 4, span: 40, requestID: "request-abcxyz")
        stranger.links = []
        for span in [edge, consumer, retry, stranger] {
            _ = try await store.append(TracesData([span]).protobuf(), of: .traces)
            if flushed { try await store.flush() }
        }
        return store
    }

    @Test(arguments: [false, true])
    func everyIDOfARequestLeadsToAllOfItsTraces(flushed: Bool) async throws {
        let store = try await filled(flushed: flushed)
        let ids = [
            "request-abcdef", "invocation-1", "request-abcd", TraceID(high: 7, low: 1).hex,
            TraceID(high: 7, low: 2).hex,
            TraceID(high: 7, low: 3).hex.uppercased(),
        ]
        for id in ids {
            guard case .found(let request) = try await store.request(id) else {
                Issue.record("\(id) was not found")
                continue
            }
            #expect(Set(request.traceIDs.map(\.low)) == [1, 2, 3], "\(id)")
            #expect(request.records.traces.spans.count == 3, "\(id)")
        }
        try await store.close()
    }

    @Test(arguments: [false, true])
    func theKeysOfAWriterAreKnownToWhoeverReadsItsFolder(flushed: Bool) async throws {
        let key = CorrelationKey(rawValue: "order.id")
        let options = SegmentStore.Options(
            keys: CorrelationKey.indexedAttributes + [key], flushInterval: .seconds(3_600))
        let writer = try SegmentStore.open(writing: folder.path, options: options)
        var span = Span.sample(trace: 1, span: 10)
        span.attributes.append(Attribute("order.id", "order-4711"))
        _ = try await writer.append(TracesData([span]).protobuf(), of: .traces)
        if flushed { try await writer.flush() }
        let reader = try SegmentStore.open(reading: folder.path)
        guard case .found(let request) = try await reader.request("order-4711") else {
            Issue.record("a reader without keys of its own did not find it")
            return
        }
        #expect(request.key == key)
        try await writer.close()
        // A writer that has forgotten them still finds what was stored with them.
        let next = try SegmentStore.writing(folder)
        guard case .found = try await next.request("order-471") else {
            Issue.record("a writer without keys of its own did not find it")
            return
        }
        // And a compaction of its own does not forget them.
        try await next.compact()
        guard case .found = try await next.request("order-471") else {
            Issue.record("a compaction without keys of its own forgot them")
            return
        }
        try await next.close()
    }

    @Test(arguments: [false, true])
    func anAmbiguousPrefixListsItsCandidates(flushed: Bool) async throws {
        let store = try await filled(flushed: flushed)
        guard case .ambiguous(let candidates) = try await store.request("request-abc") else {
            Issue.record("expected candidates")
            return
        }
        #expect(candidates.map(\.value) == ["request-abcdef", "request-abcxyz"])
        try await store.close()
    }

    @Test(arguments: [
        "reque", "request-abcdefg", "", "nothing", "000000000000000700000000000000ff", "%", "request-abcde_",
    ])
    func whatIsNotStoredIsNotFound(id: String) async throws {
        let store = try await filled(flushed: true)
        #expect(try await store.request(id) == .notFound)
        try await store.close()
    }
}
