import Foundation
import OTLP
import SegmentStore
import SimulatedDisk
import TelemetryStore
import Testing

/// The store on a disk that is full or broken: what it says, what it keeps, and that it goes on by itself.
@Suite struct DiskFaultTests {
    /// Every way in which calls may fail, without the number of the call.
    static let faults: [DiskFault] = {
        let growing: Set<DiskFault.Kind> = [.create, .makeDirectory, .write, .rename, .link]
        return [
            DiskFault(ENOSPC, on: growing), DiskFault(ENOSPC, on: growing, isLasting: true),
            DiskFault(ENOSPC, on: growing, isLasting: true, writesHalf: true), DiskFault(ENOSPC, on: [.sync]),
            DiskFault(EIO), DiskFault(EIO, isLasting: true), DiskFault(EIO, on: [.sync]),
            DiskFault(EIO, on: [.sync], isLasting: true),
            DiskFault(EIO, on: [.write], isLasting: true, writesHalf: true),
            DiskFault(EMFILE, on: [.open, .create], isLasting: true),
        ]
    }()

    /// Every call has its turn when many stops are asked for, else one in four, other ones in every run.
    static let stride = CrashSimulation.stops >= 10_000 ? 1 : 4

    /// Where a life with a fault in it begins, and whether it is interrupted.
    enum Course: CaseIterable {
        case fromNothing
        case fromNothingWithRestarts
        case fromWhatAKilledProcessLeft
    }

    @Test(arguments: faults, Course.allCases)
    func aFaultAtAnyCallIsSaidAndGoneWithItsCauseAndNothingAckedIsLost(fault: DiskFault, course: Course) async throws {
        var fault = fault
        fault.after = Int(CrashSimulation.seed % UInt64(Self.stride))
        while try await survives(fault, course) { fault.after += Self.stride }
        #expect(fault.after > 3, "the fault hardly ever came to pass: \(fault)")
    }

    /// Lives a short life with a fault in it. `false` when the life was over before the fault came to pass.
    private func survives(_ fault: DiskFault, _ course: Course) async throws -> Bool {
        var generator = SeededGenerator(UInt64(fault.after))
        let life = course == .fromWhatAKilledProcessLeft ? try await lifeAfterAKill() : try StoreLife()
        life.disk.inject(fault)
        var number = UInt64(life.model.sent.count)
        func append() -> StoreLife.Step {
            number += 1
            return .append(NumberedBody(number, using: &generator))
        }
        func appendMany() -> StoreLife.Step {
            number += 3
            return .appendMany((number - 2...number).map { NumberedBody($0, using: &generator) })
        }
        var failures = 0
        var first: [StoreLife.Step] = [append(), appendMany(), .flush, .read, append()]
        if course == .fromNothingWithRestarts { first += [.reopen, append(), .seal, .reopen, append(), .seal] }
        for step in first {
            if !life.isOpen { failures += await failure(of: fault) { try life.open() } }
            if life.isOpen { failures += await failure(of: fault, in: step) { try await life.take(step) } }
            // The cause is gone a step later than it was first noticed.
            if failures > 1 { life.disk.clearFault() }
        }
        let cameToPass = life.disk.clearFault() > 0 || failures > 0
        if !life.isOpen { try life.open() }
        for step in [append(), .flush, append(), .read] { try await life.take(step) }
        let contents = try await life.store.contents()
        let violations = life.model.violations(in: contents, stoppedAt: .max)
        #expect(violations.isEmpty, "\(fault)")
        // What was acked is on disk, also when a sync before it had failed.
        let stop = SimulatedStop(moment: life.disk.now, cut: PowerCut(.nothing))
        let (lost, _) = try await stop.violations(in: life)
        #expect(lost.isEmpty, "\(fault), \(stop)\n\(life.operations(before: stop.moment))")
        try await life.close()
        return cameToPass
    }

    /// A life on what another left that was killed with records in the inbox and in blocks.
    private func lifeAfterAKill() async throws -> StoreLife {
        var generator = SeededGenerator(1)
        let killed = try StoreLife()
        try killed.open()
        for step: StoreLife.Step in [
            .append(NumberedBody(1, using: &generator)), .flush, .append(NumberedBody(2, using: &generator)),
        ] {
            try await killed.take(step)
        }
        let life = try StoreLife(
            on: SimulatedStop(moment: killed.disk.now, cut: PowerCut(.everything)).survivors(of: killed))
        life.adopt(killed.model.found(try await killed.store.contents()))
        try await killed.close()
        return life
    }

    /// Does something that may fail, an append only in a way that tells the sender to try again.
    private func failure(
        of fault: DiskFault, in step: StoreLife.Step? = nil, _ work: () async throws -> Void
    ) async -> Int {
        do {
            try await work()
            return 0
        } catch let error as StoreError {
            switch step {
            case .append, .appendMany: #expect(error.isRetryable, "\(fault): \(error.code) \(error)")
            default: break
            }
            return 1
        } catch {
            Issue.record("\(fault): \(error)")
            return 1
        }
    }
}
