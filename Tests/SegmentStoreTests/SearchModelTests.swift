import OTLP
import RandomTelemetry
import SegmentStore
import TelemetryStore
import Testing

/// Searches and counts say what looking at every record would say, at every stage of a segment's life.
@Suite struct SearchModelTests {
    let folder = TemporaryFolder()

    enum Stage: CaseIterable { case inbox, flushed, sealed, compacted }

    @Test(arguments: Stage.allCases, [UInt64(1), 2])
    func everySearchFindsWhatAReferenceFinds(stage: Stage, seed: UInt64) async throws {
        var world = RandomWorld(seed: seed)
        let store = try SegmentStore.writing(folder)
        var spans: [Found<Span>] = []
        var logs: [Found<LogRecord>] = []
        for part in 0..<8 {
            let (traces, records) = (world.traces(), world.logs())
            spans += traces.found
            logs += records.found
            _ = try await store.append(traces.protobuf(), of: .traces)
            _ = try await store.append(records.protobuf(), of: .logs)
            if stage != .inbox, part % 2 == 1 { try await store.flush() }
            if stage == .sealed || stage == .compacted, part % 2 == 1 { try await store.seal() }
        }
        if stage == .compacted { #expect(folder.segments.count == 2) }
        for number in 0..<120 {
            let filter = world.filter()
            let note: Comment = "\(stage), seed \(seed), filter \(number): \(String(describing: filter))"
            try await checkSpans(store, filter, spans, note, &world)
            try await checkLogs(store, filter, logs, note, &world)
            try await checkCounts(store, filter, spans, logs, note, &world)
        }
        try await store.close()
    }

    private func checkSpans(
        _ store: SegmentStore, _ filter: RecordFilter, _ all: [Found<Span>], _ note: Comment, _ world: inout RandomWorld
    ) async throws {
        var found: [Found<Span>] = []
        var after: SearchCursor?
        let limit = world.limit()
        repeat {
            let page = try await store.spans(SpanSearch(filter, limit: limit, after: after))
            #expect(page.records.count <= limit, note)
            found += page.records
            after = page.next
        } while after != nil
        let expected = Set(all.filter { filter.holds(for: $0) })
        try #require(Set(found) == expected, note)
        #expect(found.count == expected.count, note)
        #expect(isNewestFirst(found.map(\.record.startTimeUnixNano)), note)
    }

    private func checkLogs(
        _ store: SegmentStore, _ filter: RecordFilter, _ all: [Found<LogRecord>], _ note: Comment,
        _ world: inout RandomWorld
    ) async throws {
        var found: [Found<LogRecord>] = []
        var after: SearchCursor?
        let limit = world.limit()
        repeat {
            let page = try await store.logs(LogSearch(filter, limit: limit, after: after))
            found += page.records
            after = page.next
        } while after != nil
        try #require(Set(found) == Set(all.filter { filter.holds(for: $0) }), note)
        #expect(isNewestFirst(found.map(\.record.time)), note)
    }

    private func checkCounts(
        _ store: SegmentStore, _ filter: RecordFilter, _ spans: [Found<Span>], _ logs: [Found<LogRecord>],
        _ note: Comment, _ world: inout RandomWorld
    ) async throws {
        let (keys, width) = world.grouping()
        var expected: [[String?]: [UInt64: (count: Int, errors: Int)]] = [:]
        for found in spans where filter.holds(for: found) {
            let bucket = width.map { found.record.startTimeUnixNano / $0 * $0 } ?? 0
            let key = keys.map { $0.value(of: found) }
            let isError = found.record.status?.code == .error
            expected[key, default: [:]][bucket, default: (0, 0)].count += 1
            if isError { expected[key]?[bucket]?.errors += 1 }
        }
        try await compare(store, Aggregation(.traces, filter, groupBy: keys, bucketNanoseconds: width), expected, note)
        expected = [:]
        for found in logs where filter.holds(for: found) {
            let bucket = width.map { found.record.time / $0 * $0 } ?? 0
            let key = keys.map { $0.value(of: found) }
            expected[key, default: [:]][bucket, default: (0, 0)].count += 1
            if found.record.severityNumber.rawValue >= LogRecord.Severity.error.rawValue {
                expected[key]?[bucket]?.errors += 1
            }
        }
        try await compare(store, Aggregation(.logs, filter, groupBy: keys, bucketNanoseconds: width), expected, note)
    }

    private func compare(
        _ store: SegmentStore, _ aggregation: Aggregation, _ expected: [[String?]: [UInt64: (count: Int, errors: Int)]],
        _ note: Comment
    ) async throws {
        let rows = try await store.aggregate(aggregation)
        #expect(rows.count == expected.values.reduce(0) { $0 + $1.count }, note)
        for row in rows {
            let sum = expected[row.key]?[row.bucketStart]
            #expect(sum?.count == row.count && sum?.errors == row.errorCount, note)
            #expect(row.durations.count == (aggregation.signal == .traces ? row.count : 0), note)
        }
        #expect(rows.map(\.bucketStart) == rows.map(\.bucketStart).sorted(), note)
    }

    private func isNewestFirst(_ times: [UInt64]) -> Bool { zip(times, times.dropFirst()).allSatisfy { $0 >= $1 } }

    @Test func wordsAndPhrasesAreFoundWhateverTheirCaseAndOnlyWhole() async throws {
        let store = try SegmentStore.writing(folder)
        let bodies: [AttributeValue] = [
            "The lesson was Opened", "reopened the lesson", "LESSON_1 was opened, twice",
            "Änderung der Übung ÜBER alles",
            .array(["nested", .map([Attribute("k", "deep Water")])]), "x", "a b", "e-mail sent to user@example.com",
        ]
        _ = try await store.append(LogsData(bodies.map { LogRecord(body: $0) }).protobuf(), of: .logs)
        for stage in 0..<3 {
            for (phrase, expected) in [
                ("opened", 2), ("OPENED", 2), ("was opened", 2), ("lesson", 2), ("lesson was", 1), ("was  opened", 0),
                ("deep water", 1), ("nested", 1), ("k", 0), ("übung", 1), ("über ALLES", 1), ("ung", 0), ("a b", 1),
                ("example.com", 1), ("example", 1), ("e-mail", 1), ("mail", 1), ("opened,", 1), ("", 8),
                ("lesson_1", 1),
            ] {
                var filter = RecordFilter()
                filter.phrases = [phrase]
                let found = try await store.logs(LogSearch(filter)).records.count
                #expect(found == expected, "\(phrase) at stage \(stage)")
            }
            if stage == 0 { try await store.flush() } else { try await store.seal() }
        }
        try await store.close()
    }
}

/// Records of few words, so that every condition holds for some.
struct RandomWorld {
    private var generator: SplitMix64
    private var nextSpan: UInt64 = 1

    init(seed: UInt64) { generator = SplitMix64(state: seed) }

    private mutating func below(_ bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }
    private mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    private static let services = ["edge", "tutor", "progress"]
    private static let names = ["GET /lessons", "GET /hints", "chat", ""]
    private static let texts = [
        "lesson opened", "Lesson not found", "the model gave no answer", "no answer: lesson_2", "ÜBUNG beendet", "",
    ]
    private static let start: UInt64 = 1_700_000_000_000_000_000

    /// Few different ones, so that many are equal.
    private mutating func time() -> UInt64 { RandomWorld.start + UInt64(below(40)) * 1_000_000 }

    private mutating func attributes() -> [Attribute] {
        (0..<below(4)).map { _ in
            Attribute(
                key: pick(["a", "b", "c"]),
                value: pick([
                    .string("x"), .string("xyz"), .string("7"), .int(7), .int(-3), .double(0.5), .double(7),
                    .bool(true),
                    .empty, nil, .array([1]), .bytes([1]),
                ]))
        }
    }

    private mutating func resource() -> Resource? {
        if below(6) == 0 { return nil }
        var resource = Resource(attributes: [Attribute("service.name", .string(pick(RandomWorld.services)))])
        if below(3) == 0 { resource.attributes.append(Attribute("b", .string(pick(["x", "deploy"])))) }
        return resource
    }

    mutating func traces() -> TracesData {
        TracesData(
            resourceSpans: (0..<3).map { _ in
                ResourceSpans(
                    resource: resource(),
                    scopeSpans: [ScopeSpans(scope: nil, spans: (0..<12).map { _ in span() })])
            })
    }

    private mutating func span() -> Span {
        nextSpan += 1
        let start = time()
        var span = Span(
            traceID: TraceID(high: 1, low: UInt64(1 + below(9))), spanID: SpanID(nextSpan),
            name: pick(RandomWorld.names),
            kind: pick([.server, .client, .internal]), startTimeUnixNano: start,
            endTimeUnixNano: pick([start + UInt64(below(2_000)) * 1_000_000, start, 0]), attributes: attributes(),
            status: pick([nil, .init(code: .error, message: pick(RandomWorld.texts)), .init(code: .ok, message: "")]))
        if below(4) == 0 {
            span.events = [
                Span.Event(
                    timeUnixNano: start, name: pick(["exception", "retry"]),
                    attributes: [Attribute("exception.message", .string(pick(RandomWorld.texts)))])
            ]
        }
        return span
    }

    mutating func logs() -> LogsData {
        LogsData(
            resourceLogs: (0..<3).map { _ in
                ResourceLogs(
                    resource: resource(),
                    scopeLogs: [
                        ScopeLogs(
                            scope: nil,
                            logRecords: (0..<12).map { _ in
                                LogRecord(
                                    timeUnixNano: below(5) == 0 ? 0 : time(), observedTimeUnixNano: time(),
                                    severityNumber: pick([.debug, .info, .warn, .error, .fatal]),
                                    body: .string(pick(RandomWorld.texts)), attributes: attributes(),
                                    traceID: below(3) == 0 ? .zero : TraceID(high: 1, low: UInt64(1 + below(9))),
                                    spanID: SpanID(UInt64(below(4))), eventName: pick(["", "lesson", "chat"]))
                            })
                    ])
            })
    }

    mutating func limit() -> Int { pick([1, 3, 7, 50, 1_000]) }

    mutating func grouping() -> ([Aggregation.GroupKey], UInt64?) {
        let keys: [Aggregation.GroupKey] = [
            .service, .name, .kind, .status, .severity, .attribute("a"), .attribute("b"),
        ]
        return ((0..<below(3)).map { _ in pick(keys) }, pick([nil, 5_000_000]))
    }

    mutating func filter() -> RecordFilter {
        var filter = RecordFilter()
        if below(3) == 0 {
            let first = time()
            filter.time = first..<first + UInt64(below(30)) * 1_000_000 + 1
        }
        if below(4) == 0 { filter.services = pick([["edge"], ["edge", "tutor"], ["nobody"], [""]]) }
        if below(4) == 0 { filter.name = pick([.equals("chat"), .prefix("GET"), .equals(""), .prefix("zzz")]) }
        if below(6) == 0 { filter.kind = pick([.server, .client]) }
        if below(6) == 0 { filter.status = pick([.error, .ok, .unset]) }
        if below(6) == 0 { filter.severity = pick([.info, .warn, .error]) }
        if below(6) == 0 { filter.duration = pick([0...1_000_000, 500_000_000...UInt64.max, 0...0]) }
        for _ in 0..<pick([0, 0, 1, 1, 2]) {
            let tests: [AttributeCondition.Test] = [
                .exists, .isMissing, .equals("x"), .equals("7"), .equals("true"), .equals("0.5"), .differs("x"),
                .prefix("x"),
                .less(7), .atMost(7), .greater(0), .atLeast(7),
            ]
            filter.attributes.append(AttributeCondition(pick(["a", "b", "c", "service.name", "zzz"]), pick(tests)))
        }
        if below(4) == 0 {
            filter.phrases = [
                pick(["lesson", "LESSON OPENED", "no answer", "übung", "retry", "less", "lesson_2", "GET"])
            ]
        }
        if below(6) == 0 { filter.traces = [TraceID(high: 1, low: UInt64(1 + below(12)))] }
        return filter
    }
}

// MARK: The reference

extension TracesData {
    var found: [Found<Span>] {
        resourceSpans.flatMap { group in
            group.scopeSpans.flatMap { scope in
                scope.spans.map { Found($0, resource: group.resource, scope: scope.scope) }
            }
        }
    }
}

extension LogsData {
    var found: [Found<LogRecord>] {
        resourceLogs.flatMap { group in
            group.scopeLogs.flatMap { scope in
                scope.logRecords.map { Found($0, resource: group.resource, scope: scope.scope) }
            }
        }
    }
}

extension LogRecord {
    var time: UInt64 { timeUnixNano != 0 ? timeUnixNano : observedTimeUnixNano }
}

extension Span {
    var duration: UInt64 {
        startTimeUnixNano != 0 && endTimeUnixNano > startTimeUnixNano ? endTimeUnixNano - startTimeUnixNano : 0
    }
}

extension RecordFilter {
    func holds(for found: Found<Span>) -> Bool {
        let span = found.record
        let events = span.events.flatMap { event in [event.name] + event.attributes.compactMap { $0.value?.string } }
        return severity == nil && time?.contains(span.startTimeUnixNano) ?? true
            && (services.isEmpty || services.contains(found.service)) && (name?.holds(for: span.name) ?? true)
            && (kind == nil || span.kind == kind) && (status == nil || (span.status?.code ?? .unset) == status)
            && (duration?.contains(span.duration) ?? true) && (traces.isEmpty || traces.contains(span.traceID))
            && attributes.allSatisfy { $0.holds(for: span.attributes, found.resource) }
            && phrases.allSatisfy { phrase in
                ([span.name, span.status?.message ?? ""] + events).contains { $0.hasPhrase(phrase) }
            }
    }

    func holds(for found: Found<LogRecord>) -> Bool {
        let record = found.record
        return kind == nil && status == nil && duration == nil && time?.contains(record.time) ?? true
            && (services.isEmpty || services.contains(found.service)) && (name?.holds(for: record.eventName) ?? true)
            && (severity.map { record.severityNumber.rawValue >= $0.rawValue } ?? true)
            && (traces.isEmpty || traces.contains(record.traceID))
            && attributes.allSatisfy { $0.holds(for: record.attributes, found.resource) }
            && phrases.allSatisfy { (record.body?.string ?? "").hasPhrase($0) }
    }
}

extension TextCondition {
    fileprivate func holds(for text: String) -> Bool {
        switch self {
        case .equals(let value): text == value
        case .prefix(let value): text.hasPrefix(value)
        }
    }
}

extension AttributeCondition {
    fileprivate func holds(for own: [Attribute], _ resource: Resource?) -> Bool {
        let values = (own + (resource?.attributes ?? [])).filter { $0.key == key }.map(\.value)
        if test == .isMissing { return values.isEmpty }
        return values.contains { holds(for: $0) }
    }

    private func holds(for value: AttributeValue?) -> Bool {
        let text: String?
        let number: Double?
        switch value {
        case .string(let string): (text, number) = (string, Double(string))
        case .int(let int): (text, number) = (String(int), Double(int))
        case .double(let double): (text, number) = (String(double), double)
        case .bool(let bool): (text, number) = (bool ? "true" : "false", nil)
        case nil, .empty, .array, .map, .bytes: (text, number) = (nil, nil)
        }
        guard let text else { return test == .exists }
        let isNumber = if case .string = value { false } else { number != nil }
        func equals(_ other: String) -> Bool { text == other || (isNumber && Double(other) == number) }
        switch test {
        case .exists: return true
        case .isMissing: return false
        case .equals(let other): return equals(other)
        case .differs(let other): return !equals(other)
        case .prefix(let prefix): return text.hasPrefix(prefix)
        case .less(let bound): return number.map { $0 < bound } ?? false
        case .atMost(let bound): return number.map { $0 <= bound } ?? false
        case .greater(let bound): return number.map { $0 > bound } ?? false
        case .atLeast(let bound): return number.map { $0 >= bound } ?? false
        }
    }
}

extension String {
    /// Whether it has the words of a phrase, whole.
    fileprivate func hasPhrase(_ phrase: String) -> Bool {
        let (text, phrase) = (Array(lowercased().utf8), Array(phrase.lowercased().utf8))
        guard !phrase.isEmpty else { return true }
        func isWord(_ byte: UInt8) -> Bool {
            byte >= 0x80 || byte == UInt8(ascii: "_") || Character(Unicode.Scalar(byte)).isLetter
                || Character(Unicode.Scalar(byte)).isNumber
        }
        guard text.count >= phrase.count else { return false }
        return (0...text.count - phrase.count).contains { start in
            let end = start + phrase.count
            guard text[start..<end].elementsEqual(phrase) else { return false }
            let isCutBefore = start > 0 && isWord(text[start - 1]) && isWord(phrase[0])
            let isCutBehind = end < text.count && isWord(text[end]) && isWord(phrase[phrase.count - 1])
            return !isCutBefore && !isCutBehind
        }
    }
}

extension Aggregation.GroupKey {
    fileprivate func value(of found: Found<Span>) -> String? {
        switch self {
        case .service: found.resource?.attributes["service.name"]?.string
        case .name: found.record.name
        case .kind: found.record.kind.name
        case .status: (found.record.status?.code ?? .unset).name
        case .severity: LogRecord.Severity(rawValue: 0).name
        case .attribute(let key): text(of: key, found.record.attributes, found.resource)
        }
    }

    fileprivate func value(of found: Found<LogRecord>) -> String? {
        switch self {
        case .service: found.resource?.attributes["service.name"]?.string
        case .name: found.record.eventName
        case .kind: Span.Kind(rawValue: 0).name
        case .status: Span.Status.Code.unset.name
        case .severity: found.record.severityNumber.name
        case .attribute(let key): text(of: key, found.record.attributes, found.resource)
        }
    }

    /// The record's own first value that is a single one, else the resource's.
    private func text(of key: String, _ own: [Attribute], _ resource: Resource?) -> String? {
        for attribute in own where attribute.key == key {
            if let text = text(of: attribute.value) { return text }
        }
        return text(of: resource?.attributes[key])
    }

    private func text(of value: AttributeValue?) -> String? {
        switch value {
        case .string(let text): text
        case .int(let number): String(number)
        case .double(let number): String(number)
        case .bool(let flag): flag ? "true" : "false"
        default: nil
        }
    }
}
