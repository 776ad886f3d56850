"""Files that another program holds, or that may not be written: said as it is, and nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from xl_lifecycle.commands.cli import main
from xl_lifecycle.sources.file_system import IN_USE
from xl_lifecycle.xlsx.lock import hold

NOBODY, READERS = 0, 1  # with whom a program shares a file that it has open: Excel with those that only read
Opened = Callable[[Path, int], AbstractContextManager[None]]


@pytest.fixture
def typed(tmp_path: Path) -> Path:
    file = tmp_path / "내보내기.csv"
    file.write_text("month,channel,spend\n2026-01,Email,130\n2026-04,Email,60.25\n", "utf-8")
    return file


@pytest.fixture
def book(small_book: Path) -> Iterator[Path]:
    """A workbook that is as it was at the end of the test, alone in its folder."""
    before = small_book.read_bytes()
    yield small_book
    assert small_book.read_bytes() == before
    assert [file.name for file in small_book.parent.iterdir()] == [small_book.name]


def test_this_windows_refuses_to_sync_what_is_open_for_reading(book: Path) -> None:
    """Else no test here would see the fault that let no command write a workbook."""
    with book.open("rb") as file, pytest.raises(OSError, match=r"Permission denied|Bad file descriptor"):
        os.fsync(file.fileno())


def test_a_workbook_open_in_excel(book: Path, typed: Path, opened: Opened, capsys: pytest.CaptureFixture[str]) -> None:
    with opened(book, READERS):
        assert main(["refresh", str(book), str(typed)]) == 1
        assert capsys.readouterr().err.endswith(f"cannot be written: {IN_USE}; nothing was changed\n")
        assert main(["check", str(book)]) == 0, "reading is allowed"


@pytest.mark.parametrize("command", [["check"], ["calc", "=CAC(1,2)", "--book"], ["refresh"]])
def test_a_workbook_that_nobody_may_read(
    command: list[str], book: Path, opened: Opened, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened(book, NOBODY):
        assert main([*command, str(book)]) == 1
    refused = "written" if command == ["refresh"] else "read"
    out, error = capsys.readouterr()
    assert out == ""
    assert error.startswith(f"xl-lifecycle: {book} cannot be {refused}: {IN_USE}")


def test_an_export_that_nobody_may_read(
    book: Path, typed: Path, opened: Opened, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened(typed, NOBODY):
        assert main(["refresh", str(book), str(typed)]) == 1
    assert capsys.readouterr() == ("", f"xl-lifecycle: {typed.name} cannot be read: {IN_USE}\n")


def test_a_read_only_workbook(book: Path, typed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book.chmod(0o444)  # Windows' attribute
    assert main(["refresh", str(book), str(typed)]) == 1
    assert f"{book} is read-only; allow writing" in capsys.readouterr().err
    book.chmod(0o666)


def refreshing(book: Path, typed: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "xl_lifecycle", "refresh", book, typed]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")


BUSY = "is being refreshed by another process; wait, and refresh again"


def test_a_second_refresh_meanwhile(book: Path, typed: Path) -> None:
    with hold(book):
        process = refreshing(book, typed)
        _, error = process.communicate(timeout=120)
    assert process.returncode == 1
    assert BUSY in error


def test_two_refreshes_at_once(small_book: Path, typed: Path) -> None:
    """One writes; the other waits for nobody: it is refused, or comes later and has nothing left to do."""
    both = [refreshing(small_book, typed) for _ in range(2)]
    said = [process.communicate(timeout=240) for process in both]
    assert any("Written: " in out for out, _ in said)
    for process, (out, error) in zip(both, said, strict=True):
        assert (process.returncode, error) == (0, "") if out else BUSY in error
    assert {file.name for file in small_book.parent.iterdir()} == {"small.xlsx", "small.before-refresh.xlsx"}
    assert main(["check", str(small_book)]) == 0
