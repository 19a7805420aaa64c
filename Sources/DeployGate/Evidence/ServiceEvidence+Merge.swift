extension ServiceEvidence {
    /// Adds what another service of the same function sent: its logs may be named another way than its spans.
    mutating func merge(_ other: ServiceEvidence) {
        functionNames.formUnion(other.functionNames)
        isNameless = isNameless || other.isNameless
        versions.merge(other.versions, uniquingKeysWith: +)
        environments.merge(other.environments, uniquingKeysWith: +)
        resourceCount += other.resourceCount
        resourcesWithoutInstance += other.resourcesWithoutInstance
        instances.merge(other.instances) { first, _ in first }
        sharedInstanceID = sharedInstanceID ?? other.sharedInstanceID
        firstUnixNano = min(firstUnixNano, other.firstUnixNano)
        lastUnixNano = max(lastUnixNano, other.lastUnixNano)
        spanCount += other.spanCount
        entryCount += other.entryCount
        entryErrorCount += other.entryErrorCount
        judgedEntryCount += other.judgedEntryCount
        entryDurations.merge(other.entryDurations)
        coldStartDurations.merge(other.coldStartDurations)
        spanNames.merge(other.spanNames)
        mostSpanNamesInAnHour = [mostSpanNamesInAnHour, other.mostSpanNamesInAnHour].compactMap { $0 }.max()
        entriesWithout.merge(other.entriesWithout, uniquingKeysWith: +)
        for hash in other.invocations.hashes { invocations.insert(hash) }
        for hash in other.invocationsWithEntry.hashes { invocationsWithEntry.insert(hash) }
        tracedSpanCount += other.tracedSpanCount
        rootCount += other.rootCount
        clientRootCount += other.clientRootCount
        orphanCount += other.orphanCount
        entryOrphanCount += other.entryOrphanCount
        orphanTrace = orphanTrace ?? other.orphanTrace
        tracesWithManyInternalSpans += other.tracesWithManyInternalSpans
        tracesWithManyShortSpans += other.tracesWithManyShortSpans
        mostInternalSpans = max(mostInternalSpans, other.mostInternalSpans)
        mostShortSpans = max(mostShortSpans, other.mostShortSpans)
        calls.merge(other.calls) { CallCount(made: $0.made + $1.made, answered: $0.answered + $1.answered) }
        provenErrorCount += other.provenErrorCount
        handedOnErrorCount += other.handedOnErrorCount
        unprovenErrorCount += other.unprovenErrorCount
        clientCallCount += other.clientCallCount
        timedOutCalls.merge(other.timedOutCalls) { first, second in
            var merged = first
            merged.merge(second)
            return merged
        }
        mergeLogs(other)
        metricNames.merge(other.metricNames)
        peakMemoryBytes = [peakMemoryBytes, other.peakMemoryBytes].compactMap { $0 }.max()
        memoryLimitBytes = memoryLimitBytes ?? other.memoryLimitBytes
        initDurations.merge(other.initDurations)
        outsideDurations.merge(other.outsideDurations)
        exportDurations.merge(other.exportDurations)
        failedExportCount += other.failedExportCount
    }

    private mutating func mergeLogs(_ other: ServiceEvidence) {
        logCount += other.logCount
        judgedLogCount += other.judgedLogCount
        platformLineCount += other.platformLineCount
        unstructuredCount += other.unstructuredCount
        unstructuredExample = unstructuredExample ?? other.unstructuredExample
        logsWithout.merge(other.logsWithout, uniquingKeysWith: +)
        unplacedLogCount += other.unplacedLogCount
        strayLogCount += other.strayLogCount
        placedLogCount += other.placedLogCount
        unknownLevels.merge(other.unknownLevels)
        debugLogCount += other.debugLogCount
        logKeys.merge(other.logKeys)
        secrets.merge(other.secrets, uniquingKeysWith: +)
    }
}

extension NameSet {
    mutating func merge(_ other: NameSet) {
        for name in other.names { add(name) }
    }
}
