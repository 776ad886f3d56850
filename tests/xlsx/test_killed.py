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

    def again(self) -> None:
        for file in self.folder.iterdir():
            file.unlink()
        self.book.write_bytes(self.old)

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


def test_killed_at_each_touch_of_the_folder(case: Case) -> None:
    assert case.old != case.new
    assert case.touches > 12
    found = []
    for n in range(1, case.touches + 1):
        case.again()
        assert run(KILLER, n, case.book, case.exports).returncode == KILLED
        found.append(case.check())
        if n in (case.touches // 2, case.touches - 2):  # each costs another run
            case.finish()
    assert {found[0], found[-1]} == {case.old, case.new}


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
