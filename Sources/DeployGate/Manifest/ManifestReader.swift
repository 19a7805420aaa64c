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
        guard file.name != "function.json" else {
            throw ManifestError(
                "cannot judge a function.json alone; give the host.json of its app, in the folder above",
                at: file.root.place)
        }
        var manifest: Manifest?
        var notes: [Note] = []
        for document in file.documents {
            guard let reader = readers.first(where: { $0.recognises(document) }) else {
                notes.append(note(onUnknown: document))
                continue
            }
            let read = try reader.read(document, parameters: parameters)
            if manifest == nil { manifest = read } else { manifest?.append(read) }
        }
        guard var manifest else {
            throw ManifestError(
                "cannot tell what kind of manifest this is; must be \(ManifestFormat.allCases.map(\.rawValue).joined(separator: ", "))",
                at: file.root.place)
        }
        manifest.files = [file.path] + file.functionFiles.map(\.path)
        manifest.notes += notes
        guard manifest.functions.count <= Limits.functionsMax else {
            throw ManifestError(
                "cannot judge \(manifest.functions.count) functions; must be at most \(Limits.functionsMax)",
                at: file.root.place)
        }
        return manifest
    }

    /// A document beside others that is none of a manifest: what says its kind is no function.
    private static func note(onUnknown document: ManifestFile) -> Note {
        let kind = document.root["kind"]?.text
        return Note(
            message: "a document of \(kind.map { "kind \(Quote.short($0))" } ?? "an unknown kind") is not judged",
            place: document.root.place, gap: kind == nil ? .unknown : nil)
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
