package import Logging
import Tracing

/// Writes each log event twice: as a line of JSON to standard output, and as an OTLP log record for export.
///
/// Both carry the trace, the span and the request id of the task that logs (Documentation/Formats/log-line.md).
///
/// Shape: three words, none of them counted in a plain logger: swift-log copies its handler for every line, heard or not.
package struct StructuredLogHandler: LogHandler {
    private let logger: Unmanaged<NamedLogger>
    /// `nil` in most loggers.
    private var extras: Extras?
    private var level: Logger.Level
    /// The level, or the one from which lines are kept.
    package private(set) var lowestLevel: Logger.Level

    /// What few handlers have. Changed only by a handler that has it alone: handlers are values.
    private final class Extras: @unchecked Sendable {
        var metadata: Logger.Metadata
        var provider: Logger.MetadataProvider?
        /// Holds a logger that nobody else does.
        let logger: NamedLogger?

        init(_ metadata: Logger.Metadata, _ provider: Logger.MetadataProvider?, _ logger: NamedLogger?) {
            self.metadata = metadata
            self.provider = provider
            self.logger = logger
        }
    }

    package init(label: String, level: Logger.Level, writer: LogWriter) {
        let named = writer.logger(named: label)
        logger = .passUnretained(named.logger)
        extras = named.isKept ? nil : Extras([:], nil, named.logger)
        self.level = level
        lowestLevel = min(level, writer.bufferedLevel ?? level)
    }

    package var logLevel: Logger.Level {
        get { lowestLevel }
        set {
            level = newValue
            lowestLevel = min(newValue, logger._withUnsafeGuaranteedRef { $0.writer.bufferedLevel } ?? newValue)
        }
    }

    package var metadata: Logger.Metadata {
        get { extras?.metadata ?? [:] }
        set { if extras != nil || !newValue.isEmpty { ownExtras().metadata = newValue } }
    }

    package var metadataProvider: Logger.MetadataProvider? {
        get { extras?.provider }
        set { if extras != nil || newValue != nil { ownExtras().provider = newValue } }
    }

    private mutating func ownExtras() -> Extras {
        if isKnownUniquelyReferenced(&extras), let extras { return extras }
        let own = Extras(metadata, metadataProvider, extras?.logger)
        extras = own
        return own
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { extras?.metadata[key] }
        set { if extras != nil || newValue != nil { ownExtras().metadata[key] = newValue } }
    }

    package func log(event: LogEvent) {
        logger._withUnsafeGuaranteedRef { write(event, $0) }
    }

    @inline(__always)
    private func write(_ event: LogEvent, _ logger: NamedLogger) {
        let context = InstrumentationContext.current ?? .topLevel
        defer { withExtendedLifetime(context) {} }
        let place = LogPlace(context)
        let isBelowLevel = event.level < level && !place.writesDebugLines
        if isBelowLevel, place.scope == nil { return }
        var fields = LogFields(
            logger, place, level: event.level, message: event.message.description,
            timeUnixNano: Clock.unixNanoseconds)
        let requestFields = place.scope?.takeUnretainedValue().fields ?? []
        if extras == nil, requestFields.isEmpty {
            if let metadata = event.metadata { fields.set(sorted: metadata) }
        } else {
            fields.set(sorted: merged(event.metadata, requestFields))
        }
        if let error = event.error { fields.error(error) }
        fields.finish(isBelowLevel: isBelowLevel)
    }

    /// What the event, the request, the provider and the handler say, the first having the last word.
    private func merged(
        _ own: Logger.Metadata?, _ requestFields: [(key: String, value: Logger.MetadataValue)]
    ) -> Logger.Metadata {
        var merged = metadata
        if let provided = metadataProvider?.get() { merged.merge(provided) { _, provided in provided } }
        for (key, value) in requestFields { merged[key] = value }
        if let own { merged.merge(own) { _, own in own } }
        return merged
    }
}

extension LogFields {
    /// Sets all fields in the order of their keys, so that two lines of one statement look alike.
    mutating func set(sorted metadata: Logger.Metadata) {
        guard metadata.count > 1 else {
            for (key, value) in metadata { set(key, value) }
            return
        }
        guard metadata.count <= Self.sortedInPlaceMax else {
            for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { set(key, value) }
            return
        }
        // Only keys are put in order; each value is copied once, where it is written.
        let keys = metadata.keys
        let values = metadata.values
        withUnsafeTemporaryAllocation(of: Field.self, capacity: metadata.count) { fields in
            guard let base = fields.baseAddress else { return }
            var index = metadata.startIndex
            for count in 0..<metadata.count {
                let key = keys[index]
                var place = count
                while place > 0, key < base[place &- 1].key { place &-= 1 }
                if place < count { (base + place + 1).moveInitialize(from: base + place, count: count &- place) }
                (base + place).initialize(to: Field(key: key, index: index))
                metadata.formIndex(after: &index)
            }
            for place in 0..<metadata.count {
                let field = (base + place).move()
                set(field.key, values[field.index])
            }
        }
    }

    private struct Field {
        let key: String
        let index: Logger.Metadata.Index
    }

    private static let sortedInPlaceMax = 16
}
