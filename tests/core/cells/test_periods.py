"""Months and periods, however they are typed; anything else is refused, never guessed."""

from __future__ import annotations

import datetime as dt

import pytest

from xl_lifecycle.core.cells.errors import ExcelError, Refusal
from xl_lifecycle.core.cells.months import cell_date, month_serial, month_text, months_text, parse_month
from xl_lifecycle.core.cells.periods import FiscalYear, Period, parse_period


def month(text: str) -> int:
    return int(text[:4]) * 12 + int(text[5:]) - 1


CALENDAR = FiscalYear()


def span(value: object, fiscal: FiscalYear = CALENDAR) -> str:
    period = parse_period(value, fiscal)
    assert not period.relative
    return f"{month_text(period.first)}..{month_text(period.last)}"


MARCH = [
    "2026-03", "2026-3", "2026/03", "2026.03", "2026.03.", "2026. 3.", "2026-03-09", "2026/3/9", "2026.03.09.",
    "2026-03-09 10:30", "2026-03-09T10:30:00", " 2026-03 ", "Mar 2026", "march 2026", "MARCH-2026", "Mar. 2026",
    "2026 Mar", "2026년 3월", "2026년3월", "2026年3月", "2026 年 03 月", dt.date(2026, 3, 31),
    dt.datetime(2026, 3, 1, 23, 59), 46082, 46082.0, 46082.75, 46112,
]  # fmt: skip


@pytest.mark.parametrize("value", MARCH, ids=str)
def test_a_month_typed_many_ways(value: object) -> None:
    assert month_text(parse_month(value)) == "2026-03"
    assert span(value) == "2026-03..2026-03"


@pytest.mark.parametrize(
    "value",
    [
        "", "x", "March", "2026-13", "2026-00", "13/26", "3/4/2026", "2026-02-30", "1899-12", "2201-01", "2026-3-32",
        "Mrz 2026", "FOO 2026", "2026-1x", "26-03", "-2026-03", 0, 1, 59.9, -46082, 1e9, 1e308, float("nan"),
        float("inf"), True, False,
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_month_or_could_be_two_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="month"):
        parse_month(value)
    with pytest.raises(Refusal) as refusal:
        parse_period(value)
    assert refusal.value.error in (ExcelError.VALUE, ExcelError.NA)


@pytest.mark.parametrize("year", [1900, 2026, 2026.0, 2200])
def test_a_year_is_a_period_but_no_month(year: float) -> None:
    assert span(year) == f"{int(year)}-01..{int(year)}-12"
    with pytest.raises(ValueError, match="month"):
        parse_month(year)


@pytest.mark.parametrize("value", [2026.03, 2026.1, 2025.12])
def test_a_year_with_a_fraction_is_no_day_of_1905(value: float) -> None:
    with pytest.raises(ValueError, match="month"):
        parse_month(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026", "2026-01..2026-12"),
        ("2026년", "2026-01..2026-12"),
        ("2026年", "2026-01..2026-12"),
        ("2026-Q1", "2026-01..2026-03"),
        ("2026Q4", "2026-10..2026-12"),
        ("2026 q2", "2026-04..2026-06"),
        ("Q3 2026", "2026-07..2026-09"),
        ("2026년 1분기", "2026-01..2026-03"),
        ("2026年第2四半期", "2026-04..2026-06"),
        ("2026-01:2026-06", "2026-01..2026-06"),
        ("2025-11 : 2026-02", "2025-11..2026-02"),
        ("2025-Q4:2026-Q1", "2025-10..2026-03"),
        ("2025:2026", "2025-01..2026-12"),
        ("2026-03:2026-03", "2026-03..2026-03"),
        ("Jan 2026:Mar 2026", "2026-01..2026-03"),
    ],
)
def test_periods(value: str, expected: str) -> None:
    assert span(value) == expected


@pytest.mark.parametrize(
    ("value", "fiscal", "expected"),
    [
        ("FY2026", FiscalYear(), "2026-01..2026-12"),
        ("FY2026-Q1", FiscalYear(4), "2025-04..2025-06"),
        ("FY2026-Q4", FiscalYear(4), "2026-01..2026-03"),
        ("FY2026-Q1", FiscalYear(4, named_after_start=True), "2026-04..2026-06"),
        ("fy 2026q4", FiscalYear(4, named_after_start=True), "2027-01..2027-03"),
        ("FY2026", FiscalYear(10), "2025-10..2026-09"),
        ("FY2026", FiscalYear(1, named_after_start=True), "2026-01..2026-12"),
        ("2026-Q1", FiscalYear(4), "2026-01..2026-03"),  # a quarter without FY is the calendar's
        ("FY2025:FY2026-Q2", FiscalYear(7), "2024-07..2025-12"),
    ],
)
def test_fiscal_years_are_those_of_settings(value: str, fiscal: FiscalYear, expected: str) -> None:
    assert span(value, fiscal) == expected


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ("2026-06:2026-01", ExcelError.VALUE),
        ("YTD:2026-01", ExcelError.VALUE),
        ("2026-01:all", ExcelError.VALUE),
        ("2026-Q5", ExcelError.VALUE),
        ("2026-Q0", ExcelError.VALUE),
        ("FY2026-Q5", ExcelError.VALUE),
        ("last 0 months", ExcelError.VALUE),
        ("last months", ExcelError.VALUE),
        ("last three months", ExcelError.VALUE),
        ("this month", ExcelError.VALUE),
        ("today", ExcelError.VALUE),
        ("1899", ExcelError.VALUE),
        ("2201", ExcelError.VALUE),
        (True, ExcelError.VALUE),
        ("a:b:c", ExcelError.VALUE),
        (None, ExcelError.NA),
        ("  ", ExcelError.NA),
        (ExcelError.REF, ExcelError.REF),
        (ExcelError.DIV0, ExcelError.DIV0),
    ],
    ids=str,
)
def test_what_is_no_period_is_refused(value: object, error: ExcelError) -> None:
    with pytest.raises(Refusal) as refusal:
        parse_period(value)
    assert refusal.value.error is error
    assert refusal.value.reason


def test_a_refusal_shows_what_can_be_written() -> None:
    with pytest.raises(Refusal, match=r"2026-Q1.*last 3 months"):
        parse_period("this month")


COVERED = {month(text) for text in ("2025-02", "2025-11", "2025-12", "2026-01", "2026-02", "2026-05")}


@pytest.mark.parametrize(
    ("value", "fiscal", "expected"),
    [
        ("all", FiscalYear(), "2025-02 to 2026-05"),
        ("ALL", FiscalYear(), "2025-02 to 2026-05"),
        ("전체", FiscalYear(), "2025-02 to 2026-05"),
        ("全期間", FiscalYear(), "2025-02 to 2026-05"),
        ("last 1 month", FiscalYear(), "2026-05"),
        ("Last 3 months", FiscalYear(), "2026-03 to 2026-05"),
        ("최근 3개월", FiscalYear(), "2026-03 to 2026-05"),
        ("直近3か月", FiscalYear(), "2026-03 to 2026-05"),
        ("直近 6 ヶ月", FiscalYear(), "2025-12 to 2026-05"),
        ("YTD", FiscalYear(), "2026-01 to 2026-05"),
        ("ytd", FiscalYear(4), "2026-01 to 2026-05"),
        ("年初来", FiscalYear(), "2026-01 to 2026-05"),
        ("FYTD", FiscalYear(4), "2026-04 to 2026-05"),
        ("FYTD", FiscalYear(6), "2025-06 to 2026-05"),
        ("FYTD", FiscalYear(5), "2026-05"),
    ],
)
def test_relative_periods_end_at_the_last_covered_month(value: str, fiscal: FiscalYear, expected: str) -> None:
    assert months_text(parse_period(value, fiscal).months(COVERED, fiscal)) == expected


@pytest.mark.parametrize("value", ["all", "YTD", "FYTD", "last 3 months"])
def test_with_nothing_covered_a_relative_period_is_no_month(value: str) -> None:
    assert list(parse_period(value).months(set(), FiscalYear())) == []


def test_a_fixed_period_does_not_depend_on_what_is_covered() -> None:
    for covered in (set(), COVERED):
        assert months_text(parse_period("2026-Q1").months(covered, FiscalYear())) == "2026-01 to 2026-03"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-Q1", "2025-10 to 2025-12"),
        ("2026-03", "2026-02"),
        ("2026", "2025-01 to 2025-12"),
        ("2026-01:2026-05", "2025-08 to 2025-12"),
        ("FY2026-Q1", "2025-01 to 2025-03"),
        ("last 3 months", "2025-12 to 2026-02"),
        ("YTD", "2025-01 to 2025-05"),
        ("FYTD", "2025-04 to 2025-05"),
    ],
)
def test_the_period_before_is_as_long_and_of_a_year_to_date_a_year_before(value: str, expected: str) -> None:
    fiscal = FiscalYear(4)
    covered = range(month("2025-01"), month("2026-05") + 1)
    period = parse_period(value, fiscal)
    assert months_text(period.before().months(covered, fiscal)) == expected
    assert len(period.before().months(covered, fiscal)) == len(period.months(covered, fiscal))


def test_the_period_before_that_goes_back_once_more() -> None:
    covered = range(month("2025-01"), month("2026-05") + 1)
    twice = {value: parse_period(value).before().before() for value in ("2026-Q1", "last 2 months", "YTD")}
    months = [months_text(period.months(covered, FiscalYear())) for period in twice.values()]
    assert months == ["2025-07 to 2025-09", "2025-12 to 2026-01", "2024-01 to 2024-05"]


def test_nothing_comes_before_all() -> None:
    with pytest.raises(Refusal, match="no period comes before all"):
        parse_period("all").before()


def test_months_count_one_by_one_over_new_year() -> None:
    assert parse_month("2026-01") - parse_month("2025-12") == 1
    assert Period(parse_month("2025-12"), parse_month("2026-01")) == parse_period("2025-12:2026-01")


def test_serials_go_there_and_back() -> None:
    for m in range(month("1906-02"), month("2200-12") + 1):  # before, serials are numbers that mean years
        assert parse_month(month_serial(m)) == m
        assert parse_month(float(month_serial(m))) == m


def test_serials_are_excels() -> None:
    assert (month_serial(month("2026-01")), month_serial(month("2000-01")), month_serial(month("1900-03"))) == (
        46023, 36526, 61,
    )  # fmt: skip


@pytest.mark.parametrize("value", [dt.date(2026, 7, 8), dt.datetime(2026, 7, 8, 5), 46211, 46211.5, "2026-07-08"])
def test_a_cell_that_holds_a_day(value: object) -> None:
    assert cell_date(value) == dt.date(2026, 7, 8)


@pytest.mark.parametrize("value", ["2026-07", "July 2026", None, True, 2026 * 10**6, "", 5, ExcelError.NA])
def test_a_cell_that_holds_no_day(value: object) -> None:
    assert cell_date(value) is None


def test_runs_of_months_in_words() -> None:
    assert months_text([]) == ""
    assert months_text([month("2026-03")]) == "2026-03"
    assert months_text([month("2026-02"), month("2026-01"), month("2025-12")]) == "2025-12 to 2026-02"
    assert months_text({month("2026-01"), month("2026-03")}) == "2026-01, 2026-03"
