import OTLP
public import TraceAssembly

// The tables of `services`, `map` and `shapes` for machines: one JSON object for each line.
//
// Source: Documentation/Formats/tables-json.md.

extension ServiceSummary {
    public func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("service", service)
            writer.member("requestCount", count)
            writer.member("errorCount", errorCount)
            writer.member("requestsPerSecond", perSecond)
            for (name, value) in zip(["p50Nano", "p95Nano", "p99Nano"], quantiles) {
                writer.key(name)
                writer.value(quoting: value)
            }
            if let dollars { writer.member("dollars", dollars) }
            writer.array("overTime") { writer in for count in buckets { writer.value(count) } }
        }
        return writer.bytes
    }
}

extension ServiceMap.Call {
    public func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            if !caller.isEmpty { writer.member("caller", caller) }
            writer.member("callee", callee)
            writer.member("isAsynchronous", isAsynchronous)
            writer.member("callCount", count)
            writer.member("errorCount", errorCount)
            for (name, share) in [("p50Nano", 0.5), ("p95Nano", 0.95)] {
                writer.key(name)
                writer.value(quoting: duration(quantile: share))
            }
        }
        return writer.bytes
    }
}

extension ShapeSummary {
    public func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("shape", shape.id)
            writer.member("route", shape.route)
            writer.member("requestCount", count)
            writer.member("errorCount", errorCount)
            writer.key("medianNano")
            writer.value(quoting: medianNanoseconds)
            if let seen = noveltyWord { writer.member("seen", seen) }
            writer.array("versions") { writer in for version in versions { writer.value(version) } }
            writer.array("spans") { writer in
                for line in shape.lines {
                    writer.object { writer in
                        writer.member("depth", line.depth)
                        writer.member("title", line.title)
                        writer.member("isAsynchronous", line.isAsynchronous)
                    }
                }
            }
        }
        return writer.bytes
    }

    /// `nil` when no moment was given to compare with.
    private var noveltyWord: String? {
        switch novelty {
        case .steady: "before_and_after"
        case .new: "new"
        case .vanished: "vanished"
        case .always: nil
        }
    }
}
