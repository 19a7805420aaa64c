import OTLP

/// Records as they are acked, for a live view.
///
/// A watcher that is slower than what arrives misses records, and is told how many requests it missed.
public enum TailEvent: Hashable, Sendable {
    case records(ExportBatch)
    case missed(requests: Int)
}
