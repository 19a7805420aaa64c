import GRDBSQLite
import OTLP

/// Where a column's value is put for SQLite.
struct SQLResult {
    let context: OpaquePointer

    /// SQLite copies what it is given.
    nonisolated(unsafe) private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    func null() { sqlite3_result_null(context) }
    func integer(_ value: Int64) { sqlite3_result_int64(context, value) }
    func integer(_ value: Int) { integer(Int64(value)) }
    func real(_ value: Double) { sqlite3_result_double(context, value) }

    /// A number that may be beyond what SQLite's integers hold; then it is the largest of them.
    func integer(clamping value: UInt64) { integer(Int64(clamping: value)) }

    /// NULL when it was not set.
    func time(_ value: UInt64) {
        if value == 0 { null() } else { integer(clamping: value) }
    }

    func text(_ bytes: UnsafeRawBufferPointer) {
        sqlite3_result_text64(
            context, bytes.baseAddress?.assumingMemoryBound(to: CChar.self) ?? SQLResult.nothing, UInt64(bytes.count),
            SQLResult.transient, UInt8(SQLITE_UTF8))
    }

    func text(_ bytes: [UInt8]) { bytes.withUnsafeBytes(text) }

    func text(_ string: String) {
        var string = string
        string.withUTF8 { text(UnsafeRawBufferPointer($0)) }
    }

    /// NULL for an empty text, which in OTLP is one that was not set.
    func textIfAny(_ bytes: UnsafeRawBufferPointer) {
        if bytes.isEmpty { null() } else { text(bytes) }
    }

    func textIfAny(_ string: String) {
        if string.isEmpty { null() } else { text(string) }
    }

    func blob(_ bytes: UnsafeRawBufferPointer) {
        sqlite3_result_blob64(
            context, bytes.baseAddress ?? UnsafeRawPointer(SQLResult.nothing), UInt64(bytes.count), SQLResult.transient)
    }

    /// An attribute: single values as SQLite's own, structured ones as JSON.
    func attribute(_ value: AttributeValue?) {
        switch value {
        case nil, .empty: null()
        case .string(let value): text(value)
        case .bool(let value): integer(value ? 1 : 0)
        case .int(let value): integer(value)
        case .double(let value): real(value)
        case .bytes(let value): value.withUnsafeBytes(blob)
        case .array, .map: text(JSONWriter.plain(value))
        }
    }

    func error(_ message: String) { sqlite3_result_error(context, message, -1) }

    /// SQLite takes a null pointer for NULL, and an empty text needs one that is none.
    nonisolated(unsafe) private static let nothing: UnsafePointer<CChar> = {
        let pointer = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
        pointer.initialize(to: 0)
        return UnsafePointer(pointer)
    }()
}
