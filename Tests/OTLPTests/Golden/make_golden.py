#!/usr/bin/env python3
"""Writes the golden files beside this script: one request for each signal with every field set, in both wire forms.

They are made by another implementation than ours, so that the tests do not only compare us with ourselves:

    pip install opentelemetry-proto==1.45.2 protobuf==7.36.2
    python3 make_golden.py

The values stand once more, in Swift, in GoldenTelemetry.swift. OTLP/JSON differs from protobuf's JSON in its ids, which
are hexadecimal; the rest is what `json_format` writes.
"""

import base64
import json
import pathlib

from google.protobuf import json_format
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import (
    AnyValue, ArrayValue, EntityRef, InstrumentationScope, KeyValue, KeyValueList)
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord, ResourceLogs, ScopeLogs
from opentelemetry.proto.metrics.v1.metrics_pb2 import (
    Exemplar, ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram, HistogramDataPoint, Metric,
    NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum, Summary, SummaryDataPoint)
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, Status

TRACE_ID = bytes.fromhex("0123456789abcdeffedcba9876543210")
SPAN_ID = bytes.fromhex("00f067aa0ba902b7")
PARENT_SPAN_ID = bytes.fromhex("ffffffffffffffff")
START = 1_700_000_000_123_456_789
END = 1_700_000_001_987_654_321
UINT64_MAX = 2**64 - 1
UINT32_MAX = 2**32 - 1


def attribute(key, **value):
    return KeyValue(key=key, value=AnyValue(**value))


def attributes():
    """Every kind of value, at its default too, and a key without value."""
    return [
        attribute("string", string_value="täglich 👩🏽‍🚀\n\"\\\x00"),
        attribute("string", string_value=""),
        attribute("bool", bool_value=True),
        attribute("bool", bool_value=False),
        attribute("int", int_value=-(2**63)),
        attribute("int", int_value=2**63 - 1),
        attribute("int", int_value=0),
        attribute("double", double_value=637.704),
        attribute("double", double_value=-0.0),
        attribute("double", double_value=float("nan")),
        attribute("double", double_value=float("inf")),
        attribute("double", double_value=float("-inf")),
        attribute("double", double_value=5e-324),
        attribute("bytes", bytes_value=bytes([0, 1, 254, 255])),
        attribute("bytes", bytes_value=b""),
        attribute("array", array_value=ArrayValue(values=[
            AnyValue(int_value=1), AnyValue(), AnyValue(array_value=ArrayValue(values=[AnyValue(bool_value=True)]))])),
        attribute("array", array_value=ArrayValue()),
        attribute("map", kvlist_value=KeyValueList(values=[
            attribute("inner", kvlist_value=KeyValueList()), attribute("inner", string_value="again")])),
        attribute("empty"),
        KeyValue(key="absent"),
        attribute("", string_value="no key"),
    ]


def resource():
    return Resource(
        attributes=[attribute("service.name", string_value="tutor")], dropped_attributes_count=UINT32_MAX,
        entity_refs=[EntityRef(
            schema_url="https://example.org/entity", type="service", id_keys=["service.name", ""],
            description_keys=["service.version"])])


def scope():
    return InstrumentationScope(
        name="library", version="1.2.3", attributes=[attribute("scope", bool_value=True)], dropped_attributes_count=1)


def traces():
    full = Span(
        trace_id=TRACE_ID, span_id=SPAN_ID, trace_state="vendor=a,other=b", parent_span_id=PARENT_SPAN_ID, flags=0x301,
        name="GET /courses/{id}", kind=Span.SPAN_KIND_SERVER, start_time_unix_nano=START, end_time_unix_nano=END,
        attributes=attributes(), dropped_attributes_count=2,
        events=[
            Span.Event(
                time_unix_nano=START, name="exception",
                attributes=[attribute("exception.type", string_value="Timeout")], dropped_attributes_count=3),
            Span.Event()],
        dropped_events_count=4,
        links=[
            Span.Link(
                trace_id=TRACE_ID, span_id=PARENT_SPAN_ID, trace_state="vendor=c",
                attributes=[attribute("messaging.queue", string_value="progress")], dropped_attributes_count=5,
                flags=0x100),
            Span.Link()],
        dropped_links_count=6, status=Status(message="deadline exceeded", code=Status.STATUS_CODE_ERROR))
    extreme = Span(
        trace_id=TRACE_ID, span_id=SPAN_ID, flags=UINT32_MAX, kind=99, start_time_unix_nano=UINT64_MAX,
        end_time_unix_nano=0, status=Status())
    bare = Span(trace_id=TRACE_ID, span_id=PARENT_SPAN_ID)
    return ExportTraceServiceRequest(resource_spans=[
        ResourceSpans(
            resource=resource(),
            scope_spans=[
                ScopeSpans(scope=scope(), spans=[full, extreme], schema_url="https://example.org/scope"),
                ScopeSpans(scope=InstrumentationScope(), spans=[bare]),
                ScopeSpans()],
            schema_url="https://example.org/resource"),
        ResourceSpans(resource=Resource()),
        ResourceSpans()])


def logs():
    full = LogRecord(
        time_unix_nano=START, observed_time_unix_nano=END, severity_number=17, severity_text="ERROR",
        body=AnyValue(string_value="no answer from the model"), attributes=attributes(), dropped_attributes_count=1,
        flags=1, trace_id=TRACE_ID, span_id=SPAN_ID, event_name="model.timeout")
    return ExportLogsServiceRequest(resource_logs=[
        ResourceLogs(
            resource=resource(),
            scope_logs=[ScopeLogs(
                scope=scope(),
                log_records=[
                    full,
                    LogRecord(body=AnyValue()),
                    LogRecord(body=AnyValue(kvlist_value=KeyValueList(values=[attribute("a", int_value=1)]))),
                    LogRecord(severity_number=-1, time_unix_nano=UINT64_MAX, flags=UINT32_MAX),
                    LogRecord()],
                schema_url="https://example.org/scope")],
            schema_url="https://example.org/resource")])


def exemplars():
    return [
        Exemplar(
            filtered_attributes=[attribute("user", string_value="x")], time_unix_nano=END, as_double=0.0,
            span_id=SPAN_ID, trace_id=TRACE_ID),
        Exemplar(as_int=-1),
        Exemplar()]


def metrics():
    point = dict(
        attributes=[attribute("route", string_value="/")], start_time_unix_nano=START, time_unix_nano=END,
        flags=1)
    buckets = ExponentialHistogramDataPoint.Buckets
    return ExportMetricsServiceRequest(resource_metrics=[
        ResourceMetrics(
            resource=resource(),
            scope_metrics=[ScopeMetrics(
                scope=scope(),
                metrics=[
                    Metric(
                        name="memory", description="what is used", unit="By",
                        gauge=Gauge(data_points=[
                            NumberDataPoint(as_int=-(2**63), exemplars=exemplars(), **point),
                            NumberDataPoint(as_double=-0.0), NumberDataPoint(as_int=0), NumberDataPoint()]),
                        metadata=[attribute("origin", string_value="platform")]),
                    Metric(
                        name="requests", unit="{request}",
                        sum=Sum(
                            data_points=[NumberDataPoint(as_double=1e300, **point)], aggregation_temporality=2,
                            is_monotonic=True)),
                    Metric(
                        name="duration", unit="s",
                        histogram=Histogram(
                            data_points=[
                                HistogramDataPoint(
                                    count=UINT64_MAX, sum=-1.5, bucket_counts=[0, 1, UINT64_MAX],
                                    explicit_bounds=[0.005, float("inf")], exemplars=exemplars(), min=0.0, max=2.0,
                                    **point),
                                HistogramDataPoint()],
                            aggregation_temporality=1)),
                    Metric(
                        name="size", unit="By",
                        exponential_histogram=ExponentialHistogram(
                            data_points=[
                                ExponentialHistogramDataPoint(
                                    count=9, sum=0.0, scale=-10, zero_count=2,
                                    positive=buckets(offset=2**31 - 1, bucket_counts=[0, 300, UINT64_MAX]),
                                    negative=buckets(offset=-(2**31)), exemplars=exemplars(), min=-7.25, max=7.25,
                                    zero_threshold=1e-9, **point),
                                ExponentialHistogramDataPoint(positive=buckets())],
                            aggregation_temporality=77)),
                    Metric(
                        name="quantiles",
                        summary=Summary(data_points=[
                            SummaryDataPoint(
                                count=3, sum=4.5,
                                quantile_values=[
                                    SummaryDataPoint.ValueAtQuantile(quantile=0.99, value=1.25),
                                    SummaryDataPoint.ValueAtQuantile()],
                                **point)])),
                    Metric(name="empty sum", sum=Sum()),
                    Metric(name="no data")],
                schema_url="https://example.org/scope")],
            schema_url="https://example.org/resource")])


def with_hexadecimal_ids(value):
    if isinstance(value, list):
        return [with_hexadecimal_ids(element) for element in value]
    if not isinstance(value, dict):
        return value
    return {
        key: base64.b64decode(member).hex() if key in ("traceId", "spanId", "parentSpanId")
        else with_hexadecimal_ids(member)
        for key, member in value.items()}


def main():
    folder = pathlib.Path(__file__).parent
    for name, request in [("traces", traces()), ("logs", logs()), ("metrics", metrics())]:
        (folder / f"{name}.bin").write_bytes(request.SerializeToString(deterministic=True))
        members = json_format.MessageToDict(request, use_integers_for_enums=True)
        text = json.dumps(with_hexadecimal_ids(members), indent=1, ensure_ascii=True)
        (folder / f"{name}.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
