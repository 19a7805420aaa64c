import Glibc
import Synchronization

/// Wakes one sleeping thread. Ringing never blocks, and rings before the sleep are not lost.
final class Bell: Sendable {
    private let reading = Atomic<Int32>(-1)
    private let writing = Atomic<Int32>(-1)

    init() { open() }

    deinit { close() }

    private func open() {
        var ends: [Int32] = [-1, -1]
        // Without descriptors left there is no waking early: the sleeper still wakes when its time is over.
        if pipe(&ends) != 0 { ends = [-1, -1] }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        reading.store(ends[0], ordering: .relaxed)
        writing.store(ends[1], ordering: .relaxed)
    }

    private func close() {
        _ = Glibc.close(reading.exchange(-1, ordering: .relaxed))
        _ = Glibc.close(writing.exchange(-1, ordering: .relaxed))
    }

    /// In a process that was forked: the descriptors are still the parent's.
    func reopen() {
        close()
        open()
    }

    func ring() {
        var byte: UInt8 = 1
        _ = write(writing.load(ordering: .relaxed), &byte, 1)
    }

    func wait(for duration: Duration) {
        let descriptor = reading.load(ordering: .relaxed)
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        poll(&waiting, 1, duration.pollMilliseconds)
        var bytes: (UInt64, UInt64) = (0, 0)
        while read(descriptor, &bytes, MemoryLayout.size(ofValue: bytes)) > 0 {}
    }
}

extension Duration {
    /// For `poll`: whole milliseconds, rounded up, at least 0.
    var pollMilliseconds: Int32 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let milliseconds =
            Int64(min(seconds, 1_000_000)) * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return Int32(clamping: milliseconds)
    }
}
