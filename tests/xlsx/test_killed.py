"""A refresh that is killed at any point leaves the old workbook or the new one, and the next run clears up."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.paths import SUPPORT

KILLER = SUPPORT / "kill_refresh.py"
TYPED = "month,channel,spend\n2026-01,Email,130\n2026-04,Email,60.25\n"
KILLED = 15 if sys.platform == "win32" else -9
pytestmark = pytest.mark.timeout(1800)  # a process for each touch, which takes a quarter of a minute in Wine


def run(*command: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *map(str, command)], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("exports") / "typed.csv"
    file.write_text(TYPED, "utf-8")
    return file


class Case:
    """A workbook in a separate folder, before and after a refresh."""

    def __init__(self, original: Path, folder: Path, exports: Path) -> None:
        self.folder, self.book, self.exports = folder, folder / "ours.xlsx", exports
        shutil.copy(original, self.book)
        self.old = self.book.read_bytes()
        done = run(KILLER, 0, self.book, exports)
        assert done.returncode == 0, done.stderr
        self.touches = int(done.stdout.split()[-1])
        self.new = self.book.read_bytes()
        self.again()

    def again(self, copy: Path | None = None) -> None:
        """Put the folder back to what it was before the refresh, or to a copy of it."""
        for file in self.folder.iterdir():
            file.unlink()
        self.book.write_bytes(self.old)
        for file in copy.iterdir() if copy else ():
            shutil.copy(file, self.folder)

    def check(self) -> bytes:
        """The workbook is old or new, and the kept one is the old one; the next run leaves nothing else."""
        found = self.book.read_bytes()
        assert found in (self.old, self.new)
        kept = self.folder / "ours.before-refresh.xlsx"
        assert found == self.old or kept.exists()
        assert not kept.exists() or kept.read_bytes() == self.old
        return found

    def finish(self) -> None:
        done = run("-m", "xl_lifecycle", "refresh", self.book, self.exports)
        assert done.returncode == 0, done.stderr
        assert self.book.read_bytes() == self.new
        assert {file.name for file in self.folder.iterdir()} == {"ours.xlsx", "ours.before-refresh.xlsx"}
        self.check()


@pytest.fixture(scope="module")
def case(small_original: Path, tmp_path_factory: pytest.TempPathFactory, exports: Path) -> Case:
    return Case(small_original, tmp_path_factory.mktemp("killed"), exports)


def test_killed_at_each_touch_of_the_folder(case: Case, tmp_path: Path) -> None:
    """One run leaves a copy of the folder at each touch; a process that is really killed leaves the same."""
    assert case.old != case.new
    assert case.touches > 12
    case.again()
    assert run(KILLER, 0, case.book, case.exports, tmp_path).returncode == 0
    copies = [tmp_path / str(n) for n in range(1, case.touches + 1)]
    found = []
    for n, copy in enumerate(copies, 1):
        case.again(copy)
        found.append(case.check())
        if n in (case.touches // 2, case.touches - 2):  # each costs another two runs
            case.finish()
            case.again()
            assert run(KILLER, n, case.book, case.exports).returncode == KILLED
            assert contents(case.folder) == contents(copy)
    assert {found[0], found[-1]} == {case.old, case.new}


def contents(folder: Path) -> list[bytes]:
    """The contents of a folder's files; a temporary file has another name each time."""
    return sorted(file.read_bytes() for file in folder.iterdir())


def test_killed_at_any_time(case: Case) -> None:
    case.again()
    begun = time.monotonic()
    assert run("-m", "xl_lifecycle", "refresh", case.book, case.exports).returncode == 0
    whole = time.monotonic() - begun
    for share in (random.uniform(0.3, 0.9), random.uniform(0.9, 1)):
        case.again()
        process = subprocess.Popen(
            [sys.executable, "-m", "xl_lifecycle", "refresh", case.book, case.exports], stdout=subprocess.DEVNULL
        )
        time.sleep(whole * share)
        process.kill()
        process.wait()
        case.check()
    case.finish()
