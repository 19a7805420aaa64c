"""`traceview` on files and standard input: exit codes, flags, colours, formats."""

import json
import re
import resource
import shutil
import signal
import subprocess
from pathlib import Path

import pexpect
import pytest
from programs import ROOT, TRACEVIEW, traceview

TRACES = ROOT / "Tests/TraceViewTests/Traces"
ORDERS = TRACES / "orders.jsonl"
HINTS = TRACES / "hints.jsonl"
SGR = re.compile(r"\x1b\[[0-9;]*m")


def lines(result):
    assert result.returncode == 0, result.stderr
    return result.stdout.decode().splitlines()


@pytest.mark.parametrize("name", ["orders.jsonl", "hotrod.json", "zipkin.json"])
def test_every_format_is_read_from_a_file_and_from_standard_input(name):
    from_file = lines(traceview(TRACES / name, "--plain"))
    piped = subprocess.run([TRACEVIEW, "-", "--plain"], input=(TRACES / name).read_bytes(), capture_output=True, timeout=60)
    assert from_file == piped.stdout.decode().splitlines()
    assert len(from_file) > 8


def test_plain_is_the_same_everywhere():
    here = lines(traceview(ORDERS, "--plain", "--tz", "UTC", "--width", "80"))
    there = lines(
        traceview(
            ORDERS, "--plain", "--tz", "UTC", "--width", "80",
            environment={"FORCE_COLOR": "1", "NO_COLOR": "", "TZ": "Asia/Tokyo", "COLUMNS": "200", "LANG": "C"},
        )
    )  # fmt: skip
    golden = (ROOT / "Tests/TraceViewTests/Screens/orders-80.txt").read_text().splitlines()
    assert here == there == golden


def test_colours_only_repeat_what_shapes_say():
    plain = traceview(ORDERS, "--tz", "UTC").stdout.decode()
    always = traceview(ORDERS, "--tz", "UTC", "--color", "always").stdout.decode()
    forced = traceview(ORDERS, "--tz", "UTC", environment={"NO_COLOR": "", "FORCE_COLOR": "1"}).stdout.decode()
    assert "\x1b" not in plain
    assert SGR.sub("", always) == plain and always != plain
    assert forced == always
    assert "\x1b" not in traceview(ORDERS, environment={"FORCE_COLOR": "1"}).stdout.decode(), "NO_COLOR wins"


def test_ascii_has_nothing_else():
    for width in (40, 80, 160):
        assert traceview(ORDERS, "--ascii", "--width", width).stdout.isascii()


def test_time_zones():
    assert any("2026-11-24 22:14:07.113Z" in line for line in lines(traceview(ORDERS, "--tz", "UTC")))
    assert any("2026-11-25 07:14:07.113 JST" in line for line in lines(traceview(ORDERS, "--tz", "Asia/Tokyo")))
    result = traceview(ORDERS, "--tz", "Atlantis")
    assert result.returncode == 2 and b"Atlantis" in result.stderr


def test_exit_status_says_whether_the_request_failed():
    assert traceview(ORDERS).returncode == 0
    assert traceview(ORDERS, "--exit-status").returncode == 1
    assert traceview(HINTS, "--exit-status").returncode == 0


def test_strict_says_whether_something_is_missing():
    assert traceview(ORDERS, "--strict").returncode == 5, "a function was invoked and sent nothing"
    assert traceview(HINTS, "--strict").returncode == 0


@pytest.mark.parametrize("content", [b"", b"  \n", b"{}", b"not json", b"[1,2]", b'{"resourceSpans":[]}', b'{"data":[]}', b"\xff\xfe"])
def test_a_file_that_is_no_trace_is_exit_code_4(tmp_path, content):
    path = tmp_path / "trace.json"
    path.write_bytes(content)
    result = traceview(path)
    assert result.returncode == 4, result
    assert result.stderr.startswith(b"traceview: cannot read") and not result.stdout


def test_a_file_that_is_not_there_is_exit_code_4():
    result = traceview("./nowhere.json")
    assert result.returncode == 4 and b"nowhere.json" in result.stderr


def test_logs_can_be_chosen():
    assert not any("receipt queued" in line for line in lines(traceview(ORDERS, "--plain")))
    assert any("receipt queued" in line for line in lines(traceview(ORDERS, "--plain", "--logs", "info")))
    assert not any("card declined" in line for line in lines(traceview(ORDERS, "--plain", "--logs", "none")) if "ERROR" in line)


def test_one_span_can_be_looked_at():
    assert any("server.address" in line for line in lines(traceview(ORDERS, "--span", "cause")))
    several = traceview(ORDERS, "--span", "charge")
    assert several.returncode == 3 and several.stderr.count(b"\n") == 3
    nothing = traceview(ORDERS, "--span", "nobody")
    assert nothing.returncode == 3 and b"nobody" in nothing.stderr


def test_rows_beyond_the_limit_are_folded_and_said():
    few = lines(traceview(TRACES / "checkout.jsonl", "--plain", "--max-rows", "10"))
    every = lines(traceview(TRACES / "checkout.jsonl", "--plain", "--all"))
    assert len(few) < len(every)
    assert any("folded" in line or "spans" in line for line in few)
    assert any("PaymentService/Ch" in line for line in few), "errors stay"


def test_clocks_are_set_right_unless_they_shall_not():
    assert any("clock: payments +38ms (1 pair)" in line for line in lines(traceview(TRACES / "clocks.jsonl", "--plain")))
    assert not any("clock:" in line for line in lines(traceview(TRACES / "clocks.jsonl", "--plain", "--raw-clock")))


def test_prices_can_be_edited(tmp_path):
    prices = tmp_path / "prices"
    prices.write_bytes(traceview("prices").stdout.replace(b"0.0000133334", b"1000"))
    assert any("million" in line and "$0.0000121" not in line for line in lines(traceview(ORDERS, "--plain", "--prices", prices)))
    prices.write_text("as-of 2026-01-01\nfunction aws_lambda arm64 free 0\n")
    result = traceview(ORDERS, "--prices", prices)
    assert result.returncode == 4 and b"line 2" in result.stderr


def test_what_if():
    first = lines(traceview(HINTS, "--plain", "--what-if", "tutor=-200ms"))[0]
    assert "3.15s → 2.95s (−6%)" in first
    assert traceview(HINTS, "--what-if", "nobody=-200ms").returncode == 3
    assert traceview(HINTS, "--what-if", "tutor").returncode == 2


def test_diff_says_one_sentence_first():
    first = lines(traceview("diff", HINTS, ORDERS, "--plain"))[0]
    assert first.startswith("✗ it fails now: payments POST api.stripe.com")
    same = lines(traceview(ORDERS, "--diff", ORDERS, "--plain"))
    assert same[0].startswith("≈") and len(same) == 3


@pytest.mark.parametrize("form", ["otlp", "jaeger", "zipkin", "perfetto"])
def test_exports_are_json(form):
    for line in lines(traceview("export", ORDERS, "--as", form)):
        json.loads(line)


@pytest.mark.parametrize("form", ["otlp", "jaeger"])
def test_what_is_exported_can_be_read_again(form, tmp_path):
    path = tmp_path / "again.json"
    assert traceview("export", ORDERS, "--as", form, "-o", path).returncode == 0
    again, first = lines(traceview(path, "--plain", "--logs", "none")), lines(traceview(ORDERS, "--plain", "--logs", "none"))
    waterfall = [line for line in first if "─" not in line and "logs" not in line]
    assert [line for line in again if "logs" not in line] == waterfall


def test_the_page_masks_what_is_sensitive_unless_told_otherwise(tmp_path):
    secret = tmp_path / "secret.jsonl"
    secret.write_text(ORDERS.read_text().replace("card declined", "declined for ada@example.org"))
    masked = traceview("export", secret, "--as", "html").stdout.decode()
    assert "ada@example.org" not in masked and "•••" in masked
    assert "ada@example.org" in traceview("export", secret, "--as", "html", "--no-mask").stdout.decode()


def test_a_reader_that_goes_away_ends_it_quietly():
    process = subprocess.run(["bash", "-c", f"'{TRACEVIEW}' '{ORDERS}' | head -1"], capture_output=True, timeout=60)
    assert process.stdout.startswith("✗ POST /orders".encode()) and not process.stderr


def test_typos_of_flags_and_commands_are_answered_with_what_was_meant(tmp_path):
    assert b"--width" in traceview(ORDERS, "--widht", "80").stderr
    result = traceview("serach", "--data-dir", tmp_path)
    assert result.returncode in (3, 4)


SCREENS = [[ORDERS], [ORDERS, "--json"], [ORDERS, "--span", "cause"], ["export", ORDERS, "--as", "jaeger"], ["prices"], ["gate", "rules"], ["--help"]]


@pytest.mark.parametrize("arguments", SCREENS, ids=lambda arguments: " ".join(map(str, arguments))[-40:])
def test_what_cannot_be_written_is_said_and_ends_with_4(tmp_path, arguments):
    """A file that may not grow is a full disk."""

    def forbid_growth():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    with open(tmp_path / "full", "wb") as full:
        result = subprocess.run([TRACEVIEW, *arguments], stdout=full, stderr=subprocess.PIPE, preexec_fn=forbid_growth, timeout=60)
    assert result.returncode == 4, result.stderr
    assert result.stderr == b"traceview: cannot write to standard output: File too large\n"


def test_a_reader_that_has_seen_enough_ends_it_quietly():
    result = subprocess.run(f"{TRACEVIEW} {ORDERS} --json | head -c 1", shell=True, capture_output=True, timeout=60)
    assert result.stdout == b"{" and result.stderr == b""


def test_an_export_that_cannot_be_written_names_the_file_and_why(tmp_path):
    result = traceview("export", ORDERS, "-o", tmp_path / "nowhere/x")
    assert result.returncode == 4 and f"cannot write {tmp_path}/nowhere/x: No such file or directory" in result.stderr.decode(), result.stderr
    assert traceview("export", ORDERS, "-o", tmp_path).returncode == 4
    assert traceview("export", ORDERS, "-o", tmp_path / "here").returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["here"]


def test_a_file_is_read_whatever_it_is_called(tmp_path):
    (tmp_path / "orders").write_bytes(Path(ORDERS).read_bytes())
    result = subprocess.run([TRACEVIEW, "orders", "--plain"], cwd=tmp_path, capture_output=True, timeout=60)
    assert result.returncode == 0 and b"POST /orders" in result.stdout, result.stderr


def test_an_export_says_which_logs_have_no_place_in_it(tmp_path):
    record = {"timeUnixNano": "1", "body": {"stringValue": "alone"}, "traceId": "0" * 31 + "1"}
    with open(tmp_path / "stray.jsonl", "wb") as file:
        file.write(Path(ORDERS).read_bytes() + json.dumps({"resourceLogs": [{"scopeLogs": [{"logRecords": [record]}]}]}).encode() + b"\n")
    for format, isSaid in (("jaeger", True), ("zipkin", True), ("perfetto", True), ("otlp", False), ("html", False)):
        result = traceview("export", tmp_path / "stray.jsonl", "--as", format)
        assert (b"left out 1 log record without a span" in result.stderr) == isSaid, format


def test_what_takes_more_than_a_second_is_said_on_a_terminal(tmp_path):
    """A pipe that nobody writes to for a while is a large file."""
    child = pexpect.spawn("/bin/bash", ["-c", f"(sleep 2; cat {ORDERS}) | {TRACEVIEW} - --plain"], dimensions=(40, 100), timeout=30, encoding="utf-8")
    child.expect_exact("traceview: reading - …")
    child.expect_exact("POST /orders")
    child.wait()


@pytest.mark.parametrize(
    ("changes", "meant"), [(["no-cold-strat"], "no-cold-start"), (["tuter=-1ms"], None), (["paymnts=-1ms"], "payments"), (["inventory.reserv=50%"], "inventory.reserve")]
)  # fmt: skip
def test_a_mistyped_change_is_answered_with_what_was_meant(changes, meant):
    result = traceview(ORDERS, "--what-if", *changes)
    assert result.returncode in (2, 3)
    if meant:
        assert f"did you mean {meant}?" in result.stderr.decode(), result.stderr


COMPLETIONS = [
    (["--wid"], "--width"), (["abc", "--wid"], "--width"), (["show", "--wid"], "--width"), (["search", "--lim"], "--limit"), (["sear"], "search"),
    (["--color", "nev"], "never"), (["lonely-fi"], "lonely-file.json"), (["--data-dir", "lonely-fo"], "lonely-folder"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "expected"), COMPLETIONS, ids=lambda value: " ".join(value) if isinstance(value, list) else value)
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_default_command_is_completed_without_its_name(tmp_path, shell, words, expected):
    if not shutil.which(shell):
        pytest.skip(f"there is no {shell} here")
    script = subprocess.run([TRACEVIEW, "--generate-completion-script", shell], capture_output=True, check=True, timeout=60).stdout
    (tmp_path / "_traceview").write_bytes(script)
    (tmp_path / "lonely-folder").mkdir()
    (tmp_path / "lonely-file.json").touch()
    typed = " ".join(["traceview", *words])
    if shell == "fish":
        command = ["fish", "-c", f"source _traceview; complete -C '{typed}'"]
    elif shell == "bash":
        line = " ".join(f"'{word}'" for word in ["traceview", *words])
        call = f'"$function" traceview "${{COMP_WORDS[COMP_CWORD]}}" "${{COMP_WORDS[COMP_CWORD - 1]}}"'
        command = ["bash", "-c", f"source _traceview; set -- $(complete -p traceview); while [ \"$1\" != -F ]; do shift; done; function=$2; "
                   f"COMP_WORDS=({line}); COMP_CWORD={len(words)}; COMP_LINE='{typed}'; COMP_POINT={len(typed)}; {call}; printf '%s\\n' \"${{COMPREPLY[@]}}\""]  # fmt: skip
    else:
        child = pexpect.spawn("zsh", ["-f", "-i"], cwd=str(tmp_path), env={"TERM": "dumb", "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}, timeout=30, encoding="utf-8")
        child.sendline("unsetopt zle_bracketed_paste; fpath=($PWD $fpath); autoload -U compinit; compinit -u -D; PS1='<''ready>'; traceview() { echo \"[$*]\" }")
        child.expect_exact("<ready>")
        child.send(f"{typed}\t\r")
        child.expect_exact(expected)
        child.close(force=True)
        return
    output = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60).stdout.decode()
    assert expected in [line.split("\t")[0].rstrip("/ ") for line in output.splitlines()], output


def test_completions_and_pages_are_made_from_the_program(tmp_path):
    programs = {"PROGRAMS": str(ROOT / ".build/release")}
    import os

    subprocess.run([ROOT / "scripts/install", tmp_path], check=True, capture_output=True, env={**os.environ, **programs}, timeout=120)
    page = (tmp_path / "share/man/man1/traceview.1").read_text()
    assert page.startswith(".TH") and "\\-\\-width" in page and "Exit status" in page
    assert "\\-\\-level" in (tmp_path / "share/man/man1/traceview-logs.1").read_text()
    for path in ("bash-completion/completions/traceview", "zsh/site-functions/_traceview", "fish/vendor_completions.d/traceview.fish"):
        assert "raw-clock" in (tmp_path / "share" / path).read_text()


def test_a_mistyped_command_is_told_even_before_there_is_a_folder(tmp_path):
    result = traceview("serach", "--data-dir", tmp_path / "nothing")
    assert result.returncode == 4 and b"did you mean the command traceview search?" in result.stderr, result.stderr
