import Glibc
import OTLP
import TelemetryStore

/// What sealed segments say of their blocks, copied into one file: a folder of hundreds of them opens without opening one.
///
/// It is only ever a copy. It may be missing, old, torn or damaged, or a segment may have been put in another's place: what it
/// does not know for certain is opened as if there were no catalog.
///
/// Shape:  magic; for each segment its file's name, bytes and time of change, then its blocks, each with its id filter; checksum.
/// Source: Documentation/Formats/segment.md.
struct SegmentCatalog {
    private var known: [String: (file: FileStamp, segment: KnownSegment)] = [:]

    private static let magic: UInt64 = 0x3130_4743_5456_5353

    init() {}

    /// What a segment says of itself, when its file is the one that this was copied from.
    func segment(_ name: SegmentName, in folder: StoreFolder) -> KnownSegment? {
        guard let entry = known[name.fileName], entry.file == FileStamp(of: folder.path(name)) else { return nil }
        return entry.segment
    }

    // MARK: Writing

    /// Writes the catalog of some segments; those that cannot be read as a whole are left out.
    static func write(_ segments: [Segment], to folder: StoreFolder) throws(StoreError) {
        var writer = ProtobufWriter()
        writer.fixed64(magic)
        for segment in segments where segment.name.isSealed {
            guard let stamp = FileStamp(of: segment.path), let known = segment.known() else { continue }
            writer.text(segment.name.fileName)
            writer.fixed64(UInt64(bitPattern: Int64(stamp.byteCount)))
            writer.fixed64(UInt64(bitPattern: Int64(stamp.modified)))
            writer.fixed64(known.life.arrived)
            writer.fixed64(known.life.judged)
            writer.varint(UInt64(known.blocks.count))
            for block in known.blocks { block.write(to: &writer) }
        }
        let checksum = writer.bytes.withUnsafeBytes { Checksum.of($0, at: 0) }
        writer.fixed64(UInt64(checksum))
        try StoreFolder.replaceFile(folder.path + "/" + FileNames.catalog, with: writer.bytes)
    }

    // MARK: Reading

    /// What the folder's catalog knows; nothing when there is none, or it is damaged.
    init(of folder: StoreFolder) {
        guard let bytes = StoreFolder.bytes(of: folder.path + "/" + FileNames.catalog, limit: Limits.catalogBytesMax),
            bytes.count >= 16
        else { return }
        let content = bytes.count - 8
        let isWhole = bytes.withUnsafeBytes { bytes in
            UInt64(Checksum.of(UnsafeRawBufferPointer(rebasing: bytes[..<content]), at: 0))
                == bytes.loadUnaligned(fromByteOffset: content, as: UInt64.self).littleEndian
        }
        guard isWhole else { return }
        do throws(WireError) {
            try read(bytes.span, count: content)
        } catch {
            known = [:]
        }
    }

    private mutating func read(_ bytes: ByteSpan, count: Int) throws(WireError) {
        var cursor = WireCursor(WireRange(start: 0, count: UInt32(count)))
        guard try cursor.fixed64(in: bytes) == SegmentCatalog.magic else { return }
        while cursor.position < cursor.end {
            let range = try cursor.lengthDelimited(in: bytes)
            let name = String(decoding: bytes.array(range), as: UTF8.self)
            let stamp = FileStamp(
                byteCount: Int(truncatingIfNeeded: try cursor.fixed64(in: bytes)),
                modified: Int(truncatingIfNeeded: try cursor.fixed64(in: bytes)))
            let life = SegmentLife(arrived: try cursor.fixed64(in: bytes), judged: try cursor.fixed64(in: bytes))
            var segment = KnownSegment(life: life)
            for _ in 0..<(try cursor.varint(in: bytes)) { segment.blocks.append(try KnownBlock(&cursor, in: bytes)) }
            known[name] = (stamp, segment)
        }
    }
}

extension Segment {
    /// `nil` when the catalog does not know it.
    convenience init?(
        _ name: SegmentName, in folder: StoreFolder, knownTo catalog: SegmentCatalog, keys: [CorrelationKey]
    ) {
        guard let known = catalog.segment(name, in: folder) else { return nil }
        self.init(name, path: folder.path(name), known, keys: keys)
    }
}

/// What can be known of a sealed segment without opening it.
struct KnownSegment: Sendable {
    var life: SegmentLife
    var blocks: [KnownBlock] = []
}

/// What can be known of a block without reading it.
struct KnownBlock: Sendable {
    var entry: BlockEntry
    var filter: MembershipFilter

    init(entry: BlockEntry, filter: MembershipFilter) {
        self.entry = entry
        self.filter = filter
    }

    fileprivate func write(to writer: inout ProtobufWriter) {
        writer.varint(UInt64(bitPattern: entry.id))
        writer.varint(UInt64(entry.counts.spans))
        writer.varint(UInt64(entry.counts.logs))
        writer.varint(UInt64(entry.counts.points))
        writer.fixed64(entry.times.first)
        writer.fixed64(entry.times.last)
        writer.block(filter.bytes)
    }

    fileprivate init(_ cursor: inout WireCursor, in bytes: ByteSpan) throws(WireError) {
        let id = Int64(bitPattern: try cursor.varint(in: bytes))
        var counts = SignalCounts()
        for signal in Signal.allCases {
            let count = try cursor.varint(in: bytes)
            guard count <= UInt64(Limits.columnValuesMax) else {
                throw WireError(.lengthBeyondMessage, at: cursor.position)
            }
            counts[signal] = Int(count)
        }
        let times = TimeRange(first: try cursor.fixed64(in: bytes), last: try cursor.fixed64(in: bytes))
        entry = BlockEntry(id: id, counts: counts, times: times)
        let range = try cursor.lengthDelimited(in: bytes)
        filter = MembershipFilter(bytes: bytes.extracting(range.lowerBound..<range.upperBound))
    }
}

/// What tells one file from another that has been put in its place.
private struct FileStamp: Hashable {
    var byteCount: Int
    /// Nanoseconds since the Unix epoch.
    var modified: Int

    init(byteCount: Int, modified: Int) {
        self.byteCount = byteCount
        self.modified = modified
    }

    /// `nil` when there is no such file.
    init?(of path: String) {
        guard let modified = StoreFolder.modificationTime(of: path) else { return nil }
        self.init(byteCount: StoreFolder.byteCount(of: path), modified: modified)
    }
}

extension ProtobufWriter {
    fileprivate mutating func block(_ content: [UInt8]) {
        varint(UInt64(content.count))
        bytes += content
    }

    fileprivate mutating func text(_ text: String) { block(Array(text.utf8)) }
}
