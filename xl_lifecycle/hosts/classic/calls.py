"""Our functions in Excel for Windows: the procedures that the VBA inside lifecycle.xlsm calls through xlwings.

VBA reads the cells, one `.Value2` for each range, and makes real Excel errors from the marked texts that come back:
both would be too slow from another process. The VBA is in `vba.py`.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from pathlib import Path

import xlwings as xw

from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.values import Grid, Scalar, Value, as_grid
from xl_lifecycle.core.functions import FUNCTIONS, Functions
from xl_lifecycle.core.metric_functions import Caller
from xl_lifecycle.hosts.classic.vba import ERROR, TABLES_REQUEST
from xl_lifecycle.template.maker_version import mismatch

ERROR_CODES = {
    ExcelError.NULL: 2000,
    ExcelError.DIV0: 2007,
    ExcelError.VALUE: 2015,
    ExcelError.REF: 2023,
    ExcelError.NAME: 2029,
    ExcelError.NUM: 2036,
    ExcelError.NA: 2042,
}
_ERRORS = {code: error for error, code in ERROR_CODES.items()}
_COM_ERROR = 0x800A  # the upper half of the integer that represents a cell's error
APP = "xl-lifecycle"
LONGEST_TEXT = 255  # the longest that the function wizard accepts

Cells = list[list[bool | float | str]]
Procedure = Callable[..., Cells]


def procedure(function: Procedure) -> Procedure:
    """Let VBA call a function through xlwings without conversion of the values, which would lose errors."""
    decorated: Procedure = xw.func(xw.arg("*request", "raw")(xw.ret("raw")(function)))
    return decorated


class _TablesMissing(Exception):
    """This process started after the dataset was made, and does not have its tables."""


def _want_tables(token: str) -> None:
    raise _TablesMissing


_functions = Functions(FUNCTIONS.catalogue)
_functions.rebuild = _want_tables


@procedure
def call(*request: object) -> Cells:
    """Call a function: its name; the channel, period and Data of the cell's sheet; then its arguments.

    The sheet's channel, period and Data are used for omitted arguments.
    """
    name, channel, period, data = (_cell_in(cell) for cell in request[:4])
    _functions.default = data if isinstance(data, str) else None
    here = Caller(channel if isinstance(channel, str) else "", period)
    try:
        return _grid_out(_functions.call(str(name), [_value_in(value) for value in request[4:]], here))
    except _TablesMissing:
        return [[TABLES_REQUEST]]


@procedure
def wizard(*request: object) -> Cells:
    """The texts of the function wizard: rows of a name, a description, and the arguments' texts separated by tabs."""
    return [
        [
            function.name,
            function.description[:LONGEST_TEXT],
            "\t".join(text[:LONGEST_TEXT] for text in function.argument_descriptions),
        ]
        for function in _functions.names.values()
    ]


@procedure
def notice(*request: object) -> Cells:
    """The message for somebody who opens a workbook made by a version; empty if all is well."""
    return [[mismatch(str(request[0]))]]


def refresh() -> None:
    """Run by the Refresh button: read the exports pasted on sheets and those in the folder on Settings."""
    from xl_lifecycle.core.cells.errors import (
        BookError,  # imported here, so that the first function call is fast
        SourceError,
    )
    from xl_lifecycle.refresh.open_workbook import unforeseen

    book = xw.Book.caller()
    before = book.app.calculation
    try:
        message, mode = _refresh(book), "info"
    except (BookError, SourceError) as error:
        message, mode = str(error), "critical"
    except Exception as error:  # otherwise Excel shows a Python traceback
        message, mode = unforeseen(error), "critical"
    finally:
        book.app.calculation = before
        book.app.status_bar = False
    book.app.alert(message, APP, mode=mode)


def _refresh(book: xw.Book) -> str:
    """Refresh a workbook. Returns the summary."""
    from xl_lifecycle.content.rules import Rules
    from xl_lifecycle.exports import Declaration, Import
    from xl_lifecycle.refresh import open_workbook
    from xl_lifecycle.refresh.report import summary
    from xl_lifecycle.sources import read_folder

    def progress(text: str) -> None:
        book.app.status_bar = f"{APP}: {text}"

    book.app.calculation = "manual"  # otherwise Excel calculates everything after each cell that is written

    def read(folder: Path, rules: Rules) -> tuple[Sequence[Declaration], Sequence[Import]]:
        return read_folder(folder, progress, rules)

    return summary(*open_workbook.refresh(book, FUNCTIONS.catalogue, dt.date.today(), read, progress))


def _value_in(value: object) -> Value:
    return _grid_in(value) if isinstance(value, (tuple, list)) else _cell_in(value)


def _grid_in(rows: Sequence[object]) -> Grid:
    """Rows of cells. A flat sequence is one row, as in =CAC({1000,2000},10)."""
    return [[_cell_in(cell) for cell in row] for row in rows if isinstance(row, (tuple, list))] or [
        [_cell_in(cell) for cell in rows]
    ]


def _cell_in(cell: object) -> Scalar:
    """A cell as COM passes it: an integer is the number of an error, or a number from VBA code."""
    if cell is None or isinstance(cell, (bool, str, float)):
        return cell
    if not isinstance(cell, int):
        return ExcelError.VALUE
    half, code = divmod(cell & 0xFFFFFFFF, 0x10000)
    return _ERRORS.get(code, ExcelError.VALUE) if half == _COM_ERROR else float(cell)


def _grid_out(value: Value) -> Cells:
    return [[_cell_out(cell) for cell in row] for row in as_grid(value)]


def _cell_out(cell: Scalar) -> bool | float | str:
    if cell is None:
        return ""  # Excel would show None as 0
    if isinstance(cell, (bool, str)):
        return cell
    if not isinstance(cell, ExcelError) and math.isfinite(cell):
        return float(cell)
    return f"{ERROR}{ERROR_CODES[cell if isinstance(cell, ExcelError) else ExcelError.NUM]}"
