"""What Windows refuses, said as it is; it is played here, and tests/windows has the real thing."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from xl_lifecycle.commands.cli import main
from xl_lifecycle.commands.refresh import refresh
from xl_lifecycle.core.cells.errors import BookError, SourceError
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.sources import read_all
from xl_lifecycle.sources.file_system import IN_USE, PATIENCE, replace, why_refused

ACCESS_DENIED, SHARING_VIOLATION = 5, 32  # Windows' numbers
BOOK = Path("book.xlsx")


def refused(number: int | None) -> PermissionError:
    """What Python raises for a number of Windows'; open() and fsync() tell none."""
    error = PermissionError(errno.EACCES, "Permission denied")
    error.winerror = number  # type: ignore[attr-defined]
    return error


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "typed.csv"
    file.write_text("month,channel,spend\n2026-01,Email,130\n2026-04,Email,60.25\n", "utf-8")
    return file


@pytest.mark.parametrize(
    ("raised", "rename_error", "message"),
    [
        (SHARING_VIOLATION, None, IN_USE),
        (ACCESS_DENIED, SHARING_VIOLATION, IN_USE),
        (None, SHARING_VIOLATION, IN_USE),
        (None, ACCESS_DENIED, "Permission denied; check the path and its rights"),
        (ACCESS_DENIED, None, "Permission denied; check the path and its rights"),
    ],
)
def test_a_file_is_open_elsewhere_only_where_windows_says_so(
    raised: int | None, rename_error: int | None, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rename(path: Path, to: Path) -> None:
        assert path == to == BOOK, "nothing may change"
        if rename_error:
            raise refused(rename_error)

    monkeypatch.setattr(os, "rename", rename)
    assert why_refused(BOOK, refused(raised)) == message


def test_what_is_looked_into_for_a_moment_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, refusals = os.replace, [refused(SHARING_VIOLATION)] * 3

    def hesitating(path: Path, to: Path) -> None:
        if refusals:
            raise refusals.pop()
        real(path, to)

    monkeypatch.setattr(os, "replace", hesitating)
    (tmp_path / "new").write_text("new")
    replace(tmp_path / "new", tmp_path / "old")
    assert not refusals
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("old", "new")]


@pytest.mark.parametrize(("number", "least"), [(ACCESS_DENIED, 0.0), (SHARING_VIOLATION, PATIENCE)])
def test_what_stays_refused_is_told(number: int, least: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]

    def never(path: Path, to: Path) -> None:
        raise refused(number)

    monkeypatch.setattr(os, "replace", never)
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    monkeypatch.setattr("time.sleep", lambda seconds: now.__setitem__(0, now[0] + seconds))
    with pytest.raises(PermissionError):
        replace(tmp_path / "new", tmp_path / "old")
    assert least <= now[0] <= least + 0.2


def test_only_files_that_are_open_for_writing_are_synced(
    small_book: Path, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows refuses to sync any other, so that no command could write a workbook there."""
    fcntl = pytest.importorskip("fcntl", reason="Windows refuses by itself")
    real, synced = os.fsync, []

    def fsync(handle: int) -> None:
        if fcntl.fcntl(handle, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
            raise OSError(errno.EBADF, "Bad file descriptor")
        synced.append(handle)
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    assert main(["new", str(small_book.with_name("new.xlsx"))]) == 0
    assert main(["refresh", str(small_book), str(table)]) == 0
    assert len(synced) == 3, "the new workbook, the refreshed one, and the one that it was"


def test_a_refused_write_says_what_the_system_said(
    small_book: Path, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = small_book.read_bytes()

    def denied(handle: int) -> None:
        raise refused(None)

    def shared_with_nobody(path: Path, to: Path) -> None:
        raise refused(SHARING_VIOLATION)

    monkeypatch.setattr(os, "fsync", denied)
    with pytest.raises(BookError, match=r"small\.xlsx cannot be written: Permission denied; check .* nothing was ch"):
        refresh(small_book, [table], FUNCTIONS.catalogue)
    monkeypatch.setattr(os, "rename", shared_with_nobody)
    with pytest.raises(BookError, match=r"small\.xlsx cannot be written: it is open in another program; close it"):
        refresh(small_book, [table], FUNCTIONS.catalogue)
    assert small_book.read_bytes() == before
    assert [file.name for file in small_book.parent.iterdir()] == [small_book.name]


@pytest.fixture
def unreadable(monkeypatch: pytest.MonkeyPatch) -> None:
    """No file can be read, as where another program lets nobody share it."""

    def denied(path: Path | str, *_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", denied)
    monkeypatch.setattr("zipfile.ZipFile", denied)


@pytest.mark.usefixtures("unreadable")
@pytest.mark.parametrize("command", [["check"], ["calc", "=CAC()", "--book"], ["refresh"], ["pack", "team", "--book"]])
def test_a_workbook_that_cannot_be_read_is_not_called_something_else(
    command: list[str],
    small_book: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([*command, str(small_book)]) == 1
    message = f"xl-lifecycle: {small_book} cannot be read: Permission denied; check the path and its rights\n"
    assert capsys.readouterr() == ("", message)


@pytest.mark.usefixtures("unreadable")
def test_doctor_says_that_a_workbook_cannot_be_read(small_book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["doctor", str(small_book)])
    assert "no    small.xlsx cannot be read: Permission denied; check the path" in capsys.readouterr().out


@pytest.mark.usefixtures("unreadable")
def test_an_export_that_cannot_be_read(table: Path) -> None:
    with pytest.raises(SourceError, match=r"typed\.csv cannot be read: Permission denied; check the path"):
        read_all([table])
