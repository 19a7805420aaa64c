import OTLP

/// OTLP protobuf read span by span, beside copying the same bytes.
enum DecodeBenchmark {
    static func run() async {
        let body = request(spans: 1_000)
        var copy = [UInt8](repeating: 0, count: body.count)
        let floor = await nanoseconds(runs: 1_000) {
            copy.withUnsafeMutableBytes { target in body.withUnsafeBytes { target.copyMemory(from: $0) } }
        }
        var spanCount = 0
        let read = await nanoseconds(runs: 20) {
            var walker = ExportWalker(SpanCounter())
            do { try walker.walk(body.span) } catch { fatalError("\(error)") }
            spanCount += walker.visitor.count
        }
        let values = await nanoseconds(runs: 5) {
            guard (try? TracesData(protobuf: body))?.resourceSpans.count == 1 else { fatalError("cannot decode") }
        }
        precondition(spanCount > 0 && copy.count == body.count)
        let megabytesPerSecond = { (nanoseconds: Double) in Double(body.count) / nanoseconds * 1_000 }
        report("OTLP decode, visitor", megabytesPerSecond(read), "MB/s", floor: megabytesPerSecond(floor), "memcpy")
        report("OTLP decode, values", megabytesPerSecond(values), "MB/s", floor: megabytesPerSecond(floor), "memcpy")
    }

    /// What functions send: a few typed attributes a span, one resource.
    private static func request(spans count: Int) -> [UInt8] {
        let spans = (0..<count).map { index in
            Span(
                traceID: TraceID(high: .random(in: 0 ... .max), low: .random(in: 1 ... .max)),
                spanID: SpanID(.random(in: 1 ... .max)),
                parentSpanID: SpanID(.random(in: 1 ... .max)), name: "GET /lessons/{lesson}", kind: .server,
                startTimeUnixNano: 1_795_509_381_000_000_000 + UInt64(index),
                endTimeUnixNano: 1_795_509_381_100_000_000,
                attributes: [
                    Attribute("http.request.method", "GET"), Attribute("http.route", "/lessons/{lesson}"),
                    Attribute("http.response.status_code", 200), Attribute("request.id", .string("req-\(index)")),
                    Attribute("faas.coldstart", false),
                ])
        }
        let resource = Resource(attributes: [Attribute("service.name", "edge")])
        return TracesData(resourceSpans: [ResourceSpans(resource: resource, scopeSpans: [ScopeSpans(spans: spans)])])
            .protobuf()
    }
}

private struct SpanCounter: RecordVisitor {
    private(set) var count = 0

    mutating func beginResource(_ resource: WireRange?, schemaURL: WireRange, in bytes: ByteSpan) {}
    mutating func beginScope(_ scope: WireRange?, schemaURL: WireRange, in bytes: ByteSpan) {}
    mutating func take(_ record: borrowing SpanReader, in bytes: ByteSpan) { count += 1 }
}
