import Glibc

/// What the kernel allows the container that this process runs in.
///
/// Source: Linux, Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst.
enum ControlGroup {
    /// `nil` when there is no limit, or none that can be read.
    static let memoryLimitBytes: Int? =
        limit("/sys/fs/cgroup/memory.max") ?? limit("/sys/fs/cgroup/memory/memory.limit_in_bytes")

    private static func limit(_ path: String) -> Int? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = read(descriptor, &bytes, bytes.count)
        guard count > 0 else { return nil }
        return limit(reading: String(decoding: bytes[..<count], as: UTF8.self))
    }

    /// A number of bytes and a newline; the word `max`, and numbers that no machine has, mean that there is no limit.
    static func limit(reading text: String) -> Int? {
        guard let bytes = Int(text.prefix { $0.isASCII && $0.isNumber }), bytes > 0, bytes < 1 << 50 else { return nil }
        return bytes
    }
}
