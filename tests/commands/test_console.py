"""What a waiting user sees: one line that is overwritten, and no warnings of libraries."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr
from pathlib import Path

import pytest

from tests.support.systems import without_wine
from xl_lifecycle.commands.cli import main
from xl_lifecycle.commands.console import ProgressLine


class Screen(io.StringIO):
    """A console that knows no escape codes."""

    def isatty(self) -> bool:
        return True

    def lines(self) -> list[str]:
        """The lines on it, each letter where it was written last."""
        lines = []
        for line in self.getvalue().split("\n"):
            shown: list[str] = []
            for written in line.split("\r"):
                shown[: len(written)] = written
            lines.append("".join(shown).rstrip())
        return lines


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")


def test_each_text_takes_the_place_of_the_one_before() -> None:
    with redirect_stderr(Screen()) as screen:
        progress = ProgressLine()
        progress("reading a workbook")
        progress("writing")
        assert screen.lines() == ["… writing"]
        progress.end()
        print("done", file=screen)
        assert screen.lines() == ["done", ""]


@pytest.mark.parametrize(("text", "shown"), [("a" * 100, f"… {'a' * 37}"), ("책" * 100, f"… {'책' * 18}")])
def test_a_long_text_stays_in_one_line(text: str, shown: str) -> None:
    """Otherwise the console continues on the next line, and the text cannot be overwritten."""
    with redirect_stderr(Screen()) as screen:
        ProgressLine()(text)
        assert screen.lines() == [shown]


def test_an_error_begins_its_own_line(small_book: Path) -> None:
    (small_book.parent / "unknown.csv").write_text("a,b\n1,2\n")
    with redirect_stderr(Screen()) as screen:
        assert main(["refresh", str(small_book), str(small_book.parent / "unknown.csv")]) == 1
    error, last = screen.lines()
    assert error.startswith("xl-lifecycle: unknown.csv")
    assert last == ""
    assert "…" in screen.getvalue(), "progress was shown"
    assert "\x1b" not in screen.getvalue()


def test_nothing_is_written_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    progress = ProgressLine()
    progress("reading")
    progress.end()
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("command", [["check"], ["pack", "team", "--book"], ["calc", '=CAC("All","2026")', "--book"]])
def test_no_warning_of_a_library_is_shown(command: list[str], demo_book: Path, tmp_path: Path) -> None:
    """openpyxl warns of the sparklines in every workbook of ours."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONWARNINGS"}
    done = subprocess.run(
        [sys.executable, "-m", "xl_lifecycle", *command, demo_book],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=environment,
    )
    assert without_wine(done.stderr) == ""
    assert done.stdout
