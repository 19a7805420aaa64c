import CDiskCalls
import Synchronization

/// Records what this process does to the files of a folder and below, and makes calls fail when it is told to.
///
/// It stands below every library, at the boundary to the kernel: what SQLite does is seen like a `rename` of our own. Syncs
/// are only recorded; what they are worth is for a `SimulatedDisk` to say.
public final class DiskRecorder: Sendable {
    private struct State {
        var operations: [DiskOperation] = []
        var fault: DiskFault?
        /// Calls that a fault has counted, and those that it made fail.
        var counted = 0
        var failed = 0
    }

    private let state = Mutex(State())
    private let folder: String
    private let number = Atomic<Int32>(-1)

    /// Begins to record. The folder is there already, and all of it counts as durable.
    public init(_ folder: String) {
        self.folder = folder
        let watcher = disk_watcher(
            context: Unmanaged.passUnretained(self).toOpaque(),
            before: { context, call, count in
                guard let context, let call, let count else { return 0 }
                return Unmanaged<DiskRecorder>.fromOpaque(context).takeUnretainedValue()
                    .before(call.pointee, &count.pointee)
            },
            after: { context, call in
                guard let context, let call else { return }
                Unmanaged<DiskRecorder>.fromOpaque(context).takeUnretainedValue().after(call.pointee)
            })
        let number = disk_watch(folder, watcher)
        precondition(number >= 0, "cannot watch \(folder): too many folders are watched at once")
        self.number.store(number, ordering: .relaxed)
    }

    deinit { stop() }

    /// Ends the recording. Must come before the folder is cleaned away.
    public func stop() {
        let number = number.exchange(-1, ordering: .relaxed)
        if number >= 0 { disk_unwatch(number) }
    }

    public var operations: [DiskOperation] { state.withLock(\.operations) }

    /// How many operations there were: a moment, to compare with others.
    public var now: Int { state.withLock { $0.operations.count } }

    // MARK: Faults

    public func inject(_ fault: DiskFault) {
        state.withLock { state in
            state.fault = fault
            state.counted = 0
            state.failed = 0
        }
    }

    /// Ends the fault. Returns how many calls it made fail.
    @discardableResult
    public func clearFault() -> Int {
        state.withLock { state in
            state.fault = nil
            return state.failed
        }
    }

    // MARK: What the C library's calls come to

    private func before(_ call: disk_call, _ count: inout Int) -> Int32 {
        state.withLock { state in
            let kind = DiskFault.Kind(call.kind)
            guard let fault = state.fault, fault.kinds.contains(kind) else { return 0 }
            // What lies in shared memory is no disk's to fail.
            let path = String(cString: call.path)
            guard !DiskImage.isMemory(path) else { return 0 }
            state.counted += 1
            guard state.counted > fault.after else { return 0 }
            if fault.writesHalf, kind == .write, state.counted == fault.after + 1, count > 1 {
                count /= 2
                return 0
            }
            guard fault.isLasting || state.failed == 0 else { return 0 }
            state.failed += 1
            if kind == .sync { state.operations.append(.failedSync(relative(path))) }
            return fault.error
        }
    }

    private func after(_ call: disk_call) {
        let path = relative(String(cString: call.path))
        let operation: DiskOperation
        switch DiskFault.Kind(call.kind) {
        case .open, .read: return
        case .create: operation = .create(path)
        case .makeDirectory: operation = .makeDirectory(path)
        case .write:
            let bytes = UnsafeRawBufferPointer(start: call.bytes, count: call.count)
            operation = .write(path, offset: Int(call.offset), bytes: Array(bytes))
        case .truncate: operation = .truncate(path, length: Int(call.offset))
        case .sync: operation = .sync(path)
        case .rename: operation = .rename(path, to: relative(String(cString: call.new_path)))
        case .link: operation = .link(path, to: relative(String(cString: call.new_path)))
        case .remove, .removeDirectory: operation = .remove(path)
        }
        guard !DiskImage.isMemory(path) else { return }
        state.withLock { $0.operations.append(operation) }
    }

    private func relative(_ path: String) -> String {
        String(path.dropFirst(folder.utf8.count).drop { $0 == "/" })
    }
}
