"""Turns text and pasted cells into rows of text cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from xl_lifecycle.core.cells.errors import SourceError

SEPARATORS = (",", "\t", ";")
MOST_COLUMNS = 3000


class ExportRow(NamedTuple):
    """A row of a file: its line number in an editor or Excel, and its cells."""

    line: int
    cells: list[str]

    @property
    def blank(self) -> bool:
        return not any(cell.strip() for cell in self.cells)


Grid = list[ExportRow]


def grids_of_cells(name: str, rows: Sequence[Sequence[object]], first_row: int = 1) -> list[Grid]:
    """The possible tables in a sheet's cells. Text that was pasted into one column is split like a file."""
    cells = [[cell_text(value) for value in row] for row in rows]
    while cells and not any(map(str.strip, cells[-1])):
        cells.pop()
    if not cells:
        raise SourceError(f"the sheet {name} is empty: paste an export on it, from its first cell")
    filled = {n for row in cells for n, cell in enumerate(row) if cell.strip()}
    if len(filled) == 1:
        above, (column,) = "\n" * (first_row - 1), filled  # so that the line numbers are those of the sheet
        return split(name, above + "\n".join(row[column] for row in cells))
    return [[ExportRow(line, row) for line, row in enumerate(cells, first_row)]]


def split(name: str, text: str) -> list[Grid]:
    """The possible tables in a text, one for each separator."""
    by = {separator: grid for separator in SEPARATORS if (grid := _rows(text, separator))}
    if not by:
        raise SourceError(f"{name} cannot be split into columns: check its quotation marks, or export it again")
    separator = max(by, key=lambda each: sum(len(row.cells) for row in by[each]))
    if (most := max(len(row.cells) for row in by[separator])) > MOST_COLUMNS:
        raise SourceError(f"{name} has {most:,} columns, more than any export has: check that it is an export")
    if text.count('"') % 2 and _ends_quoted(text, separator):
        line = by[separator][-1].line
        raise SourceError(f"{name}, line {line} opens a quotation mark that nothing closes: it is truncated")
    return [*by.values()]


def _ends_quoted(text: str, separator: str) -> bool:
    try:
        for _ in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            pass
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def _rows(text: str, separator: str) -> Grid:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows: Grid = []
    line = 1
    try:
        for cells in reader:
            rows.append(ExportRow(line, cells))
            line = reader.line_num + 1
    except csv.Error:
        return []
    return rows


def cell_text(value: object) -> str:
    """A cell's value as text."""
    if value is None or value != value:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds") if value.time() != datetime.min.time() else value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def text_cells(row: ExportRow) -> Iterator[str]:
    """The cells of a row that are not blank."""
    return (cell.strip() for cell in row.cells if cell.strip())
