import OTLP

/// The clocks that the times of a story were taken from, and how far each is off.
///
/// 1. A clock belongs to an execution environment: `faas.instance`, else `service.instance.id`, else the host. Spans of
///    no known environment are never moved.
/// 2. Where a span of one clock waits for a span of another, the answer lies within the question. Each such pair bounds
///    the offset between the two clocks from both sides.
/// 3. If no pair is broken, the clocks agree. If one is, the offset is the middle of what all bounds allow; bounds that
///    contradict each other give way to the median of the pairs' middles.
/// 4. Offsets add up along the way from the clock of the first root.
///
/// Asynchronous edges say nothing about clocks and are never looked at.
///
/// Source: NTP (RFC 5905, section 8), with the tightest bounds over many exchanges in place of one.
struct Clocks {
    private var names: [String] = []
    private var services: [String] = []
    private var domains: [String: Int] = [:]
    /// In step with the nodes; `nil` for the unknown clock.
    var domainOfNode: [Int?] = []

    mutating func domain(of resource: Resource?, _ service: String) -> Int? {
        guard let resource, let name = Clocks.name(resource) else { return nil }
        if let known = domains[name] { return known }
        domains[name] = names.count
        names.append(name)
        services.append(service)
        return names.count - 1
    }

    private static func name(_ resource: Resource) -> String? {
        for key in ["faas.instance", "service.instance.id", "host.id", "host.name"] {
            if let value = resource.attributes[key]?.string, !value.isEmpty { return key + "=" + value }
        }
        return nil
    }

    /// The service; the instance as well where the service has several clocks.
    func label(_ domain: Int) -> String {
        guard services.lazy.filter({ $0 == services[domain] }).count > 1 else { return services[domain] }
        let instance = names[domain].drop { $0 != "=" }.dropFirst()
        return "\(services[domain]) \(instance.suffix(8))"
    }
}

extension StoryAssembler {
    /// Moves the spans of clocks that cannot be right; says which.
    mutating func correctClocks() -> [Story.ClockCorrection] {
        let pairs = clockPairs()
        guard pairs.values.contains(where: \.isBroken) else { return [] }
        var neighbours: [Int: [(clock: Int, bounds: OffsetBounds)]] = [:]
        for (pair, bounds) in pairs {
            neighbours[pair.parent, default: []].append((pair.child, bounds))
            neighbours[pair.child, default: []].append((pair.parent, bounds.reversed))
        }
        var offsets: [Int: (nanoseconds: Int64, pairCount: Int)] = [:]
        let inOrder = nodes.indices.filter { nodes[$0].parent == nil }.sorted(by: precedes)
        for first in inOrder.compactMap({ clocks.domainOfNode[$0] }) + neighbours.keys.sorted()
        where offsets[first] == nil {
            offsets[first] = (0, 0)
            var queue = [first]
            while let clock = queue.popLast() {
                let own = offsets[clock]?.nanoseconds ?? 0
                for next in (neighbours[clock] ?? []).sorted(by: { $0.clock < $1.clock })
                where offsets[next.clock] == nil {
                    offsets[next.clock] = (own &+ next.bounds.offset, next.bounds.pairCount)
                    queue.append(next.clock)
                }
            }
        }
        apply(offsets.mapValues(\.nanoseconds))
        return offsets.filter { $0.value.nanoseconds != 0 }
            .map { clock, offset in
                Story.ClockCorrection(
                    name: clocks.label(clock), offsetNanoseconds: offset.nanoseconds, pairCount: offset.pairCount)
            }
            .sorted { $0.name < $1.name }
    }

    private struct ClockPair: Hashable {
        var parent: Int
        var child: Int
    }

    private func clockPairs() -> [ClockPair: OffsetBounds] {
        var pairs: [ClockPair: OffsetBounds] = [:]
        for node in nodes.indices {
            guard let parent = nodes[node].parent, !nodes[node].isAsynchronous,
                let clock = clocks.domainOfNode[node], let other = clocks.domainOfNode[parent], clock != other,
                nodes[node].startTimeUnixNano > 0, nodes[parent].startTimeUnixNano > 0,
                !nodes[node].isRunning, !nodes[parent].isRunning,
                nodes[node].durationNanoseconds <= nodes[parent].durationNanoseconds
            else { continue }
            let isForward = pairs[ClockPair(parent: clock, child: other)] == nil
            var bounds = OffsetBounds(of: nodes[node], within: nodes[parent])
            if !isForward { bounds = bounds.reversed }
            let key = isForward ? ClockPair(parent: other, child: clock) : ClockPair(parent: clock, child: other)
            if pairs[key]?.join(bounds) == nil { pairs[key] = bounds }
        }
        return pairs
    }

    private mutating func apply(_ offsets: [Int: Int64]) {
        for node in nodes.indices {
            guard let clock = clocks.domainOfNode[node], let offset = offsets[clock], offset != 0 else { continue }
            nodes[node].clockOffsetNanoseconds = offset
            let duration = nodes[node].durationNanoseconds
            nodes[node].startTimeUnixNano = nodes[node].startTimeUnixNano.shifted(by: offset)
            nodes[node].endTimeUnixNano = nodes[node].startTimeUnixNano &+ duration
        }
    }
}

/// What pairs of spans say about the offset of one clock to another.
private struct OffsetBounds {
    private var lower: Int64
    private var upper: Int64
    private var middles: [Int64]
    private(set) var isBroken: Bool

    var pairCount: Int { middles.count }

    /// The child's clock plus the offset lies between these.
    init(of child: Story.Node, within parent: Story.Node) {
        lower = OffsetBounds.difference(parent.startTimeUnixNano, child.startTimeUnixNano)
        upper = OffsetBounds.difference(parent.endTimeUnixNano, child.endTimeUnixNano)
        middles = [lower / 2 + upper / 2]
        // Whoever answers a moment before it is asked, or closes its books a moment after, has the same clock.
        let tolerance = Int64(clamping: parent.durationNanoseconds / 100)
        isBroken = lower > tolerance || upper < -tolerance
    }

    private static func difference(_ left: UInt64, _ right: UInt64) -> Int64 {
        left >= right ? Int64(clamping: left - right) : -Int64(clamping: right - left)
    }

    /// 0 when the clocks may agree.
    var offset: Int64 {
        guard isBroken else { return 0 }
        return lower <= upper ? lower / 2 + upper / 2 : middles.sorted()[middles.count / 2]
    }

    var reversed: OffsetBounds {
        var other = self
        (other.lower, other.upper) = (0 &- upper, 0 &- lower)
        other.middles = middles.map { 0 &- $0 }
        return other
    }

    /// Takes the bounds of one more pair in.
    mutating func join(_ other: OffsetBounds) {
        lower = max(lower, other.lower)
        upper = min(upper, other.upper)
        middles += other.middles
        isBroken = isBroken || other.isBroken
    }
}
