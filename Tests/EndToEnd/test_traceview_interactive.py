"""`traceview -i` in a terminal of its own: what is on the screen, and whether the terminal is given back."""

import os
import signal
import time

import pexpect
import pyte
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from programs import ROOT, TRACEVIEW
from wire import post

TRACES = ROOT / "Tests/TraceViewTests/Traces"
DEADLINE = 20


class Screen:
    """A terminal emulator around the program."""

    def __init__(self, *arguments, columns=100, rows=30):
        self.emulator = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.emulator)
        self.bytes = b""
        self.child = pexpect.spawn(
            TRACEVIEW, [*map(str, arguments), "-i"], dimensions=(rows, columns), timeout=DEADLINE,
            env={**os.environ, "TERM": "xterm-256color", "NO_COLOR": "1"},
        )  # fmt: skip

    def read(self):
        try:
            chunk = self.child.read_nonblocking(65536, timeout=0.05)
        except pexpect.TIMEOUT:
            return False
        except pexpect.EOF:
            return False
        self.bytes += chunk
        self.stream.feed(chunk)
        return True

    @property
    def text(self):
        return "\n".join(self.emulator.display)

    @property
    def selection(self):
        return next((line for line in self.emulator.display if line.startswith("▸")), "")

    def wait_for(self, condition):
        deadline = time.monotonic() + DEADLINE
        while time.monotonic() < deadline:
            self.read()
            if condition():
                return
        raise AssertionError(f"never came true; the screen is\n{self.text}")

    def press(self, keys):
        self.child.send(keys)

    def end(self):
        while self.read() or self.child.isalive():
            pass
        self.child.close()

    @property
    def is_given_back(self):
        """The other screen is left and the cursor shown, after everything else."""
        return self.bytes.rfind(b"\x1b[?1049l") > self.bytes.rfind(b"\x1b[?1049h") and self.bytes.rfind(b"\x1b[?25h") > self.bytes.rfind(b"\x1b[?25l")


@pytest.fixture
def screen():
    screen = Screen(TRACES / "orders.jsonl")
    screen.wait_for(lambda: "? help" in screen.text)
    yield screen
    if screen.child.isalive():
        screen.child.kill(signal.SIGKILL)
    screen.child.close()


def test_it_shows_the_request_and_goes_where_keys_say(screen):
    assert "✗ POST /orders → 500" in screen.emulator.display[0]
    assert "root cause: payments POST api.stripe.com" in screen.emulator.display[1]
    screen.press("jj")
    screen.wait_for(lambda: "orders-api POST /orders" in screen.selection)
    screen.press("\x1b[B\x1b[A\x1b[A")
    screen.wait_for(lambda: "POST orders-api" in screen.selection)
    screen.press("r\r")
    screen.wait_for(lambda: "CardDeclined: 402 card_declined" in screen.text)
    screen.press("q")
    screen.end()
    assert screen.child.exitstatus == 0 and screen.is_given_back


def test_search_errors_and_folding(screen):
    screen.press("/stripe\r")
    screen.wait_for(lambda: "POST api.stripe.com" in screen.selection)
    screen.press("ge")
    screen.wait_for(lambda: "POST orders-api" in screen.selection)
    screen.press("\x1b[D")
    screen.wait_for(lambda: "+11 spans" in screen.selection)
    screen.press("?")
    screen.wait_for(lambda: "copy the span's id" in screen.text)
    screen.press("xq")
    screen.end()
    assert screen.is_given_back


def test_the_mouse_selects(screen):
    row = next(row for row, line in enumerate(screen.emulator.display, 1) if "orders-api POST /orders" in line)
    screen.press(f"\x1b[<0;10;{row}M")
    screen.wait_for(lambda: "orders-api POST /orders" in screen.selection)
    screen.press("\x1b[<65;10;6M\x1b[<64;10;6M")
    screen.press("q")
    screen.end()
    assert screen.is_given_back


def test_it_follows_the_size_of_the_terminal(screen):
    screen.emulator.resize(20, 60)
    screen.child.setwinsize(20, 60)
    screen.wait_for(lambda: "? help" in screen.emulator.display[19] and "SELF" not in screen.text)


def test_copying_writes_base64_and_nothing_else(screen):
    screen.press("y")
    screen.wait_for(lambda: "copied span id 0000000000000001" in screen.text)
    assert b"\x1b]52;c;MDAwMDAwMDAwMDAwMDAwMQ==\x07" in screen.bytes


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGSEGV, signal.SIGILL, signal.SIGABRT])
def test_the_terminal_is_given_back_whatever_ends_it(screen, number):
    before = __import__("termios").tcgetattr(screen.child.child_fd)
    screen.child.kill(number)
    screen.end()
    assert screen.is_given_back
    assert screen.child.signalstatus == number
    assert before is not None


def test_control_z_gives_the_terminal_back_and_takes_it_again(screen):
    screen.press("\x1a")
    screen.wait_for(lambda: screen.is_given_back)
    status = ""
    deadline = time.monotonic() + DEADLINE
    while status != "T" and time.monotonic() < deadline:
        status = open(f"/proc/{screen.child.pid}/stat").read().split(")")[1].split()[0]
    assert status == "T", "it is stopped"
    os.kill(screen.child.pid, signal.SIGCONT)
    screen.wait_for(lambda: not screen.is_given_back and "? help" in screen.text)
    screen.press("q")
    screen.end()
    assert screen.child.exitstatus == 0 and screen.is_given_back


def request(collector, number, start, spans, fails=False):
    """Sends spans of a request one under the other."""
    message = ExportTraceServiceRequest()
    group = message.resource_spans.add()
    group.resource.attributes.add(key="service.name").value.string_value = "edge"
    scope = group.scope_spans.add()
    for place in spans:
        span = scope.spans.add(
            trace_id=(number << 64 | 0xF00D).to_bytes(16), span_id=(place + 1).to_bytes(8), parent_span_id=place.to_bytes(8) if place else b"",
            name="POST /orders" if place == 0 else f"step {place}", kind=2 if place == 0 else 1,
            start_time_unix_nano=start + place * 1_000_000, end_time_unix_nano=start + (100 - place) * 1_000_000,
        )  # fmt: skip
        span.attributes.add(key="request.id").value.string_value = f"request-number-{number}"
        if fails:
            span.status.code, span.status.message = 2, "out of stock"
    assert post(collector, "traces", message.SerializeToString()).status == 200


@pytest.fixture(params=["folder", "collector"])
def place(request, collector):
    return ["--data-dir", collector.data_dir] if request.param == "folder" else ["--collector", f"http://{collector.query}"]


def test_the_difference_shows_inside_and_goes_back(collector, place):
    start = time.time_ns() - 60_000_000_000
    request(collector, 7, start, [0, 1])
    request(collector, 8, start + 1_000_000_000, [0, 1, 2], fails=True)
    screen = Screen("request-number-8", *place)
    screen.wait_for(lambda: "? help" in screen.text)
    screen.press("d")
    screen.wait_for(lambda: "it fails now" in screen.emulator.display[0])
    assert "before" in screen.emulator.display[1] and "request-number-7" in screen.emulator.display[1]
    assert "q back to the request" in screen.text
    screen.press("q")
    screen.wait_for(lambda: "? help" in screen.text and "✗ POST /orders" in screen.emulator.display[0])
    screen.press("q")
    screen.end()
    assert screen.child.exitstatus == 0 and screen.is_given_back


def test_a_request_without_another_to_compare_with_says_so_inside(collector, place):
    request(collector, 9, time.time_ns(), [0], fails=True)
    screen = Screen("request-number-9", *place)
    screen.wait_for(lambda: "? help" in screen.text)
    screen.press("d")
    screen.wait_for(lambda: "no earlier request of this route succeeded" in screen.emulator.display[29])
    screen.press("j")
    screen.wait_for(lambda: "? help" in screen.text)
    screen.press("q")
    screen.end()
    assert screen.child.exitstatus == 0


def test_it_follows_a_request_that_is_still_going_on(collector, place):
    start = time.time_ns()
    request(collector, 10, start, [0, 1])
    screen = Screen("request-number-10", *place)
    screen.wait_for(lambda: "1/2" in screen.emulator.display[29])
    screen.press("j")
    screen.wait_for(lambda: "step 1" in screen.selection)
    request(collector, 10, start, [2, 3])
    screen.wait_for(lambda: "step 3" in screen.text)
    assert "step 1" in screen.selection, "the place stays"
    screen.press("q")
    screen.end()
    assert screen.child.exitstatus == 0 and screen.is_given_back


def test_without_a_terminal_it_says_so():
    from programs import traceview

    result = traceview(TRACES / "orders.jsonl", "-i")
    assert result.returncode == 2 and b"no terminal" in result.stderr


def test_a_long_story_goes_through_a_pager_when_somebody_looks(tmp_path):
    pager = tmp_path / "pager"
    pager.write_text("#!/bin/sh\necho through-the-pager\ncat\n")
    pager.chmod(0o755)
    for arguments, is_paged in (([], True), (["--no-pager"], False), (["--plain"], False)):
        child = pexpect.spawn(
            TRACEVIEW, [str(TRACES / "checkout.jsonl"), *arguments], dimensions=(20, 100), timeout=DEADLINE,
            env={**os.environ, "PAGER": str(pager), "NO_COLOR": "1"},
        )  # fmt: skip
        output = child.read().decode()
        child.close()
        assert ("through-the-pager" in output) == is_paged
        assert "fraud-detection" in output and child.exitstatus == 0
