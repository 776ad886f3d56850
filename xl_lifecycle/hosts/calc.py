"""The console's host: formulas evaluated by a spreadsheet engine that calls our functions.

A second engine beside LibreOffice: it reads the workbook itself, so a formula may name its cells and tables.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import formualizer
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

from xl_lifecycle.functions import Caller, Functions
from xl_lifecycle.values import ExcelError, Refusal, Scalar, Value

SCRATCH = "_calc"
PREFIX = "_XLDUDF_"
MOST_ARGUMENTS = 16

_KINDS = {
    "Div": ExcelError.DIV0, "Na": ExcelError.NA, "Value": ExcelError.VALUE, "Num": ExcelError.NUM,
    "Ref": ExcelError.REF, "Name": ExcelError.NAME, "Null": ExcelError.NULL,
}  # fmt: skip


class Calc:
    """Evaluates formulas against a workbook, or against none."""

    def __init__(self, functions: Functions, book: Path | None = None) -> None:
        self.functions = functions
        self.engine = formualizer.Workbook.from_path(str(book), backend="umya") if book else formualizer.Workbook()
        self.engine.add_sheet(SCRATCH)
        for name in functions.names:
            for spelling in (name, PREFIX + name):
                self.engine.register_function(spelling, self._binding(name), min_args=0, max_args=MOST_ARGUMENTS)
        if book:
            for sheet, area in _array_areas(book):
                self._clear_spill(sheet, area)
            self.engine.evaluate_all()
            self.functions.default = str(self.evaluate("=Data"))

    def evaluate(self, formula: str) -> Value:
        """The value of a formula, a grid where it fills several cells; refuses what is no formula."""
        text = self._with_blanks(formula if formula.startswith("=") else f"={formula}")
        try:
            self.engine.set_formula(SCRATCH, 1, 1, text)
        except Exception as error:
            raise Refusal(ExcelError.NAME, f"{formula} is not a formula: {str(error).rpartition(': ')[2]}") from None
        first = self.cell(SCRATCH, 1, 1)
        spill = self.engine.inspect_cell(f"{SCRATCH}!A1").to_dict()["cell"]["spill"]
        if not spill:
            return first
        _, _, corner = spill["extent"].rpartition(":")
        width, height = coordinates(corner)
        return [[self.cell(SCRATCH, r, c) for c in range(1, width + 1)] for r in range(1, height + 1)]

    def _with_blanks(self, formula: str) -> str:
        """Omitted arguments of our functions written as empty text: the engine would pass 0 for them."""
        written, ours, before = "=", [False], ""
        for token in Tokenizer(formula).items:
            closes = token.subtype == Token.CLOSE and token.type in (Token.FUNC, Token.PAREN)
            separates = token.type == Token.SEP and token.subtype == Token.ARG
            if ours[-1] and ((separates and before in ("open", "separator")) or (closes and before == "separator")):
                written += '""'
            if token.subtype == Token.OPEN and token.type in (Token.FUNC, Token.PAREN):
                ours.append(token.value[:-1].upper().removeprefix(PREFIX) in self.functions.names)
            elif closes and len(ours) > 1:
                ours.pop()
            if token.type != Token.WSPACE:
                opens = token.subtype == Token.OPEN
                before = "separator" if separates else "open" if opens else "value"
            written += token.value
        return written

    def cell(self, sheet: str, row: int, column: int) -> Scalar:
        """A cell of the workbook, recalculated; row and column count from 1."""
        return _from_engine(self.engine.evaluate_cell(sheet, row, column))

    def _clear_spill(self, sheet: str, area: str) -> None:
        """Empty the cells an array formula fills: their cached values would be in its way."""
        (left, top), (right, bottom) = (coordinates(corner) for corner in (*area.split(":"), area)[:2])
        for row in range(top, bottom + 1):
            first = left + 1 if row == top else left
            if first <= right:
                self.engine.set_values_batch(sheet, row, first, [[None] * (right + 1 - first)])

    def _binding(self, name: str) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            return _to_engine(self.functions.call(name, [_argument(arg) for arg in args], Caller()))

        return call


def _array_areas(book: Path) -> Iterator[tuple[str, str]]:
    """Each array formula's area, by sheet, as the file tells."""
    with zipfile.ZipFile(book) as file:
        relations = ElementTree.fromstring(file.read("xl/_rels/workbook.xml.rels"))
        targets = {each.get("Id"): str(each.get("Target")) for each in relations}
        for sheet in ElementTree.fromstring(file.read("xl/workbook.xml")).iter(f"{_MAIN}sheet"):
            target = targets[sheet.get(f"{_OFFICE}id")]
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            for _, formula in ElementTree.iterparse(io.BytesIO(file.read(part))):
                if formula.tag == f"{_MAIN}f" and formula.get("t") == "array":
                    yield str(sheet.get("name")), str(formula.get("ref"))


_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def coordinates(address: str) -> tuple[int, int]:
    """Column and row of a cell's address, from 1.

    >>> coordinates("AB4")
    (28, 4)
    """
    letters = address.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column, int(address[len(letters) :])


def _argument(value: Any) -> Value:
    if isinstance(value, list):
        return [[_from_engine(cell) for cell in row] for row in value]
    return _from_engine(value)


def _from_engine(value: Any) -> Scalar:
    if isinstance(value, dict):
        return _KINDS.get(value.get("kind", ""), ExcelError.VALUE)
    return None if value == "" else value


def _to_engine(value: Value) -> Any:
    if isinstance(value, (list, tuple)):
        return [[_to_engine(cell) for cell in row] for row in value]
    if isinstance(value, ExcelError):
        return next({"type": "Error", "kind": kind} for kind, error in _KINDS.items() if error is value)
    return "" if value is None else value
