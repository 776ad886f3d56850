"""What the system refuses: why, in words that say what to do, and once more where Windows only needs a moment."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path

IN_USE = "it is open in another program; close it and try again"
PATIENCE = 2.0  # seconds that a virus scanner or a cloud folder may look into what was just written
_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EIO)  # no right helps
_SHARING = (32, 33)  # Windows' ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION


def why_refused(path: Path, error: OSError) -> str:
    """What the system said when a file could not be read or written.

    path: the file that was wanted, which Windows is asked about; error: what reading or writing it raised.

    >>> why_refused(Path("book.xlsx"), PermissionError(errno.EACCES, "Permission denied"))
    'Permission denied; check the path and its rights'
    >>> why_refused(Path("book.xlsx"), OSError(errno.ENOSPC, "No space left on device"))
    'No space left on device'
    """
    if isinstance(error, PermissionError) and is_in_use(path, error):
        return IN_USE
    said = error.strerror or str(error)
    return said if error.errno in _DISK else f"{said}; check the path and its rights"


def is_in_use(path: Path, error: OSError) -> bool:
    """Whether Windows refuses a file because another program has it open. Other systems do not refuse it for that.

    Windows often says only "access denied". Renaming a file to the name that it has changes nothing, and where another
    program has it open Windows refuses that by a number of its own.
    """
    if getattr(error, "winerror", None) in _SHARING:
        return True
    try:
        os.rename(path, path)
    except OSError as refusal:
        return getattr(refusal, "winerror", None) in _SHARING
    return False


def replace(path: Path, to: Path) -> None:
    """Put a file or folder in the place of another in one step. Where Windows says that it is in use, wait a little."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            os.replace(path, to)
        except PermissionError as error:
            if time.monotonic() > end or not (is_in_use(to, error) or is_in_use(path, error)):
                raise
            time.sleep(0.1)
        else:
            return
