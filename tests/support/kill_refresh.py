"""Refreshes a workbook, and copies its folder each time that it touches it: what a kill at this moment would leave.

usage: kill_refresh.py N BOOK FROM [COPIES]
N: the touch at which it kills itself; 0 for none. Prints how often it touched the folder, if it was not killed.
COPIES: a folder for the copies, which have the numbers of the touches as names; none are made without it.
"""

from __future__ import annotations

import io
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

from xl_lifecycle.commands import cli

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # which ends a process of Windows at once
EVENTS = {"open", "os.rename", "os.remove", "os.chmod"}
last, book, exports = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
copies = Path(sys.argv[4]) if sys.argv[4:] else None
count, copying = 0, False


def touched() -> None:
    global count, copying
    if copying:
        return
    count += 1
    if copies:
        copying = True
        (copies / str(count)).mkdir()
        for file in book.parent.iterdir():
            copy(file, copies / str(count) / file.name)
        copying = False
    if count == last:
        os.kill(os.getpid(), KILL)


def copy(file: Path, to: Path) -> None:
    try:
        shutil.copy(file, to)
    except PermissionError:  # Windows lets nobody read a locked file; the lock has no content
        to.touch()


def audit(event: str, arguments: tuple[Any, ...]) -> None:
    where = arguments[0] if event in EVENTS else None
    if isinstance(where, (str, os.PathLike)) and Path(where).parent == book.parent:
        touched()


def write_bytes(path: Path, data: bytes) -> int:
    """In two halves, between which it may be killed."""
    with io.open(path, "wb") as file:  # noqa: UP020
        file.write(data[: len(data) // 2])
        file.flush()
        touched()
        file.write(data[len(data) // 2 :])
        touched()
    return len(data)


def fsync(handle: int) -> None:
    touched()


Path.write_bytes = write_bytes  # type: ignore[assignment]
os.fsync = fsync
sys.addaudithook(audit)
status = cli.main(["refresh", str(book), exports])
print(count, flush=True)
sys.exit(status)
