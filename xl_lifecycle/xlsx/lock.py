"""One refresh of a workbook at a time: the system's own lock on a file beside it, which ends with its process."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from xl_lifecycle.core.cells.errors import BookError


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a workbook for one refresh; BookError where another process holds it, or its folder cannot be written."""
    file = path.with_name(f".{path.name}.refresh")
    lock = FileLock(file, timeout=0, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        raise BookError(f"{path} is being refreshed by another process; wait for it, and refresh again") from None
    except OSError as error:
        raise BookError(
            f"{path} cannot be written: its folder {path.parent} does not accept a new file ({error.strerror})"
        ) from None
    try:
        yield
    finally:
        if sys.platform != "win32":  # there filelock removes it; here it refuses a file that was removed meanwhile
            with suppress(OSError):
                file.unlink()
        lock.release()
