import OTLP

/// Decides what is sent when: batches that are due, a destination that failed and may be tried again.
///
/// 1. A lane is due when its interval is over, when it is half full, or when somebody asks for a flush.
/// 2. What is kept from a failed attempt goes first; then batch after batch until nothing waits.
/// 3. A failure makes the destination wait for all its lanes (`RetrySchedule`); nothing else is sent there meanwhile.
///
/// Shape: a value, owned by the thread that sends. Time is given to it: a test can let an hour pass.
package struct ExportWorker {
    private var lanes: [ExportLane]
    private var destinations: [Destination]
    private let resource: Resource
    private let encodedResource: [UInt8]
    private let now: @Sendable () -> ContinuousClock.Instant

    private struct Destination {
        let exporter: any Exporter
        var schedule = RetrySchedule()
    }

    init(
        lanes: [ExportLane], exporters: [any Exporter], resource: Resource,
        now: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        self.lanes = lanes
        destinations = exporters.map { Destination(exporter: $0) }
        self.resource = resource
        var writer = ProtobufWriter()
        resource.encode(into: &writer)
        encodedResource = writer.bytes
        self.now = now
    }

    /// How long nothing is due.
    package var pause: Duration {
        let now = now()
        var next = now + .seconds(3600)
        for lane in lanes {
            let retry = destinations[lane.destination].schedule.nextAttempt
            next = min(next, retry ?? lane.nextExport)
        }
        return max(.zero, next - now)
    }

    /// Every destination fails: nobody need wait for a flush.
    package var isFailing: Bool {
        !destinations.isEmpty && destinations.allSatisfy(\.schedule.isFailing)
    }

    package enum Round {
        /// What is due, by destinations that answer.
        case due
        /// Everything, by destinations that answer; until a deadline.
        case flush(ContinuousClock.Instant)
        /// What destinations that have failed may be tried with again.
        case probe
        /// Everything, wherever it goes: there is no other time.
        case last(ContinuousClock.Instant)
    }

    /// Sends; returns whether nothing is left.
    package mutating func run(_ round: Round) -> Bool {
        var isDelivered = true
        for place in lanes.indices {
            let isDone = send(place, round)
            isDelivered = isDelivered && isDone
        }
        return isDelivered
    }

    private mutating func send(_ place: Int, _ round: Round) -> Bool {
        let start = now()
        let schedule = destinations[lanes[place].destination].schedule
        var deadline = start + lanes[place].timeout
        switch round {
        case .due:
            guard !schedule.isFailing, lanes[place].nextExport <= start || lanes[place].source.isFilling else {
                return true
            }
        case .flush(let end):
            guard !schedule.isFailing else { return lanes[place].pending == nil && !lanes[place].source.hasWaiting }
            deadline = min(deadline, end)
        case .probe:
            guard schedule.isFailing, schedule.allowsAttempt(at: start) else { return true }
        case .last(let end):
            deadline = min(deadline, end)
        }
        lanes[place].nextExport = start + lanes[place].interval
        while true {
            let waiting =
                lanes[place].pending
                ?? lanes[place].source.next(
                    resource: resource, encoded: encodedResource, recordsMax: lanes[place].batchRecordsMax)
            guard let request = waiting else { return true }
            lanes[place].pending = request
            guard attempt(place, request, deadline) else { return false }
            if lanes[place].source.isEndless { return true }
        }
    }

    /// Returns whether the request is dealt with, one way or the other.
    private mutating func attempt(
        _ place: Int, _ request: PendingRequest, _ deadline: ContinuousClock.Instant
    ) -> Bool {
        let lane = lanes[place]
        let signal = lane.source.signal
        var outcome = destinations[lane.destination].exporter.export(request.body, of: signal, deadline: deadline)
        if case .retry = outcome, now() - deadline > Limits.thawDelay {
            // The process was frozen in between: the connection has died of age, and the time that passed was not ours.
            outcome = destinations[lane.destination].exporter.export(
                request.body, of: signal, deadline: now() + lane.timeout)
        }
        switch outcome {
        case .delivered(let rejected):
            let dropped = min(max(rejected, 0), request.recordCount)
            if dropped > 0 {
                Diagnostics.say("the collector could not take \(dropped) of \(request.recordCount) \(signal)")
            }
            return finish(place, request, dropped: dropped)
        case .refused(let reason):
            Diagnostics.say("the collector refused \(request.recordCount) \(signal): \(reason)")
            return finish(place, request, dropped: request.recordCount)
        case .retry(let after, let reason):
            // Once an outage: a line a second would bury the function's own.
            if !destinations[lane.destination].schedule.isFailing {
                Diagnostics.say("cannot send \(signal): \(reason); trying again")
            }
            destinations[lane.destination].schedule.fail(at: now(), retryAfter: after)
            return false
        }
    }

    private mutating func finish(_ place: Int, _ request: PendingRequest, dropped: Int) -> Bool {
        lanes[place].pending = nil
        lanes[place].source.finish(request, dropped: dropped)
        destinations[lanes[place].destination].schedule.succeed()
        return true
    }

    /// Gives up what has not arrived.
    package mutating func abandon() {
        for place in lanes.indices {
            guard let request = lanes[place].pending else { continue }
            lanes[place].pending = nil
            lanes[place].source.finish(request, dropped: request.recordCount)
        }
    }

    /// Memory that is held for requests that have not arrived.
    package var heldBytes: Int { lanes.reduce(0) { $0 + ($1.pending?.body.capacity ?? 0) } }
}
