import CAllocationCounter
import CoreMetrics
import Glibc
import Logging
import Telemetry
import Tracing

/// Does one thing many times and says what it cost: `cost-probe OPERATION COUNT`.
///
/// Prints nanoseconds and allocations for each time, and by how much memory has grown in all. Run under a tool that counts instructions, twice with different
/// counts, the difference is what the operation costs.
@main
struct CostProbe {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let operation = Operation(rawValue: arguments[1]), let count = Int(arguments[2])
        else {
            say("usage: cost-probe \(Operation.allCases.map(\.rawValue).joined(separator: "|")) COUNT")
            exit(2)
        }
        // Log lines are measured into /dev/null: the terminal's speed is not ours.
        dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO)
        let telemetry = Telemetry.bootstrap(operation.configuration)
        let work = operation.prepare(telemetry)
        // Inside of a task and of a span, as a function's code is. The program ends with the task.
        Task.detached {
            await telemetry.withSpan("invocation") { _ in await measure(operation, count, work) }
            exit(0)
        }
        while true { pause() }
    }

    private static func measure(_ operation: Operation, _ count: Int, _ work: @Sendable () -> Void) async {
        for _ in 0..<200 { work() }
        let memoryBefore = residentPages()
        let allocationsBefore = allocation_count()
        let start = ContinuousClock.now
        for _ in 0..<count { work() }
        let elapsed = ContinuousClock.now - start
        let allocations = Double(allocation_count() - allocationsBefore) / Double(count)
        let nanoseconds = elapsed / .nanoseconds(1) / Double(count)
        let growth = (residentPages() - memoryBefore) * Int(getpagesize()) / 1024
        say("\(operation.rawValue): \(nanoseconds) ns, \(allocations) allocations, \(growth) KiB more in memory")
    }

    /// Source: proc(5), `/proc/self/statm`.
    private static func residentPages() -> Int {
        var text = [UInt8](repeating: 0, count: 256)
        let file = open("/proc/self/statm", O_RDONLY)
        let count = read(file, &text, text.count)
        close(file)
        let fields = String(decoding: text[..<max(count, 0)], as: UTF8.self).split(separator: " ")
        return fields.count > 1 ? Int(fields[1]) ?? 0 : 0
    }

    /// On standard error: standard output belongs to the log lines that are measured.
    private static func say(_ line: String) {
        var text = line + "\n"
        text.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
