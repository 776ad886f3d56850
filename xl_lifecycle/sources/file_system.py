"""Errors of the file system: why, and what to do; and a second attempt if Windows only needs a moment."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path

IN_USE = "it is open in another program; close it and try again"
PATIENCE = 2.0  # seconds; a virus scanner or a cloud folder may still be reading a new file
_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EIO)  # not a matter of rights
_SHARING = (32, 33)  # Windows' ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION


def why_refused(path: Path, error: OSError) -> str:
    """The reason why the system could not read or write a file.

    path: the file, to find out whether it is in use; error: what reading or writing it raised.

    >>> why_refused(Path("book.xlsx"), PermissionError(errno.EACCES, "Permission denied"))
    'Permission denied; check the path and its rights'
    >>> why_refused(Path("book.xlsx"), OSError(errno.ENOSPC, "No space left on device"))
    'No space left on device'
    """
    if isinstance(error, PermissionError) and is_in_use(path, error):
        return IN_USE
    reason = error.strerror or str(error)
    return reason if error.errno in _DISK else f"{reason}; check the path and its rights"


def is_in_use(path: Path, error: OSError) -> bool:
    """Whether Windows refuses a file because another program has it open. Other systems do not do this.

    Windows often says only "access denied". Renaming a file to its own name changes nothing, but if another program
    has the file open, Windows refuses this with a specific error number.
    """
    if getattr(error, "winerror", None) in _SHARING:
        return True
    try:
        os.rename(path, path)
    except OSError as refusal:
        return getattr(refusal, "winerror", None) in _SHARING
    return False


replaced: list[Path] = []  # by this process, for somebody who stops it and wants to know


def replace(path: Path, to: Path) -> None:
    """Replace a file or folder by another one in one step. If Windows says that it is in use, wait a little."""
    replaced.append(to)  # before it is done, so that an interruption in between does not make it a lie
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
