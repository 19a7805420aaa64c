"""The service that W3C's harness tests, its middleware and its client: over real sockets, with headers as they come."""

import http.client
import json
import socket
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from programs import ROOT, START_DEADLINE

SERVICE = ROOT / ".build/release/trace-context-service"
TRACE = "12345678901234567890123456789012"
PARENT = f"00-{TRACE}-1234567890123456-01"


@pytest.fixture(scope="module")
def service(shared_collector):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [SERVICE, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={"OTEL_SERVICE_NAME": "service", "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{shared_collector.otlp_http}"},
    )  # fmt: skip
    deadline = time.monotonic() + START_DEADLINE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            assert process.poll() is None and time.monotonic() < deadline, "it does not start"
            time.sleep(0.02)
    yield port
    process.terminate()
    process.wait(60)


@pytest.fixture(scope="module")
def harness():
    """Stands where the harness stands: keeps the headers of every call."""
    calls = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            calls.append(self.headers.items())
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/", calls
    server.shutdown()
    server.server_close()


def post(port, path, body, headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.putrequest("POST", path)
    for name, value in headers:
        connection.putheader(name, value)
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response


def call(service, harness, headers, count=1):
    url, calls = harness
    calls.clear()
    body = json.dumps([{"url": url, "arguments": []}] * count).encode()
    response = post(service, "/test", body, headers)
    assert response.status == 200
    return response, [[(name.lower(), value) for name, value in headers] for headers in calls]


def only(headers, name):
    (value,) = [value for field, value in headers if field == name]
    return value


def test_a_call_continues_the_trace_and_every_call_is_a_span_of_its_own(service, harness):
    _, calls = call(service, harness, [("TraceParent", PARENT), ("tracestate", "a=1"), ("TraceState", "b=2")], count=3)
    parents = [only(headers, "traceparent") for headers in calls]
    assert all(parent.startswith(f"00-{TRACE}-") and parent.endswith("-01") for parent in parents)
    assert len(set(parents)) == 3
    assert all("1234567890123456" not in parent[36:52] for parent in parents)
    assert [only(headers, "tracestate") for headers in calls] == ["a=1,b=2"] * 3


@pytest.mark.parametrize("headers", [[], [("traceparent", PARENT), ("traceparent", PARENT)], [("traceparent", PARENT + ".")]])
def test_what_is_invalid_begins_a_new_trace(service, harness, headers):
    _, ((*call_headers,),) = call(service, harness, headers)
    parent = only(call_headers, "traceparent")
    assert parent[3:35] != TRACE and parent.endswith("-03")


def test_the_random_flag_is_passed_on_and_not_made_up(service, harness):
    for flags in ("02", "03", "00", "01"):
        _, (headers,) = call(service, harness, [("traceparent", PARENT[:-2] + flags)])
        assert only(headers, "traceparent")[-2:] == flags


def test_the_request_id_travels_and_is_told_to_the_caller(service, harness):
    response, (headers,) = call(service, harness, [("x-request-id", "req-42")])
    assert response.headers["x-request-id"] == only(headers, "x-request-id") == "req-42"
    assert only(headers, "baggage") == "request.id=req-42"
    response, (headers,) = call(service, harness, [])
    assert response.headers["x-request-id"] == only(headers, "x-request-id")


@pytest.mark.parametrize("path, body, status", [("/nowhere", b"", 404), ("/test", b"{", 400), ("/test", b'[{"url":"http://127.0.0.1:1/","arguments":[]}]', 500)])
def test_a_refused_request_has_an_id_too(service, path, body, status):
    response = post(service, path, body, [])
    assert response.status == status
    assert response.headers["x-request-id"].startswith("req-")
