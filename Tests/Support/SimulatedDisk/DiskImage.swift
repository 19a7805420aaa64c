import Foundation

/// The files of a folder at rest: what a machine finds when it starts again.
public struct DiskImage: Hashable, Sendable {
    /// Folders, each after the one that holds it.
    public var directories: [String]
    public var files: [String: [UInt8]]

    public init(directories: [String] = [], files: [String: [UInt8]] = [:]) {
        self.directories = directories
        self.files = files
    }

    /// Puts the image into a folder, which is there and empty.
    public func write(to folder: String) throws {
        for directory in directories {
            try FileManager.default.createDirectory(
                atPath: folder + "/" + directory, withIntermediateDirectories: false)
        }
        for (path, bytes) in files {
            try Data(bytes).write(to: URL(filePath: folder + "/" + path))
        }
    }

    /// Whether a file is shared memory that happens to have a name: it is gone with the power.
    static func isMemory(_ path: String) -> Bool { path.hasSuffix("-shm") }
}
