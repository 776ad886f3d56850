"""How often to review, from revenue; the next day; and the journey's other formulas, as the sheets show them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from xl_lifecycle.content.content import Content, empty
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.months import month_serial, parse_month, serial
from xl_lifecycle.core.dataset.tables import Settings
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.core.language.vocabulary import InputTable
from xl_lifecycle.template.model import Formula
from xl_lifecycle.template.plan import plan
from xl_lifecycle.template.sheets.review import MIDDLES

JANUARY = 2026 * 12
ROW = 8  # on Journey


def serial_of(day: str) -> int:
    return serial(dt.date.fromisoformat(day))


def content_with(*revenues: float | None, currency: str = "USD") -> Content:
    """A year in which some months have a revenue."""
    content = empty(["Email"], range(JANUARY, JANUARY + 12), Settings("all", currency))
    for table, measure in ((InputTable.EXPAND, "existing_revenue"), (InputTable.CONVERT, "new_revenue")):
        for row, revenue in zip(content.rows[table], revenues, strict=False):
            if revenue is not None:
                row.values[measure] = revenue / 2
    return content


def displayed_values(content: Content) -> tuple[Any, Any, Any]:
    """Revenue a year, how often to review, and the next day."""
    sheet = next(sheet for sheet in plan(content, FUNCTIONS.catalogue).sheets if sheet.name == "Journey")
    cells = {(cell.row, cell.column): cell.content for cell in sheet.cells if isinstance(cell.content, Formula)}
    return tuple(cells[ROW, column].values[0][0] for column in (5, 6, 7))  # type: ignore[return-value]


@pytest.mark.parametrize("first", range(JANUARY, JANUARY + 48))
def test_the_days_of_the_months_are_in_the_months(first: int) -> None:
    start = month_serial(first)
    assert [parse_month(start + middle) for middle in MIDDLES] == list(range(first, first + 12))


@pytest.mark.parametrize(
    ("month", "how", "days"),
    [
        (83_333, "every month", None),
        (83_334, "every two weeks", 14),
        (249_999, "every two weeks", 14),
        (250_000, "every week", 7),
    ],
)
def test_the_more_revenue_the_more_often(month: float, how: str, days: int | None) -> None:
    content = content_with(*[month] * 12)
    last = serial_of("2026-01-31")
    content.lists["Review"] = [[], ["revenue", 1e6, 3e6, last]]
    revenue, said, following = displayed_values(content)
    assert revenue == pytest.approx(12 * month)
    assert (said, following) == (how, last + days if days else serial_of("2026-02-28"))


def test_months_not_recorded_are_not_taken_for_nothing() -> None:
    assert displayed_values(content_with(None, 100_000, 200_000))[0] == pytest.approx(12 * 150_000)
    assert displayed_values(content_with(100_000, 0))[0] == pytest.approx(12 * 50_000)


def test_without_revenue_or_limits_it_says_so() -> None:
    revenue, said, following = displayed_values(content_with())
    assert revenue is ExcelError.NA
    assert said.startswith("No revenue recorded yet")
    assert following == ""
    assert displayed_values(content_with(1000, currency="VND"))[1] == "Write both limits in your currency"


def test_without_a_last_review_there_is_no_next_one() -> None:
    assert displayed_values(content_with(100_000))[2] == ""


@pytest.mark.parametrize(
    ("last", "following"),
    [
        ("2026-01-31", "2026-02-28"),
        ("2028-01-31", "2028-02-29"),
        ("2026-12-15", "2027-01-15"),
        ("2026-03-31", "2026-04-30"),
    ],
)
def test_a_month_later(last: str, following: str) -> None:
    content = content_with(1000)
    content.lists["Review"] = [[], ["revenue", 1e6, 3e6, serial_of(last)]]
    assert displayed_values(content)[2] == serial_of(following)


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KRW"])
def test_limits_are_in_the_workbooks_currency(currency: str) -> None:
    content = content_with(1, currency=currency)
    sheet = next(sheet for sheet in plan(content, FUNCTIONS.catalogue).sheets if sheet.name == "Journey")
    _, often, weekly, _ = next(table for table in sheet.tables if table.name == "Review").rows[0]
    assert 2.9 <= weekly / often <= 3.1  # type: ignore[operator]
