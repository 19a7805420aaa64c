import OTLP
import SegmentStore
import SimulatedDisk
import Synchronization
import TelemetryStore

/// A store on a recorded disk, from its opening on, and the model of what it must hold.
///
/// What a life leaves is all that a simulation needs: where it began, every operation, and the moments of every promise.
final class StoreLife: Sendable {
    private let root: TemporaryFolder
    let disk: DiskRecorder
    /// What was on the disk when it began.
    let beginning: DiskImage
    private let state: Mutex<State>

    private struct State {
        var store: SegmentStore?
        var model: StoreModel
    }

    enum Step: Sendable {
        case append(NumberedBody)
        /// All at once.
        case appendMany([NumberedBody])
        case flush
        /// Ends the active segment, seals it, and compacts.
        case seal
        /// Closes the store and opens it again.
        case reopen
        /// Reads all of it, as another process would.
        case read
    }

    init(on beginning: DiskImage = DiskImage()) throws {
        self.beginning = beginning
        root = try TemporaryFolder()
        try beginning.write(to: root.path)
        disk = DiskRecorder(root.path)
        state = Mutex(State(model: StoreModel()))
    }

    deinit { disk.stop() }

    /// The data folder: made by the store itself, so that its making is part of what may be lost.
    var folder: String { root.path + "/data" }

    var model: StoreModel { state.withLock(\.model) }

    var isOpen: Bool { state.withLock { $0.store != nil } }

    /// Takes over the model of the life that this one goes on with.
    func adopt(_ model: StoreModel) { state.withLock { $0.model = model } }

    var store: SegmentStore {
        get throws { try state.withLock { try $0.store ?? { throw StoreError(.unavailable, "not open") }() } }
    }

    // MARK: Steps

    func open() throws {
        let store = try SegmentStore.open(
            writing: folder,
            options: SegmentStore.Options(
                flushInterval: .seconds(3_600), retention: Retention(age: .seconds(86_400)),
                now: { NumberedBody.present + 60_000_000_000 }))
        state.withLock { $0.store = store }
    }

    func close() async throws {
        let store = state.withLock { state in
            defer { state.store = nil }
            return state.store
        }
        try await store?.close()
    }

    /// Takes a step. What goes wrong is thrown, and the life may go on.
    func take(_ step: Step) async throws {
        switch step {
        case .append(let body): try await append(body)
        case .appendMany(let bodies):
            try await withThrowingTaskGroup(of: Void.self) { group in
                for body in bodies { group.addTask { try await self.append(body) } }
                try await group.waitForAll()
            }
        case .flush: try await store.flush()
        case .seal: try await store.seal()
        case .reopen:
            try await close()
            try open()
        case .read: _ = try await SegmentStore.open(reading: folder).contents()
        }
    }

    private func append(_ body: NumberedBody) async throws {
        let store = try store
        let begun = disk.now
        let index = state.withLock { state in
            state.model.sent.append(StoreModel.Sent(body: body, begun: begun))
            return state.model.sent.count - 1
        }
        let result = try await store.append(body.protobuf, of: body.signal)
        precondition(result.acceptedCount == body.records.count, "the store refuses what it is to keep")
        let acked = disk.now
        state.withLock { $0.model.sent[index].acked = acked }
    }
}

extension StoreLife.Step {
    /// Any steps; the bodies are numbered from `first`.
    static func random(_ count: Int, from first: UInt64 = 1, using generator: inout SeededGenerator) -> [Self] {
        var number = first
        func body() -> NumberedBody {
            defer { number += 1 }
            return NumberedBody(number, using: &generator)
        }
        return (0..<count).map { _ in
            switch Int.random(in: 0..<12, using: &generator) {
            case 0..<5: .append(body())
            case 5: .appendMany((0..<Int.random(in: 2...8, using: &generator)).map { _ in body() })
            case 6..<8: .flush
            case 8..<10: .seal
            case 10: .reopen
            default: .read
            }
        }
    }
}
