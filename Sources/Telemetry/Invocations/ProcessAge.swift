import Glibc

/// How long this process has been there.
///
/// Units:  to a hundredth of a second, which is how the kernel counts.
/// Source: proc(5), `/proc/pid/stat`, field 22.
enum ProcessAge {
    static func now() -> Duration? {
        let descriptor = open("/proc/self/stat", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1024)
        let count = read(descriptor, &bytes, bytes.count)
        var time = timespec()
        guard count > 0, clock_gettime(CLOCK_BOOTTIME, &time) == 0,
            let start = startTicks(String(decoding: bytes[..<count], as: UTF8.self))
        else { return nil }
        let ticksPerSecond = sysconf(Int32(_SC_CLK_TCK))
        guard ticksPerSecond > 0 else { return nil }
        let sinceBoot = Duration.seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
        return max(.zero, sinceBoot - .seconds(Double(start) / Double(ticksPerSecond)))
    }

    /// The program's name is field 2, in parentheses, and may hold anything.
    static func startTicks(_ stat: String) -> Int? {
        guard let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        return fields.count > 19 ? Int(fields[19]) : nil
    }
}
