import OTLP
import TelemetryStore

/// Asks the id filters and the correlation indexes of blocks, and reads the rows that they lead to, to be sure.
struct CorrelationQuery {
    let match: CorrelationMatch
    let keys: [CorrelationKey]
    let limit: Int

    /// What the filters are asked for; `nil` when they cannot tell.
    var hashes: [UInt64]? {
        guard !isPrefix else { return nil }
        return [StableHash.of(text)] + (traceRange.map { [StableHash.of($0.lowerBound)] } ?? [])
    }

    /// What one block knows; what is damaged is told of, and the rest asked.
    func read(_ stored: StoredBlock, _ damaged: (StoreError) -> Void) throws(StoreError) -> Set<Correlation> {
        var found: Set<Correlation> = []
        guard stored.counts.spans + stored.counts.logs > 0 else { return found }
        try stored.reading(damaged) { () throws(StoreError) in found = try traces(of: stored, damaged) }
        let text = Array(text.utf8)
        guard !text.isEmpty else { return found }
        if !isPrefix, try !mayHave(StableHash.of(self.text), stored, damaged) { return found }
        try stored.reading(damaged) { () throws(StoreError) in
            let block = try stored.open()
            var index = try block.correlations()
            let runs = Set(try index.runs(text, isPrefix: isPrefix, limit: limit)).sorted()
            guard runs.allSatisfy(block.runs.indices.contains) else {
                throw StoreError(.corrupt, "cannot read a block: its correlations are damaged")
            }
            for (_, runs) in block.byGroup(runs) {
                try stored.reading(damaged) { () throws(StoreError) in
                    insert(try block.records(ofRuns: runs), into: &found)
                }
            }
        }
        return found
    }

    /// A damaged filter lets everything pass.
    private func mayHave(
        _ hash: UInt64, _ stored: StoredBlock, _ damaged: (StoreError) -> Void
    ) throws(StoreError) -> Bool {
        var mayHave = true
        try stored.reading(damaged) { () throws(StoreError) in mayHave = try stored.mayHave(id: hash) }
        return mayHave
    }

    private func insert(
        _ records: (spans: [(BlockOrigin, Span)], logs: [(BlockOrigin, LogRecord)]), into found: inout Set<Correlation>
    ) {
        for (_, span) in records.spans {
            insert(span.attributes, of: span.traceID, into: &found)
            for link in span.links where !link.traceID.isZero && link.traceID != span.traceID {
                insert(.linkedTraceID, link.traceID.hex, of: span.traceID, into: &found)
            }
        }
        for (_, record) in records.logs { insert(record.attributes, of: record.traceID, into: &found) }
    }

    private func insert(_ attributes: [Attribute], of trace: TraceID, into found: inout Set<Correlation>) {
        guard !trace.isZero else { return }
        for attribute in attributes {
            guard let value = attribute.value?.string, !value.isEmpty else { continue }
            for key in keys where key.rawValue == attribute.key { insert(key, value, of: trace, into: &found) }
        }
    }

    private func insert(
        _ key: CorrelationKey, _ value: String, of trace: TraceID, into found: inout Set<Correlation>
    ) {
        let correlation = Correlation(key: key, value: value, traceID: trace)
        if matches(correlation) { found.insert(correlation) }
    }

    // MARK: Trace ids

    private func traces(
        of stored: StoredBlock, _ damaged: (StoreError) -> Void
    ) throws(StoreError) -> Set<Correlation> {
        guard let range = traceRange else { return [] }
        if range.lowerBound == range.upperBound {
            guard try mayHave(StableHash.of(range.lowerBound), stored, damaged) else { return [] }
        }
        return Set(
            try stored.open().traceIDs().lazy.filter { range.contains($0) && !$0.isZero }.prefix(limit)
                .map(Correlation.init(traceID:)))
    }

    /// The trace ids that the match can mean; `nil` when its text is no beginning of one.
    private var traceRange: ClosedRange<TraceID>? {
        switch match {
        case .exactly(let text), .key(.traceID, let text): TraceID(hex: text).map { $0...$0 }
        case .prefix(let text): TraceID.range(hexPrefix: text)
        case .key: nil
        }
    }

    private var text: String {
        switch match {
        case .exactly(let text), .prefix(let text), .key(_, let text): text
        }
    }

    private var isPrefix: Bool {
        if case .prefix = match { true } else { false }
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
