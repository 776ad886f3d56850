"""The displayed value of each cell of a planned sheet, and its width."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from xl_lifecycle.core.cells.addresses import At
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.months import EPOCH
from xl_lifecycle.core.cells.values import Scalar
from xl_lifecycle.template.model import Formula, PlannedCell, SheetPlan, Styles

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONGEST_NUMBER = 10  # digits that Excel shows of a number without a format, without the point


def cells_of(sheet: SheetPlan) -> dict[At, tuple[Scalar, str]]:
    """Every cell of a planned sheet with its value and style, including those that formulas and tables fill."""
    cells: dict[At, tuple[Scalar, str]] = {}
    for table in sheet.tables:
        for j, header in enumerate(table.headers):
            cells[table.row, table.column + j] = (header, "header_table")
        for i, row in enumerate(table.rows):
            for j, value in enumerate(row):
                cells[table.row + 1 + i, table.column + j] = (value, table.style(i, j))
    for cell in sheet.cells:
        cells.update(_planned_cells(cell))
    return cells


def _planned_cells(cell: PlannedCell) -> Iterator[tuple[At, tuple[Scalar, str]]]:
    styles = styles_of(cell.style, cell.content)
    for i, row in enumerate(cell.content.values if isinstance(cell.content, Formula) else [[cell.content]]):
        for j, value in enumerate(row):
            yield (cell.row + i, cell.column + j), (value, styles[i][j])


def styles_of(styles: Styles, content: Scalar | Formula) -> list[tuple[str, ...]]:
    """The style of each cell that a formula or a value fills.

    >>> styles_of([("count", "note"), "text"], Formula("", [[1, 2], [3, 4]]))
    [('count', 'note'), ('text', 'text')]
    """
    height, width = (content.height, content.width) if isinstance(content, Formula) else (1, 1)
    rows = [styles] * height if isinstance(styles, str) else styles
    return [(row,) * width if isinstance(row, str) else row for row in rows]


def format_value(value: Scalar, code: str) -> str:
    """A value as Excel shows it with one of the workbook's number formats.

    >>> format_value(1234.5, '[>=1000]"€"#,##0;[<0]-"€"#,##0.00;"€"#,##0.00')
    '€1,235'
    >>> [format_value(share, "[<0]-#,##0.0%;[<0.1]0.00%;#,##0.0%") for share in (0.0246, 0.719, -0.5, 12)]
    ['2.46%', '71.9%', '-50.0%', '1,200.0%']
    >>> format_value(957.0136413043479, "General"), format_value(46023, "mmm yyyy")
    ('957.0136413', 'Jan 2026')
    >>> format_value(46082, 'yyyy"년" m"월"')
    '2026년 3월'
    """
    if value is None or isinstance(value, (str, ExcelError)):
        return str(value or "")
    if isinstance(value, bool):
        return str(value).upper()
    if "yyyy" in code:
        return _date(value, code)
    section, amount = _section(code, value)
    return _general(amount) if section == "General" else _number(section, amount)


def _date(serial: float, code: str) -> str:
    day = EPOCH + dt.timedelta(int(serial))
    parts = {
        "yyyy": f"{day.year:04}",
        "mmm": _MONTHS[day.month - 1],
        "mm": f"{day.month:02}",
        "m": f"{day.month}",
        "dd": f"{day.day:02}",
        '"': "",
    }
    return re.sub('yyyy|m{1,3}|dd|"', lambda match: parts[match.group()], code)


_CONDITION = re.compile(r"\[(>=|<)([\d.]+)\]")


def _section(code: str, value: float) -> tuple[str, float]:
    """The section of a format for a number, and the number: without its sign if the section has one."""
    sections = code.split(";")
    for section in sections:
        condition = _CONDITION.match(section)
        if condition:
            bound = float(condition[2])
            if value >= bound if condition[1] == ">=" else value < bound:
                return section[condition.end() :], abs(value) if condition.group() == "[<0]" else value
    if not _CONDITION.search(code) and len(sections) > 1 and value < 0:
        return sections[1], abs(value)
    return sections[-1] if _CONDITION.search(code) else sections[0], value


def _number(section: str, value: float) -> str:
    pattern = re.search(r"[#0,]*0(?:\.(0+))?", section)
    if not pattern:
        return section
    exact = Decimal(repr(value)) * (100 if "%" in section else 1)
    places = Decimal(1).scaleb(-len(pattern[1] or ""))
    digits = f"{abs(exact.quantize(places, ROUND_HALF_UP)):{',' if ',' in pattern.group() else ''}f}"
    text = section[: pattern.start()] + digits + section[pattern.end() :]
    return ("-" if exact < 0 and digits.strip("0.,") else "") + text.replace('"', "")


def _general(value: float) -> str:
    """A number without a format, in the eleven characters that Excel uses."""
    whole = len(str(int(abs(value))))
    if whole > _LONGEST_NUMBER + 1:
        return f"{value:.5E}"
    places = Decimal(1).scaleb(min(0, whole - _LONGEST_NUMBER))
    text = f"{Decimal(repr(float(value))).quantize(places, ROUND_HALF_UP):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
