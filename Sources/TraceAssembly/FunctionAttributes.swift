import OTLP

/// What spans and resources say about functions, by the names of the semantic conventions and the few that these lack.
///
/// Source: OpenTelemetry semantic conventions 1.37, FaaS and AWS Lambda; Documentation/Formats/function-attributes.md.
enum FunctionAttributes {
    static func isColdStart(_ span: Span) -> Bool? {
        if case .bool(let flag)? = span.attributes["faas.coldstart"] { flag } else { nil }
    }

    /// `faas.init_duration`, in seconds as the metric of that name; or the platform's own milliseconds.
    static func initNanoseconds(_ span: Span) -> UInt64? {
        nanoseconds(span.attributes["faas.init_duration"], per: 1_000_000_000)
            ?? nanoseconds(span.attributes["aws.lambda.init_duration_ms"], per: 1_000_000)
    }

    static func billedNanoseconds(_ span: Span) -> UInt64? {
        nanoseconds(span.attributes["faas.billed_duration"], per: 1_000_000_000)
            ?? nanoseconds(span.attributes["aws.lambda.billed_duration_ms"], per: 1_000_000)
    }

    static func memoryLimitBytes(_ node: Story.Node) -> UInt64? {
        bytes("faas.max_memory", node)
    }

    static func memoryUsedBytes(_ node: Story.Node) -> UInt64? {
        bytes("faas.mem_usage", node)
    }

    /// The function that a CLIENT or PRODUCER span invokes by name.
    static func invokedName(_ span: Span) -> String? {
        if let name = span.attributes["faas.invoked_name"]?.string, !name.isEmpty { return name }
        guard let resource = span.attributes["aws.lambda.invoked_arn"]?.string, span.kind == .client else { return nil }
        // …:function:NAME, perhaps with :VERSION behind.
        let parts = resource.split(separator: ":")
        guard let word = parts.firstIndex(of: "function"), word + 1 < parts.count else { return nil }
        return String(parts[word + 1])
    }

    /// How many spans and log records a process has begun so far below one of its spans, itself among them.
    static func begunSpans(_ attributes: [Attribute]) -> Int64? { attributes["telemetry.spans_begun"]?.int }
    static func begunLogs(_ attributes: [Attribute]) -> Int64? { attributes["telemetry.logs_begun"]?.int }

    /// Which span that is; without it, the one that says so.
    static func begunBelow(_ attributes: [Attribute]) -> String? { attributes["telemetry.begun_below"]?.string }

    /// The execution environment that sent something.
    static func instance(_ resource: Resource?) -> String? {
        resource?.attributes["faas.instance"]?.string ?? resource?.attributes["service.instance.id"]?.string
    }

    private static func bytes(_ key: String, _ node: Story.Node) -> UInt64? {
        guard let value = (node.span?.attributes[key] ?? node.resource?.attributes[key])?.int, value > 0 else {
            return nil
        }
        return UInt64(value)
    }

    private static func nanoseconds(_ value: AttributeValue?, per unit: Double) -> UInt64? {
        let number: Double? =
            switch value {
            case .double(let number): number
            case .int(let number): Double(number)
            default: nil
            }
        guard let number, number > 0, number * unit < 1e18 else { return nil }
        return UInt64(number * unit)
    }
}
