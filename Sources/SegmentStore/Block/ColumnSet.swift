import OTLP
import TelemetryStore

/// Columns by number, compressed: what a part of a block is made of.
///
/// Shape:  a directory of columns, then zstd frames with checksums. Large columns have a frame each, small ones share frame 0.
///         A frame is inflated when one of its columns is asked for.
/// Errors: `.corrupt` for a directory or a frame that cannot be what was written.
/// Source: Documentation/Formats/block.md.
struct ColumnSet {
    private let bytes: [UInt8]
    private var directory: [Int: Place] = [:]
    private var frames: [Range<Int>] = []
    private var inflated: [Int: [UInt8]] = [:]

    private struct Place {
        var frame: Int
        var offset: Int
        var count: Int
    }

    /// The numbers of its columns, in order.
    var numbers: [Int] { directory.keys.sorted() }

    /// For each frame, the columns in it and its compressed bytes.
    var frameSizes: [(columns: [Int], bytes: Int)] {
        frames.indices.map { frame in
            (numbers.filter { directory[$0]?.frame == frame }, frames[frame].count)
        }
    }

    // MARK: Writing

    struct Builder {
        private var columns: [(number: Int, bytes: [UInt8])] = []

        var isEmpty: Bool { columns.isEmpty }

        mutating func append(_ number: Int, _ bytes: [UInt8]) {
            columns.append((number, bytes))
        }

        mutating func append(_ column: BlockColumn, _ bytes: [UInt8]) {
            append(column.rawValue, bytes)
        }

        /// Their number, and the integers packed.
        mutating func append(_ number: Int, _ values: [UInt64]) {
            var writer = ProtobufWriter(reservingCapacity: values.count)
            writer.varint(UInt64(values.count))
            PackedIntegers.encode(values, into: &writer)
            append(number, writer.bytes)
        }

        mutating func append(_ column: BlockColumn, _ values: [UInt64]) {
            append(column.rawValue, values)
        }

        func encoded(_ zstandard: Zstandard) -> [UInt8] {
            var shared: [UInt8] = []
            var ownFrames: [[UInt8]] = []
            var header = ProtobufWriter()
            header.varint(UInt64(columns.count))
            for column in columns {
                let isShared = column.bytes.count < Limits.ownFrameBytesMin
                header.varint(UInt64(column.number))
                header.varint(UInt64(isShared ? 0 : ownFrames.count + 1))
                header.varint(UInt64(isShared ? shared.count : 0))
                header.varint(UInt64(column.bytes.count))
                if isShared {
                    shared += column.bytes
                } else {
                    ownFrames.append(zstandard.compress(column.bytes))
                }
            }
            let frames = [zstandard.compress(shared)] + ownFrames
            header.varint(UInt64(frames.count))
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
            for _ in 0..<(try cursor.varint(in: bytes.span)) {
                let number = Int(truncatingIfNeeded: try cursor.varint(in: bytes.span))
                directory[number] = Place(
                    frame: Int(truncatingIfNeeded: try cursor.varint(in: bytes.span)),
                    offset: Int(truncatingIfNeeded: try cursor.varint(in: bytes.span)),
                    count: Int(truncatingIfNeeded: try cursor.varint(in: bytes.span)))
            }
            var lengths: [UInt64] = []
            for _ in 0..<(try cursor.varint(in: bytes.span)) { lengths.append(try cursor.varint(in: bytes.span)) }
            var start = cursor.position
            for length in lengths {
                guard length <= UInt64(bytes.count - start) else { throw WireError(.lengthBeyondMessage, at: start) }
                frames.append(start..<start + Int(length))
                start += Int(length)
            }
        } catch {
            throw StoreError(.corrupt, "cannot read a block: a directory is damaged (\(error.code.rawValue))")
        }
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
        return try read(number) { (cursor, bytes) throws(WireError) in try TextList(&cursor, in: bytes) }
    }

    func contains(_ number: Int) -> Bool { directory[number] != nil }

    /// Gives a column's bytes to `body`; no bytes for a column that is not there.
    mutating func read<Result>(
        _ number: Int, _ body: (inout WireCursor, ByteSpan) throws(WireError) -> Result
    ) throws(StoreError) -> Result {
        var place = directory[number] ?? Place(frame: 0, offset: 0, count: 0)
        if place.count == 0 { place.offset = 0 }
        let frame = place.count == 0 ? [] : try self.frame(place.frame)
        guard place.offset >= 0, place.count >= 0, place.offset <= frame.count - place.count else {
            throw StoreError(.corrupt, "cannot read a block: column \(number) lies outside its frame")
        }
        var cursor = WireCursor(WireRange(start: UInt32(place.offset), count: UInt32(place.count)))
        do throws(WireError) {
            return try body(&cursor, frame.span)
        } catch {
            throw StoreError(.corrupt, "cannot read a block: column \(number) is damaged (\(error.code.rawValue))")
        }
    }

    private mutating func frame(_ number: Int) throws(StoreError) -> [UInt8] {
        if let frame = inflated[number] { return frame }
        guard frames.indices.contains(number) else {
            throw StoreError(.corrupt, "cannot read a block: a column's frame is missing")
        }
        let range = frames[number]
        let result = bytes.withUnsafeBytes { bytes -> Result<[UInt8], StoreError> in
            do throws(StoreError) {
                return .success(try Zstandard.decompress(UnsafeRawBufferPointer(rebasing: bytes[range])))
            } catch {
                return .failure(error)
            }
        }
        let frame = try result.get()
        inflated[number] = frame
        return frame
    }
}
