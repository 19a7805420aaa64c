import Glibc

/// The time of one run of `body`, in nanoseconds: the median of rounds, so that a noisy neighbour does not decide.
/// What `between` does after each round is not measured.
func nanoseconds(runs: Int, rounds: Int = 21, between: () async -> Void = {}, _ body: () -> Void) async -> Double {
    let clock = ContinuousClock()
    var times: [Double] = []
    for _ in 0...rounds {
        let elapsed = clock.measure { for _ in 0..<runs { body() } }
        times.append(Double(elapsed.components.seconds) * 1e9 + Double(elapsed.components.attoseconds) / 1e9)
        await between()
    }
    // The first round warms up.
    return times.dropFirst().sorted()[rounds / 2] / Double(runs)
}

/// One figure beside the floor that was measured in the same run: only the ratio can be compared between machines.
func report(_ name: String, _ value: Double, _ unit: String, floor: Double, _ floorName: String) {
    let ratio = (value / floor * 100).rounded() / 100
    let padding = String(repeating: " ", count: max(1, 34 - name.count))
    say("\(name)\(padding)\(Int(value.rounded())) \(unit), \(ratio) × \(floorName) (\(Int(floor.rounded())) \(unit))")
}

/// On standard error: standard output belongs to the log lines that are measured.
func say(_ line: String) {
    var text = line + "\n"
    text.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
