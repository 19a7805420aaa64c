"""A disk that is full, or broken: senders are told to try again, nothing acked is lost, and it goes on by itself."""

import errno
import os
import shutil
import subprocess
from collections import Counter

import grpc
import pytest
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import TraceServiceStub
from programs import ROOT
from requests_made import trace_request
from telemetry_data import export, spans
from wire import ANSWER_DEADLINE, post

# Requests until a fault must have shown. SQLite fills pages that it has before it asks for more.
ATTEMPTS = 2_000
# How often a disk fails and works again in one test.
TIMES = 3


class Sender:
    """Sends one span after another and remembers which were acked."""

    def __init__(self):
        self.sent, self.acked = set(), set()

    def request(self):
        number = len(self.sent) + 1
        self.sent.add(number)
        return number, trace_request(number, name="x" * 2_000)

    def send(self, collector):
        """One request. It is taken, or the sender is told when to try again; nothing else is right."""
        number, request = self.request()
        answer = post(collector, "traces", request.SerializeToString())
        if answer.status == 200:
            self.acked.add(number)
            return True
        assert answer.status == 503, answer
        assert int(answer.headers["Retry-After"]) >= 1
        assert answer.error()
        return False

    def send_until_refused(self, collector):
        for _ in range(ATTEMPTS):
            if not self.send(collector):
                return
        raise AssertionError(f"{ATTEMPTS} requests were taken by a disk that takes none")

    def assert_kept(self, data_dir):
        stored = Counter(int.from_bytes(span.span_id) for span in spans(export(data_dir, "traces")))
        assert not self.acked - stored.keys(), "acked spans are lost"
        assert stored.keys() <= self.sent
        assert set(stored.values()) == {1}, "spans are there more than once"


@pytest.fixture
def disk(tmp_path):
    """A disk of its own, of 8 MiB."""
    path = tmp_path / "disk"
    path.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", path], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("this user may not mount a disk: " + mounted.stderr.decode().strip())
    yield path
    subprocess.run(["umount", "--lazy", path], check=True)


def fill(disk):
    """Leaves no byte. Returns what must go to make room again."""
    filler = disk / "filler"
    with open(filler, "ab", buffering=0) as file:
        for size in (1 << 20, 1 << 12):
            try:
                while True:
                    file.write(bytes(size))
            except OSError as error:
                assert error.errno == errno.ENOSPC
    return filler


def test_a_full_disk_is_said_and_goes_on_when_there_is_room_again(start, disk):
    sender = Sender()
    collector = start(data_dir=disk / "data")
    for _ in range(TIMES):
        assert sender.send(collector)
        filler = fill(disk)
        sender.send_until_refused(collector)
        assert not sender.send(collector)
        sender.assert_kept(collector.data_dir)
        filler.unlink()
        assert sender.send(collector), "the first request after there is room is refused"
    assert collector.stop() == 0, collector.stderr
    sender.assert_kept(collector.data_dir)
    # A line when it begins and a line when it is over, however many requests are refused in between.
    assert collector.stderr.count("cannot keep what is sent: cannot write: the disk is full; make room") == TIMES
    assert collector.stderr.count("takes records again") == TIMES


def test_a_full_disk_is_said_over_grpc_with_the_time_to_wait(start, disk):
    sender = Sender()
    collector = start(data_dir=disk / "data")
    filler = fill(disk)
    sender.send_until_refused(collector)
    with grpc.insecure_channel(collector.otlp_grpc) as channel:
        stub = TraceServiceStub(channel)
        with pytest.raises(grpc.RpcError) as refused:
            stub.Export(sender.request()[1], timeout=ANSWER_DEADLINE)
        assert refused.value.code() in (grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.UNAVAILABLE)
        # A sender may send again after RESOURCE_EXHAUSTED only when it is told when.
        status = Status.FromString(dict(refused.value.trailing_metadata())["grpc-status-details-bin"])
        retry = RetryInfo()
        assert status.details[0].Unpack(retry)
        assert retry.retry_delay.ToTimedelta().total_seconds() >= 1
        filler.unlink()
        number, request = sender.request()
        stub.Export(request, timeout=ANSWER_DEADLINE)
        sender.acked.add(number)
    assert collector.stop() == 0, collector.stderr
    sender.assert_kept(collector.data_dir)


def test_a_disk_that_its_own_records_have_filled_goes_on_when_it_grows(start, disk):
    sender = Sender()
    collector = start(data_dir=disk / "data")
    for _ in range(20 * ATTEMPTS):
        if not sender.send(collector):
            break
    sender.send_until_refused(collector)
    subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
    for _ in range(100):
        assert sender.send(collector)
    assert collector.stop() == 0, collector.stderr
    sender.assert_kept(collector.data_dir)


@pytest.mark.parametrize("ending", ["stop", "kill"])
def test_a_collector_that_ends_on_a_full_disk_has_everything_when_it_starts_again(start, disk, ending):
    sender = Sender()
    collector = start(data_dir=disk / "data")
    for _ in range(20):
        assert sender.send(collector)
    filler = fill(disk)
    sender.send_until_refused(collector)
    if ending == "kill":
        collector.kill()
    else:
        # What was acked is durable without being flushed, and whoever stops it is told that the disk is full.
        assert collector.stop() != 0
        assert "disk is full" in collector.stderr
    sender.assert_kept(collector.data_dir)
    # It starts on the disk that is still full, too, and waits there for room.
    collector = start(data_dir=disk / "data")
    sender.send_until_refused(collector)
    sender.assert_kept(collector.data_dir)
    filler.unlink()
    assert sender.send(collector)
    assert collector.stop() == 0, collector.stderr
    sender.assert_kept(collector.data_dir)


@pytest.fixture(scope="session")
def failing_disk(tmp_path_factory):
    """The library that makes a program's file calls fail."""
    compiler = shutil.which("clang") or shutil.which("cc")
    if not compiler:
        pytest.skip("there is no C compiler")
    library = tmp_path_factory.mktemp("library") / "failing_disk.so"
    calls = ROOT / "Tests/Support/CDiskCalls"
    subprocess.run(
        [
            compiler, "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-I", calls / "include",
            calls / "CDiskCalls.c", ROOT / "Tests/EndToEnd/failing_disk.c", "-o", library,
        ],
        check=True,
    )  # fmt: skip
    return library


@pytest.mark.parametrize("calls", ["sync", "write", "sync write truncate", "read", "open create", "read write sync open create unlink truncate"])
def test_a_disk_that_fails_is_said_and_nothing_acked_is_lost(start, data_dir, failing_disk, tmp_path, calls):
    failing = tmp_path / "failing-calls"
    environment = {
        "LD_PRELOAD": str(failing_disk), "FAILING_DISK_FOLDER": str(os.path.realpath(data_dir)), "FAILING_DISK_CALLS": str(failing),
    }  # fmt: skip
    sender = Sender()
    collector = start(environment=environment)
    for _ in range(TIMES):
        assert sender.send(collector)
        failing.write_text(calls)
        if "write" in calls or "sync" in calls:
            sender.send_until_refused(collector)
        for _ in range(20):
            sender.send(collector)
        failing.unlink()
        assert sender.send(collector), "the first request to a disk that works again is refused"
    failing.write_text(calls)
    collector.kill()
    collector = start()
    sender.assert_kept(data_dir)
    assert sender.send(collector)
    assert collector.stop() == 0, collector.stderr
    sender.assert_kept(data_dir)
