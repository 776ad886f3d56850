"""Sets up a PC: makes the Python environment that lifecycle.xlsm starts beside the old one, then swaps them.

It writes no configuration for xlwings (`~/.xlwings/xlwings.conf`): the workbook's sheet `xlwings.conf` names the
interpreter and the modules, xlwings reads that sheet first, and a file would change the user's other workbooks too.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from xl_lifecycle import __version__
from xl_lifecycle.commands.setup.computer import ALONE, MAC, Computer, classic_home, last_line, look_into, python_of
from xl_lifecycle.commands.setup.doctor import GET_LITE, OLDEST_PYTHON, can_be_spelt
from xl_lifecycle.commands.setup.wheel import write_wheel
from xl_lifecycle.core.cells.errors import SetupError
from xl_lifecycle.hosts.classic.vba import HOME
from xl_lifecycle.template.maker_version import wheel_name

MARK = "made-by-xl-lifecycle.json"  # in our environment: its sources, and the files that we made
PATIENCE = 3.0  # seconds that a virus scanner may lock a new file
Progress = Callable[[str], None]


def install(
    computer: Computer, home: Path | None = None, wheels: Path | None = None, progress: Progress = lambda _: None
) -> list[str]:
    """Make or update the environment. Returns the lines to show to the user.

    home: the folder, instead of the one in which Excel looks. wheels: a folder to install from, without internet.
    """
    refuse_python(computer)
    expected = classic_home(computer)
    home = Path(os.path.abspath(home)) if home else expected or _refuse_computer(computer)
    _refuse_place(computer, home)
    if wheels and not any(wheels.glob("*.whl")):
        raise SetupError(f"{wheels} has no wheels (.whl); {_download(computer)}")
    _recover(home)
    with tempfile.TemporaryDirectory() as folder:
        wheel = write_wheel(Path(folder))
        recipe = {"wheel": hashlib.sha256(wheel.read_bytes()).hexdigest(), "python": str(computer.base)}
        progress("checking the installation")
        if _recipe(home) == recipe and not look_into(computer, home).problem:
            lines = [f"xl-lifecycle {__version__} is installed already, and works: {home}"]
        else:
            old = _renew(computer, home, wheel, wheels, recipe, progress)
            lines = [f"xl-lifecycle {__version__} is installed: {home}"]
            lines += [f"The old one is kept, because it has files that are not ours: {old}"] if old else []
    return lines + _next(computer, home, expected)


def refuse_python(computer: Computer) -> None:
    """Raise SetupError if this Python cannot make the environment."""
    get = "install 64-bit Python for Windows from python.org" if computer.windows else "install a newer one"
    if computer.version < OLDEST_PYTHON:
        raise SetupError(f"this is Python {'.'.join(map(str, computer.version))}; 3.11 or newer is needed: {get}")
    if computer.bits != 64:
        raise SetupError(f"this Python is {computer.bits}-bit; a 64-bit one is needed: {get}")
    if computer.windows and any("PythonSoftwareFoundation." in part for part in computer.base.parts):
        raise SetupError(
            "this Python is from the Microsoft Store, and Excel cannot see what it installs; "
            f"{get}, then run again in a new window: py -m pip install and py -m xl_lifecycle install"
        )


def _refuse_computer(computer: Computer) -> Path:
    if computer.windows:
        raise SetupError("Windows has no folder %LOCALAPPDATA%; sign in as a user, or name a folder: --home DIR")
    excel = "in Excel on the web" if computer.system != MAC else "in Excel"
    raise SetupError(
        f"lifecycle.xlsm runs only in Excel for Windows; on {computer.title} open lifecycle.xlsx {excel} "
        "with the add-in xlwings Lite (Home > Add-ins), or LibreOffice with xl-lifecycle.oxt (double-click it)"
    )


def _refuse_place(computer: Computer, home: Path) -> None:
    """Raise SetupError if the folder is not ours, or cannot be replaced."""
    if home.exists() and not _mark(home) and (not home.is_dir() or any(home.iterdir())):
        raise SetupError(f"{home} exists and was not made by this command; move it away, or name another: --home DIR")
    if computer.prefix == home or computer.executable.is_relative_to(home):
        raise SetupError(f"this runs inside {home}, which it replaces; run: {computer.py} -m xl_lifecycle install")
    if not can_be_spelt(home, computer):
        raise SetupError(f"the macros cannot read the path {home} here; use lifecycle.xlsx with xlwings Lite")


def _renew(
    computer: Computer, home: Path, wheel: Path, wheels: Path | None, recipe: dict[str, str], progress: Progress
) -> Path | None:
    """Build the environment beside its place, test it, and swap. Returns the old one if it must be kept."""
    beside = _beside(home)
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        beside.mkdir()
        _write_mark(beside, {"home": str(home)})
        _build(computer, beside, wheel, wheels, progress)
        _move_paths(beside, home)
        _write_mark(beside, {"home": str(home), **recipe}, _files(beside))
        progress("putting it in its place")
        return _swap(computer, beside, home)
    except OSError as error:
        place, what = error.filename or home, error.strerror or error
        raise SetupError(f"{place} cannot be written: {what}; check the disk and its permissions") from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _build(computer: Computer, folder: Path, wheel: Path, wheels: Path | None, progress: Progress) -> None:
    progress("making a Python environment (1 of 3)")
    result = computer.run([computer.executable, *ALONE, "-m", "venv", "--prompt", "xl-lifecycle", folder], 600)
    python = python_of(computer, folder)
    if result.code or not python.exists():
        reason = last_line(result.error or result.out)
        hint = "; on Debian and Ubuntu: apt install python3-venv" if "ensurepip" in result.out + result.error else ""
        raise SetupError(f"the Python environment could not be made: {reason}{hint}; the old one is unchanged")
    progress("installing the libraries, which may take some minutes (2 of 3)")
    options = ["--no-index", "--find-links", str(wheels.absolute())] if wheels else []
    result = computer.run(
        [
            python,
            *ALONE,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-input",
            "--disable-pip-version-check",
            "--no-warn-script-location",
            "--only-binary",
            ":all:",
            *options,
            wheel,
        ],
        3600,
    )
    if result.code:
        raise SetupError(f"the libraries could not be installed: {_pip_error(result.error, wheels, computer)}")
    progress("testing it (3 of 3)")
    problem = look_into(computer, folder).problem
    if problem:
        raise SetupError(f"the new installation does not work: {problem}; the old one is unchanged")


def _pip_error(text: str, wheels: Path | None, computer: Computer) -> str:
    errors = [line.removeprefix("ERROR: ") for line in text.splitlines() if line.startswith("ERROR: ")]
    reason = errors[0] if errors else last_line(text)
    version = ".".join(map(str, computer.version[:2]))
    todo = f"without internet use --offline-from DIR; if Python {version} is very new, use an older one"
    if wheels:
        todo = f"{wheels} lacks it for Python {version}; {_download(computer)}"
    return f"{reason}; {todo}; nothing was changed"


def _download(computer: Computer) -> str:
    """How to make the folder for a computer without internet."""
    return (
        "on a similar computer with internet and the same Python, run: "
        f"{computer.py} -m pip download --dest DIR {wheel_name(__version__)}"
    )


def _move_paths(folder: Path, home: Path) -> None:
    """Write the environment's final path into its programs, which contain the full path of their Python.

    Both paths have the same length, because the length of a Windows program must not change.
    """
    old, new = (str(path).encode() for path in (folder, home))
    for place in (folder / "Scripts", folder / "bin"):
        for file in place.iterdir() if place.is_dir() else ():
            if file.is_file() and not file.is_symlink() and old in (data := file.read_bytes()):
                file.write_bytes(data.replace(old, new))
    config = folder / "pyvenv.cfg"
    config.write_bytes(config.read_bytes().replace(old, new))


def _beside(home: Path) -> Path:
    """A folder beside the final one, with a name of the same length; remains of a stopped attempt are removed."""
    for last in "~_-":
        beside = home.with_name(home.name[:-1] + last)
        if _mark(beside).get("home") == str(home) != str(beside):
            shutil.rmtree(beside, ignore_errors=True)
        if not beside.exists():
            return beside
    raise SetupError(f"{beside} is in the way; if no other installation runs now, delete it and run this again")


def _swap(computer: Computer, beside: Path, home: Path) -> Path | None:
    """Put the new environment in its place. If that fails, restore the old one."""
    old = _free(home)
    existed = home.exists()
    if existed:
        try:
            _rename(computer, home, old)
        except OSError:
            raise SetupError(f"{home} is in use; close Excel and run this again; nothing was changed") from None
    try:
        _rename(computer, beside, home)
        problem = look_into(computer, home).problem
        if problem:
            raise SetupError(f"it does not work in its place: {problem}; the old one is unchanged")
    except BaseException:  # also if the user stops it
        if home.exists():
            home.rename(beside)
        if existed:
            old.rename(home)
        raise
    if not existed:
        return None
    if next(_foreign(old), None):
        return old
    shutil.rmtree(old, ignore_errors=True)
    return None


def _rename(computer: Computer, path: Path, to: Path) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            computer.rename(path, to)
        except PermissionError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
        else:
            return


def _recover(home: Path) -> None:
    """Restore the old environment if an attempt was stopped in the middle of a swap."""
    old = home.with_name(f"{home.name}.old")
    if not home.exists() and _mark(old).get("home") == str(home):
        old.rename(home)


def _free(home: Path) -> Path:
    """A free name for the old environment; what an earlier attempt could not remove is removed."""
    number = 0
    while True:
        old = home.with_name(f"{home.name}.old{number or ''}")
        if _mark(old).get("home") == str(home) and not next(_foreign(old), None):
            shutil.rmtree(old, ignore_errors=True)
        if not old.exists():
            return old
        number += 1


def _mark(folder: Path) -> dict[str, Any]:
    """The sources of our environment, and its place; empty for a folder that is not ours."""
    try:
        mark = json.loads((folder / MARK).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return mark if isinstance(mark, dict) else {}


def _recipe(home: Path) -> dict[str, str]:
    mark = _mark(home)
    return {key: str(mark.get(key)) for key in ("wheel", "python")}


def _write_mark(folder: Path, recipe: dict[str, str], files: Iterable[str] = ()) -> None:
    (folder / MARK).write_text(json.dumps({**recipe, "files": sorted(files)}, indent=0), "utf-8")


def _foreign(folder: Path) -> Iterator[str]:
    """The files in our environment that this command did not put there."""
    ours = {*_mark(folder).get("files", ()), MARK}
    return (name for name in _files(folder) if name not in ours)


def _files(folder: Path) -> Iterator[str]:
    """The files below a folder, without those that Python makes when it runs."""
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        for name in names:
            yield Path(place, name).relative_to(folder).as_posix()


def _next(computer: Computer, home: Path, expected: Path | None) -> list[str]:
    """The next steps for the user."""
    if not computer.windows:
        return [
            f"lifecycle.xlsm runs only in Excel for Windows. On {computer.title}: {GET_LITE},",
            "or use LibreOffice with xl-lifecycle.oxt. Try this: "
            f"{python_of(computer, home)} -m xl_lifecycle calc '=CAC(1000,25)' shows 40",
        ]
    steps = [
        "Now:",
        "1. If lifecycle.xlsm was e-mailed or downloaded: right-click it > Properties > tick Unblock > OK.",
        "2. Open it in Excel. If a yellow bar appears, click Enable Editing, then Enable Content.",
        "3. Type =CAC(1000,25) into an empty cell: it shows 40. The sheets show their figures as you change them.",
        f"If a cell shows #NAME?: {computer.py} -m xl_lifecycle doctor lifecycle.xlsm says why.",
    ]
    if home != expected:
        steps.insert(0, f"Excel looks for it in {HOME} and not here: write its path on the sheet xlwings.conf.")
    return steps
