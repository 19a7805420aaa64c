"""The first of two services: takes one request, calls the second over HTTP, and records all that the SDK can record.

Usage: edge.py BACKEND-PORT REQUEST-ID. Prints the trace id.
"""

import http.client
import sys

from instrumentation import Instrumentation
from opentelemetry import baggage, propagate
from opentelemetry._logs import SeverityNumber
from opentelemetry.metrics import Observation
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags, TraceState
from values import ATTRIBUTES, LARGE_TEXT, TIMESTAMP_MAX, UNICODE

port, request_id = int(sys.argv[1]), sys.argv[2]
instrumentation = Instrumentation("python-edge")
tracer, logger, meter = instrumentation.tracer, instrumentation.logger, instrumentation.meter

elsewhere = SpanContext(
    trace_id=2**128 - 1, span_id=2**64 - 1, is_remote=True, trace_flags=TraceFlags(1), trace_state=TraceState([("vendor", "a=b")])
)
context = baggage.set_baggage("request.id", request_id)

with tracer.start_as_current_span(
    "POST /lessons/{id}", context, SpanKind.SERVER, ATTRIBUTES, [Link(elsewhere, ATTRIBUTES), Link(elsewhere)]
) as root:
    propagation = baggage.set_baggage("request.id", request_id)
    root.add_event("every value", ATTRIBUTES)
    root.add_event("", {}, timestamp=0)
    root.add_event("at the end of time", timestamp=TIMESTAMP_MAX)
    root.set_status(Status(StatusCode.OK))

    with tracer.start_as_current_span("call", propagation, SpanKind.CLIENT) as call:
        headers = {}
        propagate.inject(headers, baggage.set_baggage("request.id", request_id))
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", "/answer", headers=headers)
        call.set_attribute("http.response.status_code", connection.getresponse().status)
        connection.close()

    for kind in SpanKind:
        tracer.start_span(UNICODE, propagation, kind, start_time=0).end(TIMESTAMP_MAX)
    tracer.start_span("", propagation, start_time=0).end(0)
    tracer.start_span("ends before it starts", propagation, start_time=TIMESTAMP_MAX).end(1)
    tracer.start_span("large", propagation, attributes={f"text.{index}": LARGE_TEXT + str(index) for index in range(20)}).end()
    full = tracer.start_span("too many attributes", propagation)
    for index in range(200):
        full.set_attribute(f"key.{index}", index)
        full.add_event(f"event {index}")
    full.end()

    for severity in SeverityNumber:
        logger.emit(severity_number=severity, severity_text=severity.name, body=f"severity {severity.value}")
    for name, value in ATTRIBUTES.items():
        logger.emit(body=value, attributes={"of": name, "value": value})
    logger.emit(timestamp=TIMESTAMP_MAX, observed_timestamp=0, body=LARGE_TEXT, attributes={"request.id": request_id})
    logger.emit(body="with an exception", exception=RuntimeError(UNICODE))

    meter.create_counter("counter", "{request}", UNICODE).add(2**53 + 1, ATTRIBUTES)
    meter.create_counter("counter.double", "s").add(0.1, {"a": 1})
    meter.create_up_down_counter("up_down", "By").add(-(2**63), {"": "", "b": ""})
    meter.create_gauge("gauge").set(-0.0, {"a": [1, 2]})
    meter.create_gauge("gauge.nan").set(float("nan"))
    meter.create_observable_gauge("observed", [lambda _: [Observation(1), Observation(2.5, {"text": UNICODE})]])
    for value in (0, 1e-9, 0.5, 12, 1e12):
        meter.create_histogram("histogram", "ms").record(value, {"a": "b"})
        meter.create_histogram("histogram.exponential", "ms").record(value)
        meter.create_histogram("histogram.exponential", "ms").record(-value)

logger.emit(timestamp=1, body="outside of any span")
print(f"{root.get_span_context().trace_id:032x}")
instrumentation.shut_down()
