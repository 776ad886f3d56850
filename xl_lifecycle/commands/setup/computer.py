"""Finds what is on a computer; nothing here changes anything, starts Excel or uses the network.

A `Computer` is the real one, or in a test one that answers like another.
"""

from __future__ import annotations

import importlib
import json
import os
import platform
import plistlib
import re
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path, PureWindowsPath
from typing import NamedTuple

from xl_lifecycle.hosts.classic.vba import HOME
from xl_lifecycle.hosts.libreoffice.extension import IDENTIFIER

PACKAGE = "xl-lifecycle"
WINDOWS, MAC = "Windows", "Darwin"
ALONE = ("-I", "-X", "utf8")  # Python without outside settings, with UTF-8 output


class ProgramResult(NamedTuple):
    """How a program ended. code -1: it could not be started, or took too long."""

    code: int
    out: str
    error: str


def _run(command: Sequence[str | Path], timeout: float) -> ProgramResult:
    """Run a program to its end, without the environment variables that would change Python and pip."""
    steering = ("PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_USER", "PIP_ROOT")
    environ = {name: value for name, value in os.environ.items() if name.upper() not in steering}
    try:
        process = subprocess.run(
            [str(part) for part in command],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=timeout,
            check=False,
            env=environ,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return ProgramResult(-1, "", str(error))
    return ProgramResult(process.returncode, process.stdout, process.stderr)


def _registry(key: str, name: str) -> object:
    """A value in Windows' registry; None if it does not exist. key: "HKLM\\..." or "HKCU\\..."."""
    if sys.platform != "win32":
        return None
    import winreg

    hive, _, path = key.partition("\\")
    root = winreg.HKEY_LOCAL_MACHINE if hive == "HKLM" else winreg.HKEY_CURRENT_USER
    for view in (winreg.KEY_WOW64_64KEY, winreg.KEY_WOW64_32KEY):  # a 32-bit program writes to another place
        try:
            with winreg.OpenKey(root, path, 0, winreg.KEY_READ | view) as opened:
                return winreg.QueryValueEx(opened, name)[0]
        except OSError:
            continue
    return None


def _load(module: str) -> str:
    """Import a module. Returns why that failed, or ""."""
    try:
        importlib.import_module(module)
    except Exception as error:  # a library may fail in any way
        return f"{type(error).__name__}: {error}".partition("\n")[0]
    return ""


@dataclass(frozen=True)
class Computer:
    """The facts about a computer."""

    system: str  # Windows, Darwin (a Mac) or Linux
    version: tuple[int, int, int]  # of the Python that runs this
    bits: int
    executable: Path
    prefix: Path  # of the environment that runs this
    base: Path  # of the Python that the environment was made with
    environ: Mapping[str, str]
    user: Path  # the user's home folder
    letters: str  # how programs without Unicode encode a path
    root: Path = Path("/")
    run: Callable[[Sequence[str | Path], float], ProgramResult] = _run
    registry: Callable[[str, str], object] = _registry
    load: Callable[[str], str] = _load
    rename: Callable[[Path, Path], None] = field(default=os.rename)

    @property
    def windows(self) -> bool:
        return self.system == WINDOWS

    @property
    def py(self) -> str:
        """The command that starts Python here."""
        return "py" if self.windows else "python3"

    @property
    def title(self) -> str:
        """The usual name of such a computer."""
        return {WINDOWS: "Windows", MAC: "a Mac"}.get(self.system, self.system)


def this_computer() -> Computer:
    """The computer that this runs on."""
    return Computer(
        platform.system(),
        sys.version_info[:3],
        struct.calcsize("P") * 8,
        Path(sys.executable),
        Path(sys.prefix),
        Path(sys.base_prefix),
        os.environ,
        Path.home(),
        "mbcs" if sys.platform == "win32" else "utf-8",
    )


def dependencies() -> dict[str, str]:
    """The modules that this package needs, and their distributions; most have the same name, in lower case."""
    try:
        needed = metadata.requires(PACKAGE) or []
    except metadata.PackageNotFoundError:
        return {}
    always = [line for line in needed if "extra ==" not in line and "extra==" not in line]
    names = sorted(re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in always)
    return {OTHER_MODULES.get(name, name.lower().replace("-", "_")): name for name in names}


OTHER_MODULES = {"google-re2": "re2"}  # distribution -> module


# ---- the environment that lifecycle.xlsm starts


def classic_home(computer: Computer) -> Path | None:
    """The folder in which lifecycle.xlsm looks for Python; None if there is none."""
    folder = computer.environ.get("LOCALAPPDATA") if computer.windows else None
    return Path(folder, *PureWindowsPath(HOME).parts[1:]) if folder else None


def python_of(computer: Computer, home: Path) -> Path:
    """The Python of an environment."""
    return home.joinpath(*(("Scripts", "python.exe") if computer.windows else ("bin", "python")))


_PROBE = """
import importlib, json, sys
facts = {"version": "", "xlwings": "", "problems": []}
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except Exception as error:
        facts["problems"].append(f"{name}: {error}")
for key, name in (("version", "xl_lifecycle"), ("xlwings", "xlwings")):
    facts[key] = getattr(sys.modules.get(name), "__version__", "")
print(json.dumps(facts))
"""


@dataclass(frozen=True)
class Environment:
    """An environment. problem: the first thing that does not work in it, or ""."""

    version: str = ""
    problem: str = ""


def look_into(computer: Computer, home: Path) -> Environment:
    """Start an environment's Python and load what a workbook needs."""
    python = python_of(computer, home)
    if not python.exists():
        return Environment(problem=f"{python} does not exist")
    modules = ["xl_lifecycle.hosts.classic", "xl_lifecycle.commands.refresh", *dependencies()]
    modules += ["pythoncom", "win32com.client"] if computer.windows else []
    result = computer.run([python, *ALONE, "-c", _PROBE, *modules], 120)
    try:
        facts = json.loads(result.out.strip().rpartition("\n")[2])
        version, xlwings, problems = str(facts["version"]), str(facts["xlwings"]), list(facts["problems"])
    except (ValueError, KeyError, TypeError):
        return Environment(problem=f"its Python does not start: {last_line(result.error) or 'no reason given'}")
    if not problems and computer.windows:
        problems = missing_libraries(computer, home, xlwings)
    return Environment(version, problems[0] if problems else "")


def missing_libraries(computer: Computer, home: Path, xlwings: str) -> list[str]:
    """The problem that xlwings' DLL is not where the macros look for it: beside python.exe, or one folder up."""
    excel = find_excel(computer)
    library = f"xlwings{32 if excel and excel.bits == 32 else 64}-{xlwings}.dll"
    beside = python_of(computer, home).parent
    if any((folder / library).is_file() for folder in (beside, beside.parent)):
        return []
    return [f"{library} is neither in {beside} nor in {beside.parent}"]


def last_line(text: str) -> str:
    """The last line that is not empty."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")


# ---- Excel

_SECURITY = (
    r"HKCU\Software\Policies\Microsoft\Office\16.0\Excel\Security",
    r"HKCU\Software\Microsoft\Office\16.0\Excel\Security",
)


@dataclass(frozen=True)
class Excel:
    """An installed Excel. bits: 0 if unknown; products: as Office names them, "" if unknown."""

    path: Path
    version: str = ""
    bits: int = 0
    products: str = ""


def find_excel(computer: Computer) -> Excel | None:
    """The Excel on a computer; Excel is not started."""
    if computer.windows:
        place = r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
        program = computer.registry(rf"HKLM\{place}", "") or computer.registry(rf"HKCU\{place}", "")
        path = Path(str(program).strip('"')) if program else None
        if path is None or not path.is_file():
            return None
        office = r"HKLM\SOFTWARE\Microsoft\Office\ClickToRun\Configuration"
        version, products = (computer.registry(office, name) for name in ("VersionToReport", "ProductReleaseIds"))
        return Excel(path, str(version or ""), _bits(path), str(products or ""))
    if computer.system == MAC:
        for folder in (computer.root / "Applications", computer.user / "Applications"):
            path = folder / "Microsoft Excel.app"
            if path.is_dir():
                return Excel(path, _mac_version(path))
    return None


def _bits(program: Path) -> int:
    """Whether a Windows program has 32 or 64 bits, from its header; 0 if unknown."""
    try:
        with program.open("rb") as file:
            head = file.read(4096)
    except OSError:
        return 0
    at = int.from_bytes(head[60:64], "little")
    machine = int.from_bytes(head[at + 4 : at + 6], "little") if head[at : at + 4] == b"PE\0\0" else 0
    return {0x14C: 32, 0x8664: 64, 0xAA64: 64}.get(machine, 0)


def _mac_version(app: Path) -> str:
    try:
        return str(plistlib.loads((app / "Contents/Info.plist").read_bytes()).get("CFBundleShortVersionString", ""))
    except (OSError, ValueError, plistlib.InvalidFileException):
        return ""


def runs_lite(excel: Excel) -> bool | None:
    """Whether xlwings Lite runs in an Excel for Windows; None if its product is unknown.

    >>> runs_lite(Excel(Path(), products="VisioPro2019Volume,O365ProPlusRetail"))
    True
    >>> runs_lite(Excel(Path(), products="ProPlus2021Volume"))
    False
    """
    names = [name for name in excel.products.split(",") if name and not name.startswith(("Visio", "Project"))]
    matches = [re.fullmatch(r"(O365)?\D*(\d{4})?(Retail|Volume)", name) for name in names]
    products = [match.groups() for match in matches if match]
    if not products:
        return None
    return any(
        microsoft_365 or int(year or 2016) >= (2024 if licence == "Volume" else 2021)
        for microsoft_365, year, licence in products
    )


def macros_off(computer: Computer) -> bool:
    """Whether Excel's settings, or the company's, block macros that are not signed."""
    return any(computer.registry(key, "VBAWarnings") in (3, 4) for key in _SECURITY)


def is_downloaded(path: Path) -> bool:
    """Whether Windows marks a file as one from the internet, whose macros Excel then blocks."""
    try:
        with open(f"{path}:Zone.Identifier", encoding="utf-8", errors="replace") as file:
            return re.search(r"ZoneId\s*=\s*[34]", file.read()) is not None
    except OSError:
        return False


# ---- LibreOffice


def find_office(computer: Computer) -> tuple[Path, str] | None:
    """The program that starts LibreOffice, and its version ("" if unknown); None if there is no LibreOffice."""
    for program in _offices(computer):
        if program.is_file():
            result = computer.run([program, "--version"], 30)
            match = re.search(r"LibreOffice\w*\s+(\d+(?:\.\d+)+)", result.out)
            return program, match[1] if match else ""
    return None


def _offices(computer: Computer) -> list[Path]:
    name = "soffice.com" if computer.windows else "soffice"  # on Windows we can only read the output of this one
    places = [computer.environ.get(folder) for folder in ("ProgramFiles", "ProgramFiles(x86)")]
    programs = [Path(place, "LibreOffice", "program", name) for place in places if place and computer.windows]
    on_path = shutil.which(name, path=computer.environ.get("PATH", ""))
    if computer.system == MAC:
        programs.append(computer.root / "Applications/LibreOffice.app/Contents/MacOS/soffice")
    if not computer.windows:
        programs += [computer.root / "usr/bin/soffice", computer.root / "usr/lib/libreoffice/program/soffice"]
        programs += sorted(computer.root.glob("opt/libreoffice*/program/soffice"), reverse=True)
    return [*([Path(on_path)] if on_path else []), *programs]


def extension_version(computer: Computer) -> str | None:
    """The version of our extension in this user's LibreOffice; None if it is not installed.

    Read from LibreOffice's own list, because its program `unopkg` refuses root and a LibreOffice that is open.
    """
    if computer.windows:
        profile = Path(computer.environ.get("APPDATA", ""), "LibreOffice")
    elif computer.system == MAC:
        profile = computer.user / "Library/Application Support/LibreOffice"
    else:
        profile = Path(computer.environ.get("XDG_CONFIG_HOME") or computer.user / ".config", "libreoffice")
    try:
        extensions = (profile / "4/user/uno_packages/cache/uno_packages.pmap").read_bytes()
    except OSError:
        return None
    # A line with the name, then one of fields that end with FF: folder, file, type, version.
    match = re.search(re.escape(IDENTIFIER.encode()) + rb"\n(?:[^\n\xff]*\xff){3}([^\n\xff]*)\xff", extensions)
    return match[1].decode("utf-8", "replace") if match else None
