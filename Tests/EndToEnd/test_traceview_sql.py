"""The contract of `traceview sql`: the same answer from a folder and from a collector, in three forms, and how it ends."""

import csv
import io
import json
import urllib.error
import urllib.request

import pytest
from programs import traceview
from requests_made import trace_request
from wire import post


@pytest.fixture
def filled(collector):
    for number, request_id in ((1, "req-alpha-1"), (2, "req-alpha-2"), (3, "req-\x1b[31m\u202eevil, \"x\"")):
        assert post(collector, "traces", trace_request(number, request_id=request_id).SerializeToString()).status == 200
    return collector


def places(collector):
    return (["--data-dir", collector.data_dir], ["--collector", f"http://{collector.query}"])


def sql(statement, *arguments):
    return traceview("sql", statement, *arguments)


def test_a_table_is_aligned_and_shows_null_and_hostile_text_as_what_they_are(filled):
    for place in places(filled):
        result = sql('SELECT "request.id" AS id, NULL AS missing, count(*) AS n FROM spans GROUP BY 1 ORDER BY 1', *place)
        assert result.returncode == 0, result.stderr
        lines = result.stdout.decode().splitlines()
        assert lines[0].split() == ["id", "missing", "n"]
        assert "␛[31m" in lines[2] and "⟨U+202E⟩" in lines[2]
        assert "∅" in lines[3] and lines[4].startswith("req-alpha-2")
        assert b"\x1b" not in result.stdout
        assert not result.stderr


def test_json_is_an_object_a_line(filled):
    for place in places(filled):
        result = sql("SELECT service, 1.0 AS one, NULL AS missing, X'00ff' AS raw FROM spans LIMIT 2", "--json", *place)
        assert result.returncode == 0, result.stderr
        rows = [json.loads(line) for line in result.stdout.splitlines()]
        assert rows == [{"service": rows[0]["service"], "one": 1.0, "missing": None, "raw": {"hex": "00ff"}}] * 2


def test_csv_reads_back(filled):
    for place in places(filled):
        result = sql('SELECT "request.id" AS id, NULL, \'\' AS e FROM spans WHERE "request.id" IS NOT NULL GROUP BY 1', "--csv", *place)
        assert result.returncode == 0, result.stderr
        rows = list(csv.reader(io.StringIO(result.stdout.decode(), newline="")))
        assert rows[0] == ["id", "NULL", "e"]
        assert rows[1] == ["req-␛[31m⟨U+202E⟩evil, \"x\"", "", ""], "controls are shown, in a pipe too; --json keeps them"
        assert result.stdout.endswith(b'req-alpha-2,,""\n')


def test_what_is_beyond_the_limit_is_said(filled):
    for place in places(filled):
        result = sql("SELECT name FROM spans", "--limit", "1", "--json", *place)
        assert result.returncode == 0 and len(result.stdout.splitlines()) == 1
        assert b"--limit" in result.stderr


@pytest.mark.parametrize(
    "statement",
    ["SELECT nothing FROM spans", "DROP TABLE spans", "ATTACH '/etc/passwd' AS x", "SELECT 1; SELECT 2", "PRAGMA table_list", ""],
)
def test_a_wrong_statement_is_exit_code_2(filled, statement):
    for place in places(filled):
        result = sql(statement, *place)
        assert result.returncode == 2, result.stderr
        assert result.stderr and not result.stdout


def test_a_statement_without_end_is_exit_code_1(filled):
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    for place in places(filled):
        result = sql(endless, "--timeout", "0.2", *place)
        assert result.returncode == 1, result.stderr
        assert b"time is up" in result.stderr and not result.stdout


def test_explain_says_what_spares_reading(filled):
    for place in places(filled):
        result = sql("EXPLAIN QUERY PLAN SELECT * FROM spans WHERE service = 'x' AND \"http.route\" = '/'", *place)
        assert 'service = ? AND "http.route" = ?' in result.stdout.decode()


def test_a_question_that_is_no_json_is_400(filled):
    request = urllib.request.Request(f"http://{filled.query}/api/v1/sql", data=b"SELECT 1", method="POST")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=30)
    assert refused.value.code == 400
