import Glibc
import TelemetryStore

/// The folder of a store: its names, its bytes, and what is done to its files as wholes.
struct StoreFolder: Sendable {
    let path: String

    func path(_ name: SegmentName) -> String { path + "/" + name.fileName }

    /// Creates the folder when it is missing, readable by its owner alone, and returns after its name is on disk.
    func create() throws(StoreError) {
        var partial = path.hasPrefix("/") ? "/" : ""
        var parent = "."
        for part in path.split(separator: "/") {
            if !partial.isEmpty { parent = partial }
            partial += partial.isEmpty || partial.hasSuffix("/") ? String(part) : "/" + part
            if mkdir(partial, 0o700) == 0 {
                try StoreFolder.sync(parent)
            } else if errno != EEXIST {
                throw StoreError(
                    .unreadable, "cannot create the data folder: \(reason()); name another --data-dir", place: partial)
            }
        }
        // A start that was cut short may have left the folder with a name that is not durable yet.
        try StoreFolder.sync(parent)
    }

    /// The files of segments that count, oldest first.
    func segments() throws(StoreError) -> [SegmentName] {
        SegmentName.visible(try fileNames().compactMap(SegmentName.init(fileName:)))
    }

    func fileNames() throws(StoreError) -> [String] {
        guard let directory = opendir(path) else {
            throw StoreError(
                .unreadable,
                "cannot read the data folder: it is missing or may not be listed; name the collector's --data-dir",
                place: path)
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Bytes of all files in the folder, SQLite's companions among them.
    func byteCount() -> Int {
        ((try? fileNames()) ?? []).reduce(0) { $0 + StoreFolder.byteCount(of: path + "/" + $1) }
    }

    static func isFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Whether every byte of a file can be read.
    func isReadable(_ name: SegmentName) -> Bool {
        let descriptor = Glibc.open(path(name), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count <= 0 { return count == 0 }
        }
    }

    static func byteCount(of path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : 0
    }

    /// When files last came or went; `nil` when the folder is gone.
    func modificationTime() -> Int? { StoreFolder.modificationTime(of: path) }

    /// Nanoseconds since the Unix epoch.
    static func modificationTime(of path: String) -> Int? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return status.st_mtim.tv_sec &* 1_000_000_000 &+ status.st_mtim.tv_nsec
    }

    // MARK: Whole files

    /// Puts a finished file in its place: its bytes are on disk before it has the name, and the name before this returns.
    func publish(_ unfinished: String, as name: SegmentName) throws(StoreError) {
        try StoreFolder.sync(unfinished)
        guard rename(unfinished, path(name)) == 0 else {
            throw StoreError(failingTo: "rename a segment", at: unfinished)
        }
        try StoreFolder.sync(path)
    }

    /// Removes a segment's file and what SQLite left beside it.
    func remove(_ name: SegmentName) throws(StoreError) {
        let file = path(name)
        for companion in FileNames.companions { unlink(file + companion) }
        guard unlink(file) == 0 || errno == ENOENT else { throw StoreError(failingTo: "remove a segment", at: file) }
        try StoreFolder.sync(path)
    }

    /// Removes a file, if it is there.
    static func removeFile(_ path: String) { unlink(path) }

    /// Copies a file that does not change.
    static func copyFile(_ path: String, to copy: String) throws(StoreError) {
        let input = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw StoreError(failingTo: "copy a segment", at: path) }
        defer { close(input) }
        let output = Glibc.open(copy, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw StoreError(failingTo: "copy a segment", at: copy) }
        defer { close(output) }
        var buffer = [UInt8](repeating: 0, count: Limits.copyBytes)
        while true {
            let count = read(input, &buffer, buffer.count)
            if count == 0 { return }
            guard count > 0 else { throw StoreError(failingTo: "copy a segment", at: path) }
            var written = 0
            while written < count {
                let result = buffer.withUnsafeBytes { write(output, $0.baseAddress! + written, count - written) }
                guard result > 0 else { throw StoreError(failingTo: "copy a segment", at: copy) }
                written += result
            }
        }
    }

    /// Puts a file with these bytes in the place of another, in one step. Not synced: for what can be made again.
    static func replaceFile(_ path: String, with bytes: [UInt8]) throws(StoreError) {
        let unfinished = path + FileNames.unfinishedSuffix
        let output = Glibc.open(unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw StoreError(failingTo: "write a file", at: unfinished) }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { write(output, $0.baseAddress! + written, bytes.count - written) }
            guard count > 0 else { break }
            written += count
        }
        close(output)
        guard written == bytes.count, rename(unfinished, path) == 0 else {
            let error = StoreError(failingTo: "write a file", at: path)
            unlink(unfinished)
            throw error
        }
    }

    /// All bytes of a file; `nil` when there is none, or it has more than `limit`.
    static func bytes(of path: String, limit: Int) -> [UInt8]? {
        let size = byteCount(of: path)
        let input = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { return nil }
        defer { close(input) }
        guard size <= limit else { return nil }
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
            while filled < size {
                let count = read(input, buffer.baseAddress! + filled, size - filled)
                guard count > 0 else { break }
                filled += count
            }
        }
        return bytes.count == size ? bytes : nil
    }

    /// Removes what no reader counts: shadowed segments and unfinished files.
    func removeLeftovers() throws(StoreError) {
        let names = try fileNames()
        for name in names where name.hasSuffix(FileNames.unfinishedSuffix) { unlink(path + "/" + name) }
        let all = names.compactMap(SegmentName.init(fileName:))
        for name in Set(all).subtracting(SegmentName.visible(all)) { try remove(name) }
    }

    /// Moves a file that cannot be opened out of the way, so that the rest goes on.
    func setAside(_ name: SegmentName) throws(StoreError) {
        let folder = try damagedFolder()
        let file = path(name)
        for companion in [""] + FileNames.companions {
            rename(file + companion, folder + "/" + name.fileName + companion)
        }
        try StoreFolder.sync(path)
    }

    /// Keeps a damaged file whose readable records are being written anew: it goes from its place, and stays in this one.
    func keepDamaged(_ name: SegmentName) throws(StoreError) {
        let kept = try damagedFolder() + "/" + name.fileName
        guard link(path(name), kept) == 0 || errno == EEXIST else {
            throw StoreError(failingTo: "keep a damaged segment", at: kept)
        }
    }

    private func damagedFolder() throws(StoreError) -> String {
        let folder = path + "/" + FileNames.damagedFolder
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw StoreError(failingTo: "set a damaged segment aside", at: folder)
        }
        return folder
    }

    /// Returns after a file's bytes are on disk, or a folder's names: what was made, renamed and removed there.
    ///
    /// A folder above the data folder that this process may not list is somebody else's to sync.
    static func sync(_ path: String) throws(StoreError) {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == EACCES { return }
            throw StoreError(failingTo: "open a file to sync it", at: path)
        }
        defer { close(descriptor) }
        // Some network file systems keep the names in a folder durable by themselves, and refuse the call.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw StoreError(failingTo: "sync a file", at: path) }
    }

    private func reason() -> String { String(cString: strerror(errno)) }
}
