"""Turns a team's table with a column for each month, or a row for each measure, into the plain layout."""

from __future__ import annotations

from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.core.cells.months import parse_month
from xl_lifecycle.exports.dates import SERIAL, find_month
from xl_lifecycle.exports.declaration import (
    CAMPAIGN_WORDS,
    CHANNEL_WORDS,
    MEASURE_WORDS,
    MONTH_WORDS,
    VALUE_WORDS,
    formats,
)
from xl_lifecycle.exports.decode import ExportRow, Grid

WORDS = {"month": MONTH_WORDS, "channel": CHANNEL_WORDS, "campaign": CAMPAIGN_WORDS, "measure": MEASURE_WORDS}
WORDS["value"] = VALUE_WORDS


def lengthen(file: str, grid: Grid, within: int) -> Grid:
    """The table in the plain layout, with its line numbers; empty if it does not have one of the other layouts.

    SourceError if it has a column for each month, but does not name the measures or the channels.
    """
    for at, row in enumerate(grid[:within]):
        roles = {role: n for role, words in WORDS.items() if (n := _position(row, words)) is not None}
        months = {n: cell for n, cell in enumerate(row.cells) if n not in roles.values() and _is_month(cell)}
        if roles.keys() >= {"month", "measure", "value"}:
            return _long(
                file, row, [(each, _cell(each, roles["month"]), roles["value"]) for each in grid[at + 1 :]], roles
            )
        if len(months) > 1 and len({find_month(cell) for cell in months.values()}) == len(months):
            below = [each for each in grid[at + 1 :] if not each.blank]
            roles |= {} if "measure" in roles else _unnamed(row, below)
            if "measure" not in roles:
                raise SourceError(
                    f"{file}, line {row.line} has a column for each month, but nothing says what the figures are: "
                    "add a column Measure with Spend, Leads ... in each row"
                )
            return _long(file, row, [(each, cell, n) for each in below for n, cell in months.items()], roles)
    return []


def _long(file: str, header: ExportRow, figures: list[tuple[ExportRow, str, int]], roles: dict[str, int]) -> Grid:
    """A row for each figure, in the column of its measure."""
    names = list(dict.fromkeys(_cell(row, roles["measure"]) for row, _, _ in figures))
    rows, seen = [ExportRow(header.line, ["month", "channel", "campaign", *names])], set()
    for row, month, n in figures:
        name, places = _cell(row, roles["measure"]), [_cell(row, roles.get(role)) for role in ("channel", "campaign")]
        if value := _cell(row, n):
            if "channel" in roles and not places[0] and any(each.cells[1] for each in rows[1:]):
                raise SourceError(f"{file}, line {row.line} names no channel: write it in each row")
            if (key := (month, *places, name)) in seen:
                raise SourceError(
                    f"{file}, line {row.line}: {name!r} is there twice: add a column Channel, or keep one"
                )
            seen.add(key)
            rows.append(ExportRow(row.line, [month, *places, *(value if name == each else "" for each in names)]))
    return rows


def _unnamed(header: ExportRow, below: Grid) -> dict[str, int]:
    """The first column, if it contains measures."""
    measure_names = {name.casefold() for names in formats()[-1].columns.values() for name in names}
    cells = [row.cells[0].strip().casefold() for row in below if row.cells and row.cells[0].strip()]
    return {"measure": 0} if any(cell in measure_names for cell in cells) else {}


def _position(row: ExportRow, words: tuple[str, ...]) -> int | None:
    return next((n for n, cell in enumerate(row.cells) if " ".join(cell.split()).casefold() in words), None)


def _cell(row: ExportRow, n: int | None) -> str:
    return row.cells[n].strip() if n is not None and n < len(row.cells) else ""


def _is_month(cell: str) -> bool:
    """Whether a header is a month. A number of five digits may be a figure."""
    try:
        return bool(cell.strip()) and not SERIAL.fullmatch(cell.strip()) and bool(parse_month(cell))
    except ValueError:
        return False
