"""The Swift code of the documentation is code: every block of every page is checked by the compiler.

`documentation/PAGE.swift` holds what a page takes for granted: its imports, and stand-ins for the reader's own code.
"""

import re
import subprocess

import pytest

from programs import ROOT, RUN_DEADLINE

CATALOGUE = ROOT / "Sources/Telemetry/Documentation.docc"
PRELUDES = ROOT / "Tests/EndToEnd/documentation"
BUILD = ROOT / ".build/release"
# Modules that the pages speak of and this package does not depend on: their stand-ins are in the preludes.
ELSEWHERE = {"AWSLambdaEvents", "AWSLambdaRuntime"}


def blocks(page):
    return re.findall(r"^```swift\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)


PAGES = [page for page in sorted(CATALOGUE.glob("*.md")) if blocks(page)]


def program(prelude, snippets):
    """A file in which every snippet is a function of its own; declarations stay where they are."""
    imports, functions = [], []
    for number, snippet in enumerate(snippets):
        lines = snippet.splitlines()
        imports += [line for line in lines if line.startswith("import ") and line.split()[1] not in ELSEWHERE]
        code = "\n".join(line for line in lines if not line.startswith("import "))
        functions.append(code if "@Test" in code else f"func snippet{number}() async throws {{\n{code}\n}}")
    return "\n".join([*imports, prelude, *functions]) + "\n"


def check(source, folder):
    file = folder / "page.swift"
    file.write_text(source)
    command = ["swiftc", "-typecheck", "-parse-as-library", "-swift-version", "6", "-I", BUILD / "Modules"]
    plugins = subprocess.run(
        ["swiftc", "-print-target-info"], capture_output=True, text=True, timeout=RUN_DEADLINE, check=True
    ).stdout
    library = re.search(r'"runtimeResourcePath"\s*:\s*"([^"]+)"', plugins).group(1)
    command += ["-plugin-path", f"{library}/host/plugins/testing", "-plugin-path", f"{library}/host/plugins"]
    maps = [*(ROOT / "Sources").glob("*/module.modulemap"), *(ROOT / ".build/checkouts").glob("*/Sources/*/include/module.modulemap")]
    maps += [map for map in BUILD.glob("*.build/module.modulemap")]
    for path in maps:
        command += ["-Xcc", f"-fmodule-map-file={path}", "-Xcc", f"-I{path.parent}"]
    return subprocess.run([*command, file], capture_output=True, text=True, timeout=RUN_DEADLINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_block_of_a_page_compiles(page, tmp_path):
    result = check(program((PRELUDES / f"{page.stem}.swift").read_text(), blocks(page)), tmp_path)
    assert result.returncode == 0, result.stderr


def test_a_block_that_does_not_compile_is_found(tmp_path):
    result = check(program("import Telemetry\n", ["Telemetry.bootstrap().explode()\n"]), tmp_path)
    assert result.returncode == 1 and "has no member 'explode'" in result.stderr
