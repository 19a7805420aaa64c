"""`scripts/demo` from end to end, and the Grafana dashboard against a real Prometheus that scrapes it."""

import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest
from programs import ROOT, RUN_DEADLINE, traceview
from wire import send

DASHBOARDS = sorted((ROOT / "Dashboards/grafana").glob("*.json"))
PROMETHEUS_DEADLINE = 120


@pytest.fixture(scope="module")
def demo():
    result = subprocess.run([ROOT / "scripts/demo", "--keep"], cwd=ROOT, capture_output=True, text=True, timeout=900, stdin=subprocess.DEVNULL)
    running = ROOT / ".build/demo/running"
    try:
        assert result.returncode == 0, result.stdout + result.stderr
        yield result.stdout
    finally:
        if running.exists():
            for process in running.read_text().split():
                os.kill(int(process), signal.SIGTERM)
            running.unlink()


def test_the_demo_tells_the_story_of_the_failing_request(demo):
    assert re.search(r"✗ POST /lessons/\{lesson\}/hints → 502", demo)
    assert "root cause: tutor chat pretend-1" in demo
    assert "overloaded" in demo


def test_the_queued_request_is_one_story(demo):
    queued = re.search(r"over a queue +\S*traceview (\S+)", demo)[1]
    result = traceview(queued, "--data-dir", ROOT / ".build/demo/data", "--json")
    story = json.loads(result.stdout)
    assert set(story["summary"]["services"]) == {"edge", "progress"}
    assert len(story["request"]["traceIds"]) == 2
    consumer = next(span for span in story["spans"] if span["kind"] == "consumer")
    assert consumer["storyParent"] and consumer["isAsynchronous"]
    assert all(span["attributes"]["request.id"] == queued for span in story["spans"])
    assert not story["problems"]


def test_every_function_writes_json_lines(demo):
    for name in ("edge", "tutor", "progress"):
        lines = (ROOT / f".build/demo/{name}.log").read_text().splitlines()
        assert lines
        for line in map(json.loads, lines):
            assert list(line)[:3] == ["timestamp", "level", "message"]
            assert line["service"] == name


def test_the_gate_lets_the_demo_ship(demo):
    """The project's own functions go through the project's own gate, with requests of the gate's own."""
    edge = re.search(r"curl -i -X POST (http://127\.0\.0\.1:\d+)/", demo)[1]
    result = traceview(
        "gate", "--manifest", ROOT / "Examples/Gate/demo.functions.yaml", "--config", ROOT / "Examples/Gate/demo.gate.yaml",
        "--data-dir", ROOT / ".build/demo/data", "--deployment", "demo", "--probe", edge, "--probe-patience", "20",
    )  # fmt: skip
    assert result.returncode == 0, result.stdout.decode() + result.stderr.decode()


@pytest.fixture(scope="module")
def prometheus(demo, tmp_path_factory):
    """A real Prometheus that scrapes the demo's collector every second."""
    folder = tmp_path_factory.mktemp("prometheus")
    query = re.search(r"query=(\S+)", demo)[1]
    otlp_http = re.search(r"otlp-http=(\S+)", demo)[1]
    # Something to refuse: a counter is there once it has counted.
    assert send(otlp_http, "POST", "/v1/traces", b"garbage", {"Content-Type": "application/x-protobuf"}).status == 400
    bad_span = b"\x0a\x08\x12\x06\x12\x04\x2a\x02no"
    assert send(otlp_http, "POST", "/v1/traces", bad_span, {"Content-Type": "application/x-protobuf"}).status == 200
    config = folder / "prometheus.yml"
    config.write_text(
        "global: {scrape_interval: 1s}\n"
        f"scrape_configs: [{{job_name: collector, static_configs: [{{targets: ['{query}']}}]}}]\n"
    )


    with socket.create_server(("127.0.0.1", 0)) as probe:
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    with open(folder / "log", "w") as log:
        process = subprocess.Popen(
            ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={folder / 'data'}", f"--web.listen-address={address}"],
            stdout=log, stderr=log,
        )  # fmt: skip
    yield address, process, folder / "log"
    process.terminate()
    process.wait(60)


def ask(prometheus, expression):
    address, process, log = prometheus
    assert process.poll() is None, log.read_text()
    url = f"http://{address}/api/v1/query?" + urllib.parse.urlencode({"query": expression})
    try:
        with urllib.request.urlopen(url, timeout=60) as response:
            return json.load(response)["data"]["result"]
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{expression}: {error.read().decode()}") from None
    except OSError:
        return []  # It is still starting.


def expressions():
    return list(_expressions())


def _expressions():
    for path in DASHBOARDS:
        for panel in json.loads(path.read_text())["panels"]:
            for target in panel.get("targets", []):
                yield pytest.param(target["expr"], id=f"{path.stem}-{panel['title']}-{target['refId']}")


@pytest.mark.parametrize("expression", expressions())
def test_every_expression_of_the_dashboards_has_an_answer(prometheus, expression):
    expression = expression.replace("$__rate_interval", "1m")
    deadline = time.monotonic() + PROMETHEUS_DEADLINE
    while not (result := ask(prometheus, expression)):
        assert time.monotonic() < deadline, f"no data for {expression}"
        prometheus[1].poll()
        time.sleep(0.5)
    assert all(series["value"][1] != "" for series in result)


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_a_dashboard_can_be_imported_anywhere(path):
    dashboard = json.loads(path.read_text())
    assert dashboard["id"] is None and dashboard["uid"]
    assert any(variable["type"] == "datasource" and variable["query"] == "prometheus" for variable in dashboard["templating"]["list"])
    for panel in dashboard["panels"]:
        if panel["type"] != "row":
            assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
            assert panel["description"]


def test_the_metrics_page_is_what_prometheus_expects(demo):
    query = re.search(r"query=(\S+)", demo)[1]
    with urllib.request.urlopen(f"http://{query}/metrics", timeout=60) as response:
        assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        page = response.read()
    result = subprocess.run(["promtool", "check", "metrics"], input=page, capture_output=True, timeout=RUN_DEADLINE)
    assert result.returncode == 0, result.stdout + result.stderr
