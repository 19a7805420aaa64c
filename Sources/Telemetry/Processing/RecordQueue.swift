package import OTLP
import Synchronization

/// Encoded records of one signal that wait for export, bounded by number and bytes.
///
/// A record is encoded where it happens, so that nothing of it is kept but its bytes. When there is no room the new
/// record is dropped and counted: nobody waits.
///
/// Shape: a list of chunks; in a chunk one record after the other, each as *scope* (2 bytes), *counts* (2 bytes), *length*
///        (4 bytes), bytes.
/// Cost:  one lock and one copy a record; a chunk is allocated every few hundred records and given back when it is sent.
package final class RecordQueue: Sendable {
    package let signal: Signal
    private let recordsMax: Int
    private let bytesMax: Int
    private let wakeAt: Int
    private let wake: @Sendable () -> Void
    private let state = Mutex(State())

    private struct State: @unchecked Sendable {
        var chunks: [RecordChunk] = []
        /// Kept for the next chunk, so that a process that is in step with its exporter allocates none.
        var spare: RecordChunk?
        var recordCount = 0
        var byteCount = 0
        /// What has been taken counts against the bounds until it has arrived.
        var sending: (records: Int, bytes: Int) = (0, 0)
        var dropped = 0
        var isClosed = false
    }

    /// `wake` is called when so many records wait that they should leave at once; it must not block.
    package init(
        signal: Signal, recordsMax: Int = Limits.waitingRecordsMax, bytesMax: Int = Limits.waitingBytesMax,
        batchRecordsMax: Int = Limits.batchRecordsMax, wake: @escaping @Sendable () -> Void = {}
    ) {
        self.signal = signal
        self.recordsMax = recordsMax
        self.bytesMax = bytesMax
        wakeAt = max(1, min(batchRecordsMax, (recordsMax + 1) / 2))
        self.wake = wake
    }

    convenience init(_ signal: Signal, _ settings: Telemetry.SignalSettings, wake: @escaping @Sendable () -> Void) {
        self.init(
            signal: signal, recordsMax: settings.waitingRecordsMax, batchRecordsMax: settings.batchRecordsMax,
            wake: wake)
    }

    /// Takes a record, or drops and counts it. `counts` are what its export will tell beside it; the caller holds them meanwhile.
    @inline(__always)
    package func append(_ record: UnsafeRawBufferPointer, scope: ScopeID, counts: Unmanaged<BegunCounts>? = nil) {
        let isFull = state.withLock { state in
            let size = RecordChunk.headBytes &+ record.count
            guard !state.isClosed, state.recordCount &+ state.sending.records < recordsMax,
                state.byteCount &+ state.sending.bytes &+ size <= bytesMax
            else {
                state.dropped &+= 1
                return false
            }
            if !(state.chunks.last?.append(record, scope, counts) ?? false) {
                Self.addChunk(&state, record, scope, counts)
            }
            state.recordCount &+= 1
            state.byteCount &+= size
            return state.recordCount == wakeAt
        }
        if isFull { wake() }
    }

    @inline(never)
    private static func addChunk(
        _ state: inout State, _ record: UnsafeRawBufferPointer, _ scope: ScopeID, _ counts: Unmanaged<BegunCounts>?
    ) {
        let size = RecordChunk.headBytes + record.count
        let chunk =
            size <= Limits.chunkBytes
            ? state.spare ?? RecordChunk(capacity: Limits.chunkBytes) : RecordChunk(capacity: size)
        if chunk === state.spare { state.spare = nil }
        _ = chunk.append(record, scope, counts)
        state.chunks.append(chunk)
    }

    /// The oldest records, at most so many; the caller says with `finish` what became of them.
    package func take(recordsMax: Int) -> RecordBatch {
        state.withLock { state in
            var records: [RecordChunk.Record] = []
            records.reserveCapacity(min(recordsMax, state.recordCount))
            var emptied = 0
            for chunk in state.chunks where records.count < recordsMax {
                while records.count < recordsMax, let record = chunk.next() { records.append(record) }
                if chunk.isEmpty { emptied += 1 }
            }
            let batch = RecordBatch(records, of: signal)
            if state.spare == nil, let chunk = state.chunks.prefix(emptied).first(where: \.isStandard) {
                chunk.clear()
                state.spare = chunk
            }
            state.chunks.removeFirst(emptied)
            state.recordCount -= batch.recordCount
            state.byteCount -= batch.byteCount
            state.sending = (state.sending.records + batch.recordCount, state.sending.bytes + batch.byteCount)
            return batch
        }
    }

    package func finish(records: Int, bytes: Int, dropped: Int) {
        state.withLock { state in
            state.sending = (state.sending.records - records, state.sending.bytes - bytes)
            state.dropped += dropped
        }
    }

    /// Asks for an export without waiting for it.
    package func requestExport() { wake() }

    package func close() { state.withLock { $0.isClosed = true } }

    package var isClosed: Bool { state.withLock { $0.isClosed } }
    package var dropped: Int { state.withLock { $0.dropped } }
    var hasWaiting: Bool { state.withLock { $0.recordCount > 0 } }
    var isFilling: Bool { state.withLock { $0.recordCount >= wakeAt } }

    /// Lets go of everything without counting it: it belongs to another process.
    func forget() {
        state.withLock { state in
            let dropped = state.dropped
            let isClosed = state.isClosed
            state = State()
            state.dropped = dropped
            state.isClosed = isClosed
        }
    }

    /// Memory that is held for waiting records.
    package var heldBytes: Int {
        state.withLock { state in
            state.chunks.reduce(state.spare?.capacity ?? 0) { $0 + $1.capacity } + state.sending.bytes
        }
    }
}
