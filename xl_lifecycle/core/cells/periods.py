"""Periods, however users write them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import lru_cache

from xl_lifecycle.core.cells.errors import ExcelError, Refusal
from xl_lifecycle.core.cells.months import FIRST_YEAR, LAST_YEAR, Month, parse_month, parse_year
from xl_lifecycle.core.cells.values import as_typed, is_blank
from xl_lifecycle.core.language.text import Label, Text, translate
from xl_lifecycle.core.language.vocabulary import Language

_EXAMPLES = Text("2026-03, 2026-Q1, 2026, 2026-01:2026-06, FY2026-Q1, YTD, last 3 months or all")

_YEAR = r"(?P<year>\d{4})"
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
_CLOCK = re.compile(r"[ T]\d\d:\d\d$")
_YEAR_ONLY = re.compile(rf"{_YEAR}\s*[년年]?")
_ALL = {"all", "전체", "全期間"}
_YTD = {"ytd", "연초 이후", "年初来"}


@dataclass(frozen=True)
class FiscalYear:
    """The month a fiscal year starts in (1 to 12), and whether it is named after the year it starts or ends in.

    problem: what is wrong on Settings; then fiscal periods cannot be used.
    """

    start: int = 1
    named_after_start: bool = False
    problem: str = ""

    @classmethod
    def usual(cls, language: Language) -> FiscalYear:
        """The calendar year, named as is usual in a language: 2026年度 is the year that starts in 2026.

        >>> FiscalYear.usual("ja").named_after_start, FiscalYear.usual("ko").named_after_start
        (True, False)
        """
        return cls(named_after_start=translate(Label("end", "defaults"), language) == "start")

    def first_month(self, year: int) -> Month:
        """The first month of a fiscal year.

        >>> from xl_lifecycle.core.cells.months import month_text
        >>> month_text(FiscalYear(4).first_month(2026)), month_text(FiscalYear(4, True).first_month(2026))
        ('2025-04', '2026-04')
        """
        starts_before = self.start > 1 and not self.named_after_start
        return (year - starts_before) * 12 + self.start - 1


@dataclass(frozen=True)
class Period:
    """Months from first to last; or, if relative, months counted back from the last complete recorded month.

    back: how many periods before that a relative period is.
    """

    first: Month = 0
    last: Month = 0
    relative: str = ""
    count: int = 0
    back: int = 0

    def months(self, covered: Collection[Month], fiscal: FiscalYear) -> range:
        """The months of the period. covered: the months that are recorded and complete; without any there are none.

        >>> from xl_lifecycle.core.cells.months import month_text
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
        """The period to compare with: as long, and directly before; for a year to date, the same months a year before.

        Refuses "all", because no period comes before it.

        >>> from xl_lifecycle.core.cells.months import month_text
        >>> p = parse_period("2026-Q1").before(); month_text(p.first), month_text(p.last)
        ('2025-10', '2025-12')
        """
        if self.relative == "all":
            raise Refusal(ExcelError.NA, "no period comes before all: choose one, such as 2026-Q1 or last 3 months")
        if self.relative:
            return replace(self, back=self.back + 1)
        count = self.last - self.first + 1
        return Period(self.first - count, self.last - count)


@lru_cache(maxsize=4096, typed=True)  # every row asks for the same cells
def parse_period(value: object, fiscal: FiscalYear = FiscalYear()) -> Period:
    """The period that a cell means; refuses a cell that is not a period.

    >>> from xl_lifecycle.core.cells.months import month_text
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
        period = _parse_text(" ".join(value.split()), fiscal) if isinstance(value, str) else None
        if period:
            return period
        month = parse_month(value)
    except ValueError:
        raise Refusal(
            ExcelError.VALUE, '"{text}" is not a period; write {examples}', text=as_typed(value), examples=_EXAMPLES
        ) from None
    return Period(month, month)


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
            raise Refusal(ExcelError.VALUE, '"{text}" has no months', text=text)
        return Period(relative="last", count=count)
    if match := _YEAR_ONLY.fullmatch(text):
        year = parse_year(match["year"])
        return Period(year * 12, year * 12 + 11)
    for form in _QUARTER_FORMS:
        if match := form.fullmatch(text):
            first = parse_year(match["year"]) * 12 + 3 * (int(match["quarter"]) - 1)
            return Period(first, first + 2)
    if match := _FISCAL.fullmatch(text):
        first = fiscal.first_month(parse_year(match["year"]))
        if match["quarter"]:
            first += 3 * (int(match["quarter"]) - 1)
            return Period(first, first + 2)
        return Period(first, first + 11)
    return None


def _is_year(value: float) -> bool:
    return FIRST_YEAR <= value <= LAST_YEAR and value == int(value)
