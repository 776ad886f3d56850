"""Months and periods, however people write them.

A month is an integer, year * 12 + month - 1, so that the next month is one more.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import lru_cache

from xl_lifecycle.core.cells.values import ExcelError, Refusal, is_blank
from xl_lifecycle.core.language.text import Label, Text, join, translate
from xl_lifecycle.core.language.vocabulary import Language

Month = int
EPOCH = dt.date(1899, 12, 30)  # day 0 of Excel's calendar, as far as dates after February 1900 go
FIRST_YEAR, LAST_YEAR = 1900, 2200
_FIRST_SERIAL, _LAST_SERIAL = 61, 109939  # 1 March 1900, before which Excel's calendar is off, to the end of 2200

_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
MONTH_NUMBERS = {word: n for n, name in enumerate(_NAMES, 1) for word in (name, name[:3])} | {"sept": 9}
_EXAMPLES = Text("2026-03, 2026-Q1, 2026, 2026-01:2026-06, FY2026-Q1, YTD, last 3 months or all")

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
_QUARTER_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_YEAR}[- ]?Q(?P<quarter>[1-4])",
        rf"Q(?P<quarter>[1-4])[- ]{_YEAR}",
        rf"{_YEAR}\s*년\s*(?P<quarter>[1-4])\s*분기",
        rf"{_YEAR}\s*年\s*第?\s*(?P<quarter>[1-4])\s*四半期",
    )
)
_FISCAL = re.compile(rf"FY\s?{_YEAR}(?:[- ]?Q(?P<quarter>[1-4]))?", re.IGNORECASE)
_LAST = re.compile(r"(?:last|최근|直近)\s*(?P<count>\d{1,3})\s*(?:months?|개월|[かヶケカ]月)", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})[-/.]\s?(\d{1,2})[-/.]\s?(\d{1,2})")
_DAY_ONLY = re.compile(rf"{_DAY.pattern}\.?(?:[ T]\d\d:\d\d(?::\d\d)?)?")
_CLOCK = re.compile(r"[ T]\d\d:\d\d$")
_YEAR_ONLY = re.compile(rf"{_YEAR}\s*[년年]?")
_ALL = {"all", "전체", "全期間"}
_YTD = {"ytd", "연초 이후", "年初来"}


@dataclass(frozen=True)
class FiscalYear:
    """The month a fiscal year starts in (1 to 12), and whether it is named after the year it starts or ends in.

    problem: why Settings does not tell; then no fiscal period can be meant.
    """

    start: int = 1
    named_after_start: bool = False
    problem: str = ""

    @classmethod
    def usual(cls, language: Language) -> FiscalYear:
        """The calendar's, named as people of a language do: 2026年度 is the one that starts in 2026.

        >>> FiscalYear.usual("ja").named_after_start, FiscalYear.usual("ko").named_after_start
        (True, False)
        """
        return cls(named_after_start=translate(Label("end", "defaults"), language) == "start")

    def first_month(self, year: int) -> Month:
        """The first month of the fiscal year of that name.

        >>> month_text(FiscalYear(4).first_month(2026)), month_text(FiscalYear(4, True).first_month(2026))
        ('2025-04', '2026-04')
        """
        starts_before = self.start > 1 and not self.named_after_start
        return (year - starts_before) * 12 + self.start - 1


@dataclass(frozen=True)
class Period:
    """Months from first to last, or, when relative, months counted from the last complete covered one.

    back: how many periods before those a relative one is.
    """

    first: Month = 0
    last: Month = 0
    relative: str = ""
    count: int = 0
    back: int = 0

    def months(self, covered: Collection[Month], fiscal: FiscalYear) -> range:
        """The months meant, given the months that are covered and complete; none covered, none meant.

        >>> [month_text(m) for m in Period(relative="last", count=2).months({24300, 24301, 24302}, FiscalYear())]
        ['2025-02', '2025-03']
        """
        if not self.relative:
            return range(self.first, self.last + 1)
        if not covered:
            return range(0)
        end = max(covered)
        match self.relative:
            case "all":
                start = min(covered)
            case "last":
                end -= self.back * self.count
                start = end - self.count + 1
            case "fytd":
                end -= self.back * 12
                start = end - (end - (fiscal.start - 1)) % 12
            case _:
                end -= self.back * 12
                start = end - end % 12
        return range(start, end + 1)

    def before(self) -> Period:
        """The period to compare with: as long and directly before; of a year to date, the same months a year before.

        Refuses "all", before which there is nothing.

        >>> p = parse_period("2026-Q1").before(); month_text(p.first), month_text(p.last)
        ('2025-10', '2025-12')
        """
        if self.relative == "all":
            raise Refusal(ExcelError.NA, "no period comes before all: choose one, such as 2026-Q1 or last 3 months")
        if self.relative:
            return replace(self, back=self.back + 1)
        count = self.last - self.first + 1
        return Period(self.first - count, self.last - count)


@lru_cache(maxsize=4096, typed=True)  # the same cells are asked for in every row
def parse_period(value: object, fiscal: FiscalYear = FiscalYear()) -> Period:
    """A period as typed or as a cell holds it; refuses what is not one.

    >>> p = parse_period("2026-Q1"); month_text(p.first), month_text(p.last)
    ('2026-01', '2026-03')
    >>> parse_period("last 3 months").count
    3
    """
    if isinstance(value, ExcelError):
        raise Refusal(value, "the {what} is {error}", what=Text("period"), error=value)
    if is_blank(value):
        raise Refusal(ExcelError.NA, "the {what} is empty", what=Text("period"))
    if isinstance(value, (int, float)) and not isinstance(value, bool) and _is_year(value):
        return Period(int(value) * 12, int(value) * 12 + 11)
    if isinstance(value, str):
        text = " ".join(value.split())
        if text.count(":") == 1 and not _CLOCK.search(text):
            left, _, right = text.partition(":")
            first, last = parse_period(left, fiscal), parse_period(right, fiscal)
            if first.relative or last.relative or first.first > last.last:
                raise Refusal(ExcelError.VALUE, '"{text}" does not run from an earlier month to a later one', text=text)
            return Period(first.first, last.last)
    try:
        found = _parse_text(" ".join(value.split()), fiscal) if isinstance(value, str) else None
        if found:
            return found
        month = parse_month(value)
    except ValueError:
        raise Refusal(
            ExcelError.VALUE, '"{text}" is not a period; write {examples}', text=_shown(value), examples=_EXAMPLES
        ) from None
    return Period(month, month)


def _shown(value: object) -> str:
    """A cell as people see it: programs differ in whether 3000 is 3000.0."""
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _parse_text(text: str, fiscal: FiscalYear) -> Period | None:
    word = text.casefold()
    if word.startswith("fy") and fiscal.problem:
        raise Refusal(ExcelError.VALUE, "the fiscal year on Settings: {problem}", problem=fiscal.problem)
    if word in _ALL:
        return Period(relative="all")
    if word in _YTD or word == "fytd":
        return Period(relative="fytd" if word == "fytd" else "ytd")
    if match := _LAST.fullmatch(text):
        count = int(match["count"])
        if not count:
            raise Refusal(ExcelError.VALUE, '"{text}" is no month at all', text=text)
        return Period(relative="last", count=count)
    if match := _YEAR_ONLY.fullmatch(text):
        year = _year(match["year"])
        return Period(year * 12, year * 12 + 11)
    for form in _QUARTER_FORMS:
        if match := form.fullmatch(text):
            first = _year(match["year"]) * 12 + 3 * (int(match["quarter"]) - 1)
            return Period(first, first + 2)
    if match := _FISCAL.fullmatch(text):
        first = fiscal.first_month(_year(match["year"]))
        if match["quarter"]:
            first += 3 * (int(match["quarter"]) - 1)
            return Period(first, first + 2)
        return Period(first, first + 11)
    return None


def parse_month(value: object) -> Month:
    """The month that a cell of a month column means; ValueError when it is not one, or could be two.

    >>> [month_text(parse_month(v)) for v in ("2026-03", "Mar 2026", "2026년 3월", dt.date(2026, 3, 9), 46082)]
    ['2026-03', '2026-03', '2026-03', '2026-03', '2026-03']
    """
    if isinstance(value, dt.date):
        return value.year * 12 + value.month - 1
    if isinstance(value, bool):
        raise ValueError("a logical value is not a month")
    if isinstance(value, (int, float)):
        if FIRST_YEAR <= value < LAST_YEAR + 1:  # 2026.1 may be January or October, 2026 is no month
            raise ValueError(Text("{text} is not a month; write 2026-03", text=f"{value:g}"))
        if _FIRST_SERIAL <= value <= _LAST_SERIAL:
            day = EPOCH + dt.timedelta(days=int(value))
            return day.year * 12 + day.month - 1
        value = f"{value:.15g}"  # 202603 may be typed as a number
    text = " ".join(str(value).split())
    for form in _MONTH_FORMS:
        if match := form.fullmatch(text):
            parts = match.groupdict()
            month = MONTH_NUMBERS.get(parts["name"].casefold(), 0) if "name" in parts else int(parts["month"])
            try:
                day = dt.date(_year(parts["year"]), month, int(parts.get("day") or 1))
            except ValueError:
                break
            return day.year * 12 + day.month - 1
    raise ValueError(Text("{text} is not a month; write 2026-03", text=repr(text)))


def cell_date(value: object) -> dt.date | None:
    """The day that a cell holds, as a date, an Excel serial or ISO text; None when it holds only a month or no day.

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
    """The day that a cell means: a date, or text such as 2026-05-01; refuses what is none.

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
        raise Refusal(ExcelError.VALUE, '"{text}" is not a day; write 2026-05-01', text=_shown(value))
    return day


def _year(text: str) -> int:
    year = int(text)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(
            Text("{year} is not a year between {first} and {last}", year=year, first=FIRST_YEAR, last=LAST_YEAR)
        )
    return year


def _is_year(value: float) -> bool:
    return FIRST_YEAR <= value <= LAST_YEAR and value == int(value)


def month_text(month: Month) -> str:
    """A month as 2026-03.

    >>> month_text(2026 * 12 + 2)
    '2026-03'
    """
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def month_serial(month: Month) -> int:
    """The first day of a month as Excel counts days.

    >>> month_serial(2026 * 12)
    46023
    """
    return (first_day(month) - EPOCH).days


def first_day(month: Month) -> dt.date:
    """The first day of a month."""
    return dt.date(month // 12, month % 12 + 1, 1)


def months_text(months: Collection[Month], to: str = " to ") -> Text:
    """Months in words, with runs shortened. to: stands between the first and the last of a run.

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
