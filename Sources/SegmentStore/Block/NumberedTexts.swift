import OTLP
import TelemetryStore

/// Texts of a block by their numbers: column after column, each inflated when one of its texts is asked for.
struct NumberedTexts {
    /// How many texts each column has, in a group's own texts.
    static let counts = 0

    private var set: ColumnSet?
    private var columns: [Column] = []

    private struct Column {
        var number: Int
        var first: Int
        var count: Int
        var list: TextList?
        /// What was asked of all its texts, by the number of the question.
        var verdicts: [Int: [Bool]] = [:]

        var numbers: Range<Int> { first..<first + count }
    }

    init() {}

    /// - Parameter first: the number of the first text.
    init(_ part: [UInt8], counts: [(column: Int, count: Int)], first: Int) throws(StoreError) {
        self.init(part.isEmpty ? nil : try ColumnSet(part), counts, first: first)
    }

    private init(_ set: ColumnSet?, _ counts: [(column: Int, count: Int)], first: Int) {
        self.set = set
        var next = first
        for (column, count) in counts {
            columns.append(Column(number: column, first: next, count: count))
            next += count
        }
    }

    /// Texts whose counts stand in the part itself.
    init(_ part: [UInt8], first: Int) throws(StoreError) {
        guard !part.isEmpty else {
            self.init()
            return
        }
        var set = try ColumnSet(part)
        let counts = try set.integers(NumberedTexts.counts)
        guard counts.allSatisfy({ $0 <= UInt64(Limits.columnValuesMax) }) else {
            throw StoreError(.corrupt, "cannot read a block: the counts of its texts are damaged")
        }
        self.init(
            set, stride(from: 0, to: counts.count - 1, by: 2).map { (Int(counts[$0]), Int(counts[$0 + 1])) },
            first: first)
    }

    /// The number of a column's first text; `nil` when it brought none in.
    func first(ofColumn number: Int) -> Int? {
        columns.first { $0.number == number }?.first
    }

    @inline(__always)
    mutating func withText<Result>(
        _ number: Int, _ body: (UnsafeRawBufferPointer) -> Result
    ) throws(StoreError) -> Result {
        let place = try place(ofText: number)
        guard let list = columns[place].list else {
            throw StoreError(.corrupt, "cannot read a block: a text is missing")
        }
        return list.withBytes(number - columns[place].first, body)
    }

    /// What `answer` says of each text of the column that brought one in, and the numbers of those texts. It is asked once.
    mutating func verdicts(
        ofColumnWith number: Int, question: Int, _ answer: (TextList) -> [Bool]
    ) throws(StoreError) -> (numbers: Range<Int>, verdicts: [Bool]) {
        let place = try place(ofText: number)
        if let known = columns[place].verdicts[question] { return (columns[place].numbers, known) }
        let verdicts = columns[place].list.map(answer) ?? []
        guard verdicts.count == columns[place].count else {
            throw StoreError(.corrupt, "cannot read a block: texts are missing")
        }
        if columns[place].verdicts.count >= Limits.verdictsKept { columns[place].verdicts.removeAll() }
        columns[place].verdicts[question] = verdicts
        return (columns[place].numbers, verdicts)
    }

    /// Where the column of a text stands; its list is loaded.
    @inline(__always)
    private mutating func place(ofText number: Int) throws(StoreError) -> Int {
        var low = 0
        var high = columns.count
        while low < high {
            let middle = (low + high) / 2
            if columns[middle].first <= number { low = middle + 1 } else { high = middle }
        }
        guard low > 0, number - columns[low - 1].first < columns[low - 1].count else {
            throw StoreError(.corrupt, "cannot read a block: a text is missing")
        }
        if columns[low - 1].list == nil { try load(low - 1) }
        return low - 1
    }

    private mutating func load(_ place: Int) throws(StoreError) {
        guard let list = try set?.texts(columns[place].number), list.count == columns[place].count else {
            throw StoreError(.corrupt, "cannot read a block: texts are missing")
        }
        columns[place].list = list
    }
}
