import Synchronization
import TelemetryStore

/// Keeps the folder within the bytes that it may take.
///
/// The folder is measured after each flush; what is appended until the next counts by what it can become on disk. So the
/// bound holds between two measurements, too.
final class DiskBudget: Sendable {
    private let folder: StoreFolder
    private let bytesMax: Int?
    private let state: Mutex<(measured: Int, appended: Int)>

    init(_ folder: StoreFolder, bytesMax: Int?) {
        self.folder = folder
        self.bytesMax = bytesMax
        state = Mutex((folder.byteCount(), 0))
    }

    /// Errors: `.full` when the body could take the folder beyond its bound.
    func check(adding bytes: Int) throws(StoreError) {
        guard let bytesMax else { return }
        let fits = state.withLock { state in
            // A body can stand in the log and in the file before the next measurement.
            guard state.measured + state.appended + 2 * bytes <= bytesMax else { return false }
            state.appended += 2 * bytes
            return true
        }
        guard fits else {
            throw StoreError(
                .full,
                "cannot append: the data folder has reached its \(bytesMax) bytes; older segments are being retired",
                place: folder.path)
        }
    }

    func measure() {
        guard bytesMax != nil else { return }
        let measured = folder.byteCount()
        state.withLock { $0 = (measured, 0) }
    }

    /// Whether too little is left for what comes until the next measurement.
    var isTight: Bool {
        guard let bytesMax else { return false }
        let room = min(Limits.diskReserveBytes, bytesMax / 4)
        return state.withLock { $0.measured + room > bytesMax }
    }
}
