"""`collector segments`: on a folder that a collector writes, and on one that nobody does."""

import json
import urllib.request

import pytest
from programs import Collector, collector, traceview


def spans(first, count):
    """An export request in OTLP/JSON."""
    return {
        "resourceSpans": [{
            "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "edge"}}]},
            "scopeSpans": [{"spans": [
                {
                    "traceId": f"{number:032x}", "spanId": f"{number:016x}", "name": "work",
                    "startTimeUnixNano": "1700000000000000000", "endTimeUnixNano": "1700000000000000001",
                }
                for number in range(first, first + count)
            ]}],
        }]
    }  # fmt: skip


def send(daemon, body):
    request = urllib.request.Request(
        f"http://{daemon.otlp_http}/v1/traces", json.dumps(body).encode(), {"content-type": "application/json"}
    )
    with urllib.request.urlopen(request) as response:
        assert response.status == 200


def exported(data_dir):
    """The span ids that an export of the folder or file writes."""
    result = collector("export", "--data-dir", data_dir, "--signal", "traces")
    assert result.returncode == 0, result.stderr
    return [
        span["spanId"]
        for line in result.stdout.splitlines()
        for group in json.loads(line)["resourceSpans"]
        for scope in group["scopeSpans"]
        for span in scope["spans"]
    ]


def listed(data_dir):
    result = collector("segments", "list", "--data-dir", data_dir, "--json")
    assert result.returncode == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def daemon(tmp_path):
    daemon = Collector(tmp_path / "data")
    yield daemon
    if daemon.is_running:
        daemon.kill()


def test_everything_works_on_a_folder_that_is_being_written(daemon, tmp_path):
    send(daemon, spans(1, 50))
    assert sum(segment["spans"] for segment in listed(daemon.data_dir)) == 50
    verified = collector("segments", "verify", "--data-dir", daemon.data_dir)
    assert (verified.returncode, verified.stderr) == (0, b"")
    assert verified.stdout.startswith(b"whole: 1 segments")

    backup = collector("segments", "backup", tmp_path / "copy", "--data-dir", daemon.data_dir)
    assert backup.returncode == 0, backup.stderr
    send(daemon, spans(51, 10))
    assert len(exported(tmp_path / "copy")) == 50
    assert collector("segments", "verify", "--data-dir", tmp_path / "copy").returncode == 0

    compacted = collector("segments", "compact", "--collector", f"http://{daemon.query}")
    assert compacted.returncode == 0, compacted.stderr
    assert [segment["state"] for segment in listed(daemon.data_dir)] == ["sealed", "active"]
    assert sorted(exported(daemon.data_dir)) == [f"{number:016x}" for number in range(1, 61)]
    assert daemon.stop() == 0


def test_a_second_writer_is_refused_and_told_what_to_do(daemon):
    second = Collector(daemon.data_dir, wait_for_ready=False)
    assert second.process.wait(60) == 1
    compacting = collector("segments", "compact", "--data-dir", daemon.data_dir)
    assert compacting.returncode == 1
    assert b"another collector is writing it" in compacting.stderr
    assert b"--collector" in compacting.stderr
    assert b"another collector is writing it" in second.stderr.encode()
    assert daemon.stop() == 0


def test_a_segment_file_opens_alone(daemon, tmp_path):
    send(daemon, spans(1, 5))
    assert daemon.stop() == 0
    assert collector("segments", "compact", "--data-dir", daemon.data_dir).returncode == 0
    sealed = next(segment["file"] for segment in listed(daemon.data_dir) if segment["state"] == "sealed")
    alone = tmp_path / "alone.sqlite"
    alone.write_bytes((daemon.data_dir / sealed).read_bytes())
    assert len(exported(alone)) == 5
    story = traceview(f"{3:032x}", "--data-dir", alone)
    assert story.returncode == 0, story.stderr
    assert b"work" in story.stdout


def test_what_was_exported_is_imported_into_a_folder_and_into_a_collector(daemon, tmp_path):
    send(daemon, spans(1, 20))
    lines = tmp_path / "export.json"
    lines.write_bytes(collector("export", "--data-dir", daemon.data_dir).stdout)
    imported = collector("segments", "import", lines, "--data-dir", tmp_path / "other")
    assert (imported.returncode, imported.stdout) == (0, b"imported 20 records\n"), imported.stderr
    assert sorted(exported(tmp_path / "other")) == sorted(exported(daemon.data_dir))
    lines.write_text(json.dumps(spans(100, 3)) + "\n")
    imported = collector("segments", "import", lines, "--collector", f"http://{daemon.otlp_http}")
    assert (imported.returncode, imported.stdout) == (0, b"imported 3 records\n"), imported.stderr
    assert len(exported(daemon.data_dir)) == 23
    assert daemon.stop() == 0


def test_damage_is_named_by_verify_counted_by_the_daemon_and_told_by_the_export(daemon, tmp_path):
    send(daemon, spans(1, 2_000))
    assert daemon.stop() == 0
    assert collector("segments", "compact", "--data-dir", daemon.data_dir).returncode == 0
    sealed = next(segment["file"] for segment in listed(daemon.data_dir) if segment["state"] == "sealed")
    path = daemon.data_dir / sealed
    content = bytearray(path.read_bytes())
    for place in range(8_192, len(content), 97):
        content[place] ^= 0x04
    path.write_bytes(content)

    verified = collector("segments", "verify", "--data-dir", daemon.data_dir)
    assert verified.returncode == 1
    assert sealed.encode() in verified.stdout
    told = collector("export", "--data-dir", daemon.data_dir)
    assert told.returncode == 4
    assert b"damaged: " in told.stderr

    again = Collector(daemon.data_dir)
    send(again, spans(5_000, 1))
    with urllib.request.urlopen(f"http://{again.query}/api/v1/traces/{5_000:032x}") as response:
        assert response.status == 200
    with urllib.request.urlopen(f"http://{again.query}/metrics") as response:
        metrics = response.read().decode()
    count = next(line for line in metrics.splitlines() if line.startswith("collector_damaged_reads_total"))
    assert int(count.split()[-1]) > 0
    assert again.stop() == 0


def test_retention_is_set_by_flags_and_by_the_file_and_nonsense_is_refused(tmp_path):
    settings = tmp_path / "collector.yaml"
    settings.write_text('retention-age: 30d\nretention-bytes: 20GB\nretention-rules: ["errors 90d", "rest 7d then 5%"]\n')
    daemon = Collector(tmp_path / "data", "--config", settings, "--retention-rule", "slower-than 2s 30d")
    assert daemon.stop() == 0
    for arguments in [("--retention-age", "soon"), ("--retention-bytes", "1KB"), ("--retention-rule", "errors")]:
        refused = collector("serve", "--data-dir", tmp_path / "data", *arguments)
        assert refused.returncode == 2
        assert arguments[0].encode() in refused.stderr
    settings.write_text("retention-age: soon\n")
    refused = collector("serve", "--data-dir", tmp_path / "data", "--config", settings)
    assert refused.returncode == 2
    assert b"retention-age" in refused.stderr
