import CoreMetrics
import Logging
import Tracing

/// Whether somebody else has bootstrapped already: doing it again would end the process.
///
/// The packages do not say; what they hand out does. One case looks the same from outside: swift-log bootstrapped with what
/// it does without, `StreamLogHandler.standardError`. Who does that leaves `.logging` out of `Configuration.backends`
/// (Documentation/Decisions/0036).
enum InstalledBackends {
    static var hasTracing: Bool { !(InstrumentationSystem.instrument is NoOpInstrument) }

    static var hasMetrics: Bool { !(MetricsSystem.factory is NOOPMetricsHandler) }

    static var hasLogging: Bool {
        guard let handler = Logger(label: "telemetry").handler as? StreamLogHandler else { return true }
        let ordinary = StreamLogHandler.standardError(label: "telemetry")
        return LoggingSystem.metadataProvider != nil || handler.logLevel != ordinary.logLevel
            || !handler.metadata.isEmpty || HandlerStream.isOther(of: handler, than: ordinary)
    }
}

/// Whether swift-log's own handler writes to standard error, as it does when nobody has chosen anything.
///
/// The handler does not say. Where it keeps its stream is found with a stream of three words that stand nowhere else; two
/// streams are alike when they are of one type and write with the same functions. What cannot be found is taken to be alike.
private enum HandlerStream {
    private struct Marker: TextOutputStream, Sendable {
        // As large as a stream can be that lies in the handler itself.
        var words: (UInt64, UInt64, UInt64) = (0x7465_6C65_6D65_7472, 0xA5C3_19F0_5E7B_D284, 0x3B96_E10D_C8A7_52F4)
        func write(_ text: String) {}
    }

    private struct Identity: Equatable {
        var type: ObjectIdentifier
        /// All but the first word: there swift-log's stream has a mode of one byte, and behind that a gap with anything in it.
        var functions: [UInt8]
    }

    static func isOther(of handler: StreamLogHandler, than ordinary: StreamLogHandler) -> Bool {
        guard let place else { return false }
        let again = StreamLogHandler.standardError(label: "telemetry")
        let ordinary = identity(ofStreamAt: place, in: ordinary)
        guard identity(ofStreamAt: place, in: again) == ordinary else { return false }
        return identity(ofStreamAt: place, in: handler) != ordinary
    }

    private static var place: Int? {
        let marker = Marker()
        let marked = StreamLogHandler(label: "telemetry", stream: marker)
        return withUnsafeBytes(of: marked) { handler in
            withUnsafeBytes(of: marker) { marker in
                stride(from: 0, through: handler.count - MemoryLayout<any TextOutputStream>.size, by: 8).first {
                    handler[$0..<($0 + marker.count)].elementsEqual(marker)
                }
            }
        }
    }

    private static func identity(ofStreamAt place: Int, in handler: StreamLogHandler) -> Identity {
        let stream = withUnsafeBytes(of: handler) { $0.load(fromByteOffset: place, as: (any TextOutputStream).self) }
        return identity(of: stream)
    }

    private static func identity<Stream: TextOutputStream>(of stream: Stream) -> Identity {
        Identity(
            type: ObjectIdentifier(Stream.self),
            functions: withUnsafeBytes(of: stream) { Array($0.dropFirst(MemoryLayout<UInt>.size)) })
    }
}
