import OTLP
import Program
import Synchronization
import TelemetryStore
import TraceAssembly

/// Looks again and again whether a story has grown.
enum StoryFollower {
    /// Runs until it is cancelled, or the story is complete and has stayed the same for a while.
    static func follow(
        _ input: StoryInput, from first: Story, news: Browser.News, ring: @escaping @Sendable () -> Void
    ) -> Task<Void, Never>? {
        guard !input.isFile, let source = try? input.source() else { return nil }
        return Task.detached {
            var size = first.size
            var quietTurns = 0
            while !Task.isCancelled, quietTurns < 600 {
                try? await Task.sleep(for: .seconds(1))
                guard let story = try? await input.records(from: source).story(correctsClocks: input.correctsClocks)
                else { continue }
                quietTurns += 1
                guard story.size != size else { continue }
                size = story.size
                quietTurns = 0
                news.items.withLock { $0.append(.story(story)) }
                ring()
            }
        }
    }
}
