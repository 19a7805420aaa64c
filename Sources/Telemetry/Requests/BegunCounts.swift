import OTLP
import Synchronization

/// How many spans and log records have begun below a span that has no parent in this process, itself among them.
///
/// Every record that is made there holds it on its way; each export says the counts of that moment
/// (Documentation/Formats/begun-counts.md).
package final class BegunCounts: Sendable {
    /// The span that all of it is below.
    let rootSpanID: SpanID
    /// What is kept of the request that is served there; `nil` outside of an invocation.
    let scope: RequestScope?
    private let spans = Atomic<Int>(0)
    private let logs = Atomic<Int>(0)

    init(below rootSpanID: SpanID, scope: RequestScope?) {
        self.rootSpanID = rootSpanID
        self.scope = scope
    }

    @inline(__always)
    func countSpan() { spans.wrappingAdd(1, ordering: .relaxed) }

    @inline(__always)
    func countLog() { logs.wrappingAdd(1, ordering: .relaxed) }

    /// The attributes that tell the counts, as more fields of that record's message.
    func attributes(for record: UnsafeRawBufferPointer, of signal: Signal) -> [UInt8] {
        let tag = signal == .traces ? Tag.bytes(9) : Tag.bytes(6)
        var fields = ByteBuffer(capacity: 128)
        SemanticConventions.spansBegun.withBytes {
            fields.attribute(tag, $0, int: Int64(spans.load(ordering: .relaxed)))
        }
        SemanticConventions.logsBegun.withBytes {
            fields.attribute(tag, $0, int: Int64(logs.load(ordering: .relaxed)))
        }
        if signal != .traces || !isRoot(record) {
            fields.attribute(tag, SemanticConventions.begunBelow, rootSpanID.hex)
        }
        return Array(fields.bytes)
    }

    /// A span begins with its trace id in 18 bytes, and its own behind two.
    private func isRoot(_ span: UnsafeRawBufferPointer) -> Bool {
        span.count >= 28 && span.loadUnaligned(fromByteOffset: 20, as: UInt64.self).bigEndian == rootSpanID.value
    }
}
