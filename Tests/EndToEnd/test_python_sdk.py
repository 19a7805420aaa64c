"""Two Python services with the OpenTelemetry SDK, one calling the other over HTTP with W3C propagation."""

import json
import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from programs import RUN_DEADLINE, traceview
from story import Story
from telemetry_data import REQUESTS, SIGNALS, assert_same_records, export, spans

FUNCTIONS = Path(__file__).parent / "functions"
REQUEST_ID = "request-4f1c9b7e-python"
VARIANTS = [("http", "none"), ("http", "gzip"), ("grpc", "none"), ("grpc", "gzip")]


@pytest.fixture(params=VARIANTS, ids=["-".join(variant) for variant in VARIANTS])
def conversation(request, collector, tmp_path):
    """The collector after both services have run, and the folder with what they sent."""
    protocol, compression = request.param
    collector.capture = tmp_path / "sent"
    collector.capture.mkdir()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("OTEL_")},
        "PROTOCOL": protocol,
        "COMPRESSION": compression,
        "OTLP_ADDRESS": collector.otlp_http if protocol == "http" else collector.otlp_grpc,
        "CAPTURE": str(collector.capture),
        "NO_PROXY": "127.0.0.1",
    }
    backend = subprocess.Popen(
        [sys.executable, FUNCTIONS / "backend.py"], env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        port = backend.stdout.readline().strip()
        edge = subprocess.run(
            [sys.executable, FUNCTIONS / "edge.py", port, REQUEST_ID],
            env=environment, capture_output=True, text=True, timeout=RUN_DEADLINE,
        )  # fmt: skip
        assert edge.returncode == 0, edge.stderr
        collector.trace_id = edge.stdout.strip()
        backend.communicate(timeout=RUN_DEADLINE)
        assert backend.returncode == 0
    finally:
        backend.kill()
        backend.wait()
    return collector


def sent(collector, signal):
    requests = []
    for service in ("python-edge", "python-backend"):
        path = collector.capture / f"{service}.{signal}"
        data = path.read_bytes() if path.exists() else b""
        while data:
            (length,) = struct.unpack_from("<I", data)
            requests.append(REQUESTS[signal].FromString(data[4 : 4 + length]))
            data = data[4 + length :]
    return requests


def test_every_field_the_python_sdk_sends_comes_back_equal(conversation):
    for signal in SIGNALS:
        assert_same_records(signal, sent(conversation, signal), export(conversation.data_dir, signal))

    # And the same again from blocks, after the collector has flushed and ended.
    assert conversation.stop() == 0, conversation.stderr
    for signal in SIGNALS:
        assert_same_records(signal, sent(conversation, signal), export(conversation.data_dir, signal))


def test_one_trace_is_exported_alone_when_it_is_named(conversation):
    ours = [span for span in spans(sent(conversation, "traces")) if span.trace_id.hex() == conversation.trace_id]
    exported = spans(export(conversation.data_dir, "traces", "--trace", conversation.trace_id))
    assert sorted(span.span_id for span in exported) == sorted(span.span_id for span in ours)
    assert export(conversation.data_dir, "traces", "--trace", "1234567890abcdef1234567890abcdef") == []


@pytest.mark.parametrize("named_by", ["request id", "trace id", "prefix of the trace id", "prefix of the request id"])
def test_traceview_shows_both_services_in_one_tree(conversation, named_by):
    name = {
        "request id": REQUEST_ID,
        "trace id": conversation.trace_id,
        "prefix of the trace id": conversation.trace_id[:8],
        "prefix of the request id": REQUEST_ID[:9],
    }[named_by]
    for place in (("--data-dir", conversation.data_dir), ("--collector", f"http://{conversation.query}")):
        result = traceview(name, *place, "--json")
        assert result.returncode == 0, result.stderr.decode()
        story = Story(json.loads(result.stdout))

        root, call = story.span("POST /lessons/{id}"), story.span("call")
        answer, compute = story.span("GET /answer"), story.span("compute")
        assert story.parent(root) is None
        assert story.parent(call) == root and story.parent(answer) == call and story.parent(compute) == answer
        assert root.service == call.service == "python-edge"
        assert answer.service == compute.service == "python-backend"
        assert story.trace_ids == {conversation.trace_id}
        assert compute.is_error and answer.is_error and not root.is_error

        ours = [span for span in spans(sent(conversation, "traces")) if span.trace_id.hex() == conversation.trace_id]
        assert sorted(span.span_id.hex() for span in ours) == sorted(span.id for span in story.spans)


def test_traceview_prints_both_services_without_passing_on_control_characters(conversation):
    result = traceview(conversation.trace_id, "--data-dir", conversation.data_dir, "--width", 120)
    assert result.returncode == 0, result.stderr.decode()
    text = result.stdout.decode()
    assert "python-edge" in text and "python-backend" in text and "GET /answer" in text
    # What a span says must not steer the terminal: no escape, no NUL, no turning of the reading direction.
    assert not set(text) & {"\x1b", "\x00", "\u202e"}
