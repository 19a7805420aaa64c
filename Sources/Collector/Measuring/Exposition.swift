import OTLP
import Synchronization

/// The Prometheus text format, version 0.0.4.
///
/// Source: Prometheus documentation, "Exposition formats".
struct Exposition {
    private(set) var text = ""

    mutating func family(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    mutating func sample(_ name: String, _ labels: [(String, String)] = [], _ value: some CustomStringConvertible) {
        text += name
        if !labels.isEmpty {
            text += "{" + labels.map { "\($0.0)=\"\($0.1)\"" }.joined(separator: ",") + "}"
        }
        text += " \(value)\n"
    }

    mutating func histogram(_ name: String, _ help: String, _ histogram: Histogram) {
        family(name, "histogram", help)
        var count: UInt64 = 0
        for (bound, inBucket) in zip(Histogram.bounds, histogram.counts) {
            count += inBucket
            sample(name + "_bucket", [("le", "\(bound)")], count)
        }
        count += histogram.counts[Histogram.bounds.count]
        sample(name + "_bucket", [("le", "+Inf")], count)
        sample(name + "_sum", [], histogram.sum)
        sample(name + "_count", [], count)
    }

    mutating func bySignal(_ name: String, _ help: String, _ values: [Signal: UInt64]) {
        family(name, "counter", help)
        for signal in Signal.allCases { sample(name, [("signal", signal.name)], values[signal] ?? 0) }
    }
}

extension CollectorMetrics {
    /// Everything counted, as text for a scrape.
    func exposition(_ size: StoreSize) -> String {
        let state = state.withLock { $0 }
        var text = Exposition()
        text.bySignal("collector_received_requests_total", "Export requests received.", state.receivedRequests)
        text.bySignal("collector_received_bytes_total", "Bytes of request bodies as sent.", state.receivedBytes)
        text.bySignal(
            "collector_accepted_records_total", "Spans, log records and data points taken and durable.",
            state.acceptedRecords)
        text.bySignal(
            "collector_rejected_records_total", "Records rejected by partial success.", state.rejectedRecords)
        text.family("collector_refused_requests_total", "counter", "Requests refused as a whole, by reason.")
        for signal in Signal.allCases {
            for reason in RPCStatus.Code.allCases {
                let count = state.refusedRequests[Refusal(signal: signal, reason: reason)] ?? 0
                text.sample(
                    "collector_refused_requests_total", [("signal", signal.name), ("reason", reason.label)], count)
            }
        }
        text.bySignal("collector_stored_records_total", "Records that became blocks.", state.storedRecords)
        text.histogram(
            "collector_request_duration_seconds", "From the end of a request's body to its answer.",
            state.requestDuration)
        text.histogram(
            "collector_commit_duration_seconds", "One commit of the inbox, fsync included.", state.commitDuration)
        counter(
            &text, "collector_committed_bodies_total", "Request bodies committed to the inbox.", state.committedBodies)
        counter(&text, "collector_committed_bytes_total", "Bytes committed to the inbox.", state.committedBytes)
        counter(
            &text, "collector_failed_commits_total", "Commits that failed; their senders were told.",
            state.failedCommits)
        text.histogram("collector_flush_duration_seconds", "One flush of the inbox into blocks.", state.flushDuration)
        counter(&text, "collector_flushed_bytes_total", "Bytes of the blocks written by flushes.", state.flushedBytes)
        counter(
            &text, "collector_failed_flushes_total", "Flushes that failed; the inbox keeps its bodies.",
            state.failedFlushes)
        text.histogram(
            "collector_compaction_duration_seconds", "Sealing a segment, or merging several.", state.compactionDuration)
        counter(
            &text, "collector_compacted_segments_total", "Segments that were rewritten.", state.compactedSegments)
        counter(&text, "collector_retired_segments_total", "Segments that retention removed.", state.retiredSegments)
        counter(
            &text, "collector_failed_maintenance_total", "Times that sealing, compaction or retention failed.",
            state.failedMaintenance)
        counter(
            &text, "collector_damaged_reads_total", "Blocks or segments that could not be read; the rest was served.",
            state.damagedReads)
        text.family("collector_connections", "gauge", "Open OTLP/HTTP connections.")
        text.sample("collector_connections", [], state.connections)
        text.family("collector_segment_bytes", "gauge", "Bytes of all segment files.")
        text.sample("collector_segment_bytes", [], size.segmentBytes)
        text.family("collector_inbox_bytes", "gauge", "Bytes of bodies that wait to become blocks.")
        text.sample("collector_inbox_bytes", [], size.inboxBytes)
        return text.text
    }

    private func counter(_ text: inout Exposition, _ name: String, _ help: String, _ value: UInt64) {
        text.family(name, "counter", help)
        text.sample(name, [], value)
    }
}

extension RPCStatus.Code {
    /// The name in labels.
    var label: String {
        switch self {
        case .invalidArgument: "invalid"
        case .notFound: "not_found"
        case .resourceExhausted: "exhausted"
        case .outOfRange: "too_large"
        case .unimplemented: "unsupported"
        case .internal: "internal"
        case .unavailable: "unavailable"
        }
    }
}
