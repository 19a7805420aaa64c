import Foundation
import GRDB
import OTLP
import TelemetryStore

/// Asks the trace index and the correlation index of one segment, and reads through its inbox.
struct CorrelationQuery {
    let match: CorrelationMatch
    let keys: [CorrelationKey]
    let limit: Int

    func read(_ segment: Segment) throws(StoreError) -> [Correlation] {
        try storeErrors(at: segment.path) {
            try segment.database.read { database in
                try indexed(database) + traces(database) + inbox(database)
            }
        }
    }

    private func indexed(_ database: Database) throws -> [Correlation] {
        let (condition, arguments): (String, StatementArguments) =
            switch match {
            case .exactly(let text): ("value = ?", [text])
            case .prefix(let text): ("value >= ? AND value < ?", [text, text + "\u{10FFFF}"])
            case .key(let key, let text): ("value = ? AND key = ?", [text, key.rawValue])
            }
        let rows = try Row.fetchAll(
            database,
            sql:
                "SELECT value, key, trace_id FROM correlations WHERE \(condition) ORDER BY value, key, trace_id LIMIT ?",
            arguments: arguments + [limit])
        return rows.compactMap { row in
            guard let trace = TraceID(data: row[2]) else { return nil }
            return Correlation(key: CorrelationKey(rawValue: row[1]), value: row[0], traceID: trace)
        }
    }

    private func traces(_ database: Database) throws -> [Correlation] {
        guard let range = traceRange else { return [] }
        let ids = try Data.fetchAll(
            database,
            sql: "SELECT DISTINCT trace_id FROM traces WHERE trace_id BETWEEN ? AND ? ORDER BY trace_id LIMIT ?",
            arguments: [range.lowerBound.data, range.upperBound.data, limit])
        return ids.compactMap(TraceID.init(data:)).map(Correlation.init(traceID:))
    }

    private func inbox(_ database: Database) throws -> [Correlation] {
        var found: Set<Correlation> = []
        for body in try InboxBody.fetch(database) {
            for correlation in try Correlation.all(in: body.bytes, body.signal, keys) where matches(correlation) {
                found.insert(correlation)
            }
            guard let range = traceRange else { continue }
            for trace in try TraceIDs.all(in: body) where range.contains(trace) {
                found.insert(Correlation(traceID: trace))
            }
        }
        return Array(found)
    }

    /// The trace ids that the match can mean; `nil` when its text is no beginning of one.
    private var traceRange: ClosedRange<TraceID>? {
        switch match {
        case .exactly(let text), .key(.traceID, let text): TraceID(hex: text).map { $0...$0 }
        case .prefix(let text): TraceID.range(hexPrefix: text)
        case .key: nil
        }
    }

    private func matches(_ correlation: Correlation) -> Bool {
        switch match {
        case .exactly(let text): correlation.value == text
        case .prefix(let text): correlation.value.utf8.starts(with: text.utf8)
        case .key(let key, let text): correlation.value == text && correlation.key == key
        }
    }
}

extension Correlation {
    /// A trace id leads to its own trace.
    init(traceID: TraceID) {
        self.init(key: .traceID, value: traceID.hex, traceID: traceID)
    }

    /// In order of value, then of key.
    static func precedes(_ left: Correlation, _ right: Correlation) -> Bool {
        (left.value, left.key, left.traceID) < (right.value, right.key, right.traceID)
    }
}

extension TraceID {
    /// All trace ids whose hexadecimal form begins with `prefix`; `nil` when none can.
    static func range(hexPrefix prefix: String) -> ClosedRange<TraceID>? {
        guard (1...32).contains(prefix.utf8.count),
            let first = TraceID(hex: prefix + String(repeating: "0", count: 32 - prefix.utf8.count)),
            let last = TraceID(hex: prefix + String(repeating: "f", count: 32 - prefix.utf8.count))
        else { return nil }
        return first...last
    }
}

/// The trace ids of a request body.
private struct TraceIDs<Reader: LocatedReader>: RecordVisitor {
    var found: Set<TraceID> = []

    mutating func beginResource(_ resource: WireRange?, schemaURL: WireRange, in bytes: ByteSpan) {}
    mutating func beginScope(_ scope: WireRange?, schemaURL: WireRange, in bytes: ByteSpan) {}

    mutating func take(_ record: borrowing Reader, in bytes: ByteSpan) {
        var location = RecordLocation(body: 0, range: record.message, origin: 0)
        record.describe(&location)
        if !location.traceID.isZero { found.insert(location.traceID) }
    }
}

extension TraceIDs<SpanReader> {
    static func all(in body: InboxBody) throws(WireError) -> Set<TraceID> {
        switch body.signal {
        case .traces:
            var walker = ExportWalker(TraceIDs<SpanReader>())
            try walker.walk(body.bytes.span)
            return walker.visitor.found
        case .logs:
            var walker = ExportWalker(TraceIDs<LogRecordReader>())
            try walker.walk(body.bytes.span)
            return walker.visitor.found
        case .metrics:
            return []
        }
    }
}
