import Foundation
import OTLP
import SegmentStore
import Synchronization
import TelemetryStore
import Testing

/// SQL over the tables against the same question over plain records.
@Suite struct SQLTests {
    let folder = TemporaryFolder()

    private final class Counter: Sendable {
        let value = Mutex(0)
    }

    // MARK: The same as the records

    @Test(arguments: [UInt64(1), 2, 3])
    func randomPredicatesFindWhatPlainRecordsSayBeforeAndAfterFlushAndSeal(seed: UInt64) async throws {
        var random = SeededGenerator(seed)
        let spans = SQLCorpus.spans(&random, count: 600)
        let store = try SegmentStore.writing(folder)
        for batch in spans.chunked(by: 100) { _ = try await store.append(SQLCorpus.body(batch), of: .traces) }
        for stage in ["inbox", "blocks", "sealed"] {
            for _ in 0..<60 {
                let predicate = SQLCorpus.Predicate.random(&random)
                let expected = spans.filter(predicate.holds).map(\.span.spanID.hex).sorted()
                let table = try await store.sql(
                    SQLQuery("SELECT span_id FROM spans WHERE \(predicate.sql) ORDER BY span_id"))
                #expect(table.rows.map { $0[0] } == expected.map(SQLValue.text), "\(stage), \(seed): \(predicate.sql)")
            }
            if stage == "inbox" { try await store.flush() } else { try await store.seal() }
        }
        try await store.close()
    }

    @Test func everyColumnOfASpanIsWhatWasSent() async throws {
        let sent = Span.sample(trace: 1, span: 2, parent: 1, requestID: "r-1")
        let store = try SegmentStore.writing(folder)
        _ = try await store.append(TracesData([sent]).protobuf(), of: .traces)
        for _ in 0..<2 {
            let row = try await store.row("SELECT * FROM spans")
            #expect(row["trace_id"] == .text(sent.traceID.hex))
            #expect(row["span_id"] == .text("0000000000000002"))
            #expect(row["parent_span_id"] == .text("0000000000000001"))
            #expect(row["service"] == .text("tutor"))
            #expect(row["name"] == .text("POST /lessons/{id} ✓"))
            #expect(row["kind"] == .text("server"))
            #expect(row["time"] == .integer(1_700_000_000_000_000_002))
            #expect(row["duration"] == .integer(250_000_000))
            #expect(row["duration_ms"] == .real(250))
            #expect(row["status"] == .text("error"))
            #expect(row["status_message"] == .text("failed"))
            #expect(row["scope"] == .text("test"))
            #expect(row["resource"] == .text(#"{"service.name":"tutor"}"#))
            #expect(row["trace_state"] == .text("vendor=1"))
            #expect(row["flags"] == .integer(0x101))
            #expect(
                row["attributes"]
                    == .text(
                        #"{"http.response.status_code":503,"ratio":-0.0,"nan":"NaN","twice":"a","twice":"b","empty":null,"#
                            + #""absent":null,"text":"","raw":"AP8K","list":[1,"x",null,{"k":true}],"#
                            + #""map":{"a":-9223372036854775808,"b":null},"request.id":"r-1"}"#))
            let event = try await store.row(
                "SELECT value ->> 'name' AS name, value ->> '$.attributes.\"exception.message\"' AS m FROM spans, json_each(events)"
            )
            #expect(event["name"] == .text("exception"))
            #expect(event["m"] == .text("no such lesson"))
            try await store.flush()
        }
        try await store.close()
    }

    @Test func attributesAreColumnsOfTheirOwnType() async throws {
        let store = try SegmentStore.writing(folder)
        _ = try await store.append(TracesData([.sample(trace: 1, span: 2, requestID: "r-1")]).protobuf(), of: .traces)
        let row = try await store.row(
            #"SELECT "http.response.status_code" a, "twice" b, "request.id" c, "service.name" d, "list" e, "raw" f, "#
                + "\n"
                + #""text" g, "empty" h, "nobody.has.it" i FROM spans -- "not.this" "#)
        #expect(row["a"] == .integer(503))
        #expect(row["b"] == .text("a"))
        #expect(row["c"] == .text("r-1"))
        #expect(row["d"] == .text("tutor"))
        #expect(row["e"] == .text(#"[1,"x",null,{"k":true}]"#))
        #expect(row["f"] == .blob([0, 255, 10]))
        #expect(row["g"] == .text(""))
        #expect(row["h"] == .null)
        #expect(row["i"] == .null)
        try await store.close()
    }

    @Test func logsHaveBodiesSeveritiesAndSpans() async throws {
        let bodies: [AttributeValue?] = ["paid", nil, .map([Attribute("amount", 3)]), .int(7), "paid twice"]
        let sent = bodies.enumerated().map { place, body in
            LogRecord(
                timeUnixNano: 100 + UInt64(place), observedTimeUnixNano: 200,
                severityNumber: place < 2 ? .info : .error,
                severityText: "S", body: body, attributes: [Attribute("n", .int(Int64(place)))],
                traceID: place == 4 ? .zero : TraceID(high: 7, low: 1), spanID: place == 4 ? .zero : SpanID(9),
                eventName: "e")
        }
        let store = try SegmentStore.writing(folder)
        _ = try await store.append(LogsData(sent).protobuf(), of: .logs)
        _ = try await store.append(TracesData([.sample(trace: 1, span: 9)]).protobuf(), of: .traces)
        for _ in 0..<2 {
            let table = try await store.sql(
                SQLQuery("SELECT body, severity, span_id, \"n\", observed_time FROM logs ORDER BY time"))
            #expect(
                table.rows.map { $0[0] } == [
                    .text("paid"), .null, .text(#"{"amount":3}"#), .integer(7), .text("paid twice"),
                ])
            #expect(
                table.rows[2] == [
                    .text(#"{"amount":3}"#), .text("ERROR"), .text("0000000000000009"), .integer(2), .integer(200),
                ])
            #expect(table.rows[4][2] == .null)
            #expect(try await store.value("SELECT count(*) FROM logs WHERE severity_number >= 17") == .integer(3))
            #expect(try await store.value("SELECT count(*) FROM logs WHERE severity = 'INFO'") == .integer(2))
            #expect(try await store.value("SELECT count(*) FROM logs WHERE trace_id IS NULL") == .integer(1))
            #expect(
                try await store.value(
                    "SELECT count(*) FROM spans s JOIN logs l ON l.trace_id = s.trace_id AND l.span_id = s.span_id")
                    == .integer(4))
            try await store.flush()
        }
        try await store.close()
    }

    @Test func metricsAreARowAPoint() async throws {
        var gauge = NumberDataPoint()
        (gauge.value, gauge.timeUnixNano, gauge.attributes) = (.int(-3), 50, [Attribute("faas.name", "tutor")])
        var histogram = HistogramDataPoint()
        (histogram.count, histogram.sum, histogram.bucketCounts, histogram.explicitBounds) = (3, 4.5, [1, 2], [10])
        let sent = MetricsData(resourceMetrics: [
            ResourceMetrics(
                resource: Resource(attributes: [Attribute("service.name", "tutor")]),
                scopeMetrics: [
                    ScopeMetrics(
                        scope: nil,
                        metrics: [
                            Metric(name: "calls", unit: "1", data: .gauge([gauge])),
                            Metric(name: "time", unit: "s", data: .histogram([histogram], temporality: .delta)),
                        ], schemaURL: "")
                ], schemaURL: "")
        ])
        let store = try SegmentStore.writing(folder)
        _ = try await store.append(sent.protobuf(), of: .metrics)
        for _ in 0..<2 {
            let row = try await store.row(
                "SELECT *, \"faas.name\" AS f FROM metrics WHERE service = 'tutor' AND name = 'calls'")
            #expect(row["value"] == .integer(-3))
            #expect(row["type"] == .text("gauge"))
            #expect(row["time"] == .integer(50))
            #expect(row["f"] == .text("tutor"))
            let other = try await store.row("SELECT * FROM metrics WHERE name GLOB 'ti*'")
            #expect(other["buckets"] == .text(#"{"bounds":[10.0],"counts":[1,2]}"#))
            #expect(other["sum"] == .real(4.5))
            #expect(other["temporality"] == .text("delta"))
            #expect(other["value"] == .null)
            #expect(other["time"] == .null)
            try await store.flush()
        }
        try await store.close()
    }

    @Test func aTraceIsARowWhereverItsRecordsAre() async throws {
        var random = SeededGenerator(4)
        let spans = SQLCorpus.spans(&random, count: 500)
        let store = try SegmentStore.writing(folder)
        // Spans of one trace come in different segments.
        for batch in spans.shuffled(using: &random).chunked(by: 90) {
            _ = try await store.append(SQLCorpus.body(batch), of: .traces)
            try await store.flush()
            if Bool.random(using: &random) { try await store.seal() }
        }
        let from = UInt64(1_000_000_400)
        let expected = Dictionary(grouping: spans, by: \.span.traceID).compactMap { id, spans -> [SQLValue]? in
            let start = spans.map(\.span.startTimeUnixNano).min() ?? 0
            let end = spans.map(\.span.endTimeUnixNano).max() ?? 0
            guard start >= from else { return nil }
            let errors = spans.count { $0.span.status?.code == .error }
            return [
                .text(id.hex), .integer(Int64(start)), .integer(Int64(end - start)), .integer(Int64(spans.count)),
                .integer(Int64(errors)),
            ]
        }
        #expect(!expected.isEmpty && expected.count < Set(spans.map(\.span.traceID)).count)
        let table = try await store.sql(
            SQLQuery("SELECT trace_id, time, duration, spans, errors FROM traces WHERE time >= \(from)"))
        #expect(Set(table.rows) == Set(expected))
        let one = try #require(expected.first)
        #expect(
            try await store.sql(
                SQLQuery("SELECT trace_id, time, duration, spans, errors FROM traces WHERE trace_id = \(one[0].sql)")
            ).rows == [one])
        try await store.close()
    }

    @Test func resourcesAreThereOnceWithTheirAttributes() async throws {
        let store = try SegmentStore.writing(folder)
        for service in ["tutor", "edge", "tutor"] {
            _ = try await store.append(
                TracesData([.sample(trace: 1, span: 1)], service: service).protobuf(), of: .traces)
            try await store.flush()
        }
        let table = try await store.sql(SQLQuery("SELECT service, \"service.name\" FROM resources ORDER BY 1"))
        #expect(table.rows == [[.text("edge"), .text("edge")], [.text("tutor"), .text("tutor")]])
        try await store.close()
    }

    @Test func quantilesTimesAndAgesHaveFunctions() async throws {
        let store = try SegmentStore.writing(folder)
        _ = try await store.append(TracesData((1...100).map { .sample(trace: $0, span: $0) }).protobuf(), of: .traces)
        #expect(try await store.value("SELECT quantile(value, 0.5) FROM json_each('[1,2,3,4,100]')") == .integer(3))
        #expect(try await store.value("SELECT quantile(duration, 0.99) FROM spans WHERE name = 'x'") == .null)
        #expect(try await store.value("SELECT iso(1700000000000000002)") == .text("2023-11-14T22:13:20.000000002Z"))
        #expect(try await store.value("SELECT iso(-1)") == .text("1969-12-31T23:59:59.999999999Z"))
        #expect(try await store.value("SELECT count(*) FROM spans WHERE time < ago('1h')") == .integer(100))
        #expect(
            try await store.value("WITH t AS MATERIALIZED (SELECT name FROM spans) SELECT count(*) FROM t")
                == .integer(100))
        #expect(await store.failure("SELECT ago('soon')")?.code == .invalid)
        try await store.close()
    }

    // MARK: Push-down

    @Test func conditionsSpareReadingAndExplainSaysWhich() async throws {
        let groupsRead = Counter()
        var options = SegmentStore.Options(flushInterval: .seconds(3_600))
        options.observe = { event in
            if case .queried(let count) = event { groupsRead.value.withLock { $0 = count } }
        }
        let store = try SegmentStore.open(writing: folder.path, options: options)
        for part in UInt64(0)..<6 {
            let spans = (1...UInt64(50)).map { number in
                var span = Span.sample(trace: part * 1_000 + number, span: number, requestID: "r-\(part)-\(number)")
                span.startTimeUnixNano = (part + 1) * 1_000_000
                span.endTimeUnixNano = span.startTimeUnixNano + part + 1
                span.status = part == 2 ? Span.Status(code: .error) : nil
                return span
            }
            _ = try await store.append(TracesData(spans, service: "service-\(part)").protobuf(), of: .traces)
            try await store.flush()
        }
        func groups(_ condition: String) async throws -> Int {
            _ = try await store.sql(SQLQuery("SELECT count(*), min(name) FROM spans WHERE \(condition)"))
            return groupsRead.value.withLock { $0 }
        }
        #expect(try await groups("1") == 6)
        #expect(try await groups("service = 'service-3'") == 1)
        #expect(try await groups("service IN ('service-3', 'service-4')") == 2)
        #expect(try await groups("time >= 5000000") == 2)
        #expect(try await groups("time BETWEEN 2000000 AND 3000000") == 2)
        #expect(try await groups("trace_id = '\(TraceID(high: 7, low: 2_003).hex)'") == 1)
        #expect(try await groups("\"request.id\" = 'r-4-7'") == 1)
        #expect(try await groups("\"request.id\" = 'r-9-7'") == 0)
        #expect(try await groups("status = 'error'") == 1)
        #expect(try await groups("duration > 5") == 1)
        #expect(try await groups("service = 'service-3' COLLATE NOCASE") == 6)
        #expect(try await groups("upper(service) = 'SERVICE-3'") == 6)

        let plan = try await store.sql(
            SQLQuery(
                "EXPLAIN QUERY PLAN SELECT count(*) FROM spans WHERE service IN ('a', 'b') AND time > 5 "
                    + "AND \"http.route\" = '/' AND name GLOB 'GET*' AND status_message = 'x'"))
        let detail = try #require(plan.rows.first?.last?.string)
        for part in ["service IN (…)", "time > ?", "\"http.route\" = ?", "name GLOB ?"] {
            #expect(detail.contains(part))
        }
        #expect(!detail.contains("status_message"))
        #expect(
            try await store.sql(SQLQuery("EXPLAIN QUERY PLAN SELECT * FROM logs")).rows[0].last?.string?.contains(
                "every row") == true)
        try await store.close()
    }

    // MARK: Hostile statements

    @Test(arguments: [
        "INSERT INTO spans(name) VALUES ('x')", "DELETE FROM spans", "UPDATE spans SET name = 'x'", "DROP TABLE spans",
        "CREATE TABLE t(x)", "CREATE TEMP TABLE t AS SELECT 1", "ATTACH '/etc/passwd' AS p", "DETACH main",
        "PRAGMA table_list", "SELECT * FROM pragma_table_list", "PRAGMA temp_store_directory = '/'",
        "VACUUM INTO '/tmp/x'",
        "SELECT load_extension('x')", "SELECT * FROM sqlite_master", "SELECT * FROM dbstat",
        "SELECT * FROM sqlite_stmt",
        "BEGIN", "SELECT 1; SELECT 2", "", "-- nothing", "SELECT", "nonsense", "SELECT nothing FROM spans",
        "SELECT * FROM nowhere", "SELECT zeroblob(1000000000)", "SELECT service FROM spans WHERE service = \"tutor\"",
        "SELECT hex(printf('%10000000d', 1))", "ANALYZE", "REINDEX", "SAVEPOINT a",
        "CREATE VIRTUAL TABLE v USING fts5(x)", "SELECT fts3_tokenizer('x')",
        "EXPLAIN INSERT INTO spans(name) VALUES (1)",
    ])
    func whatIsNoQueryOfTheTablesIsInvalid(statement: String) async throws {
        let store = try SegmentStore.writing(folder)
        _ = try await store.append(TracesData([.sample(trace: 1, span: 1)]).protobuf(), of: .traces)
        let error = try #require(await store.failure(statement))
        #expect(error.code == .invalid, "\(error)")
        #expect(try await store.value("SELECT count(*) FROM spans") == .integer(1))
        try await store.close()
    }

    @Test(arguments: [
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION SELECT i + 1 FROM n) SELECT sum(i) FROM n",
        "SELECT count(*) FROM spans a, spans b, spans c, spans d, spans e WHERE a.name || b.name || c.name = d.name || e.name",
    ])
    func aStatementWithoutEndExpires(statement: String) async throws {
        let store = try SegmentStore.writing(folder)
        _ = try await store.append(TracesData((1...200).map { .sample(trace: $0, span: $0) }).protobuf(), of: .traces)
        let error = await #expect(throws: StoreError.self) {
            try await store.sql(SQLQuery(statement, timeout: .milliseconds(200)))
        }
        #expect(error?.code == .expired, "\(String(describing: error))")
        try await store.close()
    }

    @Test func anAnswerThatNobodyWaitsForEnds() async throws {
        let store = try SegmentStore.writing(folder)
        let question = Task {
            try await store.sql(
                SQLQuery(
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
                    timeout: .seconds(600)))
        }
        question.cancel()
        let error = await #expect(throws: StoreError.self) { try await question.value }
        #expect(error?.code == .expired)
        try await store.close()
    }

    @Test func anAnswerEndsAtItsRowsAndSaysSo() async throws {
        let store = try SegmentStore.writing(folder)
        _ = try await store.append(TracesData((1...20).map { .sample(trace: $0, span: $0) }).protobuf(), of: .traces)
        let cut = try await store.sql(SQLQuery("SELECT name FROM spans", rowsMax: 5))
        #expect(cut.rows.count == 5 && cut.isTruncated)
        let whole = try await store.sql(SQLQuery("SELECT name FROM spans", rowsMax: 20))
        #expect(whole.rows.count == 20 && !whole.isTruncated)
        try await store.close()
    }

    @Test func aTableSurvivesJSON() throws {
        let table = SQLTable(
            columns: ["a", "b"],
            rows: [
                [.null, .integer(.min)], [.real(5), .real(-.infinity)], [.text("NULL"), .text("")],
                [.blob([0, 255]), .real(0.1)],
            ], isTruncated: true)
        #expect(try SQLTable(json: table.json()) == table)
        let query = SQLQuery("SELECT 1", rowsMax: 7, timeout: .milliseconds(1_500))
        #expect(try SQLQuery(json: query.json()) == query)
    }
}
