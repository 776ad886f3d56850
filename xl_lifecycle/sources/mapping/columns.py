"""The columns of a table in an unknown format, and what their values look like."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from xl_lifecycle.core.cells.months import parse_month
from xl_lifecycle.exports.dates import NUMERIC, SERIAL, find_day, order_of
from xl_lifecycle.exports.declaration import NULLS
from xl_lifecycle.exports.decode import ExportRow, Grid, text_cells
from xl_lifecycle.exports.numbers import is_bound, parse_number

MOST = 0.9  # this share of the values must look alike; a few may be totals or remarks
MOST_SAMPLES = 3
WITHIN = 100  # the header is expected in these rows
SIGN = re.compile(r"[$€£¥￥₩원円₹]|\b[A-Z]{3}\b")
TOTAL = re.compile(r"(grand |sub-?)?totals?\b|sum\b|summe|gesamt|합계|총계|소계|合計|総計|小計", re.IGNORECASE)
ID = re.compile(r"(^|[ _-])(id|no|nr|number|번호|番号|code|uuid)\.?$|id$|아이디|番号", re.IGNORECASE)


class Look(Enum):
    """What the values of a column look like."""

    DAY = "date"
    MONTH = "month"
    NUMBER = "number"
    PERCENTAGE = "percentage"
    CURRENCY = "currency"
    ID = "id"
    TEXT = "text"
    EMPTY = "empty"


@dataclass(frozen=True)
class FileColumn:
    """A column: its header, its values without empty ones, and what they look like."""

    header: str
    values: tuple[str, ...]
    look: Look

    @property
    def samples(self) -> tuple[str, ...]:
        """The first few different values."""
        return tuple(dict.fromkeys(self.values))[:MOST_SAMPLES]

    @property
    def order(self) -> str | None:
        """The order of dates: "mdy" or "dmy", "" if it is unknown, None if they can be read in one way only."""
        return order_of(self.values) if any(NUMERIC.match(value) for value in self.values) else None

    @property
    def negative(self) -> bool:
        """Whether one of its numbers is below zero."""
        return any((parse_number(value) or 0) < 0 for value in self.values)


def find_header(grids: Sequence[Grid]) -> tuple[Grid, int] | None:
    """The grid and the row that is most likely a header: it has many names, and values below them."""
    ranked = [
        (_names(row), -at, grid)
        for grid in grids
        for at, row in enumerate(grid[:WITHIN])
        if any(not below.blank for below in grid[at + 1 :])
    ]
    best = max(ranked, key=lambda each: each[:2], default=None)
    return (best[2], -best[1]) if best and best[0] > 1 else None


def _names(row: ExportRow) -> int:
    """The number of cells of a row that may be headers; 0 if the row has values."""
    cells = list(text_cells(row))
    return 0 if any(look_of([cell]) not in (Look.TEXT, Look.ID) for cell in cells) else len(cells)


def columns_of(grid: Grid, at: int) -> list[FileColumn]:
    """The columns below a header, except those without a name."""
    rows = [row.cells for row in grid[at + 1 :] if not row.blank and not TOTAL.match(next(text_cells(row)))]
    columns = []
    for n, cell in enumerate(grid[at].cells):
        if header := " ".join(cell.strip("\ufeff").split()):
            texts = (row[n].strip() for row in rows if n < len(row))
            values = tuple(text for text in texts if text.casefold() not in NULLS)
            columns.append(FileColumn(header, values, _look(header, values)))
    return columns


def _look(header: str, values: Sequence[str]) -> Look:
    look = look_of(values)
    if look in (Look.TEXT, Look.NUMBER) and ID.search(header) and len(set(values)) > len(values) / 2:
        return Look.ID
    return Look.CURRENCY if look is Look.NUMBER and re.search(r"\([A-Z]{3}\)$", header) else look


def look_of(values: Sequence[str]) -> Look:
    """What most of the values look like.

    >>> [look_of([value]).value for value in ("2026-03-31", "Mar 2026", "1,234", "5%", "€5", "Brand", "")]
    ['date', 'month', 'number', 'percentage', 'currency', 'text', 'empty']
    """
    counts = Counter(_one(value) for value in values if value.strip())
    total = sum(counts.values())
    if not total:
        return Look.EMPTY
    look, count = counts.most_common(1)[0]
    if counts[Look.CURRENCY] and counts[Look.CURRENCY] + counts[Look.NUMBER] >= MOST * total:
        return Look.CURRENCY
    return look if count >= MOST * total else Look.TEXT


def _one(value: str) -> Look:
    if not SERIAL.fullmatch(value) and (find_day(value, "mdy") or find_day(value, "dmy")):
        return Look.DAY
    if is_bound(value) or parse_number(value) is not None:
        percent = value.rstrip().endswith(("%", "％"))
        return Look.PERCENTAGE if percent else Look.CURRENCY if SIGN.search(value) else Look.NUMBER
    try:
        parse_month(value)
    except ValueError:
        return Look.TEXT
    return Look.MONTH
