"""PROJECTION and TARGET_PROGRESS as cells call them: values that grow with the months, values that stay, the status."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from xl_lifecycle.core.analysis.projection import COLUMNS, Status
from xl_lifecycle.core.catalogue.catalogue import collect
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.values import Grid, Scalar, Value, as_grid
from xl_lifecycle.core.functions import Functions
from xl_lifecycle.core.metric_functions import Caller

NA, DIV0, VALUE = ExcelError.NA, ExcelError.DIV0, ExcelError.VALUE
HEAD = [
    "Month", "Channel", "Marketing spend", "Visitors", "Leads", "Unsubscribes", "Customers at start",
    "Customers at end", "New customers", "Sales revenue", "Direct cost of sales", "Sales",
]  # fmt: skip
TWO_MONTHS: list[list[Scalar]] = [
    ["2026-01", "Email", 100, 1000, 10, 5, 100, 95, 5, 900, 400, 3],
    ["2026-02", "Email", 300, 3000, 30, 7, 95, 101, 15, 1100, 600, 5],
]
Call = Callable[..., Value]


def call_of(rows: list[list[Scalar]] = TWO_MONTHS, *more: Grid, language: str = "en") -> Call:
    functions = Functions(collect())
    settings: Grid = [["Setting", "Value"], ["Language", language]]
    token = functions.call("DATASET", [[HEAD, *rows], settings, *more])
    return lambda name, *args: functions.call(name, [*args, token])


@pytest.mark.parametrize(
    ("name", "period", "value"),
    [
        ("leads", "2026-Q1", 60.0),
        ("leads", "2026", 240.0),
        ("spend", "2026-Q1", 600.0),
        ("sales_revenue", "2026-Q1", 3000.0),
        ("gross_profit", "2026-Q1", 1500.0),
        ("cpl", "2026-Q1", 10.0),
        ("cac", "2026-Q1", 20.0),
        ("conversion_rate", "2026-Q1", 0.01),
        ("revenue_per_sale", "2026", 250.0),
        ("customers_end", "2026-Q1", 101.0),
        ("retention", "2026-04:2026-06", NA),
        ("retention", "2026-Q1", 0.81**1.5),
        ("churn", "2026-Q1", 1 - 0.81**1.5),
        ("leads", "2026-01:2026-02", 40.0),
        ("retention", "2026-01:2026-02", 0.81),
        ("visitors", "2026-01", 1000.0),
        ("visitors", "2026-Q1", NA),
        ("visitors", "2026-02:2026-04", 3000.0),
        ("leads", "YTD", 40.0),
        ("leads", "2026-Q2", NA),
        ("leads", "2025", NA),
        ("ctr", "2026-Q1", NA),
        ("no such", "2026-Q1", VALUE),
        (None, "2026-Q1", NA),
        ("leads", None, NA),
    ],
)
def test_sums_grow_with_the_months_and_shares_stay(name: Scalar, period: Scalar, value: Scalar) -> None:
    expected = pytest.approx(value) if isinstance(value, float) else value
    assert call_of()("PROJECTION", name, "Email", period) == expected


def test_lifetime_value_is_of_an_average_month_and_stays() -> None:
    call = call_of([[*row[:9], *row[9:]] for row in TWO_MONTHS], [
        ["Month", "Channel", "New sales revenue", "Revenue from existing customers"],
        ["2026-01", "Email", 400, 500], ["2026-02", "Email", 500, 700],
    ])  # fmt: skip
    assert call("PROJECTION", "ltv", "Email", "2026") == pytest.approx(call("LTV", "Email", "2026"))
    revenue = call("REVENUE_PER_CUSTOMER", "Email", "2026-Q1")
    assert call("PROJECTION", "revenue_per_customer", "Email", "2026-Q1") == pytest.approx(1.5 * revenue)  # type: ignore[operator]


def test_customers_that_cannot_be_are_left_as_they_are() -> None:
    """There are more new customers than customers at the end: the retention rate would be below 0."""
    rows = [["2026-01", "Email", *[None] * 4, 100, 4, 5, *[None] * 3]]
    assert call_of(rows)("PROJECTION", "retention", "Email", "2026-Q1") == pytest.approx((4 - 15) / 100)


def test_a_blank_names_nothing_and_shapes_broadcast() -> None:
    result = call_of()("PROJECTION", [["leads"], [None], ["cpl"]], [["Email", "All"]], "2026-Q1")
    assert result == [[60.0, 60.0], [NA, NA], [10.0, 10.0]]


def imported(*rows: tuple[str, dt.date, dt.date]) -> Grid:
    head: list[Scalar] = ["Source", "File", "Measure", "From", "To", "Rows", "Sum of rows", "Total in file"]
    return [head, *([source, "f", source, first, last, 1, 1, None] for source, first, last in rows)]  # type: ignore[list-item]


def test_a_month_covered_in_part_is_no_pace_and_loses_nothing() -> None:
    half = imported(("Leads", dt.date(2026, 1, 1), dt.date(2026, 2, 10)))
    assert call_of(TWO_MONTHS, half)("PROJECTION", "leads", "Email", "2026-Q1") == 40.0, "3 times 10, but 40 are here"
    few = [TWO_MONTHS[0], ["2026-02", *TWO_MONTHS[1][1:4], 3, *TWO_MONTHS[1][5:]]]
    call = call_of(few, half)
    assert call("PROJECTION", "leads", "Email", "2026-Q1") == pytest.approx(30.0)
    assert call("PROJECTION", "leads", "Email", "2026-02") == NA
    assert as_grid(call("TARGET_PROGRESS", "leads", "Email", "2026-02", 9))[0] == [
        3.0,
        1 / 3,
        NA,
        Status.EARLY.value,
    ]


def status(call: Call, *args: Value) -> Scalar:
    (row,) = as_grid(call("TARGET_PROGRESS", *args))
    assert len(row) == len(COLUMNS)
    return row[3]


@pytest.mark.parametrize(
    ("name", "period", "target", "word"),
    [
        ("leads", "2026-Q1", 40, Status.REACHED),
        ("leads", "2026-Q1", 41, Status.ON_TRACK),
        ("leads", "2026-Q1", 60, Status.ON_TRACK),
        ("leads", "2026-Q1", 61, Status.NEAR),
        ("leads", "2026-Q1", 70, Status.SHORT),
        ("leads", "2026", 30, Status.REACHED),
        ("leads", "2026", 41, Status.EARLY),
        ("leads", "2026-Q2", 1, Status.EARLY),
        ("leads", "2026-01", 10, Status.REACHED),
        ("leads", "2026-01", 11, Status.NEAR),
        ("leads", "2026-01", 20, Status.BEHIND),
        ("leads", "2025-12:2026-01", 11, Status.PART),
        ("sales_revenue", "2026-Q1", 1900, Status.ON_TRACK),
        ("conversion_rate", "2026-Q1", 0.01, Status.ON_TRACK),
        ("cpl", "2026-Q1", 10, Status.ON_TRACK),
        ("cpl", "2026-Q1", 8, Status.SHORT),
        ("cpl", "2026-01", 8, Status.BEHIND),
        ("cpl", "2025-12:2026-01", 8, Status.BEHIND),
        ("unsubscribes", "2026-Q1", 18, Status.ON_TRACK),
        ("unsubscribes", "2026-Q1", 12, Status.SHORT),
        ("spend", "2026-Q1", 650, Status.ON_PLAN),
        ("spend", "2026-Q1", 540, Status.OVER),
        ("spend", "2026-Q1", 700, Status.UNDER),
        ("spend", "2026", 2400, Status.EARLY),
        ("spend", "2026-01", 100, Status.ON_PLAN),
        ("spend", "2025-12:2026-01", 200, Status.PART),
        ("cpl", "2025-08:2026-01", 10, Status.REACHED),
    ],
)
def test_what_is_said_of_a_target(name: str, period: str, target: float, word: Status) -> None:
    assert status(call_of(), name, "Email", period, target) == word.value


def test_a_share_that_is_its_target_stays_so() -> None:
    """Whatever rounding does when both 10 and 400 are multiplied by five thirds."""
    rows = [
        [f"2026-0{i}", "Email", 1, visitors, leads, *[0] * 7]
        for i, visitors, leads in ((1, 200, 5), (2, 100, 3), (3, 100, 2))
    ]
    assert status(call_of(rows), "conversion_rate", "Email", "2026-01:2026-05", 0.025) == Status.ON_TRACK.value


@pytest.mark.parametrize(
    ("args", "error"),
    [
        (("leads", "Email", "2025", 1), NA),
        (("ctr", "Email", "2026-Q1", 1), NA),
        (("leads", "Email", "2026-Q1", "many"), VALUE),
        (("leads", "Email", "2026-Q1", 0), DIV0),
    ],
)
def test_what_cannot_be_said_is_an_error(args: tuple[Value, ...], error: ExcelError) -> None:
    assert status(call_of(), *args) == error


def test_a_row_for_each_target() -> None:
    names: Grid = [["leads"], [None], ["leads"], ["leads"], ["no such"], ["spend"], ["cpl"]]
    places: Grid = [["Email"], ["Email"], [None], ["Email"], ["Email"], ["All"], ["Email"]]
    periods: Grid = [["2026-Q1"], ["2026-Q1"], ["2026-Q1"], [None], ["2026-Q1"], ["2026-Q1"], ["2026-Q1"]]
    goals: Grid = [[60], [1], [1], [1], [1], [600], [None]]
    assert call_of()("TARGET_PROGRESS", names, places, periods, goals) == [
        [40.0, pytest.approx(40 / 60), pytest.approx(60.0), "on track"],
        *[["", "", "", ""]] * 3,
        [VALUE] * 4,
        [400.0, pytest.approx(400 / 600), pytest.approx(600.0), "on plan"],
        [10.0, "", pytest.approx(10.0), ""],
    ]


@pytest.mark.parametrize(("language", "word"), [("ko", "순조"), ("ja", "順調")])
def test_words_are_the_workbooks(language: str, word: str) -> None:
    assert status(call_of(language=language), "leads", "Email", "2026-Q1", 50) == word


def test_how_they_are_called() -> None:
    functions = Functions(collect())
    functions.default = functions.call("DATASET", [[HEAD, *TWO_MONTHS]])  # type: ignore[assignment]
    assert functions.call("PROJECTION", ["leads"], Caller("Email", "2026-Q1")) == pytest.approx(60.0)
    assert functions.call("PROJECTION", ["leads", "Email"]) == NA
    assert functions.call("TARGET_PROGRESS", ["leads", "Email", "2026-Q1"]) == NA
