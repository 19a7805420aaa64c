/// The columns that a row's attributes stood in, for the next row that is likely to have the same keys: comparing a key with the
/// expected one costs a third of looking it up.
///
/// Shape: a table without collision lists; a row that takes another's place only costs that one a look-up.
struct ShapeMemory {
    private var shapes = [Shape](repeating: Shape(), count: 256)

    private struct Shape {
        var columns: [UInt32] = []
        /// `nil` before the first row.
        var code: UInt32?
    }

    /// The number of no column.
    static let unknown = UInt32.max

    static func place(of kin: UInt32, _ column: BlockColumn) -> Int {
        let key = UInt64(kin) &<< 8 | UInt64(column.rawValue)
        return Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) &>> 56)
    }

    /// The column of the attribute at an index; `unknown` when the row had none there.
    func column(_ place: Int, _ index: Int) -> UInt32 {
        index < shapes[place].columns.count ? shapes[place].columns[index] : ShapeMemory.unknown
    }

    /// The code of the shape, when the row had this many attributes.
    func code(_ place: Int, count: Int) -> UInt32? {
        shapes[place].columns.count == count ? shapes[place].code : nil
    }

    mutating func remember(_ columns: [UInt32], _ code: UInt32, at place: Int) {
        shapes[place].columns.removeAll(keepingCapacity: true)
        shapes[place].columns += columns
        shapes[place].code = code
    }
}
