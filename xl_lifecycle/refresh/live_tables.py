"""The tables of an open workbook, read and written by calls that xlwings and our file reader both support."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from xl_lifecycle.content.edits import Edit
from xl_lifecycle.content.read_content import scalar
from xl_lifecycle.content.workbook_tables import PlacedTable
from xl_lifecycle.core.cells.errors import BookError, ExcelError
from xl_lifecycle.core.cells.values import Grid, Scalar, is_blank

ROWS_AT_ONCE = 50_000  # rows written in one call, which Lite sends as one message


@dataclass
class LiveTable(PlacedTable):
    """A table of an open workbook, which can be written. sheet and table: the objects of xlwings."""

    sheet: Any
    table: Any


def live_tables(book: Any, names: Container[str] | None = None) -> dict[str, LiveTable]:
    """The tables of an open workbook by name, only those in names if given. A row of totals is not part of the rows."""
    tables = {}
    for sheet in book.sheets:
        for table in sheet.tables:
            if names is None or table.name in names:
                cells = table.range
                grid = values_of(cells)
                rows = grid[:-1] if table.show_totals else grid
                tables[table.name] = LiveTable(sheet.name, cells.row, cells.column, rows, sheet, table)
    return tables


def values_of(cells: Any) -> Grid:
    """The values of a range; errors are ExcelErrors."""
    return [[scalar(cell) for cell in row] for row in cells.options(ndim=2, err_to_str=True).value]


def refuse_occupied(at: LiveTable, edit: Edit) -> None:
    """BookError if a table would grow into cells that are not blank, or has a row of totals below."""
    height, width = len(at.grid), len(at.grid[0])
    if edit.rows() < height:
        return
    if at.table.show_totals:
        raise BookError(f"{at.sheet_name}: table {edit.table} has a row of totals: remove it, and refresh again")
    below = at.sheet.range((at.row + height, at.column), (at.row + edit.rows(), at.column + width - 1))
    for i, row in enumerate(values_of(below)):
        for j, cell in enumerate(row):
            if not is_blank(cell):
                raise BookError(
                    f"{at.cell(height + i, j)} is in the way of table {edit.table}, which needs "
                    f"{edit.rows() + 1 - height} more rows: move that cell, and refresh again"
                )


def write_edits(tables: Mapping[str, LiveTable], edits: Sequence[Edit]) -> None:
    """Write all edits. If one fails, restore the cells that were written before it."""
    attempts: list[Edit] = []
    try:
        for edit in edits:
            attempts.append(edit)
            write_edit(tables[edit.table], edit)
    except Exception as error:
        for edit in reversed(attempts):
            with suppress(Exception):  # the cell that failed was not written
                _put_back(tables[edit.table], edit)
        if isinstance(error, BookError):
            raise
        sheet = tables[attempts[-1].table].sheet_name
        raise BookError(
            f"{sheet} cannot be written ({words_of_error(error)}); nothing was changed: unprotect it, and refresh again"
        ) from error


def _put_back(at: LiveTable, edit: Edit) -> None:
    height, width = len(at.grid), len(at.grid[0])
    before = {(r, c): at.grid[r][c] if r < height else None for r, c in edit.cells}
    _write_cells(at, before)
    if edit.rows() >= height:
        last = (at.row + height - 1, at.column + width - 1)
        at.table.resize(at.sheet.range((at.row, at.column), last))


def write_edit(at: LiveTable, edit: Edit) -> None:
    """Write an edit. First the table grows, and the new rows get the format of its last row."""
    height, width = len(at.grid), len(at.grid[0])
    if edit.rows() >= height:
        last_row, last_column = at.row + edit.rows(), at.column + width - 1
        at.table.resize(at.sheet.range((at.row, at.column), (last_row, last_column)))
        pattern = at.sheet.range((at.row + height - 1, at.column), (at.row + height - 1, last_column))
        pattern.autofill(at.sheet.range((at.row + height - 1, at.column), (last_row, last_column)), "fill_formats")
        if edit.months is not None:  # if the last month is a text, Excel would turn the new ones into texts
            column = at.column + edit.months
            at.sheet.range((at.row + height, column), (last_row, column)).number_format = "yyyy-mm"
    _write_cells(at, edit.cells)


def _write_cells(at: LiveTable, cells: Mapping[tuple[int, int], Scalar]) -> None:
    """Write cells, each run down a column at once. raw_value, because in Lite `value` copies the whole sheet."""
    by_column = sorted(cells, key=lambda place: (place[1], place[0]))
    runs = groupby(enumerate(by_column), key=lambda each: (each[1][1], each[1][0] - each[0], each[0] // ROWS_AT_ONCE))
    for _, run in runs:
        places = [place for _, place in run]
        (first, column), (last, _) = places[0], places[-1]
        target = at.sheet.range((at.row + first, at.column + column), (at.row + last, at.column + column))
        target.raw_value = [[excel_value(cells[place])] for place in places]


def excel_value(value: Scalar) -> Any:
    """A value to write into Excel. Text is marked as text, or Excel would read "March 2026" as a date and run "=1+1".

    >>> excel_value("March 2026"), excel_value(None), excel_value(ExcelError.NA)
    ("'March 2026", '', '#N/A')
    """
    if isinstance(value, ExcelError):
        return value.value
    return "" if value is None else f"'{value}" if isinstance(value, str) else value


def words_of_error(error: Exception) -> str:
    """An error in one line. A COM error has Excel's message in the third place."""
    details = getattr(error, "excepinfo", None)
    return " ".join(str(details[2] if details and details[2] else error).split())[:200]
