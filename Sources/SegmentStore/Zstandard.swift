import CZstd
import Synchronization
import TelemetryStore

/// zstd frames. What they stand in has a checksum of its own, so that they need none, and one that is there is not asked.
final class Zstandard {
    private let compressor: OpaquePointer

    init(level: Int32) {
        // Only memory can run out here, and then nothing else works either.
        guard let compressor = ZSTD_createCCtx() else { preconditionFailure("out of memory") }
        self.compressor = compressor
        ZSTD_CCtx_setParameter(compressor, ZSTD_c_compressionLevel, level)
    }

    deinit { ZSTD_freeCCtx(compressor) }

    func compress(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(bytes.count)) { buffer, count in
            count = ZSTD_compress2(compressor, buffer.baseAddress, buffer.count, bytes, bytes.count)
            precondition(ZSTD_isError(count) == 0, "the buffer is as large as zstd asks for")
        }
    }

    /// One frame, with a stretch of its own for what is between two cuts.
    func compress(_ column: EncodedColumn) -> [UInt8] {
        guard !column.cuts.isEmpty else { return compress(column.bytes) }
        ZSTD_CCtx_reset(compressor, ZSTD_reset_session_only)
        ZSTD_CCtx_setPledgedSrcSize(compressor, UInt64(column.bytes.count))
        let room = ZSTD_compressBound(column.bytes.count) + Zstandard.stretchBytesMax * column.cuts.count
        return [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            var output = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
            column.bytes.withUnsafeBytes { bytes in
                var input = ZSTD_inBuffer(src: bytes.baseAddress, size: 0, pos: 0)
                for end in column.cuts + [bytes.count] {
                    input.size = end
                    let directive = end == bytes.count ? ZSTD_e_end : ZSTD_e_flush
                    let rest = ZSTD_compressStream2(compressor, &output, &input, directive)
                    precondition(rest == 0, "the buffer is as large as zstd asks for")
                }
            }
            count = output.pos
        }
    }

    /// What a stretch takes besides what its bytes do.
    private static let stretchBytesMax = 16

    /// Inflates one frame whose content size is written in its header.
    static func decompress(_ frame: UnsafeRawBufferPointer) throws(StoreError) -> [UInt8] {
        let size = try contentSize(frame)
        var isWhole = false
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            isWhole = inflate(frame, into: UnsafeMutableRawBufferPointer(buffer), size)
            count = isWhole ? size : 0
        }
        guard isWhole else { throw damaged }
        return bytes
    }

    /// Inflates a frame to the beginning of `room`, which has as many bytes as its content, or more.
    static func decompress(_ frame: UnsafeRawBufferPointer, into room: inout [UInt8]) throws(StoreError) {
        let size = try contentSize(frame)
        let isWhole = room.withUnsafeMutableBytes { room in
            size <= room.count && inflate(frame, into: UnsafeMutableRawBufferPointer(rebasing: room[..<size]), size)
        }
        guard isWhole else { throw damaged }
    }

    /// The size that a frame's header says its content has.
    static func contentSize(_ frame: UnsafeRawBufferPointer) throws(StoreError) -> Int {
        let size = ZSTD_getFrameContentSize(frame.baseAddress, frame.count)
        guard size <= UInt64(Limits.frameBytesMax) else {
            throw StoreError(.corrupt, "cannot inflate a compressed frame: its size is damaged")
        }
        return Int(size)
    }

    /// Whether a frame was inflated to as many bytes as it should.
    private static func inflate(
        _ frame: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer, _ size: Int
    ) -> Bool {
        let inflater = Inflaters.take()
        defer { Inflaters.giveBack(inflater) }
        let written = ZSTD_decompressDCtx(inflater, room.baseAddress, room.count, frame.baseAddress, frame.count)
        return ZSTD_isError(written) == 0 && written == size
    }

    private static var damaged: StoreError {
        StoreError(.corrupt, "cannot inflate a compressed frame: its content is damaged")
    }
}

/// zstd's working memory for inflating, kept for the next frame: making it costs more than inflating a small one.
private enum Inflaters {
    private struct Inflater: @unchecked Sendable {
        var context: OpaquePointer
    }

    private static let idle = Mutex<[Inflater]>([])

    static func take() -> OpaquePointer {
        if let inflater = idle.withLock({ $0.popLast() }) { return inflater.context }
        // Only memory can run out here, and then nothing else works either.
        guard let context = ZSTD_createDCtx() else { preconditionFailure("out of memory") }
        // "ignoreChecksum", which zstd.h calls experimental: a zstd that does not know it checks, and is slower.
        ZSTD_DCtx_setParameter(context, ZSTD_d_experimentalParam3, 1)
        return context
    }

    static func giveBack(_ context: OpaquePointer) {
        let inflater = Inflater(context: context)
        idle.withLock { $0.append(inflater) }
    }
}
