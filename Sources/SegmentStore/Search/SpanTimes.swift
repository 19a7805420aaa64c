import OTLP
import TelemetryStore

/// When the spans of a group started and how long they took, by row.
struct SpanTimes {
    var starts: [UInt64] = []
    /// Nanoseconds; 0 for a span without an end, or with one before its start.
    var durations: [UInt64] = []

    /// Durations alone, which need no other row.
    static func durations(_ rows: inout RowReader) throws(StoreError) -> [UInt64] {
        let presence = try rows.values(.spanPresence)
        let stored = try rows.values(.spanDuration)
        if stored.count == presence.count {
            // The usual case: every span has an end. One without a start has a duration that means nothing.
            return stored.indices.map { presence[$0] == 3 ? SpanTimes.duration(stored[$0]) : 0 }
        }
        var durations: [UInt64] = []
        durations.reserveCapacity(presence.count)
        var place = 0
        for presence in presence {
            guard presence & 2 != 0, place < stored.count else {
                durations.append(0)
                continue
            }
            durations.append(presence == 3 ? SpanTimes.duration(stored[place]) : 0)
            place += 1
        }
        return durations
    }

    private static func duration(_ stored: UInt64) -> UInt64 { stored & 1 == 0 ? stored >> 1 : 0 }

    /// Starts and durations: each start is counted from another row's times, run by run.
    init(_ block: BlockReader, group: Int, _ rows: inout RowReader) throws(StoreError) {
        let parents = try rows.values(.spanParent)
        let presence = try rows.values(.spanPresence)
        let storedStarts = try rows.values(.spanStart)
        let storedDurations = try rows.values(.spanDuration)
        let total = block.groups[group].counts.spans
        guard parents.count == total, presence.count == total else { throw RowReader.damaged(.spanParent) }
        starts.reserveCapacity(total)
        durations.reserveCapacity(total)
        var (nextStart, nextDuration) = (0, 0)
        var family = SpanFamily()
        for run in block.groups[group].runs {
            family.reset()
            for row in 0..<block.runs[run].counts.spans {
                let place = starts.count
                var parent: Int?
                if parents[place] >= 2 {
                    let distance = Int(truncatingIfNeeded: Zigzag.decode(parents[place] - 2))
                    parent = row &- distance
                }
                var start: UInt64 = 0
                var end: UInt64 = 0
                if presence[place] & 1 != 0 {
                    guard nextStart < storedStarts.count else { throw RowReader.damaged(.spanStart) }
                    let base = family.base(ofRowWithParent: parent, runStart: block.runs[run].start)
                    start = base &+ UInt64(bitPattern: Zigzag.decode(storedStarts[nextStart]))
                    nextStart += 1
                }
                if presence[place] & 2 != 0 {
                    guard nextDuration < storedDurations.count else { throw RowReader.damaged(.spanDuration) }
                    end = start &+ UInt64(bitPattern: Zigzag.decode(storedDurations[nextDuration]))
                    nextDuration += 1
                }
                family.append(start: start, end: end, parent: parent)
                starts.append(start)
                durations.append(start != 0 && end > start ? end - start : 0)
            }
        }
    }
}

/// When the log records of a group were made, by row.
struct LogTimes {
    var times: [UInt64] = []

    /// The times of a span's first log are counted from the span's start, so the spans of the group are read, too.
    init(_ block: BlockReader, group: Int, _ rows: inout RowReader) throws(StoreError) {
        var spanStarts: [UInt64] = []
        if block.groups[group].counts.spans > 0 {
            var spans = try block.rows(of: .traces, group: group)
            spanStarts = try SpanTimes(block, group: group, &spans).starts
        }
        let spanCodes = try rows.values(.logSpan)
        let presence = try rows.values(.logPresence)
        let storedTimes = try rows.values(.logTime)
        let storedObserved = try rows.values(.logObservedTime)
        let total = block.groups[group].counts.logs
        guard spanCodes.count == total, presence.count == total else { throw RowReader.damaged(.logSpan) }
        times.reserveCapacity(total)
        var (nextTime, nextObserved, firstSpan) = (0, 0, 0)
        for run in block.groups[group].runs {
            let counts = block.runs[run].counts
            var clock = LogClock(block.runs[run].start)
            for _ in 0..<counts.logs {
                let place = times.count
                if spanCodes[place] >= 2 {
                    let row = clock.row &+ Int(truncatingIfNeeded: Zigzag.decode(spanCodes[place] - 2))
                    guard row >= 0, row < counts.spans else { throw RowReader.damaged(.logSpan) }
                    clock.enter(row, start: spanStarts[firstSpan + row])
                }
                var time: UInt64 = 0
                if presence[place] & 1 != 0 {
                    guard nextTime < storedTimes.count else { throw RowReader.damaged(.logTime) }
                    time = clock.time &+ UInt64(bitPattern: Zigzag.decode(storedTimes[nextTime]))
                    clock.time = time
                    nextTime += 1
                }
                if presence[place] & 2 != 0 {
                    guard nextObserved < storedObserved.count else { throw RowReader.damaged(.logObservedTime) }
                    if time == 0 {
                        time = clock.time &+ UInt64(bitPattern: Zigzag.decode(storedObserved[nextObserved]))
                        clock.time = time
                    }
                    nextObserved += 1
                }
                times.append(time)
            }
            firstSpan += counts.spans
        }
    }
}
