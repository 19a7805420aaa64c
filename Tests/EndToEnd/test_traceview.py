"""The contract of `traceview`: what it finds, what it says, how it ends."""

import json

import pytest
from programs import traceview
from requests_made import trace_request
from wire import post


@pytest.fixture
def filled(collector):
    for number, request_id in ((1, "req-alpha-1"), (2, "req-alpha-2"), (3, "req-beta-1")):
        assert post(collector, "traces", trace_request(number, request_id=request_id).SerializeToString()).status == 200
    return collector


def places(collector):
    return (["--data-dir", collector.data_dir], ["--collector", f"http://{collector.query}"])


def test_a_request_is_found_by_its_id_its_prefix_and_its_trace(filled):
    for place in places(filled):
        for name in ("req-beta-1", "req-be", "00000000000000030000000000abcdef", "0000000000000003"):
            result = traceview(name, *place)
            assert result.returncode == 0, result.stderr
            assert "by-hand" in result.stdout.decode()
            assert not result.stderr


def test_what_is_not_there_is_exit_code_3(filled):
    for place in places(filled):
        result = traceview("req-gamma", *place)
        assert result.returncode == 3
        assert b"req-gamma" in result.stderr and not result.stdout


def test_an_ambiguous_prefix_lists_its_candidates(filled):
    for place in places(filled):
        result = traceview("req-alpha", *place)
        assert result.returncode == 3
        assert b"req-alpha-1" in result.stderr and b"req-alpha-2" in result.stderr and not result.stdout


def test_the_environment_stands_for_the_flags(filled):
    for variables in ({"TRACEVIEW_DATA_DIR": str(filled.data_dir)}, {"TRACEVIEW_COLLECTOR": f"http://{filled.query}"}):
        result = traceview("req-beta-1", environment=variables)
        assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("arguments", [[], ["a-request", "--width", "x"], ["a-request", "--nonsense"]])
def test_wrong_usage_is_exit_code_2(arguments, tmp_path):
    result = traceview(*arguments, environment={"TRACEVIEW_DATA_DIR": str(tmp_path)})
    assert result.returncode == 2, result.stderr
    assert result.stderr and not result.stdout


def test_a_store_that_cannot_be_read_is_exit_code_4(tmp_path):
    result = traceview("req-anything", "--data-dir", tmp_path / "nothing")
    assert result.returncode == 4
    assert str(tmp_path / "nothing").encode() in result.stderr
    result = traceview("req-anything", "--collector", "http://127.0.0.1:1")
    assert result.returncode == 4
    assert b"127.0.0.1:1" in result.stderr


def test_a_damaged_segment_is_exit_code_4_and_no_crash(filled):
    filled.kill()
    for path in filled.data_dir.rglob("*"):
        if path.is_file() and path.suffix not in (".lock",):
            path.write_bytes(b"\x00garbage" * 1000)
    result = traceview("req-beta-1", "--data-dir", filled.data_dir)
    assert result.returncode == 4, result.stderr
    assert result.stderr


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_no_line_is_wider_than_the_screen(filled, width):
    result = traceview("req-beta-1", "--data-dir", filled.data_dir, "--width", width)
    assert max(map(len, result.stdout.decode().splitlines())) <= width


def test_it_reads_the_folder_of_a_dead_collector(filled):
    filled.kill()
    assert traceview("req-beta-1", "--data-dir", filled.data_dir).returncode == 0


def test_json_is_the_same_from_folder_and_collector(filled):
    answers = [json.loads(traceview("req-beta-1", *place, "--json").stdout) for place in places(filled)]
    assert answers[0] == answers[1]
    assert answers[0]["summary"]["spanCount"] == 1
