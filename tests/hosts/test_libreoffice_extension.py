"""The extension as a user gets it: installed with LibreOffice's own tool, in a profile of its own."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.office import INSTALLATION, missing
from xl_lifecycle.hosts.libreoffice.extension import build_extension

NOBODY = 65534
SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,1"  # the first sheet


@pytest.fixture
def extension(tmp_path: Path) -> Path:
    reason = missing()
    if reason:
        (pytest.fail if os.environ.get("XL_REQUIRE_HOSTS") else pytest.skip)(reason)
    path = tmp_path / "xl-lifecycle.oxt"
    build_extension(path)
    return path


def test_building_twice_gives_the_same_file(extension: Path, tmp_path: Path) -> None:
    build_extension(tmp_path / "again.oxt")
    assert (tmp_path / "again.oxt").read_bytes() == extension.read_bytes()


def test_an_installed_extension_computes_the_workbook(extension: Path, demo_book: Path, tmp_path: Path) -> None:
    home = tmp_path / "user"
    home.mkdir()
    book = Path(shutil.copy(demo_book, home / "book.xlsx"))
    shutil.copy(extension, home)
    profile = f"-env:UserInstallation={(home / 'profile').as_uri()}"

    def run(program: str, *arguments: object) -> None:
        # unopkg refuses root, under which CI runs
        as_user = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if os.geteuid() == 0 else []
        command = [*as_user, INSTALLATION / "program" / program, profile, *arguments]
        environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
        subprocess.run(command, check=True, cwd=home, env=environment, timeout=120, capture_output=True)

    if os.geteuid() == 0:
        for path in (home, *home.iterdir()):
            os.chown(path, NOBODY, NOBODY)
        for parent in home.parents:
            if parent.owner() == "root" and not parent.stat().st_mode & 1:
                parent.chmod(parent.stat().st_mode | 1)
    run("soffice", "--headless", "--terminate_after_init")
    run("unopkg", "add", "--force", home / extension.name)
    run("soffice", "--headless", "--convert-to", SHEET, "--outdir", home / "out", book)
    (sheet,) = (home / "out").glob("*.csv")
    rows = list(csv.reader(sheet.open(encoding="utf-8")))
    values = {row[1]: row[2] for row in rows if row[1].startswith("=")}
    assert float(values['=CAC("All",Settings!$B$7,Data)']) == pytest.approx(970.27125)
    assert values['=RETENTION("All",Settings!$B$7,Data)'].startswith("94.44")
