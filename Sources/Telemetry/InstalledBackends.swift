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
/// streams are alike when they are so bit for bit. What cannot be found is taken to be alike.
private enum HandlerStream {
    private struct Marker: TextOutputStream, Sendable {
        // As large as a stream can be that lies in the handler itself.
        var words: (UInt64, UInt64, UInt64) = (0x7465_6C65_6D65_7472, 0xA5C3_19F0_5E7B_D284, 0x3B96_E10D_C8A7_52F4)
        func write(_ text: String) {}
    }

    static func isOther(of handler: StreamLogHandler, than ordinary: StreamLogHandler) -> Bool {
        guard let place else { return false }
        let again = StreamLogHandler.standardError(label: "telemetry")
        let bits = bits(ofStreamAt: place, in: ordinary)
        guard self.bits(ofStreamAt: place, in: again) == bits else { return false }
        return self.bits(ofStreamAt: place, in: handler) != bits
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

    private static func bits(ofStreamAt place: Int, in handler: StreamLogHandler) -> [UInt8] {
        let stream = withUnsafeBytes(of: handler) { $0.load(fromByteOffset: place, as: (any TextOutputStream).self) }
        return bits(of: stream)
    }

    /// Copied into zeros, because what lies between the parts of a value is anything.
    private static func bits<Stream: TextOutputStream>(of stream: Stream) -> [UInt8] {
        withUnsafeTemporaryAllocation(
            byteCount: MemoryLayout<Stream>.stride, alignment: MemoryLayout<Stream>.alignment
        ) { memory in
            memory.initializeMemory(as: UInt8.self, repeating: 0)
            guard let copy = memory.baseAddress?.initializeMemory(as: Stream.self, to: stream) else { return [] }
            defer { copy.deinitialize(count: 1) }
            return Array(memory)
        }
    }
}
