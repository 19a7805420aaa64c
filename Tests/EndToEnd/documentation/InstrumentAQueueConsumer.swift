import Foundation
import Telemetry

struct Queue { func send(_ body: String, attributes: [String: String]) async throws {} }
let queue = Queue()
let body = "{}"
let request: [UInt8] = []
let process = Process()
let messages: [Trigger.Message] = []
func store(_ message: Trigger.Message) async throws {}
func work() async {}
