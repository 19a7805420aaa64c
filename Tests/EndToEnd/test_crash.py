"""kill -9 at random moments, under load, while it starts and while it stops: every acked span is there once.

CRASH_KILLS is how many kills there are, CRASH_SEED what their moments follow from.
"""

import http.client
import os
import random
import signal
import threading
import time
from collections import Counter

from telemetry_data import export, spans
from requests_made import trace_request
from wire import PROTOBUF, connect

KILLS = int(os.environ.get("CRASH_KILLS", 100))
SENDERS = 4
SPANS_A_REQUEST = 5
# One request in so many is large and cannot be compressed: enough of them fill the inbox, and it is flushed under load.
REQUESTS_A_LARGE_ONE = 20
LARGE_BYTES = 500_000


class Load:
    """Senders that go on until the collector is gone. They know what was sent, and what was acked."""

    def __init__(self, seed):
        self.sent, self.acked, self.refusals = set(), set(), set()
        self._numbers = iter(range(1, 10**9))
        self._lock = threading.Lock()
        self._noise = random.Random(seed).randbytes(LARGE_BYTES).hex()

    def start(self, collector):
        senders = [threading.Thread(target=self._send_until_it_dies, args=(collector,)) for _ in range(SENDERS)]
        for sender in senders:
            sender.start()
        return senders

    def _send_until_it_dies(self, collector):
        connection = connect(collector.otlp_http)
        try:
            while True:
                with self._lock:
                    mine = [next(self._numbers) for _ in range(SPANS_A_REQUEST)]
                    self.sent.update(mine)
                is_large = mine[0] // SPANS_A_REQUEST % REQUESTS_A_LARGE_ONE == 0
                body = trace_request(*mine, name="span").SerializeToString()
                if is_large:
                    body = trace_request(mine[0], name=self._noise).SerializeToString() + trace_request(*mine[1:]).SerializeToString()
                connection.request("POST", "/v1/traces", body, {"Content-Type": PROTOBUF})
                response = connection.getresponse()
                response.read()
                if response.status != 200:
                    self.refusals.add(response.status)
                    return
                with self._lock:
                    self.acked.update(mine)
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()


def test_every_acked_span_survives_the_kills_and_is_there_once(start, data_dir):
    seed = int(os.environ.get("CRASH_SEED", random.randrange(2**32)))
    print(f"seed {seed}")
    moments = random.Random(seed)
    load = Load(seed)
    landed = Counter()
    start_seconds = 0.1
    for _ in range(KILLS):
        moment = moments.choice(["serving", "serving", "starting", "stopping"])
        if moment == "starting":
            collector = start(wait_for_ready=False)
            threading.Event().wait(moments.uniform(0, start_seconds))
            collector.kill()
            landed["ready" if collector.addresses else "starting"] += 1
            continue
        began = time.monotonic()
        collector = start()
        start_seconds = time.monotonic() - began
        senders = load.start(collector)
        threading.Event().wait(moments.uniform(0, 0.15))
        if moment == "stopping":
            collector.process.send_signal(signal.SIGTERM)
            threading.Event().wait(moments.uniform(0, 0.1))
        landed[moment if collector.kill() == -signal.SIGKILL else "stopped"] += 1
        for sender in senders:
            sender.join()

    collector = start()
    stored = Counter(int.from_bytes(span.span_id) for span in spans(export(data_dir, "traces")))
    assert collector.stop() == 0
    after_flush = Counter(int.from_bytes(span.span_id) for span in spans(export(data_dir, "traces")))
    print(f"{KILLS} kills {dict(landed)}: {len(load.acked)} spans acked of {len(load.sent)} sent")
    assert stored == after_flush
    assert load.refusals <= {503}, "a collector that stops tells its senders to try again, and nothing else"
    assert len(load.acked) > KILLS, "too few requests were acked to prove anything"
    assert all(landed[moment] for moment in ("serving", "starting", "stopping")), landed
    lost = load.acked - stored.keys()
    assert not lost, f"{len(lost)} of {len(load.acked)} acked spans are lost (seed {seed})"
    twice = [number for number, count in stored.items() if count > 1]
    assert not twice, f"{len(twice)} spans are there more than once (seed {seed})"
    assert stored.keys() <= load.sent
