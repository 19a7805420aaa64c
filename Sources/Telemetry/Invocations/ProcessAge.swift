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
            let start = startTicks(bytes[..<count])
        else { return nil }
        let ticksPerSecond = sysconf(Int32(_SC_CLK_TCK))
        guard ticksPerSecond > 0 else { return nil }
        let sinceBoot = Duration.seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
        return max(.zero, sinceBoot - .seconds(Double(start) / Double(ticksPerSecond)))
    }

    /// The program's name is field 2, in parentheses, and may hold anything. Bytes, because what a character is nobody asks
    /// for the first time at no cost.
    private static func startTicks(_ stat: ArraySlice<UInt8>) -> Int? {
        guard let end = stat.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = stat[(end + 1)...].split(separator: UInt8(ascii: " "), maxSplits: 20)
        return fields.count > 19 ? Int(String(decoding: fields[19], as: UTF8.self)) : nil
    }
}
