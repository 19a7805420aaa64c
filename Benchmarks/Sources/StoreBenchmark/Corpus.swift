import Glibc
import OTLP

/// Request bodies made beforehand, as files: `traces.bin` with all bodies back to back, `traces.batch.idx` with where each is.
struct Corpus {
    let folder: String

    /// One index entry: u64 offset, u32 length, u32 records.
    struct Entry {
        var offset: Int
        var byteCount: Int
        var records: Int
    }

    final class Bodies: @unchecked Sendable {
        let signal: Signal
        let entries: [Entry]
        private let bytes: UnsafeRawBufferPointer

        init?(_ folder: String, _ name: String, signal: Signal, cut: String) {
            self.signal = signal
            guard let bytes = Corpus.map(folder + "/" + name + ".bin"),
                let index = Corpus.map(folder + "/" + name + "." + cut + ".idx")
            else { return nil }
            self.bytes = bytes
            entries = stride(from: 0, to: index.count, by: 16).map { offset in
                Entry(
                    offset: Int(index.loadUnaligned(fromByteOffset: offset, as: UInt64.self)),
                    byteCount: Int(index.loadUnaligned(fromByteOffset: offset + 8, as: UInt32.self)),
                    records: Int(index.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self)))
            }
        }

        var recordCount: Int { entries.reduce(0) { $0 + $1.records } }

        func body(_ entry: Entry) -> [UInt8] {
            [UInt8](bytes[entry.offset..<entry.offset + entry.byteCount])
        }
    }

    /// The trace ids of `traces.tsv`.
    func traceIDs() -> [TraceID] {
        guard let file = Corpus.map(folder + "/traces.tsv") else { return [] }
        return String(decoding: file, as: UTF8.self).split(separator: "\n").compactMap {
            TraceID(hex: $0.prefix(32))
        }
    }

    /// A body with the trace ids of another world: every id of a trace that stands before the id of a span is changed alike.
    static func withOtherTraces(_ body: [UInt8], copy: Int) -> [UInt8] {
        guard copy > 0 else { return body }
        var body = body
        var place = 0
        // `trace_id` and `span_id` are fields 1 and 2 of a span, 9 and 10 of a log record.
        while place + 20 <= body.count {
            let isSpan = body[place] == 0x0A && body[place + 18] == 0x12
            let isLog = body[place] == 0x4A && body[place + 18] == 0x52
            if body[place + 1] == 16, body[place + 19] == 8, isSpan || isLog {
                body[place + 2] ^= UInt8(truncatingIfNeeded: copy)
                body[place + 9] ^= UInt8(truncatingIfNeeded: copy &* 37)
                place += 20
            } else {
                place += 1
            }
        }
        return body
    }

    func text(_ name: String) -> String {
        Corpus.map(folder + "/" + name).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    private static func map(_ path: String) -> UnsafeRawBufferPointer? {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size > 0,
            let address = mmap(nil, Int(status.st_size), PROT_READ, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED
        else { return nil }
        return UnsafeRawBufferPointer(start: address, count: Int(status.st_size))
    }
}
