"""Dates and months as exports write them, each bound of each rule."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from xl_lifecycle.core.cells.months import cell_date, parse_day, parse_month, serial
from xl_lifecycle.exports.dates import explain_unreadable, find_day, find_month, order_of, parse_moment, parse_range

MOMENTS = {
    "2026-03-31": datetime(2026, 3, 31),
    "20260331": datetime(2026, 3, 31),
    "2026-03-31 00:00": datetime(2026, 3, 31),
    "2026-03-31T23:59:59Z": datetime(2026, 3, 31, 23, 59, 59),
    "2026-03-31 23:59:59.125 UTC": datetime(2026, 3, 31, 23, 59, 59),
    "2026-03-31 24:00": None,
    "2026-03-31 25:00": None,
    "2026-03-31 12:60": None,
    "2026-03-31 12:59": datetime(2026, 3, 31, 12, 59),
    "2026-03-31 12:00:60": None,
    "2026-03-31 12:30 AM": datetime(2026, 3, 31, 0, 30),
    "2026-03-31 12:30 PM": datetime(2026, 3, 31, 12, 30),
    "2026-03-31 1:05 pm": datetime(2026, 3, 31, 13, 5),
    "2026-03-31 11:05 a.m.": datetime(2026, 3, 31, 11, 5),
    "2026-03-31 10:00 +09:00": datetime(2026, 3, 31, 10),
    "2026-02-29": None,
    "2024-02-29": datetime(2024, 2, 29),
    "2026-00-10": None,
    "2026-13-10": None,
    "1899-12-31": None,
    "1900-01-01": datetime(1900, 1, 1),
    "2199-12-31": datetime(2199, 12, 31),
    "2200-01-01": None,
    "July 8, 2025": datetime(2025, 7, 8),
    "27 January 2026": datetime(2026, 1, 27),
    "3/4/2026": None,
    "4/4/2026": datetime(2026, 4, 4),
    "3/31/2026": datetime(2026, 3, 31),
    "31.3.2026": datetime(2026, 3, 31),
    "32.3.2026": None,
    "36525": None,
    "36526": datetime(2000, 1, 1),
    "73415": datetime(2100, 12, 31),
    "73416": None,
    "46112.5": datetime(2026, 3, 31, 12),
    "461120": None,
    "": None,
}


@pytest.mark.parametrize("text", MOMENTS)
def test_a_moment(text: str) -> None:
    assert parse_moment(text) == MOMENTS[text]
    expected = MOMENTS[text]
    assert find_day(text) == (expected.date() if expected else None)


def test_an_order_that_is_known() -> None:
    assert parse_moment("3/4/2026", "mdy") == datetime(2026, 3, 4)
    assert parse_moment("3/4/2026", "dmy") == datetime(2026, 4, 3)
    assert parse_moment("13/4/2026", "mdy") is None
    assert parse_moment("4/13/2026", "dmy") is None
    assert order_of(["3/4/2026", "13/4/2026"]) == "dmy"
    assert order_of(["13/4/2026", "4/13/2026"]) == ""
    assert order_of(["32/13/2026"]) == ""


@pytest.mark.parametrize(
    ("text", "first", "last", "month"),
    [
        ("2026-03", None, None, "2026-03"),
        ("7", date(2025, 11, 1), date(2026, 10, 31), "2026-07"),
        ("12", date(2025, 12, 31), date(2026, 11, 30), "2025-12"),
        ("12", date(2025, 12, 31), date(2026, 12, 1), None),
        ("11", date(2025, 12, 1), date(2026, 10, 31), None),
        ("7", None, None, None),
        ("13", date(2025, 1, 1), date(2026, 12, 31), None),
        ("31.3.2026", None, None, "2026-03"),
        ("3/4/2026", None, None, None),
    ],
)
def test_a_month(text: str, first: date | None, last: date | None, month: str | None) -> None:
    assert find_month(text, first, last) == (parse_month(month) if month else None)


def test_a_range() -> None:
    assert parse_range("27 January 2026 - 23 February 2026") == (date(2026, 1, 27), date(2026, 2, 23))
    assert parse_range('"2026-01-01–2026-01-31"') == (date(2026, 1, 1), date(2026, 1, 31))
    assert parse_range("2026-01-05") == (date(2026, 1, 5), date(2026, 1, 5))
    assert parse_range("2026年1月1日 から 2026年1月31日") == (date(2026, 1, 1), date(2026, 1, 31))
    assert parse_range("2026-01-01 - soon") is None
    assert parse_range("2026-01-01 - 2026-01-02 - 2026-01-03") is None
    assert parse_range("a range") is None


def test_why_not() -> None:
    assert explain_unreadable("", "day") == "the day is missing: write it as 2026-03"
    assert "can have the day or the month first" in explain_unreadable("3/4/2026", "day")
    assert explain_unreadable("soon", "month").endswith("write it as 2026-03")
    assert explain_unreadable("soon", "day").endswith("write it as 2026-03-31")


# The cells of a workbook


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (60.9, None), (61, date(1900, 3, 1)), (46112.9, date(2026, 3, 31)), (109939, date(2200, 12, 31)), (109940, None),
        (True, None), ("2026-03-31", date(2026, 3, 31)), ("2026-02-30", None), (datetime(2026, 3, 31, 23), date(2026, 3, 31)),
        (date(2026, 3, 31), date(2026, 3, 31)), ("x", None),
    ],
)  # fmt: skip
def test_a_day_in_a_cell(cell: object, day: date | None) -> None:
    assert cell_date(cell) == day


@pytest.mark.parametrize(
    ("cell", "month"),
    [
        (61, "1900-03"),
        (109939, "2200-12"),
        (2200.5, None),
        (1900, None),
        (1899, "1905-03"),
        (2201, "1906-01"),
        (60, None),
        (109940, None),
    ],
)
def test_a_number_as_a_month(cell: float, month: str | None) -> None:
    if month is None:
        with pytest.raises(ValueError, match="is not a month"):
            parse_month(cell)
    else:
        assert parse_month(cell) == parse_month(month)


@pytest.mark.parametrize("text", ["1899-12", "2201-01", "2026-00", "2026-13", "202613", "2026-3-32"])
def test_what_is_not_a_month(text: str) -> None:
    with pytest.raises(ValueError, match="is not a"):
        parse_month(text)


def test_serials() -> None:
    assert serial(date(1899, 12, 30)) == 0
    assert parse_day(serial(date(2026, 5, 1))) == date(2026, 5, 1)
    assert parse_month(date(2026, 3, 9)) == parse_month("2026-03") == 2026 * 12 + 2
