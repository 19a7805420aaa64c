#!/usr/bin/env python3
"""Measures `collector serve` as a whole process while a corpus is replayed into it over OTLP/HTTP, durable ack on.

  ingest.py --collector .build/release/collector --replay REPLAY --corpus CORPUS [--signals traces,logs] [--cut batch,small]

Needs the corpus generator's files and the compiled load replayer. For each run: an empty folder, the collector started, the
bodies replayed as fast as they are accepted, idle until its CPU is quiet. Prints CPU seconds (user + system) a million records,
peak and idle memory, and the bytes of the folder. With --stages (needs perf) it also says which part of the work took them.
"""
import argparse, json, os, re, shutil, signal as signal_module, subprocess, sys, tempfile, time

CLOCK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK


def memory_mebibytes(pid, name):
    return int(re.search(name + r":\s+(\d+)", open(f"/proc/{pid}/status").read()).group(1)) / 1024


def folder_bytes(folder):
    return sum(os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder) if name.startswith("segment-"))


def wait_until_quiet(pid, seconds=120):
    end, last, quiet = time.monotonic() + seconds, cpu_seconds(pid), 0
    while quiet < 4 and time.monotonic() < end:
        time.sleep(2)
        now = cpu_seconds(pid)
        quiet = quiet + 1 if now - last < 0.03 else 0
        last = now


# Where a sample belongs: the first pattern that one of its functions has, from the innermost out.
STAGES = [
    ("zstd", r"^libzstd"), ("SQLite", r"^libsqlite3|GRDB"), ("kernel: disk and pages", r"sync|pwrite|pread|page_fault|ext4|writeback"),
    ("kernel: network", r"tcp_|sock_|epoll|writev|eventfd"),
    ("parse", r"ExportWalker|SpanReader|LogRecordReader|SpanHeadReader|RecordHeadReader|AttributeReader|RecordGroup|MetricReader|isUTF8"),
    ("sort", r"stableSort|RecordLocation.*sorted|_merge"), ("encode", r"GroupEncoder|PackedIntegers|TextList|ColumnSet|MembershipFilter|BlockBuilder.*encoded"),
    ("intern", r"ByteDictionary|BlockTexts|BlockBuilder|SpanRows|LogRows|SpanFamily|BlockMaker"),
    ("inbox", r"InboxWriter|InboxBody"), ("HTTP", r"NIO|llhttp|OTLPHTTP|HTTPDecoder"),
    ("threads", r"schedule|futex|dispatch"),
]


def stages(data):
    """Shares of the samples by stage."""
    script = subprocess.run(["perf", "script", "-i", data, "-F", "ip,sym,dso"], capture_output=True, text=True).stdout
    counts, total = {}, 0
    for sample in script.split("\n\n"):
        frames = [re.sub(r"^\s*[0-9a-f]+ ", "", line) for line in sample.splitlines() if line.strip()]
        if not frames:
            continue
        total += 1
        frames = [f"{os.path.basename(frame.rsplit('(', 1)[-1].rstrip(')'))} {frame}" for frame in frames]
        stage = next((name for frame in frames for name, pattern in STAGES if re.search(pattern, frame)), "other")
        counts[stage] = counts.get(stage, 0) + 1
    return {name: count / max(1, total) for name, count in counts.items()}


def measure(options, signals, cut):
    folder = tempfile.mkdtemp(prefix="ingest-")
    collector = subprocess.Popen(
        [options.collector, "serve", "--data-dir", folder, "--otlp-http", "127.0.0.1:0", "--otlp-grpc", "127.0.0.1:0",
         "--query", "127.0.0.1:0"], stderr=subprocess.PIPE, text=True)
    try:
        ready = collector.stderr.readline()
        address = re.search(r"otlp-http=(\S+)", ready).group(1)
        if options.stages:
            recorded = os.path.join(folder, "perf.data")
            perf = subprocess.Popen(["perf", "record", "-q", "-F", "499", "-g", "--call-graph", "fp", "-o", recorded, "-p",
                                     str(collector.pid)], stderr=subprocess.DEVNULL)
            time.sleep(1)
        start = cpu_seconds(collector.pid)
        for signal in signals:
            replay = subprocess.run(
                [options.replay, "-u", f"http://{address}/v1/{signal}", "-d", f"{options.corpus}/{signal}.bin",
                 "-i", f"{options.corpus}/{signal}.{cut}.idx", "-c", str(options.connections)], capture_output=True, text=True, timeout=900)
            if replay.returncode != 0:
                sys.exit(f"replay failed: {replay.stdout}{replay.stderr}")
            print(f"  replayed {signal}: {' '.join(replay.stdout.split())[:180]}", file=sys.stderr)
        wait_until_quiet(collector.pid)
        manifest = json.load(open(f"{options.corpus}/manifest.json"))["totals"]
        records = sum({"traces": manifest["spans"], "logs": manifest["logs"]}[signal] for signal in signals)
        cpu = cpu_seconds(collector.pid) - start
        peak, idle = memory_mebibytes(collector.pid, "VmHWM"), memory_mebibytes(collector.pid, "VmRSS")
        if options.stages:
            perf.send_signal(signal_module.SIGINT)
            perf.wait(60)
            shares = stages(recorded)
    finally:
        collector.terminate()
        collector.wait(60)
    size = folder_bytes(folder)
    print(f"{'+'.join(signals):12} {cut:6} {cpu / records * 1e6:6.2f} CPU s/M   peak {peak:5.0f} MiB   idle {idle:5.0f} MiB   "
          f"{size / records:6.1f} B/record on disk", flush=True)
    if options.stages:
        for name, share in sorted(shares.items(), key=lambda entry: -entry[1]):
            print(f"    {name:24} {share * cpu / records * 1e6:6.2f} CPU s/M  {100 * share:5.1f} %", flush=True)
    if options.keep:
        shutil.move(folder, options.keep)
    else:
        shutil.rmtree(folder)


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--collector", required=True)
parser.add_argument("--replay", required=True)
parser.add_argument("--corpus", required=True)
parser.add_argument("--signals", default="traces,logs", help="each is a run of its own; join with + for one run")
parser.add_argument("--cut", default="batch,small")
parser.add_argument("--connections", type=int, default=4)
parser.add_argument("--stages", action="store_true")
parser.add_argument("--keep", help="move the folder of the last run here")
options = parser.parse_args()
for signals in options.signals.split(","):
    for cut in options.cut.split(","):
        measure(options, signals.split("+"), cut)
