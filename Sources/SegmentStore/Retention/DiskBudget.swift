import Synchronization
import TelemetryStore

/// Keeps the folder within the bytes that it may take, at every moment.
///
/// The folder is measured after each flush, and again before anything is refused. What was taken since counts by the most
/// that it can become on disk; so does what waits in the inbox for its flush, and a file that compaction is about to write.
final class DiskBudget: Sendable {
    private struct State {
        var measured = 0
        /// What came since the folder was measured.
        var appended = 0
        /// What is on its way to the disk.
        var inFlight = 0
        /// Of files that are being written.
        var reserved = 0

        var total: Int { measured + appended + reserved }
    }

    private let folder: StoreFolder
    let bytesMax: Int?
    /// What may be planned with: the rest is for what SQLite writes around a commit and nobody can foresee.
    private let usableBytes: Int?
    private let state: Mutex<State>

    init(_ folder: StoreFolder, bytesMax: Int?) {
        self.folder = folder
        self.bytesMax = bytesMax
        usableBytes = bytesMax.map { $0 - $0 / Limits.diskSlackShare }
        state = Mutex(State(measured: folder.byteCount()))
    }

    /// Makes room for a body, until `end` says that it is on disk; gives what it may cost there.
    ///
    /// Errors: `.full` when the body could take the folder beyond its bound.
    func begin(_ bodyBytes: Int, inboxBytes: Int) throws(StoreError) -> Int {
        guard let bytesMax, let usableBytes else { return 0 }
        // In the log and in the file, as body and as blocks, and the pages that a commit writes around it.
        let cost = 4 * bodyBytes + 4 * SegmentSchema.pageBytes
        if take(cost, usableBytes) { return cost }
        measure(inboxBytes: inboxBytes)
        if take(cost, usableBytes) { return cost }
        throw StoreError(
            .full, "cannot append: the data folder has reached its \(bytesMax) bytes; older segments are being retired",
            place: folder.path)
    }

    private func take(_ cost: Int, _ usableBytes: Int) -> Bool {
        state.withLock { state in
            guard state.total + cost <= usableBytes else { return false }
            state.appended += cost
            state.inFlight += cost
            return true
        }
    }

    func end(_ cost: Int) {
        state.withLock { $0.inFlight -= cost }
    }

    /// Sets bytes aside for a file that is to be written; `false` when they are not there.
    func reserve(_ bytes: Int) -> Bool {
        state.withLock { state in
            if let usableBytes, state.total + bytes > usableBytes { return false }
            state.reserved += bytes
            return true
        }
    }

    func release(_ bytes: Int) {
        state.withLock { $0.reserved -= bytes }
    }

    /// - Parameter inboxBytes: what waits for a flush, which writes it again before it goes.
    func measure(inboxBytes: Int) {
        guard bytesMax != nil else { return }
        let measured = folder.byteCount()
        state.withLock { state in
            state.measured = measured
            state.appended = state.inFlight + 3 * inboxBytes
        }
    }

    /// Whether too little is left for what comes until the next measurement.
    var isTight: Bool {
        guard let usableBytes else { return false }
        let room = min(Limits.diskReserveBytes, usableBytes / 4)
        return state.withLock { $0.measured + room > usableBytes }
    }
}
