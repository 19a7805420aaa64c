"""One trace of a Swift function and a Python function."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

from programs import ROOT, RUN_DEADLINE, traceview
from story import Story
from wire import send

FUNCTIONS = Path(__file__).parent / "functions"


def test_swift_calls_python_in_one_trace(collector, tmp_path):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    python_environment = {
        **environment, "PROTOCOL": "http", "COMPRESSION": "none", "OTLP_ADDRESS": collector.otlp_http, "CAPTURE": str(tmp_path),
        "NO_PROXY": "127.0.0.1",
    }  # fmt: skip
    tutor = subprocess.Popen(
        [sys.executable, FUNCTIONS / "tutor.py"], env=python_environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    edge = None
    try:
        tutor_url = f"http://127.0.0.1:{tutor.stdout.readline().strip()}"
        edge = subprocess.Popen(
            [ROOT / ".build/release/edge", str(port), tutor_url],
            env={**environment, "OTEL_SERVICE_NAME": "swift-edge", "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{collector.otlp_http}"},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        # Its own log line says when it listens.
        while "listening" not in (line := edge.stdout.readline()):
            assert line, edge.stderr.read()
        answer = send(f"127.0.0.1:{port}", "POST", "/lessons/7/hints", headers={"x-request-id": "req-mixed-1"})
        assert answer.status == 200 and answer.headers["x-request-id"] == "req-mixed-1"
        edge.terminate()
        edge.communicate(timeout=RUN_DEADLINE)
        assert edge.returncode == 0
        tutor.communicate(timeout=RUN_DEADLINE)
        assert tutor.returncode == 0
    finally:
        for process in filter(None, (edge, tutor)):
            process.kill()
            process.wait()

    result = traceview("req-mixed-1", "--data-dir", collector.data_dir, "--json")
    assert result.returncode == 0, result.stderr
    story = Story(json.loads(result.stdout))
    assert len(story.trace_ids) == 1
    python = story.span("answer in python")
    assert python.service == "python-tutor"
    call = story.parent(python)
    assert call.service == "swift-edge" and call.kind == "client"
    server = story.parent(call)
    assert server.service == "swift-edge" and server.kind == "server" and story.parent(server) is None
    assert not story.problems
    assert {log["service"] for log in story.logs} == {"swift-edge", "python-tutor"}
