public import OTLP

/// The answer to "show me the request with this id".
public enum RequestLookup: Hashable, Sendable {
    case found(RequestRecords)
    case notFound
    /// The text begins several ids; at most `Limits.candidatesMax` of them.
    case ambiguous([Correlation])

    /// The shortest prefix that is looked up, in characters.
    public static let prefixLengthMin = Limits.prefixLengthMin
}

/// All that is stored of one request: the traces that its id names and those that links or a shared request id join to them.
public struct RequestRecords: Hashable, Sendable {
    /// The id in full, also when a prefix was asked for.
    public var id: String
    /// What kind of id it is.
    public var key: CorrelationKey
    /// Every trace of the request: first those that the id names, then those found by following links and request ids.
    public var traceIDs: [TraceID]
    public var records: TraceRecords

    public init(id: String, key: CorrelationKey, traceIDs: [TraceID], records: TraceRecords) {
        self.id = id
        self.key = key
        self.traceIDs = traceIDs
        self.records = records
    }
}

extension TelemetryStore {
    /// Finds a request by any id that names it: request id, trace id, invocation id, a configured key, or a prefix.
    ///
    /// 1. The text as it stands, then as lower case (trace ids are hexadecimal of either case).
    /// 2. Nothing: as a prefix, when it has at least `Limits.prefixLengthMin` characters.
    /// 3. The traces found, and those that links in either direction and shared request ids join to them, until no new one
    ///    turns up or `Limits.tracesPerRequestMax` is reached.
    public func request(_ text: String) async throws(StoreError) -> RequestLookup {
        var matches = try await requestIDs(.exactly(text))
        if matches.isEmpty { matches = try await requestIDs(.exactly(text.lowercased())) }
        if matches.isEmpty, text.count >= Limits.prefixLengthMin {
            matches = try await requestIDs(.prefix(text))
            if matches.isEmpty { matches = try await requestIDs(.prefix(text.lowercased())) }
        }
        guard let first = matches.first else { return .notFound }
        guard matches.allSatisfy({ $0.value == first.value }) else { return .ambiguous(candidates(of: matches)) }
        return .found(try await story(of: first, traces: matches.map(\.traceID)))
    }

    private func requestIDs(_ match: CorrelationMatch) async throws(StoreError) -> [Correlation] {
        try await correlations(match, limit: Limits.tracesPerRequestMax).filter(\.key.namesRequest)
    }

    /// One candidate a value: many traces may share it.
    private func candidates(of matches: [Correlation]) -> [Correlation] {
        var seen: Set<String> = []
        return Array(matches.filter { seen.insert($0.value).inserted }.prefix(Limits.candidatesMax))
    }

    private func story(of match: Correlation, traces: [TraceID]) async throws(StoreError) -> RequestRecords {
        var known: [TraceID] = []
        var records = TraceRecords()
        var frontier = traces
        // Who else has a request id is asked once: of a request of many spans that is as much work as reading it.
        var asked: Set<String> = match.key == .requestID ? [match.value] : []
        while !frontier.isEmpty {
            var fresh: [TraceID] = []
            for trace in frontier where !known.contains(trace) && known.count < Limits.tracesPerRequestMax {
                known.append(trace)
                fresh.append(trace)
            }
            guard !fresh.isEmpty else { break }
            let found = try await self.records(of: fresh)
            records.traces.resourceSpans += found.traces.resourceSpans
            records.logs.resourceLogs += found.logs.resourceLogs
            frontier = try await neighbours(of: fresh, found: found, asked: &asked)
        }
        return RequestRecords(id: match.value, key: match.key, traceIDs: known, records: records)
    }

    private func neighbours(
        of traces: [TraceID], found: TraceRecords, asked: inout Set<String>
    ) async throws(StoreError) -> [TraceID] {
        var neighbours: [TraceID] = []
        var requestIDs: Set<String> = []
        for span in found.traces.resourceSpans.lazy.flatMap(\.scopeSpans).flatMap(\.spans) {
            neighbours += span.links.lazy.map(\.traceID).filter { !$0.isZero }
            if let id = span.attributes[CorrelationKey.requestID.rawValue]?.string { requestIDs.insert(id) }
        }
        for trace in traces {
            neighbours += try await correlations(.key(.linkedTraceID, trace.hex), limit: Limits.tracesPerRequestMax)
                .map(\.traceID)
        }
        for id in requestIDs.sorted() where asked.insert(id).inserted {
            neighbours += try await correlations(.key(.requestID, id), limit: Limits.tracesPerRequestMax).map(\.traceID)
        }
        return neighbours
    }
}
