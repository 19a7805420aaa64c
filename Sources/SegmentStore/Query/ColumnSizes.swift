import OTLP
import TelemetryStore

/// How many bytes the columns of a store take, compressed, by name: where a record's bytes go.
public struct ColumnSizes: Sendable {
    /// `spans/attribute http.route`, `logs/body`, `texts/…`, `index/…` → bytes.
    public private(set) var bytes: [String: Int] = [:]

    mutating func add(_ stored: StoredBlock) throws(StoreError) {
        let block = try stored.open()
        for part in [
            BlockPart.head, BlockPart.traceIDs, BlockPart.idFilter, BlockPart.correlations, BlockPart.valueFilters,
        ] {
            bytes["index/" + BlockPart.name(part), default: 0] += try stored.part(part).count
        }
        try add(try stored.part(BlockPart.sharedTexts), "texts", block)
        for group in block.groups.indices {
            for signal in Signal.allCases where block.groups[group].counts[signal] > 0 {
                try add(try stored.part(BlockPart.rows(of: signal, group: group)), signal.columnFamily, block)
            }
            try add(try stored.part(BlockPart.ownTexts(group: group)), "texts", block)
        }
    }

    private mutating func add(_ part: [UInt8], _ family: String, _ block: BlockReader) throws(StoreError) {
        guard !part.isEmpty else { return }
        let set = try ColumnSet(part)
        var framed = 0
        for frame in set.frameSizes {
            let name =
                switch frame.columns {
                case [NumberedTexts.counts] where family == "texts": "counts"
                case let columns where columns.count == 1: block.name(ofColumn: columns[0])
                default: "small columns"
                }
            bytes[family + "/" + name, default: 0] += frame.bytes
            framed += frame.bytes
        }
        bytes[family + "/directory", default: 0] += part.count - framed
    }
}

extension BlockReader {
    /// What a column is called in reports.
    func name(ofColumn number: Int) -> String {
        guard number >= BlockColumn.firstAttribute else {
            return BlockColumn(rawValue: number).map { "\($0)" } ?? "column \(number)"
        }
        guard attributeColumns.indices.contains(number - BlockColumn.firstAttribute) else { return "column \(number)" }
        let column = attributeColumns[number - BlockColumn.firstAttribute]
        let signal = column.signal.columnFamily
        let name = String(decoding: names.array(Int(column.name)), as: UTF8.self)
        return column.owner == .body
            ? "\(signal) body \(column.kind)" : "\(signal) \(column.owner) \(name) \(column.kind)"
    }
}

extension Signal {
    var columnFamily: String {
        switch self {
        case .traces: "spans"
        case .logs: "logs"
        case .metrics: "points"
        }
    }
}
