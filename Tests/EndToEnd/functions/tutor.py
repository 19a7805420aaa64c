"""The tutor of the examples, written in Python: one function of a trace whose others are written in Swift."""

from instrumentation import Instrumentation
from opentelemetry import baggage, propagate
from opentelemetry.trace import SpanKind
from serving import QuietHandler, serve

instrumentation = Instrumentation("python-tutor")


class Handler(QuietHandler):
    def do_POST(self):
        context = propagate.extract(self.headers)
        with instrumentation.tracer.start_as_current_span("answer in python", context, SpanKind.SERVER):
            request_id = baggage.get_baggage("request.id", context)
            instrumentation.logger.emit(body="python was asked", attributes={"request.id": request_id})
        self.send_response(200)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"hint")


serve(Handler)
instrumentation.shut_down()
