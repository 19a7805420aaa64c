/// Every bound of the embedded store, with its reason and what happens there.
enum Limits {
    /// Rows in a block; a block ends with the run that reaches it. Texts that stand in several groups are kept once a block.
    static let blockRowsMax = 65_536

    /// Rows in a group; a group ends with the run that reaches it. A lookup inflates the columns of one group.
    static let groupRowsMax = 4_096

    /// Rows that a group can have whoever wrote it; more can only be damage.
    static let groupRowsReadMax = 1 << 20

    /// Rows of a block that sealing copies as it is; smaller ones become one. Under load flushes make blocks of this size, and to
    /// make them anew would cost as much as everything else that is done with a record.
    static let copiedBlockRowsMin = 8_192

    /// zstd's levels: for blocks that a flush makes, for small ones that become one when a segment is sealed, and for those of
    /// segments that are merged, which happens seldom and is read for long.
    static let flushCompressionLevel: Int32 = 1
    static let sealCompressionLevel: Int32 = 3
    static let mergeCompressionLevel: Int32 = 12

    /// zstd's level for bodies in the inbox, which live for seconds.
    static let inboxCompressionLevel: Int32 = -5

    /// Columns smaller than this share one compressed frame: a frame of their own would cost more than it saves.
    static let ownFrameBytesMin = 512

    /// Texts of a column that are smaller than this share that frame, too: a path stands in one column and in the URL of another.
    static let ownTextFrameBytesMin = 16 << 10

    /// Bits of a filter for each value or word of a group. More would let fewer strangers pass, and cost as much as a column.
    static let valueFilterBits = 8

    /// Bits of a filter for each id of a block. In a folder of hundreds of blocks an id that is nowhere should meet none that
    /// lets it pass.
    static let idFilterBits = 16

    /// The largest compressed frame that is inflated; a longer one can only be damage.
    static let frameBytesMax = 1 << 30

    /// Lengths that the texts of a list have when they may be ids of several kinds, and the bytes of one length that are worth
    /// being kept apart.
    static let textLengthsMax = 4
    static let patternedBytesMin = 1_024

    /// Values of a column whose byte planes are compressed each by itself. Of fewer values the codes cost more than they save.
    static let separatePlanesMin = 1_024

    /// Inflated frames of so many bytes leave their memory to the next ones, and so many of them are kept.
    static let keptFrameBytes = 128 << 10...4 << 20
    static let keptFrames = 4

    /// Values that a column can have; more can only be damage.
    static let columnValuesMax = 1 << 26

    /// Bytes that a column can have; more can only be damage.
    static let columnBytesMax = 1 << 30

    /// Bytes of request bodies that a flush takes at once. It bounds the memory of a flush; the rest waits for the next.
    static let flushBytesMax = 16 << 20

    /// Bytes of bodies in the inbox that start a flush before its time. Queries turn the inbox into blocks of their own, so it
    /// is kept short.
    static let inboxBytesBeforeFlush = 12 << 20

    /// Bytes in the inbox that a flush finds at most while the store rests.
    static let restingBytesMax = 1 << 20

    /// Bytes in the inbox at which appends are refused as `.full` until a flush has made room.
    static let inboxBytesMax = 1 << 30

    /// Bytes of bodies waiting for the disk at which appends are refused as `.full`.
    static let pendingBytesMax = 64 << 20

    /// Bytes of bodies that share one commit at most. More would only lengthen the wait of the first.
    static let commitBytesMax = 4 << 20

    /// What a commit waits for senders at most. A disk that syncs slower than this makes bodies gather by itself.
    static let gatheringTimeMax = Duration.milliseconds(1)

    /// Bodies of a commit that together have this many bytes and more are compressed. Less costs more to compress than to write.
    static let compressedBodyBytesMin = 32 << 10

    /// Bytes of bodies that are kept in memory for the flush; it reads what is beyond from the disk again.
    static let recentBytesMax = 32 << 20

    /// What a commit waits for room in that memory at most; then its bodies go to disk alone.
    static let roomTimeMax = Duration.milliseconds(250)

    /// Characters of an attribute's value that the correlation index keeps. Ids are shorter; a longer value is not indexed.
    static let correlationValueBytesMax = 256

    /// Small neighbours that are worth rewriting as one.
    static let compactedSegmentsMin = 4

    /// Bytes of the folder's bound that are kept free for what comes between two measurements, or a quarter of a small bound.
    static let diskReserveBytes = 64 << 20

    /// Heads of blocks that are kept in memory for the next query, some hundreds of kilobytes each; then the oldest goes.
    static let blockHeadsKept = 64

    /// Rows of a group that a search reads without asking for the times of all rows first.
    static let searchedRowsReadAtOnce = 32

    /// Questions of which a list of texts keeps the answers; with more, all are let go.
    static let verdictsKept = 16

    /// Slots of the table that tells the groups of an aggregation apart; with more, they are hashed.
    static let groupTableSlots = 65_536

    /// The share of the folder's bound that is never planned with, as one in so many: pages that SQLite writes around a commit.
    static let diskSlackShare = 16

    /// Bytes of a catalog of segments that is read; a longer one can only be damage.
    static let catalogBytesMax = 1 << 30

    /// Bytes of the names of correlation keys that are read; a longer list is none.
    static let correlationKeysBytesMax = 1 << 16

    /// How often a folder is listed again when a compaction replaced files while it was listed.
    static let listingAttemptsMax = 10

    /// How often a backup lists the folder again when segments were sealed or compacted while it copied.
    static let backupPassesMax = 100

    /// Bytes that are copied at once.
    static let copyBytes = 1 << 20

    /// Requests that wait for a slow live view; beyond it they are missed, and said to be.
    static let tailRequestsMax = 1_024

    // MARK: SQL

    /// Bytes of a statement; a longer one is `.invalid`.
    static let sqlStatementBytesMax = 256 << 10

    /// Bytes of one text or blob that a statement can make or read; more ends it.
    static let sqlValueBytesMax = 16 << 20

    /// Bytes of an answer's texts and blobs; what is beyond is left out and said.
    static let sqlAnswerBytesMax = 64 << 20

    /// Bytes that SQLite may take for a statement; more ends it as `.expired`. What it sorts beyond goes to temporary files.
    static let sqlMemoryBytesMax: Int64 = 256 << 20

    /// Attributes that one statement names; one that names more is `.invalid`.
    static let sqlAttributeColumnsMax = 100

    /// Depth of an expression, terms of a compound SELECT, bytes of a LIKE pattern, instructions of a prepared statement:
    /// far more than anybody types, far less than keeps a processor busy where nothing can stop it.
    static let sqlExpressionDepthMax: Int32 = 200
    static let sqlCompoundTermsMax: Int32 = 100
    static let sqlPatternBytesMax: Int32 = 256
    static let sqlInstructionsMax: Int32 = 250_000

    /// Instructions of SQLite between two looks at the clock.
    static let sqlInstructionsBetweenChecks: Int32 = 1_000

    /// Blocks that a statement keeps open, for the other side of a join.
    static let sqlOpenBlocksMax = 16

    /// Traces that the table `traces` gathers; a statement that asks for more ends as `.expired`.
    static let sqlTracesMax = 2_000_000
}
