#!/usr/bin/env python3
"""Measures `traceview gate` over a day of a whole platform: wall and CPU seconds, peak memory.

  gate.py --collector .build/release/collector --traceview .build/release/traceview [--spans 5000000] [--functions 200] [--keep FOLDER]
  gate.py --traceview .build/release/traceview --data-dir FOLDER        # again, over what --keep has kept

Fills a new folder through a running collector: requests of ten spans and four log lines over four functions each, spread evenly
over the last 24 hours, one in a hundred of them failing, and every function's metrics once a minute. Then lets the gate judge it.
Needs opentelemetry-proto: run it with the interpreter that scripts/python-environment prints.
"""
import argparse, http.client, json, os, random, re, resource, shutil, subprocess, sys, tempfile, threading, time

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

SERVER, CLIENT, INTERNAL = 2, 3, 1
MS = 1_000_000
DAY = 86_400_000 * MS
TRACE_ID = bytes.fromhex("aa" * 16)
REQUEST_ID = "req-" + "#" * 26
VERSION = "1.4.0"


def attributes(target, values):
    for key, value in values.items():
        entry = target.attributes.add(key=key).value
        if isinstance(value, bool):
            entry.bool_value = value
        elif isinstance(value, int):
            entry.int_value = value
        else:
            entry.string_value = value


def describe(resource, name):
    attributes(resource, {
        "service.name": name, "service.version": VERSION, "service.instance.id": f"{name}-1", "deployment.environment.name": "production",
        "cloud.provider": "aws", "cloud.platform": "aws_lambda", "cloud.region": "eu-west-1", "faas.name": name,
        "cloud.resource_id": f"arn:aws:lambda:eu-west-1:123456789012:function:{name}", "faas.max_memory": 512 << 20,
        "telemetry.sdk.name": "opentelemetry", "telemetry.sdk.language": "swift",
    })  # fmt: skip


def marker(kind, number):
    """Eight bytes that stand nowhere else in a body, to be replaced."""
    return bytes([0xEE, kind, number]) + b"\x5a\xa5\x5a\xa5\x5a"


class Template:
    """One request's spans and lines as bytes with holes: ids, times, the request's id."""

    def __init__(self, functions, fails):
        traces, logs = ExportTraceServiceRequest(), ExportLogsServiceRequest()
        self.times = []
        entry, *callees = functions
        parent = 0
        number = 0
        clock = 0

        def span(resource, kind, name, parent, start, length, values, failed=False):
            nonlocal number
            number += 1
            record = resource.scope_spans[0].spans.add(
                trace_id=TRACE_ID, span_id=marker(1, number), parent_span_id=marker(1, parent) if parent else b"", kind=kind, name=name,
                start_time_unix_nano=int.from_bytes(marker(2, len(self.times)), "little"),
                end_time_unix_nano=int.from_bytes(marker(2, len(self.times) + 1), "little"))  # fmt: skip
            self.times += [start * MS, (start + length) * MS]
            attributes(record, {"request.id": REQUEST_ID, **values})
            if failed:
                record.status.code = 2
                event = record.events.add(name="exception", time_unix_nano=record.start_time_unix_nano)
                attributes(event, {"exception.type": "UpstreamFailed", "exception.message": "the model did not answer in time"})
            return number

        def group(name):
            resource = traces.resource_spans.add()
            describe(resource.resource, name)
            resource.scope_spans.add().scope.name = "telemetry"
            return resource

        def line(name, span, text):
            resource = logs.resource_logs.add()
            describe(resource.resource, name)
            scope = resource.scope_logs.add()
            scope.scope.name = name
            record = scope.log_records.add(
                time_unix_nano=int.from_bytes(marker(2, len(self.times)), "little"), trace_id=TRACE_ID, span_id=marker(1, span),
                severity_number=17 if fails else 9, severity_text="ERROR" if fails else "INFO")  # fmt: skip
            self.times.append(5 * MS)
            record.body.string_value = text
            attributes(record, {"request.id": REQUEST_ID, "lesson": 7, "attempt": 1})

        def invocation(values):
            return {"faas.coldstart": False, "faas.trigger": "http", "faas.invocation_id": REQUEST_ID + "-" + str(number), **values}

        group_of_entry = group(entry)
        route = "/lessons/{lesson}/hints"
        parent = span(group_of_entry, SERVER, f"POST {route}", 0, 0, 120, invocation({
            "http.request.method": "POST", "http.route": route, "url.path": "/lessons/7/hints", "http.response.status_code": 502 if fails else 200,
            "client.address": "198.51.100.7", "user_agent.original": "Mozilla/5.0 (X11; Linux x86_64)"}), fails)  # fmt: skip
        line(entry, parent, "the request was taken in and will be worked on")
        for turn, name in enumerate(callees):
            clock = 5 + turn * 35
            call = span(group_of_entry, CLIENT, "POST", parent, clock, 30, {
                "http.request.method": "POST", "server.address": f"{name}.internal", "url.full": f"https://{name}.internal/work", "faas.invoked_name": name})
            callee = group(name)
            answer = span(callee, SERVER, "work", call, clock + 1, 28, invocation({"http.route": "/work"}), fails and turn == 2)
            span(callee, CLIENT, "query lessons", answer, clock + 3, 12, {
                "db.system.name": "postgresql", "db.namespace": "platform", "db.query.text": "SELECT body FROM lessons WHERE id = $1 AND version = $2"})
            line(name, answer, "a step of the work is done, the next one may begin")
        self.spans, self.lines = number, len(logs.resource_logs)
        self.holes = {}
        self.bodies = {}
        for signal, message in (("traces", traces), ("logs", logs)):
            body = message.SerializeToString()
            holes = []
            for match in re.finditer(b"\xee([\x01\x02])(.)\x5a\xa5\x5a\xa5\x5a", body, re.DOTALL):
                holes.append((match.start(), match[1][0], match[2][0]))
            ids = [match.start() for match in re.finditer(re.escape(TRACE_ID), body)]
            requests = [match.start() for match in re.finditer(re.escape(REQUEST_ID.encode()), body)]
            self.bodies[signal] = body
            self.holes[signal] = (holes, ids, requests)

    def fill(self, signal, trace, start):
        body = bytearray(self.bodies[signal])
        holes, ids, requests = self.holes[signal]
        for place in ids:
            body[place : place + 16] = trace
        request = b"req-" + trace.hex()[:26].encode()
        for place in requests:
            body[place : place + 30] = request
        for place, kind, number in holes:
            if kind == 1:
                body[place : place + 8] = trace[:7] + bytes([number])
            else:
                body[place : place + 8] = (start + self.times[number]).to_bytes(8, "little")
        return body


def metrics(names, at, minute):
    request = ExportMetricsServiceRequest()
    for name in names:
        group = request.resource_metrics.add()
        describe(group.resource, name)
        found = group.scope_metrics.add().metrics
        for metric, unit, value in (("faas.invocations", "{invocation}", minute * 10), ("faas.errors", "{error}", minute // 10)):
            counter = found.add(name=metric, unit=unit).sum
            counter.aggregation_temporality, counter.is_monotonic = 2, True
            attributes(counter.data_points.add(time_unix_nano=at, start_time_unix_nano=at - 60_000 * MS, as_int=value), {"faas.trigger": "http"})
        for metric, unit, bounds, most in (("faas.invoke_duration", "s", [0.05, 0.1, 0.5, 1], 0.12), ("faas.mem_usage", "By", [64 << 20, 256 << 20], 300 << 20)):
            histogram = found.add(name=metric, unit=unit).histogram
            histogram.aggregation_temporality = 2
            point = histogram.data_points.add(time_unix_nano=at, start_time_unix_nano=at - 60_000 * MS, count=10, sum=most * 8, max=most, min=most / 2)
            point.explicit_bounds.extend(bounds)
            point.bucket_counts.extend([0] * (len(bounds) - 1) + [10, 0])
            attributes(point, {"faas.trigger": "http"})
    return request.SerializeToString()


def fill(options, folder):
    """Sends a day of a platform to a collector, in order of time as it would have come in."""
    names = [f"function-{number:03}" for number in range(options.functions)]
    rng = random.Random(7)
    groups = [[names[(turn + step * 37) % len(names)] for step in range(4)] for turn in range(len(names))]
    templates = [(Template(group, False), Template(group, True)) for group in groups]
    collector = subprocess.Popen(
        [options.collector, "serve", "--data-dir", folder, "--otlp-http", "127.0.0.1:0", "--otlp-grpc", "127.0.0.1:0", "--query", "127.0.0.1:0"],
        stderr=subprocess.PIPE, text=True)  # fmt: skip
    try:
        host, port = re.search(r"otlp-http=([^:]+):(\d+)", collector.stderr.readline()).groups()
        threading.Thread(target=collector.stderr.read, daemon=True).start()
        connection = http.client.HTTPConnection(host, int(port))

        def post(signal, body):
            for _ in range(200):
                connection.request("POST", f"/v1/{signal}", bytes(body), {"content-type": "application/x-protobuf"})
                answer = connection.getresponse()
                answer.read()
                if answer.status == 200:
                    return
                time.sleep(0.2)
            sys.exit(f"the collector answers {answer.status}")

        requests = options.spans // templates[0][0].spans
        now = time.time_ns() - 10_000 * MS
        first = now - DAY + 60_000 * MS
        minute = 0
        for begin in range(0, requests, 100):
            bodies = {"traces": bytearray(), "logs": bytearray()}
            for number in range(begin, min(begin + 100, requests)):
                template = templates[number % len(templates)][rng.random() < 0.01]
                trace = rng.randbytes(16)
                start = first + (now - first) * number // requests
                for signal, body in bodies.items():
                    body += template.fill(signal, trace, start)
            for signal, body in bodies.items():
                post(signal, body)
            while first + minute * 60_000 * MS <= start:
                post("metrics", metrics(names, first + minute * 60_000 * MS, minute))
                minute += 1
            if begin % 50_000 == 0:
                print(f"{begin * templates[0][0].spans} spans sent", file=sys.stderr, flush=True)
    finally:
        collector.terminate()
        collector.wait(600)


def manifest(folder, functions):
    path = os.path.join(folder, "functions.yaml")
    with open(path, "w") as file:
        file.write(f"provider: aws\nversion: {VERSION}\nbudget:\n  monthly: 100000 USD\n  notifications:\n")
        for percent in (50, 75, 90):
            file.write(f"    - {{at: {percent} %, to: owner@example.org}}\n")
        file.write("    - {at: 100 %, of: forecast, to: owner@example.org}\nfunctions:\n")
        for number in range(functions):
            file.write(
                f"  function-{number:03}:\n    memory: 512 MB\n    timeout: 2 s\n    provisioned-concurrency: 1\n    reserved-concurrency: 10\n"
                "    log-retention: 30 days\n    environment: {OTEL_EXPORTER_OTLP_ENDPOINT: \"http://collector:4318\"}\n    triggers: [{http: POST /work}]\n")  # fmt: skip
    config = os.path.join(folder, "gate.yaml")
    with open(config, "w") as file:
        file.write("environment: production\ntraffic: {default: 1 million}\n")
    return path, config


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--traceview", required=True)
parser.add_argument("--collector")
parser.add_argument("--spans", type=int, default=5_000_000)
parser.add_argument("--functions", type=int, default=200)
parser.add_argument("--data-dir", help="a folder that an earlier run has kept")
parser.add_argument("--keep", help="move the folder here in the end")
parser.add_argument("--runs", type=int, default=3)
options = parser.parse_args()
if not options.data_dir and not options.collector:
    parser.error("--collector is missing: who is to fill the folder?")
folder = options.data_dir or tempfile.mkdtemp(prefix="gate-")
if not options.data_dir:
    fill(options, folder)
files = tempfile.mkdtemp(prefix="gate-files-")
path, config = manifest(files, options.functions)
size = sum(os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder))
print(f"{options.functions} functions, folder of {size / 1e6:.0f} MB")
for _ in range(options.runs):
    report = os.path.join(files, "report.json")
    began = time.monotonic()
    process = subprocess.Popen(
        [options.traceview, "gate", "--manifest", path, "--config", config, "--data-dir", folder, "--deployment", VERSION, "--since", "25h",
         "--format", "json", "--output", report])  # fmt: skip
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - began
    judged = json.load(open(report))
    print(f"{wall:6.2f} s wall, {usage.ru_utime + usage.ru_stime:6.2f} s CPU, {usage.ru_maxrss / 1024:4.0f} MiB peak, exit code "
          f"{os.waitstatus_to_exitcode(status)}, {len(judged['findings'])} findings", flush=True)  # fmt: skip
shutil.rmtree(files)
if options.keep:
    shutil.move(folder, options.keep)
elif not options.data_dir:
    shutil.rmtree(folder)
