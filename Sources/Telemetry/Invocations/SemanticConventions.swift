/// The names that the library writes on its own account, all of them here.
///
/// Source: OpenTelemetry semantic conventions, at `version`. What stands under *ours* has no convention yet.
package enum SemanticConventions {
    package static let version = "1.44.0"
    package static let schemaURL = "https://opentelemetry.io/schemas/\(version)"

    // MARK: Functions

    static let coldStart = "faas.coldstart"
    static let invocationID = "faas.invocation_id"
    static let trigger = "faas.trigger"
    static let cron = "faas.cron"
    static let time = "faas.time"
    static let documentCollection = "faas.document.collection"
    static let documentName = "faas.document.name"
    static let documentOperation = "faas.document.operation"
    static let maxMemory = "faas.max_memory"
    static let resourceID = "cloud.resource_id"
    static let accountID = "cloud.account.id"
    static let errorType = "error.type"

    // MARK: HTTP

    static let requestMethod = "http.request.method"
    static let requestMethodOriginal = "http.request.method_original"
    static let route = "http.route"
    static let statusCode = "http.response.status_code"
    static let urlPath = "url.path"
    static let urlQuery = "url.query"
    static let urlScheme = "url.scheme"
    static let serverAddress = "server.address"
    static let serverPort = "server.port"
    static let clientAddress = "client.address"
    static let userAgent = "user_agent.original"

    // MARK: Messages

    static let messagingSystem = "messaging.system"
    static let messagingOperationName = "messaging.operation.name"
    static let messagingOperationType = "messaging.operation.type"
    static let messagingDestination = "messaging.destination.name"
    static let messageID = "messaging.message.id"
    static let messageCount = "messaging.batch.message_count"
    static let messagingSubscription = "messaging.destination.subscription.name"
    static let pubSubOrderingKey = "messaging.gcp_pubsub.message.ordering_key"
    static let pubSubDeliveryAttempt = "messaging.gcp_pubsub.message.delivery_attempt"

    // MARK: Ours (Documentation/Formats/invocation-span.md)

    /// Seconds from the start of the process to its first invocation; the metric of this name as an attribute.
    static let initDuration = "faas.init_duration"
    /// Seconds that the platform gives an invocation.
    static let timeout = "faas.timeout"
    /// Seconds that were left when the invocation began and when it ended.
    static let remainingTimeStart = "faas.remaining_time.start"
    static let remainingTimeEnd = "faas.remaining_time.end"
    /// Bytes that the process has used at most; the metric of this name as an attribute.
    static let memoryUsage = "faas.mem_usage"
    /// Spans and log records that have begun in this process below a span, itself among them, and which span that is.
    static let spansBegun = "telemetry.spans_begun"
    static let logsBegun = "telemetry.logs_begun"
    static let begunBelow = "telemetry.begun_below"
}
