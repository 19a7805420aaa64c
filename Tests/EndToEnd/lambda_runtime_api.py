"""AWS Lambda's runtime API as its developer guide describes it (version 2018-06-01): a stand-in for the platform.

One function at a time: events are handed out in order, answers and errors are kept under their invocation's id.
"""

import json
import queue
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ROOT = "/2018-06-01/runtime"
ANSWER_DEADLINE = 60
RESPONSE_BYTES_MAX = 6 << 20


class RuntimeAPI:
    def __init__(self):
        self.events = queue.Queue()
        self.outcomes = {}
        self.initialization_error = None
        # (what, invocation id, seconds) in the order in which it happened.
        self.journal = []
        # Pieces of answers that came in pieces.
        self.chunks = []
        self.waiting = 0
        self.most_waiting = 0
        self.changed = threading.Condition()
        # Answers of the platform that tests replace.
        self.next_status = 200
        self.closes_connections = False
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def log_message(self, *arguments):
                pass

            def do_GET(self):
                assert self.path == ROOT + "/invocation/next"
                api.note("next", None)
                with api.changed:
                    api.waiting += 1
                    api.most_waiting = max(api.most_waiting, api.waiting)
                    api.changed.notify_all()
                event = api.events.get()
                with api.changed:
                    api.waiting -= 1
                if event is None:
                    self.close_connection = True
                    return
                if api.next_status != 200:
                    return self.answer(api.next_status, b"{}")
                headers = {
                    "Lambda-Runtime-Aws-Request-Id": event["id"],
                    "Lambda-Runtime-Deadline-Ms": str(event["deadline_ms"]),
                    "Lambda-Runtime-Invoked-Function-Arn": event["arn"],
                    "Content-Type": "application/json",
                    **event["headers"],
                }
                self.answer(200, event["payload"], headers)

            def do_POST(self):
                trailers = {}
                if self.headers["Transfer-Encoding"] == "chunked":
                    body, trailers = self.read_chunks()
                else:
                    body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.path == ROOT + "/init/error":
                    api.initialization_error = json.loads(body)
                    return self.answer(202, b'{"status":"OK"}')
                kind = self.path.rsplit("/", 1)[1]
                invocation = self.path.removeprefix(ROOT + "/invocation/").removesuffix("/" + kind)
                assert kind in ("response", "error"), self.path
                if kind == "response" and len(body) > RESPONSE_BYTES_MAX:
                    return self.answer(413, b'{"errorType":"RequestEntityTooLarge"}')
                if invocation in api.outcomes:
                    return self.answer(403, b'{"errorType":"InvalidStateTransition"}')
                api.note(kind, invocation)
                with api.changed:
                    api.outcomes[invocation] = (kind, body, dict(self.headers) | trailers)
                    api.changed.notify_all()
                self.answer(202, b'{"status":"OK"}')

            def read_chunks(self):
                body, trailers = b"", {}
                while size := int(self.rfile.readline(), 16):
                    api.chunks.append(self.rfile.read(size))
                    body += api.chunks[-1]
                    assert self.rfile.readline() == b"\r\n"
                while (line := self.rfile.readline().decode().strip()) != "":
                    name, _, value = line.partition(": ")
                    trailers[name] = value
                return body, trailers

            def answer(self, status, body, headers=()):
                self.send_response(status)
                for name, value in dict(headers).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                # As a platform does that thaws a process after hours: without a word of it in the answer.
                self.close_connection = self.close_connection or api.closes_connections

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self):
        return f"127.0.0.1:{self.server.server_address[1]}"

    def note(self, what, invocation):
        self.journal.append((what, invocation, time.monotonic()))

    def send(self, payload, timeout=60.0, arn=None, **headers):
        """Queues an event and returns its invocation's id."""
        invocation = str(uuid.uuid4())
        self.events.put(
            {
                "id": invocation,
                "deadline_ms": int((time.time() + timeout) * 1000),
                "arn": arn or "arn:aws:lambda:eu-central-1:123456789012:function:probe",
                "payload": payload if isinstance(payload, bytes) else json.dumps(payload).encode(),
                "headers": {name.replace("_", "-"): value for name, value in headers.items()},
            }
        )
        return invocation

    def outcome(self, invocation):
        """What became of an invocation: ("response" or "error", body, headers)."""
        with self.changed:
            assert self.changed.wait_for(lambda: invocation in self.outcomes, ANSWER_DEADLINE), "no answer"
            return self.outcomes[invocation]

    def invoke(self, payload, **options):
        """Sends an event and returns the body of its answer."""
        kind, body, _ = self.outcome(self.send(payload, **options))
        assert kind == "response", body
        return body

    def wait_for_next(self, count=1):
        """Waits until the function has nothing left to do: so many of its loops ask for an event."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.waiting >= count, ANSWER_DEADLINE), "it does not ask"

    def close(self):
        for _ in range(16):
            self.events.put(None)
        self.server.shutdown()
        self.server.server_close()
