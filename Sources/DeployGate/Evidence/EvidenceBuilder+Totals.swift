import TelemetryStore

extension EvidenceBuilder {
    /// Puts what a store has counted in the place of what was counted here, which may have been a sample.
    ///
    /// A service name that several functions share stays as it was counted: the store's totals do not tell them apart.
    mutating func count(_ totals: [SpanTotal], logs: [AggregateRow]) {
        var indexes: [String: [Int]] = [:]
        for (index, name) in serviceNames { indexes[name, default: []].append(index) }
        var counted: Set<Int> = []
        evidence.spanCount = 0
        for total in totals {
            let isJudged = !total.isBeforeWindow && (version == nil || total.version == version)
            if isJudged { evidence.spanCount += total.row.count }
            guard let name = total.service, let index = place(of: name, in: &indexes) else { continue }
            if counted.insert(index).inserted { services[index].forgetCounts() }
            services[index].count(total, isJudged: isJudged)
        }
        evidence.logCount = logs.reduce(0) { $0 + $1.count }
        for row in logs {
            guard let name = row.key.first ?? nil, let index = place(of: name, in: &indexes) else { continue }
            if version == nil || services[index].logCount > 0 { services[index].logCount = row.count }
        }
    }

    /// Puts the names of each hour, as a store has counted them, in the place of what was counted here.
    mutating func countNames(byTheHour rows: [AggregateRow]) {
        var names: [Int: [UInt64: Set<String>]] = [:]
        let indexes = Dictionary(grouping: serviceNames, by: \.name)
        for row in rows {
            guard let service = row.key.first ?? nil, let known = indexes[service], known.count == 1 else { continue }
            names[known[0].index, default: [:]][row.bucketStart, default: []].insert((row.key.last ?? nil) ?? "")
        }
        for (index, hours) in names { services[index].mostSpanNamesInAnHour = hours.values.map(\.count).max() }
    }

    /// Services of which a failed span has been added.
    var servicesWithFailures: Set<String> {
        let failed = Set(failures.values.lazy.map(\.service))
        return Set(serviceNames.lazy.filter { failed.contains($0.index) }.map(\.name))
    }

    /// How many spans of a service have been added.
    func spanCount(ofServiceNamed name: String) -> Int {
        serviceNames.reduce(0) { $0 + ($1.name == name ? services[$1.index].spanCount : 0) }
    }

    /// How many log lines of a service have been added.
    func logCount(ofServiceNamed name: String) -> Int {
        serviceNames.reduce(0) { $0 + ($1.name == name ? services[$1.index].logCount : 0) }
    }

    /// The one service of a name, made when nothing of it was read; `nil` when several functions share the name.
    private mutating func place(of name: String, in indexes: inout [String: [Int]]) -> Int? {
        if let known = indexes[name] { return known.count == 1 ? known[0] : nil }
        guard let index = service(named: name) else { return nil }
        indexes[name] = [index]
        return index
    }
}

extension ServiceEvidence {
    fileprivate mutating func forgetCounts() {
        spanCount = 0
        entryCount = 0
        entryErrorCount = 0
        entryDurations = DurationSketch()
        spanNames = NameSet()
        mostSpanNamesInAnHour = nil
        history.spanNames = NameSet()
        history.entryDurations = DurationSketch()
    }

    fileprivate mutating func count(_ total: SpanTotal, isJudged: Bool) {
        guard isJudged else {
            history.spanNames.add(total.name, times: total.row.count)
            if total.isEntry { history.entryDurations.merge(DurationSketch(total.row.durations)) }
            if let version = total.version, !version.isEmpty { history.versions.add(version) }
            return
        }
        spanCount += total.row.count
        spanNames.add(total.name, times: total.row.count)
        if total.isEntry {
            entryCount += total.row.count
            entryErrorCount += total.row.errorCount
            entryDurations.merge(DurationSketch(total.row.durations))
        }
    }
}
