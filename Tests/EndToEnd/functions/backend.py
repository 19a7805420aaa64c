"""The second of two services: answers one request a connection until its input ends."""

from instrumentation import Instrumentation
from opentelemetry import propagate
from opentelemetry._logs import SeverityNumber
from opentelemetry.trace import SpanKind, Status, StatusCode
from serving import QuietHandler, serve
from values import ATTRIBUTES, TIMESTAMP_MAX, UNICODE

instrumentation = Instrumentation("python-backend")
tracer, logger, meter = instrumentation.tracer, instrumentation.logger, instrumentation.meter
handled = meter.create_counter("handled", "1", "requests handled")


class Handler(QuietHandler):
    def do_GET(self):
        context = propagate.extract(self.headers)
        with tracer.start_as_current_span("GET /answer", context, SpanKind.SERVER) as span:
            span.set_attributes(ATTRIBUTES)
            handled.add(1, {"path": self.path, "text": UNICODE})
            logger.emit(
                timestamp=0, observed_timestamp=TIMESTAMP_MAX, severity_number=SeverityNumber.WARN, severity_text="WARN",
                body={"message": UNICODE, "nested": {"list": [1, 2.5, None, {"a": b"\x00"}]}}, attributes=ATTRIBUTES,
                event_name="answer.refused",
            )  # fmt: skip
            try:
                with tracer.start_as_current_span("compute"):
                    raise ValueError("the answer is not 42: " + UNICODE)
            except ValueError:
                span.set_status(Status(StatusCode.ERROR, "could not compute"))
        # The answer goes last: whoever gets it knows that the spans have ended.
        self.send_response(500)
        self.send_header("Content-Length", "0")
        self.end_headers()


serve(Handler)
instrumentation.shut_down()
