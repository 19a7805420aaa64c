import Synchronization
import TelemetryStore

/// The content of a compressed frame.
///
/// Its memory goes from one frame to the next: to be given new memory by the system costs a fifth of what it costs to inflate
/// into it.
final class Frame: Sendable {
    /// The content, and behind it what is left of another one.
    let bytes: [UInt8]
    let count: Int

    static let empty = Frame([])

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        count = bytes.count
    }

    /// Inflates one frame whose content size is written in its header.
    init(inflating frame: UnsafeRawBufferPointer) throws(StoreError) {
        let size = try Zstandard.contentSize(frame)
        count = size
        guard Limits.keptFrameBytes.contains(size), var room = Frame.idle.withLock({ Frame.room(for: size, in: &$0) })
        else {
            bytes = try Zstandard.decompress(frame)
            return
        }
        try Zstandard.decompress(frame, into: &room)
        bytes = room
    }

    deinit {
        guard Limits.keptFrameBytes.contains(bytes.count) else { return }
        Frame.idle.withLock { idle in
            if idle.count < Limits.keptFrames {
                idle.append(bytes)
            } else if let smallest = idle.indices.min(by: { idle[$0].count < idle[$1].count }),
                idle[smallest].count < bytes.count
            {
                idle[smallest] = bytes
            }
        }
    }

    private static let idle = Mutex<[[UInt8]]>([])

    private static func room(for count: Int, in idle: inout [[UInt8]]) -> [UInt8]? {
        idle.firstIndex { $0.count >= count }.map { idle.remove(at: $0) }
    }
}
