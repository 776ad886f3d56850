"""Who else uses the workbook, its folder and its rights: all are respected, and nothing is half-written."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.systems import needs_links, needs_rights
from xl_lifecycle.commands import refresh as module
from xl_lifecycle.commands.refresh import refresh
from xl_lifecycle.core.cells.errors import BookError
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.xlsx.lock import hold

CATALOGUE = FUNCTIONS.catalogue


@pytest.fixture
def typed(tmp_path: Path) -> Path:
    file = tmp_path / "typed.csv"
    file.write_text("month,channel,spend\n2026-01,Email,130\n2026-04,Email,60.25\n", "utf-8")
    return file


@pytest.fixture
def unchanged(small_book: Path) -> object:
    """At the end of the test the workbook is as it was, alone in its folder."""
    before = small_book.read_bytes(), small_book.stat().st_mtime_ns
    yield
    assert (small_book.read_bytes(), small_book.stat().st_mtime_ns) == before
    assert [file.name for file in small_book.parent.iterdir()] == [small_book.name]


@pytest.mark.usefixtures("unchanged")
def test_a_second_refresh_at_the_same_time_is_refused(small_book: Path, typed: Path) -> None:
    with hold(small_book):
        command = [sys.executable, "-m", "xl_lifecycle", "refresh", small_book, typed]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.strip().endswith("is being refreshed by another process; wait, and refresh again")


def test_what_a_killed_refresh_left_holds_nobody_up(small_book: Path, typed: Path) -> None:
    for name in (".small.xlsx.refresh", ".small.xlsx.tmp"):
        (small_book.parent / name).write_bytes(b"left")
    assert refresh(small_book, [typed], CATALOGUE).added
    assert sorted(file.name for file in small_book.parent.iterdir()) == ["small.before-refresh.xlsx", "small.xlsx"]


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("at", ["write_bytes", "touch"])
def test_a_full_disk(small_book: Path, typed: Path, at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, *_: object, **__: object) -> None:
        if at == "write_bytes":
            path.open("wb").write(b"PK")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr(Path, at, full)
    with pytest.raises(BookError, match=r"cannot be written: No space left on device; nothing was changed"):
        refresh(small_book, [typed], CATALOGUE)
    monkeypatch.undo()


def test_what_another_program_saved_meanwhile_is_kept(
    small_book: Path, typed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def recalculate(*_: object) -> list[str]:
        small_book.write_bytes(b"saved by somebody else")
        return []

    monkeypatch.setattr(module, "recalculate", recalculate)
    with pytest.raises(BookError, match="was saved by another program meanwhile"):
        refresh(small_book, [typed], CATALOGUE)
    assert small_book.read_bytes() == b"saved by somebody else"
    assert [file.name for file in small_book.parent.iterdir()] == [small_book.name]


def test_a_workbook_that_is_opened_meanwhile(small_book: Path, typed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = small_book.read_bytes()

    def recalculate(*_: object) -> list[str]:
        small_book.with_name(f"~${small_book.name}").touch()
        return []

    monkeypatch.setattr(module, "recalculate", recalculate)
    with pytest.raises(BookError, match="is open in Excel or LibreOffice"):
        refresh(small_book, [typed], CATALOGUE)
    assert small_book.read_bytes() == before


@pytest.mark.usefixtures("unchanged")
def test_a_read_only_workbook(small_book: Path, typed: Path) -> None:
    small_book.chmod(0o444)
    with pytest.raises(BookError, match="is read-only; allow writing"):
        refresh(small_book, [typed], CATALOGUE)


# On Windows filelock takes the refusal for the lock of another, and the workbook itself is what cannot be written.
DENIED = (
    "cannot be written: denied" if sys.platform == "win32" else r"its folder .* does not accept a new file \(denied\)"
)


@pytest.mark.usefixtures("unchanged")
def test_a_folder_that_cannot_be_written(small_book: Path, typed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> int:
        raise PermissionError(errno.EACCES, "denied")

    monkeypatch.setattr(os, "open", denied)
    with pytest.raises(BookError, match=DENIED):
        refresh(small_book, [typed], CATALOGUE)
    monkeypatch.undo()


@pytest.mark.usefixtures("unchanged")
def test_a_dry_run_needs_no_rights_and_leaves_nothing(small_book: Path, typed: Path) -> None:
    small_book.chmod(0o444)
    assert refresh(small_book, [typed], CATALOGUE, dry_run=True).added


@needs_rights
def test_both_files_have_the_rights_of_the_workbook(small_book: Path, typed: Path) -> None:
    small_book.chmod(0o600)
    refresh(small_book, [typed], CATALOGUE)
    assert [file.stat().st_mode & 0o777 for file in small_book.parent.iterdir()] == [0o600, 0o600]


@needs_links
def test_of_a_link_the_workbook_it_leads_to(small_book: Path, typed: Path, tmp_path: Path) -> None:
    before, link = small_book.read_bytes(), tmp_path / "link.xlsx"
    link.symlink_to(small_book)
    refresh(link, [typed], CATALOGUE)
    assert link.is_symlink()
    assert small_book.with_name("small.before-refresh.xlsx").read_bytes() == before
