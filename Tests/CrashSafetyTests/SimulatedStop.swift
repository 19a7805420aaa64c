import OTLP
import SegmentStore
import SimulatedDisk
import TelemetryStore

/// The power goes in the middle of a store's life, comes back, and the store is opened on what survived.
struct SimulatedStop: Sendable, CustomStringConvertible {
    /// How many operations were done.
    var moment: Int
    var cut: PowerCut

    var description: String { "stop after operation \(moment), \(cut.survival.rawValue) survives, seed \(cut.seed)" }

    /// Stops the life here and says what is wrong with the store that is found; and the life that the store had after.
    ///
    /// 1. It opens without a hand, and holds every acked body once and every other at most once and whole.
    /// 2. Traces and requests are found by their ids.
    /// 3. It takes another body, flushes, closes, and still holds all of that: to itself and to another reader.
    func violations(
        in life: StoreLife, honouringSync: Bool = true
    ) async throws -> (violations: [String], next: StoreLife) {
        try await violations(of: life.model, on: survivors(of: life, honouringSync: honouringSync))
    }

    /// What the disk holds when a life was stopped here.
    func survivors(of life: StoreLife, honouringSync: Bool = true) -> DiskImage {
        var disk = SimulatedDisk(life.beginning, honoursSync: honouringSync)
        for operation in life.disk.operations.prefix(moment) { disk.apply(operation) }
        return disk.survivors(of: cut)
    }

    private func violations(of model: StoreModel, on image: DiskImage) async throws -> (
        violations: [String], next: StoreLife
    ) {
        let next = try StoreLife(on: image)
        do {
            try next.open()
            let contents = try await next.store.contents()
            let violations = model.violations(in: contents, stoppedAt: moment)
            guard violations.isEmpty else { return (violations, next) }
            let found = model.found(contents)
            next.adopt(found)
            if let violation = try await violation(inQueriesFor: found, of: next.store) { return ([violation], next) }
            var generator = SeededGenerator(cut.seed)
            let number = (found.sent.map(\.body.number).max() ?? 0) + 1
            try await next.take(.append(NumberedBody(number, using: &generator)))
            try await next.take(.flush)
            let later = try await SegmentStore.open(reading: next.folder).contents()
            try await next.close()
            let last = try await SegmentStore.open(reading: next.folder).contents()
            return (
                next.model.violations(in: later, stoppedAt: .max) + next.model.violations(in: last, stoppedAt: .max),
                next
            )
        } catch {
            return (["the store that was found fails: \(error)"], next)
        }
    }

    private func violation(inQueriesFor model: StoreModel, of store: SegmentStore) async throws -> String? {
        for body in model.sent.map(\.body).suffix(3) where body.signal != .metrics && !body.isExpired {
            let records = try await store.records(of: [body.traceID])
            let found = ExportBatch.traces(records.traces).records + ExportBatch.logs(records.logs).records
            if Set(found) != Set(body.records) { return "body \(body.number) is not found by its trace" }
            guard body.signal == .traces else { continue }
            let correlations = try await store.correlations(.exactly(body.requestID), limit: 10)
            if correlations.map(\.traceID) != [body.traceID] {
                return "body \(body.number) is not found by its request"
            }
        }
        return nil
    }
}
