"""The programs under test, started as anyone would start them: the real binary, its arguments, its exit code."""

import os
import re
import signal
import subprocess
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COLLECTOR = str(Path(os.environ.get("COLLECTOR", ROOT / ".build/release/collector")).absolute())
TRACEVIEW = str(Path(os.environ.get("TRACEVIEW", ROOT / ".build/release/traceview")).absolute())

# Seconds until a program that hangs fails its test. No test waits this long for one that works.
START_DEADLINE = 60
STOP_DEADLINE = 60
RUN_DEADLINE = 120


class Collector:
    """A running `collector serve`, on ports that the system picks."""

    def __init__(self, data_dir, *arguments, wait_for_ready=True, environment=None):
        self.data_dir = Path(data_dir)
        self.addresses = {}
        self.stderr_lines = []
        self._ready_or_ended = threading.Event()
        self.process = subprocess.Popen(
            [
                COLLECTOR, "serve", "--data-dir", str(data_dir),
                "--otlp-http", "127.0.0.1:0", "--otlp-grpc", "127.0.0.1:0", "--query", "127.0.0.1:0",
                *arguments,
            ],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, **(environment or {})},
        )  # fmt: skip
        self._reader = threading.Thread(target=self._read_stderr, daemon=True)
        self._reader.start()
        if wait_for_ready:
            self.wait_for_ready()

    def _read_stderr(self):
        for line in self.process.stderr:
            text = line.decode(errors="replace").rstrip("\n")
            self.stderr_lines.append(text)
            if text.startswith("ready "):
                self.addresses = dict(re.findall(r"([a-z-]+)=(\S+)", text))
                self._ready_or_ended.set()
        self._ready_or_ended.set()

    def wait_for_ready(self):
        reported = self._ready_or_ended.wait(START_DEADLINE)
        if not self.addresses:
            if self.process.poll() is None:
                self.kill()
            reason = "ended without" if reported else f"printed within {START_DEADLINE} s no"
            raise AssertionError(f"collector {reason} ready line:\n" + self.stderr)

    @property
    def stderr(self):
        return "\n".join(self.stderr_lines)

    @property
    def otlp_http(self):
        return self.addresses["otlp-http"]

    @property
    def otlp_grpc(self):
        return self.addresses["otlp-grpc"]

    @property
    def query(self):
        return self.addresses["query"]

    @property
    def is_running(self):
        return self.process.poll() is None

    def stop(self, with_signal=signal.SIGTERM):
        """Asks the collector to end and returns its exit code."""
        self.process.send_signal(with_signal)
        return self._reap(STOP_DEADLINE)

    def kill(self):
        """Ends the collector as a crash would: at once, in the middle of whatever it does."""
        self.process.kill()
        return self._reap(STOP_DEADLINE)

    def _reap(self, deadline):
        try:
            code = self.process.wait(deadline)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"collector did not end within {deadline} s of the signal:\n" + self.stderr) from None
        self._reader.join()
        self.process.stdout.close()
        self.process.stderr.close()
        return code

    def peak_memory_bytes(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024


def run(program, *arguments, environment=None, **options):
    """Runs a program to its end."""
    return subprocess.run(
        [program, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, timeout=RUN_DEADLINE,
        env={**os.environ, "NO_COLOR": "1", **(environment or {})}, **options,
    )  # fmt: skip


def collector(*arguments, **options):
    return run(COLLECTOR, *arguments, **options)


def traceview(*arguments, **options):
    return run(TRACEVIEW, *arguments, **options)
