"""An Excel for lifecycle.xlsm on any system: its VBA in an interpreter, xlwings' server in a process of its own."""

# ruff: noqa: E402 (what follows cannot be imported where its packages are missing)
from __future__ import annotations

import importlib.util
import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.support.paths import ROOT

for _package in ("pyopenvba", "oletools"):
    if importlib.util.find_spec(_package) is None:
        if os.environ.get("XL_REQUIRE_HOSTS"):
            pytest.fail(f"{_package} is missing: pip install {_package}", pytrace=False)
        pytest.skip(f"{_package} is missing: pip install {_package}", allow_module_level=True)

from pyopenvba import ExcelFile
from pyopenvba.apps.excel import Application, Cell, ExcelApplication, Worksheet
from pyopenvba.exceptions import VBARuntimeError
from pyopenvba.interpreter import _values as vba
from pyopenvba.interpreter._objects import VBAObject, member, method

from tests.support.placed import placed
from xl_lifecycle.template.parts import read_parts, write_parts

COM_ERRORS = -2146828288
COM_MISSING = -2147352572
RPC_UNAVAILABLE = -2147023174
OWN_MODULES = ("LifecycleCalls", "LifecycleFunctions", "LifecycleButtons", "ThisWorkbook")
# In the place of xlwings' own, which starts a process and waits for it.
RUN_PYTHON = """Private asked As String

Public Sub RunPython(PythonCommand As String)
    asked = PythonCommand
End Sub

Public Function Ran() As String
    Ran = asked
End Function
"""


class Server(VBAObject):
    """What XLPy() returns: Python in another process, reached with values as COM would hand them over."""

    vba_type_name = "XLPython"

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("classic_winstub.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        )

    @method
    def CallUDF(self, script: object, name: object, arguments: object) -> object:
        request = to_com(arguments)
        self.calls.append((name, *request))
        try:
            pickle.dump(("CallUDF", (script, name, request)), self.process.stdin)
            self.process.stdin.flush()
            result, error = pickle.load(self.process.stdout)
        except (OSError, EOFError, ValueError):  # ended; or ended and its pipes closed
            raise VBARuntimeError(RPC_UNAVAILABLE, "The RPC server is unavailable.") from None
        if error:
            raise VBARuntimeError(440, error)
        return from_com(result)

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


class ExcelHere(Application):
    """The interpreter's Application with what it lacks: the calling cell, volatile cells, the function wizard."""

    vba_type_name = "Application"
    caller: object = vba.error(1004)
    volatile = False
    calculations = 0
    wizard: dict[str, dict[str, object]]

    @member
    def Caller(self) -> object:
        if isinstance(self.caller, Exception):
            raise self.caller
        return self.caller

    @method
    def Volatile(self, Volatile: object = vba.MISSING) -> object:
        self.volatile = True
        return vba.EMPTY

    @method
    def Calculate(self) -> object:
        self.calculations += 1
        return vba.EMPTY

    @method
    def MacroOptions(
        self, Macro: object, Description: object, Category: object, ArgumentDescriptions: object
    ) -> object:
        arguments = list(ArgumentDescriptions.elements())
        self.wizard[str(Macro)] = {"description": Description, "category": Category, "arguments": arguments}
        return vba.EMPTY


def with_places(path: Path) -> None:
    """Write where each cell stands into the file, as Excel does when it saves: the interpreter's reader asks for it."""
    parts = {
        name: placed(data.decode()).encode() if name.startswith("xl/worksheets/sheet") else data
        for name, data in read_parts(path).items()
    }
    write_parts(parts, path)


class Excel:
    """A workbook with macros, open."""

    def __init__(self, path: Path, *, python: bool = True) -> None:
        as_made = path.read_bytes()
        with_places(path)
        self.app = ExcelApplication.open(path, with_vba=False)
        path.write_bytes(as_made)
        self.here: ExcelHere = self.app.application
        self.here.__class__ = ExcelHere
        self.here.wizard = {}
        self.python = python
        self.server: Server | None = None
        self.starts = 0
        host = self.app.interpreter.host
        known = host.global_object
        host.global_object = lambda name: self._start() if name == "xlpy" else known(name)
        self._load(path)

    def press(self, macro: str) -> str:
        """Run a button's macro; what it has Python run."""
        self.app.interpreter.run(macro, [])
        return str(self.app.interpreter.run("Ran", []))

    def _load(self, path: Path) -> None:
        self.app.add_module(RUN_PYTHON, name="xlwings", kind="standard")
        with ExcelFile(path) as file:
            for name in OWN_MODULES:
                kind = "document" if name == "ThisWorkbook" else "standard"
                self.app.add_module(file.vba_project().get_module(name).source, name=name, kind=kind)

    def _start(self) -> Server:
        if not self.python:
            raise VBARuntimeError(1000, "Could not activate Python COM server")
        if self.server is None or self.server.process.poll() is not None:
            self.server = Server()
            self.starts += 1
        return self.server

    def call(self, name: str, *arguments: object, sheet: str = "Start") -> Any:
        """What a cell of a sheet shows for a call of a function. A range is given as Cells, the omitted as MISSING."""
        self.here.caller = self.sheet(sheet).vba_get("Range", ["Z99"])
        self.here.volatile = False
        given = [to_vba(argument) for argument in arguments]
        return shown(self.app.interpreter.run(name, given))

    def raise_event(self, name: str, *arguments: object) -> None:
        """Run a handler of the workbook's own module."""
        document = self.app.workbook.vba_document
        found = document.module.procedure(name)
        document.interpreter.call(found, document.module, list(arguments), {}, me=document)

    def sheet(self, name: str) -> Worksheet:
        return self.app.workbook.sheet_named(name)

    def cells(self, sheet: str, reference: str) -> Any:
        """A range, to be given to a function."""
        return self.sheet(sheet).vba_get("Range", [reference])

    def put(self, sheet: str, reference: str, value: object) -> None:
        """Set what a cell shows, and nothing else: the interpreter's own calculation does not know our functions."""
        cell = self.cells(sheet, reference)
        at = (int(cell.vba_get("Row")), int(cell.vba_get("Column")))
        self.sheet(sheet).cells_.setdefault(at, Cell()).value = to_vba(value)

    def end_python(self) -> None:
        if self.server and self.server.process.poll() is None:
            self.server.end()


def to_vba(value: object) -> object:
    """A value as a cell's formula hands it to VBA."""
    if value is None:
        return vba.EMPTY
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, list):
        rows = value if isinstance(value[0], list) else [value]
        array = vba.VBAArray([(1, len(rows)), (1, len(rows[0]))] if rows is value else [(1, len(value))])
        for i, row in enumerate(rows, 1):
            for j, cell in enumerate(row, 1):
                array.set([i, j] if rows is value else [j], to_vba(cell))
        return array
    return value


def shown(value: object) -> Any:
    """What VBA answers a cell with; an error by its number, Empty as the 0 that Excel shows."""
    if isinstance(value, vba.VBAErrorValue):
        return f"Error {value.number}"
    if isinstance(value, vba.VBAArray):
        return [[shown(cell) for cell in row] for row in rows_of(value)]
    return 0 if value is vba.EMPTY else value


def rows_of(array: Any) -> list[list[object]]:
    if array.dimensions == 1:
        return [list(array.elements())]
    (top, bottom), (left, right) = array.bounds
    return [[array.get([r, c]) for c in range(left, right + 1)] for r in range(top, bottom + 1)]


def to_com(value: object) -> Any:
    """A value of VBA's as pywin32 hands it to Python."""
    if isinstance(value, vba.VBAArray):
        rows = tuple(tuple(to_com(cell) for cell in row) for row in rows_of(value))
        return rows[0] if value.dimensions == 1 else rows
    if isinstance(value, vba.VBAErrorValue):
        return COM_ERRORS + value.number
    if value is vba.MISSING:
        return COM_MISSING
    if value in (vba.EMPTY, vba.NULL, vba.NOTHING):
        return None
    if isinstance(value, VBAObject):
        raise AssertionError(f"{value!r} was handed to Python: each read of it would be a call between processes")
    if isinstance(value, (bool, str)):
        return value
    return float(value) if isinstance(value, float) else int(value)


def from_com(result: Any) -> object:
    """What Python returns as pywin32 hands it to VBA: sequences as arrays of variants, from 0."""
    if not isinstance(result, Sequence) or isinstance(result, str):
        return result
    rows = result if isinstance(result[0], (list, tuple)) else None
    array = vba.VBAArray([(0, len(result) - 1)] + ([(0, len(result[0]) - 1)] if rows else []))
    for i, row in enumerate(result):
        for j, cell in enumerate(row if rows else [row]):
            array.set([i, j] if rows else [i], cell)
    return array
