import SegmentStore

extension Retention.Rule {
    static let examples = #""errors 30d", "slower-than 2s 30d", "rest 7d then 5%""#

    /// `errors AGE`, `slower-than DURATION AGE` or `rest AGE`; behind it `then SHARE%` of what is older.
    init?(text: String) {
        var words = text.split(separator: " ").map(String.init)[...]
        let traces: Traces
        switch words.popFirst() {
        case "errors": traces = .errors
        case "slower-than":
            guard let limit = words.popFirst().flatMap(Duration.init(retentionText:)) else { return nil }
            traces = .slowerThan(limit)
        case "rest": traces = .all
        default: return nil
        }
        guard let age = words.popFirst().flatMap(Duration.init(retentionText:)) else { return nil }
        var share = 0.0
        if !words.isEmpty {
            guard words.count == 2, words.popFirst() == "then", let text = words.popFirst(), text.hasSuffix("%"),
                let percent = Double(text.dropLast()), (0...100).contains(percent)
            else { return nil }
            share = percent / 100
        }
        self.init(traces, age: age, sampleAfterwards: share)
    }
}

extension Duration {
    private static let units: [(suffix: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]

    /// A whole number with its unit: `500ms`, `2s`, `90m`, `12h`, `30d`.
    init?(retentionText text: String) {
        guard let unit = Duration.units.first(where: { text.hasSuffix($0.suffix) }),
            let number = Int64(text.dropLast(unit.suffix.count)), number > 0
        else { return nil }
        let (milliseconds, overflow) = number.multipliedReportingOverflow(by: unit.milliseconds)
        guard !overflow else { return nil }
        self = .milliseconds(milliseconds)
    }
}

/// A size as people write it: `500MB`, `20GB`, `1TB`, or bytes.
struct ByteCount {
    var bytes: Int

    private static let units: [(suffix: String, bytes: Int)] = [
        ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("B", 1), ("", 1),
    ]

    /// The least that a folder of segments can do with.
    private static let leastBytes = 16_000_000

    init?(_ text: String) {
        guard let unit = ByteCount.units.first(where: { text.uppercased().hasSuffix($0.suffix) }),
            let number = Int(text.dropLast(unit.suffix.count).trimmingSuffix(while: { $0 == " " }))
        else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: unit.bytes)
        guard !overflow, bytes >= ByteCount.leastBytes else { return nil }
        self.bytes = bytes
    }
}

extension Substring {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> Substring {
        var text = self
        while let last = text.last, predicate(last) { text.removeLast() }
        return text
    }
}
