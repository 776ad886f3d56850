"""How a file is replaced: which rights it has, what a link becomes, and what of a refusal Windows' numbers say."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path

import pytest

from tests.support.systems import needs_links, needs_rights
from xl_lifecycle.core.cells.errors import BookError
from xl_lifecycle.sources import file_system
from xl_lifecycle.sources.file_system import IN_USE, is_in_use, replace, why_refused
from xl_lifecycle.xlsx.lock import hold
from xl_lifecycle.xlsx.whole_file import umask, write_whole


def write(path: Path, text: str = "new", **options: object) -> None:
    write_whole(path, lambda temporary: temporary.write_text(text), **options)  # type: ignore[arg-type]


def rights(path: Path) -> int:
    return path.stat().st_mode & 0o7777


@needs_rights
def test_rights(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write(tmp_path / "new")
        assert rights(tmp_path / "new") == 0o640
        os.umask(0)
        write(tmp_path / "open")
        assert rights(tmp_path / "open") == 0o666
        assert umask() == 0
    finally:
        os.umask(before)
    assert umask() == before
    (tmp_path / "open").chmod(0o604)
    write(tmp_path / "open")
    assert rights(tmp_path / "open") == 0o604
    write(tmp_path / "another", like=tmp_path / "open")
    assert rights(tmp_path / "another") == 0o604


@needs_links
def test_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    link.symlink_to(target)
    write(link)
    assert (target.read_text(), link.is_symlink()) == ("new", True)
    write(link, "newer", follow=False)
    assert (target.read_text(), link.read_text(), link.is_symlink()) == ("new", "newer", False)


def test_nothing_is_left_beside(tmp_path: Path) -> None:
    def fail() -> None:
        assert {file.name for file in tmp_path.iterdir()} == {".book.tmp"}
        raise BookError("no")

    (tmp_path / ".book.tmp").write_text("of a killed run")
    with pytest.raises(BookError, match="no"):
        write(tmp_path / "book", last=fail)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(BookError, match=r"cannot be written: .*; nothing was changed"):
        write(tmp_path / "none" / "book")


class Refused(PermissionError):
    """As Windows refuses, with a number of its own."""

    def __init__(self, number: int | None) -> None:
        super().__init__(errno.EACCES, "Access is denied")
        self.winerror = number


@pytest.mark.parametrize(("number", "used"), [(31, False), (32, True), (33, True), (34, False), (None, False)])
def test_what_windows_says_of_a_file_in_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int | None, used: bool
) -> None:
    file = tmp_path / "file"
    file.touch()
    assert is_in_use(file, Refused(number)) is used
    assert (why_refused(file, Refused(number)) == IN_USE) is used

    def rename(*paths: Path) -> None:
        raise Refused(number)

    monkeypatch.setattr(os, "rename", rename)
    assert is_in_use(file, Refused(5)) is used


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EACCES])
def test_a_disk_is_not_a_matter_of_rights(code: int) -> None:
    said = why_refused(Path("x"), OSError(code, "said by the system"))
    assert said == "said by the system" + "; check the path and its rights" * (code == errno.EACCES)
    assert why_refused(Path("x"), OSError("only words")) == "only words; check the path and its rights"


def test_a_file_that_a_scanner_holds_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = os.replace, []

    def refuse(path: Path, to: Path) -> None:
        calls.append(path)
        if len(calls) < 3:
            raise Refused(32)
        real(path, to)

    monkeypatch.setattr(os, "replace", refuse)
    (tmp_path / "a").write_text("a")
    replace(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_text() == "a"
    assert file_system.replaced[-1] == tmp_path / "b"
    monkeypatch.setattr(file_system, "PATIENCE", -1)
    calls.clear()
    with pytest.raises(Refused):
        replace(tmp_path / "b", tmp_path / "c")
    assert len(calls) == 1


def test_a_second_one_is_refused_at_once(tmp_path: Path) -> None:
    with hold(tmp_path / "book"):
        assert [file.name for file in tmp_path.iterdir()] == [".book.refresh"]
        began = time.monotonic()
        with pytest.raises(BookError, match="is being refreshed by another process"), hold(tmp_path / "book"):
            pass
        assert time.monotonic() - began < 0.5
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("used", "tries"), [("a", 3), ("b", 3), ("", 1)])
def test_only_what_is_in_use_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, used: str, tries: int
) -> None:
    """Which of the two it is does not matter; a refusal for another reason is final."""
    real, calls, waits = os.replace, [], []

    def refuse(path: Path, to: Path) -> None:
        calls.append(path)
        if len(calls) < 3:
            raise Refused(None)
        real(path, to)

    monkeypatch.setattr(os, "replace", refuse)
    monkeypatch.setattr(file_system, "is_in_use", lambda path, error: path.name == used)
    monkeypatch.setattr(file_system.time, "sleep", waits.append)
    (tmp_path / "a").write_text("a")
    if used:
        replace(tmp_path / "a", tmp_path / "b")
    else:
        with pytest.raises(Refused):
            replace(tmp_path / "a", tmp_path / "b")
    assert len(calls) == tries
    assert waits == [0.1] * (tries - 1)
    assert file_system.PATIENCE == 2
