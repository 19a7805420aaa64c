import OTLP
import TelemetryStore
import TraceView

/// What to say to somebody who found nothing: a service that nobody knows, or when there was something.
struct WhyNothing {
    let filter: RecordFilter
    let source: any TelemetrySource
    let clock: WallClock
    var signal = Signal.traces

    /// `nil` when neither is why.
    var hint: String? {
        get async {
            if let hint = await unknownService { return hint }
            guard filter.time != nil else { return nil }
            return await otherTimes
        }
    }

    private var unknownService: String? {
        get async {
            guard !filter.services.isEmpty,
                let rows = try? await source.aggregate(Aggregation(signal, groupBy: [.service]))
            else { return nil }
            let known = rows.compactMap { $0.key.first ?? nil }
            guard let unknown = filter.services.sorted().first(where: { !known.contains($0) }) else { return nil }
            let message = "; no service is called \(VisibleText.visible(unknown))"
            guard let near = Nearness.closest(to: unknown, in: known) else {
                guard !known.isEmpty else { return nil }
                return message + ", there are: "
                    + known.prefix(12).map { VisibleText.visible($0) }.joined(separator: ", ")
            }
            return message + ", did you mean \(VisibleText.visible(near))?"
        }
    }

    /// Hours in which there was something like it.
    private var otherTimes: String? {
        get async {
            var anytime = filter
            anytime.time = nil
            let hour: UInt64 = 3_600_000_000_000
            let question = Aggregation(signal, anytime, bucketNanoseconds: hour)
            guard let rows = try? await source.aggregate(question) else { return nil }
            let starts = rows.filter { $0.count > 0 && $0.bucketStart > 0 }.map(\.bucketStart)
            guard let first = starts.min(), let last = starts.max() else { return nil }
            let (from, until) = (clock.moment(first).prefix(16), clock.moment(last + hour).prefix(16))
            let flag = clock.moment(first).prefix(16).replacing(" ", with: "T")
            return "; there is something from \(from) to \(until): --since \(flag) finds it"
        }
    }
}

/// Which known word a typed one was meant to be.
enum Nearness {
    /// `nil` when nothing is near.
    static func closest(to word: String, in known: [String]) -> String? {
        let measured = known.map { (word: $0, distance: distance(Array(word.lowercased()), Array($0.lowercased()))) }
        guard let best = measured.min(by: { $0.distance < $1.distance }), best.distance <= max(1, word.count / 3) else {
            return known.first { $0.lowercased().hasPrefix(word.lowercased()) }
        }
        return best.word
    }

    /// Letters to change, add, leave out or swap with their neighbour.
    ///
    /// Source: Damerau and Levenshtein, optimal string alignment.
    static func distance(_ left: [Character], _ right: [Character]) -> Int {
        guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
        var rows = [Array(0...right.count)]
        for i in 1...left.count {
            var row = [i]
            for j in 1...right.count {
                let change = rows[i - 1][j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1)
                var best = min(rows[i - 1][j] + 1, row[j - 1] + 1, change)
                if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
                    best = min(best, rows[i - 2][j - 2] + 1)
                }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }
}
