public import OTLP

/// A search for spans: newest first, a page at a time.
public struct SpanSearch: Hashable, Sendable {
    public var filter: RecordFilter
    /// At most `limitMax`; more are asked for with the cursor.
    public var limit: Int
    /// Where the page before ended; `nil` begins with the newest.
    public var after: SearchCursor?

    public static let limitMax = Limits.pageRecordsMax

    public init(_ filter: RecordFilter, limit: Int = 100, after: SearchCursor? = nil) {
        self.filter = filter
        self.limit = limit
        self.after = after
    }
}

/// A search for log records: newest first, a page at a time.
public struct LogSearch: Hashable, Sendable {
    public var filter: RecordFilter
    /// At most `limitMax`; more are asked for with the cursor.
    public var limit: Int
    /// Where the page before ended; `nil` begins with the newest.
    public var after: SearchCursor?

    public static let limitMax = Limits.pageRecordsMax

    public init(_ filter: RecordFilter, limit: Int = 100, after: SearchCursor? = nil) {
        self.filter = filter
        self.limit = limit
        self.after = after
    }
}

/// One page of a search, newest first.
public struct SearchPage<Record: Hashable & Sendable>: Hashable, Sendable {
    public var records: [Found<Record>]
    /// Continues the search; `nil` when there is nothing older.
    public var next: SearchCursor?

    public init(records: [Found<Record>] = [], next: SearchCursor? = nil) {
        self.records = records
        self.next = next
    }
}

/// A record with where it came from.
public struct Found<Record: Hashable & Sendable>: Hashable, Sendable {
    public var record: Record
    public var resource: Resource?
    public var scope: InstrumentationScope?

    public init(_ record: Record, resource: Resource?, scope: InstrumentationScope?) {
        self.record = record
        self.resource = resource
        self.scope = scope
    }

    /// The `service.name` of the resource; empty when it has none.
    public var service: String { resource?.attributes["service.name"]?.string ?? "" }
}

/// A place in a search's order: a time, and which of the records of that time was last. It stays valid while records are
/// added, moved by compaction, or retired.
public struct SearchCursor: Hashable, Sendable {
    /// Nanoseconds since the Unix epoch.
    public var time: UInt64
    /// Orders the records of one time: a hash of the record.
    public var tie: UInt64

    public init(time: UInt64, tie: UInt64) {
        self.time = time
        self.tie = tie
    }
}

extension SearchCursor: CustomStringConvertible, LosslessStringConvertible {
    /// `time-tie` in hexadecimal: opaque to whoever carries it.
    public var description: String { String(time, radix: 16) + "-" + String(tie, radix: 16) }

    public init?(_ description: String) {
        let parts = description.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let time = UInt64(parts[0], radix: 16), let tie = UInt64(parts[1], radix: 16) else {
            return nil
        }
        self.init(time: time, tie: tie)
    }
}
