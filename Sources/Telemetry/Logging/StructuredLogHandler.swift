package import Logging
import Tracing

/// Writes each log event twice: as a line of JSON to standard output, and as an OTLP log record for export.
///
/// Both carry the trace, the span and the request id of the task that logs (Documentation/Formats/log-line.md).
package struct StructuredLogHandler: LogHandler {
    /// The level, or the one from which lines are kept: asked for every line there is, heard or not.
    package private(set) var lowestLevel: Logger.Level
    package var logLevel: Logger.Level {
        get { lowestLevel }
        set {
            level = newValue
            lowestLevel = min(newValue, writer.bufferedLevel ?? newValue)
        }
    }
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?

    private var level: Logger.Level
    private let writer: LogWriter
    private let logger: LoggerIdentity

    package init(label: String, level: Logger.Level, writer: LogWriter) {
        self.level = level
        lowestLevel = min(level, writer.bufferedLevel ?? level)
        self.writer = writer
        logger = LoggerIdentity(label)
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let context = InstrumentationContext.current ?? .topLevel
        defer { withExtendedLifetime(context) {} }
        let place = LogPlace(context)
        let isBelowLevel = event.level < level && !place.writesDebugLines
        if isBelowLevel, place.scope == nil { return }
        var fields = LogFields(
            writer, logger, place, level: event.level, message: event.message.description,
            timeUnixNano: Clock.unixNanoseconds)
        let requestFields = place.scope?.takeUnretainedValue().fields ?? []
        if metadata.isEmpty, metadataProvider == nil, requestFields.isEmpty {
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
        // Each field is copied once, and moved from then on.
        withUnsafeTemporaryAllocation(of: Field.self, capacity: metadata.count) { fields in
            guard let base = fields.baseAddress else { return }
            var count = 0
            for (key, value) in metadata {
                var place = count
                while place > 0, key < base[place &- 1].key { place &-= 1 }
                if place < count { (base + place + 1).moveInitialize(from: base + place, count: count &- place) }
                (base + place).initialize(to: Field(key: key, value: value))
                count &+= 1
            }
            for place in 0..<count {
                let field = (base + place).move()
                set(field.key, field.value)
            }
        }
    }

    private struct Field {
        let key: String
        let value: Logger.MetadataValue
    }

    private static let sortedInPlaceMax = 16
}
