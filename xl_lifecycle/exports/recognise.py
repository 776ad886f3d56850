"""Which format a file is in, where its table starts, and which column is what."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from functools import cached_property, lru_cache

from xl_lifecycle.core.cells.errors import SourceError, UnknownFormat
from xl_lifecycle.core.language.text import Text
from xl_lifecycle.exports.dates import find_day, order_of
from xl_lifecycle.exports.declaration import NOTHING, Declaration, formats
from xl_lifecycle.exports.decode import ExportRow, Grid, text_cells
from xl_lifecycle.exports.numbers import DECIMAL_COMMA
from xl_lifecycle.exports.unpivot import lengthen

LONGEST = 1000  # characters of a cell that is used
HEADER_WITHIN = 1000  # rows; a table for each of 366 days may come first


@dataclass(frozen=True)
class ExportTable:
    """A recognised table. columns: role -> position. body: the rows below the header, totals apart."""

    file: str
    declared: Declaration
    header: ExportRow
    columns: dict[str, int]
    preamble: Grid
    body: Grid
    totals: Grid
    elsewhere: Grid
    whole: tuple[date, date] | None = None  # its dates, if another table of the same archive tells them
    why: str = ""

    def cell(self, row: ExportRow, role: str) -> str:
        """The text of a role's cell; "" if there is no such column, or the cell says that it has no value."""
        at = self.columns.get(role)
        text = row.cells[at].strip() if at is not None and at < len(row.cells) else ""
        if len(text) > LONGEST:
            raise SourceError(f"{self.where(row, role)} holds {len(text):,} characters: shorten it")
        return "" if self.declared.is_null(text) else text

    @cached_property
    def order(self) -> str:
        """Whether 3/4/2026 is "mdy" or "dmy": as the format declares, else as the file's other dates show."""
        above = (cell for row in self.preamble for cell in row.cells)
        below = (row.cells[at] for at in self.columns.values() for row in self.body if at < len(row.cells))
        return self.declared.date_order or order_of((*above, *below))

    @cached_property
    def comma(self) -> bool:
        """Whether decimal marks are commas, as some number shows; then "1.234" is a thousand and more."""
        cells = (self.cell(row, role) for row in self.body for role in self.columns)
        return any(DECIMAL_COMMA.fullmatch(cell) for cell in cells)

    @cached_property
    def starts(self) -> list[date]:
        """The different days on which its rows start."""
        days = {find_day(self.cell(row, role), self.order) for role in ("day", "start") for row in self.body}
        return sorted(day for day in days if day)

    def where(self, row: ExportRow, role: str) -> Text:
        """Where a cell is, for an error."""
        column = self.header.cells[self.columns[role]].strip()
        return Text("{file}, line {line}, column {column!r}", file=self.file, line=row.line, column=column)


def recognise(file: str, grids: list[Grid], known: Sequence[Declaration] = ()) -> ExportTable:
    """The first table of a known format. known: the formats, if not ours alone."""
    if table := next(tables_of(file, grids, known), None):
        return table
    raise UnknownFormat(_unknown(file, grids, known or formats()))


def tables_of(file: str, grids: list[Grid], known: Sequence[Declaration] = ()) -> Iterator[ExportTable]:
    """The first table of a known format of each grid."""
    found = False
    for grid in grids:
        if table := _first(file, grid, known or formats()):
            found = True
            yield table
    for grid in () if found else grids:
        if table := _first(file, lengthen(file, grid, HEADER_WITHIN), known or formats()):
            yield table


def _first(file: str, grid: Grid, known: Sequence[Declaration]) -> ExportTable | None:
    for at, row in enumerate(grid[:HEADER_WITHIN]):
        if sum(1 for _ in text_cells(row)) < 2:
            continue
        headers = _positions(row.cells)
        fits = [
            (declared, columns)
            for declared in known
            if not _missing(declared, columns := _find(declared, headers))
            and not declared.without & headers.keys()
            and _says(declared, grid, at)
        ]
        if fits:
            declared, columns = _best(file, fits)
            _refuse_duplicates(file, declared, row, columns)
            table = _table(file, declared, grid, at, columns)
            return replace(table, why=_why(table, [each.title for each, _ in fits]))
    return None


def _best(file: str, fits: list[tuple[Declaration, dict[str, int]]]) -> tuple[Declaration, dict[str, int]]:
    """The format that most of the headers are of; a team's own before ours, and its plain tables last."""
    by = [(each.own, each.shape not in ("plain", "items"), len(columns), len(each.required)) for each, columns in fits]
    best = by.index(max(by))
    if by.count(by[best]) > 1 and fits[best][0].own:
        names = " and ".join(repr(each.title) for (each, _), rank in zip(fits, by, strict=True) if rank == by[best])
        raise SourceError(f"{file} fits {names} equally: require a header in one of them that the other has not")
    return fits[best]


def _why(table: ExportTable, fits: list[str]) -> str:
    """The headers that a table was known by."""
    needed = [role for group in table.declared.required for role in group.split("|") if role in table.columns]
    names = ", ".join([*dict.fromkeys(table.header.cells[table.columns[role]].strip() for role in needed)][:6])
    others = " and ".join(title for title in fits if title != table.declared.title)
    return f"by {names} in line {table.header.line}" + (f"; {others} fits less" if others else "")


def _says(declared: Declaration, grid: Grid, at: int) -> bool:
    """Whether the lines above the table, or the last ones below it, say what only this format says."""
    return declared.says is NOTHING or any(declared.says.search(line_of(row)) for row in (*grid[:at], *grid[at:][-5:]))


def line_of(row: ExportRow) -> str:
    """The text of a row's cells."""
    return " ".join(text_cells(row)).strip()


def find_columns(declared: Declaration, cells: list[str]) -> dict[str, int]:
    """Role -> position of the column whose header comes first among the role's names."""
    return _find(declared, _positions(cells))


def _positions(cells: list[str]) -> dict[str, int]:
    positions: dict[str, int] = {}
    for n, cell in enumerate(cells):
        if header := _plain(cell):
            positions.setdefault(header, n)
    return positions


def _find(declared: Declaration, positions: Mapping[str, int]) -> dict[str, int]:
    found, headers = _together(declared, positions), "\n".join(positions)
    for role, names in declared.columns.items():
        for name in names if role not in declared.together else ():
            at = positions.get(_matching(name[1:-1], headers) if name.startswith("/") else _plain(name))
            if at is not None and at not in found.values():
                found[role] = at
                break
    return found


def _together(declared: Declaration, positions: Mapping[str, int]) -> dict[str, int]:
    """The columns of roles that belong together: an amount with its own currency, not with another's."""
    ways = [
        {
            role: positions[_plain(name)]
            for role, name in zip(declared.together, names, strict=True)
            if _plain(name) in positions
        }
        for names in zip(*(declared.columns[role] for role in declared.together), strict=True)
    ]
    return max((way for way in ways if declared.together[0] in way), key=len, default={})


def _matching(pattern: str, headers: str) -> str:
    """The first header, of one a line, that a pattern matches, which is written between slashes."""
    found = re.search(f"^(?:{pattern})$", headers, re.IGNORECASE | re.MULTILINE)
    return found[0] if found else ""


@lru_cache(8192)
def _plain(header: str) -> str:
    return " ".join(header.strip("\ufeff").split()).casefold()


def _missing(declared: Declaration, columns: dict[str, int]) -> list[str]:
    return [group for group in declared.required if not any(role in columns for role in group.split("|"))]


def _refuse_duplicates(file: str, declared: Declaration, row: ExportRow, columns: dict[str, int]) -> None:
    counts = Counter(_plain(cell) for cell in row.cells)
    for role, at in columns.items():
        same = [cell for cell in row.cells if _plain(cell) in {_plain(name) for name in declared.columns[role]}]
        if counts[_plain(row.cells[at])] > 1 or (declared.shape == "plain" and len(same) > 1):
            names = " and ".join(repr(name.strip()) for name in dict.fromkeys(same or [row.cells[at]]))
            raise SourceError(f"{file}, line {row.line}: more than one column {names}: keep one of them")


def _table(file: str, declared: Declaration, grid: Grid, at: int, columns: dict[str, int]) -> ExportTable:
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
            (totals if _is_total(declared, header, row, columns) else body).append(row)
    table = ExportTable(file, declared, header, columns, grid[:at], body, totals, grid[:at] + grid[end:])
    _refuse_truncated(table, next((row for row in reversed(grid) if not row.blank), header))
    return table


def _refuse_truncated(table: ExportTable, last: ExportRow) -> None:
    """A tool writes every cell of a row, and as many rows as it says."""
    declared, body = table.declared, table.body
    needed = max(table.columns.values())
    exported = declared.shape not in ("plain", "items")
    full = min((len(row.cells) for row in (table.header, *body[:-1])), default=0)
    if exported and body[-1:] == [last] and len(last.cells) <= needed < full:
        raise SourceError(f"{table.file}, line {last.line} ends early: the file is truncated; export it again")
    for row in (*table.elsewhere, *table.totals):
        if (said := declared.rows.search(line_of(row))) and int(said[1].replace(",", "")) != len(body):
            raise SourceError(f"{table.file} says {said[0]!r} but holds {len(body)}: it is incomplete; export it again")


def total_labels(header: ExportRow, row: ExportRow) -> list[str]:
    """Where a total row says so: in its first cell that is not empty, or in the last, below no header."""
    named = max((n for n, cell in enumerate(header.cells) if cell.strip()), default=0)
    return [*text_cells(row)][:1] + [cell.strip() for cell in row.cells[named + 1 :] if cell.strip()]


def _is_total(declared: Declaration, header: ExportRow, row: ExportRow, columns: dict[str, int]) -> bool:
    return is_own_total(declared, header, row, columns) or any(
        declared.total_other.search(text) for text in total_labels(header, row)
    )


def is_own_total(declared: Declaration, header: ExportRow, row: ExportRow, columns: dict[str, int]) -> bool:
    """Whether a row is the total of the rows: it says so, or leaves empty what no other row does."""
    blank = columns.get(declared.total_blank, len(row.cells))
    return (blank < len(row.cells) and not row.cells[blank].strip()) or any(
        declared.total_own.search(text) for text in total_labels(header, row)
    )


def _unknown(file: str, grids: list[Grid], known: Sequence[Declaration]) -> str:
    """What was found, and which known format is nearest."""
    rows = [row for grid in grids for row in grid[:HEADER_WITHIN] if sum(1 for _ in text_cells(row)) > 1]
    if not rows:
        return f"{file} holds no table: give an export of a known format, or a table with a month column"
    share, missing, declared, row = 0.0, [], known[-1], rows[0]
    for each in rows[:50]:
        for candidate in known:
            lacking = _missing(candidate, find_columns(candidate, each.cells))
            if (near := 1 - len(lacking) / len(candidate.required)) > share:
                share, missing, declared, row = near, lacking, candidate, each
    found = list(text_cells(row))
    shown = ", ".join(found[:8]) + (", ..." if len(found) > 8 else "")
    if not share:
        like = _alike(rows, known)
        return f"{file}: no known format has the headers {shown}{like}: give one that is, or add a month column"
    lacks = ", ".join(repr(_header(declared, group)) for group in missing) or (
        "nothing but an own column 'channel'" if declared.says is NOTHING else "the lines above and below its table"
    )
    return f"{file}, line {row.line}: found {shown}; nearest is {declared.title}, it also needs {lacks}"


def _alike(rows: list[ExportRow], known: Sequence[Declaration]) -> str:
    """The format whose headers are most like those of a file in another language, and the language to take."""
    cells = {_plain(cell) for row in rows[:5] for cell in row.cells}
    names = {
        each.title: [_plain(n) for role in each.required for n in each.columns[role.split("|")[0]]] for each in known
    }
    counts = {t: sum(bool(get_close_matches(c, all, 1, 0.75)) for c in cells if c) for t, all in names.items()}
    title = max(counts, key=lambda title: counts[title])
    return f"; nearest is {title}, in English, Korean or Japanese" if counts[title] else ""


def _header(declared: Declaration, group: str) -> str:
    roles = group.split("|")
    names = [next((name for name in declared.columns[role] if not name.startswith("/")), role) for role in roles]
    return "a measure, such as spend or leads" if len(names) > 5 else " or ".join(names)
