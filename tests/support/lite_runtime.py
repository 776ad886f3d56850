"""The Pyodide that xlwings Lite runs in, under node, and cells as Office.js passes them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.values import Value
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.hosts.lite import bundle as lite

HERE = Path(__file__).parent / "lite"
WHEEL = HERE / "wheels" / f"xlwings-{lite.XLWINGS}-py3-none-any.whl"
PYODIDES = ("pyodide-0.27", "pyodide-314")
SOMEWHERE = "[lifecycle.xlsx]Overview!$Z$9"
ERROR_TYPES = {
    ExcelError.DIV0: "Div0", ExcelError.NA: "NotAvailable", ExcelError.NAME: "Name", ExcelError.NULL: "Null",
    ExcelError.NUM: "Num", ExcelError.REF: "Ref", ExcelError.VALUE: "Value",
}  # fmt: skip


class Runtime:
    """One node process with a Pyodide in it. Every request is a line of JSON, and so is its answer."""

    def __init__(self, flavour: str) -> None:
        command = ["node", "runtime.mjs", flavour, WHEEL, "driver.py"]
        self._log = (HERE / "node_modules" / f".{flavour}-{os.getpid()}.log").open("w+", encoding="utf-8")
        self._node = subprocess.Popen(
            command, cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, encoding="utf-8"
        )
        self.version = self._read()

    def ask(self, method: str, **request: Any) -> Any:
        assert self._node.stdin
        self._node.stdin.write(json.dumps({"method": method, **request}) + "\n")
        self._node.stdin.flush()
        return self._read()

    def restart(self, code: str) -> list[str]:
        """A new Pyodide, as when Lite restarts, and the code in it; the modules that came with the code."""
        self.ask("restart")
        return self.ask("load", code=code)

    def call(self, name: str, *arguments: Any, address: str = SOMEWHERE) -> Any:
        """What one cell shows; Office.js hands over rows of cells, and null for what is omitted."""
        return self.calls([(name, arguments)], address)["values"][0]

    def calls(self, calls: Sequence[tuple[str, Sequence[Any]]], address: str = SOMEWHERE) -> Any:
        return self.ask("call", calls=[[name, _passed(name, args)] for name, args in calls], address=address)

    def close(self) -> None:
        assert self._node.stdin
        self._node.stdin.close()
        self._node.wait(timeout=30)
        self._log.close()

    def _read(self) -> Any:
        assert self._node.stdout
        line = self._node.stdout.readline()
        if not line:
            self._log.seek(0)
            raise AssertionError(f"node ended: {self._log.read()[-2000:]}")
        said = json.loads(line)
        assert "error" not in said, said.get("error")
        return said["result"]


def _passed(name: str, args: Sequence[Any]) -> list[Any]:
    rows = [_rows(arg) for arg in args]
    function = FUNCTIONS.names[name]
    return [rows] if function.variadic else rows + [None] * (len(function.parameters) - len(rows))


def _rows(arg: Any) -> Any:
    grid = arg if isinstance(arg, list) else [[arg]]
    return [[_office_cell(cell) for cell in row] for row in grid]


def _office_cell(cell: Any) -> Any:
    if isinstance(cell, ExcelError):
        return {"type": "Error", "errorType": ERROR_TYPES[cell], "basicType": "Error", "basicValue": cell.value}
    return cell


def shown(value: Value) -> Any:
    """What Office.js gets for a value of the core."""
    return [[_shown_cell(cell) for cell in row] for row in (value if isinstance(value, list) else [[value]])]


def _shown_cell(cell: Any) -> Any:
    named = cell if isinstance(cell, ExcelError) else next((e for e in ExcelError if e.value == cell), None)
    return {"type": "Error", "errorType": ERROR_TYPES[named]} if named else "" if cell is None else cell


def unavailable(reason: str) -> None:
    """Skip a test whose host is not there; fail it where every host has to be."""
    (pytest.fail if os.environ.get("XL_REQUIRE_HOSTS") else pytest.skip)(reason)


def missing(flavour: str) -> str | None:
    """Why a Pyodide cannot be used here, if so."""
    if not shutil.which("node"):
        return "node is missing"
    if not (HERE / "node_modules" / flavour).exists():
        return "Pyodide is missing: npm install --no-package-lock --prefix tests/support/lite"
    return None if WHEEL.exists() else f"{WHEEL.name} is missing: see .ci/run"
