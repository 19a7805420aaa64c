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
        // What is asked of texts comes last, and of a group in which nothing is left not at all.
        for number in matcher.conditions.indices where isMatch.contains(true) {
            try apply(matcher.conditions[number], .condition(number))
        }
        for number in matcher.phrases.indices where isMatch.contains(true) {
            try apply(matcher.phrases[number], .phrase(number))
        }
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
        let verdicts = try verdicts(numbers, .name) { $0.map(holds) }
        for row in isMatch.indices where isMatch[row] && !verdicts[row] { isMatch[row] = false }
    }

    private func verdicts(
        _ numbers: [UInt64], _ question: Question, _ answer: (TextList) -> [Bool]
    ) throws(StoreError) -> [Bool] {
        try block.verdicts(numbers, group: group, question: matcher.firstQuestion + question.number, answer)
    }

    // MARK: Attributes

    private mutating func apply(
        _ condition: BlockMatcher.Condition, _ question: Question
    ) throws(StoreError) {
        let origins = try rows.values(isSpans ? .spanOrigin : .logOrigin)
        guard origins.count == isMatch.count else { throw RowReader.damaged(.spanOrigin) }
        var has = [Bool](repeating: false, count: isMatch.count)
        var holds = has
        if !condition.columns.isEmpty {
            try markRows(of: condition, question, has: &has, holds: &holds)
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
        of condition: BlockMatcher.Condition, _ question: Question, has: inout [Bool], holds: inout [Bool]
    ) throws(StoreError) {
        let shapes = try rows.values(isSpans ? .spanShape : .logShape)
        guard shapes.count == isMatch.count else { throw RowReader.damaged(.spanShape) }
        for column in condition.columns {
            let occurrences = block.shapes.map { shape in
                shape.count { BlockColumn.firstAttribute + $0 == column.number }
            }
            let verdicts = try verdicts(of: column, condition.test, question)
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
        of column: (number: Int, kind: AttributeView.Kind), _ test: AttributeCondition.Test, _ question: Question
    ) throws(StoreError) -> [Bool]? {
        switch column.kind {
        case .absent, .empty: return nil
        case .string:
            return try verdicts(try rows.values(column.number), question) { texts in texts.map { test.holds(for: $0) } }
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

    private mutating func apply(_ phrase: PhrasePattern, _ question: Question) throws(StoreError) {
        var found = [Bool](repeating: false, count: isMatch.count)
        if isSpans {
            try markNames(phrase, question, &found)
            try markStatusMessages(phrase, question, &found)
            try markEvents(phrase, question, &found)
        } else {
            let shapes = try rows.values(.logBodyShape)
            guard shapes.count == found.count else { throw RowReader.damaged(.logBodyShape) }
            try markValues(of: shapes, phrase, question, &found)
        }
        isMatch = zip(isMatch, found).map { $0 && $1 }
    }

    private mutating func markNames(
        _ phrase: PhrasePattern, _ question: Question, _ found: inout [Bool]
    ) throws(StoreError) {
        let verdicts = try verdicts(try rows.values(.spanName), question) { $0.contain(phrase) }
        guard verdicts.count == found.count else { throw RowReader.damaged(.spanName) }
        for row in found.indices where verdicts[row] { found[row] = true }
    }

    private mutating func markStatusMessages(
        _ phrase: PhrasePattern, _ question: Question, _ found: inout [Bool]
    ) throws(StoreError) {
        let statuses = try rows.values(.spanStatus)
        let messages = try verdicts(try rows.values(.spanStatusMessage), question) { $0.contain(phrase) }
        guard statuses.count == found.count else { throw RowReader.damaged(.spanStatus) }
        var place = 0
        for row in statuses.indices where statuses[row] != 0 {
            guard place < messages.count else { throw RowReader.damaged(.spanStatusMessage) }
            if messages[place] { found[row] = true }
            place += 1
        }
    }

    private mutating func markEvents(
        _ phrase: PhrasePattern, _ question: Question, _ found: inout [Bool]
    ) throws(StoreError) {
        let counts = try rows.values(.eventCount)
        guard counts.count == found.count else { throw RowReader.damaged(.eventCount) }
        var events = try verdicts(try rows.values(.eventName), question) { $0.contain(phrase) }
        let shapes = try rows.values(.eventShape)
        guard events.count == shapes.count else { throw RowReader.damaged(.eventShape) }
        try markValues(of: shapes, phrase, question, &events)
        var event = 0
        for row in counts.indices where counts[row] > 0 {
            guard counts[row] <= UInt64(events.count - event) else { throw RowReader.damaged(.eventName) }
            for _ in 0..<counts[row] {
                if events[event] { found[row] = true }
                event += 1
            }
        }
    }

    /// Marks what has the phrase in one of its values, column after column. Values stand in a column in the order of the shapes
    /// that have it.
    private mutating func markValues(
        of shapes: [UInt64], _ phrase: PhrasePattern, _ question: Question, _ found: inout [Bool]
    ) throws(StoreError) {
        var used = [Bool](repeating: false, count: block.shapes.count)
        for shape in shapes {
            guard shape < UInt64(used.count) else { throw RowReader.damaged(.logBodyShape) }
            used[Int(shape)] = true
        }
        let columns = Set(used.indices.lazy.filter { used[$0] }.flatMap { [block] in block.shapes[$0] })
        for number in columns where block.attributeColumns[number].isText {
            let verdicts = try verdicts(ofTextColumn: number, phrase, question)
            guard verdicts.contains(true) else { continue }
            let occurrences = block.shapes.map { shape in shape.count { $0 == number } }
            var place = 0
            for row in shapes.indices {
                for _ in 0..<occurrences[Int(shapes[row])] {
                    guard place < verdicts.count else { throw RowReader.damaged(.logBodyShape) }
                    if verdicts[place] { found[row] = true }
                    place += 1
                }
            }
        }
    }

    private mutating func verdicts(
        ofTextColumn number: Int, _ phrase: PhrasePattern, _ question: Question
    ) throws(StoreError) -> [Bool] {
        let numbers = try rows.values(BlockColumn.firstAttribute + number)
        let kind = block.attributeColumns[number].kind
        switch (kind, question) {
        case (.string, _): return try verdicts(numbers, question) { $0.contain(phrase) }
        case (.array, .phrase(let asked)), (.map, .phrase(let asked)):
            return try verdicts(numbers, .phraseInside(asked, kind)) { texts in
                texts.map { value in
                    var isFound = false
                    StringElements.forEach(of: value, kind) { if phrase.isIn($0) { isFound = true } }
                    return isFound
                }
            }
        default: return numbers.map { _ in false }
        }
    }
}

/// What a filter asks of texts, by the numbers under which a block keeps the answers.
enum Question {
    case name
    case condition(Int)
    case phrase(Int)
    /// The same phrase, in values that have texts inside: the kind is how they are written.
    case phraseInside(Int, AttributeView.Kind)

    private static let each = 11

    var number: Int {
        switch self {
        case .name: 0
        case .condition(let number): 1 + Question.each * number
        case .phrase(let number): 2 + Question.each * number
        case .phraseInside(let number, let kind): 3 + Question.each * number + Int(kind.rawValue)
        }
    }

    /// How many numbers a filter needs.
    static func count(of filter: RecordFilter) -> Int {
        1 + each * max(filter.attributes.count, filter.phrases.count)
    }
}
