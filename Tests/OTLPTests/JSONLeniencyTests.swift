import OTLP
import Testing

/// OTLP/JSON as senders write it: what the specification allows is read, what it forbids is refused.
@Suite struct JSONLeniencyTests {
    private func span(_ members: String) throws -> Span {
        let ids = #""traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174""#
        let json =
            #"{"resourceSpans":[{"scopeSpans":[{"spans":[{\#(ids)\#(members.isEmpty ? "" : ",")\#(members)}]}]}]}"#
        let data = try TracesData(json: Array(json.utf8))
        return try #require(data.resourceSpans.first?.scopeSpans.first?.spans.first)
    }

    @Test(arguments: [#""18446744073709551615""#, "18446744073709551615"])
    func sixtyFourBitIntegersAreReadAsStringsAndAsNumbers(number: String) throws {
        #expect(try span(#""startTimeUnixNano":\#(number)"#).startTimeUnixNano == .max)
    }

    @Test(arguments: [#""-9223372036854775808""#, "-9223372036854775808"])
    func attributeIntegersKeepEveryDigit(number: String) throws {
        let span = try span(#""attributes":[{"key":"k","value":{"intValue":\#(number)}}]"#)
        #expect(span.attributes["k"] == .int(.min))
    }

    @Test(arguments: ["2", #""SPAN_KIND_SERVER""#])
    func enumsAreReadAsNumbersAndByName(kind: String) throws {
        #expect(try span(#""kind":\#(kind)"#).kind == .server)
    }

    @Test func enumsAreWrittenAsNumbersAndIdsInHexadecimal() throws {
        let span = try span(#""kind":"SPAN_KIND_CLIENT","status":{"code":"STATUS_CODE_ERROR"}"#)
        let scope = ScopeSpans(spans: [span])
        let data = TracesData(resourceSpans: [ResourceSpans(scopeSpans: [scope])])
        let text = String(decoding: data.json(), as: UTF8.self)
        #expect(text.contains(#""kind":3"#) && text.contains(#""code":2"#))
        #expect(text.contains(#""traceId":"5b8efff798038103d269b633813fc60c""#))
    }

    @Test func idsInCapitalsAreTheSameIds() throws {
        let json =
            #"{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174"}]}]}]}"#
        let data = try TracesData(json: Array(json.utf8))
        #expect(data.resourceSpans.first?.scopeSpans.first?.spans.first?.spanID.hex == "eee19b7ec3c1b174")
    }

    @Test func unknownMembersAreIgnoredWhateverTheyHold() throws {
        let unknown = #""later":{"deep":[1,{"x":null},"\u0041"]},"name":"known","alsoLater":[[],{}]"#
        #expect(try span(unknown).name == "known")
    }

    @Test func absentAndNullMembersHaveTheirDefaults() throws {
        let span = try span(#""name":null,"attributes":null,"status":null,"parentSpanId":"""#)
        #expect(span.name.isEmpty && span.attributes.isEmpty && span.status == nil && span.parentSpanID.isZero)
    }

    @Test(arguments: [
        "5b8efff798038103d269b633813fc60", "zz8efff798038103d269b633813fc60c", "W47/94gDgQPSabYzgT/GDA==",
    ])
    func anIDThatIsNotHexadecimalCostsItsRecordAlone(id: String) throws {
        let good = #"{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","name":"good"}"#
        let bad = #"{"traceId":"\#(id)","spanId":"eee19b7ec3c1b174","name":"bad"}"#
        let json = #"{"resourceSpans":[{"scopeSpans":[{"spans":[\#(bad),\#(good)]}]}]}"#
        let decoded = try TracesData.decode(json: Array(json.utf8))
        #expect(decoded.data.resourceSpans.flatMap(\.scopeSpans).flatMap(\.spans).map(\.name) == ["good"])
        #expect(decoded.rejections.count == 1)
    }

    @Test(arguments: [
        #""startTimeUnixNano":"1.5""#, #""startTimeUnixNano":-1"#, #""startTimeUnixNano":"18446744073709551616""#,
        #""name":5"#, #""kind":"SPAN_KIND_NONSENSE""#, #""attributes":{}"#, #""name":"\ud800""#, #""name":"a"b"#,
    ])
    func whatTheSpecificationForbidsIsRefusedOrRejected(member: String) {
        let ids = #""traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174""#
        let json = #"{"resourceSpans":[{"scopeSpans":[{"spans":[{\#(ids),\#(member)}]}]}]}"#
        do throws(JSONError) {
            #expect(try TracesData.decode(json: Array(json.utf8)).rejections.count == 1)
        } catch {
            #expect(!error.description.isEmpty)
        }
    }
}
