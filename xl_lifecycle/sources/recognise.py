"""Which format a file is in, where its table starts, and which column is what."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from xl_lifecycle.sources.declaration import Declaration, formats
from xl_lifecycle.sources.decode import Grid, Row, text_cells
from xl_lifecycle.sources.facts import SourceError

HEADER_WITHIN = 1000  # rows; a table for each of 366 days may come first


@dataclass(frozen=True)
class Table:
    """A recognised table. columns: role -> position. body: the rows below the header, totals apart."""

    file: str
    declared: Declaration
    header: Row
    columns: dict[str, int]
    preamble: Grid
    body: Grid
    totals: Grid
    elsewhere: Grid

    def cell(self, row: Row, role: str) -> str:
        """The text of a role's cell; "" if there is no such column, or the cell says that it has no value."""
        at = self.columns.get(role)
        text = row.cells[at].strip() if at is not None and at < len(row.cells) else ""
        return "" if self.declared.is_null(text) else text

    def where(self, row: Row, role: str) -> str:
        """Where a cell is, for an error."""
        return f"{self.file}, line {row.line}, column {self.header.cells[self.columns[role]].strip()!r}"


def recognise(file: str, grids: list[Grid]) -> Table:
    """The first table of a known format."""
    for grid in grids:
        for at, row in enumerate(grid[:HEADER_WITHIN]):
            if sum(1 for _ in text_cells(row)) < 2:
                continue
            for declared in formats():
                columns = find_columns(declared, row.cells)
                if not _missing(declared, columns) and not declared.without & {_plain(cell) for cell in row.cells}:
                    _refuse_duplicates(file, declared, row, columns)
                    return _table(file, declared, grid, at, columns)
    raise SourceError(_unknown(file, grids))


def find_columns(declared: Declaration, cells: list[str]) -> dict[str, int]:
    """Role -> position of the column whose header comes first among the role's names."""
    headers = [_plain(cell) for cell in cells]
    positions = {header: n for n, header in reversed([*enumerate(headers)]) if header}
    found: dict[str, int] = {}
    for role, names in declared.columns.items():
        for name in names:
            at = _matching(name[1:-1], positions) if name.startswith("/") else positions.get(_plain(name))
            if at is not None and at not in found.values():
                found[role] = at
                break
    return found


def _matching(pattern: str, positions: Mapping[str, int]) -> int | None:
    """The first column whose header a pattern, written between slashes, matches."""
    return min((n for header, n in positions.items() if re.fullmatch(pattern, header, re.IGNORECASE)), default=None)


def _plain(header: str) -> str:
    return " ".join(header.strip("\ufeff").split()).casefold()


def _missing(declared: Declaration, columns: dict[str, int]) -> list[str]:
    return [group for group in declared.required if not any(role in columns for role in group.split("|"))]


def _refuse_duplicates(file: str, declared: Declaration, row: Row, columns: dict[str, int]) -> None:
    counts = Counter(_plain(cell) for cell in row.cells)
    for role, at in columns.items():
        same = [cell for cell in row.cells if _plain(cell) in {_plain(name) for name in declared.columns[role]}]
        if counts[_plain(row.cells[at])] > 1 or (declared.shape == "plain" and len(same) > 1):
            names = " and ".join(repr(name.strip()) for name in dict.fromkeys(same or [row.cells[at]]))
            raise SourceError(f"{file}, line {row.line}: more than one column {names}: keep one of them")


def _table(file: str, declared: Declaration, grid: Grid, at: int, columns: dict[str, int]) -> Table:
    header = grid[at]
    body: Grid = []
    totals: Grid = []
    end = len(grid)
    for n in range(at + 1, len(grid)):
        row = grid[n]
        first = row.cells[0].strip() if row.cells else ""
        if (declared.comment and first.startswith(declared.comment)) or declared.footer.search(first):
            end = n
            break
        if not row.blank:
            (totals if _is_total(declared, header, row) else body).append(row)
    return Table(file, declared, header, columns, grid[:at], body, totals, grid[:at] + grid[end:])


def total_labels(header: Row, row: Row) -> list[str]:
    """Where a total row says so: in its first cell, or in the last, below no header."""
    named = max((n for n, cell in enumerate(header.cells) if cell.strip()), default=0)
    return [cell.strip() for cell in (row.cells[:1] + row.cells[named + 1 :]) if cell.strip()]


def _is_total(declared: Declaration, header: Row, row: Row) -> bool:
    return any(
        declared.total_own.search(text) or declared.total_other.search(text) for text in total_labels(header, row)
    )


def _unknown(file: str, grids: list[Grid]) -> str:
    """What was found, and which known format is nearest."""
    rows = [row for grid in grids for row in grid[:HEADER_WITHIN] if sum(1 for _ in text_cells(row)) > 1]
    if not rows:
        return f"{file} holds no table: give an export of a known format, or a table with a month column"
    share, missing, declared, row = 0.0, [], formats()[-1], rows[0]
    for each in rows[:50]:
        for candidate in formats():
            lacking = _missing(candidate, find_columns(candidate, each.cells))
            if (near := 1 - len(lacking) / len(candidate.required)) > share:
                share, missing, declared, row = near, lacking, candidate, each
    found = list(text_cells(row))
    shown = ", ".join(found[:8]) + (", ..." if len(found) > 8 else "")
    if not share:
        return f"{file}: no known format has the headers {shown}: give one that is, or add a month column"
    lacks = ", ".join(repr(_header(declared, group)) for group in missing) or "nothing but an own column 'channel'"
    return f"{file}, line {row.line}: found {shown}; nearest is {declared.title}, it also needs {lacks}"


def _header(declared: Declaration, group: str) -> str:
    roles = group.split("|")
    names = [next(name for name in declared.columns[role] if not name.startswith("/")) for role in roles]
    return "a measure, such as spend or leads" if len(names) > 5 else " or ".join(names)
