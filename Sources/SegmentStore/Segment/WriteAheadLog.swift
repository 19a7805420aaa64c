import Foundation
import Glibc
import TelemetryStore

/// The write-ahead log that SQLite keeps beside a segment while it is written.
enum WriteAheadLog {
    private static let chunkBytes = 1 << 20

    static func path(of segment: String) -> String { segment + "-wal" }

    /// Writes the log that an earlier process left once more, byte for byte, and syncs it.
    ///
    /// A process whose sync failed leaves bytes that can be read and are not on disk, nor will any later sync put them there.
    /// SQLite trusts what it reads: it would put our commits behind them, and copy them into the database file, and after a
    /// power cut the commits would be lost or the file torn. No process may be writing the segment.
    ///
    /// Errors: `.full` and `.unavailable`; the log is as it was.
    /// Cost:   the log is at most some tens of megabytes, and there is none after a clean stop.
    static func renew(of segment: String) throws(StoreError) {
        let path = path(of: segment)
        let file = Glibc.open(path, O_RDWR | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return }
            throw StoreError(failingTo: "open the write-ahead log", at: path)
        }
        defer { Glibc.close(file) }
        var chunk = [UInt8](repeating: 0, count: chunkBytes)
        var offset = 0
        while true {
            let count = pread(file, &chunk, chunkBytes, offset)
            guard count >= 0 else { throw StoreError(failingTo: "read the write-ahead log", at: path) }
            guard count > 0 else { break }
            let written = pwrite(file, chunk, count, offset)
            guard written > 0 else { throw StoreError(failingTo: "write the write-ahead log", at: path) }
            offset += written
        }
        guard fsync(file) == 0 else { throw StoreError(failingTo: "sync the write-ahead log", at: path) }
    }
}
