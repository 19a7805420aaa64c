public import Logging
import Synchronization
import Tracing

/// What this process keeps of one request while it serves it: fields for its log lines, and its debug lines.
///
/// An invocation makes one and gives it to its span; every span below carries it, and every log line finds it there.
public final class RequestScope: Sendable {
    /// The first invocation of the process.
    package let isColdStart: Bool?
    /// Debug lines of this request are written at once: it is one of the sampled.
    package let writesDebugLines: Bool
    private let state: Mutex<State>

    private struct State {
        var fields: [(key: String, value: Logger.MetadataValue)] = []
        var debugLines: DebugRing
        var hasFailed = false
        var hasEnded = false
    }

    package init(
        isColdStart: Bool? = nil, writesDebugLines: Bool = false, debugBytesMax: Int = Limits.debugBytesMax
    ) {
        self.isColdStart = isColdStart
        self.writesDebugLines = writesDebugLines
        state = Mutex(State(debugLines: DebugRing(bytesMax: debugBytesMax)))
    }

    /// The request that is being served here; `nil` outside of an invocation.
    public static var current: RequestScope? {
        InstrumentationContext.current?.spanReference?.scope
    }

    /// Adds a field to every log line of the request from here on; a key that is there is replaced.
    ///
    /// Bounds: Limits.requestFieldsMax; beyond, the field is not taken.
    public func append(_ key: String, _ value: Logger.MetadataValue) {
        state.withLock { state in
            if let place = state.fields.firstIndex(where: { $0.key == key }) {
                state.fields[place].value = value
            } else if state.fields.count < Limits.requestFieldsMax {
                state.fields.append((key, value))
            }
        }
    }

    /// The request has failed: its debug lines are written, those that were kept and those that still come.
    public func fail() {
        let lines = state.withLock { state in
            state.hasFailed = true
            return state.debugLines.takeAll()
        }
        for line in lines { line.release() }
    }

    /// The request is over: its debug lines are not kept any longer.
    func end() {
        state.withLock { state in
            state.hasEnded = true
            _ = state.debugLines.takeAll()
        }
    }

    package var fields: [(key: String, value: Logger.MetadataValue)] {
        state.withLock { $0.fields }
    }

    /// Keeps a line below the level until the request fails; one that comes after that is written.
    func keep(_ line: DebugRing.Line) {
        let isLate = state.withLock { state in
            if !state.hasFailed, !state.hasEnded { state.debugLines.append(line) }
            return state.hasFailed
        }
        if isLate { line.release() }
    }
}
