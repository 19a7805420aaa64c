import Telemetry
import Tracing

/// A sampled span with five attributes, from start to export buffer, beside one of the tracer that does nothing.
enum SpanBenchmark {
    static func run(_ telemetry: Telemetry) async {
        let floor = await nanoseconds(runs: 500) { span(NoOpTracer()) }
        let recorded = await nanoseconds(runs: 500, between: { await telemetry.flush(deadline: .now + .seconds(5)) }) {
            span(InstrumentationSystem.tracer)
        }
        let typed = await nanoseconds(runs: 500, between: { await telemetry.flush(deadline: .now + .seconds(5)) }) {
            telemetry.withSpan("GET /lessons/{lesson}", ofKind: .server) { span in
                span.set("http.request.method", "GET")
                span.set("http.route", "/lessons/{lesson}")
                span.set("http.response.status_code", 200)
                span.set("lesson.id", "7")
                span.set("faas.coldstart", false)
            }
        }
        report("typed span", typed, "ns", floor: floor, "no-op span")
        report("span", recorded, "ns", floor: floor, "no-op span")
        say("dropped records: \(telemetry.droppedRecords)")
    }

    private static func span(_ tracer: any Tracer) {
        tracer.withSpan("GET /lessons/{lesson}", ofKind: .server) { span in
            span.updateAttributes { attributes in
                attributes["http.request.method"] = "GET"
                attributes["http.route"] = "/lessons/{lesson}"
                attributes["http.response.status_code"] = 200
                attributes["lesson.id"] = "7"
                attributes["faas.coldstart"] = false
            }
        }
    }
}
