/// The columns that every block may have, by the number they are stored under. Numbers are for ever.
///
/// Source: Documentation/Formats/block.md.
enum BlockColumn: Int, CaseIterable {
    // Of every block.
    case strings = 0
    case shapes = 1
    case attributeColumns = 2
    case origins = 3
    case rowOrigin = 4
    // Of blocks in trace order.
    case traceID = 5
    case traceRowCount = 6
    // Of spans; logs use some of them too.
    case spanID = 7
    case parent = 8
    case foreignParent = 9
    case name = 10
    case kind = 11
    case time = 12
    case duration = 13
    case traceState = 14
    case flags = 15
    case droppedAttributes = 16
    case droppedEvents = 17
    case droppedLinks = 18
    case status = 19
    case statusMessage = 20
    case shape = 21
    case eventCount = 22
    case eventTime = 23
    case eventName = 24
    case eventDroppedAttributes = 25
    case eventShape = 26
    case linkCount = 27
    case linkTraceID = 28
    case linkSpanID = 29
    case linkTraceState = 30
    case linkDroppedAttributes = 31
    case linkFlags = 32
    case linkShape = 33
    // Of logs alone.
    case spanReference = 34
    case observedTime = 35
    case severity = 36
    case severityText = 37
    case bodyShape = 38
    // Of metrics alone.
    case metric = 39

    /// The columns of attribute values follow from here, in the order of `attributeColumns`.
    static let firstAttributeColumn = 64
}
