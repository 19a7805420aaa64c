public import Logging
import Tracing

/// A logger whose fields have types and whose lines cost no allocation.
///
/// ```swift
/// let log = telemetry.log("lessons")
/// log.info("lesson completed") { $0.set("lesson.id", id); $0.set("attempt", 3) }
/// ```
///
/// It writes the same lines as a swift-log `Logger` of that name.
public struct Log: Sendable {
    /// Lines below it are not written; the closure of such a line is not called.
    public var level: Logger.Level
    private let bufferedLevel: Logger.Level
    private let logger: NamedLogger

    package init(_ label: String, level: Logger.Level, writer: LogWriter) {
        self.level = level
        bufferedLevel = writer.bufferedLevel ?? .critical
        logger = writer.logger(named: label).logger
    }

    @inline(__always)
    public func log(
        _ level: Logger.Level, _ message: @autoclosure () -> String, error: (any Error)? = nil,
        _ fields: (inout LogFields) -> Void = { _ in }
    ) {
        if level >= self.level || level >= bufferedLevel { write(level, message(), error, fields) }
    }

    public func trace(_ message: @autoclosure () -> String, _ fields: (inout LogFields) -> Void = { _ in }) {
        log(.trace, message(), fields)
    }

    public func debug(_ message: @autoclosure () -> String, _ fields: (inout LogFields) -> Void = { _ in }) {
        log(.debug, message(), fields)
    }

    public func info(_ message: @autoclosure () -> String, _ fields: (inout LogFields) -> Void = { _ in }) {
        log(.info, message(), fields)
    }

    public func notice(_ message: @autoclosure () -> String, _ fields: (inout LogFields) -> Void = { _ in }) {
        log(.notice, message(), fields)
    }

    public func warning(
        _ message: @autoclosure () -> String, error: (any Error)? = nil,
        _ fields: (inout LogFields) -> Void = { _ in }
    ) {
        log(.warning, message(), error: error, fields)
    }

    public func error(
        _ message: @autoclosure () -> String, error: (any Error)? = nil,
        _ fields: (inout LogFields) -> Void = { _ in }
    ) {
        log(.error, message(), error: error, fields)
    }

    public func critical(
        _ message: @autoclosure () -> String, error: (any Error)? = nil,
        _ fields: (inout LogFields) -> Void = { _ in }
    ) {
        log(.critical, message(), error: error, fields)
    }

    private func write(
        _ level: Logger.Level, _ message: String, _ error: (any Error)?, _ body: (inout LogFields) -> Void
    ) {
        let context = InstrumentationContext.current ?? .topLevel
        defer { withExtendedLifetime(context) {} }
        let place = LogPlace(context)
        let isBelowLevel = level < self.level && !place.writesDebugLines
        if isBelowLevel, place.scope == nil { return }
        var fields = LogFields(
            logger, place, level: level, message: message, timeUnixNano: Clock.unixNanoseconds)
        body(&fields)
        if let scope = place.scope {
            for (key, value) in scope.takeUnretainedValue().fields { fields.set(key, value) }
        }
        if let error { fields.error(error) }
        fields.finish(isBelowLevel: isBelowLevel)
    }
}
