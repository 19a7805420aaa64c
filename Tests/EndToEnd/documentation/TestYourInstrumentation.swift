import OTLP
import Telemetry
import Tracing

struct Tutor { func hint(lesson: String) async throws -> String { lesson } }
let tutor = Tutor()
