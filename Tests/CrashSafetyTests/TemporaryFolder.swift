import Foundation

/// A fresh folder that goes away with its owner.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        // The kernel names files by their real path, and so does the recorder.
        path =
            URL(filePath: NSTemporaryDirectory()).resolvingSymlinksInPath().path + "/crash-safety-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
