"""How often to review the figures (more revenue, more often), and the day of the next review."""

from __future__ import annotations

import datetime as dt
import math

from xl_lifecycle.core.cells.addresses import absolute, quoted
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.months import cell_date, month_serial, serial
from xl_lifecycle.core.cells.values import Scalar, as_grid
from xl_lifecycle.template.model import Formula, SheetPlan
from xl_lifecycle.template.planner import FIRST_MONTH_CELL, Draft, Ref
from xl_lifecycle.template.planning_tables import List, ListColumn, place_list, same

# Revenue per year from which to review every two weeks, and every week: about 1 and 3 million US dollars.
WALLS = {
    "USD": (1e6, 3e6), "EUR": (1e6, 3e6), "GBP": (800e3, 2.4e6), "JPY": (150e6, 450e6), "KRW": (1.3e9, 4e9),
    "CNY": (7e6, 21e6), "INR": (85e6, 250e6),
}  # fmt: skip
MONTHS = 12
# Days from the first of a month to about the middle of it and of each month after it: not every engine knows arrays
# of DATE or EDATE.
MIDDLES = tuple(14 + round(30.4375 * i) for i in range(MONTHS))


def review(draft: Draft, sheet: SheetPlan, row: int) -> None:
    """Put the input table, and beside it revenue, how often to review, and the day of the next review."""
    word = draft.word
    walls = WALLS.get(draft.content.settings.currency, (None, None))
    definition = List(
        "Review",
        (
            ListColumn("Revenue measure", 27),
            ListColumn("Every two weeks from", 22, "input currency"),
            ListColumn("Every week from", 22, "input currency"),
            ListColumn("Last review", 22, "input day"),
        ),
        ((same("REVENUE"), *walls, None),),
    )
    sheet.put(row - 1, 1, word("Review: how often, and when next"), "group")
    table = place_list(draft, sheet, definition, row, 1)
    heads = ("Revenue a year", "Review", "Next review")
    sheet.put(row, 5, word(heads[0]), "header_table")
    sheet.row(row, 6, [word(head) for head in heads[1:]], "header")
    at = [absolute((row + 1, column)) for column in range(1, 8)]
    measure, often, weekly, last = table.rows[0]
    revenue = _revenue(draft, Ref(at[0], measure))
    sheet.put(row + 1, 5, revenue, "value currency")
    money = revenue.values[0][0]
    how = _how_often(money, often, weekly)
    words = {key: word(text) for key, text in TEXTS.items()}
    has_revenue, has_limits = f"ISNUMBER({at[4]})", f"ISNUMBER({at[1]}),ISNUMBER({at[2]})"
    text = (
        f'=IF(NOT(AND({has_limits})),"{words["walls"]}",IF(NOT({has_revenue}),"{words["unknown"]}",'
        f'IF({at[4]}>={at[2]},"{words["week"]}",IF({at[4]}>={at[1]},"{words["two weeks"]}","{words["month"]}"))))'
    )
    sheet.put(row + 1, 6, Formula(text, [[words[how]]], array=False), "listed")
    text = (
        f"=IF(AND({has_revenue},{has_limits},ISNUMBER({at[3]})),IF({at[4]}>={at[2]},{at[3]}+7,"
        f'IF({at[4]}>={at[1]},{at[3]}+14,EDATE({at[3]},1))),"")'
    )
    sheet.put(row + 1, 7, Formula(text, [[_next(how, last)]]), "day")
    note = "Revenue a year: the average month recorded, times twelve. The faster money moves, the more often to look."
    sheet.put(row + 2, 1, word(note), "note")


TEXTS = {
    "walls": "Write both limits in your currency",
    "unknown": "No revenue recorded yet: fill Expand, or name another measure at the left",
    "week": "every week",
    "two weeks": "every two weeks",
    "month": "every month",
}


def _revenue(draft: Draft, measure: Ref) -> Formula:
    """Twelve times the average of the recorded months among those that the sheets show."""
    first = f"{quoted(draft.sheet_names['settings'])}!{absolute(FIRST_MONTH_CELL)}"
    days: list[Scalar] = [month_serial(draft.months[0]) + middle for middle in MIDDLES]
    months = Ref(f"{first}+{{{','.join(map(str, MIDDLES))}}}", [days])
    revenue = draft.call("KPI", measure, draft.content.everything, months, draft.data)
    amounts = [float(cell) for cell in as_grid(revenue.values)[0] if isinstance(cell, (int, float))]
    value: Scalar = MONTHS * (math.fsum(amounts) / len(amounts)) if amounts else ExcelError.NA
    return Formula(f'=IFERROR({MONTHS}*AVERAGE(IFERROR({revenue.text[1:]},"")),NA())', [[value]])


def _how_often(money: Scalar, often: Scalar, weekly: Scalar) -> str:
    if not (_is_number(often) and _is_number(weekly)):
        return "walls"
    if not _is_number(money):
        return "unknown"
    return "week" if money >= weekly else "two weeks" if money >= often else "month"  # type: ignore[operator]


def _next(how: str, last: Scalar) -> Scalar:
    if how in ("walls", "unknown") or not _is_number(last):
        return ""
    days = {"week": 7, "two weeks": 14}.get(how)
    if days:
        return last + days  # type: ignore[operator]
    day = cell_date(last)
    return "" if day is None else serial(_a_month_later(day))


def _a_month_later(day: dt.date) -> dt.date:
    """The same day of the next month, or its last day, like EDATE."""
    year, month = divmod(day.year * 12 + day.month, 12)
    for date in range(day.day, 27, -1):
        try:
            return dt.date(year, month + 1, date)
        except ValueError:
            continue
    return dt.date(year, month + 1, day.day)


def _is_number(cell: Scalar) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)
