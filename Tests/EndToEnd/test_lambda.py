"""A function as a custom runtime of AWS Lambda: the real program against a stand-in for the platform."""

import json
import os
import socket
import subprocess
import threading
import time

import pytest
from lambda_runtime_api import RuntimeAPI
from programs import ROOT, RUN_DEADLINE, collector as run_collector

PROBE = ROOT / ".build/release/lambda-probe"
PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


class Function:
    """A running custom runtime, and the platform around it."""

    def __init__(self, program, endpoint, **environment):
        self.api = RuntimeAPI()
        self.process = subprocess.Popen(
            [program],
            env={
                **os.environ,
                "AWS_LAMBDA_RUNTIME_API": self.api.address,
                "AWS_LAMBDA_FUNCTION_NAME": "probe",
                "AWS_LAMBDA_FUNCTION_VERSION": "7",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
                "AWS_LAMBDA_LOG_STREAM_NAME": "2026/11/24/[7]2f39",
                "AWS_REGION": "eu-central-1",
                "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
                **environment,
            },
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def stop(self):
        """The platform ends the process without a word. Returns the log lines and what it said of itself."""
        self.process.kill()
        output, errors = self.process.communicate(timeout=RUN_DEADLINE)
        self.api.close()
        return [json.loads(line) for line in output.splitlines()], errors


@pytest.fixture
def start_function(collector):
    started = []

    def start(program=PROBE, endpoint=None, **environment):
        function = Function(program, endpoint or f"http://{collector.otlp_http}", **environment)
        started.append(function)
        return function

    yield start
    for function in started:
        if function.process.poll() is None:
            function.stop()


def export(collector, signal):
    result = run_collector("export", "--data-dir", collector.data_dir, "--signal", signal)
    assert result.returncode == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def value(any_value):
    (kind, content), = any_value.items()
    if kind == "arrayValue":
        return [value(element) for element in content["values"]]
    return int(content) if kind == "intValue" else content


def attributes(record):
    return {attribute["key"]: value(attribute["value"]) for attribute in record.get("attributes", [])}


def spans(collector):
    found = []
    for data in export(collector, "traces"):
        for resource in data["resourceSpans"]:
            for scope in resource["scopeSpans"]:
                for span in scope["spans"]:
                    span["attributes"] = attributes(span)
                    span["resource"] = attributes(resource["resource"])
                    span["schemaUrl"] = resource.get("schemaUrl")
                    found.append(span)
    return sorted(found, key=lambda span: int(span["startTimeUnixNano"]))


def logs(collector):
    return [
        record
        for data in export(collector, "logs")
        for resource in data["resourceLogs"]
        for scope in resource["scopeLogs"]
        for record in scope["logRecords"]
    ]


def test_every_event_is_answered_and_has_arrived_when_the_next_one_is_asked_for(start_function, collector):
    function = start_function()
    alias = "arn:aws:lambda:eu-central-1:123456789012:function:probe:live"
    assert function.api.invoke({"lesson": "7"}, arn=alias) == b'{"lesson": "7"}'
    second = function.api.send({"lesson": "8"}, timeout=10)
    function.api.outcome(second)
    function.api.wait_for_next()

    # Nothing is waited for: what is frozen now must be there.
    cold, warm = spans(collector)
    assert cold["name"] == warm["name"] == "probe"
    assert cold["kind"] == 2
    assert cold["schemaUrl"].startswith("https://opentelemetry.io/schemas/1.")
    assert cold["attributes"]["faas.coldstart"] is True
    assert 0 < cold["attributes"]["faas.init_duration"] < 60
    assert cold["attributes"]["aws.lambda.invoked_arn"] == alias
    assert cold["attributes"]["cloud.resource_id"] == "arn:aws:lambda:eu-central-1:123456789012:function:probe:7"
    assert warm["attributes"]["faas.coldstart"] is False
    assert "faas.init_duration" not in warm["attributes"]
    assert warm["attributes"]["faas.invocation_id"] == second
    assert warm["attributes"]["faas.trigger"] == "other"
    assert warm["attributes"]["cloud.account.id"] == "123456789012"
    assert warm["attributes"]["cloud.resource_id"] == "arn:aws:lambda:eu-central-1:123456789012:function:probe"
    assert warm["attributes"]["faas.max_memory"] == 256 << 20
    assert warm["attributes"]["faas.timeout"] == 10
    assert 0 < warm["attributes"]["faas.remaining_time.end"] <= warm["attributes"]["faas.remaining_time.start"] <= 10
    assert warm["attributes"]["faas.mem_usage"] > 1 << 20
    assert warm["resource"]["faas.name"] == warm["resource"]["service.name"] == "probe"
    assert warm["resource"]["faas.instance"] == "2026/11/24/[7]2f39"
    assert warm["resource"]["cloud.platform"] == "aws_lambda"
    assert len(logs(collector)) == 2

    lines, _ = function.stop()
    assert [line["message"] for line in lines] == ["working", "working"]
    assert [line["trace_id"] for line in lines] == [span["traceId"] for span in (cold, warm)]
    assert lines[0]["request_id"].startswith("req-")


def test_a_function_that_is_configured_in_code_knows_its_platform(start_function, collector):
    function = start_function(CONFIGURED_IN_CODE=f"http://{collector.otlp_http}", OTEL_EXPORTER_OTLP_ENDPOINT="")
    function.api.invoke({})
    function.api.wait_for_next()
    (span,) = spans(collector)
    assert span["name"] == span["resource"]["faas.name"] == "probe"
    assert span["resource"]["service.name"] == "coded"


def test_a_request_continues_its_callers_trace(start_function, collector):
    function = start_function()
    event = {
        "version": "2.0", "routeKey": "POST /lessons/{lesson}/hints", "rawPath": "/lessons/7/hints", "rawQueryString": "",
        "headers": {"traceparent": PARENT, "tracestate": "vendor=1", "baggage": "request.id=req-42,tenant=t1"},
        "requestContext": {"http": {"method": "POST", "path": "/lessons/7/hints"}}, "do": "headers",
    }  # fmt: skip
    headers = json.loads(function.api.invoke(json.dumps(event, separators=(",", ":")).encode()))
    function.api.wait_for_next()
    (span,) = spans(collector)
    assert (span["traceId"], span["parentSpanId"]) == (PARENT[3:35], PARENT[36:52])
    assert span["name"] == "POST /lessons/{lesson}/hints"
    assert span["attributes"]["faas.trigger"] == "http"
    assert span["attributes"]["request.id"] == "req-42"
    assert headers["traceparent"] == f"00-{span['traceId']}-{span['spanId']}-01"
    assert headers["tracestate"] == "vendor=1"
    assert headers["baggage"] == "request.id=req-42,tenant=t1"
    assert headers["x-request-id"] == "req-42"


@pytest.mark.parametrize(
    "propagators, parent",
    [("tracecontext,baggage,xray-lambda", "53995c3f42cd8ad8"), ("tracecontext,baggage,xray", None), ("tracecontext,baggage", None)],
)
def test_the_platforms_own_trace_is_continued_where_that_is_wanted(start_function, collector, propagators, parent):
    function = start_function(OTEL_PROPAGATORS=propagators)
    function.api.invoke(
        {"do": "x"}, Lambda_Runtime_Trace_Id="Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
    )
    function.api.wait_for_next()
    (span,) = spans(collector)
    assert span.get("parentSpanId", "") == (parent or "")
    assert (span["traceId"] == "5759e988bd862e3fe1be46a994272793") == (parent is not None)


def test_a_load_balancers_root_names_the_trace_without_a_parent(start_function, collector):
    function = start_function(OTEL_PROPAGATORS="xray")
    event = {"httpMethod": "GET", "path": "/", "headers": {"X-Amzn-Trace-Id": "Root=1-5759e988-bd862e3fe1be46a994272793"}}
    function.api.invoke(event)
    function.api.wait_for_next()
    (span,) = spans(collector)
    assert span["traceId"] == "5759e988bd862e3fe1be46a994272793"
    assert not span.get("parentSpanId")


def test_each_message_of_a_batch_is_linked_to(start_function, collector):
    function = start_function()
    record = {
        "messageId": "m-1", "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:completions",
        "messageAttributes": {
            "traceparent": {"stringValue": PARENT, "dataType": "String"},
            "baggage": {"stringValue": "request.id=req-42", "dataType": "String"},
        },
    }  # fmt: skip
    other = {**record, "messageId": "m-2", "messageAttributes": {}}
    function.api.invoke({"Records": [record, record]})
    function.api.invoke({"Records": [record, other]})
    function.api.wait_for_next()
    alike, mixed = spans(collector)
    assert alike["kind"] == 5
    assert alike["name"] == "process completions"
    assert not alike.get("parentSpanId")
    assert [(link["traceId"], link["spanId"]) for link in alike["links"]] == [(PARENT[3:35], PARENT[36:52])] * 2
    assert alike["attributes"]["messaging.batch.message_count"] == 2
    assert alike["attributes"]["request.id"] == "req-42"
    assert len(mixed["links"]) == 1
    assert mixed["attributes"]["request.id"].startswith("req-") and mixed["attributes"]["request.id"] != "req-42"


def test_a_handlers_error_is_the_answer_and_is_recorded(start_function, collector):
    function = start_function(TELEMETRY_BUFFERED_LOG_LEVEL="debug")
    kind, body, headers = function.api.outcome(function.api.send(b'{"do":"throw"}'))
    assert kind == "error"
    error = json.loads(body)
    assert error["errorMessage"] == 'no "hint" today'
    assert error["errorType"].endswith("Refusal")
    assert error["stackTrace"] == []
    assert headers["Lambda-Runtime-Function-Error-Type"].endswith("Refusal")
    function.api.invoke({})
    function.api.wait_for_next()
    failed, succeeded = spans(collector)
    assert failed["status"]["code"] == 2
    assert failed["attributes"]["error.type"].endswith("Refusal")
    (event,) = failed["events"]
    assert attributes(event)["exception.message"] == 'no "hint" today'
    assert succeeded.get("status", {}).get("code", 0) == 0
    lines, _ = function.stop()
    # The debug line of the request that failed, and of no other.
    assert [line["message"] for line in lines] == ["working", "an order came", "working"] or [
        line["message"] for line in lines
    ] == ["an order came", "working", "working"]


def test_an_answer_of_503_is_an_error_without_being_thrown(start_function, collector):
    function = start_function()
    function.api.invoke(b'{"httpMethod":"GET","path":"/","do":"status"}')
    function.api.wait_for_next()
    (span,) = spans(collector)
    assert span["attributes"]["http.response.status_code"] == 503
    assert span["attributes"]["error.type"] == "503"
    assert span["status"]["code"] == 2


@pytest.mark.parametrize("order", ["block", "hang"])
def test_an_invocation_that_runs_out_of_time_is_ended_and_sent_before_its_deadline(start_function, collector, order):
    function = start_function()
    function.api.invoke({})
    invocation = function.api.send(f'{{"do":"{order}"}}'.encode(), timeout=2.0)
    time_is_up = time.monotonic() + 2.0
    while time.monotonic() < time_is_up:
        function.process.poll()
        time.sleep(0.01)
    # The platform ends it at its deadline: nothing can be sent after that.
    function.stop()
    timed_out = spans(collector)[-1]
    assert timed_out["attributes"]["faas.invocation_id"] == invocation
    assert timed_out["attributes"]["error.type"] == "timeout"
    assert timed_out["status"]["code"] == 2
    assert timed_out["attributes"]["faas.remaining_time.end"] > 0
    assert [record for record in logs(collector) if record["traceId"] == timed_out["traceId"]]
    assert invocation not in function.api.outcomes


def test_the_counts_of_what_was_begun_come_with_the_invocation(start_function, collector):
    function = start_function()
    function.api.invoke(b'{"do":"spans"}')
    function.api.wait_for_next()
    arrived = spans(collector)
    (invocation,) = [span for span in arrived if span["kind"] == 2]
    assert invocation["attributes"]["telemetry.spans_begun"] == len(arrived) == 3
    assert invocation["attributes"]["telemetry.logs_begun"] == len(logs(collector)) == 1


def test_functions_measure_their_invocations(start_function, collector):
    function = start_function(OTEL_METRIC_EXPORT_INTERVAL="50")
    function.api.invoke({})
    function.api.outcome(function.api.send(b'{"do":"throw"}'))
    function.api.invoke({})
    function.api.wait_for_next()
    metrics = {}
    for data in export(collector, "metrics"):
        for resource in data["resourceMetrics"]:
            for scope in resource["scopeMetrics"]:
                for metric in scope["metrics"]:
                    metrics.setdefault(metric["name"], []).append(metric)

    def total(name):
        points = [point for metric in metrics.get(name, []) for point in metric["sum"]["dataPoints"]]
        assert all(attributes(point).get("faas.trigger", "other") == "other" for point in points)
        return sum(int(point.get("asInt", 0)) for point in points)

    assert (total("faas.invocations"), total("faas.errors"), total("faas.coldstarts")) == (2, 1, 1)
    durations = [point for metric in metrics["faas.invoke_duration"] for point in metric["histogram"]["dataPoints"]]
    assert sum(int(point["count"]) for point in durations) == 3
    assert {"faas.init_duration", "faas.mem_usage"} <= set(metrics)
    assert all(metric["sum"]["aggregationTemporality"] == 1 for metric in metrics["faas.invocations"])


def test_an_answer_that_is_too_large_is_an_error(start_function):
    function = start_function()
    kind, body, _ = function.api.outcome(function.api.send(b'{"do":"large"}'))
    assert kind == "error"
    assert json.loads(body)["errorType"] == "Function.ResponseSizeTooLarge"
    function.api.invoke({})


def test_an_event_of_six_megabytes_passes_whole(start_function):
    function = start_function()
    payload = b'{"text":"' + b"x" * ((6 << 20) - 64) + b'"}'
    assert function.api.invoke(payload) == payload


def test_a_connection_that_the_platform_closed_is_opened_again(start_function):
    function = start_function()
    function.api.closes_connections = True
    for number in range(5):
        assert function.api.invoke({"number": number}) == json.dumps({"number": number}).encode()
    # Each event was handed out once and answered once.
    assert len(function.api.outcomes) == 5


def test_a_failed_start_is_reported(start_function):
    function = start_function(FAIL_INITIALIZATION="1")
    assert function.process.wait(RUN_DEADLINE) == 1
    assert function.api.initialization_error["errorMessage"] == 'no "hint" today'


def test_a_platform_that_cannot_be_talked_to_ends_the_process(start_function):
    function = start_function()
    function.api.next_status = 500
    function.api.send({})
    assert function.process.wait(RUN_DEADLINE) != 0
    _, errors = function.stop()
    assert "cannot get an event: the runtime API answered 500" in errors


def test_several_invocations_run_at_once_where_the_platform_sends_them(start_function, collector):
    function = start_function(AWS_LAMBDA_MAX_CONCURRENCY="3", AWS_LAMBDA_INITIALIZATION_TYPE="lambda-managed-instances")
    function.api.wait_for_next(3)
    invocations = [function.api.send({"number": number}) for number in range(6)]
    for invocation in invocations:
        assert function.api.outcome(invocation)[0] == "response"
    function.api.wait_for_next(3)
    arrived = spans(collector)
    assert {span["attributes"]["faas.invocation_id"] for span in arrived} == set(invocations)
    assert len({span["attributes"]["request.id"] for span in arrived}) == 6
    assert not any(span["attributes"]["faas.coldstart"] for span in arrived)


def hint_request(lesson):
    path = f"/lessons/{lesson}/hints"
    return {
        "version": "2.0", "routeKey": "POST /lessons/{lesson}/hints", "rawPath": path, "pathParameters": {"lesson": lesson},
        "headers": {"traceparent": PARENT, "x-request-id": "req-42"}, "requestContext": {"http": {"method": "POST", "path": path}},
    }  # fmt: skip


def test_the_tutor_runs_behind_a_function_url(start_function, collector):
    function = start_function(ROOT / ".build/release/tutor", OTEL_SERVICE_NAME="tutor")
    answer = json.loads(function.api.invoke(hint_request("7")))
    assert answer["statusCode"] == 200 and answer["headers"] == {"x-request-id": "req-42"} and answer["body"]
    answer = json.loads(function.api.invoke(hint_request("13")))
    assert answer["statusCode"] == 502
    assert answer["body"] == "the tutor has no hint for lesson 13"
    function.api.wait_for_next()
    arrived = spans(collector)
    assert [span["name"] for span in arrived] == ["POST /lessons/{lesson}/hints", "build prompt", "chat pretend-1"] * 2
    assert {span["traceId"] for span in arrived} == {PARENT[3:35]}
    assert {span["attributes"]["request.id"] for span in arrived} == {"req-42"}
    assert [span.get("status", {}).get("code", 0) for span in arrived if span["kind"] == 2] == [0, 2]


def test_the_progress_store_runs_behind_a_queue(start_function, collector):
    function = start_function(ROOT / ".build/release/progress", OTEL_SERVICE_NAME="progress")
    records = [
        {
            "messageId": f"m-{lesson}", "body": lesson, "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:completions",
            "messageAttributes": {"baggage": {"stringValue": f"request.id=req-{lesson}", "dataType": "String"}},
        }
        for lesson in ("7", "8")
    ]  # fmt: skip
    function.api.invoke({"Records": records})
    function.api.wait_for_next()
    arrived = spans(collector)
    assert [span["name"] for span in arrived] == ["process completions"] + ["process completions", "UPDATE progress"] * 2
    assert [span["attributes"]["request.id"] for span in arrived][1:] == ["req-7", "req-7", "req-8", "req-8"]
    lines, _ = function.stop()
    assert [(line["message"], line["request_id"]) for line in lines] == [("progress stored", "req-7"), ("progress stored", "req-8")]


def test_the_edge_runs_behind_an_api_and_calls_the_tutor(start_function, collector):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nowhere = f"http://127.0.0.1:{closed.getsockname()[1]}"
    function = start_function(ROOT / ".build/release/edge", OTEL_SERVICE_NAME="edge", TUTOR_URL=nowhere)
    kind, body, _ = function.api.outcome(function.api.send(hint_request("7")))
    # Nobody is there: an error of the function, as the platform counts it.
    assert kind == "error"
    answer = json.loads(function.api.invoke({**hint_request("7"), "routeKey": "GET /nowhere"}))
    assert answer["statusCode"] == 404
    function.api.wait_for_next()
    failed, call, refused = spans(collector)
    assert (failed["status"]["code"], call["status"]["code"]) == (2, 2)
    assert call["parentSpanId"] == failed["spanId"]
    assert refused.get("status", {}).get("code", 0) == 0


class SilentEndpoint:
    """Accepts connections and never says a word."""

    def __init__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.connections = []
        self.arrived = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                self.connections.append(self.server.accept()[0])
            except OSError:
                return
            self.arrived.set()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.getsockname()[1]}"


def gaps(api):
    """Seconds between an answer and the next event that is asked for: what a flush costs an invocation."""
    answered = None
    for what, _, when in list(api.journal):
        if what in ("response", "error"):
            answered = when
        elif answered is not None:
            yield when - answered
            answered = None


def test_an_endpoint_that_never_answers_costs_one_invocation_its_200_milliseconds(start_function):
    endpoint = SilentEndpoint()
    function = start_function(endpoint=endpoint.url)
    for _ in range(20):
        function.api.invoke({})
    function.api.wait_for_next()
    first, *others = gaps(function.api)
    assert endpoint.arrived.is_set()
    assert len(others) == 19
    # Once the whole flush; afterwards not even one more of it, all nineteen together.
    assert 0.15 < first < 1.0
    assert sum(others) < 0.2 * 19 / 4


def test_the_caller_does_not_wait_for_the_flush(start_function):
    endpoint = SilentEndpoint()
    function = start_function(endpoint=endpoint.url)
    invocation = function.api.send({})
    function.api.outcome(invocation)
    # Answered, and only then sent: the flush is still under way.
    assert endpoint.arrived.wait(RUN_DEADLINE)
    function.api.wait_for_next()
    assert [what for what, _, _ in function.api.journal] == ["next", "response", "next"]
