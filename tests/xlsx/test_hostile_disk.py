"""A disk that is full, a folder that is somebody else's, a clock that goes back: the workbook is the old one or the new."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.support.systems import not_on_windows
from xl_lifecycle.commands.refresh import refresh
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.xlsx.saved_book import SavedBook

TYPED = "month,channel,spend\n2026-01,Email,{spend}\n"

FULL = """
mount -t tmpfs -o size={size} tmpfs "$1"
cp "$2" "$1/ours.xlsx"
"$3" -m xl_lifecycle refresh "$1/ours.xlsx" "$4"
echo "status $?"
ls -A "$1"
cmp "$2" "$1/ours.xlsx" && echo unchanged
"""

SOMEBODY = """
import os, sys
from pathlib import Path
from xl_lifecycle.commands.refresh import refresh
from xl_lifecycle.core.cells.errors import BookError
from xl_lifecycle.core.functions import FUNCTIONS
book, export, other = map(Path, sys.argv[1:])
refresh(other, [export], FUNCTIONS.catalogue)  # loads all that it needs while this user may
os.setgid(65534)
os.setuid(65534)
try:
    refresh(book, [export], FUNCTIONS.catalogue)
except BookError as error:
    print(error)
"""


@pytest.fixture
def typed(tmp_path: Path) -> Path:
    export = tmp_path / "typed.csv"
    export.write_text(TYPED.format(spend=5), "utf-8")
    return export


@not_on_windows("a disk of a given size is mounted as Linux mounts it")
@pytest.mark.parametrize("share", [1.2, 2.0, 2.7])
def test_a_full_disk(small_original: Path, typed: Path, tmp_path: Path, share: float) -> None:
    """share: of the workbook's size that the disk has: for nothing more, for the new one, and for a part of the backup."""
    disk = tmp_path / "disk"
    disk.mkdir()
    script = FULL.format(size=int(small_original.stat().st_size * share))
    command = ["unshare", "--map-root-user", "--mount", "sh", "-c", script, "sh"]
    done = subprocess.run([*command, disk, small_original, sys.executable, typed], capture_output=True, text=True)
    said = done.stdout.splitlines()
    assert "status 1" in said, done.stderr
    assert "No space left on device" in done.stderr
    assert done.stderr.count("\n") == 1
    assert said[-1] == "unchanged"
    assert said[said.index("status 1") + 1 : -1] == ["ours.xlsx"]


@pytest.mark.skipif(not hasattr(os, "setuid") or os.getuid() != 0, reason="only root may become somebody else")
def test_a_folder_of_somebody_else(small_original: Path, typed: Path, tmp_path: Path) -> None:
    own = shutil.copy(small_original, tmp_path / "own.xlsx")
    with tempfile.TemporaryDirectory() as name:  # pytest's folders cannot be entered by others
        folder = Path(name)
        folder.chmod(0o755)
        book, export = Path(shutil.copy(small_original, folder / "ours.xlsx")), shutil.copy(typed, folder)
        book.chmod(0o666)
        command = [sys.executable, "-c", SOMEBODY, book, export, own]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert done.stdout.endswith(f"its folder {folder} does not accept a new file (Permission denied)\n")
        assert book.read_bytes() == small_original.read_bytes()
        assert {file.name for file in folder.iterdir()} == {"ours.xlsx", "typed.csv"}


def test_a_clock_that_goes_back(small_book: Path, typed: Path) -> None:
    refresh(small_book, [typed], FUNCTIONS.catalogue, today=dt.date(2026, 6, 30))
    typed.write_text(TYPED.format(spend=7), "utf-8")
    report = refresh(small_book, [typed], FUNCTIONS.catalogue, today=dt.date(2020, 1, 1))
    assert [(change.old, change.new) for change in report.changes] == [(5, 7)]
    rows = SavedBook(small_book).content(FUNCTIONS.catalogue).rows
    assert any(7 in row.values.values() for table in rows.values() for row in table)
    assert not refresh(small_book, [typed], FUNCTIONS.catalogue, today=dt.date(2026, 7, 1)).changes
