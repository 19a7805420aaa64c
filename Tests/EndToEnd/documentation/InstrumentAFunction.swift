import Logging
import Telemetry
import TelemetryHTTPS
import Tracing

let (method, path, lesson) = ("GET", "/lessons/7", "7")
let headers: [(name: String, value: String)] = []
let logger = Logger(label: "tutor")
func hint(_ lesson: String) async throws -> String { lesson }
