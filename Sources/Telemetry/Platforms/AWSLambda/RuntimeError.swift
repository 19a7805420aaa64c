import OTLP

/// An error of a handler, as the runtime API wants to be told of it.
///
/// Shape:  `{"errorMessage":…,"errorType":…,"stackTrace":[]}`.
struct RuntimeError: Sendable {
    var type: String
    var message: String

    init(type: String, message: String) {
        self.type = type
        self.message = message
    }

    init(_ error: any Error) {
        type = String(reflecting: Swift.type(of: error))
        message = String(describing: error)
    }

    var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("errorMessage", message)
            writer.member("errorType", type)
            writer.array("stackTrace") { _ in }
        }
        return writer.bytes
    }

    /// For a header: a type of Swift may hold brackets and spaces.
    var headerType: String {
        let text = type.unicodeScalars.map {
            $0.isASCII && $0.properties.isAlphabetic || "0123456789._".unicodeScalars.contains($0) ? Character($0) : "_"
        }
        return String(text.prefix(128))
    }
}
