"""Reads days and months as exports and people write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from xl_lifecycle.core.cells.months import EPOCH, MONTH_NUMBERS, month_of, parse_month

WORD = r"(?P<word>[A-Za-z]{3,9})\.?"
YEAR = r"(?P<y>(?:19|20|21)[0-9][0-9])"
MONTH = r"(?P<m>[0-9]{1,2})"
DAY = r"(?P<d>[0-9]{1,2})"

DAY_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{YEAR}(?P<sep>[-/.])\s?{MONTH}(?P=sep)\s?{DAY}\.?",
        rf"{YEAR}(?P<m>[0-9][0-9])(?P<d>[0-9][0-9])",
        rf"{WORD} {DAY}(?:st|nd|rd|th)?,? {YEAR}",
        rf"{DAY}[ -]{WORD},?[ -]{YEAR}",
        rf"{YEAR}\s?[년年]\s?{MONTH}\s?[월月]\s?{DAY}\s?[일日]",
    )
)
NUMERIC = re.compile(rf"(?P<a>[0-9]{{1,2}})[-/.](?P<b>[0-9]{{1,2}})[-/.]{YEAR}")
TIME = re.compile(
    r"(?P<day>.*?[0-9]\.?)[T ,]+(?P<h>[0-9]{1,2}):(?P<min>[0-9][0-9])(?::(?P<s>[0-9][0-9])(?:\.[0-9]+)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?"
    r"\s*(?:Z|UTC|GMT|[A-Z]{2,4}|[+-][0-9][0-9]:?[0-9][0-9])?",
    re.IGNORECASE,
)
SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]*)?")
FIRST_SERIAL, LAST_SERIAL = 36526, 73415  # the years 2000 to 2100


def parse_moment(text: str, order: str = "") -> datetime | None:
    """A day, with its time if it has one; None if it is not a day, or can be read in two ways.

    order: "mdy" or "dmy" if it is known how the format writes 3/4/2026.

    >>> parse_moment("July 8, 2025"), parse_moment("3/4/2026"), parse_moment("2026.05.01.")
    (datetime.datetime(2025, 7, 8, 0, 0), None, datetime.datetime(2026, 5, 1, 0, 0))
    """
    text = " ".join(text.split())
    if SERIAL.fullmatch(text) and FIRST_SERIAL <= float(text) <= LAST_SERIAL:
        return datetime.combine(EPOCH, time()) + timedelta(float(text))
    if match := TIME.fullmatch(text):
        day, hour = _day(match["day"], order), int(match["h"])
        if match["half"]:
            hour = hour % 12 + (12 if match["half"][0] in "pP" else 0)
        if day is None or hour > 23 or int(match["min"]) > 59 or int(match["s"] or 0) > 59:
            return None
        return datetime(day.year, day.month, day.day, hour, int(match["min"]), int(match["s"] or 0))
    day = _day(text, order)
    return datetime(day.year, day.month, day.day) if day else None


def find_day(text: str, order: str = "") -> date | None:
    """A day; None if it is not a day, or can be read in two ways."""
    moment = parse_moment(text, order)
    return moment.date() if moment else None


def order_of(texts: Iterable[str]) -> str:
    """The order of numeric dates, if some of them can be read in one way only.

    >>> order_of(["3/4/2026", "3/31/2026"]), order_of(["31.3.2026 - 3.4.2026"]), order_of(["3/4/2026"])
    ('mdy', 'dmy', '')
    """
    orders = set()
    for text in texts:
        for match in NUMERIC.finditer(text):
            a, b, year = int(match["a"]), int(match["b"]), int(match["y"])
            if (first := bool(_real_day(year, a, b))) != bool(_real_day(year, b, a)):
                orders.add("mdy" if first else "dmy")
    return orders.pop() if len(orders) == 1 else ""


def explain_unreadable(text: str, what: str) -> str:
    """Why a text cannot be read as a day or month, and how to write it."""
    if not text:
        return f"the {what} is missing: write it as 2026-03"
    if find_day(text, "mdy") and find_day(text, "dmy"):
        return (
            f"{text!r} can have the day or the month first, and no date of the file shows which: write it as 2026-03-31"
        )
    return f"{text!r} is not a {what} that can be read in one way: write it as 2026-03" + "-31" * (what != "month")


def find_month(text: str, first: date | None = None, last: date | None = None) -> int | None:
    """A month in any notation, or the month of a day. first, last: the range that gives a bare "07" its year.

    >>> {find_month(t) for t in ("2026-03", "Mar 2026", "2026년 3월", "2026年3月", "46082")} == {24314}
    True
    >>> find_month("2026-13") is None, find_month("Mar-26") is None
    (True, True)
    """
    text = " ".join(text.split())
    if first and last and re.fullmatch(r"[0-9]{1,2}", text):
        possible = [m for m in range(month_of(first), month_of(last) + 1) if m % 12 + 1 == int(text)]
        return possible[0] if len(possible) == 1 else None
    try:
        return parse_month(text)
    except ValueError:
        day = find_day(text)
        return month_of(day) if day else None


def parse_range(text: str) -> tuple[date, date] | None:
    """The first and last day of a range such as "27 January 2026 - 23 February 2026"; one day is a range too.

    >>> parse_range('"July 8, 2025 - July 31, 2025"')
    (datetime.date(2025, 7, 8), datetime.date(2025, 7, 31))
    """
    text = text.strip().strip('"').strip()
    if day := find_day(text):
        return day, day
    for separator in (r"\s+(?:-|–|—|~|to|から)\s+", r"\s*[–—~～〜]\s*"):
        parts = re.split(separator, text)
        if len(parts) == 2:
            first, last = find_day(parts[0]), find_day(parts[1])
            return (first, last) if first and last else None
    return None


def _day(text: str, order: str) -> date | None:
    text = text.strip().rstrip(",")
    for form in DAY_FORMS:
        if match := form.fullmatch(text):
            return _real_day(int(match["y"]), _month_number(match), int(match["d"]))
    if match := NUMERIC.fullmatch(text):
        a, b, year = int(match["a"]), int(match["b"]), int(match["y"])
        readings = {
            _real_day(year, a, b) if order != "dmy" else None,
            _real_day(year, b, a) if order != "mdy" else None,
        } - {None}
        return readings.pop() if len(readings) == 1 else None
    return None


def _month_number(match: re.Match[str]) -> int:
    groups = match.groupdict()
    return int(groups["m"]) if groups.get("m") else MONTH_NUMBERS.get(groups["word"].casefold(), 0)


def _real_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
