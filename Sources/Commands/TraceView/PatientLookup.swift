import Program
import TelemetryStore
import TraceAssembly
import TraceView

/// Asks again and again until a story is complete, or the deadline is over.
///
/// A story whose senders count their spans is complete when all have arrived. Any other must lack nothing that it knows
/// of, and have stayed the same for a second.
struct PatientLookup {
    let input: StoryInput
    let deadline: ContinuousClock.Instant

    private static let pause = Duration.milliseconds(250)
    private static let quietTurns = 4

    func story() async throws -> Story {
        let source = try input.source()
        var last: Story?
        var quietTurns = 0
        var hasSpoken = false
        while true {
            let story = try await attempt(source)
            let isUnchanged = story.map(\.size) == last.map(\.size)
            quietTurns = isUnchanged ? quietTurns + 1 : 0
            last = story
            if let story, story.isComplete, story.arrival != nil || quietTurns >= PatientLookup.quietTurns {
                Standard.error("traceview: the story is complete")
                return story
            }
            guard .now < deadline else { break }
            if !hasSpoken, quietTurns >= PatientLookup.quietTurns {
                Standard.error("traceview: waiting for what is missing …")
                hasSpoken = true
            }
            try await Task.sleep(for: PatientLookup.pause)
        }
        guard let last else { return try await input.records(from: source).story(correctsClocks: input.correctsClocks) }
        Standard.error("traceview: the story is still incomplete; shown as it is")
        return last
    }

    /// `nil` while there is no such request.
    private func attempt(_ source: any TelemetrySource) async throws -> Story? {
        do throws(ProgramError) {
            return try await input.records(from: source).story(correctsClocks: input.correctsClocks)
        } catch {
            guard error.exitCode == 3 else { throw error }
            return nil
        }
    }
}

extension Story {
    /// Spans, logs without a span, logs.
    var size: [Int] { [nodes.count, strayLogs.count, nodes.reduce(0) { $0 + $1.logs.count }] }
}
