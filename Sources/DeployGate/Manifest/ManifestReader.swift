/// Reads one kind of manifest: the port that every format sits behind.
protocol ManifestReader: SendableMetatype {
    /// Whether this file is one of its kind.
    static func recognises(_ file: ManifestFile) -> Bool

    /// Errors: a file that is of this kind and still cannot be used. What is merely not understood becomes a note or an
    ///         unresolved value.
    static func read(_ file: ManifestFile, parameters: [String: String]) throws(ManifestError) -> Manifest
}

extension Manifest {
    private static let readers: [any ManifestReader.Type] = [
        CloudFormationReader.self, ServerlessReader.self, CloudRunReader.self, CloudFunctionsReader.self,
        AzureFunctionsReader.self, FunctionsFileReader.self,
    ]

    /// Reads a manifest of whichever kind it is.
    ///
    /// - Parameter parameters: values for the template's parameters; they win over its defaults.
    public static func read(_ file: ManifestFile, parameters: [String: String] = [:]) throws(ManifestError) -> Manifest
    {
        guard let reader = readers.first(where: { $0.recognises(file) }) else {
            throw ManifestError(
                "cannot tell what kind of manifest this is; must be \(ManifestFormat.allCases.map(\.rawValue).joined(separator: ", "))",
                at: file.root.place)
        }
        let manifest = try reader.read(file, parameters: parameters)
        guard manifest.functions.count <= Limits.functionsMax else {
            throw ManifestError(
                "cannot judge \(manifest.functions.count) functions; must be at most \(Limits.functionsMax)",
                at: file.root.place)
        }
        return manifest
    }
}

/// Why a file cannot be used. The caller's mistake: nothing was judged.
public struct ManifestError: Error, Hashable, Sendable, CustomStringConvertible {
    public var message: String
    public var place: Place

    init(_ message: String, at place: Place) {
        self.message = message
        self.place = place
    }

    public var description: String { "\(place): \(message)" }
}
