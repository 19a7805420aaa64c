"""kill -9 at random moments under load: every acked span is there once."""

import http.client
import random
import threading
from collections import Counter

from telemetry_data import export, spans
from requests_made import trace_request
from wire import PROTOBUF, connect

KILLS = 100
SENDERS = 4
SPANS_A_REQUEST = 5


def test_every_acked_span_survives_a_hundred_kills_and_is_there_once(start, data_dir):
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    moments = random.Random(seed)
    numbers = iter(range(1, 10**9))
    lock = threading.Lock()
    sent, acked = set(), set()

    def send_until_it_dies(collector):
        connection = connect(collector.otlp_http)
        try:
            while True:
                with lock:
                    mine = [next(numbers) for _ in range(SPANS_A_REQUEST)]
                    sent.update(mine)
                connection.request("POST", "/v1/traces", trace_request(*mine).SerializeToString(), {"Content-Type": PROTOBUF})
                response = connection.getresponse()
                response.read()
                assert response.status == 200
                with lock:
                    acked.update(mine)
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()

    for _ in range(KILLS):
        collector = start()
        senders = [threading.Thread(target=send_until_it_dies, args=(collector,)) for _ in range(SENDERS)]
        for sender in senders:
            sender.start()
        threading.Event().wait(moments.uniform(0, 0.15))
        collector.kill()
        for sender in senders:
            sender.join()

    collector = start()
    stored = Counter(int.from_bytes(span.span_id) for span in spans(export(data_dir, "traces")))
    assert collector.stop() == 0
    after_flush = Counter(int.from_bytes(span.span_id) for span in spans(export(data_dir, "traces")))
    assert stored == after_flush
    assert len(acked) > KILLS, "too few requests were acked to prove anything"
    lost = acked - stored.keys()
    assert not lost, f"{len(lost)} of {len(acked)} acked spans are lost (seed {seed})"
    twice = [number for number, count in stored.items() if count > 1]
    assert not twice, f"{len(twice)} spans are there more than once (seed {seed})"
    assert stored.keys() <= sent
