import Glibc

/// The clock of records.
enum Clock {
    /// Nanoseconds since the Unix epoch.
    @inline(__always)
    static var unixNanoseconds: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(bitPattern: Int64(time.tv_sec)) &* 1_000_000_000 &+ UInt64(bitPattern: Int64(time.tv_nsec))
    }
}
