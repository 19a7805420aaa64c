import Synchronization
import TelemetryStore

/// The segments that queries read, as of one moment after another.
final class SegmentList: Sendable {
    private let segments: Mutex<[Segment]>

    init(_ segments: [Segment] = []) {
        self.segments = Mutex(segments)
    }

    /// Oldest first.
    var all: [Segment] { segments.withLock { $0 } }

    func segment(_ name: SegmentName) -> Segment? { segments.withLock { $0.first { $0.name == name } } }

    func insert(_ segment: Segment) {
        segments.withLock { segments in
            let place = segments.firstIndex { $0.name.numbers.lowerBound > segment.name.numbers.lowerBound }
            segments.insert(segment, at: place ?? segments.count)
        }
    }

    /// Puts one in the place of several in one step: a query sees the records of these once, before or after.
    func replace(_ names: [SegmentName], with segment: Segment) {
        segments.withLock { segments in
            let place = segments.firstIndex { names.contains($0.name) } ?? segments.count
            segments.insert(segment, at: place)
            // Also what an earlier file stood for that could be published and then not be opened.
            segments.removeAll { names.contains($0.name) || segment.name.shadows($0.name) }
        }
    }

    func remove(_ name: SegmentName) {
        segments.withLock { $0.removeAll { $0.name == name } }
    }

    func replaceAll(_ segments: [Segment]) {
        self.segments.withLock { $0 = segments }
    }
}
