import Telemetry
import Testing

/// `tracestate`: the grammar, the limits and the mutations of W3C Trace Context.
@Suite struct TraceStateTests {
    private static let keyCharacters = "abcdefghijklmnopqrstuvwxyz0123456789_-*/"
    private static let valueCharacters = String(
        decoding: (0x20...0x7E).filter { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "=") } as [UInt8], as: UTF8.self)

    @Test(
        arguments: [
            ("foo=1", "foo=1"), ("foo=1,bar=2", "foo=1,bar=2"), ("", ""), (" ", ""), (",", ""), (",,foo=1,,", "foo=1"),
            ("foo=1,", "foo=1"), (" , foo=1", "foo=1"),
            ("foo=1 \t , \t bar=2, \t baz=3", "foo=1,bar=2,baz=3"), ("foo=1\t \t,\t \tbar=2", "foo=1,bar=2"),
            (" foo=1", "foo=1"), ("\tfoo=1", "foo=1"), ("foo=1 ", "foo=1"), ("\t foo=1 \t", "foo=1"),
            // Spaces before a value are part of it.
            ("foo= 1", "foo= 1"), ("foo=a b", "foo=a b"),
            ("foo=1,foo=1", "foo=1"), ("foo=1,foo=2", "foo=1"), ("foo=1,bar=2,foo=3", "foo=1,bar=2"),
            ("1foo=1", "1foo=1"), ("foo@=1,bar=2", "foo@=1,bar=2"), ("foo@@bar=1", "foo@@bar=1"),
            ("foo@bar@baz=1", "foo@bar@baz=1"),
            ("\(keyCharacters)=\(valueCharacters)", "\(keyCharacters)=\(valueCharacters)"),
            ("\(keyCharacters)@a-z0-9_-*/=\(valueCharacters)", "\(keyCharacters)@a-z0-9_-*/=\(valueCharacters)"),
        ] as [(String, String)])
    func aValidStateIsPassedOn(header: String, text: String) throws {
        #expect(try #require(TraceState(header)).text == text)
    }

    @Test(arguments: [
        "foo", "=1", "foo=", "foo=,bar=3", "foo =1", " foo =1", "FOO=1", "Foo=1", "foo.bar=1", "@foo=1,bar=2", "_foo=1",
        "-foo=1", "*foo=1", "/foo=1", "foo=bar=baz", "foo=\u{1B}[31m", "foo=é", "é=1", "foo=1,bar", "foo=\t1",
        "foo\u{0}=1", "foo=a\u{0}b", "foo=1;bar=2,x", "foo=a\tb", "foo= ",
    ])
    func anInvalidStateIsDroppedWhole(header: String) {
        #expect(TraceState(header) == nil)
    }

    @Test(arguments: [("z", 256, true), ("z", 257, false)])
    func aKeyHasAtMost256Characters(character: String, count: Int, isValid: Bool) {
        #expect((TraceState("foo=1,\(String(repeating: character, count: count))=1") != nil) == isValid)
    }

    @Test(arguments: [(241, 14), (242, 1), (1, 15), (1, 254)])
    func aKeyWithAnAtSignHasTheSameLimit(before: Int, after: Int) {
        let key = String(repeating: "t", count: before) + "@" + String(repeating: "v", count: after)
        #expect(TraceState("\(key)=1")?[key] == "1")
    }

    @Test(arguments: [(1, true), (256, true), (257, false)])
    func aValueHasAtMost256Characters(count: Int, isValid: Bool) {
        #expect((TraceState("foo=\(String(repeating: "x", count: count))") != nil) == isValid)
    }

    @Test func thereAreAtMost32MembersAndEmptyOnesDoNotCount() throws {
        let members = (1...33).map { "bar\($0)=\($0)" }
        #expect(try #require(TraceState(members.prefix(32).joined(separator: ", ,"))).members.count == 32)
        #expect(TraceState(members.joined(separator: ",")) == nil)
    }

    @Test func anOversizedHeaderIsNotEvenParsed() {
        #expect(TraceState(String(repeating: ",", count: 1 << 20)) == nil)
    }

    @Test func aChangedMemberMovesToTheFrontAndTheOthersKeepTheirOrder() throws {
        var state = try #require(TraceState("rojo=1,congo=2,baz=3"))
        state["congo"] = "9"
        #expect(state.text == "congo=9,rojo=1,baz=3")
        state["new"] = "0"
        #expect(state.text == "new=0,congo=9,rojo=1,baz=3")
        state["rojo"] = nil
        #expect(state.text == "new=0,congo=9,baz=3")
        state["absent"] = nil
        #expect(state.text == "new=0,congo=9,baz=3")
    }

    @Test func aThirtyThirdMemberTakesThePlaceOfTheLast() throws {
        var state = try #require(TraceState((1...32).map { "k\($0)=\($0)" }.joined(separator: ",")))
        state["ours"] = "x"
        #expect(state.members.count == 32)
        #expect(state.members.first?.key == "ours")
        #expect(state["k32"] == nil)
        #expect(state["k31"] == "31")
    }

    @Test(arguments: [
        ("Ours", "x"), ("ours", "a,b"), ("ours", "a=b"), ("ours", ""), ("ours", "x "), ("", "x"), ("ours", "é"),
    ])
    func whatTheHeaderCannotCarryIsNotSet(key: String, value: String) throws {
        var state = try #require(TraceState("foo=1"))
        state[key] = value
        #expect(state.text == "foo=1")
    }

    @Test func whatIsTooLongLosesItsLongMembersFirstAndThenItsLastOnes() throws {
        let long = String(repeating: "x", count: 200)
        let short = String(repeating: "y", count: 100)
        let some = try #require(TraceState("a=\(long),b=\(short),c=\(long),d=\(long),e=\(long),f=\(short),g=\(long)"))
        #expect(some.text == "a=\(long),b=\(short),c=\(long),d=\(long),e=\(long),f=\(short)".replacing("", with: ""))
        #expect(some.text.utf8.count <= 1024)

        let many = try #require(TraceState((1...20).map { "k\($0)=\(short)" }.joined(separator: ",")))
        #expect(many.text == (1...9).map { "k\($0)=\(short)" }.joined(separator: ","))
    }
}
