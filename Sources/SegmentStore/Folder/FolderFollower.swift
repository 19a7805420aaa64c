import Synchronization
import TelemetryStore

/// Keeps the list of segments true to a folder that another process may be writing.
final class FolderFollower: Sendable {
    private let folder: StoreFolder
    private let keys: [CorrelationKey]
    private let segments: SegmentList
    private let observe: @Sendable (StoreEvent) -> Void
    private let listed = Mutex<Int?>(nil)

    init(
        _ folder: StoreFolder, keys: [CorrelationKey], segments: SegmentList,
        observe: @escaping @Sendable (StoreEvent) -> Void
    ) {
        self.folder = folder
        self.keys = keys
        self.segments = segments
        self.observe = observe
    }

    /// Lists the folder when files have come or gone since the last time, and opens what is new.
    func follow() throws(StoreError) {
        let modified = folder.modificationTime()
        if let modified, listed.withLock({ $0 == modified }) { return }
        for _ in 0..<Limits.listingAttemptsMax where try list() { break }
        listed.withLock { $0 = modified }
    }

    /// Whether every file that was listed could be opened: one that a compaction has replaced in between is gone.
    private func list() throws(StoreError) -> Bool {
        let known = Dictionary(uniqueKeysWithValues: segments.all.map { ($0.name, $0) })
        let names = try folder.segments()
        let catalog = names.allSatisfy { known[$0] != nil } ? SegmentCatalog() : SegmentCatalog(of: folder)
        let opened = try names.concurrentMap { name throws(StoreError) -> Opened in
            if let segment = known[name] { return .segment(segment) }
            if let segment = Segment(name, in: folder, knownTo: catalog, keys: keys) { return .segment(segment) }
            do throws(StoreError) {
                return .segment(try Segment.open(readOnly: folder.path(name), name: name, keys: keys))
            } catch {
                guard StoreFolder.isFile(folder.path(name)) else { return .gone }
                observe(.damaged(error))
                return .damaged
            }
        }
        var segments: [Segment] = []
        for opened in opened {
            switch opened {
            case .segment(let segment): segments.append(segment)
            case .damaged: break
            case .gone: return false
            }
        }
        self.segments.replaceAll(segments)
        return true
    }

    private enum Opened {
        case segment(Segment)
        case damaged
        case gone
    }
}
