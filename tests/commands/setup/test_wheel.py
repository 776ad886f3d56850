"""The package as a wheel: complete, always the same bytes, and accepted by pip."""

from __future__ import annotations

import base64
import csv
import ensurepip
import hashlib
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from xl_lifecycle import __version__
from xl_lifecycle.commands.setup.wheel import write_wheel

PACKAGE = ROOT / "xl_lifecycle"
WRITE = "import sys, pathlib, xl_lifecycle.commands.setup.wheel as w; print(w.__file__); w.write_wheel(pathlib.Path(sys.argv[1]))"


def run(*command: object, path: Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "PYTHONPATH": str(path), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *map(str, command)], capture_output=True, text=True, check=False, env=environ, cwd=cwd
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which pip, the one that comes with Python, installed the wheel."""
    folder = tmp_path_factory.mktemp("installed")
    (pip,) = (Path(ensurepip.__file__).parent / "_bundled").glob("pip-*.whl")
    options = ("--quiet", "--no-deps", "--no-index", "--no-compile", "--disable-pip-version-check")
    done = run("-m", "pip", "install", *options, "--target", folder, wheel, path=pip, cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_the_same_package_makes_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    again = write_wheel(tmp_path)
    assert again.name == wheel.name == f"xl_lifecycle-{__version__}-py3-none-any.whl"
    assert again.read_bytes() == wheel.read_bytes()


def test_every_file_of_the_package_is_in_it_and_no_cache(wheel: Path) -> None:
    files = {
        path.relative_to(ROOT).as_posix() for path in PACKAGE.rglob("*")
        if path.is_file() and path.parent.name != "__pycache__" and path.name[0] != "."
    }  # fmt: skip
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "xl_lifecycle/py.typed",
        "xl_lifecycle/exports/google_ads.toml",
        "xl_lifecycle/commands/sample/targets.csv",
    } <= files
    assert {name for name in names if ".dist-info/" not in name} == files
    assert not [name for name in names if "pyc" in name]


def test_the_record_is_right(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        (record,) = (name for name in file.namelist() if name.endswith(".dist-info/RECORD"))
        rows = list(csv.reader(io.StringIO(file.read(record).decode())))
        assert [row[0] for row in rows] == file.namelist()
        assert rows.pop() == [record, "", ""]
        for name, digest, size in rows:
            data = file.read(name)
            wanted = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            assert (digest, int(size)) == (f"sha256={wanted}", len(data)), name


def test_pip_installs_it_whole(installed: Path) -> None:
    done = run("-m", "xl_lifecycle", "calc", "=CAC(1000,25)", path=installed, cwd=installed)
    assert (done.returncode, done.stdout, done.stderr) == (0, "40\n", "")
    assert [*installed.glob("bin/xl-lifecycle*"), *installed.glob("Scripts/xl-lifecycle*")]


def test_the_installed_package_makes_the_same_wheel(installed: Path, wheel: Path, tmp_path: Path) -> None:
    done = run("-c", WRITE, tmp_path, path=installed, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).is_relative_to(installed)
    assert (tmp_path / wheel.name).read_bytes() == wheel.read_bytes()


def test_sources_that_were_never_installed_say_so(tmp_path: Path) -> None:
    done = run("-S", "-c", WRITE, tmp_path, path=ROOT, cwd=tmp_path)
    assert "SetupError: xl-lifecycle is not installed here; run: pip install . in its folder" in done.stderr
    assert list(tmp_path.iterdir()) == []
