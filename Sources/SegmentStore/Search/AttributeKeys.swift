import OTLP
import TelemetryStore

/// An attribute as the key of a grouping: the record's own first value, else its resource's.
enum AttributeKeys {
    static func column(
        _ name: String, _ matcher: BlockMatcher, group: Int, _ rows: inout GroupMatcher
    ) throws(StoreError) -> KeyColumn {
        let isSpans = matcher.signal == .traces
        let origins = try rows.rows.values(isSpans ? .spanOrigin : .logOrigin)
        let shapes = try rows.rows.values(isSpans ? .spanShape : .logShape)
        guard origins.count == rows.isMatch.count, shapes.count == origins.count else {
            throw RowReader.damaged(.spanShape)
        }
        let resources = matcher.resources.values(of: name, in: matcher.block.origins)
        let resourceCodes = origins.map { origin in
            origin < UInt64(resources.codes.count) ? resources.codes[Int(origin)] : 0
        }
        let columns = matcher.block.columns(of: name, matcher.signal)
        if columns.isEmpty { return KeyColumn(codes: resourceCodes) { resources.meanings[Int($0)] } }
        var values = resourceCodes.map { resources.meanings[Int($0)] }
        // The first of a row is the first in its shape, whatever column it stands in.
        var texts: [Int: [String]] = [:]
        for column in columns {
            texts[column.number] = try AttributeKeys.texts(of: column, matcher.block, group: group, &rows)
        }
        let wanted = matcher.block.shapes.map { shape in
            shape.map { BlockColumn.firstAttribute + $0 }.filter { texts[$0] != nil }
        }
        var places: [Int: Int] = [:]
        for row in shapes.indices {
            guard shapes[row] < UInt64(wanted.count) else { throw RowReader.damaged(.spanShape) }
            var isFound = false
            for column in wanted[Int(shapes[row])] {
                let place = places[column, default: 0]
                places[column] = place + 1
                guard !isFound, let known = texts[column], place < known.count else { continue }
                values[row] = known[place]
                isFound = true
            }
        }
        var codes: [String: UInt64] = [:]
        var meanings: [String?] = [nil]
        let numbers = values.map { value -> UInt64 in
            guard let value else { return 0 }
            if let code = codes[value] { return code }
            meanings.append(value)
            codes[value] = UInt64(meanings.count - 1)
            return UInt64(meanings.count - 1)
        }
        let known = meanings
        return KeyColumn(codes: numbers) { known[Int($0)] }
    }

    private static func texts(
        of column: (number: Int, kind: AttributeView.Kind), _ block: BlockReader, group: Int, _ rows: inout GroupMatcher
    ) throws(StoreError) -> [String] {
        let values = try rows.rows.values(column.number)
        switch column.kind {
        case .string:
            let texts = try KeyColumn(texts: values, block, group: group)
            return values.map { texts.meaning($0) ?? "" }
        case .int: return values.map { String(Zigzag.decode($0)) }
        case .double: return values.map { String(Double(bitPattern: $0)) }
        case .bool: return values.map { $0 != 0 ? "true" : "false" }
        case .absent, .empty, .bytes, .array, .map: return []
        }
    }
}

/// What the resources of a block say to the keys of a grouping. They are read once for all groups: a resource is a message.
final class ResourceValues {
    private var known: [String: (codes: [UInt64], meanings: [String?])] = [:]

    /// By origin a code; 0 is no value.
    func values(of name: String, in origins: [BlockOrigin]) -> (codes: [UInt64], meanings: [String?]) {
        if let values = known[name] { return values }
        var codes: [String: UInt64] = [:]
        var meanings: [String?] = [nil]
        let byOrigin = origins.map { origin -> UInt64 in
            guard origin.has(name), let value = origin.resource?.attributes[name].flatMap(\.groupingText) else {
                return 0
            }
            if let code = codes[value] { return code }
            meanings.append(value)
            codes[value] = UInt64(meanings.count - 1)
            return UInt64(meanings.count - 1)
        }
        known[name] = (byOrigin, meanings)
        return (byOrigin, meanings)
    }
}

extension AttributeValue {
    /// As the key of a grouping; `nil` for what is no single value.
    var groupingText: String? {
        switch self {
        case .string(let text): text
        case .int(let number): String(number)
        case .double(let number): String(number)
        case .bool(let flag): flag ? "true" : "false"
        case .empty, .bytes, .array, .map: nil
        }
    }
}
