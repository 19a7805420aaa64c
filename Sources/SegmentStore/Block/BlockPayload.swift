import OTLP
import TelemetryStore

/// The bytes of a block: a directory of columns, then compressed frames that hold them.
///
/// Shape:  see Documentation/Formats/block.md. Large columns have a frame each, small ones share frame 0.
/// Errors: `.corrupt` for a directory or a frame that cannot be what was written.
struct BlockPayload {
    /// Written into every block; another one is refused rather than guessed at.
    static let formatVersion: UInt64 = 1

    let rowCount: Int
    private let payload: [UInt8]
    private var directory: [Int: Place] = [:]
    private var frames: [Range<Int>] = []

    private struct Place {
        var frame: Int
        var offset: Int
        var count: Int
    }

    // MARK: Writing

    static func encode(rowCount: Int, columns: [(number: Int, bytes: [UInt8])], level: Int32) -> [UInt8] {
        let zstandard = Zstandard(level: level)
        var shared: [UInt8] = []
        var ownFrames: [[UInt8]] = []
        var header = ProtobufWriter()
        header.varint(formatVersion)
        header.varint(UInt64(rowCount))
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

    // MARK: Reading

    init(_ payload: [UInt8]) throws(StoreError) {
        self.payload = payload
        do throws(WireError) {
            let bytes = payload.span
            var cursor = try WireCursor(bytes)
            let version = try cursor.varint(in: bytes)
            guard version == BlockPayload.formatVersion else { throw WireError(.unknownWireType, at: 0) }
            rowCount = Int(truncatingIfNeeded: try cursor.varint(in: bytes))
            for _ in 0..<(try cursor.varint(in: bytes)) {
                let number = Int(truncatingIfNeeded: try cursor.varint(in: bytes))
                directory[number] = Place(
                    frame: Int(truncatingIfNeeded: try cursor.varint(in: bytes)),
                    offset: Int(truncatingIfNeeded: try cursor.varint(in: bytes)),
                    count: Int(truncatingIfNeeded: try cursor.varint(in: bytes)))
            }
            var lengths: [UInt64] = []
            for _ in 0..<(try cursor.varint(in: bytes)) { lengths.append(try cursor.varint(in: bytes)) }
            var start = cursor.position
            for length in lengths {
                guard length <= UInt64(bytes.count - start) else { throw WireError(.lengthBeyondMessage, at: start) }
                frames.append(start..<start + Int(length))
                start += Int(length)
            }
        } catch {
            throw StoreError(.corrupt, "cannot read a block: its directory is damaged (\(error.code.rawValue))")
        }
    }

    /// Inflates every column. The result is empty for columns that the block does not have.
    func columns() throws(StoreError) -> [Int: [UInt8]] {
        var inflated: [[UInt8]] = []
        for frame in frames {
            var result: Result<[UInt8], StoreError> = .success([])
            payload.withUnsafeBytes { bytes in
                let slice = UnsafeRawBufferPointer(rebasing: bytes[frame])
                do throws(StoreError) { result = .success(try Zstandard.decompress(slice)) } catch {
                    result = .failure(error)
                }
            }
            inflated.append(try result.get())
        }
        var columns: [Int: [UInt8]] = [:]
        for (number, place) in directory {
            guard inflated.indices.contains(place.frame), place.offset >= 0, place.count >= 0,
                place.offset <= inflated[place.frame].count - place.count
            else { throw StoreError(.corrupt, "cannot read a block: column \(number) lies outside its frame") }
            columns[number] = Array(inflated[place.frame][place.offset..<place.offset + place.count])
        }
        return columns
    }
}
