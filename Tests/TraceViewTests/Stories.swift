import Foundation
import OTLP
import TraceAssembly
import TraceView

/// Requests that the screens are checked with.
enum Stories {
    static let all: [(name: String, story: Story)] =
        [
            ("failed-hint", failedHint), ("completion-over-a-queue", completion), ("lost-parent", lostParent),
            ("hostile", hostile),
            ("nothing", StoryAssembler.assemble(id: "req-0", traces: TracesData(), logs: LogsData())),
        ] + files.map { ($0.prefix { $0 != "." }.description, read($0)) }

    /// Traces in the shapes of public ones; `Traces/make_traces.py` writes them.
    static let files = [
        "orders.jsonl", "checkout.jsonl", "clocks.jsonl", "redrive.jsonl", "hints.jsonl", "hotrod.json", "zipkin.json",
    ]

    static func bytes(_ file: String) -> [UInt8] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Traces")
        return (try? Data(contentsOf: folder.appending(path: file))).map(Array.init) ?? []
    }

    private static func read(_ file: String) -> Story {
        guard let file = try? TraceFile(bytes(file)) else { preconditionFailure("\(file) is no trace") }
        return StoryAssembler.assemble(traces: file.traces, logs: file.logs)
    }

    private static let origin: UInt64 = 1_795_509_381_000_000_000

    private static func span(
        _ id: UInt64, under parent: UInt64 = 0, trace: UInt64 = 0x0AF7_6519_16CD_43DD, _ name: String, _ start: Double,
        _ end: Double,
        _ kind: Span.Kind = .internal, error: String? = nil, _ attributes: [Attribute] = [], links: [Span.Link] = []
    ) -> Span {
        Span(
            traceID: TraceID(high: trace, low: trace), spanID: SpanID(id), parentSpanID: SpanID(parent), name: name,
            kind: kind,
            startTimeUnixNano: origin + UInt64(start * 1_000_000), endTimeUnixNano: origin + UInt64(end * 1_000_000),
            attributes: attributes,
            events: error.map {
                [
                    Span.Event(
                        timeUnixNano: origin + UInt64(end * 1_000_000), name: "exception",
                        attributes: [
                            Attribute("exception.type", "ModelOverloaded"), Attribute("exception.message", .string($0)),
                        ])
                ]
            } ?? [],
            links: links, status: error.map { Span.Status(code: .error, message: $0) })
    }

    private static func log(
        _ text: String, _ severity: LogRecord.Severity, span: UInt64, trace: UInt64 = 0x0AF7_6519_16CD_43DD,
        _ time: Double,
        _ attributes: [Attribute] = []
    ) -> LogRecord {
        LogRecord(
            timeUnixNano: origin + UInt64(time * 1_000_000), severityNumber: severity, body: .string(text),
            attributes: attributes,
            traceID: TraceID(high: trace, low: trace), spanID: SpanID(span))
    }

    private static func assemble(_ services: [(String, [Span], [LogRecord])]) -> Story {
        func resource(_ name: String) -> Resource { Resource(attributes: [Attribute("service.name", .string(name))]) }
        return StoryAssembler.assemble(
            id: "req-7f3a9c21",
            traces: TracesData(
                resourceSpans: services.map {
                    ResourceSpans(resource: resource($0.0), scopeSpans: [ScopeSpans(spans: $0.1)])
                }),
            logs: LogsData(
                resourceLogs: services.map {
                    ResourceLogs(resource: resource($0.0), scopeLogs: [ScopeLogs(logRecords: $0.2)])
                }))
    }

    private static let failedHint = assemble([
        (
            "edge",
            [
                span(
                    1, "/lessons/{lesson}/hints", 0, 48.5, .server, error: "HTTPError",
                    [Attribute("http.request.method", "POST"), Attribute("http.response.status_code", 502)]),
                span(2, under: 1, "POST", 0.4, 47.5, .client, error: "tutor answered 502"),
            ],
            [
                log("a learner asks for a hint", .info, span: 1, 0.2, [Attribute("lesson.id", "13")]),
                log("the tutor has failed", .warn, span: 1, 47.6, [Attribute("http.response.status_code", 502)]),
            ]
        ),
        (
            "tutor",
            [
                span(3, under: 2, "/lessons/{lesson}/hints", 1.2, 46.9, .server, error: "HTTPError"),
                span(4, under: 3, "build prompt", 1.4, 4.5),
                span(
                    5, under: 3, "chat pretend-1", 4.6, 45.8, .client, error: "overloaded: 429 from the provider",
                    [Attribute("gen_ai.usage.input_tokens", 812), Attribute("gen_ai.usage.output_tokens", 0)]),
            ],
            [log("the model gave no answer", .error, span: 3, 46, [Attribute("lesson.id", "13")])]
        ),
    ])

    private static let completion = assemble([
        (
            "edge",
            [
                span(1, "/lessons/{lesson}/completion", 0, 12, .server, [Attribute("http.response.status_code", 202)]),
                span(2, under: 1, "send completions", 1, 11, .producer),
            ], []
        ),
        (
            "progress",
            [
                span(
                    3, trace: 0xB7AD_6B71_6920_3331, "process completions", 350, 359, .consumer,
                    links: [
                        Span.Link(
                            traceID: TraceID(high: 0x0AF7_6519_16CD_43DD, low: 0x0AF7_6519_16CD_43DD), spanID: SpanID(2)
                        )
                    ]),
                span(4, under: 3, trace: 0xB7AD_6B71_6920_3331, "UPDATE progress", 350.5, 358.5, .client),
            ], [log("progress stored", .info, span: 3, trace: 0xB7AD_6B71_6920_3331, 358.8)]
        ),
    ])

    private static let lostParent = assemble([
        ("edge", [span(1, "GET /courses", 0, 100, .server)], []),
        (
            "catalogue",
            [
                span(8, under: 7, "SELECT courses", 30, 60, .client),
                span(9, under: 7, "SELECT prices", 61, 80, .client),
            ], []
        ),
    ])

    private static let hostile = assemble([
        (
            "ed\u{1B}[31mge",
            [
                span(1, "GET \u{202E}gnp.exe\u{1B}]52;c;aGk=\u{7}", 0, 10, .server, error: "\u{9B}2J\u{0}\r\n\tbang"),
                span(2, under: 1, "日本語 e\u{301} 👩‍👩‍👧 " + String(repeating: "w", count: 300), 1, 9),
            ],
            [
                log(
                    "line one\nline two \u{1B}[2J\u{85}\u{2028}end", .error, span: 2, 2,
                    [Attribute("k\u{1B}", "v\u{7F}")])
            ]
        )
    ])
}
