/// Every bound of the embedded store, with its reason and what happens there.
enum Limits {
    /// Rows in a block. A lookup decodes the columns of one block, so this is what a lookup costs.
    static let blockRowsMax = 16_384

    /// Bytes of request bodies that a flush takes at once. It bounds the memory of a flush; the rest waits for the next.
    static let flushBytesMax = 32 << 20

    /// Bytes in the inbox that start a flush before its time. Queries read through the inbox, so it is kept short.
    static let inboxBytesBeforeFlush = 8 << 20

    /// Bytes in the inbox at which appends are refused as `.full` until a flush has made room.
    static let inboxBytesMax = 1 << 30

    /// Bytes of bodies waiting for the disk at which appends are refused as `.full`.
    static let pendingBytesMax = 64 << 20

    /// Bodies that share one commit at most. More would only lengthen the wait of the first.
    static let commitBodiesMax = 1_024

    /// Bodies of this many bytes and more are compressed in the inbox. Smaller ones cost more to compress than to write.
    static let compressedBodyBytesMin = 16 << 10

    /// Columns smaller than this share one compressed frame: a frame of their own would cost more than it saves.
    static let ownFrameBytesMin = 1_024

    /// The largest compressed frame that is inflated; a longer one can only be damage.
    static let frameBytesMax = 1 << 30

    /// Characters of an attribute's value that the correlation index keeps. Ids are shorter; a longer value is not indexed.
    static let correlationValueBytesMax = 256
}
