"""A real LibreOffice under pytest: opens workbooks, lets our functions run in their cells, reads them back.

UNO exists only in LibreOffice's Python, so `office_driver.py` runs there and this talks to it.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.paths import ROOT

INSTALLATION = Path(os.environ.get("XL_OFFICE", "/usr/lib/libreoffice"))
PYTHON = os.environ.get("XL_OFFICE_PYTHON", "/usr/bin/python3")
START_SECONDS = 90
CALL_SECONDS = 120

CellValue = float | str | None | dict[str, str]  # {"error": "#N/A"} for an error


def missing() -> str | None:
    """Why LibreOffice cannot be used here, if so."""
    if not (INSTALLATION / "program/soffice").exists():
        return f"{INSTALLATION}/program/soffice is missing: install libreoffice-calc"
    try:
        uno = subprocess.run([PYTHON, "-c", "import uno"], capture_output=True, check=False, timeout=30)
    except OSError:
        return f"{PYTHON} is missing: set XL_OFFICE_PYTHON to LibreOffice's Python"
    return f"{PYTHON} has no uno: install python3-uno" if uno.returncode else None


class OfficeError(Exception):
    """LibreOffice did not do what was asked."""


class FormulaCell(NamedTuple):
    """A cell with a formula, or one that an array formula fills."""

    sheet: str
    address: str
    formula: str
    value: CellValue


class Office:
    """One soffice process with a profile of its own. types: what `libreoffice_types.build` wrote."""

    def __init__(self, types: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="xl-office-"))
        self._log = (self.folder / "log.txt").open("w+", encoding="utf-8", errors="replace")
        environment = os.environ | {
            "PATH": "/usr/bin:/bin",  # LibreOffice's Python takes its home from the first python3 it finds
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "LC_ALL": "C.UTF-8",
            "XL_LIFECYCLE_DEBUG": "1",
        }
        driver = Path(__file__).with_name("office_driver.py")
        self._driver = subprocess.Popen(
            [PYTHON, driver, INSTALLATION, types, self.folder / "profile"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            encoding="utf-8",
            env=environment,
            start_new_session=True,  # a group of its own, so that soffice can be ended with it
        )
        try:
            self._read("start", START_SECONDS)
        except OfficeError:
            self._kill()
            raise

    def open(self, path: Path) -> Document:
        """Open a copy of a workbook, so that neither edits nor lock files touch the original."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        copy = Path(shutil.copy(path, folder))
        return Document(self, self.ask("open", str(copy)))

    def describe(self, function: str) -> dict[str, Any]:
        """What the function wizard says: description, arguments as pairs of name and description."""
        return self.ask("describe", function)

    def log(self) -> str:
        """What soffice and our functions wrote to stderr."""
        return (self.folder / "log.txt").read_text(encoding="utf-8", errors="replace")

    def close(self) -> None:
        """End LibreOffice, whatever state it is in, and remove its files."""
        try:
            if self._driver.poll() is None:
                self.ask("quit", seconds=30)
        except OfficeError:
            pass  # killed below
        finally:
            self._kill()
            self._log.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, method: str, *arguments: Any, seconds: float = CALL_SECONDS) -> Any:
        """Have the driver call one of its methods."""
        try:
            self._driver.stdin.write(json.dumps([method, arguments]) + "\n")
            self._driver.stdin.flush()
        except OSError:
            raise OfficeError(f"{method}: LibreOffice is not running any more") from None
        return self._read(method, seconds)

    def _read(self, method: str, seconds: float) -> Any:
        late = threading.Event()
        timer = threading.Timer(seconds, lambda: (late.set(), self._kill()))
        timer.start()
        line = self._driver.stdout.readline()
        timer.cancel()
        if not line:
            reason = f"no answer within {seconds:g} s" if late.is_set() else "LibreOffice ended"
            raise OfficeError(f"{method}: {reason}\n{self.log()[-2000:]}")
        said = json.loads(line)
        if "error" in said:
            raise OfficeError(said["error"])
        return said["result"]

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._driver.pid, signal.SIGKILL)
        self._driver.wait()


class Document:
    """An open workbook. Formulas are written and read as in an .xlsx file: commas, Sheet!A1, _xlfn. prefixes.

    Type NA() for #N/A: LibreOffice's parser drops error constants.
    """

    def __init__(self, office: Office, key: int) -> None:
        self._office = office
        self._key = key

    def __enter__(self) -> Document:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def sheets(self) -> list[str]:
        return self._ask("sheets")

    def buttons(self) -> list[tuple[str, str, str]]:
        """Every button that runs a macro: sheet, caption, the macro's address."""
        return [(sheet, caption, macro) for sheet, caption, macro in self._ask("buttons")]

    def cell(self, sheet: str, address: str) -> dict[str, Any]:
        """formula (None for an input), value, error, and text as displayed. Empty text has the value None."""
        return self._ask("cell", sheet, address)

    def range(self, sheet: str, address: str) -> list[list[CellValue]]:
        return self._ask("range", sheet, address)

    def function_cells(self) -> list[FormulaCell]:
        """Every cell that has a formula or is inside an array formula."""
        return [FormulaCell(*found) for found in self._ask("function_cells")]

    def set(self, sheet: str, address: str, value: float | str | None) -> None:
        self._ask("set", sheet, address, value)

    def type(self, sheet: str, address: str, formula: str) -> None:
        self._ask("type", sheet, address, formula)

    def type_array(self, sheet: str, address: str, formula: str) -> None:
        self._ask("type_array", sheet, address, formula)

    def calculate_all(self) -> None:
        self._ask("calculate_all")

    def save(self, path: Path) -> None:
        """Save a copy as .xlsx."""
        self._ask("save", str(Path(path).absolute()))

    def pdf(self, path: Path) -> None:
        """Export with one page per sheet."""
        self._ask("pdf", str(Path(path).absolute()))

    def color(self, sheet: str, address: str) -> int:
        """A cell's background, as RGB in one number; -1 for none."""
        return self._ask("color", sheet, address)

    def unprotect(self, sheet: str) -> None:
        """Take a sheet's protection off, which has no password."""
        self._ask("unprotect", sheet)

    def restyle(self, style: str, color: int) -> None:
        """Give a cell style another background."""
        self._ask("restyle", style, color)

    def close(self) -> None:
        self._ask("close")

    def _ask(self, method: str, *arguments: Any) -> Any:
        return self._office.ask(method, self._key, *arguments)
