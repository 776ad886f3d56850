"""The rows of a table as records, with cells by the key of their column."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from xl_lifecycle.core.cells.headers import header_keys
from xl_lifecycle.core.cells.months import EPOCH, cell_date, serial
from xl_lifecycle.core.cells.values import Grid, Scalar, is_blank


@dataclass(frozen=True, slots=True)
class Record:
    """A row of a table. row: its number; the header is row 0. columns: the position of each column, by key."""

    row: int
    cells: Sequence[Scalar]
    columns: Mapping[str, int]

    def __getitem__(self, key: str) -> Scalar:
        """The cell of a column; None if the table has no such column, or the row ends before it."""
        column = self.columns.get(key)
        return self.cells[column] if column is not None and column < len(self.cells) else None

    @property
    def is_blank(self) -> bool:
        """Whether all cells are blank."""
        return all(map(is_blank, self.cells))


def records(grid: Grid) -> Iterator[Record]:
    """The rows below a table's header.

    >>> [(record.row, record["channel"], record["note"]) for record in records([["Month", "채널"], [46023, "Email"]])]
    [(1, 'Email', None)]
    """
    header, *rows = grid or [[]]
    columns = header_keys(header)
    return (Record(row, cells, columns) for row, cells in enumerate(rows, 1))


def text_in(cell: Scalar) -> str:
    """A cell as text for comparison: without extra spaces; the same for 2026 and 2026.0, and for a date and its number.

    >>> text_in(" Paid  ads "), text_in(2026.0), text_in(None)
    ('Paid ads', '2026', '')
    """
    if isinstance(cell, dt.date):
        return str(serial(cell_date(cell) or EPOCH))
    return " ".join(text_of(cell).split())


def text_of(cell: Scalar) -> str:
    """A cell as text for writing; programs differ in whether 2026 is 2026.0.

    >>> text_of("Paid  ads"), text_of(2026.0), text_of(" ")
    ('Paid  ads', '2026', '')
    """
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if is_blank(cell) else str(cell)
