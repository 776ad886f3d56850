"""Months and days, however users write them. In cells, a day is a number of Excel's calendar.

A month is an integer, year * 12 + month - 1, so that the next month is one more.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection

from xl_lifecycle.core.cells.errors import ExcelError, Refusal
from xl_lifecycle.core.cells.values import as_typed, is_blank
from xl_lifecycle.core.language.text import Text, join

Month = int
EPOCH = dt.date(1899, 12, 30)  # day 0 of Excel's calendar, for dates after February 1900
FIRST_YEAR, LAST_YEAR = 1900, 2200
_FIRST_SERIAL, _LAST_SERIAL = 61, 109939  # 1 March 1900 (Excel's calendar is wrong before) to the end of 2200

_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
MONTH_NUMBERS = {word: n for n, name in enumerate(_NAMES, 1) for word in (name, name[:3])} | {"sept": 9}

_YEAR = r"(?P<year>\d{4})"
_MONTH = r"(?P<month>\d{1,2})"
_NAME = r"(?P<name>[a-z]{3,9})\.?"
_MONTH_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_YEAR}\s?[-/.]\s?{_MONTH}\.?",
        rf"{_YEAR}(?P<month>\d\d)",
        rf"{_MONTH}[-/.]{_YEAR}",
        rf"{_YEAR}[-/.]\s?{_MONTH}[-/.]\s?(?P<day>\d{{1,2}})\.?(?:[ T]\d\d:\d\d(?::\d\d)?)?",
        rf"{_YEAR}\s?[년年]\s?{_MONTH}\s?[월月](?:도|度|分)?",
        rf"{_NAME},?[ -/]{_YEAR}",
        rf"{_YEAR}[ -/]{_NAME}",
    )
)
_DAY = re.compile(r"(\d{4})[-/.]\s?(\d{1,2})[-/.]\s?(\d{1,2})")
_DAY_ONLY = re.compile(rf"{_DAY.pattern}\.?(?:[ T]\d\d:\d\d(?::\d\d)?)?")


def parse_month(value: object) -> Month:
    """The month that a cell means; ValueError if it is not a month, or could be one of two.

    >>> [month_text(parse_month(v)) for v in ("2026-03", "Mar 2026", "2026년 3월", dt.date(2026, 3, 9), 46082)]
    ['2026-03', '2026-03', '2026-03', '2026-03', '2026-03']
    """
    if isinstance(value, dt.date):
        return month_of(value)
    if isinstance(value, bool):
        raise ValueError("a logical value is not a month")
    if isinstance(value, (int, float)):
        if FIRST_YEAR <= value < LAST_YEAR + 1:  # 2026.1 may be January or October, 2026 is not a month
            raise ValueError(Text("{text} is not a month; write 2026-03", text=f"{value:g}"))
        if _FIRST_SERIAL <= value <= _LAST_SERIAL:
            return month_of(EPOCH + dt.timedelta(days=int(value)))
        value = f"{value:.15g}"  # 202603 may be typed as a number
    text = " ".join(str(value).split())
    for form in _MONTH_FORMS:
        if match := form.fullmatch(text):
            parts = match.groupdict()
            month = MONTH_NUMBERS.get(parts["name"].casefold(), 0) if "name" in parts else int(parts["month"])
            try:
                day = dt.date(parse_year(parts["year"]), month, int(parts.get("day") or 1))
            except ValueError:
                break
            return month_of(day)
    raise ValueError(Text("{text} is not a month; write 2026-03", text=repr(text)))


def cell_date(value: object) -> dt.date | None:
    """The day in a cell: a date, an Excel serial number or ISO text; None if the cell has only a month, or no date.

    >>> cell_date("2026-07-08"), cell_date("2026-07")
    (datetime.date(2026, 7, 8), None)
    """
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool) and _FIRST_SERIAL <= value <= _LAST_SERIAL:
        return EPOCH + dt.timedelta(days=int(value))
    match = _DAY.match(str(value).strip())
    try:
        return dt.date(*(int(part) for part in match.groups())) if match else None
    except ValueError:
        return None


def parse_day(value: object) -> dt.date:
    """The day that a cell means: a date, or text such as 2026-05-01. Refuses anything else.

    >>> parse_day("2026. 5. 1."), parse_day(46143)
    (datetime.date(2026, 5, 1), datetime.date(2026, 5, 1))
    """
    if isinstance(value, ExcelError):
        raise Refusal(value, "the {what} is {error}", what=Text("day"), error=value)
    if is_blank(value):
        raise Refusal(ExcelError.NA, "the {what} is empty", what=Text("day"))
    if isinstance(value, str):
        whole = bool(_DAY_ONLY.fullmatch(value.strip()))
    else:
        whole = not isinstance(value, (int, float)) or not FIRST_YEAR <= value < LAST_YEAR + 1
    day = cell_date(value) if whole else None
    if day is None:
        raise Refusal(ExcelError.VALUE, '"{text}" is not a day; write 2026-05-01', text=as_typed(value))
    return day


def parse_year(text: str) -> int:
    """A year of four digits; ValueError if it is outside the range that we support."""
    year = int(text)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(
            Text("{year} is not a year between {first} and {last}", year=year, first=FIRST_YEAR, last=LAST_YEAR)
        )
    return year


def serial(day: dt.date) -> int:
    """A day as a number of Excel's calendar.

    >>> serial(dt.date(2026, 1, 1))
    46023
    """
    return (day - EPOCH).days


def month_text(month: Month) -> str:
    """A month as 2026-03.

    >>> month_text(2026 * 12 + 2)
    '2026-03'
    """
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def month_serial(month: Month) -> int:
    """The first day of a month as a number of Excel's calendar.

    >>> month_serial(2026 * 12)
    46023
    """
    return serial(first_day(month))


def month_of(day: dt.date) -> Month:
    """The month of a day.

    >>> month_text(month_of(dt.date(2026, 7, 8)))
    '2026-07'
    """
    return day.year * 12 + day.month - 1


def first_day(month: Month) -> dt.date:
    """The first day of a month."""
    return dt.date(month // 12, month % 12 + 1, 1)


def last_day(month: Month) -> dt.date:
    """The last day of a month.

    >>> last_day(2026 * 12 + 1)
    datetime.date(2026, 2, 28)
    """
    return first_day(month + 1) - dt.timedelta(days=1)


def months_text(months: Collection[Month], to: str = " to ") -> Text:
    """Months in words, with runs shortened. to: the text between the first and the last month of a run.

    >>> months_text([24312, 24313, 24314, 24316])
    '2026-01 to 2026-03, 2026-05'
    """
    runs: list[list[Month]] = []
    for month in sorted(months):
        if runs and month == runs[-1][-1] + 1:
            runs[-1].append(month)
        else:
            runs.append([month])

    def run_text(first: str, last: str) -> str:
        return Text("{first} to {last}", first=first, last=last) if to == " to " else f"{first}{to}{last}"

    return join(
        month_text(run[0]) if len(run) == 1 else run_text(month_text(run[0]), month_text(run[-1])) for run in runs
    )
