/// Columns of integers that are being filled: a value costs a store, where arrays in an array would ask twice who else owns them.
///
/// Bounds: what the caller appends; the room that a column took stays for the next group.
struct ColumnTable: ~Copyable {
    private var columns: UnsafeMutableBufferPointer<Column>
    /// How many there are.
    private(set) var count: Int

    private struct Column {
        var values = UnsafeMutableBufferPointer<UInt64>(start: nil, count: 0)
        var count = 0

        mutating func grow() {
            let larger = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: max(256, 2 * values.count))
            _ = larger.moveInitialize(fromContentsOf: values)
            values.deallocate()
            values = larger
        }
    }

    init(count: Int) {
        self.count = count
        columns = .allocate(capacity: 2 * count)
        columns.initialize(repeating: Column())
    }

    deinit {
        for column in columns { column.values.deallocate() }
        columns.deallocate()
    }

    @inline(__always)
    mutating func append(_ value: UInt64, to number: Int) {
        precondition(number < count, "the column was made before")
        if columns[number].count == columns[number].values.count { columns[number].grow() }
        columns[number].values[columns[number].count] = value
        columns[number].count &+= 1
    }

    /// Adds an empty column and says its number.
    mutating func makeColumn() -> Int {
        if count == columns.count {
            let larger = UnsafeMutableBufferPointer<Column>.allocate(capacity: 2 * count)
            let rest = larger.moveInitialize(fromContentsOf: columns)
            larger[rest...].initialize(repeating: Column())
            columns.deallocate()
            columns = larger
        }
        count += 1
        return count - 1
    }

    /// The values of all columns; they begin anew.
    mutating func takeAll() -> [[UInt64]] {
        (0..<count).map { number in
            defer { columns[number].count = 0 }
            return Array(columns[number].values[..<columns[number].count])
        }
    }
}
