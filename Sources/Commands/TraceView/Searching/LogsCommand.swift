import ArgumentParser
import OTLP
import Program
import TelemetryStore
import TraceView

/// `traceview logs`: log records by service, severity, text, attribute and time.
struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Finds log records: by service, level, text, attribute, time.",
        discussion: """
            The newest that match, in order of time. Words without a flag are texts to look for. --name, --status, --min \
            and --max are asked of the spans that the records belong to.
            """)

    @Argument(help: ArgumentHelp("Texts to look for.", valueName: "text"))
    var words: [String] = []

    @OptionGroup var filterOptions: FilterOptions
    @OptionGroup var sourceOptions: SourceOptions
    @OptionGroup var screen: ScreenFlags

    @Option(help: "Least level: trace, debug, info, warn, error.")
    var level: LogLevel?

    @Option(
        name: [.customShort("n", allowingJoined: true), .long], help: ArgumentHelp("Records to show.", valueName: "N"))
    var limit = 100

    @Option(
        name: [.customShort("C", allowingJoined: true), .long],
        help: ArgumentHelp("Records of the same trace to show around each.", valueName: "N"))
    var context = 0

    @Flag(name: .shortAndLong, help: "Go on with what arrives.")
    var follow = false

    @Flag(help: "Print each record as one JSON object a line.")
    var json = false

    func validate() throws {
        guard limit > 0 else { throw ValidationError("cannot show \(limit) records; --limit must be at least 1") }
        guard context >= 0 else {
            throw ValidationError("cannot show \(context) records around; --context must be at least 0")
        }
    }

    func run() async throws {
        var filter = filterOptions.filter()
        filter.phrases += words
        filter.severity = level?.severity
        let source = try sourceOptions.opened()
        let finder = LogFinder(source: source, filter: filter, wantsSuccess: filterOptions.wantsSuccess)
        guard !follow || !finder.asksForSpans else {
            throw ProgramError.usage(
                "cannot follow log records by their spans, which end after them; leave out --follow, or --name, --status, --min and --max"
            )
        }
        let records = try await finder.records(limit: min(limit, LogSearch.limitMax))
        if records.isEmpty, !follow {
            let why = WhyNothing(filter: filter, source: source, clock: screen.clock, signal: .logs)
            throw ProgramError.notFound(
                "no log record is like that" + (await why.hint ?? "; fewer conditions find more"))
        }
        let options = screen.options()
        let lines = try await lines(records.reversed(), source, options)
        guard follow else { return screen.show(lines) }
        for line in lines { Standard.output(line) }
        var follower = LogFollower(source: source, filter: filter, seen: records)
        while true {
            for line in try await self.lines(follower.next(), source, options) { Standard.output(line) }
        }
    }

    private func lines(
        _ records: [Found<LogRecord>], _ source: any TelemetrySource, _ options: ScreenOptions
    ) async throws(ProgramError) -> [String] {
        guard context > 0, !json else { return records.map { line($0, options) } }
        var lines: [String] = []
        var shown: Set<Found<LogRecord>> = []
        for found in records {
            let around = try await neighbours(of: found, source)
            if !lines.isEmpty, !around.contains(where: shown.contains) { lines.append("--") }
            for neighbour in around where shown.insert(neighbour).inserted {
                let isMatch = neighbour == found || records.contains(neighbour)
                lines.append(
                    LogLine.line(neighbour.record, service: neighbour.service, options, isContext: !isMatch))
            }
        }
        return lines
    }

    /// What the trace said just before and after; the record alone when it has no trace.
    private func neighbours(
        of found: Found<LogRecord>, _ source: any TelemetrySource
    ) async throws(ProgramError) -> [Found<LogRecord>] {
        guard !found.record.traceID.isZero else { return [found] }
        var filter = RecordFilter()
        filter.traces = [found.record.traceID]
        let page = try await source.page(LogSearch(filter, limit: LogSearch.limitMax))
        let all = Array(page.records.reversed())
        guard let place = all.firstIndex(of: found) else { return [found] }
        return Array(all[max(0, place - context)...min(all.count - 1, place + context)])
    }

    private func line(_ found: Found<LogRecord>, _ options: ScreenOptions) -> String {
        guard json else { return LogLine.line(found.record, service: found.service, options) }
        let data = LogsData(resourceLogs: [
            ResourceLogs(
                resource: found.resource, scopeLogs: [ScopeLogs(scope: found.scope, logRecords: [found.record])])
        ])
        return String(decoding: data.json(), as: UTF8.self)
    }
}

/// Asks again and again for what is newer than the newest.
struct LogFollower {
    let source: any TelemetrySource
    var filter: RecordFilter
    private var seen: Set<Found<LogRecord>>

    private static let pause = Duration.milliseconds(500)
    /// Records arrive out of order: how far behind the newest one they may be.
    private static let slackNanoseconds: UInt64 = 10_000_000_000

    init(source: any TelemetrySource, filter: RecordFilter, seen: [Found<LogRecord>]) {
        self.source = source
        self.filter = filter
        self.seen = Set(seen)
        let now = MomentText.now
        self.filter.time = (now - min(now, LogFollower.slackNanoseconds))..<UInt64.max
    }

    /// In order of time; empty after a while without news.
    mutating func next() async throws -> [Found<LogRecord>] {
        try await Task.sleep(for: LogFollower.pause)
        let page = try await source.page(LogSearch(filter, limit: LogSearch.limitMax))
        let fresh = page.records.reversed().filter { !seen.contains($0) }
        seen = Set(page.records)
        let now = MomentText.now
        filter.time = (now - min(now, LogFollower.slackNanoseconds))..<UInt64.max
        return fresh
    }
}
