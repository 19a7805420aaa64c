"""What a program that links Telemetry gets with it."""

import subprocess

from programs import ROOT, RUN_DEADLINE

RELEASE = ROOT / ".build/release"
UNWANTED = ["NIOCore", "NIOPosix", "FoundationEssentials"]


def libraries(program):
    result = subprocess.run(["ldd", RELEASE / program], capture_output=True, text=True, timeout=RUN_DEADLINE, check=True)
    return result.stdout


def test_telemetry_brings_neither_foundation_nor_nio():
    assert "Foundation" not in libraries("linkage-probe")
    binary = (RELEASE / "linkage-probe").read_bytes()
    assert [name for name in UNWANTED if name.encode() in binary] == []


def imports(program):
    result = subprocess.run(
        ["nm", "-D", "--undefined-only", RELEASE / program], capture_output=True, text=True, timeout=RUN_DEADLINE, check=True
    )
    return result.stdout


def test_telemetry_uses_nothing_of_the_regular_expressions():
    # One search for a text in a text, and a static program is 1.4 MB larger.
    assert "17_StringProcessing" not in imports("linkage-probe")


def test_the_check_finds_what_it_looks_for():
    assert "17_StringProcessing" in imports("traceview")
    assert "Foundation" in libraries("edge")
    assert b"NIOPosix" in (RELEASE / "edge").read_bytes()


def test_a_program_without_a_collector_ends_in_time_with_its_line_written():
    environment = {"OTEL_SERVICE_NAME": "probe", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}
    result = subprocess.run([RELEASE / "linkage-probe"], env=environment, capture_output=True, text=True, timeout=RUN_DEADLINE)
    assert result.returncode == 0
    assert '"message":"linked"' in result.stdout and '"span_id":"' in result.stdout
