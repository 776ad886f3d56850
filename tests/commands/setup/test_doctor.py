"""What doctor says of computers of every kind, and of a workbook on them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.computers import Programs, add_extension, add_office, linux, mac, windows, with_values
from xl_lifecycle import __version__
from xl_lifecycle.commands.cli import main
from xl_lifecycle.commands.setup.computer import Computer, dependencies, this_computer
from xl_lifecycle.commands.setup.doctor import CheckResult, State, diagnose
from xl_lifecycle.commands.setup.install import install
from xl_lifecycle.hosts.classic.macro_book import CONFIG

POLICIES = r"HKCU\Software\Policies\Microsoft\Office\16.0\Excel\Security"


def about(computer: Computer, words: str, book: Path | None = None) -> CheckResult:
    """The one line that speaks of something."""
    lines = diagnose(computer, book).lines
    (line,) = (line for line in lines if words in line.what)
    return line


@pytest.fixture
def ready(tmp_path: Path) -> Computer:
    """A PC on which xl-lifecycle was installed."""
    computer = windows(tmp_path)
    install(computer)
    return computer


def test_the_macros_look_where_it_is_installed() -> None:
    assert CONFIG["Interpreter_Win"] == r"%LOCALAPPDATA%\xl-lifecycle\Scripts\python.exe"


def test_each_no_says_what_to_do(tmp_path: Path, ready: Computer, small_book: Path) -> None:
    computers = [
        ready,
        windows(tmp_path / "1", excel=False),
        windows(tmp_path / "2"),
        mac(tmp_path / "3"),
        linux(tmp_path / "4"),
    ]
    for computer in computers:
        lines, works = diagnose(computer, small_book)
        assert works
        for line in lines:
            assert line.todo or line.state is State.OK, line
            assert "\n" not in str(line)
            assert str(line).startswith(f"{line.state:<6}")


def test_a_pc_that_is_set_up(ready: Computer) -> None:
    assert about(ready, "lifecycle.xlsm").state is State.OK
    assert f"with xl-lifecycle {__version__} in {ready.environ['LOCALAPPDATA']}" in about(ready, "lifecycle.xlsm").what
    assert "Excel 16.0.18025.20104, 64-bit" in about(ready, "lifecycle.xlsm").what
    assert about(ready, "lifecycle.xlsx").state is State.OK


def test_a_pc_that_is_not_set_up(tmp_path: Path) -> None:
    line = about(windows(tmp_path), "lifecycle.xlsm")
    assert line.state is State.NO
    assert line.todo == "close Excel, then run: py -m xl_lifecycle install"


def test_a_pc_without_excel(tmp_path: Path) -> None:
    line = about(windows(tmp_path, excel=False), "lifecycle.xlsm")
    assert (line.state, line.todo) == (
        State.NO,
        "Excel is not installed here; install Microsoft 365, or Office 2021 or newer",
    )


def test_an_environment_of_an_older_version(ready: Computer) -> None:
    (Path(ready.environ["LOCALAPPDATA"]) / "xl-lifecycle" / "version").write_text("0.0.9")
    line = about(ready, "lifecycle.xlsm")
    assert line.state is State.NO
    assert f"has xl-lifecycle 0.0.9, this is {__version__}" in line.what
    assert line.todo == "close Excel, then run: py -m xl_lifecycle install"


def test_an_environment_of_a_newer_version(ready: Computer) -> None:
    (Path(ready.environ["LOCALAPPDATA"]) / "xl-lifecycle" / "version").write_text("99.0.0")
    line = about(ready, "lifecycle.xlsm")
    assert line.state is State.NO
    assert "py -m pip install xl_lifecycle-99.0.0-py3-none-any.whl" in line.todo


def test_an_environment_in_which_something_is_missing(ready: Computer) -> None:
    broken = replace(ready, run=Programs(broken="pythoncom: DLL load failed"))
    line = about(broken, "lifecycle.xlsm")
    assert line.state is State.NO
    assert "pythoncom: DLL load failed" in line.what
    assert line.todo == "close Excel, then run: py -m xl_lifecycle install"


def test_an_environment_whose_python_does_not_start(ready: Computer) -> None:
    broken = replace(ready, run=Programs(fails={"-c": "No Python at 'C:\\Python313\\python.exe'\n"}))
    assert "its Python does not start: No Python at" in about(broken, "lifecycle.xlsm").what


@pytest.mark.parametrize("bits", [32, 64])
def test_the_dll_of_excel_s_own_bits(tmp_path: Path, bits: int) -> None:
    computer = windows(tmp_path, bits=bits)
    install(computer)
    home = Path(computer.environ["LOCALAPPDATA"]) / "xl-lifecycle"
    library = home / f"xlwings{bits}-0.37.8.dll"
    assert about(computer, "lifecycle.xlsm").state is State.OK
    library.rename(home / "Scripts" / library.name)
    assert about(computer, "lifecycle.xlsm").state is State.OK  # where other installations have it
    (home / "Scripts" / library.name).unlink()
    line = about(computer, "lifecycle.xlsm")
    assert line.state is State.NO
    assert f"{library.name} is neither in {home / 'Scripts'} nor in {home}" in line.what


@pytest.mark.parametrize(
    ("products", "state"),
    [("O365HomePremRetail", State.OK), ("ProPlus2021Retail,VisioPro2019Volume", State.OK), ("Standard2024Volume", State.OK),
     ("ProPlus2021Volume", State.NO), ("HomeBusiness2019Retail", State.NO), ("ProPlusRetail", State.NO),
     ("VisioPro2021Retail,Standard2019Volume", State.NO), ("", State.LOOK)],
)  # fmt: skip
def test_which_excel_runs_lite(tmp_path: Path, products: str, state: State) -> None:
    assert about(windows(tmp_path, products=products), "lifecycle.xlsx").state is state


def test_macros_that_a_company_forbids(tmp_path: Path) -> None:
    computer = with_values(windows(tmp_path), {(POLICIES, "VBAWarnings"): 4})
    assert about(computer, "macros:").state is State.NO
    assert not [line for line in diagnose(windows(tmp_path)).lines if line.what.startswith("macros:")]


def test_a_name_that_the_macros_cannot_spell(tmp_path: Path) -> None:
    computer = windows(tmp_path / "김민지")
    line = about(computer, "lifecycle.xlsm")
    assert line.state is State.NO
    assert line.todo == "use lifecycle.xlsx (xlwings Lite)"
    assert "cannot read the path" not in about(replace(computer, letters="cp949"), "lifecycle.xlsm").what


def test_a_mac(tmp_path: Path) -> None:
    line = about(mac(tmp_path), "lifecycle.xlsm")
    assert (line.state, line.todo) == (State.NO, "only Excel for Windows runs it; on a Mac use lifecycle.xlsx")
    assert "Excel 16.95" in about(mac(tmp_path), "lifecycle.xlsx").what
    assert about(mac(tmp_path), "lifecycle.xlsx").state is State.OK
    assert about(mac(tmp_path / "bare", excel=False), "lifecycle.xlsx").state is State.NO


@pytest.mark.parametrize("make", [windows, mac, linux])
def test_libreoffice_and_its_extension(tmp_path: Path, make: Callable[[Path], Computer]) -> None:
    computer = make(tmp_path)
    assert about(computer, "LibreOffice").state is State.NO
    add_office(computer)
    assert about(computer, "LibreOffice 25.2.3.2, without").state is State.NO
    assert "unopkg add xl-lifecycle.oxt" in about(computer, "LibreOffice").todo
    add_extension(computer, "0.0.9")
    assert about(computer, "with the functions 0.0.9").state is State.LOOK
    add_extension(computer, __version__)
    assert about(computer, "LibreOffice").state is State.OK


def test_a_libreoffice_that_is_too_old_or_says_nothing(tmp_path: Path) -> None:
    old = replace(linux(tmp_path), run=Programs(office="LibreOffice 7.4.7.2 40(Build:2)\n"))
    add_office(old)
    assert about(old, "LibreOffice 7.4.7.2") == (
        State.NO,
        "LibreOffice 7.4.7.2",
        "the functions need 24.8 or newer; update LibreOffice",
    )
    assert about(replace(old, run=Programs(office="")), "LibreOffice").state is State.LOOK


@pytest.mark.parametrize(("version", "bits"), [((3, 10, 9), 64), ((3, 13, 0), 32)])
def test_a_python_that_is_none_of_ours(tmp_path: Path, version: tuple[int, int, int], bits: int) -> None:
    lines, works = diagnose(replace(linux(tmp_path), version=version, bits=bits))
    assert lines[0].state is State.NO
    assert not works


def test_a_library_that_is_missing(tmp_path: Path) -> None:
    computer = replace(linux(tmp_path), load=lambda name: "ModuleNotFoundError: gone" if name == "lxml" else "")
    line = about(computer, "the library lxml")
    assert (line.state, line.todo) == (State.NO, "python3 -m pip install --upgrade --force-reinstall lxml")
    assert about(computer, "the console").state is State.NO
    assert not diagnose(computer).works


def test_the_libraries_are_those_that_are_declared() -> None:
    assert {"filelock", "xlwings", "xlsxwriter", "openpyxl"} <= set(dependencies())


@pytest.fixture
def macro_book(small_book: Path) -> Path:
    return Path(shutil.copy(small_book, small_book.with_suffix(".xlsm")))


def mark_as_downloaded(path: Path, zone: int) -> None:
    """Windows keeps this in a stream of the file, which elsewhere is a file of that name."""
    Path(f"{path}:Zone.Identifier").write_text(f"[ZoneTransfer]\nZoneId={zone}\nHostUrl=about:internet\n")


def test_a_workbook_that_was_downloaded(tmp_path: Path, macro_book: Path, small_book: Path) -> None:
    computer = windows(tmp_path / "pc")
    for path in (macro_book, small_book):
        mark_as_downloaded(path, 3)
    assert about(computer, "blocks its macros", macro_book).state is State.NO
    assert "Unblock" in about(computer, "blocks its macros", macro_book).todo
    assert about(computer, "marks it as downloaded", small_book).state is State.LOOK


def test_a_workbook_of_the_company_s_network(tmp_path: Path, macro_book: Path) -> None:
    mark_as_downloaded(macro_book, 1)
    assert not [line for line in diagnose(windows(tmp_path / "pc"), macro_book).lines if "downloaded" in line.what]


def test_a_workbook_of_this_version_in_onedrive(tmp_path: Path, small_original: Path) -> None:
    computer = windows(tmp_path)
    folder = Path(computer.environ["OneDrive"])
    folder.mkdir()
    book = Path(shutil.copy(small_original, folder))
    assert about(computer, f"{book.name}: made by xl-lifecycle {__version__}", book).state is State.OK
    assert about(computer, "is in OneDrive - Company", book).state is State.OK


def test_a_workbook_of_another_version(tmp_path: Path, small_original: Path, rewrite: Any) -> None:
    change = {r"docProps/custom\.xml": lambda part: part.replace(f">{__version__}<", ">99.0.0<")}
    book = rewrite(small_original, tmp_path / "other.xlsx", change)
    line = about(linux(tmp_path), "other.xlsx", book)
    assert line.state is State.NO
    assert "py -m pip install xl_lifecycle-99.0.0-py3-none-any.whl" in line.todo


def test_a_file_that_is_no_workbook_of_ours(tmp_path: Path) -> None:
    (tmp_path / "notes.xlsx").write_text("no")
    assert about(linux(tmp_path), "notes.xlsx", tmp_path / "notes.xlsx").state is State.LOOK


def test_macros_on_a_mac(tmp_path: Path, macro_book: Path) -> None:
    assert about(mac(tmp_path), "has macros", macro_book).todo == "on a Mac use lifecycle.xlsx, or LibreOffice"


def test_this_very_computer(capsys: pytest.CaptureFixture[str], small_book: Path) -> None:
    assert main(["doctor", str(small_book)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"ok    Python {'.'.join(map(str, sys.version_info[:3]))}, 64-bit: {sys.executable}"
    assert f"ok    small.xlsx: made by xl-lifecycle {__version__}, the version on this computer" in lines
    assert main(["doctor", "absent.xlsx"]) == 1
    assert capsys.readouterr().err == "xl-lifecycle: absent.xlsx does not exist; give the path of a workbook, or none\n"


def test_it_still_speaks_where_a_library_is_missing(tmp_path: Path) -> None:
    """Also one that all other commands need to start."""
    code = "import sys; sys.modules['xlsxwriter'] = None; from xl_lifecycle.commands.cli import main; raise SystemExit(main(['doctor']))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "no    the library xlsxwriter cannot be loaded" in done.stdout, done.stderr


def test_this_computer_is_told_as_it_is() -> None:
    computer = this_computer()
    assert computer.executable == Path(sys.executable)
    assert computer.run([sys.executable, "-c", "print(1)"], 30).out.strip() == "1"
    assert computer.run(["no such program"], 30).code == -1
    assert computer.load("json") == ""
    assert "No module named" in computer.load("no_such_module")
