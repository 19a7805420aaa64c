public import OTLP

/// Builds a story.
///
/// 1. Make a node of every span; of copies with equal content keep one.
/// 2. Hang each under its parent; make placeholders for parents that never arrived; cut cycles.
/// 3. Hang roots that link to another span of the request under it, as asynchronous.
/// 4. Set clocks right that cannot be.
/// 5. Order by time, set depths, attach logs.
/// 6. Find functions, attempts, self times, the two paths, the root cause, and what is missing.
///
/// Cost: O(n log n); nothing recurses, so that a chain of 100,000 spans is as good as a tree.
public struct StoryAssembler {
    var nodes: [Story.Node] = []
    var places: [Key: Int] = [:]
    var problems: [Story.Problem] = []
    var clocks = Clocks()

    struct Key: Hashable {
        var traceID: TraceID
        var spanID: SpanID
    }

    /// - Parameter correctsClocks: without it every time is as it was sent.
    public static func assemble(
        id: String? = nil, traceIDs: [TraceID] = [], traces: TracesData, logs: LogsData, correctsClocks: Bool = true
    ) -> Story {
        var assembler = StoryAssembler()
        assembler.addSpans(of: traces)
        assembler.connect()
        let corrections = correctsClocks ? assembler.correctClocks() : []
        let roots = assembler.order()
        let strayLogs = assembler.addLogs(of: logs)
        let invocations = assembler.findInvocations()
        assembler.findAttempts(roots)
        assembler.measureSelfTimes()
        assembler.findSilentFunctions()
        var story = Story(
            id: id ?? assembler.requestID, traceIDs: assembler.tracesInOrder(traceIDs), nodes: assembler.nodes,
            roots: roots, strayLogs: strayLogs, problems: assembler.problems, criticalPath: [], completionPath: [],
            rootCause: nil, invocations: invocations, clockCorrections: corrections,
            arrival: Story.Arrival.counted(in: assembler.nodes, logs))
        if let main = story.mainRoot {
            story.criticalPath = CriticalPath.find(in: story.nodes, from: main)
            story.completionPath = CompletionPath.find(in: story.nodes, from: main)
        }
        story.rootCause = RootCause.find(in: story)
        return story
    }

    private init() {}

    /// The traces that are there: those of `first` that are, then the others. A link may name one that never arrived.
    private func tracesInOrder(_ first: [TraceID]) -> [TraceID] {
        var present: [TraceID] = []
        var seen: Set<TraceID> = []
        for node in nodes {
            if let trace = node.record?.span.traceID, seen.insert(trace).inserted { present.append(trace) }
        }
        let named = first.filter(seen.contains)
        return seen.isEmpty ? first : named + present.filter { !named.contains($0) }
    }

    private var requestID: String? {
        nodes.lazy.compactMap { $0.record?.span.attributes["request.id"]?.string }.first
    }

    // MARK: Spans

    private mutating func addSpans(of traces: TracesData) {
        let count = traces.resourceSpans.reduce(0) { $0 + $1.scopeSpans.reduce(0) { $0 + $1.spans.count } }
        nodes.reserveCapacity(count)
        places.reserveCapacity(count)
        for group in traces.resourceSpans {
            let service = group.resource?.serviceName ?? Resource().serviceName
            let domain = clocks.domain(of: group.resource, service)
            for scope in group.scopeSpans {
                for span in scope.spans { add(span, service, group.resource, scope.scope, domain) }
            }
        }
    }

    private mutating func add(
        _ span: Span, _ service: String, _ resource: Resource?, _ scope: InstrumentationScope?, _ domain: Int?
    ) {
        let key = Key(traceID: span.traceID, spanID: span.spanID)
        if let first = places[key] {
            guard nodes[first].record?.span != span else { return }
            problems.append(.duplicateSpanID(node: nodes.count))
        } else {
            places[key] = nodes.count
        }
        let isReversed = span.endTimeUnixNano < span.startTimeUnixNano
        if isReversed, span.endTimeUnixNano != 0 { problems.append(.endBeforeStart(node: nodes.count)) }
        var node = Story.Node(
            content: .span(Story.SpanRecord(span, service: service, resource: resource, scope: scope)),
            startTimeUnixNano: span.startTimeUnixNano,
            endTimeUnixNano: isReversed ? span.startTimeUnixNano : span.endTimeUnixNano)
        node.isError = span.status?.code == .error || span.isFailedServer
        nodes.append(node)
        clocks.domainOfNode.append(domain)
    }

    // MARK: Logs and self times

    private mutating func addLogs(of logs: LogsData) -> [Story.StoryLog] {
        var stray: [Story.StoryLog] = []
        for group in logs.resourceLogs {
            let service = group.resource?.serviceName ?? Resource().serviceName
            for record in group.scopeLogs.lazy.flatMap(\.logRecords) {
                var log = Story.StoryLog(record: record, service: service)
                if let node = places[Key(traceID: record.traceID, spanID: record.spanID)] {
                    log.clockOffsetNanoseconds = nodes[node].clockOffsetNanoseconds
                    nodes[node].logs.append(log)
                } else {
                    stray.append(log)
                }
            }
        }
        for node in nodes.indices where nodes[node].logs.count > 1 {
            nodes[node].logs.sort { $0.timeUnixNano < $1.timeUnixNano }
        }
        return stray.sorted { $0.timeUnixNano < $1.timeUnixNano }
    }

    private mutating func measureSelfTimes() {
        for node in nodes.indices {
            var covered: UInt64 = 0
            var reach = nodes[node].startTimeUnixNano
            let end = nodes[node].endTimeUnixNano
            for child in nodes[node].children where !nodes[child].isAsynchronous {
                let from = max(reach, nodes[child].startTimeUnixNano)
                let to = min(end, nodes[child].endTimeUnixNano)
                guard to > from else { continue }
                covered += to - from
                reach = to
            }
            nodes[node].selfTimeNanoseconds = nodes[node].durationNanoseconds - covered
        }
    }
}

extension Span {
    /// An HTTP server that answered 5xx has failed, also where its instrumentation left the status unset.
    fileprivate var isFailedServer: Bool {
        guard kind == .server else { return false }
        let code = attributes["http.response.status_code"]?.int ?? attributes["http.status_code"]?.int
        return code.map { $0 >= 500 } ?? false
    }
}
