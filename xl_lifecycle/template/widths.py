"""Makes columns wide and rows high enough for their contents, in every language.

Excel shows #### for a number that does not fit, and cuts a text at the next cell that is not empty.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from xl_lifecycle.core.cells.addresses import At, places
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.values import Scalar, is_blank
from xl_lifecycle.core.language.text import text_width
from xl_lifecycle.core.language.vocabulary import Language
from xl_lifecycle.template.display import cells_of, format_value
from xl_lifecycle.template.model import Formula, SheetPlan
from xl_lifecycle.template.styles import style

DEFAULT = 8.43
MARGIN = 1.5  # the space beside the text in a column
WIDEST = 84  # the maximum width of a column for a text
OF_PEOPLE = 40  # the same for texts of people and imports, such as the address of a page
LINE = 1.35  # the height of a line, in the size of the font
_NARROW = " .,:;!|'()[]-ijlftrI"
_WIDE = "MW@%→←…—●"
_WORD = re.compile("[!-\u10ff]+|[\u1100-\uffff]")  # lines break between these; in Korean and Japanese anywhere


def fit(sheet: SheetPlan, currency: str, language: Language) -> None:
    """Widen a sheet's columns for its numbers, dates, headers and texts; make rows higher for texts that wrap."""
    cells = cells_of(sheet)
    looks = {name: style(name, currency, language) for _, name in cells.values()}
    for (_, column), (value, name) in cells.items():
        if not isinstance(value, str):
            _widen(sheet, column, needed(value, looks[name]))
        elif looks[name].get("text_wrap"):
            _widen(sheet, column, max((needed(word, looks[name]) for word in _WORD.findall(value)), default=0))
    occupied = occupied_columns(sheet)
    for at, (value, name) in cells.items():
        if isinstance(value, str) and not looks[name].get("text_wrap") and not is_reason(cells, at):
            width = needed(value, looks[name])
            if width > room(sheet, occupied, at, looks[name]):
                _widen(sheet, at[1], min(width, OF_PEOPLE) if name.startswith("input") else width)
    for (row, column), (value, name) in cells.items():
        if isinstance(value, str) and looks[name].get("text_wrap"):
            sheet.heights[row] = max(sheet.heights.get(row, 18), height(value, looks[name], sheet.widths[column]))


def needed(value: Scalar, look: Mapping[str, Any]) -> float:
    """The width of a column that shows the whole value, in the units of columns."""
    wide = sum(map(_letter, format_value(value, look.get("num_format", "General")))) * look["font_size"] / 10.5
    fixed = 1.1 if look.get("bold") or look["font_name"] == "Consolas" else 1
    return float(wide * fixed + look.get("indent", 0) + MARGIN)


def height(text: str, look: Mapping[str, Any], width: float) -> int:
    """The height of a row that shows the whole text, in points."""
    lines = max(1, math.ceil((needed(text, look) - MARGIN) / (width - MARGIN)))
    return math.ceil(lines * float(look["font_size"]) * LINE) + 4


def _letter(letter: str) -> float:
    """The width of a letter relative to a digit."""
    if letter in _NARROW:
        return 0.6
    return 1.3 if letter in _WIDE else text_width(letter)


def occupied_columns(sheet: SheetPlan) -> dict[int, list[int]]:
    """The columns of the cells that are not empty, in order, by row.

    An empty text of a formula counts too: no text continues over it.
    """
    cells = {at for at, (value, _) in cells_of(sheet).items() if not is_blank(value)}
    cells |= {(button.row, button.column) for button in sheet.buttons}
    cells.update(*(row for cell in sheet.cells if isinstance(cell.content, Formula) for row in places(cell.area)))
    columns: dict[int, list[int]] = defaultdict(list)
    for row, column in sorted(cells):
        columns[row].append(column)
    return columns


def is_reason(cells: Mapping[At, tuple[Scalar, str]], at: At) -> bool:
    """Whether a text is the reason of the error beside it. Columns are not widened for these rare sentences."""
    return isinstance(cells.get((at[0], at[1] + 1), (None,))[0], ExcelError)


def room(sheet: SheetPlan, occupied: Mapping[int, list[int]], at: At, look: Mapping[str, Any]) -> float:
    """The space for a text: a left-aligned text continues over empty cells to its right."""
    row, column = at
    if look.get("align", "left") != "left":
        return sheet.widths.get(column, DEFAULT)
    columns = occupied.get(row, [])
    following = bisect_right(columns, column)
    if following == len(columns):
        return math.inf
    return sum(sheet.widths.get(each, DEFAULT) for each in range(column, columns[following]))


def _widen(sheet: SheetPlan, column: int, width: float) -> None:
    sheet.widths[column] = max(sheet.widths.get(column, DEFAULT), min(round(width, 1), WIDEST))
