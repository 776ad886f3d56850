"""Finds what works on this computer, and says what to do about the rest; it changes, starts and sends nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from xl_lifecycle import __version__
from xl_lifecycle.commands.setup.computer import (
    MAC,
    PACKAGE,
    Computer,
    Excel,
    classic_home,
    dependencies,
    extension_version,
    find_excel,
    find_office,
    is_downloaded,
    look_into,
    macros_off,
    runs_lite,
)
from xl_lifecycle.hosts.classic.vba import HOME
from xl_lifecycle.hosts.libreoffice.extension import OLDEST
from xl_lifecycle.sources.file_system import why_refused
from xl_lifecycle.template.maker_version import is_newer, maker_version, mismatch, wheel_name

OLDEST_PYTHON = (3, 11)
LITE = "Excel with lifecycle.xlsx (xlwings Lite)"
CLASSIC = "Excel with lifecycle.xlsm (macros)"
OFFICE = "LibreOffice"
GET_LITE = "in Excel choose Home > Add-ins, look for xlwings Lite and add it, then open lifecycle.xlsx"


class State(StrEnum):
    OK = "ok"
    NO = "no"
    LOOK = "look"


class CheckResult(NamedTuple):
    """Something, whether it works, and what to do if it does not."""

    state: State
    what: str
    todo: str = ""

    def __str__(self) -> str:
        return f"{self.state:<6}{self.what}{f': {self.todo}' if self.todo else ''}"


class Diagnosis(NamedTuple):
    lines: list[CheckResult]
    works: bool  # at least one program, or the console


def diagnose(computer: Computer, book: Path | None = None) -> Diagnosis:
    """All lines: Python and the package, each host, then the workbook."""
    basis = [_python(computer), *_package(computer)]
    console = all(line.state is not State.NO for line in basis)
    hosts = [*_excel(computer), *_libreoffice(computer)]
    lines = [*basis, _console(console), *hosts, *(_book(computer, book) if book else ())]
    return Diagnosis(lines, console or any(line.state is State.OK for line in hosts))


def _python(computer: Computer) -> CheckResult:
    version = ".".join(map(str, computer.version))
    what = f"Python {version}, {computer.bits}-bit: {computer.executable}"
    if computer.version < OLDEST_PYTHON:
        return CheckResult(State.NO, what, f"xl-lifecycle needs Python {'.'.join(map(str, OLDEST_PYTHON))} or newer")
    if computer.bits != 64:
        return CheckResult(State.NO, what, "install a 64-bit Python; the libraries need it")
    return CheckResult(State.OK, what)


def _package(computer: Computer) -> Iterator[CheckResult]:
    needed = dependencies()
    if not needed:
        yield CheckResult(State.LOOK, f"{PACKAGE} {__version__}, which is not installed", "install it with pip")
        return
    missing = {name: reason for name in needed if (reason := computer.load(name))}
    if not missing:
        yield CheckResult(State.OK, f"{PACKAGE} {__version__}, and the {len(needed)} libraries that it needs")
    for name, reason in missing.items():
        todo = f"{computer.py} -m pip install --upgrade --force-reinstall {needed[name]}"
        yield CheckResult(State.NO, f"the library {name} cannot be loaded ({reason})", todo)


def _console(works: bool) -> CheckResult:
    what = "the console: xl-lifecycle demo, refresh, calc, check"
    return CheckResult(State.OK, what) if works else CheckResult(State.NO, what, "first solve what is listed above")


def _excel(computer: Computer) -> Iterator[CheckResult]:
    excel = find_excel(computer)
    if not computer.windows:
        yield CheckResult(State.NO, CLASSIC, f"only Excel for Windows runs it; on {computer.title} use lifecycle.xlsx")
        if excel:
            yield CheckResult(State.OK, f"{LITE}: Excel {excel.version}", GET_LITE)
        elif computer.system == MAC:
            yield CheckResult(State.NO, LITE, "Excel is not in Applications; Excel on the web runs it in a browser")
        else:
            yield CheckResult(State.LOOK, LITE, "Excel on the web runs it in a browser")
        return
    if excel is None:
        yield CheckResult(
            State.NO, CLASSIC, "Excel is not installed here; install Microsoft 365, or Office 2021 or newer"
        )
        yield CheckResult(State.LOOK, LITE, "Excel is not installed here; Excel on the web runs it in a browser")
        return
    yield _classic(computer, excel)
    if macros_off(computer):
        todo = "ask who looks after this computer to allow them with a notice, or use lifecycle.xlsx (xlwings Lite)"
        yield CheckResult(State.NO, "macros: Excel's settings block those that are not signed", todo)
    yield _lite(excel)


def _classic(computer: Computer, excel: Excel) -> CheckResult:
    what = f"{CLASSIC}: Excel {excel.version or 'of unknown version'}, {excel.bits or '?'}-bit"
    home = classic_home(computer)
    if home is None:
        return CheckResult(State.NO, what, "Windows has no folder %LOCALAPPDATA%; sign in as a user and run this again")
    if not can_be_spelt(home, computer):
        return CheckResult(
            State.NO, f"{what}: its macros cannot read the path {home}", "use lifecycle.xlsx (xlwings Lite)"
        )
    install = f"close Excel, then run: {computer.py} -m xl_lifecycle install"
    if not home.exists():
        return CheckResult(State.NO, f"{what}; no Python in {HOME}", install)
    inside = look_into(computer, home)
    if inside.problem:
        return CheckResult(State.NO, f"{what}; {inside.problem}", install)
    if inside.version != __version__:
        if is_newer(inside.version, __version__):
            install = f"update this Python: {computer.py} -m pip install {wheel_name(inside.version)}"
        return CheckResult(State.NO, f"{what}; {HOME} has {PACKAGE} {inside.version}, this is {__version__}", install)
    return CheckResult(State.OK, f"{what}; Python with {PACKAGE} {inside.version} in {home}")


def can_be_spelt(path: Path, computer: Computer) -> bool:
    """Whether the macros, which have no Unicode, can pass a path to Windows."""
    try:
        str(path).encode(computer.letters, "strict")
    except UnicodeEncodeError:
        return False
    return True


def _lite(excel: Excel) -> CheckResult:
    runs = runs_lite(excel)
    if runs is None:
        return CheckResult(State.LOOK, LITE, f"it needs Microsoft 365 or Office 2021 or newer; there, {GET_LITE}")
    if not runs:
        todo = "it needs Microsoft 365, or Office 2021 or newer without a volume licence; use lifecycle.xlsm"
        return CheckResult(State.NO, f"{LITE}: {excel.products}", todo)
    return CheckResult(State.OK, f"{LITE}: Excel {excel.version}", GET_LITE)


def _libreoffice(computer: Computer) -> Iterator[CheckResult]:
    office = find_office(computer)
    if office is None:
        yield CheckResult(
            State.NO, OFFICE, f"it is not installed here; install LibreOffice {OLDEST} or newer to use it"
        )
        return
    program, version = office
    what = f"{OFFICE} {version or 'of unknown version'}"
    if not version:
        yield CheckResult(State.LOOK, f"{what}: {program}", f"see Help > About: the functions need {OLDEST} or newer")
        return
    if is_newer(OLDEST, version):
        yield CheckResult(State.NO, what, f"the functions need {OLDEST} or newer; update LibreOffice")
        return
    extension = extension_version(computer)
    if extension is None:
        todo = "double-click xl-lifecycle.oxt, or run: unopkg add xl-lifecycle.oxt"
        yield CheckResult(State.NO, f"{what}, without the functions", todo)
    elif extension != __version__:
        todo = f"install xl-lifecycle.oxt {__version__}: unopkg add --force xl-lifecycle.oxt"
        yield CheckResult(State.LOOK, f"{what}, with the functions {extension}; this is {__version__}", todo)
    else:
        yield CheckResult(State.OK, f"{what}, with the functions {extension}")


def _book(computer: Computer, book: Path) -> Iterator[CheckResult]:
    macros = book.suffix.lower() == ".xlsm"
    try:
        version = maker_version(book)
    except OSError as error:
        yield CheckResult(State.NO, f"{book.name} cannot be read", why_refused(book, error))
        return
    if version is None:
        yield CheckResult(
            State.LOOK, f"{book.name} does not contain the version that made it", f"run: xl-lifecycle check {book.name}"
        )
    elif version == __version__:
        yield CheckResult(State.OK, f"{book.name}: made by {PACKAGE} {version}, the version on this computer")
    else:
        yield CheckResult(State.NO, f"{book.name}", mismatch(version))
    if macros and not computer.windows:
        yield CheckResult(
            State.NO, f"{book.name} has macros", f"on {computer.title} use lifecycle.xlsx, or LibreOffice"
        )
    if computer.windows and is_downloaded(book):
        if macros:
            todo = "close it, right-click it in the Explorer > Properties > tick Unblock > OK"
            yield CheckResult(
                State.NO, f"{book.name}: Windows marks it as downloaded, so Excel blocks its macros", todo
            )
        else:
            yield CheckResult(
                State.LOOK, f"{book.name}: Windows marks it as downloaded", "click Enable Editing in Excel"
            )
    if (cloud := _cloud(computer, book)) is not None:
        yield CheckResult(State.OK, f"{book.name} is in {cloud}, where it works as in any folder")


def _cloud(computer: Computer, book: Path) -> str | None:
    """The name of the OneDrive folder that a workbook is in."""
    folders: Iterable[str | None] = (computer.environ.get(f"OneDrive{kind}") for kind in ("", "Commercial", "Consumer"))
    within = [Path(folder) for folder in folders if folder and book.absolute().is_relative_to(folder)]
    return within[0].name if within else None
