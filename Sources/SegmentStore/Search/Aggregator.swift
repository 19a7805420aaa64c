import OTLP
import TelemetryStore

/// Counts the records of blocks by group and time bucket. Sums of several add up.
struct Aggregator {
    private let aggregation: Aggregation
    private let phrases: [PhrasePattern]
    private var rows: [AggregateRow] = []
    private var places: [Key: Int] = [:]

    private struct Key: Hashable {
        var values: [String?]
        var bucket: UInt64
    }

    init(_ aggregation: Aggregation) {
        self.aggregation = aggregation
        phrases = aggregation.filter.phrases.map(PhrasePattern.init)
    }

    /// In order of bucket, then of key.
    var result: [AggregateRow] {
        rows.sorted { left, right in
            if left.bucketStart != right.bucketStart { return left.bucketStart < right.bucketStart }
            return left.key.lexicographicallyPrecedes(right.key) { ($0 ?? "") < ($1 ?? "") }
        }
    }

    mutating func merge(_ other: Aggregator) {
        for row in other.rows {
            let place = place(of: Key(values: row.key, bucket: row.bucketStart))
            rows[place].count += row.count
            rows[place].errorCount += row.errorCount
            rows[place].durations.merge(row.durations)
        }
    }

    /// Adds what one block holds; what is damaged is told of, and the rest counted.
    mutating func add(_ stored: StoredBlock, _ damaged: (StoreError) -> Void) throws(StoreError) {
        guard stored.counts[aggregation.signal] > 0 else { return }
        if let time = aggregation.filter.time {
            guard stored.times.first < time.upperBound, stored.times.last >= time.lowerBound else { return }
        }
        try stored.reading(damaged) { () throws(StoreError) in
            let matcher = BlockMatcher(try stored.open(), aggregation.signal, aggregation.filter, phrases)
            guard matcher.mayMatch else { return }
            var filters: ColumnSet?
            let services = matcher.block.services
            for group in matcher.block.groups.indices {
                try stored.reading(damaged) { () throws(StoreError) in
                    guard try matcher.mayMatch(group: group, &filters) else { return }
                    try add(matcher, group: group, services)
                }
            }
        }
    }

    private mutating func add(_ matcher: BlockMatcher, group: Int, _ services: [String?]) throws(StoreError) {
        var rows = try GroupMatcher(matcher, group: group)
        guard rows.isMatch.contains(true) else { return }
        var keys = GroupKeys(rows.isMatch.count)
        for key in aggregation.groupBy {
            try keys.add(try values(of: key, matcher, group: group, services, &rows))
        }
        if let width = aggregation.bucketNanoseconds, width > 0 {
            keys.addBuckets(try rows.loadTimes().map { $0 / width * width })
        }
        let isSpans = aggregation.signal == .traces
        let durations = isSpans ? try rows.loadDurations() : []
        let marks = try rows.rows.values(isSpans ? .spanStatus : .logSeverity)
        guard marks.count == rows.isMatch.count else { throw RowReader.damaged(.spanStatus) }
        let error = 1 + Zigzag.encode(Int64(Span.Status.Code.error.rawValue))
        let errorSeverity = Int64(LogRecord.Severity.error.rawValue)
        var targets = [Int](repeating: -1, count: keys.count)
        let isMatch = rows.isMatch
        for row in isMatch.indices where isMatch[row] {
            let number = keys.numbers[row]
            if targets[number] < 0 {
                targets[number] = place(of: Key(values: keys.values[number].values, bucket: keys.values[number].bucket))
            }
            let target = targets[number]
            self.rows[target].count += 1
            if isSpans {
                if marks[row] == error { self.rows[target].errorCount += 1 }
                self.rows[target].durations.insert(durations[row])
            } else if Zigzag.decode(marks[row]) >= errorSeverity {
                self.rows[target].errorCount += 1
            }
        }
    }

    /// Where the row of a key stands; one that is new gets a row, or that of all further groups.
    private mutating func place(of key: Key) -> Int {
        if let place = places[key] { return place }
        var key = key
        if rows.count >= Aggregation.rowsMax {
            key.values = key.values.map { _ in nil }
            if let place = places[key] { return place }
        }
        places[key] = rows.count
        rows.append(AggregateRow(key: key.values, bucketStart: key.bucket))
        return rows.count - 1
    }

    /// By row, the value of one key.
    private func values(
        of key: Aggregation.GroupKey, _ matcher: BlockMatcher, group: Int, _ services: [String?],
        _ rows: inout GroupMatcher
    ) throws(StoreError) -> KeyColumn {
        let isSpans = aggregation.signal == .traces
        let block = matcher.block
        switch key {
        case .service:
            let origins = try rows.rows.values(isSpans ? .spanOrigin : .logOrigin)
            return KeyColumn(codes: origins) { code in
                code < UInt64(services.count) ? services[Int(code)] : nil
            }
        case .name:
            let names = try rows.rows.values(isSpans ? .spanName : .logEventName)
            return try KeyColumn(texts: names, block, group: group)
        case .kind:
            let kinds = isSpans ? try rows.rows.values(.spanKind) : rows.isMatch.map { _ in 0 }
            return KeyColumn(codes: kinds) { Span.Kind(rawValue: Int32(truncatingIfNeeded: Zigzag.decode($0))).name }
        case .status:
            let statuses = isSpans ? try rows.rows.values(.spanStatus) : rows.isMatch.map { _ in 0 }
            return KeyColumn(codes: statuses) { code in
                let status = code == 0 ? 0 : Int32(truncatingIfNeeded: Zigzag.decode(code - 1))
                return Span.Status.Code(rawValue: status).name
            }
        case .severity:
            let severities = isSpans ? rows.isMatch.map { _ in 0 } : try rows.rows.values(.logSeverity)
            return KeyColumn(codes: severities) { code in
                LogRecord.Severity(rawValue: Int32(truncatingIfNeeded: Zigzag.decode(code))).name
            }
        case .attribute(let name): return try AttributeKeys.column(name, matcher, group: group, &rows)
        }
    }
}

/// One key of a grouping, by row: a code, and what codes mean.
struct KeyColumn {
    var codes: [UInt64]
    var meaning: (UInt64) -> String?

    init(codes: [UInt64], meaning: @escaping (UInt64) -> String?) {
        self.codes = codes
        self.meaning = meaning
    }

    init(texts numbers: [UInt64], _ block: BlockReader, group: Int) throws(StoreError) {
        var texts: [UInt64: String] = [:]
        for number in Set(numbers) {
            texts[number] = try block.withText(number, group: group) { String(decoding: $0, as: UTF8.self) }
        }
        self.init(codes: numbers) { texts[$0] }
    }
}

/// By row, the number of its key: of all keys of a grouping together, and its time bucket.
struct GroupKeys {
    private(set) var numbers: [Int]
    private(set) var values: [(values: [String?], bucket: UInt64)] = [([], 0)]

    var count: Int { values.count }

    init(_ rowCount: Int) {
        numbers = Array(repeating: 0, count: rowCount)
    }

    mutating func add(_ column: KeyColumn) throws(StoreError) {
        guard column.codes.count == numbers.count else {
            throw StoreError(
                .corrupt, "cannot read a block: a column has \(column.codes.count) of \(numbers.count) rows")
        }
        let before = values
        split(column.codes) { key, code in (before[key].values + [column.meaning(code)], 0) }
    }

    mutating func addBuckets(_ buckets: [UInt64]) {
        let before = values
        split(buckets) { key, bucket in (before[key].values, bucket) }
    }

    /// Tells rows of one key apart that have different codes.
    private mutating func split(
        _ codes: [UInt64], _ value: (Int, UInt64) -> (values: [String?], bucket: UInt64)
    ) {
        struct Pair: Hashable {
            var key: Int
            var code: UInt64
        }
        var split: [(values: [String?], bucket: UInt64)] = []
        // Codes of columns are small numbers, nearly always: then a table serves, and no row is hashed.
        let width = Int(truncatingIfNeeded: min(codes.max() ?? 0, UInt64(Limits.groupTableSlots))) + 1
        if values.count * width <= Limits.groupTableSlots {
            var table = [Int](repeating: -1, count: values.count * width)
            for row in numbers.indices {
                let slot = numbers[row] * width + Int(truncatingIfNeeded: codes[row])
                if table[slot] < 0 {
                    table[slot] = split.count
                    split.append(value(numbers[row], codes[row]))
                }
                numbers[row] = table[slot]
            }
            values = split.isEmpty ? [([], 0)] : split
            return
        }
        var known: [Pair: Int] = [:]
        var last: (pair: Pair, number: Int)?
        for row in numbers.indices {
            let pair = Pair(key: numbers[row], code: codes[row])
            if let last, last.pair == pair {
                numbers[row] = last.number
                continue
            }
            let number: Int
            if let found = known[pair] {
                number = found
            } else {
                number = split.count
                known[pair] = number
                split.append(value(pair.key, pair.code))
            }
            numbers[row] = number
            last = (pair, number)
        }
        values = split.isEmpty ? [([], 0)] : split
    }
}
