"""One refresh of a workbook at a time: the system's own lock on a file beside it, which ends with its process."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from xl_lifecycle.content.content import BookError

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a workbook for one refresh; BookError where another process holds it, or its folder cannot be written."""
    lock = path.with_name(f".{path.name}.refresh")
    handle = -1
    try:
        while handle < 0:
            handle = _locked(lock, path)
        yield
    finally:
        if handle >= 0:
            if sys.platform == "win32":  # which removes no open file
                os.close(handle)
            with suppress(OSError):
                lock.unlink()
            if sys.platform != "win32":
                os.close(handle)


def _locked(lock: Path, path: Path) -> int:
    """The handle of the locked file, -1 where another process has just removed it."""
    try:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise BookError(
            f"{path} cannot be written: its folder {path.parent} does not accept a new file ({error.strerror})"
        ) from None
    try:
        _lock(handle)
        if os.path.exists(lock) and os.path.samestat(os.fstat(handle), os.stat(lock)):
            return handle
    except OSError:
        os.close(handle)
        raise BookError(f"{path} is being refreshed by another process; wait for it, and refresh again") from None
    os.close(handle)
    return -1
