"""What only Windows can show. tools/windows.sh runs these tests there under Wine; a real Windows runs them as they are."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

collect_ignore_glob = [] if sys.platform == "win32" else ["*"]


class Done(NamedTuple):
    """How a command ended, and what it wrote."""

    code: int
    out: str
    error: str


@pytest.fixture(scope="session")
def run() -> Callable[..., Done]:
    """Runs a command as a person does, in a process of its own: run(folder, "new", "book.xlsx")."""

    def ran(folder: Path, *words: object) -> Done:
        command = [sys.executable, "-m", "xl_lifecycle", *map(str, words)]
        done = subprocess.run(command, capture_output=True, check=False, cwd=folder, timeout=300)
        out, error = (stream.decode("utf-8").replace("\r\n", "\n") for stream in (done.stdout, done.stderr))
        assert "Traceback" not in error
        assert "Warning" not in error
        return Done(done.returncode, out, error)

    return ran


@pytest.fixture(scope="session")
def made_on_linux() -> Path:
    """The folder of what `tests.support.windows.on_linux` made with the same checkout."""
    folder = os.environ.get("XL_MADE_ON_LINUX")
    if not folder:
        pytest.skip("XL_MADE_ON_LINUX names no folder that tests.support.windows.on_linux has filled")
    return Path(folder)


@pytest.fixture(scope="session")
def opened() -> Callable[..., object]:
    """Holds a file open as another program does: opened(path, shared=READ)."""
    create = ctypes.windll.kernel32.CreateFileW
    create.restype = ctypes.c_void_p
    read_and_write, existing, failed = 0xC0000000, 3, ctypes.c_void_p(-1).value

    @contextmanager
    def holding(path: Path, shared: int) -> Iterator[None]:
        handle = create(str(path), read_and_write, shared, None, existing, 0, None)
        assert handle != failed
        yield
        ctypes.windll.kernel32.CloseHandle(ctypes.c_void_p(handle))

    return holding
