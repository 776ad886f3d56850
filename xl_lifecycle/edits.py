"""What a refresh changes in a workbook's tables, cell by cell, so that all else in them stays as people left it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from xl_lifecycle.catalogue import Catalogue
from xl_lifecycle.content import INPUT_TABLES, BookError, Content, periods_of
from xl_lifecycle.tables import header_keys
from xl_lifecycle.values import Grid, Scalar, is_blank
from xl_lifecycle.vocabulary import Table


@dataclass
class Edit:
    """Cells of a table to write, by row and column from its header (0, 0); a row below its last makes it grow."""

    table: str
    cells: dict[tuple[int, int], Scalar] = field(default_factory=dict)

    def rows(self) -> int:
        """The last row that is written."""
        return max((row for row, _ in self.cells), default=0)


def edits(grids: Mapping[str, Grid], content: Content, sheets: Mapping[str, str], catalogue: Catalogue) -> list[Edit]:
    """What makes tables hold a content that was read from them and refreshed. sheets: each channel's own.

    Rows keep their places, and columns that we do not know their cells; new rows come last.
    """
    found = [_inputs(grids[table.value], table, content, catalogue) for table in INPUT_TABLES]
    found.append(_items(grids["Items"], content, catalogue))
    channels: Grid = [[content.place(key), sheets.get(key, "")] for key in content.channels]
    found.append(_whole("Channels", grids["Channels"], channels))
    found.append(_whole("Imports", grids["Imports"], content.import_grid(catalogue)[1:]))
    places: Grid = [[content.everything], *([content.place(key)] for key in content.channels)]
    lists: dict[str, Grid] = {
        "Report": [[line] for line in content.report],
        "Places": places,
        "Periods": _periods(grids.get("Periods", []), content),
    }
    found += [_whole(name, grids[name], rows) for name, rows in lists.items() if name in grids]
    return [edit for edit in found if edit.cells]


def _inputs(grid: Grid, table: Table, content: Content, catalogue: Catalogue) -> Edit:
    """Only cells of measures are compared in rows that are there; a row that was dropped has none."""
    measures = {measure.name: i for i, measure in enumerate(catalogue.table(table), 3)}
    columns: dict[int, int] = {}  # of the workbook's table, and of ours
    for i, cell in enumerate(grid[0]):
        measure = catalogue.measure_of(str(cell or ""))
        if measure and measure.name in measures:
            columns[i] = measures[measure.name]
    header, *wanted = content.input_grid(table, catalogue)
    for i in set(measures.values()) - set(columns.values()):
        if any(not is_blank(row[i]) for row in wanted):
            raise BookError(f'table {table.value} has no column "{header[i]}": add it, and refresh again')
    rows = content.rows[table]
    kept = {row.at: cells for row, cells in zip(rows, wanted, strict=True) if row.at is not None}
    edit = Edit(table.value)
    for r, cells in enumerate(grid[1:], 1):
        for c, ours in columns.items():
            value = kept[r][ours] if r in kept else None
            if not _same(cells[c], value):
                edit.cells[r, c] = value
    columns |= {header_keys(grid[0])[key]: i for i, key in enumerate(("month", "channel", "campaign"))}
    for r, new in _below(grid, [cells for row, cells in zip(rows, wanted, strict=True) if row.at is None]):
        edit.cells |= {(r, c): new[ours] for c, ours in columns.items() if not is_blank(new[ours])}
    return edit


def _items(grid: Grid, content: Content, catalogue: Catalogue) -> Edit:
    keys = [header_keys(grid[0])[key] for key in ("month", "kind", "item", "channel", "measure", "value")]
    wanted = content.item_grid(catalogue)[1:]
    edit = Edit("Items")
    for row, cells in zip(content.items, wanted, strict=True):
        if row.at is not None and not _same(grid[row.at][keys[-1]], cells[-1]):
            edit.cells[row.at, keys[-1]] = cells[-1]
    added = [cells for row, cells in zip(content.items, wanted, strict=True) if row.at is None]
    for r, new in _below(grid, added):
        edit.cells |= {(r, c): value for c, value in zip(keys, new, strict=True) if not is_blank(value)}
    return edit


def _whole(name: str, grid: Grid, rows: Sequence[Sequence[Scalar]]) -> Edit:
    """A table of which every row is ours, from the first column on; rows too many become empty."""
    edit = Edit(name)
    width = len(rows[0]) if rows else 1
    for r in range(1, max(len(grid), len(rows) + 1)):
        for c in range(width):
            new = rows[r - 1][c] if r <= len(rows) else None
            if not _same(grid[r][c] if r < len(grid) else None, new):
                edit.cells[r, c] = None if is_blank(new) else new
    return edit


def _periods(grid: Grid, content: Content) -> Grid:
    """The list of periods: what is no year and no quarter stays, as people may add to it."""
    kept = [row[0] for row in grid[1:] if isinstance(row[0], str) and not row[0][:1].isdigit()]
    return [[period] for period in [*kept, *periods_of(content.months)]]


def _below(grid: Grid, added: list[list[Scalar]]) -> Iterable[tuple[int, list[Scalar]]]:
    """New rows with their places: below the last row that holds something."""
    last = max((r for r, cells in enumerate(grid) if not all(map(is_blank, cells))), default=0)
    return enumerate(added, last + 1)


def _same(one: Scalar, other: Scalar) -> bool:
    return (is_blank(one) and is_blank(other)) or (one == other and isinstance(one, bool) == isinstance(other, bool))
