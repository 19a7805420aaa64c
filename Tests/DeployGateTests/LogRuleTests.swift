import DeployGate
import OTLP
import Testing

/// Log lines: what is right passes, and the one thing that is wrong is found.
@Suite struct LogRuleTests {
    @Test func aBareLineIsFound() throws {
        var sent = Sent()
        sent.changeLog = { record, number in
            guard number == 1 else { return }
            record = LogRecord(timeUnixNano: record.timeUnixNano, body: "something happened")
        }
        let judged = try Judged(sent)
        #expect(judged.open("TG-LOG-01") == ["fail edge"])
        #expect(judged.saw("TG-LOG-01").contains("1 of 3 lines"))
        sent.changeLog = { record, _ in
            record = LogRecord(timeUnixNano: record.timeUnixNano, body: #"{"level":"info"}"#)
        }
        #expect(try Judged(sent).open("TG-LOG-01") == [])
        sent.changeLog = { record, _ in record = LogRecord(timeUnixNano: record.timeUnixNano, body: #"{"level":"#) }
        #expect(try Judged(sent).open("TG-LOG-01") == ["fail edge"])
    }

    @Test func thePlatformsOwnLinesOnlyWarn() throws {
        var sent = Sent()
        sent.changeLog = { record, number in
            guard number == 1 else { return }
            record = LogRecord(
                timeUnixNano: record.timeUnixNano,
                body:
                    "REPORT RequestId: x\tDuration: 3 ms\tBilled Duration: 4 ms\tMemory Size: 256 MB\tMax Memory Used: 250 MB"
            )
        }
        let judged = try Judged(sent)
        #expect(judged.open("TG-LOG-01") == ["fail edge"])
        #expect(judged.blocking == [])
        #expect(judged.saw("TG-CFG-04").contains("peak 250 MB of 256 MB"), "its figures are used")
    }

    @Test func missingFieldsAreNamed() throws {
        var sent = Sent()
        sent.changeLog = { record, number in
            if number == 1 { record.attributes = [] }
            if number == 2 { record.severityNumber = .unspecified }
        }
        let judged = try Judged(sent)
        #expect(judged.open("TG-LOG-02") == ["fail edge"])
        #expect(judged.saw("TG-LOG-02").contains("level in 1") && judged.saw("TG-LOG-02").contains("request id in 1"))
        #expect(judged.open("TG-LOG-04") == ["fail edge"])
    }

    @Test func aLineThatNamesNoStoredSpanIsFound() throws {
        var sent = Sent()
        sent.changeLog = { record, number in if number == 1 { record.spanID = SpanID(99) } }
        #expect(try Judged(sent).open("TG-LOG-03") == ["fail edge"])
        sent.changeLog = { record, number in
            if number == 1 {
                record.spanID = .zero
                record.traceID = .zero
            }
        }
        #expect(try Judged(sent).open("TG-LOG-03") == ["fail edge"])
    }

    @Test func linesWithoutALevelDoNotHideDebugLines() throws {
        var sent = Sent()
        sent.changeLog = { record, number in record.severityNumber = number == 1 ? .unspecified : .debug }
        let saw = try Judged(sent, gate: Judged.gate + "environment: production\n").saw("TG-LOG-04")
        #expect(saw.contains("have no level; ") && saw.contains("in production"))
    }

    @Test func debugLinesAreFoundInProductionOnly() throws {
        var sent = Sent()
        sent.changeLog = { record, _ in record.severityNumber = .debug }
        #expect(try Judged(sent).open("TG-LOG-04") == [])
        #expect(try Judged(sent, gate: Judged.gate + "environment: production\n").open("TG-LOG-04") == ["fail edge"])
    }

    @Test(arguments: [
        "key AKIAIOSFODNN7EXAMPLE used", "Authorization: Bearer abc123def456ghi789", "card 4111 1111 1111 1111",
        "token ghp_1234567890abcdefghij1234567890abcdef", "-----BEGIN RSA PRIVATE KEY-----",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0",
    ])
    func secretsAreFoundAndNeverQuoted(_ text: String) throws {
        var sent = Sent()
        sent.changeLog = { record, number in if number == 1 { record.body = .string(text) } }
        let judged = try Judged(sent)
        #expect(judged.open("TG-LOG-05") == ["fail edge"])
        let report = String(decoding: ReportFormat.json.report(judged.verdict), as: UTF8.self)
        #expect(!report.contains(text), "the report tells the secret")
        sent.changeLog = { _, _ in }
        sent.changeEdge = { span, _ in span.attributes.append(Attribute("http.header", .string(text))) }
        #expect(try Judged(sent).open("TG-LOG-05") == ["fail edge"])
    }

    @Test(arguments: [
        "order 4111111111111112", "id 1234567890123456", "skipping step-by-step guidance for everybody",
        "Bearer of bad news",
        "a 0af7651916cd43dd8448eb211c80319c trace", "sk-learn-is-a-library-that-has-no-digits-at-all",
    ])
    func whatOnlyLooksLikeASecretIsNone(_ text: String) throws {
        var sent = Sent()
        sent.changeLog = { record, _ in record.body = .string(text) }
        #expect(try Judged(sent).open("TG-LOG-05") == [])
    }

    @Test func retentionIsMissed() throws {
        let manifest = Manifests.functions.replacing("    log-retention: 30 days\n", with: "")
        #expect(try Judged(manifest: manifest).open("TG-LOG-06") == ["fail edge", "fail worker"])
    }
}
