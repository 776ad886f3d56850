"""Finds the format of a file, the start of its table, and the role of each column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from functools import cached_property, lru_cache

from xl_lifecycle.core.cells.errors import SourceError, UnknownFormat
from xl_lifecycle.core.language.text import Text
from xl_lifecycle.exports.dates import find_day, order_of
from xl_lifecycle.exports.declaration import NOTHING, Declaration, HeaderPattern, formats
from xl_lifecycle.exports.decode import ExportRow, Grid, text_cells
from xl_lifecycle.exports.numbers import DECIMAL_COMMA, parse_number
from xl_lifecycle.exports.unpivot import lengthen

LONGEST = 1000  # the most characters of a cell that is used
HEADER_WITHIN = 1000  # the header must be in these rows; a table with 366 days may be above it


@dataclass(frozen=True)
class ExportTable:
    """A recognised table. columns: role -> position. body: the rows below the header, without totals."""

    file: str
    declaration: Declaration
    header: ExportRow
    columns: dict[str, int]
    preamble: Grid
    body: Grid
    totals: Grid
    elsewhere: Grid
    whole: tuple[date, date] | None = None  # its dates, if another table of the same archive has them
    why: str = ""

    def cell(self, row: ExportRow, role: str) -> str:
        """The text of a role's cell; "" if there is no such column, or if the cell has no value."""
        at = self.columns.get(role)
        text = row.cells[at].strip() if at is not None and at < len(row.cells) else ""
        if len(text) > LONGEST:
            raise SourceError(f"{self.where(row, role)} holds {len(text):,} characters: shorten it")
        return "" if self.declaration.is_null(text) else text

    @cached_property
    def order(self) -> str:
        """The order of dates such as 3/4/2026, "mdy" or "dmy": declared by the format, else shown by other dates."""
        above = (cell for row in self.preamble for cell in row.cells)
        below = (row.cells[at] for at in self.columns.values() for row in self.body if at < len(row.cells))
        return self.declaration.date_order or order_of((*above, *below))

    @cached_property
    def comma(self) -> bool:
        """Whether the decimal mark is a comma, as some number shows. Then "1.234" is more than a thousand."""
        cells = (self.cell(row, role) for row in self.body for role in self.columns)
        return any(DECIMAL_COMMA.fullmatch(cell) for cell in cells)

    @cached_property
    def starts(self) -> list[date]:
        """The different days on which its rows start."""
        days = {find_day(self.cell(row, role), self.order) for role in ("day", "start") for row in self.body}
        return sorted(day for day in days if day)

    def where(self, row: ExportRow, role: str) -> Text:
        """The place of a cell, for an error message."""
        column = self.header.cells[self.columns[role]].strip()
        return Text("{file}, line {line}, column {column!r}", file=self.file, line=row.line, column=column)


def recognise(file: str, grids: list[Grid], declarations: Sequence[Declaration] = ()) -> ExportTable:
    """The first table of a known format. declarations: the formats, if not only ours."""
    if table := next(tables_of(file, grids, declarations), None):
        return table
    raise UnknownFormat(_unknown(file, grids, declarations or formats()))


def tables_of(file: str, grids: list[Grid], declarations: Sequence[Declaration] = ()) -> Iterator[ExportTable]:
    """The first table of a known format in each grid."""
    has_table = False
    for grid in grids:
        if table := _first(file, grid, declarations or formats()):
            has_table = True
            yield table
    for grid in () if has_table else grids:
        if table := _first(file, lengthen(file, grid, HEADER_WITHIN), declarations or formats()):
            yield table


def _first(file: str, grid: Grid, declarations: Sequence[Declaration]) -> ExportTable | None:
    for at, row in enumerate(grid[:HEADER_WITHIN]):
        if sum(1 for _ in text_cells(row)) < 2:
            continue
        headers = _positions(row.cells)
        fits = [
            (declaration, columns)
            for declaration in declarations
            if not _missing(declaration, columns := _find(declaration, headers))
            and not declaration.without & headers.keys()
            and _says(declaration, grid, at)
        ]
        if fits:
            declaration, columns = _best(file, fits)
            _refuse_duplicates(file, declaration, row, columns)
            table = _table(file, declaration, grid, at, columns)
            return replace(table, why=_why(table, [each.title for each, _ in fits]))
    return None


def _best(file: str, fits: list[tuple[Declaration, dict[str, int]]]) -> tuple[Declaration, dict[str, int]]:
    """The format with most of the headers. A team's own format comes before ours, a plain table last."""
    by = [
        (each.is_team_format, each.shape not in ("plain", "items"), len(columns), len(each.required))
        for each, columns in fits
    ]
    best = by.index(max(by))
    if by.count(by[best]) > 1 and fits[best][0].is_team_format:
        names = " and ".join(repr(each.title) for (each, _), rank in zip(fits, by, strict=True) if rank == by[best])
        raise SourceError(f"{file} fits {names} equally: require a header in one of them that the other does not have")
    return fits[best]


def _why(table: ExportTable, fits: list[str]) -> str:
    """The headers by which a table was recognised."""
    needed = [role for group in table.declaration.required for role in group.split("|") if role in table.columns]
    names = ", ".join([*dict.fromkeys(table.header.cells[table.columns[role]].strip() for role in needed)][:6])
    others = " and ".join(title for title in fits if title != table.declaration.title)
    return f"by {names} in line {table.header.line}" + (f"; {others} fits less" if others else "")


def _says(declaration: Declaration, grid: Grid, at: int) -> bool:
    """Whether a line above the table, or one of the last lines below it, has the text that only this format has."""
    return declaration.says is NOTHING or any(
        declaration.says.search(line_of(row)) for row in (*grid[:at], *grid[at:][-5:])
    )


def line_of(row: ExportRow) -> str:
    """The text of a row's cells."""
    return " ".join(text_cells(row)).strip()


def find_columns(declaration: Declaration, cells: list[str]) -> dict[str, int]:
    """Role -> position of its column, by the first of the role's headers that the file has."""
    return _find(declaration, _positions(cells))


def _positions(cells: list[str]) -> dict[str, int]:
    positions: dict[str, int] = {}
    for n, cell in enumerate(cells):
        if header := _plain(cell):
            positions.setdefault(header, n)
    return positions


def _find(declaration: Declaration, positions: Mapping[str, int]) -> dict[str, int]:
    columns, headers = _together(declaration, positions), "\n".join(positions)
    for role, names in declaration.columns.items():
        for name in names if role not in declaration.together else ():
            at = positions.get(_matching(name, headers) if isinstance(name, HeaderPattern) else _plain(name))
            if at is not None and at not in columns.values():
                columns[role] = at
                break
    return columns


def _together(declaration: Declaration, positions: Mapping[str, int]) -> dict[str, int]:
    """The columns of roles that belong together: an amount with its own currency, not with another amount's."""
    ways = [
        {
            role: positions[_plain(name)]
            for role, name in zip(declaration.together, names, strict=True)
            if _plain(name) in positions
        }
        for names in zip(*(declaration.columns[role] for role in declaration.together), strict=True)
    ]
    return max((way for way in ways if declaration.together[0] in way), key=len, default={})


def _matching(pattern: HeaderPattern, headers: str) -> str:
    """The first header that matches a pattern. headers: one header per line."""
    match = pattern.compiled.search(headers)
    return match[0] if match else ""


@lru_cache(8192)
def _plain(header: str) -> str:
    return " ".join(header.strip("\ufeff").split()).casefold()


def _missing(declaration: Declaration, columns: dict[str, int]) -> list[str]:
    return [group for group in declaration.required if not any(role in columns for role in group.split("|"))]


def _refuse_duplicates(file: str, declaration: Declaration, row: ExportRow, columns: dict[str, int]) -> None:
    counts = Counter(_plain(cell) for cell in row.cells)
    for role, at in columns.items():
        same = [cell for cell in row.cells if _plain(cell) in {_plain(name) for name in declaration.columns[role]}]
        if counts[_plain(row.cells[at])] > 1 or (declaration.shape == "plain" and len(same) > 1):
            names = " and ".join(repr(name.strip()) for name in dict.fromkeys(same or [row.cells[at]]))
            raise SourceError(f"{file}, line {row.line}: more than one column {names}: keep one of them")


def _table(file: str, declaration: Declaration, grid: Grid, at: int, columns: dict[str, int]) -> ExportTable:
    header = grid[at]
    body: Grid = []
    totals: Grid = []
    end = len(grid)
    for n in range(at + 1, len(grid)):
        row = grid[n]
        first = row.cells[0].strip() if row.cells else ""
        if (declaration.comment and first.startswith(declaration.comment)) or declaration.footer.search(first):
            end = n
            break
        if not row.blank:
            (totals if _is_total(declaration, header, row, columns) else body).append(row)
    table = ExportTable(file, declaration, header, columns, grid[:at], body, totals, grid[:at] + grid[end:])
    _refuse_truncated(table, next((row for row in reversed(grid) if not row.blank), header))
    return table


def _refuse_truncated(table: ExportTable, last: ExportRow) -> None:
    """Refuse a file that ends early: a tool writes every cell of a row, and as many rows as it states."""
    declaration, body = table.declaration, table.body
    needed = max(table.columns.values())
    exported = declaration.shape not in ("plain", "items")
    full = min((len(row.cells) for row in (table.header, *body[:-1])), default=0)
    if exported and body[-1:] == [last] and len(last.cells) <= needed < full:
        raise SourceError(f"{table.file}, line {last.line} ends early: the file is truncated; export it again")
    for row in (*table.elsewhere, *table.totals):
        match = declaration.rows.search(line_of(row))
        stated = parse_number(match[1] or "") if match and match.re.groups else None
        if match and stated is not None and stated != len(body):
            raise SourceError(f"{table.file} says {match[0]!r} but has {len(body)}: it is incomplete; export it again")


def total_labels(header: ExportRow, row: ExportRow) -> list[str]:
    """The cells in which a total may be labelled: the first one that is not empty, and those beyond the last header."""
    last_header = max((n for n, cell in enumerate(header.cells) if cell.strip()), default=0)
    return [*text_cells(row)][:1] + [cell.strip() for cell in row.cells[last_header + 1 :] if cell.strip()]


def _is_total(declaration: Declaration, header: ExportRow, row: ExportRow, columns: dict[str, int]) -> bool:
    return is_grand_total(declaration, header, row, columns) or any(
        declaration.total_other.search(text) for text in total_labels(header, row)
    )


def is_grand_total(declaration: Declaration, header: ExportRow, row: ExportRow, columns: dict[str, int]) -> bool:
    """Whether a row is the total of all rows: by its label, or by a cell that is empty only in a total."""
    blank = columns.get(declaration.total_blank, len(row.cells))
    return (blank < len(row.cells) and not row.cells[blank].strip()) or any(
        declaration.grand_total.search(text) for text in total_labels(header, row)
    )


def _unknown(file: str, grids: list[Grid], declarations: Sequence[Declaration]) -> str:
    """The message for an unknown format: the headers of the file, and the nearest known format."""
    rows = [row for grid in grids for row in grid[:HEADER_WITHIN] if sum(1 for _ in text_cells(row)) > 1]
    if not rows:
        return f"{file} has no table: give an export of a known format, or a table with a month column"
    share, missing, declaration, row = 0.0, [], declarations[-1], rows[0]
    for each in rows[:50]:
        for candidate in declarations:
            lacking = _missing(candidate, find_columns(candidate, each.cells))
            if (near := 1 - len(lacking) / len(candidate.required)) > share:
                share, missing, declaration, row = near, lacking, candidate, each
    texts = list(text_cells(row))
    preview = ", ".join(texts[:8]) + (", ..." if len(texts) > 8 else "")
    if not share:
        like = _alike(rows, declarations)
        todo = "give an export of a known format, or add a month column"
        return f"{file}: no known format has the headers {preview}{like}: {todo}"
    lacks = ", ".join(repr(_header(declaration, group)) for group in missing) or (
        "only a column 'channel'" if declaration.says is NOTHING else "the lines above and below its table"
    )
    return f"{file}, line {row.line}: found {preview}; nearest is {declaration.title}, it also needs {lacks}"


def _alike(rows: list[ExportRow], declarations: Sequence[Declaration]) -> str:
    """A hint for a file in another language: the format with the most similar headers, and our languages."""
    cells = {_plain(cell) for row in rows[:5] for cell in row.cells}
    names = {
        each.title: [_plain(n) for role in each.required for n in each.columns[role.split("|")[0]]]
        for each in declarations
    }
    counts = {t: sum(bool(get_close_matches(c, all, 1, 0.75)) for c in cells if c) for t, all in names.items()}
    title = max(counts, key=lambda title: counts[title])
    return f"; nearest is {title}, in English, Korean or Japanese" if counts[title] else ""


def _header(declaration: Declaration, group: str) -> str:
    roles = group.split("|")
    names = [next((name for name in declaration.columns[role] if not name.startswith("/")), role) for role in roles]
    return "a measure, such as spend or leads" if len(names) > 5 else " or ".join(names)
