import Glibc
import Synchronization
import TelemetryStore

/// The right to write a store's folder: held by one process at a time and given back by its death, however it dies.
final class WriterLock: Sendable {
    private let descriptor: Mutex<Int32?>

    init(directory: String) throws(StoreError) {
        let path = directory + "/" + FileNames.lock
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StoreError(
                .unreadable, "cannot create the writer's lock: \(String(cString: strerror(errno)))", place: path)
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw StoreError(
                .unavailable,
                "cannot write this data folder: another collector is writing it; stop that one or give another --data-dir",
                place: directory)
        }
        self.descriptor = Mutex(descriptor)
    }

    deinit { release() }

    /// Gives the right back, once and for all.
    func release() {
        descriptor.withLock { descriptor in
            if let held = descriptor { close(held) }
            descriptor = nil
        }
    }
}
