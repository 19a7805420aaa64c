import Telemetry
import Testing
import Tracing

/// `baggage`: the grammar and the limits of W3C Baggage, and the merging rules of OpenTelemetry.
@Suite struct BaggageTests {
    @Test(
        arguments: [
            ("SomeKey=SomeValue", ["SomeKey": "SomeValue"]), ("SomeKey =SomeValue", ["SomeKey": "SomeValue"]),
            ("SomeKey \t=\t SomeValue \t", ["SomeKey": "SomeValue"]), ("SomeKey=", ["SomeKey": ""]),
            ("SomeKey=SomeValue=equals", ["SomeKey": "SomeValue=equals"]),
            ("SomeKey=SomeValue,SomeKey2=SomeValue2", ["SomeKey": "SomeValue", "SomeKey2": "SomeValue2"]),
            ("SomeKey=%09%20%22%27%3B%3Dasdf%21%40%23%24%25%5E%26%2A%28%29", ["SomeKey": "\t \"';=asdf!@#$%^&*()"]),
            (
                "userId=Am%C3%A9lie,serverNode=DF%2028,isProduction=false",
                ["userId": "Amélie", "serverNode": "DF 28", "isProduction": "false"]
            ),
            ("serverNode = DF%2028 , isProduction = false", ["serverNode": "DF 28", "isProduction": "false"]),
            ("k=%FF%FE", ["k": "\u{FFFD}\u{FFFD}"]), ("k=%", ["k": "%"]), ("k=%2", ["k": "%2"]),
            ("k=%zz", ["k": "%zz"]),
            ("!#$%&'*+-.^_`|~=1", ["!#$%&'*+-.^_`|~": "1"]),
            ("a=1;p,b=2;x=y; z = 1", ["a": "1", "b": "2"]),
            ("a=1,a=2", ["a": "2"]),
        ] as [(String, [String: String])])
    func aMemberIsReadWithItsValueDecoded(header: String, entries: [String: String]) {
        let baggage = BaggagePropagator.parse(header)
        #expect(Set(baggage.names) == Set(entries.keys))
        for (name, value) in entries { #expect(baggage[name] == value) }
    }

    @Test(
        arguments: [
            ("", []), (",", []), ("no-equals", []), ("=v", []), ("a b=c", []), ("a=1,,b=2", ["a", "b"]),
            ("a=\u{1B}[31m,b=2", ["b"]), ("ключ=1,b=2", ["b"]), ("a\"b=1,b=2", ["b"]), ("a=1;\u{0},b=2", ["b"]),
            (";a=1,b=2", ["b"]), ("a;x=1,b=2", ["b"]), ("a=é,b=2", ["b"]), ("(a)=1,b=2", ["b"]),
        ] as [(String, [String])])
    func aBrokenMemberDoesNotTakeItsNeighbours(header: String, names: [String]) {
        #expect(BaggagePropagator.parse(header).names == names)
    }

    @Test func orderAndPropertiesArePassedOnAsTheyCame() {
        let header = "user.id=4711, request.id=req-1 ;ttl=1;secret, city=Z%C3%BCrich"
        let baggage = BaggagePropagator.parse(header)
        #expect(baggage.names == ["user.id", "request.id", "city"])
        #expect(BaggagePropagator.text(baggage) == "user.id=4711,request.id=req-1;ttl=1;secret,city=Z%C3%BCrich")
    }

    @Test func everyCharacterOfAValueSurvivesTheHeader() throws {
        var baggage = Baggage()
        let value = String(decoding: Array(1...0x7F) as [UInt8], as: UTF8.self) + "ü€😀"
        baggage["k"] = value
        let header = try #require(BaggagePropagator.text(baggage))
        #expect(header.utf8.allSatisfy { (0x21...0x7E).contains($0) })
        #expect(!header.dropFirst(2).contains { " \",;\\".contains($0) })
        #expect(BaggagePropagator.parse(header)["k"] == value)
    }

    @Test(arguments: ["", "a b", "a,b", "ключ", "a=b", "a\u{0}"])
    func aNameThatIsNoTokenIsNotSent(name: String) {
        var baggage = Baggage()
        baggage[name] = "1"
        baggage["b"] = "2"
        #expect(BaggagePropagator.text(baggage) == "b=2")
    }

    @Test func sixtyFourMembersOf8192BytesPassWhole() throws {
        // 64 members and 63 commas.
        let members = (10..<74).map { "k\($0)=\(String(repeating: "v", count: 123))" }
        let header = members.joined(separator: ",") + String(repeating: "v", count: 8192 - 64 * 127 - 63)
        #expect(header.utf8.count == 8192)
        let baggage = BaggagePropagator.parse(header)
        #expect(baggage.names.count == 64)
        #expect(BaggagePropagator.text(baggage)?.utf8.count == 8192)
    }

    @Test func beyond8192BytesMembersAreLeftOutWhole() throws {
        let long = String(repeating: "x", count: 5_000)
        #expect(BaggagePropagator.parse("a=1,b=\(long),c=\(long),d=4").names == ["a", "b"])
        #expect(BaggagePropagator.parse("a=\(String(repeating: "x", count: 9_000))").isEmpty)

        var baggage = Baggage()
        for name in ["a", "b", "c"] { baggage[name] = long }
        baggage["d"] = "4"
        let header = try #require(BaggagePropagator.text(baggage))
        #expect(BaggagePropagator.parse(header).names == ["a", "d"])
    }

    @Test func beyond180MembersTheRestIsLeftOut() throws {
        let header = (1...200).map { "k\($0)=1" }.joined(separator: ",")
        let baggage = BaggagePropagator.parse(header)
        #expect(baggage.names.count == 180)
        #expect(baggage.names.last == "k180")
    }

    @Test func aHeaderOfNothingButCommasCostsNothing() {
        #expect(BaggagePropagator.parse(String(repeating: ",", count: 1 << 20)).isEmpty)
    }

    @Test func anEmptyHeaderLeavesWhatWasThere() {
        var context = InstrumentationContext.topLevel
        context.baggage["k"] = "1"
        BaggagePropagator().extract({ _ in "" }, into: &context)
        #expect(context.baggage["k"] == "1")
    }
}
