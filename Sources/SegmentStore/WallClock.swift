import Glibc

/// The time of day.
public enum WallClock {
    /// Nanoseconds since the Unix epoch.
    @Sendable public static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(max(0, time.tv_sec)) &* 1_000_000_000 &+ UInt64(max(0, time.tv_nsec))
    }
}
