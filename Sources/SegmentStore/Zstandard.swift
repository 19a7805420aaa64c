import CZstd
import Synchronization
import TelemetryStore

/// zstd frames, with a checksum where nothing else would notice damage.
final class Zstandard {
    private let compressor: OpaquePointer

    init(level: Int32, hasChecksum: Bool = true) {
        // Only memory can run out here, and then nothing else works either.
        guard let compressor = ZSTD_createCCtx() else { preconditionFailure("out of memory") }
        self.compressor = compressor
        ZSTD_CCtx_setParameter(compressor, ZSTD_c_compressionLevel, level)
        ZSTD_CCtx_setParameter(compressor, ZSTD_c_checksumFlag, hasChecksum ? 1 : 0)
    }

    deinit { ZSTD_freeCCtx(compressor) }

    func compress(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(bytes.count)) { buffer, count in
            count = ZSTD_compress2(compressor, buffer.baseAddress, buffer.count, bytes, bytes.count)
            precondition(ZSTD_isError(count) == 0, "the buffer is as large as zstd asks for")
        }
    }

    /// Inflates one frame whose content size is written in its header.
    static func decompress(_ frame: UnsafeRawBufferPointer) throws(StoreError) -> [UInt8] {
        let size = ZSTD_getFrameContentSize(frame.baseAddress, frame.count)
        guard size <= UInt64(Limits.frameBytesMax) else {
            throw StoreError(.corrupt, "cannot inflate a compressed frame: its size is damaged")
        }
        var failed = false
        let inflater = Inflaters.take()
        defer { Inflaters.giveBack(inflater) }
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
            let written = ZSTD_decompressDCtx(
                inflater, buffer.baseAddress, buffer.count, frame.baseAddress, frame.count)
            failed = ZSTD_isError(written) != 0 || written != Int(size)
            count = failed ? 0 : written
        }
        if failed { throw StoreError(.corrupt, "cannot inflate a compressed frame: its content is damaged") }
        return bytes
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
        return context
    }

    static func giveBack(_ context: OpaquePointer) {
        let inflater = Inflater(context: context)
        idle.withLock { $0.append(inflater) }
    }
}
