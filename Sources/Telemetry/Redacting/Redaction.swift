/// What must not leave the process: values of keys that name a secret, and text that looks like one.
///
/// It is applied to log fields, attributes of spans, events and links, messages and errors, before they are encoded.
public struct Redaction: Sendable {
    /// A value is hidden when its key contains one of these; case, `_`, `-`, `.` and `/` make no difference.
    public var keyParts: [String]
    /// A value is hidden when its key ends with one of these: `access_token`, but not `input_tokens`.
    public var keyEnds: [String]
    /// Text that is hidden wherever it stands.
    public var patterns: [RedactionPattern]

    public init(
        keyParts: [String] = Redaction.wellKnownKeyParts, keyEnds: [String] = Redaction.wellKnownKeyEnds,
        patterns: [RedactionPattern] = []
    ) {
        self.keyParts = keyParts
        self.keyEnds = keyEnds
        self.patterns = patterns
    }

    /// Values of keys that name a secret.
    public static let standard = Redaction()
    /// Nothing is hidden.
    public static let none = Redaction(keyParts: [], keyEnds: [])

    public static let wellKnownKeyParts = [
        "password", "passwd", "passphrase", "secretkey", "secretaccesskey", "clientsecret", "privatekey", "apikey",
        "authorization", "credential", "connectionstring", "cookie",
    ]
    public static let wellKnownKeyEnds = [
        "secret", "secrets", "token", "jwt", "accesskey", "accountkey", "signature", "pwd", "cvv", "iban", "ssn",
    ]

    /// What stands in place of a value.
    public static let replacement = "[redacted]"
}
