import CSystemCall
import Glibc
import Synchronization

/// Writes whole lines to a file descriptor, one after the other.
package final class LineOutput: Sendable {
    private let descriptor: Mutex<Int32>

    package static let standardOutput = LineOutput(descriptor: STDOUT_FILENO)

    package init(descriptor: Int32) {
        self.descriptor = Mutex(descriptor)
    }

    /// A line that cannot be written is lost: there is nowhere to say so.
    package func write(_ line: UnsafeRawBufferPointer) {
        descriptor.withLock { descriptor in
            var rest = line
            while !rest.isEmpty {
                let count = write_uncancelled(descriptor, rest.baseAddress, rest.count)
                if count == rest.count { return }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
        }
    }
}
