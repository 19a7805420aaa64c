#!/usr/bin/env python3
"""Measures `traceview` as a person waits for it: exec to exit, and from a key to the screen.

  traceview.py --traceview .build/release/traceview --data-dir FOLDER --corpus CORPUS [--runs 100]      # lookups, searches, logs
  traceview.py --traceview .build/release/traceview --huge 100000                                       # one request of so many spans

FOLDER holds the corpus generator's CORPUS (ingest.py --keep). Prints wall milliseconds, median and 99th percentile of warm runs, and
the CPU milliseconds of the best one. The huge request is a file of OTLP/JSON that is made here.
"""
import argparse, json, os, pty, random, select, statistics, struct, subprocess, sys, tempfile, termios, fcntl, time


def run(command):
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, status, usage = os.wait4(process.pid, 0)
    wall = (time.perf_counter() - began) * 1000
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{' '.join(command)}: {process.stderr.read().decode()}")
    process.stderr.close()
    return wall, (usage.ru_utime + usage.ru_stime) * 1000, usage.ru_maxrss / 1024


def measure(title, commands):
    for command in commands[:3]:
        run(command)
    results = [run(command) for command in commands]
    walls = sorted(wall for wall, _, _ in results)
    p99 = walls[min(len(walls) - 1, int(len(walls) * 0.99))]
    print(f"{title:44} p50 {statistics.median(walls):7.1f} ms   p99 {p99:7.1f} ms   CPU {min(cpu for _, cpu, _ in results):6.1f} ms   "
          f"peak {max(peak for *_, peak in results):5.0f} MiB", flush=True)  # fmt: skip


def stored(options):
    where = ["--data-dir", options.data_dir]
    rng = random.Random(1)
    lines = open(os.path.join(options.corpus, "traces.tsv")).read().splitlines()
    traces = [line.split("\t")[0] for line in rng.sample(lines, min(options.runs, len(lines)))]
    requests = [line.split("\t")[0] for line in open(os.path.join(options.corpus, "requests.tsv")).read().splitlines()]
    requests = rng.sample(requests, min(options.runs, len(requests)))
    program = options.traceview
    measure("traceview TRACE-ID --plain", [[program, trace, "--plain", *where] for trace in traces])
    measure("traceview REQUEST-ID --plain", [[program, request, "--plain", *where] for request in requests])
    few = max(5, options.runs // 10)
    for title, arguments in {
        "search": ["search"], "search --service": ["search", "--service", "grader"], "search --status error": ["search", "--status", "error"],
        "search --min 2s": ["search", "--min", "2s"], "search -a http.response.status_code=500": ["search", "-a", "http.response.status_code=500"],
        "search TEXT": ["search", "timeout"], "search -q": ["search", "-q"],
        "logs": ["logs"], "logs --level error": ["logs", "--level", "error"], "logs TEXT": ["logs", "photosynthesis"], "logs RARE": ["logs", "zugzwang"],
        "logs --service TEXT": ["logs", "--service", "grader", "score"],
        "services --since 2020-01-01": ["services", "--since", "2020-01-01"], "map": ["map"], "shapes": ["shapes"],
    }.items():  # fmt: skip
        measure(title, [[program, *arguments, "--plain", *where] if "-q" not in arguments else [program, *arguments, *where]] * few)


def huge(options):
    """A tree of spans: an entry, batches below it, items below them; one in a thousand fails, one in ten has a log."""
    path = tempfile.mktemp(suffix=".jsonl")
    start = 1_795_509_381_000_000_000
    spans, logs = [], []
    rng = random.Random(3)

    def span(number, parent, name, kind, begin, length):
        record = {
            "traceId": "0" * 31 + "7", "spanId": f"{number:016x}", "name": name, "kind": kind, "startTimeUnixNano": str(start + begin),
            "endTimeUnixNano": str(start + begin + length), "attributes": [
                {"key": "request.id", "value": {"stringValue": "request-that-is-huge"}}, {"key": "db.query.text", "value": {"stringValue": "SELECT body FROM items WHERE id = $1"}}],
        }  # fmt: skip
        if parent:
            record["parentSpanId"] = f"{parent:016x}"
        if rng.random() < 0.001:
            record["status"] = {"code": 2, "message": "item is gone"}
        if rng.random() < 0.1:
            logs.append({"timeUnixNano": str(start + begin), "severityNumber": 9, "body": {"stringValue": f"item {number} is done"},
                         "traceId": record["traceId"], "spanId": record["spanId"]})  # fmt: skip
        spans.append(record)

    count = options.huge
    span(1, 0, "POST /import", 2, 0, count * 1_000_000)
    number, batch = 1, 0
    while number < count:
        batch += 1
        number += 1
        parent = number
        size = min(rng.randrange(20, 200), count - number)
        span(parent, 1, f"batch {rng.choice('abcd')}", 1, parent * 1_000_000, max(1, size) * 1_000_000)
        for _ in range(size):
            number += 1
            span(number, parent, rng.choice(["GET item", "PUT item", "SELECT items"]), 3, number * 1_000_000, rng.randrange(100_000, 900_000))
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": "importer"}}]}
    with open(path, "w") as file:
        file.write(json.dumps({"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": spans}]}]}) + "\n")
        file.write(json.dumps({"resourceLogs": [{"resource": resource, "scopeLogs": [{"logRecords": logs}]}]}) + "\n")
    print(f"{len(spans)} spans, {len(logs)} log lines, {os.path.getsize(path) / 1e6:.0f} MB of JSON")
    program, where = options.traceview, [path]
    if options.collector:
        folder, where = into_store(options, path), None
        where = ["request-that-is-huge", "--data-dir", folder]
    measure("the whole story", [[program, *where, "--plain"]] * 5)
    measure("the whole story, --all", [[program, *where, "--plain", "--all"]] * 3)
    keys(program, where)
    os.remove(path)


def into_store(options, path):
    """The same request out of a store, as it would really be looked up."""
    import http.client, re

    folder = tempfile.mkdtemp(prefix="huge-")
    collector = subprocess.Popen([options.collector, "serve", "--data-dir", folder, "--otlp-http", "127.0.0.1:0", "--otlp-grpc", "127.0.0.1:0", "--query", "127.0.0.1:0"],
                                 stderr=subprocess.PIPE, text=True)  # fmt: skip
    address = re.search(r"otlp-http=(\S+)", collector.stderr.readline())[1]
    for line in open(path):
        document = json.loads(line)
        (name, groups), = document.items()
        signal, inner = ("traces", "spans") if name == "resourceSpans" else ("logs", "logRecords")
        scope = groups[0]["scopeSpans" if signal == "traces" else "scopeLogs"][0]
        records = scope[inner]
        for begin in range(0, len(records), 5_000):
            scope[inner] = records[begin : begin + 5_000]
            connection = http.client.HTTPConnection(address)
            connection.request("POST", f"/v1/{signal}", json.dumps(document), {"content-type": "application/json"})
            assert connection.getresponse().status == 200
    collector.terminate()
    collector.wait(120)
    return folder


def keys(program, where, rows=50, columns=160):
    """From the key to the last byte of the screen that it makes."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color")
        os.execv(program, [program, *where, "-i"])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def answer(deadline=60.0):
        """Reads until the end of a screen; returns when its last byte came."""
        data, limit = b"", time.perf_counter() + deadline
        while not data.endswith(b"\x1b[?2026l"):
            if not select.select([terminal], [], [], max(0, limit - time.perf_counter()))[0]:
                sys.exit("no screen came")
            data += os.read(terminal, 1 << 20)
        return time.perf_counter()

    answer()
    while select.select([terminal], [], [], 0.5)[0]:
        os.read(terminal, 1 << 20)
    for title, keys in {
        "down": ["j"] * 50, "page down": [" "] * 30, "to the end, to the top": ["G", "g"] * 10, "open all, close all": ["+", "-"] * 6,
        "logs off, on (all open)": ["+"] + ["l"] * 10, "close and open the root": ["g"] + ["\x1b[D", "\x1b[C"] * 6, "next error": ["e"] * 40, "along the critical path": ["c"] * 40,
        "find": ["/item 77\r"] + ["n"] * 10, "details": ["\r"] * 10, "fold in the middle": ["G", "\x1b[D", "\x1b[D", "\x1b[C"] * 4,
    }.items():  # fmt: skip
        times = []
        for key in keys:
            began = time.perf_counter()
            os.write(terminal, key.encode())
            times.append((answer() - began) * 1000)
            while select.select([terminal], [], [], 0.01)[0]:
                os.read(terminal, 1 << 20)
        times.sort()
        print(f"key: {title:39} p50 {statistics.median(times):7.1f} ms   max {times[-1]:7.1f} ms", flush=True)
    os.write(terminal, b"q")
    os.waitpid(pid, 0)


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--traceview", required=True)
parser.add_argument("--data-dir")
parser.add_argument("--corpus")
parser.add_argument("--runs", type=int, default=100)
parser.add_argument("--huge", type=int, metavar="SPANS")
parser.add_argument("--collector", help="with --huge: look the request up in a store that this one fills, not in a file")
options = parser.parse_args()
if options.huge:
    huge(options)
elif options.data_dir and options.corpus:
    stored(options)
else:
    parser.error("give --data-dir and --corpus, or --huge")
