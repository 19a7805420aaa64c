import Foundation

/// A manifest as it lies on disk, parsed but not yet understood.
public struct ManifestFile: Sendable {
    /// As the caller named it: what findings point to.
    public var path: String
    var root: SourceNode
    /// The documents behind the first one, when there are several in the file.
    var furtherDocuments: [SourceNode] = []
    /// For a function app that is a folder: each function's own file, in order of name.
    var functionFiles: [ManifestFile] = []

    public init(path: String, text: [UInt8]) throws(ManifestError) {
        self.path = path
        let documents = try SourceNode.parseAll(text, file: path)
        root = documents[0]
        furtherDocuments = Array(documents.dropFirst())
    }

    private init(path: String, root: SourceNode) {
        self.path = path
        self.root = root
    }

    /// Each document as a file of its own.
    var documents: [ManifestFile] {
        furtherDocuments.isEmpty ? [self] : ([root] + furtherDocuments).map { ManifestFile(path: path, root: $0) }
    }

    var name: String { String(path.split(separator: "/").last ?? "") }
    /// The folder that the file lies in.
    var folderName: String { String(path.split(separator: "/").dropLast().last ?? "") }

    /// Reads a file, and what lies beside it when the format keeps a function in a file of its own.
    public static func load(_ path: String) throws(ManifestError) -> ManifestFile {
        var isDirectory: ObjCBool = false
        let files = FileManager.default
        guard files.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw ManifestError("cannot read the manifest: there is no such file", at: Place(file: path, line: 1))
        }
        guard !isDirectory.boolValue else {
            return try load(path.hasSuffix("/") ? path + "host.json" : path + "/host.json")
        }
        var file = try ManifestFile(path: path, text: try bytes(of: path))
        guard file.name == "host.json" else { return file }
        let folder = path.dropLast(file.name.count)
        let names = (try? files.contentsOfDirectory(atPath: folder.isEmpty ? "." : String(folder))) ?? []
        for name in names.sorted() where files.fileExists(atPath: "\(folder)\(name)/function.json") {
            let functionPath = "\(folder)\(name)/function.json"
            file.functionFiles.append(try ManifestFile(path: functionPath, text: try bytes(of: functionPath)))
        }
        return file
    }

    /// The bytes of a file, and one more than may be read when it is too large.
    public static func bytes(of path: String) throws(ManifestError) -> [UInt8] {
        let place = Place(file: path, line: 1)
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw ManifestError("cannot read the file: is it there, and may it be read?", at: place)
        }
        defer { try? handle.close() }
        do {
            return [UInt8](try handle.read(upToCount: Limits.fileBytesMax + 1) ?? Data())
        } catch {
            throw ManifestError("cannot read the file: \(error.localizedDescription)", at: place)
        }
    }
}
