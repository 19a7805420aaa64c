"""`Telemetry.bootstrap()` after somebody else has bootstrapped: said, and no crash."""

import subprocess

import pytest

from programs import ROOT, RUN_DEADLINE

PROBE = ROOT / ".build/release/bootstrap-probe"


def run(way):
    environment = {"OTEL_SERVICE_NAME": "probe", "OTEL_TRACES_EXPORTER": "none", "OTEL_LOGS_EXPORTER": "none", "OTEL_METRICS_EXPORTER": "none"}
    return subprocess.run([PROBE, way], env=environment, capture_output=True, text=True, timeout=RUN_DEADLINE)


@pytest.mark.parametrize(
    "way, package",
    [
        ("standard-output", "swift-log"),
        ("silence", "swift-log"),
        ("provider", "swift-log"),
        ("several", "swift-log"),
        ("tracing", "swift-distributed-tracing"),
        ("metrics", "swift-metrics"),
    ],
)
def test_who_was_there_first_stays_and_is_named(way, package):
    result = run(way)
    assert result.returncode == 0, result.stderr
    said = [line for line in result.stderr.splitlines() if line.startswith("telemetry: ")]
    assert len(said) == 1 and said[0].startswith(f"telemetry: cannot install the backend of {package}: got one already; ")
    # What goes through the handle is written all the same, and so is what goes through the other packages.
    assert '"message":"worked through the handle"' in result.stdout
    assert ('"message":"worked"' in result.stdout) == (package != "swift-log")


def test_alone_it_has_nothing_to_say():
    result = run("alone")
    assert (result.returncode, result.stderr) == (0, "")
    assert '"message":"worked"' in result.stdout


def test_a_second_call_is_said_and_changes_nothing():
    result = run("twice")
    assert result.returncode == 0
    assert result.stderr == "telemetry: cannot bootstrap twice: got a second configuration; the first one stays\n"
    assert '"message":"worked"' in result.stdout


def test_who_has_bootstrapped_like_nobody_leaves_the_backend_out():
    result = run("left-out")
    assert result.returncode == 0, result.stderr
    assert "telemetry:" not in result.stderr and "info probe: [bootstrap_probe] worked" in result.stderr
    assert '"message":"worked through the handle"' in result.stdout


def test_a_program_can_have_several_handlers():
    result = run("joined")
    assert result.returncode == 0, result.stderr
    assert "info probe: [bootstrap_probe] worked" in result.stderr
    assert '"message":"worked"' in result.stdout
