/// What is about to be deployed, in words that belong to no provider.
public struct Manifest: Sendable {
    public var format: ManifestFormat
    public var provider: Provider
    /// In the order in which they stand in the file.
    public var functions: [FunctionDeclaration] = []
    public var budgets: [BudgetDeclaration] = []
    /// What the reader could not use, and says so.
    public var notes: [Note] = []
    /// The version being deployed, when the manifest names it.
    public var version: Declared<String> = .absent
    /// The files it was read from, the first is the one that was asked for.
    public var files: [String]

    public init(format: ManifestFormat, provider: Provider, files: [String]) {
        self.format = format
        self.provider = provider
        self.files = files
    }

    /// A part of the manifest that has no influence on the verdict because it is not understood.
    public struct Note: Hashable, Sendable {
        public var message: String
        public var place: Place
        /// What it is called there.
        public var subject: String?
        /// Why functions may stand in it that nobody judges: then nothing can be concluded (TG-GATE-01).
        public var gap: Gap?

        public enum Gap: Sendable {
            /// They are declared in another file.
            case otherFile
            /// It is not understood.
            case unknown
        }
    }

    /// Adds another manifest of the same deployment. What both say of a function is what this one says; the other fills in.
    public mutating func append(_ other: Manifest) {
        if !other.functions.isEmpty {
            // The other file has been given.
            for index in notes.indices where notes[index].gap == .otherFile { notes[index].gap = nil }
        }
        for function in other.functions {
            if let index = functions.firstIndex(where: { $0.name == function.name }) {
                functions[index].complete(with: function)
            } else {
                functions.append(function)
            }
        }
        budgets += other.budgets
        notes += other.notes
        version = version.or(other.version)
        files += other.files
        if provider == .local { provider = other.provider }
    }
}

/// The kinds of files that are read.
public enum ManifestFormat: String, CaseIterable, Sendable {
    case sam = "AWS SAM"
    case cloudFormation = "AWS CloudFormation"
    case serverless = "Serverless Framework"
    case cloudRun = "Google Cloud Run"
    case cloudFunctions = "Google Cloud Functions"
    case azureFunctions = "Azure Functions"
    case functions = "functions.yaml"
}

/// Who runs the functions. Its limits and prices stand in `Data/`, a dated file for each.
public enum Provider: String, CaseIterable, Sendable {
    case aws
    case googleCloud = "google-cloud"
    case azure
    /// A machine of one's own: no limits, no prices.
    case local
}
