"""Evaluates formulas at the console with a spreadsheet engine that calls our functions.

The engine reads the workbook, so a formula may name its cells and tables.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any

import formualizer
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

from xl_lifecycle.content.read_content import scalar
from xl_lifecycle.core.cells.addresses import address, at_of, quoted
from xl_lifecycle.core.cells.errors import BookError, CannotCalculate, ExcelError, Refusal
from xl_lifecycle.core.cells.values import Scalar, Value
from xl_lifecycle.core.functions import Functions
from xl_lifecycle.core.metric_functions import Caller
from xl_lifecycle.engine.minimal_file import bare
from xl_lifecycle.xlsx.package import Package

SCRATCH = "_calc"
PREFIX = "_XLDUDF_"
MOST_ARGUMENTS = 16
ROWS = 1_048_576  # of a sheet
_WHOLE_COLUMN = re.compile(r"((?:.*!)?\$?[A-Z]{1,3}):(\$?[A-Z]{1,3})", re.IGNORECASE)

_KINDS = {
    "Div": ExcelError.DIV0, "Na": ExcelError.NA, "Value": ExcelError.VALUE, "Num": ExcelError.NUM,
    "Ref": ExcelError.REF, "Name": ExcelError.NAME, "Null": ExcelError.NULL,
}  # fmt: skip


class Calc:
    """Evaluates formulas against a workbook, or against none."""

    def __init__(
        self,
        functions: Functions,
        book: Path | Package | None = None,
        replacements: Mapping[tuple[str, int, int], str] = MappingProxyType({}),
    ) -> None:
        """rewritten: formulas to replace, by sheet, row and column. Raises BookError if the book cannot be read."""
        self.functions = functions
        self._calls: dict[str, bool] = {}
        self._areas_by_name: dict[str, list[str] | None] = {}
        self.engine = _open(book) if book else formualizer.Workbook()
        self.engine.add_sheet(SCRATCH)
        for name in functions.names:
            for spelling in (name, PREFIX + name):
                self.engine.register_function(spelling, self._binding(name), min_args=0, max_args=MOST_ARGUMENTS)
        for place, formula in replacements.items():
            self.engine.set_formula(*place, formula)
        if book:
            self.engine.evaluate_all()
            self.functions.default = str(self.evaluate("=Data"))

    def evaluate(self, formula: str) -> Value:
        """The value of a formula; a grid if it fills several cells. Raises Refusal if it is not a formula."""
        text = formula if formula.startswith("=") else f"={formula}"
        try:
            formualizer.parse(text)  # set_formula also accepts what it cannot read, and returns #VALUE!
            self.engine.set_formula(SCRATCH, 1, 1, self._spell_out(text))
        except Exception as error:
            raise Refusal(ExcelError.NAME, f"{formula} is not a formula: {_complaint(str(error))}") from None
        first = self.cell(SCRATCH, 1, 1)
        height, width = self.spill(SCRATCH, 1, 1)
        if height == width == 1:
            return first
        return [[self.cell(SCRATCH, r, c) for c in range(1, width + 1)] for r in range(1, height + 1)]

    def _spell_out(self, formula: str) -> str:
        """A formula with "" for omitted arguments of our functions, and with row numbers for whole columns.

        The engine would pass 0 for an omitted argument, and only the filled cells of a column, perhaps one cell.
        """
        result, ours, before = "=", [False], ""
        for token in Tokenizer(formula).items:
            closes = token.subtype == Token.CLOSE and token.type in (Token.FUNC, Token.PAREN)
            separates = token.type == Token.SEP and token.subtype == Token.ARG
            if ours[-1] and ((separates and before in ("open", "separator")) or (closes and before == "separator")):
                result += '""'
            if token.subtype == Token.OPEN and token.type in (Token.FUNC, Token.PAREN):
                ours.append(token.value[:-1].upper().removeprefix(PREFIX) in self.functions.names)
            elif closes and len(ours) > 1:
                ours.pop()
            if token.type != Token.WSPACE:
                opens = token.subtype == Token.OPEN
                before = "separator" if separates else "open" if opens else "value"
            whole = ours[-1] and token.subtype == Token.RANGE and _WHOLE_COLUMN.fullmatch(token.value)
            result += f"{whole[1]}1:{whole[2]}{ROWS}" if whole else token.value
        return result

    def cell(self, sheet: str, row: int, column: int) -> Scalar:
        """A cell of the workbook, recalculated."""
        return _from_engine(self.engine.evaluate_cell(sheet, row, column))

    def spill(self, sheet: str, row: int, column: int) -> tuple[int, int]:
        """The numbers of rows and columns that a cell's formula fills."""
        spill = self.engine.inspect_cell(cell_name(sheet, row, column)).to_dict()["cell"]["spill"]
        if not spill or spill["kind"] != "Anchor":
            return 1, 1
        last_row, last_column = at_of(spill["extent"].rpartition(":")[2])
        return last_row - row + 1, last_column - column + 1

    def computed_value(self, sheet: str, row: int, column: int) -> Scalar:
        """A cell of the workbook as last calculated. Raises CannotCalculate if this engine cannot calculate it."""
        try:
            value = self.engine.get_value(sheet, row, column)
        except Exception as error:
            raise CannotCalculate(str(error)) from None
        if isinstance(value, dict) and value.get("kind") not in _KINDS:
            raise CannotCalculate(str(value.get("kind")))
        return "" if value == "" else scalar(_from_engine(value))

    def knows(self, formula: str) -> bool:
        """Whether this engine has all functions and operators of a formula; IFERROR may hide a missing one."""
        before = ""
        for token in Tokenizer(formula).items:
            opens = token.subtype == Token.OPEN
            if token.type == Token.FUNC and opens and not self._has(token.value.upper().removeprefix("@")):
                return False
            if token.type == Token.OP_IN and token.value == ",":  # union of areas
                return False
            if before == "space after a value" and (opens or token.type == Token.OPERAND):  # intersection of areas
                return False
            if token.type != Token.WSPACE:
                before = "value" if token.type == Token.OPERAND or token.subtype == Token.CLOSE else ""
            elif before == "value":
                before = "space after a value"
        return True

    def _has(self, call: str) -> bool:
        """Whether the engine has a function: it returns #NAME? for a function that it does not have."""
        if call not in self._calls:
            try:
                self.engine.set_formula(SCRATCH, 1, 1, f"={call})")
                value = self.engine.evaluate_cell(SCRATCH, 1, 1)
            except Exception:  # the call is incomplete; for an unknown function the engine would return #NAME?
                value = None
            unknown = isinstance(value, dict) and value.get("kind") in ("Name", "NImpl")
            self._calls[call] = not unknown and not call.endswith("LAMBDA(")
        return self._calls[call]

    def reads(self, sheet: str, row: int, column: int, names: Mapping[str, str]) -> list[str] | None:
        """The areas that a formula names, as Sheet!A1:B2; None if it may read any cell.

        names: the formulas of the workbook's names, by name in lower case.
        """
        try:
            report = self.engine.precedents(cell_name(sheet, row, column)).to_dict()
        except Exception:
            return None
        areas_read: list[str] = []
        for each in (precedent["reference"] for precedent in report["precedents"]):
            target = each["resolution"] or each
            area = target.get("resolved") or target.get("address")
            areas = [area] if area else self._read_by_name(str(each.get("name")).lower(), names)
            if areas is None:
                return None
            areas_read += areas
        return None if report["truncation"]["incomplete"] else areas_read

    def _read_by_name(self, name: str, names: Mapping[str, str]) -> list[str] | None:
        """The areas that a name's formula names; the engine only resolves names of plain areas."""
        if name not in names:
            return None
        if name not in self._areas_by_name:
            self._areas_by_name[name] = None  # in case the name refers to itself
            with suppress(Exception):
                self.engine.set_formula(SCRATCH, 1, 1, f"={names[name]}")
                self._areas_by_name[name] = self.reads(SCRATCH, 1, 1, names)
        return self._areas_by_name[name]

    def _binding(self, name: str) -> Callable[..., Any]:
        functions = self.functions  # without self: a circular reference would keep the engine in memory

        def call(*args: Any) -> Any:
            return _to_engine(functions.call(name, [_argument(arg) for arg in args], Caller()))

        return call


def cell_name(sheet: str, row: int, column: int) -> str:
    """A cell's address with its sheet.

    >>> cell_name("Events & PR", 3, 2)
    "'Events & PR'!B3"
    """
    return f"{quoted(sheet)}!{address((row, column))}"


def _complaint(error: str) -> str:
    """A message of the engine's parser without its internal names.

    >>> _complaint("ParserError at position 2: Unexpected token at position 2: TokenSpan { start: 3 }")
    'Unexpected token at position 2'
    """
    message = error.partition("TokenSpan")[0].removesuffix(", got ")
    return re.sub(r"^ParserError( at position \d+)?: ", "", message).strip(" :")


def _open(book: Path | Package) -> Any:
    package = book if isinstance(book, Package) else Package(book)
    try:
        return formualizer.Workbook.from_bytes(bare(package), backend="umya")
    except (BookError, MemoryError):
        raise
    except Exception as error:
        message = " ".join(str(error).split())[:200]
        raise BookError(f"{package.path} cannot be calculated ({message}); open it in Excel and save it") from None


def _argument(value: Any) -> Value:
    if isinstance(value, list):
        return [[_from_engine(cell) for cell in row] for row in value]
    return _from_engine(value)


def _from_engine(value: Any) -> Scalar:
    if isinstance(value, dict):
        return _KINDS.get(value.get("kind", ""), ExcelError.VALUE)
    if isinstance(value, float) and not math.isfinite(value):
        return ExcelError.NUM
    return None if value == "" else value


def _to_engine(value: Value) -> Any:
    if isinstance(value, (list, tuple)):
        return [[_to_engine(cell) for cell in row] for row in value]
    if isinstance(value, ExcelError):
        return next({"type": "Error", "kind": kind} for kind, error in _KINDS.items() if error is value)
    return "" if value is None else value
