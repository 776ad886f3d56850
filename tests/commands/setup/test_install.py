"""Setting up a computer: a real environment here, and a PC with Windows that is not here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from importlib import metadata
from pathlib import Path, PurePosixPath

import pytest

from tests.support.computers import Programs, in_use, linux, mac, windows
from xl_lifecycle import __version__
from xl_lifecycle.commands.cli import main
from xl_lifecycle.commands.setup import install as module
from xl_lifecycle.commands.setup.computer import Computer, dependencies, this_computer
from xl_lifecycle.commands.setup.install import MARK, install
from xl_lifecycle.core.cells.errors import SetupError

STAND_IN = "def __getattr__(name):\n    return type(name, (), {})\n"  # for large libraries, which install slowly


def repacked(name: str, folder: Path, without: Iterable[str] = ()) -> Path:
    """A wheel of a library as it is installed here."""
    library = metadata.distribution(name)
    wanted = [file for file in library.files or () if ".." not in file.parts and "__pycache__" not in file.parts]
    files = {str(file): Path(str(library.locate_file(file))).read_bytes() for file in wanted if file.name != "RECORD"}
    info = next(file.parts[0] for file in wanted if file.name == "METADATA")
    return write(
        folder, library.metadata["Name"], library.version, info, {k: v for k, v in files.items() if k not in without}
    )


def stand_in(name: str, folder: Path, module: str = "") -> Path:
    """A wheel with a library's name and version, and nothing in it."""
    version = metadata.version(name)
    info = f"{name.replace('-', '_')}-{version}.dist-info"
    described = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode()
    return write(
        folder, name, version, info, {f"{info}/METADATA": described, f"{module or name}.py": STAND_IN.encode()}
    )


def write(folder: Path, name: str, version: str, info: str, files: dict[str, bytes]) -> Path:
    path = folder / f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    with zipfile.ZipFile(path, "w") as file:
        for part, data in files.items():
            file.writestr(part, data)
        file.writestr(f"{info}/RECORD", "".join(f"{part},,\n" for part in (*files, f"{info}/RECORD")))
    return path


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of wheels, as on a computer without the internet."""
    folder = tmp_path_factory.mktemp("wheels")
    real = {"xlwings", "xlsxwriter", "lxml", "openpyxl", "et_xmlfile"}
    for imported, name in (dependencies() | {"et_xmlfile": "et_xmlfile"}).items():  # which openpyxl needs
        if imported in real:
            repacked(name, folder)
        else:
            stand_in(name, folder, imported)
    return folder


@pytest.fixture(scope="module")
def home(wheels: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that was really made."""
    home = tmp_path_factory.mktemp("a person") / "xl lifecycle"
    install(this_computer(), home, wheels)
    return home


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, except compiled Python."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_a_real_environment_works(home: Path) -> None:
    programs = home / ("Scripts" if sys.platform == "win32" else "bin")
    for command in ([programs / "python", "-I", "-m", "xl_lifecycle"], [programs / "xl-lifecycle"]):
        done = subprocess.run([*command, "metrics"], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("CTR ") or "\nCAC " in done.stdout


def test_its_programs_name_its_own_place(home: Path) -> None:
    beside = home.with_name(f"{home.name[:-1]}~")
    assert not [
        name for name, data in contents(home).items() if str(beside).encode() in data and "direct_url" not in name
    ]
    assert [path.name for path in home.parent.iterdir()] == [home.name]


def test_once_more_changes_nothing(home: Path, wheels: Path) -> None:
    before = (home / "pyvenv.cfg").stat().st_ino
    lines = install(this_computer(), home, wheels)
    assert lines[0] == f"xl-lifecycle {__version__} is installed already, and works: {home}"
    assert (home / "pyvenv.cfg").stat().st_ino == before


def test_a_real_failure_half_way_leaves_the_old_one(
    home: Path, wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)  # which tools/windows.sh sets
    for wheel in wheels.iterdir():
        if not wheel.name.startswith("xlwings"):
            os.link(wheel, tmp_path / wheel.name)
    mark = (home / MARK).read_text()
    (home / MARK).write_text(json.dumps(json.loads(mark) | {"wheel": "of another version"}))
    before = contents(home)
    with pytest.raises(
        SetupError, match=r"could not be installed.*xlwings==.*lacks it.*pip download.*nothing was changed"
    ):
        install(this_computer(), home, tmp_path)
    assert contents(home) == before
    assert [path.name for path in home.parent.iterdir()] == [home.name]
    (home / MARK).write_text(mark)


# ---- on a PC with Windows


def local(computer: Computer) -> Path:
    return Path(computer.environ["LOCALAPPDATA"])


def test_a_pc(tmp_path: Path) -> None:
    computer = windows(tmp_path)
    lines = install(computer)
    home = local(computer) / "xl-lifecycle"
    assert lines[0] == f"xl-lifecycle {__version__} is installed: {home}"
    assert (home / "Scripts" / "python.exe").exists()
    assert str(home / "Scripts" / "python.exe").encode() in (home / "Scripts" / "xl-lifecycle.exe").read_bytes()
    assert [path.name for path in local(computer).iterdir()] == ["xl-lifecycle"]
    text = "\n".join(lines)
    for word in ("Unblock", "Enable Content", "=CAC(1000,25)", "py -m xl_lifecycle doctor"):
        assert word in text


def test_what_pip_is_asked(tmp_path: Path) -> None:
    programs = Programs()
    install(windows(tmp_path, programs=programs))
    venv, pip, *_ = programs.ran
    assert venv[:6] == [str(tmp_path / "Python313" / "python.exe"), "-I", "-X", "utf8", "-m", "venv"]
    assert pip[-1].endswith(f"xl_lifecycle-{__version__}-py3-none-any.whl")
    assert "--no-index" not in pip


def test_a_pc_without_the_internet(tmp_path: Path) -> None:
    programs = Programs()
    folder = tmp_path / "wheels"
    folder.mkdir()
    with pytest.raises(SetupError, match="has no wheels"):
        install(windows(tmp_path), wheels=folder)
    (folder / "xlwings.whl").touch()
    install(windows(tmp_path, programs=programs), wheels=folder)
    assert programs.ran[1][-4:-1] == ["--no-index", "--find-links", str(folder)]


def set_up(tmp_path: Path) -> tuple[Computer, Path]:
    """A PC with an older version, and where it is."""
    computer = windows(tmp_path)
    install(computer)
    home = local(computer) / "xl-lifecycle"
    (home / "version").write_text("0.0.9")
    mark = json.loads((home / MARK).read_text())
    (home / MARK).write_text(json.dumps(mark | {"wheel": "of 0.0.9"}))
    return computer, home


def test_an_update(tmp_path: Path) -> None:
    computer, home = set_up(tmp_path)
    install(computer)
    assert (home / "version").read_text() == __version__
    assert [path.name for path in local(computer).iterdir()] == [home.name]


def test_what_is_broken_is_made_again(tmp_path: Path) -> None:
    computer = windows(tmp_path)
    install(computer)
    python = local(computer) / "xl-lifecycle" / "Scripts" / "python.exe"
    python.unlink()
    assert "is installed:" in install(computer)[0]
    assert python.exists()


FAILURES: tuple[tuple[str, Programs, str], ...] = (
    ("no venv", Programs(fails={"venv": "Error: ensurepip is not available"}), "apt install python3-venv"),
    ("without internet", Programs(fails={"pip": "WARNING: Retrying\nERROR: Could not find a version that satisfies pandas\n"}),
     "could not be installed: Could not find a version that satisfies pandas; without internet use --offline-from DIR"),
    ("no pywin32", Programs(broken="pythoncom: DLL load failed"), "does not work: pythoncom: DLL load failed"),
    ("no DLL", Programs(libraries=()), r"xlwings64-0.37.8.dll is neither in"),
)  # fmt: skip


@pytest.mark.parametrize(("programs", "message"), [each[1:] for each in FAILURES], ids=[each[0] for each in FAILURES])
@pytest.mark.parametrize("had", [True, False])
def test_a_failure_leaves_what_was_there(tmp_path: Path, programs: Programs, message: str, had: bool) -> None:
    computer, home = set_up(tmp_path) if had else (windows(tmp_path), None)
    before = contents(local(computer))
    with pytest.raises(SetupError, match=message.replace(".", r"\.")) as raised:
        install(replace(computer, run=programs))
    assert "\n" not in str(raised.value)
    assert contents(local(computer)) == before
    assert [path for path in local(computer).iterdir() if path != home] == []


def test_excel_is_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0)
    computer, home = set_up(tmp_path)
    before = contents(local(computer))
    with pytest.raises(SetupError, match="is in use; close Excel and run this again"):
        install(replace(computer, rename=in_use(home)))
    assert contents(local(computer)) == before


def test_a_virus_scanner_holds_the_new_one_for_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0)
    computer, home = set_up(tmp_path)
    before = contents(local(computer))
    with pytest.raises(SetupError, match="cannot be written"):
        install(replace(computer, rename=in_use(home.with_name("xl-lifecycl~"))))
    assert contents(local(computer)) == before


def test_a_virus_scanner_that_lets_go(tmp_path: Path) -> None:
    computer, home = set_up(tmp_path)
    held = [in_use(home), in_use(home), os.rename, os.rename]
    install(replace(computer, rename=lambda path, to: held.pop(0)(path, to)))
    assert (home / "version").read_text() == __version__


class Stopped(Programs):
    """A person who presses Ctrl+C as the new environment is tried in its place."""

    def __call__(self, command, timeout):  # type: ignore[no-untyped-def]
        if (
            "-c" in command
            and Path(command[0]).parent.parent.name == "xl-lifecycle"
            and any("pip" in words for words in self.ran)
        ):
            raise KeyboardInterrupt
        return super().__call__(command, timeout)


@pytest.mark.parametrize("had", [True, False])
def test_stopped_by_the_person(tmp_path: Path, had: bool) -> None:
    computer, _ = set_up(tmp_path) if had else (windows(tmp_path), None)
    before = contents(local(computer))
    with pytest.raises(KeyboardInterrupt):
        install(replace(computer, run=Stopped()))
    assert contents(local(computer)) == before
    assert len(list(local(computer).iterdir())) == had


def test_the_power_failed_between_the_two_renames(tmp_path: Path) -> None:
    computer, home = set_up(tmp_path)
    home.rename(home.with_name("xl-lifecycle.old"))
    with pytest.raises(SetupError):
        install(replace(computer, run=Programs(fails={"venv": "no"})))
    assert (home / "version").read_text() == "0.0.9"


def test_what_a_stopped_attempt_left_is_removed(tmp_path: Path) -> None:
    computer, home = set_up(tmp_path)
    for name in ("xl-lifecycl~", "xl-lifecycle.old"):
        left = home.with_name(name)
        left.mkdir()
        (left / MARK).write_text(json.dumps({"home": str(home), "files": []}))
    install(computer)
    assert [path.name for path in local(computer).iterdir()] == [home.name]


def test_neighbours_with_such_names_are_left_alone(tmp_path: Path) -> None:
    computer, home = set_up(tmp_path)
    for name in ("xl-lifecycl~", "xl-lifecycle.old"):
        home.with_name(name).mkdir()
        (home.with_name(name) / "mine.txt").touch()
    install(computer)
    assert (home / "version").read_text() == __version__
    assert {path.name for path in local(computer).iterdir()} == {"xl-lifecycle", "xl-lifecycl~", "xl-lifecycle.old"}


def test_files_of_a_person_s_own_are_kept(tmp_path: Path) -> None:
    computer, home = set_up(tmp_path)
    (home / "ours.xlsm").write_text("mine")
    lines = install(computer)
    old = home.with_name("xl-lifecycle.old")
    assert (old / "ours.xlsm").read_text() == "mine"
    assert str(old) in lines[1]
    install(computer)
    assert (old / "ours.xlsm").exists()


def test_a_folder_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    computer = windows(tmp_path)
    home = local(computer) / "xl-lifecycle"
    home.mkdir()
    (home / "mine.txt").touch()
    with pytest.raises(SetupError, match="exists and was not made by this command; move it away"):
        install(computer)
    (home / "mine.txt").unlink()
    install(computer)
    assert (home / MARK).exists()


def test_not_from_within(tmp_path: Path) -> None:
    computer, home = set_up(tmp_path)
    inside = replace(computer, executable=home / "Scripts" / "python.exe", prefix=home)
    with pytest.raises(SetupError, match=r"runs inside .*; run: py -m xl_lifecycle install"):
        install(inside)


STORE = PurePosixPath("Program Files/WindowsApps/PythonSoftwareFoundation.Python.3.13_3.13.496.0_x64__qbz5n2kfra8p0")


@pytest.mark.parametrize(
    ("change", "message"),
    [(lambda computer: replace(computer, version=(3, 10, 4)), "this is Python 3.10.4; 3.11 or newer is needed"),
     (lambda computer: replace(computer, bits=32), "is 32-bit; a 64-bit one is needed"),
     (lambda computer: replace(computer, base=computer.root / STORE), "Microsoft Store, and Excel cannot see"),
     (lambda computer: replace(computer, environ={}), "no folder %LOCALAPPDATA%"),
     (lambda computer: replace(computer, letters="ascii", environ={"LOCALAPPDATA": "C:\\Users\\Jörg"}), "cannot read the path")],
)  # fmt: skip
def test_a_pc_on_which_it_cannot_work(tmp_path: Path, change: Callable[[Computer], Computer], message: str) -> None:
    computer = change(windows(tmp_path))
    with pytest.raises(SetupError, match=message):
        install(computer)
    assert list(local(windows(tmp_path)).iterdir()) == []


@pytest.mark.parametrize(("make", "title"), [(mac, "a Mac"), (linux, "Linux")])
def test_elsewhere_it_says_what_works_there(tmp_path: Path, make: Callable[[Path], Computer], title: str) -> None:
    with pytest.raises(SetupError, match="runs only in Excel for Windows") as raised:
        install(make(tmp_path))
    for words in (title, "lifecycle.xlsx", "xlwings Lite", "xl-lifecycle.oxt"):
        assert words in str(raised.value)


def test_the_command(capsys: pytest.CaptureFixture[str], home: Path, wheels: Path, tmp_path: Path) -> None:
    assert main(["install", "--home", str(home), "--offline-from", str(wheels)]) == 0
    assert capsys.readouterr().out.startswith(f"xl-lifecycle {__version__} is installed")
    assert main(["install", "--home", str(tmp_path), "--offline-from", str(tmp_path / "absent")]) == 1
    done = capsys.readouterr()
    assert done.out == ""
    assert done.err.startswith(f"xl-lifecycle: {tmp_path / 'absent'} has no wheels")
    assert done.err.count("\n") == 1
    if sys.platform != "win32":
        assert main(["install"]) == 1
        assert "runs only in Excel for Windows" in capsys.readouterr().err
