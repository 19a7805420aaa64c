/// What the functions of a deployment sent in a stretch of time, folded into counts, sketches and samples.
public struct Evidence: Sendable {
    public var window: TimeWindow
    /// What only this version sent is evidence; `nil` when the window alone decides.
    var version: String?
    /// One for each `service.name`, in alphabetical order.
    var services: [ServiceEvidence] = []
    var metrics: [MetricEvidence] = []
    /// Where attributes stood, by level and key.
    var attributes: [AttributeUse: AttributeUseCount] = [:]
    var spanCount = 0
    var logCount = 0
    var metricPointCount = 0
    /// How many spans were sampled to judge parents and callees, of how many.
    var sampledSpanCount = 0
    /// Records later than the end of the window, and the latest of them: somebody's clock is ahead.
    var futureRecordCount = 0
    var latestUnixNano: UInt64 = 0
    /// Services beyond `Limits.servicesMax`, which are not told apart.
    var overflowServiceCount = 0

    init(window: TimeWindow, version: String? = nil) {
        self.window = window
        self.version = version
    }

    public var isEmpty: Bool { spanCount == 0 && logCount == 0 && metricPointCount == 0 }

    /// Seconds by which the newest record is ahead of the gate's own clock.
    var clockAheadSeconds: Double {
        latestUnixNano > window.untilUnixNano ? Double(latestUnixNano - window.untilUnixNano) / 1e9 : 0
    }
}

/// Where an attribute was found.
struct AttributeUse: Hashable, Sendable {
    var level: AttributeLevel
    var key: String
}

struct AttributeUseCount: Sendable {
    var count = 0
    /// A service that used it, as a place in `Evidence.services` while it is built, then by name.
    var service: String
    /// Whether a value had another type than text, number, boolean or list, by name.
    var kind: String
}

/// The parts of OTLP that carry attributes.
enum AttributeLevel: String, Hashable, Sendable {
    case resource
    case span
    case log
    case metric
}
