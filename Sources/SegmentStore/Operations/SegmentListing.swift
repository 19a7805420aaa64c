public import OTLP
public import TelemetryStore

/// What `segments list` tells of one file.
public struct SegmentListing: Hashable, Sendable {
    public enum State: String, Sendable {
        /// Written now, or when its writer ended.
        case active
        /// Ended, and not sealed yet.
        case unsealed
        case sealed
        /// Cannot be opened.
        case damaged
    }

    public var file: String
    /// The segments that the file stands for.
    public var numbers: ClosedRange<Int>
    /// How often its records were rewritten.
    public var generation: Int
    public var state: State
    /// Spans, log records and points.
    public var records: [Signal: Int]
    /// Of its records, in nanoseconds since the Unix epoch; `nil` when none has a time.
    public var time: ClosedRange<UInt64>?
    public var bytes: Int
}

extension SegmentStore {
    /// All segments of a folder, oldest first; also while another process writes it.
    public static func segments(of path: String) throws(StoreError) -> [SegmentListing] {
        let folder = StoreFolder(path: path)
        let names = try folder.segments()
        let active = names.last { !$0.isSealed }
        return names.compactMap { name in
            let file = folder.path(name)
            var listing = SegmentListing(
                file: name.fileName, numbers: name.numbers, generation: name.generation,
                state: name.isSealed ? .sealed : name == active ? .active : .unsealed, records: [:], time: nil,
                bytes: ([""] + FileNames.companions).reduce(0) { $0 + StoreFolder.byteCount(of: file + $1) })
            do throws(StoreError) {
                var times = TimeRange()
                for block in try Segment.open(readOnly: file, name: name, keys: []).blocks({ _ in
                    listing.state = .damaged
                }) {
                    for signal in Signal.allCases { listing.records[signal, default: 0] += block.counts[signal] }
                    times.include(block.times)
                }
                if !times.isEmpty { listing.time = times.first...times.last }
            } catch {
                // One that a compaction has replaced since the folder was listed is no segment any more.
                guard StoreFolder.isFile(file) else { return nil }
                listing.state = .damaged
            }
            return listing
        }
    }
}
