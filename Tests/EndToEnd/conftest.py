import pytest
from programs import Collector


@pytest.fixture
def data_dir(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def start(data_dir):
    """Starts collectors on the test's data folder, and sees that none outlives the test."""
    started = []

    def start_one(*arguments, **options):
        collector = Collector(options.pop("data_dir", data_dir), *arguments, **options)
        started.append(collector)
        return collector

    yield start_one
    for collector in started:
        if collector.is_running:
            collector.kill()


@pytest.fixture
def collector(start):
    """A running collector. A test that leaves it running also asserts that it stops as it should."""
    collector = start()
    yield collector
    if collector.is_running:
        assert collector.stop() == 0, collector.stderr


@pytest.fixture(scope="module")
def shared_collector(tmp_path_factory):
    """A collector for all tests of a file: what one test does to it must not trouble the next."""
    collector = Collector(tmp_path_factory.mktemp("shared") / "data")
    yield collector
    assert collector.is_running, "the collector died:\n" + collector.stderr
    assert collector.stop() == 0, collector.stderr
