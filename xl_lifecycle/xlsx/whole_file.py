"""A file written whole or not at all, and never in the place of one that may not be written."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from xl_lifecycle.core.cells.errors import BookError
from xl_lifecycle.sources.file_system import replace, why_refused


def write_whole(
    path: Path, write: Callable[[Path], object], last: Callable[[], object] = lambda: None, like: Path | None = None
) -> None:
    """Write a file whole or not at all. last: what to do when it is written, before it takes its place.

    like: whose rights it gets; its own where it replaces one, else those of any new file.
    """
    path = path.resolve()  # of a link, the workbook it leads to
    pattern = like or path
    rights = pattern.stat().st_mode & 0o777 if pattern.exists() else 0o666 & ~umask()
    try:
        # One name alone, so that what a killed run left is written over
        temporary = path.with_name(f".{path.name}.tmp")
        temporary.unlink(missing_ok=True)
        temporary.touch(0o600)
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
    """BookError for a workbook that is protected or in use: a new file in its place would not ask."""
    if not path.stat().st_mode & 0o222:
        raise BookError(f"{path} is read-only; allow writing to it, and refresh again")
    try:
        path.open("r+b").close()
    except OSError as error:
        raise BookError(f"{path} cannot be written: {why_refused(path, error)}; nothing was changed") from None


def _to_disk(path: Path) -> None:
    """Have the disk hold a file before its name changes, so that a power cut leaves the old or the new one."""
    with path.open("r+b") as file:  # Windows syncs only what is open for writing
        os.fsync(file.fileno())


def refuse_open(path: Path) -> None:
    """BookError if another program holds the workbook open."""
    for lock in (path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#")):
        if lock.exists():
            raise BookError(f"{path} is open in Excel or LibreOffice ({lock.name}); close it and try again")


def umask() -> int:
    """The rights that new files of this process do without."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
