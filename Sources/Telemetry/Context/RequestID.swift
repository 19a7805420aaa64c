public import Tracing

/// The name under which people ask for a request: made where it enters, carried with it everywhere.
enum RequestID {
    static let baggageName = "request.id"
    static let headerName = "x-request-id"
    static let attributeName = "request.id"

    /// `req-` and 16 random hexadecimal digits: among a hundred million requests two are alike once in 3,700 times.
    static func make() -> String {
        "req-" + RandomID.hex()
    }

    /// Visible ASCII that neither header nor terminal can misread; anything else from outside is not taken.
    static func isValid(_ text: String) -> Bool {
        (1...Limits.requestIDBytesMax).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
            }
    }
}

extension InstrumentationContext {
    /// The id of the request that is being served; carried as baggage `request.id`.
    public var requestID: String? {
        get { baggage[RequestID.baggageName] }
        set { baggage[RequestID.baggageName] = newValue }
    }
}
