import CZlib
import CZstd

/// How a request body is compressed, by its name in HTTP and gRPC.
public enum ContentEncoding: String, Sendable, CaseIterable {
    case identity
    case gzip
    case deflate
    case zstd

    /// The encoding of a `Content-Encoding` header; `nil` for one that is not known, or for several.
    init?(header: String?) {
        switch header?.lowercased() {
        case nil, "", "identity": self = .identity
        case "gzip", "x-gzip": self = .gzip
        case "deflate": self = .deflate
        case "zstd": self = .zstd
        default: return nil
        }
    }

    enum Failure: Error {
        /// The bytes are not what the encoding says, or end too early.
        case malformed
        /// The inflated body is larger than allowed.
        case tooLarge
    }

    /// Inflates a whole body to at most `limit` bytes; it stops there, so that a bomb costs no more than an honest body.
    func inflate(_ body: [UInt8], limit: Int) throws(Failure) -> [UInt8] {
        switch self {
        case .identity: body
        case .gzip: try Inflater.zlib(body, limit: limit, isRaw: false)
        case .deflate: try Inflater.zlib(body, limit: limit, isRaw: !Inflater.hasZlibHeader(body))
        case .zstd: try Inflater.zstd(body, limit: limit)
        }
    }
}

private enum Inflater {
    static let chunkBytes = 64 << 10

    /// gzip (also of several members) and deflate.
    static func zlib(_ body: [UInt8], limit: Int, isRaw: Bool) throws(ContentEncoding.Failure) -> [UInt8] {
        var stream = z_stream()
        guard (isRaw ? inflate_init_raw(&stream) : inflate_init(&stream)) == Z_OK else { throw .malformed }
        defer { inflateEnd(&stream) }
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: min(chunkBytes, max(1, 4 * body.count)))
        var input = body
        var isComplete = false
        var failure: ContentEncoding.Failure?
        input.withUnsafeMutableBufferPointer { bytes in
            stream.next_in = bytes.baseAddress
            stream.avail_in = UInt32(bytes.count)
            while failure == nil {
                var written = 0
                var code = Z_OK
                chunk.withUnsafeMutableBufferPointer { buffer in
                    stream.next_out = buffer.baseAddress
                    stream.avail_out = UInt32(buffer.count)
                    code = CZlib.inflate(&stream, Z_NO_FLUSH)
                    written = buffer.count - Int(stream.avail_out)
                }
                output.append(contentsOf: chunk[..<written])
                if output.count > limit {
                    failure = .tooLarge
                } else if code == Z_STREAM_END {
                    isComplete = true
                    guard stream.avail_in > 0, !isRaw else { break }
                    // Another gzip member follows: one stream, as RFC 1952 says.
                    isComplete = false
                    if inflateReset(&stream) != Z_OK { failure = .malformed }
                } else if code != Z_OK || (written == 0 && stream.avail_in == 0) {
                    failure = .malformed
                }
            }
        }
        if let failure { throw failure }
        guard isComplete else { throw .malformed }
        return output
    }

    /// RFC 9110 says that "deflate" is the zlib format; a body without its header is taken as raw deflate.
    static func hasZlibHeader(_ body: [UInt8]) -> Bool {
        body.count >= 2 && body[0] & 0x0F == 8 && (Int(body[0]) << 8 | Int(body[1])) % 31 == 0
    }

    static func zstd(_ body: [UInt8], limit: Int) throws(ContentEncoding.Failure) -> [UInt8] {
        guard let stream = ZSTD_createDStream() else { throw .tooLarge }
        defer { ZSTD_freeDStream(stream) }
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: chunkBytes)
        var failure: ContentEncoding.Failure?
        body.withUnsafeBytes { bytes in
            var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
            var remaining = 1
            while failure == nil {
                var written = 0
                chunk.withUnsafeMutableBytes { buffer in
                    var out = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
                    remaining = ZSTD_decompressStream(stream, &out, &input)
                    written = out.pos
                }
                output.append(contentsOf: chunk[..<written])
                if ZSTD_isError(remaining) != 0 {
                    failure = .malformed
                } else if output.count > limit {
                    failure = .tooLarge
                } else if input.pos == input.size, written < chunk.count {
                    // A frame that is not at its end when the input is has been cut.
                    if remaining != 0 { failure = .malformed }
                    break
                }
            }
        }
        if let failure { throw failure }
        return output
    }
}
