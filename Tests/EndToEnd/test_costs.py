"""What each operation of the library costs: allocations, and instructions beside those of a peer in the same run.

Both are counted, not timed: the figures are the same on a busy machine. `Tests/Costs` has the operations.
"""

import re
import subprocess

import pytest

from programs import ROOT, RUN_DEADLINE

PROBE = ROOT / ".build/release/cost-probe"

# Allocations each time, and instructions as a share of the peer's.
LIMITS = {
    "typed-line": (0.05, 0.112, "stream-line"),
    "typed-line-only": (0.05, 0.092, "stream-line"),
    "line": (1.05, 0.3, "stream-line"),
    "disabled-line": (0, 0.007, "stream-line"),
    "span": (3.05, 1.25, "no-op-span"),
    "typed-span": (1.05, 0.46, "no-op-span"),
    "bare-unsampled-span": (0, 1.42, "bare-no-op-span"),
    "typed-unsampled-span": (0, 0.082, "no-op-span"),
    "counter": (0, 0.01, "no-op-span"),
    "typed-counter": (0, 0.01, "no-op-span"),
    "histogram": (0, 0.04, "no-op-span"),
    "typed-histogram": (0, 0.03, "no-op-span"),
}


def allocations(operation):
    result = subprocess.run([PROBE, operation, "2000"], capture_output=True, text=True, timeout=RUN_DEADLINE, check=True)
    return float(re.search(r", ([0-9.e-]+) allocations", result.stderr).group(1))


def test_a_million_spans_to_nobody_take_little_memory():
    result = subprocess.run(
        [PROBE, "span-to-nobody", "1000000"], capture_output=True, text=True, timeout=RUN_DEADLINE, check=True
    )
    assert int(re.search(r"(-?[0-9]+) KiB", result.stderr).group(1)) <= 2048


def instructions(operation, folder):
    """Two runs that differ in nothing but the count: what is left of their difference is the operation."""
    counted = []
    for count in (500, 4500):
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/callgrind", PROBE, operation, str(count)]
        result = subprocess.run(command, capture_output=True, text=True, timeout=RUN_DEADLINE, check=True)
        counted.append(int(re.search(r"Collected : (\d+)", result.stderr).group(1)))
    return (counted[1] - counted[0]) / 4000


@pytest.fixture(scope="module")
def peers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("peers")
    return {peer: instructions(peer, folder) for peer in {limit[2] for limit in LIMITS.values()}}


@pytest.mark.parametrize("operation", LIMITS)
def test_an_operation_allocates_no_more_than_it_may(operation):
    assert allocations(operation) <= LIMITS[operation][0]


@pytest.mark.parametrize("operation", LIMITS)
def test_an_operation_takes_its_share_of_instructions(operation, peers, tmp_path):
    _, share, peer = LIMITS[operation]
    assert instructions(operation, tmp_path) <= share * peers[peer]


def test_the_count_finds_an_allocation():
    assert allocations("stream-line") > 10
