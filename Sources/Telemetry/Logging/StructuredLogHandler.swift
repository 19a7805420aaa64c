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
        let place = LogPlace(InstrumentationContext.current)
        let scope = place.reference?.scope
        let isBelowLevel = event.level < level && scope?.writesDebugLines != true
        if isBelowLevel, scope == nil { return }
        var fields = LogFields(
            writer, logger, place, level: event.level, message: event.message.description,
            timeUnixNano: Clock.unixNanoseconds)
        let requestFields = scope?.fields ?? []
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
        // The order is found among keys alone: values stay where they are until they are written.
        withUnsafeTemporaryAllocation(of: Place.self, capacity: metadata.count) { places in
            guard let base = places.baseAddress else { return }
            var count = 0
            for index in metadata.indices {
                let key = metadata.keys[index]
                var place = count
                while place > 0, key < places[place - 1].key {
                    (base + place).moveInitialize(from: base + place - 1, count: 1)
                    place -= 1
                }
                places.initializeElement(at: place, to: Place(key: key, index: index))
                count += 1
            }
            for place in 0..<count { set(places[place].key, metadata.values[places[place].index]) }
            base.deinitialize(count: count)
        }
    }

    private static let sortedInPlaceMax = 16

    private struct Place {
        var key: String
        var index: Logger.Metadata.Index
    }
}
