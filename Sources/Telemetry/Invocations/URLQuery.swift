/// The query of a URL, which often carries what should not be seen: signatures, keys, one-time codes.
enum URLQuery {
    /// The query with the values hidden whose names are those of secrets.
    ///
    /// Source: OpenTelemetry semantic conventions, `url.query`, for the names of signed URLs.
    static func redacted(_ query: String, _ policy: ValuePolicy) -> String {
        query.split(separator: "&", omittingEmptySubsequences: false).map { parameter in
            guard let equals = parameter.firstIndex(of: "=") else { return String(parameter) }
            let name = PercentCoding.decode(parameter[..<equals])
            let isSecret = signedURLNames.contains(name.lowercased()) || name.withBytes { policy.hides($0) }
            return isSecret ? "\(parameter[...equals])\(Redaction.replacement)" : String(parameter)
        }.joined(separator: "&")
    }

    private static let signedURLNames: Set = ["awsaccesskeyid", "signature", "sig", "x-goog-signature"]
}
