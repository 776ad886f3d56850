"""Our functions inside xlwings Lite: cell values in and out, and what only the workbook can answer.

What Lite passes to a function:

- An omitted argument and a reference to one blank cell are both None, so `=CAC()` looks like `=CAC(A1)`.
- In some desktop versions of Excel a blank cell is 0, also inside a table.
- A single row arrives as a flat list, an error as a dict, a date as its serial number.
- A function gets the address of its cell, but cannot read the workbook. A script can, after the calculation.

So a short form is not answered here. It is #N/A until the script has read the formula and written it in full,
`=CAC("All",$B$5,Data)`, which is right in every program and follows the tables. Other calls stay #N/A.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Sequence
from functools import cache
from typing import Any

import xlwings as xw

from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.headers import HEADERS
from xl_lifecycle.core.cells.values import Grid, Scalar, Value, as_grid
from xl_lifecycle.core.dataset.dataset import build
from xl_lifecycle.core.functions import Functions
from xl_lifecycle.core.sheet_meaning import TOP_ROWS, channel_argument, period_row
from xl_lifecycle.core.short_forms import places_of, plain, write_out

try:
    from pyodide.ffi import JsNull  # type: ignore[import-not-found]
except ImportError:  # older Pyodide says None
    JsNull = ()

SCRIPT_SECONDS = 10  # a script that did not run within this time may be requested again
TOP_OF_SHEET = f"A1:B{TOP_ROWS}"
LONG_TABLE = 5000
APP = "xl-lifecycle"
Place = tuple[str, str]  # sheet, address

_ERRORS = {error.value: error for error in ExcelError}
_NUMBERS = ("value", "rows", "rows_total", "file_total", "old_value", "new_value")


class Lite:
    """Answers the calls of one workbook. script: runs `catch_up` after the calculation."""

    def __init__(self, functions: Functions, script: Any) -> None:
        self.functions = functions
        self.script = script
        functions.rebuild = self._request_data
        self._short: set[Place] = set()  # cells whose formula will be written in full
        self._reenter_data = False
        self._read_tables = False
        self._passed = ""  # the token of the tables with 0 for blank cells
        self._true_tokens: dict[str, str] = {}  # from that token to the right one, when the script has read the tables
        self._request_time = float("-inf")

    def call(self, name: str, arguments: Sequence[Any], caller: Any) -> Any:
        """Answer a cell; if only the workbook has the answer, with #N/A and one request for the script."""
        args = [value_in(argument) for argument in arguments]
        while args and args[-1] is None:
            args.pop()
        value = self._dataset(args) if name == "DATASET" else self.functions.call(name, args)
        if caller is not None and self._is_short(name, args):
            self._short.add((caller.sheet_name, caller.address.partition(":")[0]))
        if not (self._short or self._reenter_data) or time.monotonic() - self._request_time < SCRIPT_SECONDS:
            return value_out(value)
        self._request_time = time.monotonic()
        return xw.WithScript(value_out(value), self.script)  # type: ignore[no-untyped-call]

    async def catch_up(self, book: Any) -> None:
        """Write short forms in full, and enter Data again if its dataset is unknown."""
        short, self._short = sorted(self._short), set()
        reenter, self._reenter_data = self._reenter_data, False
        read, self._read_tables = self._read_tables, False
        self._request_time = float("-inf")
        workbook = Workbook(book)
        formulas = []  # written last: if we read in between, Excel would calculate half of them
        data = workbook.data()
        if reenter and data is not None:
            formula = str(await data.get_formula())
            if read:
                self._remember(await workbook.tables(formula))
            formulas.append((data, plain(formula)))
        for sheet, address in short:
            cell = book.sheets[sheet][address]
            formula = str(await cell.get_formula())
            full = write_out(formula, self.functions, await workbook.channel(sheet), await workbook.period(sheet))
            if formula.startswith("=") and full != plain(formula):
                formulas.append((cell, full))
        for cell, formula in formulas:
            cell.formula = formula

    async def refresh(self, book: Any) -> None:
        """Read the exports pasted on Import sheets into the tables, and show the summary or the error."""
        from xl_lifecycle.core.cells.errors import BookError, SourceError
        from xl_lifecycle.refresh import open_workbook  # imported here, so that the start is fast
        from xl_lifecycle.refresh.report import summary

        try:
            report, language = open_workbook.refresh(book, self.functions.catalogue, dt.date.today(), progress=print)
            await self._enter_plainly(book)
            message, mode = summary(report, language), "info"
        except (BookError, SourceError) as error:
            message, mode = str(error), "critical"
        except Exception as error:  # also from Excel, which writes pending cells when it reads
            message, mode = open_workbook.unforeseen(error), "critical"
        book.app.alert(message, APP, mode=mode)

    async def _enter_plainly(self, book: Any) -> None:
        """Enter again our formulas that do not work yet: with the prefix of the file, or short forms."""
        from xl_lifecycle.refresh import open_workbook

        workbook = Workbook(book)
        formulas = []  # written last: if we read in between, Excel would calculate half of them
        for sheet in (sheet for sheet in book.sheets if not open_workbook.is_import(sheet.name)):
            used = _above_long_tables(sheet)
            rows = await used.options(ndim=2).get_formula()
            context: tuple[Grid, str, str] | None = None
            for i, row in enumerate(rows):
                for j, formula in enumerate(row):
                    is_filled = (i and rows[i - 1][j] == formula) or (j and row[j - 1] == formula)  # from another cell
                    if not isinstance(formula, str) or not formula.startswith("=") or is_filled:
                        continue
                    short = write_out(formula, self.functions, "", "")
                    if formula == plain(formula) == short:
                        continue
                    if context is None:
                        values = used.options(ndim=2).value
                        context = values, await workbook.channel(sheet.name), await workbook.period(sheet.name)
                    if context[0][i][j] != formula:  # the formula of a text is the text
                        formulas.append((used[i, j], write_out(formula, self.functions, *context[1:])))
        for cell, formula in formulas:
            cell.formula = formula

    def _request_data(self, token: str) -> None:
        self._reenter_data = True

    def _dataset(self, tables: Sequence[Value]) -> Value:
        """DATASET; if blank cells arrived as 0, the dataset that the script has read."""
        grids = [table for table in tables if isinstance(table, list)]
        if not any(map(blanks_are_zeros, grids)):
            return self.functions.call("DATASET", tables)
        passed = build(grids, self.functions.catalogue).token
        if passed in self._true_tokens:
            return self._true_tokens[passed]
        if passed != self._passed:  # only once, because entering Data again calls this function
            self._passed = passed
            self._reenter_data = self._read_tables = True
        return ExcelError.NA

    def _remember(self, tables: Sequence[Grid]) -> None:
        token = self.functions.call("DATASET", tables)
        if isinstance(token, str):
            zeros = [[[0 if cell is None else cell for cell in row] for row in table] for table in tables]
            passed = build(zeros, self.functions.catalogue).token
            self._true_tokens = {passed: token, token: token}  # token: token, in case somebody typed the 0

    def _is_short(self, name: str, args: Sequence[Value]) -> bool:
        """Whether a call may be a short form: without a dataset and without numbers."""
        channel, data = places_of(self.functions, name)
        if channel is not None and len(args) == channel:
            return data == channel + 2
        return len(args) == data and (channel is None or isinstance(as_grid(args[channel])[0][0], str))


def _above_long_tables(sheet: Any) -> Any:
    """The used range of a sheet down to its first long table, whose cells are too many to read."""
    used = sheet.used_range
    long = [table.range.row for table in sheet.tables if table.range.shape[0] > LONG_TABLE]
    rows = min(long, default=used.row + used.shape[0]) - used.row
    return used[: max(rows, 1), :]


def value_in(argument: Any) -> Value:
    """An argument of a function, from Lite without conversion: Lite would need a second for 30,000 cells.

    >>> value_in([1, ""]), value_in({"type": "Error", "basicValue": "#DIV/0!"})
    ([[1, None]], <ExcelError.DIV0: '#DIV/0!'>)
    """
    if not isinstance(argument, (list, tuple)):
        return _cell_in(argument)
    rows = argument if argument and isinstance(argument[0], (list, tuple)) else [argument]
    return [[_cell_in(cell) for cell in row] for row in rows]


def _cell_in(cell: Any) -> Scalar:
    if isinstance(cell, dict):
        basic = cell.get("basicValue")
        if "Error" in (cell.get("type"), cell.get("basicType")):
            return _ERRORS.get(str(basic), ExcelError.VALUE)
        cell = basic
    if cell is None or cell == "" or isinstance(cell, JsNull):
        return None
    return cell  # type: ignore[no-any-return]


def value_out(value: Value) -> Any:
    """A value for xlwings, which makes Excel errors from their names.

    >>> value_out([[1.5, ExcelError.NA, None]])
    [[1.5, '#N/A', '']]
    """
    if isinstance(value, (list, tuple)):
        return [[_cell_out(cell) for cell in row] for row in value]
    return _cell_out(value)  # type: ignore[arg-type]


def _cell_out(cell: Scalar) -> bool | float | str:
    if cell is None:
        return ""
    if isinstance(cell, ExcelError):
        return cell.value
    if isinstance(cell, float) and (cell != cell or abs(cell) == float("inf")):
        return ExcelError.NUM.value
    return cell


def blanks_are_zeros(table: Grid) -> bool:
    """Whether this Excel passes blank cells as 0: then a column of texts or dates has a 0.

    >>> blanks_are_zeros([["Campaign", "Spend"], ["", 0]]), blanks_are_zeros([["Campaign", "Spend"], [0, 0]])
    (False, True)
    """
    columns = [i for i, cell in enumerate(table[0]) if isinstance(cell, str) and cell.casefold() in _text_columns()]
    return any(
        row[i] == 0 and isinstance(row[i], (int, float)) and not isinstance(row[i], bool)
        for row in table[1:]
        for i in columns
    )


class Workbook:
    """Reads what a script needs from the workbook, when it needs it."""

    def __init__(self, book: Any) -> None:
        self.book = book

    def data(self) -> Any:
        """The cell named Data; None if there is none."""
        return next((name.refers_to_range for name in self.book.names if name.name == "Data"), None)

    async def tables(self, formula: str) -> list[Grid]:
        """The tables that the formula of Data names, blank cells blank."""
        names = re.findall(r"(\w+)\[#All\]", formula, re.IGNORECASE)
        return [await self._cells(table.range) for table in map(self._table, names) if table is not None]

    async def channel(self, sheet: str) -> str:
        """The channel of a sheet as a formula writes it; the whole company if the sheet has no channel."""
        return channel_argument(await self._table_cells("Channels"), sheet)

    async def period(self, sheet: str) -> str:
        """The cell with the period of a sheet, or else the one on Settings."""
        top = await self._cells(self.book.sheets[sheet][TOP_OF_SHEET])
        if (row := period_row(cells[0] for cells in top)) is not None:
            return f"$B${row + 1}"
        settings = await self._table_cells("Settings")
        if (row := period_row(cells[0] for cells in settings if cells)) is not None:
            cell = self._table("Settings").range[row, 1]
            name = cell.sheet.name.replace("'", "''")
            return f"'{name}'!{cell.address}"
        return '"all"'

    def _table(self, name: str) -> Any:
        tables = (table for sheet in self.book.sheets for table in sheet.tables)
        return next((table for table in tables if table.name.casefold() == name.casefold()), None)

    async def _table_cells(self, name: str) -> Grid:
        table = self._table(name)
        return [[]] if table is None else await self._cells(table.range)

    async def _cells(self, cells: Any) -> Grid:
        rows = await cells.options(ndim=2, err_to_str=True).get_value()
        return [[_ERRORS.get(cell, cell) if isinstance(cell, str) else cell for cell in row] for row in rows]


@cache
def _text_columns() -> frozenset[str]:
    """The headers of the columns that contain texts."""
    labels = [label for key, label in HEADERS.items() if key not in _NUMBERS]
    return frozenset(word.casefold() for label in labels for word in label.everywhere)
