"""OTLP as records: what was sent and what `collector export` prints, in a form in which they can be compared."""

import base64
import json
from collections import Counter

from google.protobuf import json_format
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from programs import collector

REQUESTS = {
    "traces": ExportTraceServiceRequest,
    "logs": ExportLogsServiceRequest,
    "metrics": ExportMetricsServiceRequest,
}
SIGNALS = list(REQUESTS)

# What the three requests call their parts: resource groups, scope groups, records.
SHAPES = {
    "traces": ("resource_spans", "scope_spans", "spans"),
    "logs": ("resource_logs", "scope_logs", "log_records"),
    "metrics": ("resource_metrics", "scope_metrics", "metrics"),
}

# OTLP/JSON writes these bytes in hexadecimal, where protobuf's own mapping has base64.
HEX_FIELDS = {"traceId", "spanId", "parentSpanId"}


def to_otlp_json(request):
    """The request as OTLP/JSON says it."""

    def hexadecimal(name, value):
        return base64.b64decode(value).hex() if name in HEX_FIELDS else value

    tree = json_format.MessageToDict(request, use_integers_for_enums=True)
    return json.dumps(_with_ids(tree, hexadecimal), ensure_ascii=False).encode()


def from_otlp_json(text, message):
    def binary(name, value):
        return base64.b64encode(bytes.fromhex(value)).decode() if name in HEX_FIELDS else value

    tree = _with_ids(json.loads(text), binary)
    return json_format.ParseDict(tree, message(), max_recursion_depth=1000)


def _with_ids(tree, convert):
    if isinstance(tree, list):
        return [_with_ids(item, convert) for item in tree]
    if not isinstance(tree, dict):
        return tree
    return {
        name: convert(name, value) if isinstance(value, str) else _with_ids(value, convert)
        for name, value in tree.items()
    }


def export(data_dir, signal, *arguments):
    """What `collector export` prints, one request a line."""
    result = collector("export", "--data-dir", data_dir, "--signal", signal, *arguments)
    assert result.returncode == 0, result.stderr.decode()
    return [from_otlp_json(line, REQUESTS[signal]) for line in result.stdout.splitlines()]


def records(signal, requests):
    """Every record of some requests with its resource and scope: (resource, its URL, scope, its URL, record)."""
    groups, scopes, items = SHAPES[signal]
    for request in requests:
        for group in getattr(request, groups):
            for scope in getattr(group, scopes):
                for record in getattr(scope, items):
                    yield group.resource, group.schema_url, scope.scope, scope.schema_url, record


def spans(requests):
    return [record for *_, record in records("traces", requests)]


def assert_same_records(signal, sent, received):
    """Every record that was sent is there, as often as it was sent, with every field as it was; and no other is."""
    sent, received = _counted(signal, sent), _counted(signal, received)
    missing, added = sent - received, received - sent
    assert not missing and not added, _difference(signal, missing, added)
    assert sent.total() > 0, "nothing was sent, so nothing was compared"


def _counted(signal, requests):
    # A metric's points may be told apart from their metric on the way and put together again differently.
    flat = _points(requests) if signal == "metrics" else records(signal, requests)
    return Counter(
        tuple(part if isinstance(part, str) else (type(part).__name__, part.SerializeToString(deterministic=True)) for part in record)
        for record in flat
    )


def _points(requests):
    for *origin, metric in records("metrics", requests):
        kind = metric.WhichOneof("data")
        description = type(metric)()
        description.CopyFrom(metric)
        if kind is None or not getattr(metric, kind).data_points:
            yield (*origin, description)
            continue
        getattr(description, kind).ClearField("data_points")
        for point in getattr(metric, kind).data_points:
            yield (*origin, description, point)


def _difference(signal, missing, added):
    lines = [f"{missing.total()} {signal} records were sent and are not there, {added.total()} are there and were not sent"]
    for title, items in (("sent", missing), ("received", added)):
        for item in list(items)[:2]:
            lines.append(f"--- {title}")
            lines += [part if isinstance(part, str) else f"{part[0]} {part[1][:600]!r}" for part in item]
    return "\n".join(lines)
