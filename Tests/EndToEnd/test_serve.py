"""The contract of `collector serve` and `collector export`: what it prints, how it ends, what it says when it can't."""

import json
import signal
import socket
import urllib.error
import urllib.request

import pytest
from programs import collector as run_collector
from telemetry_data import SIGNALS, export, spans
from wire import ENCODINGS, FORMATS, post
from requests_made import trace_request, trace_response


def get(address, path):
    with urllib.request.urlopen(f"http://{address}{path}", timeout=60) as response:
        return response.status, response.read().decode()


def test_the_ready_line_names_three_loopback_addresses(collector):
    assert set(collector.addresses) == {"otlp-http", "otlp-grpc", "query"}
    for address in collector.addresses.values():
        host, port = address.rsplit(":", 1)
        assert host == "127.0.0.1" and int(port) > 0
    assert len([line for line in collector.stderr_lines if line.startswith("ready ")]) == 1


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_with_exit_code_0_and_nothing_acked_is_lost(start, data_dir, how):
    collector = start()
    assert post(collector, "traces", FORMATS["application/x-protobuf"](trace_request(1))).status == 200
    assert collector.stop(how) == 0, collector.stderr
    assert len(spans(export(data_dir, "traces"))) == 1


@pytest.mark.parametrize("door", ["otlp_http", "otlp_grpc", "query"])
def test_a_sender_that_never_ends_its_request_does_not_hold_up_the_stop(start, door):
    collector = start()
    host, port = getattr(collector, door).rsplit(":", 1)
    unfinished = {
        "otlp_http": b"POST /v1/traces HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
        "otlp_grpc": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(3) + b"\x04" + bytes(5),
        "query": b"GET /healthz HTTP/1.1\r\nHost: a\r\n",
    }[door]
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(unfinished)
        # What comes in on another connection is answered, so the first bytes have long been read.
        assert post(collector, "traces", trace_request(1).SerializeToString()).status == 200
        assert collector.stop() == 0, collector.stderr


def test_health_and_readiness(collector):
    assert get(collector.query, "/healthz")[0] == 200
    assert get(collector.query, "/readyz")[0] == 200


def test_an_export_reads_what_was_acked_a_moment_ago(collector):
    for number in range(1, 4):
        assert post(collector, "traces", trace_request(number).SerializeToString()).status == 200
        assert len(spans(export(collector.data_dir, "traces"))) == number


@pytest.mark.parametrize("content_type", FORMATS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_format_and_encoding_is_taken_and_answered_in_kind(collector, content_type, encoding):
    body = ENCODINGS[encoding](FORMATS[content_type](trace_request(7)))
    answer = post(collector, "traces", body, content_type, encoding)
    assert answer.status == 200
    assert answer.content_type == content_type
    assert answer.parsed(trace_response()) == trace_response()()
    assert spans(export(collector.data_dir, "traces"))[0].span_id == (7).to_bytes(8)


@pytest.mark.parametrize("signal", SIGNALS)
@pytest.mark.parametrize("content_type,body", [("application/x-protobuf", b""), ("application/json", b"{}")])
def test_an_empty_request_is_a_success(collector, signal, content_type, body):
    assert post(collector, signal, body, content_type).status == 200


def test_a_second_collector_on_the_same_folder_is_refused(collector, start):
    second = start(wait_for_ready=False)
    assert second.process.wait(60) != 0
    second._reader.join()
    assert "already" in second.stderr or "another" in second.stderr, second.stderr
    assert collector.is_running


def test_a_port_that_is_taken_is_named(data_dir):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        result = run_collector("serve", "--data-dir", data_dir, "--otlp-http", address, "--otlp-grpc", "127.0.0.1:0", "--query", "127.0.0.1:0")
    assert result.returncode not in (0, 2)
    assert address in result.stderr.decode() and "Traceback" not in result.stderr.decode()


@pytest.mark.parametrize(
    "arguments",
    [
        ["serve", "--data-dir", "x", "--no-such-flag"],
        ["serve", "--otlp-http", "nonsense"],
        ["serve", "--otlp-http", "127.0.0.1:99999"],
        ["export", "--signal", "nonsense"],
        ["no-such-command"],
    ],
)
def test_wrong_usage_is_exit_code_2_with_words(arguments, tmp_path):
    result = run_collector(*arguments, cwd=tmp_path)
    assert result.returncode == 2, result.stderr
    assert result.stderr.strip()
    assert not result.stdout


def test_exporting_a_folder_without_a_store_says_so(tmp_path):
    result = run_collector("export", "--data-dir", tmp_path / "nothing")
    assert result.returncode != 0
    assert str(tmp_path / "nothing") in result.stderr.decode()


def test_the_query_api_answers_requests_and_traces(collector):
    assert post(collector, "traces", trace_request(3, request_id="req-query").SerializeToString()).status == 200
    status, body = get(collector.query, "/api/v1/requests/req-query")
    document = json.loads(body)
    assert status == 200 and document["id"] == "req-query"
    status, _ = get(collector.query, "/api/v1/traces/" + document["traceIds"][0])
    assert status == 200
    with pytest.raises(urllib.error.HTTPError) as error:
        get(collector.query, "/api/v1/requests/no-such-request")
    assert error.value.code == 404


def test_settings_come_from_a_file_and_flags_win(start, tmp_path):
    config = tmp_path / "collector.yaml"
    config.write_text("otlp-http: 127.0.0.1:1\n")
    assert start("--config", str(config)).otlp_http != "127.0.0.1:1"
    config.write_text("no-such-setting: 1\n")
    result = run_collector("serve", "--config", config, "--data-dir", tmp_path / "other")
    assert result.returncode != 0 and "no-such-setting" in result.stderr.decode()
