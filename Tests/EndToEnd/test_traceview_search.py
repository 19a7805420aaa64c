"""`traceview search`, `logs`, `tail`, `services`, `map`, `shapes`, and what a request is compared with: from the data folder and from a collector."""

import json
import re
import subprocess
import time

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from programs import TRACEVIEW, Collector, traceview
from wire import post

DEADLINE = 30
MS = 1_000_000


def attribute(target, key, value):
    entry = target.attributes.add(key=key)
    if isinstance(value, str):
        entry.value.string_value = value
    else:
        entry.value.int_value = value


def send(collector, number, start, failed=False, route="POST /orders", slow=100, note="all is well"):
    """A request of two functions and one log."""
    trace = (number << 64 | 0xFEED).to_bytes(16)
    request = ExportTraceServiceRequest()
    for service, parent, kind, name, end in (("edge", 0, 2, route, slow), ("payments", 1, 3, "charge card", slow - 10)):
        group = request.resource_spans.add()
        attribute(group.resource, "service.name", service)
        span = group.scope_spans.add().spans.add(
            trace_id=trace, span_id=(number * 10 + (2 if parent else 1)).to_bytes(8), name=name, kind=kind,
            parent_span_id=(number * 10 + 1).to_bytes(8) if parent else b"", start_time_unix_nano=start, end_time_unix_nano=start + end * MS,
        )  # fmt: skip
        attribute(span, "request.id", f"request-number-{number}")
        attribute(span, "amount", number)
        if failed:
            span.status.code = 2
            span.status.message = "card declined"
    assert post(collector, "traces", request.SerializeToString()).status == 200
    logs = ExportLogsServiceRequest()
    group = logs.resource_logs.add()
    attribute(group.resource, "service.name", "payments")
    scope = group.scope_logs.add()
    for offset, level, text in ((1, 9, "charging"), (2, 17 if failed else 9, note), (3, 9, "done")):
        record = scope.log_records.add(
            time_unix_nano=start + offset * MS, severity_number=level, trace_id=trace, span_id=(number * 10 + 2).to_bytes(8)
        )
        record.body.string_value = text
    assert post(collector, "logs", logs.SerializeToString()).status == 200


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    collector = Collector(tmp_path_factory.mktemp("search") / "data")
    fill(collector)
    yield collector
    assert collector.stop() == 0, collector.stderr


def fill(collector):
    now = time.time_ns()
    send(collector, 101, now - 50_000 * MS)
    send(collector, 102, now - 40_000 * MS, slow=900)
    send(collector, 103, now - 30_000 * MS, failed=True, note="the bank said no")
    send(collector, 104, now - 20_000 * MS, route="GET /orders/{id}")


@pytest.fixture(params=["folder", "collector"])
def place(request, filled):
    return ["--data-dir", filled.data_dir] if request.param == "folder" else ["--collector", f"http://{filled.query}"]


def ids(place, *arguments):
    result = traceview("search", *arguments, *place, "-q")
    assert result.returncode in (0, 3), result.stderr
    return [line.removeprefix("request-number-") for line in result.stdout.decode().split()]


def logs(place, *arguments):
    result = traceview("logs", *arguments, *place, "--plain", "--width", "200")
    assert result.returncode in (0, 3), result.stderr
    return result.stdout.decode().splitlines()


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        (["--status", "error"], 3), (["--status", "ok"], 9), (["--min", "500ms"], 3), (["--max", "500ms"], 9), (["--name", "charge card"], 12),
        (["--name", "POST*"], 0), (["--status", "error", "said", "no"], 1), (["--status", "error", "--level", "info"], 3), (["--min", "500ms", "-n", "2"], 2),
    ],
)  # fmt: skip
def test_log_records_are_found_by_what_their_spans_were(place, arguments, count):
    assert len(logs(place, *arguments)) == count


def test_log_records_cannot_be_followed_by_their_spans(place):
    result = traceview("logs", "-f", "--status", "error", *place)
    assert result.returncode == 2 and b"cannot follow log records by their spans" in result.stderr


def test_a_request_is_found_by_what_its_log_records_say(place):
    assert ids(place, "the bank said no") == ["103"]
    assert ids(place, "the bank said no", "--status", "error", "--name", "charge*") == ["103"]
    assert ids(place, "the bank said no", "--status", "ok") == []
    assert ids(place, "the bank said no", "-a", "amount=104") == []
    assert ids(place, "done") == ["104", "103", "102", "101"]


@pytest.mark.parametrize("command", ["search", "logs", "map", "shapes"])
def test_no_results_cannot_be_asked_for(place, command):
    assert traceview(command, "-n", "0", *place).returncode == 2


def test_the_newest_come_first(place):
    assert ids(place) == ["104", "103", "102", "101"]
    assert ids(place, "-n", "2") == ids(place, "-n2") == ["104", "103"]


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["--service", "payments"], ["104", "103", "102", "101"]),
        (["--name", "GET*"], ["104"]),
        (["--name", "POST /orders"], ["103", "102", "101"]),
        (["--status", "error"], ["103"]),
        (["--status", "ok"], ["104", "102", "101"]),
        (["--min", "500ms"], ["102"]),
        (["--max", "95ms"], ["104", "103", "101"]),
        (["-a", "amount=102"], ["102"]),
        (["-a", "amount>102"], ["104", "103"]),
        (["-a", "amount<=102"], ["102", "101"]),
        (["-a", "nothing"], []),
        (["declined"], ["103"]),
        (["--since", "45s"], ["104", "103", "102"]),
        (["--since", "45s", "--until", "25s"], ["103", "102"]),
        (["--since", "2020-01-01", "--until", "2020-01-02"], []),
    ],
)
def test_requests_are_found_by_what_they_were(place, arguments, found):
    assert ids(place, *arguments) == found


def test_one_line_a_request_says_what_matters(place):
    lines = traceview("search", *place, "--plain", "--width", "120").stdout.decode().splitlines()
    assert len(lines) == 5
    assert "✗" in lines[2] and "card declined" in lines[2] and "request-number-103" in lines[2]
    first = json.loads(traceview("search", *place, "--json", "-n", "1").stdout)
    assert first["id"] == "request-number-104" and first["durationNano"] == str(100 * MS)


def test_what_is_not_there_is_exit_code_3_with_a_suggestion(place):
    result = traceview("search", "--service", "paymnets", *place)
    assert result.returncode == 3 and b"did you mean payments?" in result.stderr


@pytest.mark.parametrize("arguments", [["--since", "soon"], ["-a", "=x"], ["--min", "fast"], ["--status", "bad"], ["--since", "2026-13-01"]])
def test_wrong_conditions_are_exit_code_2(place, arguments):
    result = traceview("search", *arguments, *place)
    assert result.returncode == 2 and result.stderr


def test_logs_are_found_in_order_of_time(place):
    lines = traceview("logs", *place, "--plain").stdout.decode().splitlines()
    assert len(lines) == 12 and "charging" in lines[0] and "done" in lines[-1]
    errors = traceview("logs", *place, "--plain", "--level", "error").stdout.decode().splitlines()
    assert len(errors) == 1 and "the bank said no" in errors[0]
    assert traceview("logs", "BANK", *place, "--plain").stdout.decode().splitlines() == errors


def test_logs_come_with_what_stands_around_them(place):
    lines = traceview("logs", "bank", "-C", "1", *place, "--plain").stdout.decode().splitlines()
    assert [line.split()[-1] for line in lines] == ["charging", "no", "done"]


def test_services_map_and_shapes(place):
    services = traceview("services", *place, "--plain").stdout.decode().splitlines()
    assert len(services) == 2 and "edge" in services[1] and "✗ 25%" in services[1]
    calls = traceview("map", *place, "--plain").stdout.decode()
    assert "(outside)" in calls and "edge" in calls and "payments" in calls
    shapes = traceview("shapes", *place, "--plain", "--deploy", "25s").stdout.decode().splitlines()
    assert len(shapes) == 3
    assert any("vanished" in line and "POST /orders" in line for line in shapes)
    assert any("new" in line and "GET /orders" in line for line in shapes)


def test_a_failed_request_is_compared_with_the_last_that_succeeded(place):
    result = traceview("request-number-103", "--diff", "last-ok", *place, "--plain")
    assert result.returncode == 0, result.stderr
    lines = result.stdout.decode().splitlines()
    assert lines[0].startswith("✗ it fails now: payments charge card") and "request-number-102" in lines[1]
    assert traceview("request-number-101", "--diff", "last-ok", *place).returncode == 3


def follow(*arguments):
    return subprocess.Popen([TRACEVIEW, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_logs_go_on_with_what_arrives(filled, place):
    process = follow("logs", *place, "-f", "-n", "1", "--plain")
    try:
        assert b"done" in process.stdout.readline()
        send(filled, 201, time.time_ns(), note="a new line")
        assert any(b"a new line" in process.stdout.readline() for _ in range(3))
    finally:
        process.kill()
        process.communicate()


def test_tail_shows_requests_as_they_finish(filled, place):
    process = follow("tail", *place, "--plain", "--width", "100", "--count", "1", "--service", "edge", "--expand-errors")
    try:
        # What it begins with is when it was started: a request is sent until it has seen one.
        number, output = 300, None
        while output is None and number < 330:
            send(filled, number, time.time_ns() + 500 * MS, failed=True)
            number += 1
            try:
                output = process.communicate(timeout=2)[0].decode()
            except subprocess.TimeoutExpired:
                pass
        assert output is not None, "tail saw nothing"
    finally:
        process.kill()
        process.communicate()
    first, *story = output.splitlines()
    assert first.startswith("✗") and "POST /orders" in first and "card declined" in first
    assert re.search(r"request-number-3\d\d$", first), "the id is whole"
    assert any("root cause: payments charge card" in line for line in story)


def test_a_trace_is_found_as_x_ray_writes_it(place):
    trace = (103 << 64 | 0xFEED).to_bytes(16).hex()
    for name in (f"1-{trace[:8]}-{trace[8:]}", f"Root=1-{trace[:8]}-{trace[8:]};Sampled=1"):
        assert b"card declined" in traceview(name, *place, "--plain").stdout


def test_waiting_ends_when_the_story_is_complete(filled, place):
    number = 400 if place[0] == "--data-dir" else 401
    process = follow(f"request-number-{number}", *place, "--wait", "20s", "--plain")
    send(filled, number, time.time_ns())
    output, messages = process.communicate(timeout=DEADLINE)
    assert process.returncode == 0 and b"the story is complete" in messages
    assert b"POST /orders" in output


def test_waiting_for_nothing_ends_with_exit_code_3(place):
    result = traceview("request-number-999", *place, "--wait", "300ms")
    assert result.returncode == 3 and not result.stdout


def objects(*arguments):
    result = traceview(*arguments, "--json")
    assert result.returncode == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize("is_near", [True, False], ids=["folder", "collector"])
def test_tables_are_json_for_machines(collector, is_near):
    fill(collector)
    place = ["--data-dir", collector.data_dir] if is_near else ["--collector", f"http://{collector.query}"]
    services = objects("services", *place)
    assert [(entry["service"], entry["requestCount"], entry["errorCount"]) for entry in services] == [("edge", 4, 1)]
    assert sum(services[0]["overTime"]) == 4 and int(services[0]["p99Nano"]) > int(services[0]["p50Nano"]) > 0
    calls = objects("map", *place)
    assert [(call.get("caller"), call["callee"], call["callCount"]) for call in calls] == [(None, "edge", 4), ("edge", "payments", 4)]
    shapes = objects("shapes", *place)
    assert [(shape["route"], shape["requestCount"], len(shape["spans"])) for shape in shapes] == [("edge POST /orders", 3, 2), ("edge GET /orders/{id}", 1, 2)]
    deployed = objects("shapes", *place, "--deploy", "25s")
    assert {shape["route"]: shape["seen"] for shape in deployed} == {"edge POST /orders": "vanished", "edge GET /orders/{id}": "new"}
    (difference,) = objects("diff", "request-number-102", "request-number-103", *place)
    assert (difference["before"]["hasFailed"], difference["after"]["hasFailed"]) == (False, True)
    assert [(span["change"], span["after"]["isError"]) for span in difference["spans"]] == [("changed", True)] * 2
    assert objects("request-number-103", "--diff", "request-number-102", *place) == [difference]


@pytest.mark.parametrize("command", ["services", "search", "logs", "map", "shapes"])
def test_who_looks_at_the_wrong_time_is_told_when_there_was_something(place, command):
    result = traceview(command, *place, "--since", "2020-01-01", "--until", "2020-01-02", "--tz", "UTC")
    assert result.returncode == 3 and not result.stdout
    since = re.search(r"; there is something from \d{4}-\d\d-\d\d \d\d:00 to .*: --since (\S+) finds it", result.stderr.decode())
    assert since, result.stderr
    assert traceview(command, *place, "--since", since[1] + "Z").returncode == 0
