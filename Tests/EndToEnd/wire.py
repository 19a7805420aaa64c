"""OTLP/HTTP by hand: any body, any header, and the answer as it came."""

import gzip
import http.client
import zlib
from dataclasses import dataclass

import zstandard
from google.protobuf import json_format
from google.rpc.status_pb2 import Status

from telemetry_data import to_otlp_json

PROTOBUF = "application/x-protobuf"
JSON = "application/json"
ENCODINGS = {
    "identity": lambda body: body,
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "zstd": lambda body: zstandard.ZstdCompressor().compress(body),
}
FORMATS = {
    PROTOBUF: lambda request: request.SerializeToString(),
    JSON: to_otlp_json,
}
ANSWER_DEADLINE = 60


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def content_type(self):
        return self.headers.get_content_type()

    def parsed(self, message):
        """The body in the format that its content type names."""
        if self.content_type == JSON:
            return json_format.Parse(self.body, message()) if self.body else message()
        assert self.content_type == PROTOBUF, self
        return message.FromString(self.body)

    def error(self):
        """What an answer that refuses says. It must be a google.rpc.Status with words in it."""
        status = self.parsed(Status)
        assert status.message, self
        return status.message


def connect(address):
    return http.client.HTTPConnection(address, timeout=ANSWER_DEADLINE)


def send(address, method, path, body=b"", headers=None):
    connection = connect(address)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


def post(collector, signal, body, content_type=PROTOBUF, encoding=None, **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    if content_type:
        headers["Content-Type"] = content_type
    if encoding:
        headers["Content-Encoding"] = encoding
    return send(collector.otlp_http, "POST", f"/v1/{signal}", body, headers)


