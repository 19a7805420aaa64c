/// A folder as a disk and its file system hold it: what is durable, and what is not yet.
///
/// 1. A write or a truncation is pending until its *file* is synced; a name that is made, changed or removed until the
///    *folder* that holds it is. Syncing a file does not make its name durable.
/// 2. A sync that failed leaves the file's pending changes readable and never writes them, also when a later sync succeeds:
///    this is what Linux does.
/// 3. When the power goes, the durable state stays; of the pending changes stays what a `PowerCut` says.
public struct SimulatedDisk {
    /// Whether syncs do what they say. A disk that lies keeps everything pending for ever.
    private let honoursSync: Bool

    private var files: [FileID: File] = [:]
    private var names: [String: Entry] = [:]
    private var durableNames: [String: Entry] = [:]
    private var pendingNames: [Numbered<NameChange>] = []
    /// Counts operations; a file's id is the number of the operation that created it.
    private var clock = 0

    typealias FileID = Int

    enum Entry: Hashable {
        case file(FileID)
        case directory
    }

    enum NameChange {
        case put(String, Entry)
        case move(String, to: String, Entry)
        case remove(String)
    }

    enum ContentChange {
        case write(offset: Int, bytes: [UInt8])
        case truncate(length: Int)
    }

    struct Numbered<Change> {
        var number: Int
        var change: Change
    }

    struct File {
        var durable: [UInt8] = []
        var pending: [Numbered<ContentChange>] = []
    }

    /// A disk on which all of `image` is durable.
    public init(_ image: DiskImage = DiskImage(), honoursSync: Bool = true) {
        self.honoursSync = honoursSync
        for directory in image.directories { names[directory] = .directory }
        for (path, bytes) in image.files {
            clock += 1
            files[clock] = File(durable: bytes)
            names[path] = .file(clock)
        }
        durableNames = names
    }

    // MARK: What happens

    public mutating func apply(_ operation: DiskOperation) {
        clock += 1
        switch operation {
        case .create(let path):
            files[clock] = File()
            change(.put(path, .file(clock)))
        case .makeDirectory(let path): change(.put(path, .directory))
        case .rename(let path, let new):
            guard let entry = names[path] else { return }
            precondition(entry != .directory, "a simulated disk renames no folders")
            change(.move(path, to: new, entry))
        case .link(let path, let new):
            guard let entry = names[path] else { return }
            change(.put(new, entry))
        case .remove(let path): change(.remove(path))
        case .write(let path, let offset, let bytes): change(path, .write(offset: offset, bytes: bytes))
        case .truncate(let path, let length): change(path, .truncate(length: length))
        case .sync(let path): if honoursSync { sync(path) }
        case .failedSync(let path):
            if case .file(let file)? = names[path] { files[file]?.pending = [] }
        }
    }

    private mutating func change(_ change: NameChange) {
        change.apply(to: &names)
        pendingNames.append(Numbered(number: clock, change: change))
    }

    private mutating func change(_ path: String, _ change: ContentChange) {
        guard case .file(let file)? = names[path] else { return }
        files[file]?.pending.append(Numbered(number: clock, change: change))
    }

    private mutating func sync(_ path: String) {
        if case .file(let file)? = names[path] {
            for pending in files[file]?.pending ?? [] { pending.change.apply(to: &files[file]!.durable) }
            files[file]?.pending = []
        } else {
            for pending in pendingNames where pending.change.isIn(path) { pending.change.apply(to: &durableNames) }
            pendingNames.removeAll { $0.change.isIn(path) }
        }
    }

    // MARK: The power goes

    /// What is found when the power is back.
    public func survivors(of cut: PowerCut) -> DiskImage {
        var choice = cut.choice(among: pendingNames.map(\.number) + files.values.flatMap { $0.pending.map(\.number) })
        var found = durableNames
        for pending in pendingNames where choice.keeps(pending.number) { pending.change.apply(to: &found) }
        var contents: [FileID: [UInt8]] = [:]
        for (id, file) in files.sorted(by: { $0.key < $1.key }) {
            var bytes = file.durable
            for pending in file.pending {
                for part in choice.parts(of: pending) { part.apply(to: &bytes) }
            }
            contents[id] = bytes
        }
        var image = DiskImage()
        for (path, entry) in found.sorted(by: { $0.key < $1.key }) where isReachable(path, in: found) {
            switch entry {
            case .directory: image.directories.append(path)
            case .file(let id): image.files[path] = contents[id]
            }
        }
        return image
    }

    private func isReachable(_ path: String, in found: [String: Entry]) -> Bool {
        var folder = parent(of: path)
        while !folder.isEmpty {
            guard found[folder] == .directory else { return false }
            folder = parent(of: folder)
        }
        return true
    }
}

/// The folder that holds a path; "" is the outermost.
private func parent(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
}

extension SimulatedDisk.NameChange {
    func isIn(_ folder: String) -> Bool {
        switch self {
        case .put(let path, _), .remove(let path): parent(of: path) == folder
        case .move(let path, let new, _): parent(of: path) == folder || parent(of: new) == folder
        }
    }

    func apply(to names: inout [String: SimulatedDisk.Entry]) {
        switch self {
        case .put(let path, let entry): names[path] = entry
        case .move(let path, let new, let entry):
            names[path] = nil
            names[new] = entry
        case .remove(let path): names[path] = nil
        }
    }
}

extension SimulatedDisk.ContentChange {
    func apply(to bytes: inout [UInt8]) {
        switch self {
        case .write(let offset, let written):
            let end = offset + written.count
            if bytes.count < end { bytes.append(contentsOf: repeatElement(0, count: end - bytes.count)) }
            bytes.replaceSubrange(offset..<end, with: written)
        case .truncate(let length):
            if length < bytes.count {
                bytes.removeLast(bytes.count - length)
            } else {
                bytes.append(contentsOf: repeatElement(0, count: length - bytes.count))
            }
        }
    }
}
