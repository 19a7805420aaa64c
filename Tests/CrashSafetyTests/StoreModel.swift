import SimulatedDisk
import Synchronization
import TelemetryStore

/// What a store must hold: the bodies that it was given, in a plain array, and when it said that they are durable.
///
/// Moments are counts of the disk's operations.
struct StoreModel: Sendable {
    struct Sent: Sendable {
        var body: NumberedBody
        var begun: Int
        /// `nil` when the store never said so.
        var acked: Int?
    }

    var sent: [Sent] = []

    /// What is wrong with the contents of a store that was stopped at `moment`; empty when nothing is.
    func violations(in contents: [StoredRecord: Int], stoppedAt moment: Int) -> [String] {
        var violations: [String] = []
        var unexplained = contents
        for sent in sent {
            let counts = sent.body.records.map { contents[$0] ?? 0 }
            for record in sent.body.records { unexplained[record] = nil }
            let name = "body \(sent.body.number) (\(sent.body.signal), \(counts.count) records)"
            if counts.contains(where: { $0 > 1 }) {
                violations.append("\(name) is there \(counts.max()!) times")
            } else if sent.body.isExpired {
                continue
            } else if counts.contains(0), counts.contains(1) {
                violations.append("\(name) is there in part: \(counts.reduce(0, +)) records")
            } else if counts[0] == 0, let acked = sent.acked, acked <= moment {
                violations.append("\(name) is lost, and was acked at \(acked)")
            } else if counts[0] == 1, sent.begun > moment {
                violations.append("\(name) is there before it was sent")
            }
        }
        if let record = unexplained.keys.first {
            violations.append("\(unexplained.count) records are there that nobody sent, among them \(record)")
        }
        return violations
    }

    /// The model of the store that was found with these contents: what it holds is durable, what it has not is gone.
    func found(_ contents: [StoredRecord: Int]) -> StoreModel {
        StoreModel(
            sent: sent.filter { $0.body.records.contains { contents[$0] != nil } }.map {
                Sent(body: $0.body, begun: 0, acked: 0)
            })
    }
}
