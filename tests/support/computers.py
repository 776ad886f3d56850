"""Computers that are not this one: what they answer, with files in a folder; the code under test is all real."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from xl_lifecycle.commands.setup.computer import MAC, WINDOWS, Computer, ProgramResult
from xl_lifecycle.hosts.libreoffice.extension import IDENTIFIER

XLWINGS = "0.37.8"
APP_PATH = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
OFFICE = r"HKLM\SOFTWARE\Microsoft\Office\ClickToRun\Configuration"
MACHINES = {32: 0x14C, 64: 0x8664}


@dataclass
class Programs:
    """What the programs of a computer do when they are run. fails: a word in a command, and the error it ends with."""

    office: str = "LibreOffice 25.2.3.2 520(Build:2)\n"
    fails: dict[str, str] = field(default_factory=dict)
    broken: str = ""  # what the environment's Python cannot load
    libraries: tuple[str, ...] = (f"xlwings64-{XLWINGS}.dll", f"xlwings32-{XLWINGS}.dll")
    ran: list[list[str]] = field(default_factory=list)

    def __call__(self, command: Sequence[str | Path], timeout: float) -> ProgramResult:
        words = [str(word) for word in command]
        self.ran.append(words)
        for word, error in self.fails.items():
            if word in words:
                return ProgramResult(1, "", error)
        if "venv" in words:
            return self._venv(Path(words[-1]))
        if "pip" in words:
            return self._pip(Path(words[0]), words[-1])
        if "-c" in words:
            return self._probe(Path(words[0]))
        return ProgramResult(0, self.office, "")

    def _venv(self, folder: Path) -> ProgramResult:
        (folder / "Scripts").mkdir()
        (folder / "Scripts" / "python.exe").write_bytes(b"MZ")
        (folder / "pyvenv.cfg").write_text(f"command = python -m venv {folder}\n", "utf-8")
        return ProgramResult(0, "", "")

    def _pip(self, python: Path, wheel: str) -> ProgramResult:
        home = python.parent.parent
        version = re.search(r"xl_lifecycle-(.+?)-py3", wheel)
        assert version
        (home / "version").write_text(version[1])
        (home / "Scripts" / "xl-lifecycle.exe").write_bytes(b"MZ launcher\n#!%s\nPK" % str(python).encode())
        for library in self.libraries:
            (home / library).write_bytes(b"MZ")
        return ProgramResult(0, "", "")

    def _probe(self, python: Path) -> ProgramResult:
        version = (python.parent.parent / "version").read_text()
        problems = [self.broken] if self.broken else []
        return ProgramResult(0, json.dumps({"version": version, "xlwings": XLWINGS, "problems": problems}), "")


def windows(
    folder: Path,
    excel: bool = True,
    bits: int = 64,
    products: str = "O365ProPlusRetail",
    programs: Programs | None = None,
) -> Computer:
    """A PC with Windows, all of whose places are in a folder."""
    local = folder / "AppData" / "Local"
    local.mkdir(parents=True, exist_ok=True)
    registry: dict[tuple[str, str], object] = {}
    if excel:
        program = folder / "Office" / "EXCEL.EXE"
        program.parent.mkdir(exist_ok=True)
        program.write_bytes(
            b"MZ".ljust(60, b"\0") + (64).to_bytes(4, "little") + b"PE\0\0" + MACHINES[bits].to_bytes(2, "little")
        )
        registry = {
            (APP_PATH, ""): str(program), (OFFICE, "VersionToReport"): "16.0.18025.20104",
            (OFFICE, "ProductReleaseIds"): products,
        }  # fmt: skip
    environ = {
        "LOCALAPPDATA": str(local), "APPDATA": str(folder / "AppData" / "Roaming"),
        "ProgramFiles": str(folder / "Program Files"), "OneDrive": str(folder / "OneDrive - Company"), "PATH": "",
    }  # fmt: skip
    python = folder / "Python313"
    return Computer(
        WINDOWS, (3, 13, 1), 64, python / "python.exe", python, python, environ, folder, "cp1252", folder,
        programs or Programs(), lambda key, name: registry.get((key, name)), lambda module: "",
    )  # fmt: skip


def with_values(computer: Computer, values: dict[tuple[str, str], object]) -> Computer:
    """A computer with more in its registry."""
    return replace(computer, registry=lambda key, name: values.get((key, name), computer.registry(key, name)))


def mac(folder: Path, excel: bool = True) -> Computer:
    """A Mac."""
    if excel:
        contents = folder / "Applications" / "Microsoft Excel.app" / "Contents"
        contents.mkdir(parents=True, exist_ok=True)
        plist = "<plist><dict><key>CFBundleShortVersionString</key><string>16.95</string></dict></plist>"
        (contents / "Info.plist").write_text(plist)
    python = folder / "python"
    return Computer(
        MAC, (3, 12, 4), 64, python / "bin/python3", python, python, {"PATH": ""}, folder / "me", "utf-8", folder,
        Programs(), lambda key, name: None, lambda module: "",
    )  # fmt: skip


def linux(folder: Path) -> Computer:
    """A computer with Linux, and nothing else."""
    return replace(mac(folder, excel=False), system="Linux")


def add_office(computer: Computer) -> None:
    """Put LibreOffice where its installer puts it."""
    places = {
        WINDOWS: "Program Files/LibreOffice/program/soffice.com",
        MAC: "Applications/LibreOffice.app/Contents/MacOS/soffice",
    }
    program = computer.root / places.get(computer.system, "opt/libreoffice25.2/program/soffice")
    program.parent.mkdir(parents=True)
    program.touch()


def add_extension(computer: Computer, version: str) -> None:
    """Write the list of extensions as LibreOffice does."""
    profiles = {WINDOWS: "AppData/Roaming/LibreOffice", MAC: "me/Library/Application Support/LibreOffice"}
    cache = computer.root / profiles.get(computer.system, "me/.config/libreoffice") / "4/user/uno_packages/cache"
    cache.mkdir(parents=True, exist_ok=True)
    fields = ("lu1710274fq6.tmp", "xl-lifecycle.oxt", "application/vnd.sun.star.package-bundle", version, "0")
    listed = b"Pmp1\xff" + IDENTIFIER.encode() + b"\n" + b"\xff".join(each.encode() for each in fields) + b"\n"
    (cache / "uno_packages.pmap").write_bytes(listed)


def in_use(locked: Path) -> Callable[[Path, Path], None]:
    """Renames as Windows does, where a program holds a file in a folder."""

    def rename(path: Path, to: Path) -> None:
        if path == locked:
            raise PermissionError(13, "The process cannot access the file", str(path))
        os.rename(path, to)

    return rename
