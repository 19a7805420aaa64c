import OTLP
import TelemetryStore

/// Which rows a statement can need at most, from the conditions that SQLite hands over.
///
/// SQLite checks every condition again, so that a filter only ever spares reading: where the store's idea of equality is
/// narrower than SQL's, the filter is made wider, and a value of an unexpected type makes no filter at all.
struct RowFilter {
    var records = RecordFilter()
    /// No row can be needed.
    private(set) var isNever = false
    /// Nanoseconds since the epoch, both ends inside.
    private var time = Bounds()
    private var duration = Bounds()

    private struct Bounds {
        var lower: UInt64 = 0
        var upper = UInt64.max

        mutating func narrow(_ comparison: PushDown.Comparison, _ values: [SQLValue], unit: Double) {
            guard values.count == 1 else { return }
            switch values[0] {
            case .integer(let value) where unit == 1: narrow(comparison, value)
            case .integer(let value): narrow(comparison, [.real(Double(value))], unit: unit)
            case .real(let value):
                // Wide enough for what was lost in the division that made the column.
                let nanoseconds = value * unit
                let slack = 1 + abs(nanoseconds) * 0x1p-50
                narrow(comparison, low: (nanoseconds - slack).rounded(.down), high: (nanoseconds + slack).rounded(.up))
            case .null, .text, .blob: break
            }
        }

        private mutating func narrow(_ comparison: PushDown.Comparison, low: Double, high: Double) {
            switch comparison {
            case .equals: (lower, upper) = (max(lower, Bounds.integer(low)), min(upper, Bounds.last(high)))
            case .less, .atMost: upper = min(upper, Bounds.last(high))
            case .greater, .atLeast: lower = max(lower, Bounds.integer(low))
            case .glob, .isThere, .other: break
            }
        }

        private mutating func narrow(_ comparison: PushDown.Comparison, _ value: Int64) {
            let bound = UInt64(clamping: value)
            switch comparison {
            case .equals where value < 0: (lower, upper) = (1, 0)
            // What is beyond SQLite's integers reads as the largest of them.
            case .equals: (lower, upper) = (max(lower, bound), value == .max ? upper : min(upper, bound))
            case .less where value <= 0, .atMost where value < 0: (lower, upper) = (1, 0)
            case .less: upper = min(upper, bound - 1)
            case .atMost: upper = value == .max ? upper : min(upper, bound)
            case .greater: lower = max(lower, value < 0 ? 0 : bound + 1)
            case .atLeast: lower = max(lower, bound)
            case .glob, .isThere, .other: break
            }
        }

        /// A negative upper end lets 0 through, which SQLite takes out again.
        private static func integer(_ value: Double) -> UInt64 {
            value <= 0 ? 0 : value >= 0x1p63 ? UInt64(Int64.max) : UInt64(value)
        }

        /// As an upper end, which is open where doubles no longer tell neighbours apart.
        private static func last(_ value: Double) -> UInt64 { value >= 0x1p62 ? .max : integer(value) }
    }

    mutating func narrow(_ role: SQLColumn.Role, _ comparison: PushDown.Comparison, _ values: [SQLValue]) {
        switch role {
        case .traceID: narrowTraces(values)
        case .service:
            let texts = values.compactMap(\.text)
            if texts.count == values.count, records.services.isEmpty { records.services = Set(texts) }
        case .name: narrowName(comparison, values)
        case .time: time.narrow(comparison, values, unit: 1)
        case .duration(let unit): duration.narrow(comparison, values, unit: unit)
        case .kind: records.kind = RowFilter.kinds.first { values == [.text($0.name)] } ?? records.kind
        case .status: records.status = RowFilter.statuses.first { values == [.text($0.name)] } ?? records.status
        case .severity:
            let range = RowFilter.severities.first { values == [.text($0.name)] }
            if let range { records.severity = max(range, records.severity ?? range) }
        case .severityNumber: narrowSeverity(comparison, values)
        case .attribute(let key): narrowAttribute(key, comparison, values)
        }
    }

    /// Puts the bounds together. To be called once all conditions are in.
    mutating func finish() {
        if time.lower > time.upper || duration.lower > duration.upper { isNever = true }
        guard !isNever else { return }
        if time.lower > 0 || time.upper < .max {
            records.time = time.lower..<(time.upper == .max ? .max : time.upper + 1)
        }
        if duration.lower > 0 || duration.upper < .max { records.duration = duration.lower...duration.upper }
    }

    private static let kinds: [Span.Kind] = [.unspecified, .internal, .server, .client, .producer, .consumer]
    private static let statuses: [Span.Status.Code] = [.unset, .ok, .error]
    private static let severities: [LogRecord.Severity] = [.trace, .debug, .info, .warn, .error, .fatal]

    private mutating func narrowTraces(_ values: [SQLValue]) {
        guard records.traces.isEmpty else { return }
        records.traces = Set(values.compactMap(\.text).compactMap { TraceID(hex: $0) })
        if records.traces.isEmpty { isNever = true }
    }

    private mutating func narrowName(_ comparison: PushDown.Comparison, _ values: [SQLValue]) {
        guard records.name == nil, values.count == 1, let text = values[0].text, !text.isEmpty else { return }
        switch comparison {
        case .equals: records.name = .equals(text)
        case .glob:
            let prefix = RowFilter.literalPrefix(ofGlob: text)
            if !prefix.isEmpty { records.name = .prefix(prefix) }
        case .less, .atMost, .greater, .atLeast, .isThere, .other: break
        }
    }

    private mutating func narrowSeverity(_ comparison: PushDown.Comparison, _ values: [SQLValue]) {
        guard values.count == 1, case .integer(let value) = values[0] else { return }
        switch comparison {
        case .equals, .greater, .atLeast:
            let least = LogRecord.Severity(rawValue: Int32(clamping: value))
            records.severity = max(least, records.severity ?? least)
        case .less, .atMost, .glob, .isThere, .other: break
        }
    }

    /// The column holds what the record or its resource says first; the store looks at all values of the key. It compares
    /// numbers with texts that read as one, which is wider than SQL, and neither booleans, bytes nor structured values with
    /// anything: for what could be one of these, only that the attribute is there is asked for.
    private mutating func narrowAttribute(_ key: String, _ comparison: PushDown.Comparison, _ values: [SQLValue]) {
        var test = AttributeCondition.Test.exists
        if values.count == 1 {
            switch (comparison, values[0]) {
            case (.equals, .text(let text)) where !"[{".contains(text.first ?? "["): test = .equals(text)
            case (.equals, .integer(let number)) where number != 0 && number != 1: test = .equals(String(number))
            case (.glob, .text(let pattern)):
                let prefix = RowFilter.literalPrefix(ofGlob: pattern)
                // Numbers read otherwise here than in SQLite, and booleans read as numbers there.
                if let first = prefix.first, !"0123456789-+.IiNn[{".contains(first) { test = .prefix(prefix) }
            default: break
            }
        }
        records.attributes.append(AttributeCondition(key, test))
    }

    private static func literalPrefix(ofGlob pattern: String) -> String {
        String(pattern.prefix { !"*?[".contains($0) })
    }
}

extension SQLValue {
    var text: String? {
        if case .text(let text) = self { text } else { nil }
    }
}
