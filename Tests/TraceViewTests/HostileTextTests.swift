import Foundation
import OTLP
import Testing
import TraceAssembly
import TraceView

/// Text that wants to be more than text, in every place of a story, through every output.
@Suite struct HostileTextTests {
    static let attacks = [
        "\u{1B}[2J\u{1B}[31mred", "\u{1B}]52;c;aGFjaw==\u{7}", "\u{1B}]8;;http://evil/\u{1B}\\click\u{1B}]8;;\u{1B}\\",
        "\u{1B}]0;title\u{7}", "\u{9B}31m", "\u{9D}52;c;x\u{9C}", "\u{90}q\u{9C}", "a\rb\u{8}c\u{B}d\u{C}e",
        "x\u{0}y\u{7F}z",
        "user\u{202E}gnp.exe\u{202C}", "\u{2066}a\u{2069}b\u{200F}c\u{200E}d", "zero\u{200B}width\u{FEFF}",
        "tag\u{E0041}\u{E007F}",
        "line\nbreak\u{2028}para\u{2029}nel\u{85}", "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>",
        "</style></title><svg/onload=alert(1)>", "&lt;b&gt;&#x3c;", "'onmouseover='alert(1)", "end", "a;b#c%%d:e->>f",
        "x\\\"}],\"traceEvents\":[", "`${alert(1)}`", "e\u{301}\u{301}\u{301}", String(repeating: "W", count: 5_000),
        "日本語テキスト", "👩‍👩‍👧🏽🇩🇪", "%s%n%x", "$(reboot)`reboot`", "tab\there",
    ]

    private func story(_ text: String) -> Story {
        let trace = TraceID(high: 1, low: 2)
        let start: UInt64 = 1_795_509_381_000_000_000
        let resource = Resource(attributes: [
            Attribute("service.name", .string(text)), Attribute("faas.name", .string(text)),
            Attribute(text, .string(text)),
            Attribute("cloud.platform", .string(text)),
        ])
        func span(_ id: UInt64, under parent: UInt64, _ kind: Span.Kind) -> Span {
            Span(
                traceID: trace, spanID: SpanID(id), parentSpanID: SpanID(parent), name: text, kind: kind,
                startTimeUnixNano: start + id * 1_000_000, endTimeUnixNano: start + 90_000_000 - id * 1_000_000,
                attributes: [
                    Attribute("faas.invoked_name", .string(text)), Attribute("http.request.method", .string(text)),
                    Attribute("messaging.destination.name", .string(text)),
                    Attribute("gen_ai.request.model", .string(text)),
                    Attribute("request.id", .string(text)),
                    Attribute(text, .map([Attribute(text, .array([.string(text)]))])),
                ],
                events: [
                    Span.Event(
                        timeUnixNano: start, name: text, attributes: [Attribute("exception.message", .string(text))])
                ],
                status: Span.Status(code: .error, message: text))
        }
        let log = LogRecord(
            timeUnixNano: start, severityText: text, body: .string(text), attributes: [Attribute(text, .string(text))],
            traceID: trace, spanID: SpanID(1))
        var stray = log
        stray.spanID = SpanID(77)
        var other = span(2, under: 1, .consumer)
        other.startTimeUnixNano += 200_000_000
        other.endTimeUnixNano += 200_000_000
        let otherResource = Resource(attributes: [Attribute("service.name", .string(text + "2"))])
        return StoryAssembler.assemble(
            id: text,
            traces: TracesData(resourceSpans: [
                ResourceSpans(
                    resource: resource,
                    scopeSpans: [ScopeSpans(spans: [span(1, under: 0, .server), span(3, under: 9, .client)])]),
                ResourceSpans(resource: otherResource, scopeSpans: [ScopeSpans(spans: [other])]),
            ]),
            logs: LogsData(resourceLogs: [
                ResourceLogs(resource: resource, scopeLogs: [ScopeLogs(logRecords: [log, stray])])
            ]))
    }

    private func options(_ isASCII: Bool = false) -> ScreenOptions {
        ScreenOptions(
            width: 160, style: Style(hasColour: false, isASCII: isASCII),
            detail: StoryDetail(lowestSeverity: .unspecified))
    }

    private func isHarmless(_ line: String) -> Bool {
        line.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: false
            case .format: scalar == "\u{200D}"
            default: !scalar.properties.isBidiControl
            }
        }
    }

    @Test(arguments: attacks)
    func noScreenIsSteered(text: String) {
        let story = story(text)
        let node = story.roots[0]
        var screens = [false, true].map { StoryScreen(story, options($0)).lines() }
        screens.append(SpanScreen(story, node: node, options()).lines())
        screens.append(DifferenceScreen(StoryDifference(from: story, to: story), options(), showsAll: true).lines())
        screens.append(MapScreen(ServiceMap(of: [story]), options()).lines())
        screens.append(ShapesScreen(ShapeSummary.summaries(of: [story]), options(), showsTrees: true).lines())
        screens.append(WhatIfScreen(text, before: story, after: story, options()).lines())
        screens.append([SpanScreen.title(of: node, in: story)])
        screens.append(RequestLine.table([story], options()))
        screens.append([RequestLine.line(story, options())])
        screens.append(story.nodes[node].logs.map { LogLine.line($0.record, service: $0.service, options()) })
        let summary = ServiceSummary(
            service: text, count: 1, errorCount: 1, perSecond: 1, quantiles: [1, 2, 3], dollars: nil, buckets: [1])
        screens.append(ServicesScreen([summary], options()).lines())
        var browser = BrowserModel(story, options(), columns: 120, rows: 60)
        _ = browser.handle(.enter)
        for character in "/" + text { _ = browser.handle(.character(character)) }
        screens.append(BrowserScreen(browser).lines().map { $0.replacing(/\u{1B}\[[0-9;]*m/, with: "") })
        browser.show(StoryDifference(from: story, to: story))
        browser.say(text)
        screens.append(BrowserScreen(browser).lines().map { $0.replacing(/\u{1B}\[[0-9;]*m/, with: "") })
        for line in screens.joined() { #expect(isHarmless(line), "\(line.debugDescription)") }
    }

    @Test(arguments: attacks)
    func noPageGetsMarkupOfOurs(text: String) {
        let page = String(decoding: ExportFormat.html.encode(story(text), options()), as: UTF8.self)
        #expect(page.utf8.count <= 200_000)
        let tags = Set(page.matches(of: /<\/?([a-zA-Z!][a-zA-Z0-9]*)/).map { $0.output.1.lowercased() })
        let ours: Set = [
            "!doctype", "html", "head", "meta", "title", "style", "body", "header", "p", "main", "details", "summary",
            "span",
            "i", "div", "dl", "dt", "dd", "footer", "b",
        ]
        #expect(tags.subtracting(ours).isEmpty)
        // Attributes are ours as well: what telemetry says stands between tags only.
        for match in page.matches(of: /<[a-z][^>]*>/) {
            let tag = String(match.output)
            #expect(!tag.contains("alert") && !tag.contains("onerror"), "\(tag)")
        }
        #expect(isHarmless(page.replacing("\n", with: "")))
    }

    @Test(arguments: attacks)
    func everyJSONIsJSONAndSaysTheTextAsItIs(text: String) throws {
        let story = story(text)
        let summary = ServiceSummary(
            service: text, count: 1, errorCount: 0, perSecond: 1, quantiles: [1, 2, 3], dollars: nil, buckets: [1])
        for bytes in [
            StoryJSON.encode(story), RequestLine.json(story), summary.json(),
            DifferenceJSON.encode(StoryDifference(from: story, to: story), showsAll: true),
        ]
            + ServiceMap(of: [story]).calls.map({ $0.json() })
            + ShapeSummary.summaries(of: [story]).map({ $0.json() })
            + [ExportFormat.jaeger, .zipkin, .perfetto].map({ $0.encode(story, options()) })
            + ExportFormat.otlp.encode(story, options()).split(separator: UInt8(ascii: "\n")).map({ Array($0) })
        {
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(bytes)) }
            let line = String(decoding: bytes, as: UTF8.self).replacing("\n", with: "")
            #expect(isHarmless(line), "what a terminal would obey is escaped")
        }
    }

    @Test(arguments: attacks)
    func linesOfOtherFormatsStayLines(text: String) {
        let folded = String(decoding: ExportFormat.folded.encode(story(text), options()), as: UTF8.self)
        for line in folded.split(separator: "\n") {
            #expect(line.contains(/\ \d+$/), "\(line)")
            #expect(isHarmless(String(line)))
        }
        let mermaid = String(decoding: ExportFormat.mermaid.encode(story(text), options()), as: UTF8.self)
        for line in mermaid.split(separator: "\n") {
            let isKnown =
                line == "sequenceDiagram" || line.hasPrefix("    participant ")
                || line.contains(/^    (caller|s\d+)(->>|-\)|--x|-->>)(caller|s\d+): [^;:<>]*(?:#\d+;[^;:<>]*)*$/)
            #expect(isKnown, "\(line)")
            #expect(isHarmless(String(line)))
        }
    }

    @Test(arguments: [
        ("authorization", "abc"), ("http.request.header.authorization", "x"), ("db.password", "hunter22"),
        ("api_key", "k"),
        ("aws.secretAccessKey", "s"), ("set-cookie", "id=1"), ("enduser.id", "ada"), ("session.id", "77"),
        ("note", "Bearer abcdef123456"),
        ("note", "mail ada@example.org now"), ("note", "card 4111 1111 1111 1111"),
        ("note", "eyJhbGciOi.eyJzdWIi.c2ln"),
        ("note", "AKIAABCDEFGHIJKLMNOP"), ("note", "sk-live_abcdefghijkl"), ("url.full", "https://x/y?token=abc&z=1"),
        ("note", "postgres://app:hunter22@db/x"),
    ])
    func secretsAreMasked(key: String, value: String) throws {
        let span = Span(
            traceID: TraceID(high: 1, low: 1), spanID: SpanID(1), name: "x", startTimeUnixNano: 1, endTimeUnixNano: 2,
            attributes: [Attribute(key, .string(value))])
        let masked = Masking.mask(TracesData(resourceSpans: [ResourceSpans(scopeSpans: [ScopeSpans(spans: [span])])]))
        let text = masked.resourceSpans[0].scopeSpans[0].spans[0].attributes[0].value?.string ?? ""
        #expect(text.contains("•••"))
        for secret in ["abc", "hunter22", "ada", "4111", "AKIA", "c2ln", "77"] where value.contains(secret) {
            #expect(!text.contains(secret), "\(text)")
        }
    }

    /// A pattern that begins anew at every character would need hours.
    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            "aA1", "eyJ", "a@", "eyJaaaaaa.", "sk-", "4 ", "://a:", "?keys=", "bearer ", "a.", "@a.", "AKIA", "basic  ",
        ])
    func longTextsAreLookedThroughOnce(piece: String) {
        let text = String(repeating: piece, count: 400_000) + " ada@example.org "
        let masked = mask("note", text)
        #expect(masked.hasSuffix(" ••• "))
    }

    @Test func ofTextAroundASecretNothingIsLost() {
        #expect(
            mask("note", "é Bearer abcdef123456, mail ada@example.org; postgres://app:hunter22@db/x?token=abc&z=1 é")
                == "é •••, mail •••; postgres://•••@db/x?token=•••&z=1 é")
        #expect(mask("note", "a@b, x@y.z, 4111 1111 1111 1111 20") == "a@b, x@y.z, ••• 20")
    }

    private func mask(_ key: String, _ value: String) -> String {
        let span = Span(
            traceID: TraceID(high: 1, low: 1), spanID: SpanID(1), name: "x", startTimeUnixNano: 1, endTimeUnixNano: 2,
            attributes: [Attribute(key, .string(value))])
        let masked = Masking.mask(TracesData(resourceSpans: [ResourceSpans(scopeSpans: [ScopeSpans(spans: [span])])]))
        return masked.resourceSpans[0].scopeSpans[0].spans[0].attributes[0].value?.string ?? ""
    }

    @Test(arguments: [
        ("gen_ai.usage.input_tokens", "812"), ("note", "order 4111 1111 1111 1112"),
        ("http.route", "/lessons/{lesson}"),
        ("note", "no secrets here"), ("trace", "4bf92f3577b34da6a3ce929d0e0e4736"),
    ])
    func whatIsNoSecretStays(key: String, value: String) {
        let span = Span(
            traceID: TraceID(high: 1, low: 1), spanID: SpanID(1), name: "x", startTimeUnixNano: 1, endTimeUnixNano: 2,
            attributes: [Attribute(key, .string(value))])
        let masked = Masking.mask(TracesData(resourceSpans: [ResourceSpans(scopeSpans: [ScopeSpans(spans: [span])])]))
        #expect(masked.resourceSpans[0].scopeSpans[0].spans[0].attributes[0].value?.string == value)
    }
}
