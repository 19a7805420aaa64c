package import OTLP
import Synchronization

/// Encoded records of one signal that wait for export, bounded by number and bytes.
///
/// A record is encoded where it will be sent from, so that nothing of it is kept but its bytes. When there is no room
/// the new record is dropped and counted: nobody waits.
package final class RecordBuffer: Sendable {
    package let signal: Signal
    private let recordsMax: Int
    private let wake: @Sendable () -> Void
    private let state = Mutex(State())

    private struct State {
        var waiting = RecordBatch()
        /// The batch that is on its way: it counts against the bounds until it has arrived.
        var sending: (records: Int, bytes: Int) = (0, 0)
        var dropped = 0
        var isClosed = false
    }

    /// `wake` is called when so many records wait that they should leave at once; it must not block.
    package init(signal: Signal, recordsMax: Int = Limits.waitingRecordsMax, wake: @escaping @Sendable () -> Void = {})
    {
        self.signal = signal
        self.recordsMax = recordsMax
        self.wake = wake
    }

    /// Appends the record whose fields `encode` writes.
    package func append(scope: String, _ encode: (inout ProtobufWriter) -> Void) {
        let isHalfFull = state.withLock { state in
            guard !state.isClosed, state.waiting.recordCount + state.sending.records < recordsMax else {
                state.dropped += 1
                return false
            }
            let bytesMax = Limits.waitingBytesMax - state.sending.bytes
            guard state.waiting.append(scope: scope, bytesMax: bytesMax, encode) else {
                state.dropped += 1
                return false
            }
            return state.waiting.recordCount == (recordsMax + 1) / 2
        }
        if isHalfFull { wake() }
    }

    /// Asks for an export without waiting for it.
    package func requestExport() { wake() }

    /// Everything that waits; the caller says with `finish` what became of it.
    func take() -> RecordBatch {
        state.withLock { state in
            let batch = state.waiting
            state.waiting = RecordBatch()
            state.sending = (state.sending.records + batch.recordCount, state.sending.bytes + batch.byteCount)
            return batch
        }
    }

    func finish(_ batch: RecordBatch, dropped: Int) {
        state.withLock { state in
            state.sending = (state.sending.records - batch.recordCount, state.sending.bytes - batch.byteCount)
            state.dropped += dropped
        }
    }

    func close() { state.withLock { $0.isClosed = true } }

    package var dropped: Int { state.withLock { $0.dropped } }
}
