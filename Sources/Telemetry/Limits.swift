/// Every bound of the library, with its unit, its reason and what happens there.
enum Limits {
    /// Bytes of encoded records that wait for export, each signal. Beyond: the new record is dropped and counted.
    static let waitingBytesMax = 4 << 20
    /// Records that wait for export, each signal (`OTEL_BSP_MAX_QUEUE_SIZE`, `OTEL_BLRP_MAX_QUEUE_SIZE`).
    static let waitingRecordsMax = 2048
    /// Attributes of a span, event or link, and events and links of a span. Beyond: left out, and counted on the span.
    /// Source: OpenTelemetry specification 1.x, SDK limits.
    static let attributesMax = 128
    static let eventsMax = 128
    static let linksMax = 128
    /// Levels of nested log metadata. Beyond: written as text.
    static let metadataDepthMax = 16

    /// Bytes of a `baggage` header. Beyond: the header is ignored. Source: W3C Baggage, 3.3.2.
    static let baggageBytesMax = 8192
    /// Entries of a `baggage` header. Beyond: the rest is left out. Source: W3C Baggage, 3.3.2 asks for at least 64.
    static let baggageEntriesMax = 180
    /// Bytes of a `tracestate` header. Beyond: it is dropped whole. Source: W3C Trace Context, 3.3.1.5 asks for at least 512.
    static let traceStateBytesMax = 1024
    /// Bytes of a request id that comes from outside. Beyond: it is ignored and one is made.
    static let requestIDBytesMax = 128

    /// Bytes of an answer to an export, head and body. Beyond: the connection is closed.
    static let responseBytesMax = 64 << 10
    /// Seconds between two attempts at an endpoint that fails: from the first, doubling, to the last.
    static let retryDelay = Duration.seconds(1)
    static let retryDelayMax = Duration.seconds(30)
}
