import CoreMetrics
import Logging
public import OTLP
import Telemetry
import Tracing

/// What a piece of code has told of itself: its spans, log records and metrics.
///
/// ```swift
/// @Test func aHintHasASpanForTheModel() async throws {
///     let recording = try await Recording.of { try await tutor.hint(lesson: "7") }
///     let span = try recording.expectSpan(named: "chat pretend-1")
///     #expect(span.attributes["gen_ai.request.model"] == "pretend-1")
/// }
/// ```
///
/// Nothing global is touched: tests that record run beside one another.
public struct Recording: Sendable {
    public let spans: [OTLP.Span]
    public let logRecords: [LogRecord]
    public let metrics: [Metric]

    /// Runs `body` with telemetry that is kept instead of sent; what `body` throws is recorded and thrown on to nobody.
    ///
    /// Loggers count when `body` makes them or takes `Logger.current`; counters when `body` makes them.
    public static func of(_ body: () async throws -> Void) async -> Recording {
        let exporter = InMemoryExporter()
        var configuration = Telemetry.Configuration(serviceName: "test", endpoint: nil)
        configuration.export(through: exporter)
        configuration.writesLogLines = false
        configuration.logLevel = .trace
        configuration.usesDeltaMetrics = true
        configuration.sampler = ConstantSampler.alwaysOn
        let telemetry = Telemetry(configuration)
        telemetry.start()
        let logger = Logger(label: "test") { telemetry.logHandler($0) }
        await withTracer(telemetry.tracer) {
            await withMetricsFactory(SwiftMetricsFactory(telemetry.metrics)) {
                await withLogger(logger) { _ in
                    await Telemetry.$local.withValue(telemetry) {
                        do { try await body() } catch { logger.error("the recorded code has thrown", error: error) }
                    }
                }
            }
        }
        await telemetry.shutdown(deadline: .now + .seconds(10))
        return Recording(spans: exporter.spans, logRecords: exporter.logRecords, metrics: exporter.metrics)
    }

    /// The one span of that name; which ones there are is said when it is not there, or not the only one.
    @discardableResult
    public func expectSpan(named name: String) throws(MissingTelemetry) -> OTLP.Span {
        let found = spans.filter { $0.name == name }
        guard found.count == 1, let span = found.first else {
            throw MissingTelemetry(wanted: "one span named \"\(name)\"", found: spans.map(\.name))
        }
        return span
    }

    /// The one span of that name, as a child of that other one.
    @discardableResult
    public func expectSpan(named name: String, childOf parentName: String) throws(MissingTelemetry) -> OTLP.Span {
        let parent = try expectSpan(named: parentName)
        let span = try expectSpan(named: name)
        guard span.traceID == parent.traceID, span.parentSpanID == parent.spanID else {
            let actual = spans.first { $0.spanID == span.parentSpanID }?.name ?? "a span that was not recorded"
            throw MissingTelemetry(wanted: "span \"\(name)\" below \"\(parentName)\"", found: ["it is below \(actual)"])
        }
        return span
    }

    /// The first log record of that text.
    @discardableResult
    public func expectLog(_ message: String) throws(MissingTelemetry) -> LogRecord {
        guard let record = logRecords.first(where: { $0.body?.string == message }) else {
            throw MissingTelemetry(
                wanted: "a log record \"\(message)\"", found: logRecords.compactMap { $0.body?.string })
        }
        return record
    }

    @discardableResult
    public func expectMetric(named name: String) throws(MissingTelemetry) -> Metric {
        guard let metric = metrics.first(where: { $0.name == name }) else {
            throw MissingTelemetry(wanted: "a metric named \"\(name)\"", found: metrics.map(\.name))
        }
        return metric
    }
}

/// What a test wanted and what there was instead.
public struct MissingTelemetry: Error, CustomStringConvertible {
    public let wanted: String
    public let found: [String]

    public var description: String {
        "cannot find \(wanted): got " + (found.isEmpty ? "none at all" : found.joined(separator: ", "))
    }
}
