/// Every bound of the library, with its unit, its reason and what happens there.
package enum Limits {
    /// Bytes of encoded records that wait for export, each signal. Beyond: the new record is dropped and counted.
    package static let waitingBytesMax = 2 << 20
    /// Bytes of one piece of that buffer: what an idle process keeps, and what a busy one asks the system for at a time.
    static let chunkBytes = 32 << 10
    /// Records that wait for export, each signal (`OTEL_BSP_MAX_QUEUE_SIZE`, `OTEL_BLRP_MAX_QUEUE_SIZE`).
    package static let waitingRecordsMax = 2048
    /// Records of one export (`OTEL_BSP_MAX_EXPORT_BATCH_SIZE`, `OTEL_BLRP_MAX_EXPORT_BATCH_SIZE`).
    package static let batchRecordsMax = 512
    /// Memory that a place for one record keeps when the record was larger, and how many such places are kept.
    static let scratchBytesMax = 16 << 10
    static let scratchesMax = 16
    /// Names of instrumentation scopes (loggers). Beyond: counted under the library's own.
    static let scopesMax = 4_096
    /// Letters of all words that are looked for in keys. Beyond: a word is left out, and said.
    static let redactionStatesMax = 4_096
    /// Keys of which is remembered whether their values are secrets (a power of two), and the bytes of such a key. Beyond: the
    /// key is searched each time.
    static let knownKeysMax = 256
    static let knownKeyBytesMax = 64
    /// Attributes of a span, event or link, and events and links of a span. Beyond: left out, and counted on the span.
    /// Source: OpenTelemetry specification 1.x, SDK limits.
    package static let attributesMax = 128
    package static let eventsMax = 128
    package static let linksMax = 128
    /// Characters of an attribute's text (`OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT`). Beyond: cut.
    package static let valueLengthMax = 16 << 10
    /// Characters of a log message. Beyond: cut.
    static let messageLengthMax = 64 << 10
    /// Bytes of a log line: what the platforms take as one event. Beyond: fields are left out, and the line says so.
    static let lineBytesMax = 250 << 10
    /// Frames of an error's stack.
    static let stackFramesMax = 32
    /// Bytes of debug lines that one request keeps until it fails. Beyond: the oldest are forgotten.
    package static let debugBytesMax = 64 << 10
    /// Fields that a request adds to its log lines. Beyond: not taken.
    static let requestFieldsMax = 32
    /// Lookups of the current span that a series makes in one interval to find an exemplar.
    static let exemplarTries = 4
    /// Metrics of the process. Beyond: measured and not exported.
    static let instrumentsMax = 1_000
    /// Sets of attributes of one metric. Beyond: counted together (`otel.metric.overflow`).
    /// Source: OpenTelemetry specification 1.x, Metrics SDK, cardinality limits.
    package static let seriesMax = 2_000
    /// Levels of nested log metadata. Beyond: written as text.
    static let metadataDepthMax = 16

    /// Bytes of a `baggage` header. Beyond: members are left out whole. Source: W3C Baggage, 3.3.2.
    static let baggageBytesMax = 8192
    /// Entries of a `baggage` header. Beyond: the rest is left out. Source: W3C Baggage, 3.3.2 asks for at least 64.
    static let baggageEntriesMax = 180
    /// Bytes of a `tracestate` that is read: 32 members at their longest. Beyond: it is ignored.
    static let traceStateHeaderBytesMax = 32 * (256 + 1 + 256 + 1)
    /// Bytes of a `tracestate` that is passed on. Beyond: members are left out whole. Source: W3C Trace Context, 3.3.1.5 asks
    /// for at least 512.
    static let traceStateBytesMax = 1024
    /// Bytes of an `x-amzn-trace-id` header and of the Lineage in it. Beyond: ignored.
    static let xrayHeaderBytesMax = 1024
    static let xrayLineageBytesMax = 255
    /// Bytes of a message attribute that carries context. Beyond: not written. Source: Google Cloud Pub/Sub allows 1024.
    static let messageAttributeBytesMax = 1024
    /// Bytes of a request id that comes from outside. Beyond: it is ignored and one is made.
    static let requestIDBytesMax = 128

    /// Bytes of an answer to an export, head and body. Beyond: the connection is closed.
    static let responseBytesMax = 64 << 10
    /// Time between two attempts at an endpoint that fails: from the first, doubling, to the last.
    static let retryDelay = Duration.seconds(1)
    static let retryDelayMax = Duration.seconds(30)
    /// The longest that a collector may ask us to stay away (`Retry-After`).
    static let retryAfterMax = Duration.seconds(300)
    /// An export that ends so long after its deadline has slept: the process was frozen meanwhile.
    static let thawDelay = Duration.seconds(1)
    /// The longest that the end of an invocation waits for a flush.
    package static let flushTimeMax = Duration.milliseconds(200)
}

extension Limits {
    // MARK: Invocations

    /// What a flush leaves of the remaining time, for the answer to get out.
    static let flushReserve = Duration.milliseconds(50)
    /// How long before the deadline an invocation is given up, so that what there is of it can still be sent.
    static let watchdogLead = Duration.milliseconds(100)
    /// Messages of a batch that are linked to and described. Source: the largest batch of AWS Lambda's event sources.
    static let recordsMax = 10_000
    /// Bytes of an answer in which its status is looked for. Beyond: the span has none.
    static let inspectedResponseBytesMax = 1 << 20
    /// Bytes of an event, and of an answer of the runtime API. Beyond: the connection is given up. Source: AWS Lambda quotas,
    /// 6 MB synchronous, 20 MB streamed; with room for the encoding.
    static let runtimeResponseBytesMax = 32 << 20
    /// Bytes of the head of such an answer.
    static let runtimeHeadBytesMax = 64 << 10
    /// Invocations at once in one process (`AWS_LAMBDA_MAX_CONCURRENCY`).
    static let concurrentInvocationsMax = 1_600
}
