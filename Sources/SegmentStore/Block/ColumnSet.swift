import OTLP
import TelemetryStore

/// The bytes of a column, before they are compressed.
struct EncodedColumn {
    var bytes: [UInt8]
    /// Where bytes of another nature begin. zstd finds codes for all bytes of a stretch together, so these end one.
    var cuts: [Int] = []
    var content = Content.numbers

    /// What decides whether it shares a frame with others.
    enum Content {
        case numbers
        /// Texts as they are: they repeat what stands in other columns.
        case texts
        /// What is asked for without any other column.
        case key
    }

    fileprivate var sharesFrame: Bool {
        switch content {
        case .numbers: bytes.count < Limits.ownFrameBytesMin
        case .texts: bytes.count < Limits.ownTextFrameBytesMin
        case .key: false
        }
    }
}

/// Columns by number, compressed: what a part of a block is made of.
///
/// Shape:  a directory of columns, then zstd frames. Large columns have a frame each, others share frame 0.
///         A frame is inflated when one of its columns is asked for.
/// Errors: `.corrupt` for a directory or a frame that cannot be what was written.
/// Source: Documentation/Formats/block.md.
struct ColumnSet {
    private let bytes: [UInt8]
    private var directory: [Place] = []
    private var frames: [Range<Int>] = []
    /// By frame.
    private var inflated: [Frame?] = []

    private struct Place {
        var column: Int
        var frame: Int
        var offset: Int
        var count: Int
    }

    /// The numbers of its columns, in order.
    var numbers: [Int] { directory.map(\.column).sorted() }

    /// For each frame, the columns in it and its compressed bytes.
    var frameSizes: [(columns: [Int], bytes: Int)] {
        frames.indices.map { frame in
            (directory.filter { $0.frame == frame }.map(\.column), frames[frame].count)
        }
    }

    // MARK: Writing

    struct Builder {
        private var columns: [(number: Int, encoded: EncodedColumn)] = []

        var isEmpty: Bool { columns.isEmpty }

        mutating func append(_ number: Int, _ encoded: EncodedColumn) {
            columns.append((number, encoded))
        }

        mutating func append(_ column: BlockColumn, _ encoded: EncodedColumn) {
            append(column.rawValue, encoded)
        }

        mutating func append(_ number: Int, _ bytes: [UInt8]) {
            append(number, EncodedColumn(bytes: bytes))
        }

        mutating func append(_ column: BlockColumn, _ bytes: [UInt8]) {
            append(column.rawValue, bytes)
        }

        /// Their number, and the integers packed.
        mutating func append(_ number: Int, _ values: [UInt64], _ content: EncodedColumn.Content = .numbers) {
            var writer = ProtobufWriter(reservingCapacity: values.count)
            writer.varint(UInt64(values.count))
            let planes = PackedIntegers.encode(values, into: &writer)
            let cuts = values.count >= Limits.separatePlanesMin ? planes : []
            append(number, EncodedColumn(bytes: writer.bytes, cuts: cuts, content: content))
        }

        mutating func append(_ column: BlockColumn, _ values: [UInt64]) {
            append(column.rawValue, values)
        }

        func encoded(_ zstandard: Zstandard) -> [UInt8] {
            var shared = EncodedColumn(bytes: [])
            var ownFrames: [[UInt8]] = []
            var header = ProtobufWriter()
            header.bytes += ColumnSet.shortDirectory
            header.varint(UInt64(columns.count))
            var previous = 0
            for column in columns {
                let isShared = column.encoded.sharesFrame
                header.varint(Zigzag.encode(Int64(column.number - previous)))
                header.varint(UInt64(column.encoded.bytes.count) << 1 | (isShared ? 1 : 0))
                previous = column.number
                if isShared {
                    if case .texts = column.encoded.content, !shared.bytes.isEmpty {
                        shared.cuts.append(shared.bytes.count)
                    }
                    shared.bytes += column.encoded.bytes
                } else {
                    ownFrames.append(zstandard.compress(column.encoded))
                }
            }
            let frames = [zstandard.compress(shared)] + ownFrames
            for frame in frames { header.varint(UInt64(frame.count)) }
            for frame in frames { header.bytes += frame }
            return header.bytes
        }
    }

    // MARK: Reading

    init(_ bytes: [UInt8]) throws(StoreError) {
        self.bytes = bytes
        do throws(WireError) {
            var cursor = try WireCursor(bytes.span)
            let frameCount: UInt64
            if bytes.starts(with: ColumnSet.shortDirectory) {
                cursor.position = ColumnSet.shortDirectory.count
                frameCount = try readShortDirectory(&cursor)
            } else {
                frameCount = try readLongDirectory(&cursor)
            }
            var lengths: [UInt64] = []
            for _ in 0..<frameCount { lengths.append(try cursor.varint(in: bytes.span)) }
            var start = cursor.position
            for length in lengths {
                guard length <= UInt64(bytes.count - start) else { throw WireError(.lengthBeyondMessage, at: start) }
                frames.append(start..<start + Int(length))
                start += Int(length)
            }
        } catch {
            throw StoreError(.corrupt, "cannot read a block: a directory is damaged (\(error.code.rawValue))")
        }
        inflated = Array(repeating: nil, count: frames.count)
    }

    /// What a directory begins with that leaves out what follows from its order. A long one never has no frame.
    private static let shortDirectory: [UInt8] = [0, 0]

    /// Columns in the order of their bytes. Says the number of frames.
    private mutating func readShortDirectory(_ cursor: inout WireCursor) throws(WireError) -> UInt64 {
        var column = 0
        var ownFrames = 0
        var sharedBytes = 0
        for _ in 0..<(try cursor.varint(in: bytes.span)) {
            column &+= Int(truncatingIfNeeded: Zigzag.decode(try cursor.varint(in: bytes.span)))
            let length = try cursor.varint(in: bytes.span)
            let count = Int(length >> 1)
            if length & 1 != 0 {
                directory.append(Place(column: column, frame: 0, offset: sharedBytes, count: count))
                sharedBytes &+= count
            } else {
                ownFrames += 1
                directory.append(Place(column: column, frame: ownFrames, offset: 0, count: count))
            }
        }
        return UInt64(ownFrames + 1)
    }

    /// As format 2 has it. Says the number of frames.
    private mutating func readLongDirectory(_ cursor: inout WireCursor) throws(WireError) -> UInt64 {
        for _ in 0..<(try cursor.varint(in: bytes.span)) {
            directory.append(
                Place(
                    column: Int(truncatingIfNeeded: try cursor.varint(in: bytes.span)),
                    frame: Int(truncatingIfNeeded: try cursor.varint(in: bytes.span)),
                    offset: Int(truncatingIfNeeded: try cursor.varint(in: bytes.span)),
                    count: Int(truncatingIfNeeded: try cursor.varint(in: bytes.span))))
        }
        return try cursor.varint(in: bytes.span)
    }

    /// The integers of a column; none when it is not there.
    mutating func integers(_ number: Int) throws(StoreError) -> [UInt64] {
        guard contains(number) else { return [] }
        return try read(number) { (cursor, bytes) throws(WireError) in
            try PackedIntegers.decodeColumn(from: &cursor, in: bytes)
        }
    }

    /// The texts of a column; none when it is not there.
    mutating func texts(_ number: Int) throws(StoreError) -> TextList {
        guard contains(number) else { return TextList() }
        let (frame, range) = try content(of: number)
        var cursor = WireCursor(range)
        do throws(WireError) {
            return try TextList(&cursor, in: frame)
        } catch {
            throw ColumnSet.damaged(number, error)
        }
    }

    func contains(_ number: Int) -> Bool { directory.contains { $0.column == number } }

    /// Gives a column's bytes to `body`; no bytes for a column that is not there.
    mutating func read<Result>(
        _ number: Int, _ body: (inout WireCursor, ByteSpan) throws(WireError) -> Result
    ) throws(StoreError) -> Result {
        let (frame, range) = try content(of: number)
        let bytes = frame.bytes
        var cursor = WireCursor(range)
        do throws(WireError) {
            return try body(&cursor, bytes.span)
        } catch {
            throw ColumnSet.damaged(number, error)
        }
    }

    private static func damaged(_ number: Int, _ error: WireError) -> StoreError {
        StoreError(.corrupt, "cannot read a block: column \(number) is damaged (\(error.code.rawValue))")
    }

    /// The frame that a column stands in, and where in it.
    private mutating func content(of number: Int) throws(StoreError) -> (frame: Frame, range: WireRange) {
        guard let place = directory.first(where: { $0.column == number }), place.count != 0 else {
            return (.empty, .empty)
        }
        let frame = try self.frame(place.frame)
        guard place.offset >= 0, place.count >= 0, place.offset <= frame.count - place.count else {
            throw StoreError(.corrupt, "cannot read a block: column \(number) lies outside its frame")
        }
        return (frame, WireRange(start: UInt32(place.offset), count: UInt32(place.count)))
    }

    private mutating func frame(_ number: Int) throws(StoreError) -> Frame {
        guard frames.indices.contains(number) else {
            throw StoreError(.corrupt, "cannot read a block: a column's frame is missing")
        }
        if let frame = inflated[number] { return frame }
        let range = frames[number]
        let result = bytes.withUnsafeBytes { bytes -> Result<Frame, StoreError> in
            do throws(StoreError) {
                return .success(try Frame(inflating: UnsafeRawBufferPointer(rebasing: bytes[range])))
            } catch {
                return .failure(error)
            }
        }
        let frame = try result.get()
        inflated[number] = frame
        return frame
    }
}
