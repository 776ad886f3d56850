"""Nothing leaves the machine: no command, no function of a host, no macro and no code in Lite opens a connection."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT, SUPPORT
from tests.support.systems import not_on_windows
from xl_lifecycle.commands.cli import COMMANDS
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.hosts.classic import vba
from xl_lifecycle.hosts.lite import bundle

WATCHED = [sys.executable, str(SUPPORT / "no_network.py")]
WITHOUT_DEVICES = ["unshare", "--map-root-user", "--net"]
NETWORK = {
    "socket",
    "ssl",
    "http",
    "urllib",
    "requests",
    "httpx",
    "aiohttp",
    "ftplib",
    "smtplib",
    "socketserver",
    "xmlrpc",
}
ADDRESSES_ONLY = {"sources.database.address"}  # urllib.parse takes an address apart, and opens nothing
ASKED = """
from pathlib import Path
from xl_lifecycle.core.functions import FUNCTIONS, Functions
from xl_lifecycle.engine.calc import Calc
from xl_lifecycle.xlsx.saved_book import SavedBook
functions = Functions(FUNCTIONS.catalogue)
calc = Calc(functions, SavedBook(Path("lifecycle.xlsx")).book.package)
for name in functions.names:
    functions.call(name, [100.0, 10.0, 0.5])
    calc.evaluate(f'={name}("cac","All","2026-Q1",Data)')
"""


def run(*words: object, folder: Path) -> None:
    done = subprocess.run(list(map(str, words)), cwd=folder, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    assert "network:" not in done.stderr


@not_on_windows("an audit hook ends the process there too, but a namespace of networks is Linux'")
def test_no_command_and_no_function_uses_a_network(tmp_path: Path) -> None:
    assert shutil.which("unshare"), "util-linux has it"
    isolated = [*WITHOUT_DEVICES, *WATCHED]
    sample = ROOT / "xl_lifecycle" / "commands" / "sample" / "exports"
    named = {command.__name__.rpartition(".")[2].removesuffix("_command") for command in COMMANDS}
    commands: dict[str, list[object]] = {
        "demo": ["demo"],
        "new": ["new", "ours.xlsx", "--currency", "USD"],
        "refresh": ["refresh", "ours.xlsx", sample],
        "map": ["map", next(sample.glob("*.csv"))],
        "calc": ["calc", '=CAC("All","2026-Q1",Data)', "--book", "ours.xlsx"],
        "metrics": ["metrics"],
        "check": ["check", "ours.xlsx"],
        "doctor": ["doctor"],
        "pack": ["pack", "packed"],
        "trust": ["trust", "none.toml"],
    }
    assert named - commands.keys() == {"install"}  # which downloads libraries, unless it is given a folder of them
    for words in commands.values():
        run(*isolated, *words, folder=tmp_path)
    (tmp_path / "ask.py").write_text(ASKED)
    run(*WITHOUT_DEVICES, sys.executable, "ask.py", folder=tmp_path)


def test_the_hook_notices(tmp_path: Path) -> None:
    code = (SUPPORT / "no_network.py").read_text().partition("from xl_lifecycle")[0]
    code += 'import urllib.request\nurllib.request.urlopen("http://127.0.0.1:1")'
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 99
    assert "network: urllib.Request" in done.stderr


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = [name.name for name in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        found |= set(names)
    return found


@pytest.mark.parametrize("path", sorted((ROOT / "xl_lifecycle").rglob("*.py")), ids=lambda path: path.stem)
def test_no_module_imports_what_opens_a_connection(path: Path) -> None:
    module = ".".join(path.relative_to(ROOT / "xl_lifecycle").with_suffix("").parts)
    network = {name for name in imports(path) if name.partition(".")[0] in NETWORK}
    assert network <= ({"urllib.parse"} if module in ADDRESSES_ONLY else set())


def test_the_macros_and_the_code_in_lite_name_no_address_that_they_ask() -> None:
    macros = vba.calls() + vba.buttons() + vba.functions(FUNCTIONS.names.values())
    assert not re.search(r"https?://|WinHttp|XMLHTTP|URLDownload|Inet|WebService", macros, re.IGNORECASE)
    code = bundle.bundle()
    assert not re.search(r"\b(pyfetch|open_url|XMLHttpRequest|fetch|urlopen|WebSocket)\b", code)
    assert {
        name.partition(".")[0] for name in re.findall(r"^\s*(?:import|from) ([\w.]+)", code, re.M)
    } & NETWORK == set()
