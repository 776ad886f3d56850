"""The rows of a table as records, whose cells are found by what their column is called."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from xl_lifecycle.core.cells.headers import header_keys
from xl_lifecycle.core.cells.months import EPOCH, cell_date, serial
from xl_lifecycle.core.cells.values import Grid, Scalar, is_blank


@dataclass(frozen=True, slots=True)
class Record:
    """A row of a table. row: its number, where the header has 0. columns: where the column of each key stands."""

    row: int
    cells: Sequence[Scalar]
    columns: Mapping[str, int]

    def __getitem__(self, key: str) -> Scalar:
        """The cell of a column; None where the table has no such column, or the row ends before it."""
        column = self.columns.get(key)
        return self.cells[column] if column is not None and column < len(self.cells) else None

    @property
    def is_blank(self) -> bool:
        """Whether no cell holds anything."""
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
    """A cell as a word that is compared: without stray spaces, whatever a host calls a whole number or a day.

    >>> text_in(" Paid  ads "), text_in(2026.0), text_in(None)
    ('Paid ads', '2026', '')
    """
    if isinstance(cell, dt.date):
        return str(serial(cell_date(cell) or EPOCH))
    return " ".join(text_of(cell).split())


def text_of(cell: Scalar) -> str:
    """A cell as text that is written again; programs differ in whether 2026 is a whole number.

    >>> text_of("Paid  ads"), text_of(2026.0), text_of(" ")
    ('Paid  ads', '2026', '')
    """
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if is_blank(cell) else str(cell)
