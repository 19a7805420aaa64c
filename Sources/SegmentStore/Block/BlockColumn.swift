import OTLP

/// The columns that a block may have, by the number they are stored under. Numbers are for ever.
///
/// Source: Documentation/Formats/block.md.
enum BlockColumn: Int, CaseIterable {
    // Of the head.
    case names = 0
    case attributeColumns
    case shapes
    case origins
    case sharedTextColumns
    case runStart
    case runSpans
    case runLogs
    case runPoints
    case groupRuns
    case groupFirstTime
    case groupLastTime
    case groupShortest
    case groupLongest
    case groupErrors
    case groupSeverity
    // Of spans.
    case spanOrigin = 32
    case spanIDStep
    case spanID
    case spanParent
    case spanForeignParent
    case spanName
    case spanKind
    case spanPresence
    case spanStart
    case spanDuration
    case spanTraceState
    case spanFlags
    case spanDroppedAttributes
    case spanDroppedEvents
    case spanDroppedLinks
    case spanStatus
    case spanStatusMessage
    case spanShape
    case eventCount
    case eventTime
    case eventName
    case eventDroppedAttributes
    case eventShape
    case linkCount
    case linkTraceIDHigh
    case linkTraceIDLow
    case linkSpanID
    case linkTraceState
    case linkDroppedAttributes
    case linkFlags
    case linkShape
    // Of logs.
    case logOrigin = 64
    case logSpan
    case logForeignSpan
    case logPresence
    case logTime
    case logObservedTime
    case logSeverity
    case logSeverityText
    case logBodyShape
    case logShape
    case logDroppedAttributes
    case logFlags
    case logEventName
    // Of metrics: points, stream after stream.
    case pointOrigin = 96
    case pointMetric
    case pointAttributes
    case pointPresence
    case pointStart
    case pointTime
    case pointFlags
    case pointInteger
    case pointDouble
    case pointCount
    case pointSum
    case pointMin
    case pointMax
    case pointBounds
    case bucketCount
    case bucketValue
    case pointScale
    case pointZeroCount
    case pointZeroThreshold
    case bucketOffset
    case quantile
    case quantileValue
    case pointExemplars

    /// The columns of attribute values follow from here, in the order of `attributeColumns`.
    static let firstAttribute = 128

    /// The signal whose rows the column belongs to; `nil` for those of the head.
    var signal: Signal? {
        switch rawValue {
        case ..<BlockColumn.spanOrigin.rawValue: nil
        case ..<BlockColumn.logOrigin.rawValue: .traces
        case ..<BlockColumn.pointOrigin.rawValue: .logs
        default: .metrics
        }
    }

    var isText: Bool {
        switch self {
        case .spanName, .spanTraceState, .spanStatusMessage, .eventName, .linkTraceState, .logSeverityText,
            .logEventName, .pointMetric, .pointAttributes, .pointBounds, .pointExemplars:
            true
        default: false
        }
    }
}

/// A column of attribute values: those of one key and one kind, in the rows of one signal.
struct AttributeColumn: Hashable {
    var signal: Signal
    /// What the attribute describes. Those of a record and of its events stand in columns of their own.
    var owner: Owner
    /// The code of the key.
    var name: UInt32
    var kind: AttributeView.Kind

    enum Owner: UInt8 {
        /// The span, log record or point itself.
        case record = 0
        case event = 1
        case link = 2
        /// The body of a log record; it has no key.
        case body = 3
    }

    var isText: Bool {
        switch kind {
        case .string, .bytes, .array, .map: true
        case .absent, .empty, .bool, .int, .double: false
        }
    }

    /// Whether there is anything to store beyond that it is there.
    var hasValue: Bool { kind != .absent && kind != .empty }
}
