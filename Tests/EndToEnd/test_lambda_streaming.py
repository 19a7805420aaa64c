"""A custom runtime that answers piece by piece: the real program against a stand-in for the platform."""

import base64
import json

from test_lambda import spans, start_function  # noqa: F401 (a fixture)


def streamed(function, order):
    kind, body, headers = function.api.outcome(function.api.send(b'{"do":"%s"}' % order.encode()))
    function.api.wait_for_next()
    return kind, body, headers


def test_an_answer_leaves_piece_by_piece(start_function, collector):
    function = start_function(STREAMS="1")
    kind, body, headers = streamed(function, "stream")
    assert (kind, body) == ("response", b"piece by piece")
    assert function.api.chunks == [b"piece ", b"by ", b"piece"]
    assert headers["Lambda-Runtime-Function-Response-Mode"] == "streaming"
    assert headers["Content-Type"] == "application/octet-stream"
    assert "Lambda-Runtime-Function-Error-Body" not in headers
    # The next event comes over a new connection, and is answered as well.
    assert streamed(function, "stream")[1] == b"piece by piece"
    assert [span.get("status", {}).get("code", 0) for span in spans(collector)] == [0, 0]


def test_status_and_fields_stand_before_the_pieces(start_function, collector):
    function = start_function(STREAMS="1")
    kind, body, headers = streamed(function, "status")
    assert headers["Content-Type"] == "application/vnd.awslambda.http-integration-response"
    prelude, _, rest = body.partition(b"\0" * 8)
    assert json.loads(prelude) == {"statusCode": 503, "headers": {"content-type": "text/plain"}, "cookies": ["a=b"]}
    assert (kind, rest) == ("response", b"piece by piece")
    (span,) = spans(collector)
    assert span["attributes"]["http.response.status_code"] == 503 and span["status"]["code"] == 2


def test_an_error_before_the_first_piece_is_the_answer(start_function, collector):
    function = start_function(STREAMS="1")
    kind, body, headers = streamed(function, "throw")
    assert kind == "error" and json.loads(body)["errorMessage"] == 'no "hint" today'
    (span,) = spans(collector)
    assert span["status"]["code"] == 2


def test_an_error_in_the_middle_stands_behind_the_answer(start_function, collector):
    function = start_function(STREAMS="1")
    kind, body, headers = streamed(function, "throw late")
    assert (kind, body) == ("response", b"piece by piece")
    assert headers["Lambda-Runtime-Function-Error-Type"].endswith("Refusal")
    assert json.loads(base64.b64decode(headers["Lambda-Runtime-Function-Error-Body"]))["errorMessage"] == 'no "hint" today'
    (span,) = spans(collector)
    assert span["status"]["code"] == 2
    # And the function goes on.
    assert streamed(function, "stream")[1] == b"piece by piece"
