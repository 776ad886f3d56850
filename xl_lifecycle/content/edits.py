"""What a refresh changes in a workbook's tables, cell by cell, so that everything else stays as people left it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from xl_lifecycle.content.content import (
    IMPORT_COLUMNS,
    INPUT_TABLES,
    READ_ON,
    REVISIONS,
    Content,
    campaigns_of,
    periods_of,
)
from xl_lifecycle.content.read_content import channel_of
from xl_lifecycle.core.catalogue.catalogue import Catalogue
from xl_lifecycle.core.cells.errors import BookError
from xl_lifecycle.core.cells.headers import HEADERS, header_keys
from xl_lifecycle.core.cells.months import month_serial
from xl_lifecycle.core.cells.records import text_of
from xl_lifecycle.core.cells.values import Grid, Scalar, is_blank
from xl_lifecycle.core.dataset.history import REVISION_COLUMNS
from xl_lifecycle.core.language.vocabulary import InputTable

New = TypeVar("New")
_YEAR_OR_QUARTER = re.compile(r"\d{4}(-Q[1-4])?")


@dataclass
class Edit:
    """The cells to write into a table, by row and column from its header (0, 0). The table grows if rows are added."""

    table: str
    cells: dict[tuple[int, int], Scalar] = field(default_factory=dict)
    months: int | None = None  # the column of months

    def rows(self) -> int:
        """The last row that is written."""
        return max((row for row, _ in self.cells), default=0)


def edits(grids: Mapping[str, Grid], content: Content, sheets: Mapping[str, str], catalogue: Catalogue) -> list[Edit]:
    """The edits that write a refreshed content back into its tables. sheets: the sheet of each new channel.

    Rows stay in place, the cells of unknown columns do not change, and new rows come last.
    """
    result = [_inputs(grids[table.value], table, content, catalogue) for table in INPUT_TABLES]
    result.append(_items(grids["Items"], content, catalogue))
    result.append(_channels(grids["Channels"], content, sheets))
    imports = grids["Imports"]
    keys = [key for key in IMPORT_COLUMNS if key != READ_ON or key in header_keys(imports[0])]
    result.append(_whole("Imports", imports, content.import_grid(catalogue)[1:], _columns("Imports", imports, keys)))
    if REVISIONS in grids:
        result.append(_revisions(grids[REVISIONS], content, catalogue))
    places: Grid = [[content.everything], *([content.place(key)] for key in content.channels)]
    lists: dict[str, Grid] = {
        "Report": [[line] for line in content.report],
        "Places": places,
        "Periods": _periods(grids.get("Periods", []), content),
        "Campaigns": [[content.place(channel), campaign] for channel, campaign in campaigns_of(content)],
    }
    for name, rows in lists.items():
        if name in grids:
            result.append(_whole(name, grids[name], rows, range(max(map(len, rows), default=0))))
    return [edit for edit in result if edit.cells]


def _columns(table: str, grid: Grid, keys: Iterable[str]) -> list[int]:
    """The positions of the columns that a table must have."""
    positions = header_keys(grid[0])
    for key in keys:
        if key not in positions:
            raise _missing(table, HEADERS[key])
    return [positions[key] for key in keys]


def _missing(table: str, column: str) -> BookError:
    return BookError(f'table {table} has no column "{column}": add it, and refresh again')


def _inputs(grid: Grid, table: InputTable, content: Content, catalogue: Catalogue) -> Edit:
    """In existing rows only the cells of measures are compared; in a row that was dropped they become empty.

    People may have added a column for a measure of another table. It is cleared once its proper table has the value.
    """
    name, columns = table.value, dict[str, int]()
    month, channel = _columns(name, grid, ("month", "channel"))
    for i, cell in enumerate(grid[0]):
        measure = catalogue.measure_of(str(cell or ""))
        if measure and columns.setdefault(measure.name, i) != i:
            raise BookError(f'table {name} has a second column "{cell}": keep one, and refresh again')
    rows = content.rows[table]
    for measure in catalogue.table(table):
        if measure.name not in columns and any(measure.name in row.values for row in rows):
            raise _missing(name, content.label(measure))
    values_by_row = {row.at: row.values for row in rows}
    edit = Edit(name, months=month)
    for r, cells in enumerate(grid[1:], 1):
        values = values_by_row.get(r, {})
        for key, c in columns.items():
            if not _same(cells[c], values.get(key)):
                edit.cells[r, c] = values.get(key)
    for r, row in _below(grid, [row for row in rows if row.at is None]):
        edit.cells[r, month] = month_serial(row.month) if isinstance(row.month, int) else row.month
        if place := content.place(row.channel):
            edit.cells[r, channel] = place
        if row.campaign:
            edit.cells[r, _columns(name, grid, ["campaign"])[0]] = row.campaign
        edit.cells |= {(r, columns[key]): value for key, value in row.values.items()}
    return edit


def _items(grid: Grid, content: Content, catalogue: Catalogue) -> Edit:
    """In existing rows only the values are compared; an item that was in two rows is in one now."""
    if not content.items:
        return Edit("Items")
    columns = _columns("Items", grid, ("month", "kind", "item", "channel", "measure", "value"))
    item_cells = content.item_grid(catalogue)[1:]
    value_by_row = {row.at: cells[-1] for row, cells in zip(content.items, item_cells, strict=True)}
    edit = Edit("Items", months=columns[0])
    for r, cells in enumerate(grid[1:], 1):
        if not _same(cells[columns[-1]], value_by_row.get(r)):
            edit.cells[r, columns[-1]] = value_by_row.get(r)
    added = [cells for row, cells in zip(content.items, item_cells, strict=True) if row.at is None]
    for r, new in _below(grid, added):
        edit.cells |= {(r, c): value for c, value in zip(columns, new, strict=True) if not is_blank(value)}
    return edit


def _revisions(grid: Grid, content: Content, catalogue: Catalogue) -> Edit:
    """New revisions come last; existing ones do not change."""
    pairs = zip(content.revisions or (), content.revision_grid(catalogue)[1:], strict=True)
    added = [cells for each, cells in pairs if each.at is None]
    columns = _columns(REVISIONS, grid, REVISION_COLUMNS) if added else []
    edit = Edit(REVISIONS, months=columns[1] if added else None)
    for r, new in _below(grid, added):
        edit.cells |= {(r, c): value for c, value in zip(columns, new, strict=True) if not is_blank(value)}
    return edit


def _channels(grid: Grid, content: Content, sheets: Mapping[str, str]) -> Edit:
    """New channels come last; existing rows do not change."""
    columns = _columns("Channels", grid, ("channel", "sheet"))
    channels = {channel_of(row[columns[0]]) for row in grid[1:]}
    edit = Edit("Channels")
    for r, channel in _below(grid, [key for key in content.channels if key not in channels]):
        edit.cells |= dict(zip(((r, c) for c in columns), (content.place(channel), sheets[channel]), strict=True))
    return edit


def _whole(name: str, grid: Grid, rows: Sequence[Sequence[Scalar]], columns: Sequence[int]) -> Edit:
    """A table that we write as a whole, in the given columns. Rows that are no longer needed become empty."""
    edit = Edit(name)
    for r in range(1, max(len(grid), len(rows) + 1)):
        for i, c in enumerate(columns):
            new = rows[r - 1][i] if r <= len(rows) else None
            if not _same(grid[r][c] if r < len(grid) else None, new):
                edit.cells[r, c] = None if is_blank(new) else new
    return edit


def _periods(grid: Grid, content: Content) -> Grid:
    """The list of periods. People may add to it, so whatever is not a year or a quarter stays."""
    ours = [row[0] for row in grid[1:] if not is_blank(row[0]) and not _YEAR_OR_QUARTER.fullmatch(text_of(row[0]))]
    return [[period] for period in [*ours, *periods_of(content.months)]]


def _below(grid: Grid, added: Sequence[New]) -> Iterable[tuple[int, New]]:
    """New rows with their row numbers, below the last row that is not blank."""
    last = max((r for r, cells in enumerate(grid) if not all(map(is_blank, cells))), default=0)
    return enumerate(added, last + 1)


def _same(one: Scalar, other: Scalar) -> bool:
    return (is_blank(one) and is_blank(other)) or (one == other and isinstance(one, bool) == isinstance(other, bool))
