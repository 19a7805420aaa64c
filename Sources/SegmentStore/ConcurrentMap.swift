import Dispatch
import Foundation
import Synchronization
import TelemetryStore

extension Array where Element: Sendable {
    /// What `transform` makes of each element, in order; a few stretches of them at once, as many as there are processors.
    ///
    /// Errors: the first that any call threw.
    func concurrentMap<Result: Sendable>(
        _ transform: @Sendable (Element) throws(StoreError) -> Result
    ) throws(StoreError) -> [Result] {
        let stretches = Swift.min(Processors.count, count / 8)
        guard stretches > 1 else { return try map(transform) }
        let results = Mutex<[Int: [Result]]>([:])
        let failure = Mutex<StoreError?>(nil)
        DispatchQueue.concurrentPerform(iterations: stretches) { stretch in
            let range = stretch * count / stretches..<(stretch + 1) * count / stretches
            do throws(StoreError) {
                let made = try self[range].map(transform)
                results.withLock { $0[stretch] = made }
            } catch {
                failure.withLock { $0 = $0 ?? error }
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
        return results.withLock { results in (0..<stretches).flatMap { results[$0] ?? [] } }
    }
}

enum Processors {
    static let count = Swift.max(1, ProcessInfo.processInfo.activeProcessorCount)
}
