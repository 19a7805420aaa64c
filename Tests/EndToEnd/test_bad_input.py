"""Whatever arrives: a clear answer, no neighbour lost, no collector lost."""

import gzip
import json

import grpc
import pytest
import zstandard
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import TraceServiceStub
from telemetry_data import export, spans
from wire import JSON, PROTOBUF, ANSWER_DEADLINE, connect, post, send
from requests_made import trace_request
from google.rpc.status_pb2 import Status

LIMIT = 64 << 20


def rejected(answer):
    assert answer.status == 200, answer
    return answer.parsed(ExportTraceServiceResponse).partial_success


def names(collector):
    return {span.name for span in spans(export(collector.data_dir, "traces"))}


def test_truncated_at_every_byte(shared_collector):
    body = trace_request(1, 2, request_id="req-x").SerializeToString()
    connection = connect(shared_collector.otlp_http)
    refused = 0
    for end in range(len(body)):
        connection.request("POST", "/v1/traces", body[:end], {"Content-Type": PROTOBUF})
        response = connection.getresponse()
        content = response.read()
        assert response.status in (200, 400), f"{response.status} for the first {end} bytes"
        if response.status == 400:
            refused += 1
            assert Status.FromString(content).message
    assert refused > len(body) / 2
    connection.close()


def test_every_bit_flipped_is_answered(shared_collector):
    body = trace_request(3).SerializeToString()
    connection = connect(shared_collector.otlp_http)
    for bit in range(len(body) * 8):
        flipped = bytearray(body)
        flipped[bit // 8] ^= 1 << bit % 8
        connection.request("POST", "/v1/traces", bytes(flipped), {"Content-Type": PROTOBUF})
        response = connection.getresponse()
        response.read()
        assert response.status in (200, 400)
    connection.close()


def field(number, wire_type, payload):
    length = b""
    if wire_type == 2:
        size = len(payload)
        while size >= 0x80:
            length += bytes([size & 0x7F | 0x80])
            size >>= 7
        length += bytes([size])
    return bytes([number << 3 | wire_type]) + length + payload


def nested_value(depth):
    value = field(1, 2, b"deep")
    for _ in range(depth):
        value = field(5, 2, field(1, 2, value))
    return value


def span_bytes(number, name=b"span", *more):
    return field(1, 2, (number << 64 | 0xABCDEF).to_bytes(16)) + field(2, 2, number.to_bytes(8)) + field(5, 2, name) + b"".join(more)


def request_of(*span_messages):
    return field(1, 2, field(2, 2, b"".join(field(2, 2, message) for message in span_messages)))


BAD_SPANS = {
    "nested 1,000 deep": span_bytes(11, b"bad", field(9, 2, field(1, 2, b"k") + field(2, 2, nested_value(1_000)))),
    "trace id of 15 bytes": field(1, 2, b"\1" * 15) + field(2, 2, b"\1" * 8) + field(5, 2, b"bad"),
    "no trace id": field(2, 2, b"\1" * 8) + field(5, 2, b"bad"),
    "zero trace id": field(1, 2, b"\0" * 16) + field(2, 2, b"\1" * 8) + field(5, 2, b"bad"),
    "span id of 9 bytes": field(1, 2, b"\1" * 16) + field(2, 2, b"\1" * 9) + field(5, 2, b"bad"),
    "zero span id": field(1, 2, b"\1" * 16) + field(2, 2, b"\0" * 8) + field(5, 2, b"bad"),
    "name that is not UTF-8": span_bytes(12, b"bad\xff\xfe"),
}


@pytest.mark.parametrize("name", BAD_SPANS)
def test_a_span_that_cannot_be_taken_leaves_its_neighbours(collector, name):
    answer = post(collector, "traces", request_of(span_bytes(1, b"before"), BAD_SPANS[name], span_bytes(2, b"after")))
    partial = rejected(answer)
    assert partial.rejected_spans == 1
    assert partial.error_message
    assert names(collector) == {"before", "after"}


MALFORMED = {
    "length beyond the body": b"\x0a\x7f\x01",
    "wrong wire type": b"\x08\x01",
    "group": b"\x0b\x0c",
    "varint of eleven bytes": b"\x0a" + b"\xff" * 10 + b"\x01",
    "field number zero": b"\x02\x01a",
    "not protobuf": b"hello, collector",
}


@pytest.mark.parametrize("name", MALFORMED)
@pytest.mark.parametrize("signal", ["traces", "logs", "metrics"])
def test_a_malformed_body_is_400_and_says_where(shared_collector, signal, name):
    answer = post(shared_collector, signal, MALFORMED[name])
    assert answer.status == 400
    assert "byte" in answer.error() or "offset" in answer.error()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"resourceSpans":1}', b'{"resourceSpans":[{]}', b"\xff\xfe", b"nul\x00", b'{"a":' * 100_000])
def test_malformed_json_is_400_in_json(shared_collector, body):
    answer = post(shared_collector, "traces", body, JSON)
    assert answer.status == 400
    assert answer.content_type == JSON
    assert json.loads(answer.body)["message"]


BOMBS = {
    "gzip": gzip.compress(bytes(LIMIT + 1), 9),
    "zstd": zstandard.ZstdCompressor().compress(bytes(LIMIT + 1)),
    "gzip of many members": gzip.compress(bytes(16 << 20), 9) * 5,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_413_without_its_memory(shared_collector, name):
    answer = post(shared_collector, "traces", BOMBS[name], encoding=name.split()[0])
    assert answer.status == 413
    assert answer.error()
    assert shared_collector.peak_memory_bytes() < 400 << 20


@pytest.mark.parametrize("encoding", ["gzip", "zstd", "deflate"])
@pytest.mark.parametrize("body", [b"not compressed", b""])
def test_what_is_not_compressed_as_said_is_400(shared_collector, encoding, body):
    answer = post(shared_collector, "traces", body, encoding=encoding)
    assert answer.status == (400 if body else 200) or answer.status == 400


def test_a_body_over_the_limit_is_413_before_it_is_sent(shared_collector):
    connection = connect(shared_collector.otlp_http)
    connection.putrequest("POST", "/v1/traces")
    connection.putheader("Content-Type", PROTOBUF)
    connection.putheader("Content-Length", str(LIMIT + 1))
    connection.endheaders()
    response = connection.getresponse()
    assert response.status == 413
    assert Status.FromString(response.read()).message
    connection.close()


def test_a_chunked_body_over_the_limit_is_413(shared_collector):
    connection = connect(shared_collector.otlp_http)
    try:
        connection.request("POST", "/v1/traces", iter([bytes(1 << 20)] * 80), {"Content-Type": PROTOBUF}, encode_chunked=True)
    except (BrokenPipeError, ConnectionResetError):
        pass  # It need not listen to the end.
    else:
        assert connection.getresponse().status == 413
    connection.close()


@pytest.mark.parametrize(
    "method,path,headers,status",
    [
        ("POST", "/v1/traces", {"Content-Type": "text/plain"}, 415),
        ("POST", "/v1/traces", {}, 415),
        ("POST", "/v1/traces", {"Content-Type": PROTOBUF, "Content-Encoding": "br"}, 415),
        ("GET", "/v1/traces", {"Content-Type": PROTOBUF}, 405),
        ("POST", "/v1/nothing", {"Content-Type": PROTOBUF}, 404),
        ("POST", "/", {"Content-Type": PROTOBUF}, 404),
    ],
)
def test_the_wrong_door(shared_collector, method, path, headers, status):
    answer = send(shared_collector.otlp_http, method, path, b"", headers)
    assert answer.status == status
    assert answer.error()


def test_what_is_not_http_does_not_end_it(shared_collector):
    import socket

    for garbage in (b"\x16\x03\x01\x02\x00", b"GET / HTTP/9.9\r\n\r\n", b"POST /v1/traces HTTP/1.1\r\nContent-Length: x\r\n\r\n", bytes(range(256)) * 100):
        for address in shared_collector.addresses.values():
            host, port = address.split(":")
            with socket.create_connection((host, int(port)), timeout=ANSWER_DEADLINE) as connection:
                # It may hang up at any byte of it.
                try:
                    connection.sendall(garbage)
                    connection.shutdown(socket.SHUT_WR)
                    while connection.recv(65536):
                        pass
                except OSError as error:
                    assert not isinstance(error, TimeoutError), "it neither answers nor hangs up"
    assert shared_collector.is_running
    assert post(shared_collector, "traces", trace_request(99).SerializeToString()).status == 200


def test_grpc_says_what_is_wrong(shared_collector):
    with grpc.insecure_channel(shared_collector.otlp_grpc) as channel:
        export_traces = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"

        def call(method, body):
            return channel.unary_unary(method, lambda raw: raw, lambda raw: raw)(body, timeout=ANSWER_DEADLINE)

        assert call(export_traces, b"") == b""
        with pytest.raises(grpc.RpcError) as malformed:
            call(export_traces, b"\x0a\x7f\x01")
        assert malformed.value.code() == grpc.StatusCode.INVALID_ARGUMENT
        assert malformed.value.details()
        with pytest.raises(grpc.RpcError) as unknown:
            call("/no.such.Service/Method", b"")
        assert unknown.value.code() == grpc.StatusCode.UNIMPLEMENTED
        partial = ExportTraceServiceResponse.FromString(call(export_traces, request_of(span_bytes(5, b"kept"), BAD_SPANS["no trace id"])))
        assert partial.partial_success.rejected_spans == 1
        stub = TraceServiceStub(channel)
        assert stub.Export(trace_request(6), timeout=ANSWER_DEADLINE) == ExportTraceServiceResponse()
