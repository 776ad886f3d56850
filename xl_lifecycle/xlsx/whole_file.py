"""Writes a file as a whole or not at all, and never replaces a file that is protected."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from xl_lifecycle.core.cells.errors import BookError
from xl_lifecycle.sources.file_system import replace, why_refused


def write_whole(
    path: Path,
    write: Callable[[Path], object],
    last: Callable[[], object] = lambda: None,
    like: Path | None = None,
    follow: bool = True,
) -> None:
    """Write a file as a whole or not at all. last: called when it is written, before it replaces the old one.

    like: the file whose permissions it gets. Default: those of the file that it replaces, or of any new file.
    follow: whether a link becomes the file that it leads to; else the link itself is replaced.
    """
    path = path.resolve() if follow else path
    pattern = like or path
    rights = pattern.stat().st_mode & 0o777 if pattern.exists() else 0o666 & ~umask()
    try:
        # Always the same name, so that the remains of a killed run are overwritten
        temporary = path.with_name(f".{path.name}.tmp")
        temporary.unlink(missing_ok=True)
        temporary.touch(0o600, exist_ok=False)  # and no link that was put there meanwhile
        try:
            write(temporary)
            _to_disk(temporary)
            os.chmod(temporary, rights)
            last()
            replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise BookError(f"{path} cannot be written: {why_refused(path, error)}; nothing was changed") from None


def refuse_unwritable(path: Path) -> None:
    """Raise BookError if a workbook is protected or in use: replacing the file would ignore that."""
    if not path.stat().st_mode & 0o222:
        raise BookError(f"{path} is read-only; allow writing, and refresh again")
    try:
        path.open("r+b").close()
    except OSError as error:
        raise BookError(f"{path} cannot be written: {why_refused(path, error)}; nothing was changed") from None


def _to_disk(path: Path) -> None:
    """Write a file to the disk before its name changes, so that a power cut leaves the old or the new one."""
    with path.open("r+b") as file:  # Windows syncs only files that are open for writing
        os.fsync(file.fileno())


def refuse_open(path: Path) -> None:
    """Raise BookError if the workbook is open in another program."""
    for lock in (path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#")):
        if lock.exists():
            raise BookError(f"{path} is open in Excel or LibreOffice ({lock.name}); close it and try again")


def umask() -> int:
    """The permissions that new files of this process do not get."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
