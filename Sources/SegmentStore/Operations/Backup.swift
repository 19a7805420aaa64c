import Glibc
public import TelemetryStore

extension SegmentStore {
    /// Copies a folder to a new one that opens by itself, while another process may be writing it. The copy holds every record
    /// that was acked before the call, once.
    ///
    /// 1. List the segments. Copy those that are not copied yet: sealed ones as files, others through SQLite, as of one moment.
    /// 2. List again. When a segment was sealed or compacted meanwhile, take the copies of what it replaced away, and repeat.
    ///
    /// Errors: `.invalid` when there is something at the target already; `.full` and the like as they come.
    /// - Returns: how many segments the copy has.
    @discardableResult
    public static func backup(_ path: String, to target: String) throws(StoreError) -> Int {
        let source = StoreFolder(path: path)
        let copy = StoreFolder(path: target)
        try copy.create()
        guard try copy.fileNames().isEmpty else {
            throw StoreError(.invalid, "cannot back up: the target folder is not empty; name a new one", place: target)
        }
        var copied: Set<SegmentName> = []
        for _ in 0..<Limits.backupPassesMax {
            let names = Set(try source.segments())
            for gone in copied.subtracting(names) {
                try copy.remove(gone)
                copied.remove(gone)
            }
            for name in names.subtracting(copied) where try copySegment(name, from: source, to: copy) {
                copied.insert(name)
            }
            if Set(try source.segments()) == copied {
                guard !copied.isEmpty else {
                    throw StoreError(
                        .unreadable,
                        "cannot back up: the data folder holds no segments; is it the collector's --data-dir?",
                        place: path)
                }
                copy.leave(source.correlationKeys(besides: []))
                return copied.count
            }
        }
        throw StoreError(
            .unavailable, "cannot back up: segments were replaced faster than they were copied; try again", place: path)
    }

    /// `false` when the segment was replaced before it was copied.
    private static func copySegment(
        _ name: SegmentName, from source: StoreFolder, to copy: StoreFolder
    ) throws(StoreError) -> Bool {
        let unfinished = copy.path(name) + FileNames.unfinishedSuffix
        do throws(StoreError) {
            if name.isSealed {
                try StoreFolder.copyFile(source.path(name), to: unfinished)
            } else {
                try Segment.open(readOnly: source.path(name), name: name, keys: []).copy(to: unfinished)
            }
        } catch {
            StoreFolder.removeFile(unfinished)
            guard StoreFolder.isFile(source.path(name)) else { return false }
            throw error
        }
        try copy.publish(unfinished, as: name)
        return true
    }
}
