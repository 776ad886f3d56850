"""Allows one refresh of a workbook at a time: a system lock on a file beside it, which ends with its process."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from xl_lifecycle.core.cells.errors import BookError


@contextmanager
def hold(path: Path) -> Iterator[None]:
    """Lock a workbook for one refresh. Raises BookError if another process has the lock, or it cannot be made."""
    file = path.with_name(f".{path.name}.refresh")
    lock = FileLock(file, timeout=0, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        raise BookError(f"{path} is being refreshed by another process; wait, and refresh again") from None
    except OSError as error:
        raise BookError(
            f"{path} cannot be written: its folder {path.parent} does not accept a new file ({error.strerror})"
        ) from None
    try:
        yield
    finally:
        if sys.platform != "win32":  # on Windows filelock removes it; elsewhere it refuses a removed file
            with suppress(OSError):
                file.unlink()
        lock.release()
