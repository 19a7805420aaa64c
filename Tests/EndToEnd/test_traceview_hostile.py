"""Telemetry that wants to be more than text, stored for real, through every output of `traceview` and `collector export`."""

import json
import re
import time
import unicodedata

import pexpect
import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from programs import ROOT, TRACEVIEW, Collector, collector, traceview
from wire import post

MS = 1_000_000
ATTACKS = [
    "\x1b[2J\x1b[31mred", "\x1b]52;c;aGFjaw==\x07", "\x1b]8;;http://evil/\x1b\\click\x1b]8;;\x1b\\", "\x1b]0;title\x07", "\x9b31m",
    "\x9d52;c;x\x9c", "\x90q\x9c", "a\rb\x08c\x0bd\x0ce", "x\x00y\x7fz", "user\u202egnp.exe\u202c", "\u2066a\u2069b\u200fc\u200ed", "\u061cletter",
    "zero\u200bwidth\ufeff", "soft\u00adhyphen", "tag\U000e0041\U000e007f", "line\nbreak\u2028para\u2029nel\x85", "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>", "a;b#c%%d:e->>f", "x\\\"}],\"traceEvents\":[", "%s%n%x", "$(reboot)`reboot`", "tab\there", "]]>", "::error::x%0A",
]  # fmt: skip
ONE = f"request-{len(ATTACKS) // 2}"


def set_attribute(target, key, value):
    target.attributes.add(key=key).value.string_value = value


def send(target, number, text, start):
    trace = (number + 1 << 64 | 0xBAD).to_bytes(16)
    traces, logs, metrics = ExportTraceServiceRequest(), ExportLogsServiceRequest(), ExportMetricsServiceRequest()

    def describe(group, name):
        set_attribute(group.resource, "service.name", name)
        for key in ("service.version", "deployment.environment.name", "faas.name", "cloud.platform", text):
            set_attribute(group.resource, key, text)

    for place, (name, kind) in enumerate(((text, 2), (text + "2", 3), (text + "3", 5))):
        group = traces.resource_spans.add()
        describe(group, name)
        scope = group.scope_spans.add()
        scope.scope.name = scope.scope.version = text
        span = scope.spans.add(
            trace_id=trace, span_id=(place + 1).to_bytes(8), parent_span_id=place.to_bytes(8) if place else b"", name=text, kind=kind,
            start_time_unix_nano=start + place * MS, end_time_unix_nano=start + (90 - place) * MS, trace_state=text,
        )  # fmt: skip
        set_attribute(span, "request.id", f"request-{number}")
        for key in ("faas.invoked_name", "faas.invocation_id", "http.route", "gen_ai.request.model", "messaging.destination.name", text):
            set_attribute(span, key, text)
        span.status.code, span.status.message = 2, text
        set_attribute(span.events.add(name=text, time_unix_nano=start), "exception.message", text)
        set_attribute(span.links.add(trace_id=trace, span_id=(place + 1).to_bytes(8), trace_state=text), text, text)
    group = logs.resource_logs.add()
    describe(group, text)
    record = group.scope_logs.add().log_records.add(
        time_unix_nano=start, severity_number=17, severity_text=text, event_name=text, trace_id=trace, span_id=(1).to_bytes(8)
    )
    record.body.string_value = text
    set_attribute(record, text, text)
    group = metrics.resource_metrics.add()
    describe(group, text)
    metric = group.scope_metrics.add().metrics.add(name=text, unit=text, description=text)
    set_attribute(metric.gauge.data_points.add(time_unix_nano=start, as_int=1), text, text)
    for signal, request in (("traces", traces), ("logs", logs), ("metrics", metrics)):
        assert post(target, signal, request.SerializeToString()).status == 200


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    running = Collector(tmp_path_factory.mktemp("hostile") / "data")
    start = time.time_ns() - 60_000 * MS
    for number, text in enumerate(ATTACKS):
        send(running, number, text, start + number * MS)
    yield running
    assert running.stop() == 0, running.stderr


def assert_harmless(output):
    text = output.decode()
    for character in text:
        if character == "\n" or " " <= character < "\x7f":
            continue
        category = unicodedata.category(character)
        assert category not in ("Cc", "Cs", "Co", "Zl", "Zp") and (category != "Cf" or character == "\u200d"), (
            f"U+{ord(character):04X} in {text[max(0, text.index(character) - 60) :][:120]!r}"
        )
    return text


SCREENS = [
    [ONE], [ONE, "--all", "--logs", "trace", "--width", "200"], [ONE, "--width", "40"], [ONE, "--ascii"], [ONE, "--span", "cause"], [ONE, "--plain"],
    [ONE, "--diff", "request-0"], [ONE, "--diff", "request-0", "--all", "--width", "200"], [ONE, "--what-if", "no-retries"], [ONE, "--wait", "10ms"],
    ["diff", "request-0", ONE, "--all"], ["search", "-n", "100"], ["search", "-n", "100", "--width", "200"], ["search", "-q", "-n", "100"],
    ["logs"], ["logs", "-C", "2"], ["services", "--width", "120"], ["map", "--width", "200"], ["shapes", "--trees", "--width", "200"],
    ["sql", "SELECT * FROM spans"], ["sql", "SELECT * FROM logs"], ["sql", "SELECT * FROM metrics"], ["sql", "SELECT * FROM resources"], ["sql", "SELECT * FROM traces"],
    ["sql", "SELECT * FROM spans", "--csv"], ["sql", "SELECT * FROM logs", "--csv"], ["sql", "SELECT service, name, attributes AS \"\x1b[31m\" FROM spans", "--csv"],
    ["search", "--service", "nobody"], ["export", ONE, "--as", "folded"], ["export", ONE, "--as", "mermaid"], ["export", ONE, "--as", "html"],
]  # fmt: skip


@pytest.mark.parametrize("arguments", SCREENS, ids=" ".join)
def test_no_screen_and_no_message_holds_a_control(hostile, arguments):
    result = traceview(*arguments, "--data-dir", hostile.data_dir)
    assert result.returncode in (0, 2, 3), result.stderr
    text = assert_harmless(result.stdout) + assert_harmless(result.stderr)
    assert text, "nothing was shown"
    if "html" in arguments:
        for match in re.findall(r"<[a-zA-Z][^>]*>", text):
            assert "alert" not in match and "onerror" not in match, match


@pytest.mark.parametrize("number", range(len(ATTACKS)))
def test_every_attack_stays_text_in_its_own_story(hostile, number):
    for arguments in ([], ["--json"], ["--span", "cause"]):
        result = traceview(f"request-{number}", *arguments, "--data-dir", hostile.data_dir)
        assert result.returncode == 0, result.stderr
        assert_harmless(result.stdout)


JSON_LINES = [
    [ONE, "--json"], [ONE, "--diff", "request-0", "--json"], ["diff", "request-0", ONE, "--all", "--json"], ["search", "--json", "-n", "100"], ["logs", "--json"],
    ["services", "--json"], ["map", "--json"], ["shapes", "--json"], ["sql", "SELECT * FROM spans", "--json"], ["sql", "SELECT * FROM metrics", "--json"],
    ["export", ONE, "--as", "otlp"], ["export", ONE, "--as", "jaeger"], ["export", ONE, "--as", "zipkin"], ["export", ONE, "--as", "perfetto"],
]  # fmt: skip


@pytest.mark.parametrize("arguments", JSON_LINES, ids=" ".join)
def test_all_json_is_json_and_holds_no_control(hostile, arguments):
    result = traceview(*arguments, "--data-dir", hostile.data_dir)
    assert result.returncode == 0, result.stderr
    text = assert_harmless(result.stdout)
    values = [json.loads(line) for line in text.splitlines()]
    assert values


@pytest.mark.parametrize("signal", ["traces", "logs", "metrics"])
def test_the_collectors_own_export_holds_no_control_and_all_of_the_text(hostile, signal):
    result = collector("export", "--data-dir", hostile.data_dir, "--signal", signal)
    assert result.returncode == 0, result.stderr
    text = assert_harmless(result.stdout)
    said = set()

    def collect(value):
        if isinstance(value, str):
            said.add(value)
        for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
            collect(item)

    for line in text.splitlines():
        collect(json.loads(line))
    assert said >= set(ATTACKS), set(ATTACKS) - said


@pytest.mark.parametrize("format", ["human", "json", "jsonl", "junit", "sarif", "github", "markdown"])
def test_no_report_of_the_gate_holds_a_control(hostile, format):
    result = traceview("gate", "--manifest", ROOT / "Examples/Gate/good/template.yaml", "--data-dir", hostile.data_dir, "--format", format)
    assert result.returncode in (1, 3), result.stderr
    assert_harmless(result.stdout)
    if format == "github":
        assert all(re.match(r"::(error|warning|notice) ", line) for line in result.stdout.decode().splitlines())


@pytest.mark.parametrize("columns", [0, 400])
def test_a_csv_in_a_terminal_holds_no_control(hostile, columns):
    """Also in a terminal that does not know how wide it is."""
    child = pexpect.spawn(
        TRACEVIEW, ["sql", "SELECT service, name, attributes FROM spans", "--csv", "--data-dir", str(hostile.data_dir)], dimensions=(40, columns), timeout=60
    )
    output = child.read()
    child.close()
    assert child.exitstatus == 0
    assert_harmless(output.replace(b"\r\n", b"\n"))


@pytest.mark.parametrize("arguments", [["tail", "--count", "3", "--expand-errors"], ["logs", "-f"]], ids=" ".join)
def test_what_is_followed_live_holds_no_control(hostile, arguments):
    child = pexpect.spawn(TRACEVIEW, [*arguments, "--data-dir", str(hostile.data_dir)], dimensions=(40, 200), timeout=60, env={"TERM": "xterm", "NO_COLOR": "1"})
    if arguments[0] == "tail":
        for number in range(3):
            send(hostile, 100 + number, ATTACKS[number * 4], time.time_ns())
        output = child.read()
    else:
        child.expect("hyphen")
        output = child.before + child.after
    child.close(force=True)
    assert_harmless(output.replace(b"\r\n", b"\n"))
