"""The tutor of the examples, written in Python: one function of a trace whose others are written in Swift."""

import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from instrumentation import Instrumentation
from opentelemetry import baggage, propagate
from opentelemetry.trace import SpanKind

instrumentation = Instrumentation("python-tutor")


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        context = propagate.extract(self.headers)
        with instrumentation.tracer.start_as_current_span("answer in python", context, SpanKind.SERVER):
            request_id = baggage.get_baggage("request.id", context)
            instrumentation.logger.emit(body="python was asked", attributes={"request.id": request_id})
        self.send_response(200)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"hint")

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
server.shutdown()
instrumentation.shut_down()
