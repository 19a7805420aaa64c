import Glibc
import OTLP
import SegmentStore
import TelemetryStore

/// Measures the store on a corpus of request bodies.
///
///     StoreBenchmark ingest CORPUS FOLDER [batch|small] [traces,logs]
///     StoreBenchmark fill CORPUS FOLDER COPIES SEGMENT-BYTES   (a large folder: the corpus again and again, with other trace ids)
///     StoreBenchmark sizes FOLDER
///     StoreBenchmark seal FOLDER
///     StoreBenchmark compact FOLDER
///     StoreBenchmark open FOLDER
///     StoreBenchmark lookup CORPUS FOLDER
///     StoreBenchmark search CORPUS FOLDER [PHRASE [QUERY]]
@main
struct StoreBenchmark {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        switch arguments.first {
        case "ingest": try await ingest(Array(arguments.dropFirst()))
        case "fill": try await fill(Array(arguments.dropFirst()))
        case "open": try await open(Array(arguments.dropFirst()))
        case "sizes": try await sizes(Array(arguments.dropFirst()))
        case "seal": try await seal(Array(arguments.dropFirst())) { store in try await store.seal() }
        case "compact": try await seal(Array(arguments.dropFirst())) { store in try await store.compact() }
        case "search": try await search(Array(arguments.dropFirst()))
        case "lookup": try await lookup(Array(arguments.dropFirst()))
        default:
            print(
                "usage: StoreBenchmark ingest CORPUS FOLDER [batch|small] [traces,logs] | fill CORPUS FOLDER COPIES SEGMENT-BYTES | sizes FOLDER | seal FOLDER | compact FOLDER | open FOLDER | lookup CORPUS FOLDER | search CORPUS FOLDER [PHRASE [QUERY]]"
            )
            exit(2)
        }
    }

    static func ingest(_ arguments: [String]) async throws {
        let cut = arguments.count > 2 ? arguments[2] : "batch"
        let signals = arguments.count > 3 ? arguments[3] : "traces,logs"
        let store = try SegmentStore.open(writing: arguments[1])
        for (signal, name) in [(Signal.traces, "traces"), (.logs, "logs")] where signals.contains(name) {
            guard let bodies = Corpus.Bodies(arguments[0], name, signal: signal, cut: cut) else {
                fatalError("no corpus")
            }
            let before = ProcessFigures()
            await withTaskGroup(of: Void.self) { group in
                for worker in 0..<8 {
                    group.addTask {
                        for index in stride(from: worker, to: bodies.entries.count, by: 8) {
                            _ = try? await store.append(bodies.body(bodies.entries[index]), of: signal)
                        }
                    }
                }
            }
            try await store.flush()
            let used = ProcessFigures().since(before)
            let millions = Double(bodies.recordCount) / 1e6
            print(
                "\(name) \(cut): \(bodies.recordCount) records, CPU \(round(used.cpuSeconds / millions)) s/M, wall \(round(used.wallSeconds / millions)) s/M, peak RSS \(used.peakMebibytes) MiB"
            )
        }
        try await store.close()
        print("bytes on disk: \(try SegmentStore.open(reading: arguments[1]).size().segmentBytes)")
    }

    /// Copy 0 is the corpus itself, so that its trace ids are found.
    static func fill(_ arguments: [String]) async throws {
        guard let copies = Int(arguments[2]), let segmentBytes = Int(arguments[3]) else { fatalError("not a number") }
        let store = try SegmentStore.open(
            writing: arguments[1],
            options: .init(segmentBytesMax: segmentBytes, compactedBytesMax: segmentBytes))
        let signals = [("traces", Signal.traces), ("logs", Signal.logs)].compactMap {
            Corpus.Bodies(arguments[0], $0.0, signal: $0.1, cut: "batch")
        }
        for copy in 0..<copies {
            // Spans and logs of the same time together, as they come in life.
            let steps = signals.map(\.entries.count).max() ?? 0
            for step in 0..<steps {
                for bodies in signals {
                    let (first, last) = (
                        step * bodies.entries.count / steps, (step + 1) * bodies.entries.count / steps
                    )
                    for entry in bodies.entries[first..<last] {
                        let body = Corpus.withOtherTraces(bodies.body(entry), copy: copy)
                        _ = try await store.append(body, of: bodies.signal)
                    }
                }
            }
            print("copy \(copy): \(try SegmentStore.segments(of: arguments[1]).count) segments")
        }
        try await store.compact()
        try await store.close()
        print("\(try SegmentStore.segments(of: arguments[1]).count) segments")
    }

    static func open(_ arguments: [String]) async throws {
        let segments = try SegmentStore.segments(of: arguments[0]).count
        for round in ["first", "warm", "warm"] {
            try await time("\(round): open \(segments) segments and ask for one trace that is not there") {
                let store = try SegmentStore.open(reading: arguments[0])
                let trace = TraceID(high: 1, low: UInt64.random(in: .min ... .max))
                return "\(try await store.records(of: [trace]).traces.resourceSpans.count) found"
            }
        }
    }

    /// What it costs to seal, or to compact.
    static func seal(_ arguments: [String], _ work: @Sendable (SegmentStore) async throws -> Void) async throws {
        let store = try SegmentStore.open(writing: arguments[0])
        let before = ProcessFigures()
        try await work(store)
        let used = ProcessFigures().since(before)
        print(
            "CPU \(round(used.cpuSeconds)) s, wall \(round(used.wallSeconds)) s, peak RSS \(used.peakMebibytes) MiB"
        )
        try await store.close()
        print("bytes on disk: \(try SegmentStore.open(reading: arguments[0]).size().segmentBytes)")
    }

    static func search(_ arguments: [String]) async throws {
        let user = Corpus(folder: arguments[0]).text("sample_user").trimmed
        let store = try SegmentStore.open(reading: arguments[1])
        var exact = RecordFilter()
        exact.attributes = [AttributeCondition("enduser.id", .equals(user))]
        var word = RecordFilter()
        word.phrases = ["zugzwang"]
        var phrase = RecordFilter()
        phrase.phrases = arguments.count > 2 ? [arguments[2]] : ["throttled by dependency"]
        let isAsked = { (name: String) in arguments.count < 4 || name.contains(arguments[3]) }
        func measure(_ name: String, _ body: () async throws -> String) async throws {
            if isAsked(name) { try await times(name, body) }
        }
        try await measure("exact attribute, first page") {
            let page = try await store.spans(SpanSearch(exact, limit: 50))
            return "\(page.records.count) spans, more: \(page.next != nil)"
        }
        try await measure("exact attribute, count") {
            "\(try await store.aggregate(Aggregation(.traces, exact)).first?.count ?? 0) spans"
        }
        try await measure("rare word, first page") {
            "\(try await store.logs(LogSearch(word, limit: 50)).records.count) records"
        }
        try await measure("rare word, count") {
            "\(try await store.aggregate(Aggregation(.logs, word)).first?.count ?? 0) records"
        }
        try await measure("phrase, count") {
            "\(try await store.aggregate(Aggregation(.logs, phrase)).first?.count ?? 0) records"
        }
        try await measure("phrase, first page") {
            "\(try await store.logs(LogSearch(phrase, limit: 50)).records.count) records"
        }
        try await measure("group by service") {
            let rows = try await store.aggregate(Aggregation(.traces, groupBy: [.service]))
            return
                "\(rows.count) services, \(rows.reduce(0) { $0 + $1.count }) spans, \(rows.reduce(0) { $0 + $1.errorCount }) errors"
        }
        try await measure("newest 100 logs") {
            "\(try await store.logs(LogSearch(RecordFilter(), limit: 100)).records.count) records"
        }
    }

    static func time(_ name: String, _ body: () async throws -> String) async throws {
        let clock = ContinuousClock()
        let start = clock.now
        let answer = try await body()
        print("\(name): \(milliseconds(clock.now - start)) ms (\(answer))")
    }

    /// The first time, and of those that follow the middle and the best.
    static func times(_ name: String, _ body: () async throws -> String) async throws {
        let clock = ContinuousClock()
        var answer = ""
        let first = milliseconds(try await clock.measure { answer = try await body() })
        var warm: [Double] = []
        for _ in 0..<15 { warm.append(milliseconds(try await clock.measure { answer = try await body() })) }
        warm.sort()
        print("\(name): first \(first) ms, warm p50 \(warm[7]) ms, best \(warm[0]) ms (\(answer))")
    }

    static func sizes(_ arguments: [String]) async throws {
        let store = try SegmentStore.open(reading: arguments[0])
        let sizes = try store.columnSizes()
        let total = sizes.bytes.values.reduce(0, +)
        for (name, bytes) in sizes.bytes.sorted(by: { $0.value > $1.value }).prefix(400) {
            print("\(bytes)\t\(round(100 * Double(bytes) / Double(total))) %\t\(name)")
        }
        print("\(total)\ttotal in parts; \(store.size().segmentBytes) on disk")
    }

    static func lookup(_ arguments: [String]) async throws {
        let traces = Corpus(folder: arguments[0]).traceIDs()
        let store = try SegmentStore.open(reading: arguments[1])
        let clock = ContinuousClock()
        var random = SystemRandomNumberGenerator()
        for round in ["first", "warm"] {
            var times: [Double] = []
            for _ in 0..<300 {
                guard let trace = traces.randomElement(using: &random) else { break }
                let time = try await clock.measure { _ = try await store.records(of: [trace]) }
                times.append(milliseconds(time))
            }
            times.sort()
            print("trace by id, \(round): p50 \(times[150]) ms, p99 \(times[297]) ms")
        }
        var times: [Double] = []
        for number in 0..<300 {
            let time = try await clock.measure {
                _ = try await store.records(of: [TraceID(high: 1, low: UInt64(number) &* 0x9E37_79B9_7F4A_7C15)])
            }
            times.append(milliseconds(time))
        }
        times.sort()
        print("trace that is not there: p50 \(times[150]) ms, p99 \(times[297]) ms")
    }

    static func round(_ value: Double) -> Double { (value * 100).rounded() / 100 }
    static func milliseconds(_ duration: Duration) -> Double {
        round(Double(duration.components.seconds) * 1e3 + Double(duration.components.attoseconds) / 1e15)
    }
}

extension String {
    var trimmed: String { String(prefix { !$0.isWhitespace }) }
}

/// What the process has used so far.
struct ProcessFigures {
    var cpuSeconds: Double
    var wall: ContinuousClock.Instant
    var wallSeconds = 0.0
    var peakMebibytes: Int

    init() {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        cpuSeconds =
            Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
        peakMebibytes = usage.ru_maxrss / 1024
        wall = .now
    }

    func since(_ before: ProcessFigures) -> ProcessFigures {
        var figures = self
        figures.cpuSeconds -= before.cpuSeconds
        let elapsed = wall - before.wall
        figures.wallSeconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        return figures
    }
}
