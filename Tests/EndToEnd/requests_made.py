"""Small export requests, made by hand."""

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest, ExportTraceServiceResponse


def trace_request(*numbers, request_id=None, name="span"):
    """One span for each number: its span id, in a trace of its own."""
    request = ExportTraceServiceRequest()
    group = request.resource_spans.add()
    service = group.resource.attributes.add(key="service.name")
    service.value.string_value = "by-hand"
    scope = group.scope_spans.add()
    for number in numbers:
        span = scope.spans.add(
            trace_id=(number << 64 | 0xABCDEF).to_bytes(16), span_id=number.to_bytes(8), name=name,
            start_time_unix_nano=1_795_509_381_000_000_000, end_time_unix_nano=1_795_509_381_100_000_000,
        )  # fmt: skip
        if request_id:
            span.attributes.add(key="request.id").value.string_value = request_id
    return request


def trace_response():
    return ExportTraceServiceResponse
