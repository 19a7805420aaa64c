import OTLP
import TelemetryStore

/// Finds the rows of one group that a filter holds for, column by column: each condition clears the rows it does not hold
/// for, and the columns of no condition are never inflated.
struct GroupMatcher {
    private let matcher: BlockMatcher
    private let group: Int
    var rows: RowReader
    /// By row: whether all conditions so far hold.
    private(set) var isMatch: [Bool]
    /// By row, once something has asked for them.
    private(set) var times: [UInt64]?
    private(set) var durations: [UInt64]?

    private var block: BlockReader { matcher.block }
    private var isSpans: Bool { matcher.signal == .traces }

    init(_ matcher: BlockMatcher, group: Int) throws(StoreError) {
        self.matcher = matcher
        self.group = group
        rows = try matcher.block.rows(of: matcher.signal, group: group)
        isMatch = Array(repeating: true, count: matcher.block.groups[group].counts[matcher.signal])
        try applyOrigins()
        try applyFixedColumns()
        try applyTimes()
        try applyTraces()
        for condition in matcher.conditions { try apply(condition) }
        for phrase in matcher.phrases { try apply(phrase) }
    }

    /// The times of all rows: when spans started, when log records were made.
    mutating func loadTimes() throws(StoreError) -> [UInt64] {
        if let times { return times }
        let loaded: [UInt64]
        let (block, group) = (block, group)
        if isSpans {
            let spans = try SpanTimes(block, group: group, &rows)
            durations = spans.durations
            loaded = spans.starts
        } else {
            loaded = try LogTimes(block, group: group, &rows).times
        }
        times = loaded
        return loaded
    }

    mutating func loadDurations() throws(StoreError) -> [UInt64] {
        if let durations { return durations }
        let loaded = try SpanTimes.durations(&rows)
        guard loaded.count == isMatch.count else { throw RowReader.damaged(.spanDuration) }
        durations = loaded
        return loaded
    }

    // MARK: Conditions

    private mutating func applyOrigins() throws(StoreError) {
        let isService = matcher.isService
        guard isService.contains(false) else { return }
        let origins = try rows.values(isSpans ? .spanOrigin : .logOrigin)
        try clear(origins) { $0 < UInt64(isService.count) && isService[Int($0)] }
    }

    private mutating func applyFixedColumns() throws(StoreError) {
        let filter = matcher.filter
        if let kind = filter.kind {
            let wanted = Zigzag.encode(Int64(kind.rawValue))
            try clear(try rows.values(.spanKind)) { $0 == wanted }
        }
        if let status = filter.status {
            let wanted = 1 + Zigzag.encode(Int64(status.rawValue))
            // A span without a status message is unset, too.
            try clear(try rows.values(.spanStatus)) { $0 == wanted || ($0 == 0 && status == .unset) }
        }
        if let severity = filter.severity {
            try clear(try rows.values(.logSeverity)) { Zigzag.decode($0) >= Int64(severity.rawValue) }
        }
        if let name = filter.name {
            let numbers = try rows.values(isSpans ? .spanName : .logEventName)
            try clear(texts: numbers) { name.holds(for: $0) }
        }
    }

    private mutating func applyTimes() throws(StoreError) {
        if let duration = matcher.filter.duration {
            let durations = try loadDurations()
            try clear(durations) { duration.contains($0) }
        }
        if let time = matcher.filter.time {
            let known = block.groups[group].summary.times
            // Most groups lie inside as a whole. A row without a time is in no range.
            if !time.contains(known.first) || !time.contains(known.last) {
                let times = try loadTimes()
                try clear(times) { time.contains($0) }
            }
        }
    }

    private mutating func applyTraces() throws(StoreError) {
        let wanted = matcher.filter.traces
        guard !wanted.isEmpty else { return }
        let ids = try block.traceIDs()
        var row = 0
        for run in block.groups[group].runs {
            let count = block.runs[run].counts[matcher.signal]
            if !wanted.contains(ids[run]) {
                for place in row..<row + count { isMatch[place] = false }
            }
            row += count
        }
    }

    private mutating func clear(_ values: [UInt64], unless holds: (UInt64) -> Bool) throws(StoreError) {
        guard values.count == isMatch.count else {
            throw StoreError(.corrupt, "cannot read a block: a column has \(values.count) of \(isMatch.count) rows")
        }
        for row in isMatch.indices where isMatch[row] && !holds(values[row]) { isMatch[row] = false }
    }

    private mutating func clear(
        texts numbers: [UInt64], unless holds: (UnsafeRawBufferPointer) -> Bool
    ) throws(StoreError) {
        guard numbers.count == isMatch.count else {
            throw StoreError(.corrupt, "cannot read a block: a column has \(numbers.count) of \(isMatch.count) rows")
        }
        let verdicts = try verdicts(numbers, holds)
        for row in isMatch.indices where isMatch[row] && !verdicts[row] { isMatch[row] = false }
    }

    /// By row, what a test says of its text; each distinct text of the column is looked at once.
    private func verdicts(
        _ numbers: [UInt64], _ holds: (UnsafeRawBufferPointer) -> Bool
    ) throws(StoreError) -> [Bool] {
        var known: [UInt64: Bool] = [:]
        var verdicts: [Bool] = []
        verdicts.reserveCapacity(numbers.count)
        var last: (number: UInt64, verdict: Bool)?
        for number in numbers {
            if let last, last.number == number {
                verdicts.append(last.verdict)
                continue
            }
            let verdict: Bool
            if number < UInt64(block.sharedCount), let found = known[number] {
                verdict = found
            } else {
                verdict = try block.withText(number, group: group, holds)
                if number < UInt64(block.sharedCount) { known[number] = verdict }
            }
            last = (number, verdict)
            verdicts.append(verdict)
        }
        return verdicts
    }

    // MARK: Attributes

    private mutating func apply(_ condition: BlockMatcher.Condition) throws(StoreError) {
        let origins = try rows.values(isSpans ? .spanOrigin : .logOrigin)
        guard origins.count == isMatch.count else { throw RowReader.damaged(.spanOrigin) }
        var has = [Bool](repeating: false, count: isMatch.count)
        var holds = has
        if !condition.columns.isEmpty {
            try markRows(of: condition, has: &has, holds: &holds)
        }
        for row in isMatch.indices where isMatch[row] {
            let origin = Int(truncatingIfNeeded: origins[row])
            let resource =
                condition.resources.indices.contains(origin) ? condition.resources[origin] : (has: false, holds: false)
            if condition.test.isMissing {
                isMatch[row] = !has[row] && !resource.has
            } else {
                isMatch[row] = holds[row] || resource.holds
            }
        }
    }

    private mutating func markRows(
        of condition: BlockMatcher.Condition, has: inout [Bool], holds: inout [Bool]
    ) throws(StoreError) {
        let shapes = try rows.values(isSpans ? .spanShape : .logShape)
        guard shapes.count == isMatch.count else { throw RowReader.damaged(.spanShape) }
        for column in condition.columns {
            let occurrences = block.shapes.map { shape in
                shape.count { BlockColumn.firstAttribute + $0 == column.number }
            }
            let verdicts = try verdicts(of: column, condition.test)
            var place = 0
            for row in shapes.indices {
                guard shapes[row] < UInt64(occurrences.count) else { throw RowReader.damaged(.spanShape) }
                for _ in 0..<occurrences[Int(shapes[row])] {
                    has[row] = true
                    if let verdicts {
                        guard place < verdicts.count else { throw RowReader.damaged(.spanShape) }
                        if verdicts[place] { holds[row] = true }
                        place += 1
                    } else if condition.test.isExistence {
                        holds[row] = true
                    }
                }
            }
        }
    }

    /// What the test says of each value of a column; `nil` for a column that stores none.
    private mutating func verdicts(
        of column: (number: Int, kind: AttributeView.Kind), _ test: AttributeCondition.Test
    ) throws(StoreError) -> [Bool]? {
        switch column.kind {
        case .absent, .empty: return nil
        case .string: return try verdicts(try rows.values(column.number)) { test.holds(for: $0) }
        case .bool: return try rows.values(column.number).map { test.holdsForBool($0 != 0) }
        case .int:
            return try rows.values(column.number).map { bits in
                let number = Zigzag.decode(bits)
                return test.holds(forNumber: Double(number), text: String(number))
            }
        case .double:
            return try rows.values(column.number).map { bits in
                let number = Double(bitPattern: bits)
                return test.holds(forNumber: number, text: String(number))
            }
        case .bytes, .array, .map: return try rows.values(column.number).map { _ in test.isExistence }
        }
    }

    // MARK: Phrases

    private mutating func apply(_ phrase: PhrasePattern) throws(StoreError) {
        var found = [Bool](repeating: false, count: isMatch.count)
        if isSpans {
            try mark(rowsOf: .spanName, phrase, &found)
            try markStatusMessages(phrase, &found)
            try markEvents(phrase, &found)
        } else {
            try markBodies(phrase, &found)
        }
        for row in isMatch.indices where isMatch[row] && !found[row] { isMatch[row] = false }
    }

    private mutating func mark(
        rowsOf column: BlockColumn, _ phrase: PhrasePattern, _ found: inout [Bool]
    ) throws(StoreError) {
        let numbers = try rows.values(column)
        guard numbers.count == found.count else { throw RowReader.damaged(column) }
        for (row, verdict) in try verdicts(numbers, phrase.isIn).enumerated() where verdict { found[row] = true }
    }

    private mutating func markStatusMessages(_ phrase: PhrasePattern, _ found: inout [Bool]) throws(StoreError) {
        let statuses = try rows.values(.spanStatus)
        let messages = try verdicts(try rows.values(.spanStatusMessage), phrase.isIn)
        guard statuses.count == found.count else { throw RowReader.damaged(.spanStatus) }
        var place = 0
        for row in statuses.indices where statuses[row] != 0 {
            guard place < messages.count else { throw RowReader.damaged(.spanStatusMessage) }
            if messages[place] { found[row] = true }
            place += 1
        }
    }

    private mutating func markEvents(_ phrase: PhrasePattern, _ found: inout [Bool]) throws(StoreError) {
        let counts = try rows.values(.eventCount)
        guard counts.count == found.count else { throw RowReader.damaged(.eventCount) }
        let names = try verdicts(try rows.values(.eventName), phrase.isIn)
        let shapes = try rows.values(.eventShape)
        guard names.count == shapes.count else { throw RowReader.damaged(.eventShape) }
        var cursor = try ValueCursor(self, phrase)
        var event = 0
        for row in counts.indices {
            for _ in 0..<counts[row] {
                guard event < names.count else { throw RowReader.damaged(.eventName) }
                if names[event] { found[row] = true }
                if try cursor.next(shape: shapes[event], &self) { found[row] = true }
                event += 1
            }
        }
    }

    private mutating func markBodies(_ phrase: PhrasePattern, _ found: inout [Bool]) throws(StoreError) {
        let shapes = try rows.values(.logBodyShape)
        guard shapes.count == found.count else { throw RowReader.damaged(.logBodyShape) }
        var cursor = try ValueCursor(self, phrase)
        for row in shapes.indices where try cursor.next(shape: shapes[row], &self) { found[row] = true }
    }

    /// Walks the values of attributes, shape after shape, and says in which of them a phrase is.
    private struct ValueCursor {
        private let phrase: PhrasePattern
        private let block: BlockReader
        private var verdicts: [[Bool]?]
        private var places: [Int]

        init(_ matcher: GroupMatcher, _ phrase: PhrasePattern) throws(StoreError) {
            self.phrase = phrase
            block = matcher.block
            places = Array(repeating: 0, count: matcher.block.attributeColumns.count)
            verdicts = Array(repeating: nil, count: places.count)
        }

        mutating func next(shape code: UInt64, _ matcher: inout GroupMatcher) throws(StoreError) -> Bool {
            guard code < UInt64(block.shapes.count) else { throw RowReader.damaged(.logBodyShape) }
            var isFound = false
            for number in block.shapes[Int(code)] where block.attributeColumns[number].isText {
                if verdicts[number] == nil { verdicts[number] = try load(number, &matcher) }
                let place = places[number]
                guard let count = verdicts[number]?.count, place < count else { throw RowReader.damaged(.logBodyShape) }
                if verdicts[number]?[place] == true { isFound = true }
                places[number] += 1
            }
            return isFound
        }

        private func load(_ number: Int, _ matcher: inout GroupMatcher) throws(StoreError) -> [Bool] {
            let numbers = try matcher.rows.values(BlockColumn.firstAttribute + number)
            let kind = block.attributeColumns[number].kind
            switch kind {
            case .string: return try matcher.verdicts(numbers, phrase.isIn)
            case .array, .map:
                return try matcher.verdicts(numbers) { value in
                    var isFound = false
                    StringElements.forEach(of: value, kind) { if phrase.isIn($0) { isFound = true } }
                    return isFound
                }
            default: return numbers.map { _ in false }
            }
        }
    }
}
