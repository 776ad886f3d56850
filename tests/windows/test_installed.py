"""How a colleague's PC is set up: the command, and the file that a double click runs. Nightly: each takes minutes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.windows.activation import activated, ask
from xl_lifecycle import __version__
from xl_lifecycle.commands.cli import main

WHEELS = os.environ.get("XL_WHEELS")  # a folder with the libraries, where there is no internet
HOMES = (r"C:\users\Ann O'Neil & Co\xl-lifecycle", r"C:\users\김 철수\xl-lifecycle")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("home", HOMES)
def test_install(home: str, tmp_path: Path, run: Callable[..., tuple[int, str, str]]) -> None:
    """In a home of any name; the environment starts through the DLL as Excel starts it."""
    offline = ["--offline-from", WHEELS] if WHEELS else []
    code, out, error = run(tmp_path, "install", "--home", home, *offline)
    try:
        home.encode("mbcs", "strict")
    except UnicodeEncodeError:
        assert (code, out) == (1, "")
        assert "the macros cannot read the path" in error
        return
    assert (code, error) == (0, "")
    assert f"xl-lifecycle {__version__} is installed: {home}" in out
    assert "is installed already, and works" in run(tmp_path, "install", "--home", home, *offline)[1]
    python = Path(home) / "Scripts" / "python.exe"
    for server in activated(python, next(Path(home).glob("xlwings64-*.dll"))):
        assert ask(server, "CAC", None, None, None, 1000.0, 25.0) == 40.0


@pytest.mark.timeout(900)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_packed_installer(language: str, tmp_path: Path) -> None:
    """A double click on install.cmd in the folder that a team gets."""
    team = tmp_path / "team"
    assert main(["pack", str(team), "--language", language]) == 0
    path = f"{Path(sys.executable).parent};{os.environ['PATH']}"
    done = subprocess.run(
        ["cmd", "/c", "install.cmd"], capture_output=True, stdin=subprocess.DEVNULL, check=False,
        cwd=team, env=os.environ | {"LOCALAPPDATA": str(tmp_path), "PATH": path},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout.decode("utf-8", "replace") + done.stderr.decode("utf-8", "replace")
    assert (tmp_path / "xl-lifecycle" / "Scripts" / "python.exe").exists()
