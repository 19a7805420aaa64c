import Glibc
import OTLP
import Synchronization
public import Telemetry
import Tracing

/// What must hold between the code that records and the exporter that sends, however it is configured.
///
/// There is one processor, for all signals; sizes, intervals, samplers and limits are a program's own to choose, and these
/// are the rules that its choice must leave whole.
public enum ProcessorConformance {
    /// Throws the rule that a processor with these settings breaks: something is lost, sent twice or waited for too long.
    ///
    /// Where the configuration sends to makes no difference: the checks bring exporters of their own.
    /// Cost: two seconds at most, for the exporter that does not answer.
    public static func check(_ configuration: Telemetry.Configuration) async throws(Violation) {
        try await everythingArrivesOnceAndInOrder(configuration)
        try await whatWasNotTakenIsSentAgain(configuration)
        try await whatWasRefusedIsCounted(configuration)
        try await whatFindsNoRoomIsCounted(configuration)
        try await nobodyWaitsTwiceForAnExporterThatDoesNotAnswer(configuration)
    }

    private static let spanCount = 20

    private static func everythingArrivesOnceAndInOrder(
        _ configuration: Telemetry.Configuration
    ) async throws(Violation) {
        let exporter = InMemoryExporter()
        let telemetry = start(configuration, exporter)
        record(0..<spanCount, in: telemetry)
        try expect(await telemetry.flush(deadline: deadline), "a flush must say that all has arrived", "it did not")
        try expectSpans(0..<spanCount, at: exporter, "what was recorded before a flush must arrive with it, once")
        try expect(
            exporter.logRecords.count == spanCount, "log records must arrive with a flush, once",
            "\(exporter.logRecords.count) of \(spanCount)")
        record(spanCount..<2 * spanCount, in: telemetry)
        try expect(
            await telemetry.shutdown(deadline: deadline), "a shutdown must say that all has arrived", "it did not")
        try expectSpans(
            0..<2 * spanCount, at: exporter, "what was recorded before a shutdown must arrive with it, once")
        record(0..<1, in: telemetry)
        try expect(
            telemetry.droppedRecords == 2, "what comes after a shutdown must be counted as dropped",
            "\(telemetry.droppedRecords) of 2")
    }

    private static func whatWasNotTakenIsSentAgain(_ configuration: Telemetry.Configuration) async throws(Violation) {
        let exporter = FailingExporter(.retry(after: nil, reason: "not now"), times: 1)
        let telemetry = start(configuration, exporter)
        record(0..<spanCount, in: telemetry)
        _ = await telemetry.flush(deadline: deadline)
        try expect(
            await telemetry.shutdown(deadline: deadline), "what was not taken must be sent again", "it was not")
        try expectSpans(0..<spanCount, at: exporter.kept, "what is sent again must arrive once")
    }

    private static func whatWasRefusedIsCounted(_ configuration: Telemetry.Configuration) async throws(Violation) {
        let exporter = FailingExporter(.refused(reason: "never"), times: .max)
        let telemetry = start(configuration, exporter)
        record(0..<spanCount, in: telemetry)
        _ = await telemetry.shutdown(deadline: deadline)
        // Metrics are refused too, as many points as there are.
        try expect(
            telemetry.droppedRecords >= 2 * spanCount, "what was refused must be counted as dropped",
            "\(telemetry.droppedRecords) of \(2 * spanCount)")
    }

    private static func whatFindsNoRoomIsCounted(_ configuration: Telemetry.Configuration) async throws(Violation) {
        let exporter = InMemoryExporter()
        let telemetry = Telemetry(quiet(configuration, exporter))
        // Nothing leaves before the start: the buffer fills, and what is more than it holds is dropped.
        let count = configuration.traces.waitingRecordsMax + spanCount
        for number in 0..<count { telemetry.withSpan("checked \(number)", context: .topLevel) { _ in } }
        let dropped = telemetry.droppedRecords
        telemetry.start()
        _ = await telemetry.shutdown(deadline: deadline)
        try expect(
            exporter.spans.count + dropped == count && dropped >= spanCount,
            "every record must either arrive or be counted as dropped",
            "\(exporter.spans.count) and \(dropped) of \(count)")
    }

    private static func nobodyWaitsTwiceForAnExporterThatDoesNotAnswer(
        _ configuration: Telemetry.Configuration
    ) async throws(Violation) {
        let telemetry = start(configuration, SilentExporter())
        record(0..<spanCount, in: telemetry)
        let start = ContinuousClock.now
        let isDelivered = await telemetry.flush(deadline: start + .milliseconds(200))
        let first = ContinuousClock.now - start
        try expect(!isDelivered, "what has not arrived must not be called delivered", "delivered")
        try expect(first < .seconds(2), "a flush must end at its deadline", "\(first) instead of 0.2 s")
        let again = ContinuousClock.now
        _ = await telemetry.flush(deadline: again + .seconds(60))
        let second = ContinuousClock.now - again
        try expect(second < .seconds(30), "an exporter that does not answer must be waited for once", "\(second) more")
    }

    // MARK: What the checks are made of

    private static var deadline: ContinuousClock.Instant { .now + .seconds(30) }

    /// The configuration, but for where it sends to and for what would come between: its rules are what is checked.
    private static func quiet(
        _ configuration: Telemetry.Configuration, _ exporter: some Exporter
    ) -> Telemetry.Configuration {
        var configuration = configuration
        configuration.export(through: exporter)
        configuration.writesLogLines = false
        configuration.usesDeltaMetrics = true
        configuration.sampler = ConstantSampler.alwaysOn
        return configuration
    }

    private static func start(_ configuration: Telemetry.Configuration, _ exporter: some Exporter) -> Telemetry {
        let telemetry = Telemetry(quiet(configuration, exporter))
        telemetry.start()
        return telemetry
    }

    private static func record(_ numbers: Range<Int>, in telemetry: Telemetry) {
        let log = telemetry.log("conformance")
        for number in numbers {
            telemetry.withSpan("checked \(number)", context: .topLevel) { _ in log.critical("checked \(number)") }
        }
    }

    private static func expectSpans(
        _ numbers: Range<Int>, at exporter: InMemoryExporter, _ rule: String
    ) throws(Violation) {
        let names = exporter.spans.map(\.name)
        try expect(
            names == numbers.map { "checked \($0)" }, rule, "\(names.count) of \(numbers.count), or not in order")
    }

    private static func expect(_ isKept: Bool, _ rule: String, _ evidence: String) throws(Violation) {
        if !isKept { throw Violation(rule: rule, evidence: evidence) }
    }
}

/// Fails as it was told, so many times; then it keeps what it is given.
private final class FailingExporter: Exporter {
    let kept = InMemoryExporter()
    private let outcome: ExportOutcome
    private let timesLeft: Mutex<Int>

    init(_ outcome: ExportOutcome, times: Int) {
        self.outcome = outcome
        timesLeft = Mutex(times)
    }

    func export(_ request: [UInt8], of signal: Signal, deadline: ContinuousClock.Instant) -> ExportOutcome {
        let fails = timesLeft.withLock { timesLeft in
            defer { timesLeft = max(0, timesLeft - 1) }
            return timesLeft > 0
        }
        return fails ? outcome : kept.export(request, of: signal, deadline: deadline)
    }
}

/// Takes all the time that it is given.
private struct SilentExporter: Exporter {
    func export(_ request: [UInt8], of signal: Signal, deadline: ContinuousClock.Instant) -> ExportOutcome {
        let milliseconds = max(.zero, deadline - .now) / .milliseconds(1)
        poll(nil, 0, Int32(clamping: Int(milliseconds.rounded(.up))))
        return .retry(after: nil, reason: "no answer in time")
    }
}
