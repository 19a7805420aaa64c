public import OTLP
public import TelemetryStore

/// What the store tells whoever measures it. Events come from the store's own threads and must be taken quickly.
public enum StoreEvent: Sendable {
    /// A group of bodies is on disk; `duration` is that of the whole commit, fsync included.
    case committed(bodies: Int, bytes: Int, duration: Duration)
    /// A group of bodies could not be written; their senders were told.
    case commitFailed(bodies: Int, StoreError)
    /// Bodies of the inbox have become blocks. `records` are spans, log records or points; `bytes` those of the blocks.
    case flushed(records: [Signal: Int], bytes: Int, duration: Duration)
    /// A flush did not succeed; what it was to take is still in the inbox.
    case flushFailed(StoreError)
    /// Little or nothing came since the flush before, after more had come: memory that load took can go back.
    case rested
    /// Segments were rewritten as one: sealed, or merged.
    case compacted(segments: Int, records: Int, duration: Duration)
    /// A segment has gone, as retention wants it.
    case retired
    /// Sealing, compaction or retention did not succeed; it is tried again.
    case maintenanceFailed(StoreError)
    /// A question in SQL was answered, and this many groups of rows were read for it.
    case queried(groupsRead: Int)
    /// A segment, or a block of one, cannot be read; the rest is served.
    case damaged(StoreError)
}
