"""WHAT_MOVED as cells call it: its months, its rows and its language."""

from __future__ import annotations

import datetime as dt

import pytest

from xl_lifecycle.core.catalogue.catalogue import collect
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.values import Grid, Scalar, Value
from xl_lifecycle.core.functions import Functions
from xl_lifecycle.core.language.text import translate
from xl_lifecycle.core.language.vocabulary import LANGUAGES
from xl_lifecycle.core.metric_functions import Caller

NA, DIV0, VALUE = ExcelError.NA, ExcelError.DIV0, ExcelError.VALUE
HEAD = [
    "Month",
    "Channel",
    "Campaign",
    "Visitors",
    "Leads",
    "Sales",
    "Sales revenue",
    "New customers",
    "Marketing spend",
]
MONTHS = ("2025-11", "2025-12", "2026-01", "2026-02")


class Book:
    def __init__(self, *rows: list[Scalar], settings: Grid = (), head: list[str] = HEAD) -> None:
        self.functions = Functions(collect())
        tables: list[Grid] = [[head, *rows], [["Setting", "Value"], *settings]]
        self.token = self.functions.call("DATASET", tables)

    def __call__(self, *args: Value) -> list[list[Scalar]]:
        result = self.functions.call("WHAT_MOVED", [*args, self.token])
        assert isinstance(result, list)
        return result


def row(month: str, channel: str | None, *amounts: Scalar, campaign: str | None = None) -> list[Scalar]:
    return [month, channel, campaign, *amounts]


TWO = Book(
    row("2026-01", "Email", 1000, 100, 10, 5000, 5, 2000), row("2026-01", "Signs", 500, 10, 2, 400, 2, 100),
    row("2026-02", "Email", 2000, 200, 20, 10000, 10, 4000), row("2026-02", "Signs", 1000, 20, 4, 800, 4, 200),
)  # fmt: skip


def test_traffic_that_doubled_is_the_whole_effect() -> None:
    assert TWO("sales_revenue", "All", "2026-02") == [
        ["Months compared", "2026-01", "2026-02", ""],
        ["Visitors", 1500.0, 3000.0, pytest.approx(5400)],
        ["Conversion rate", 110 / 1500, 220 / 3000, 0.0],
        ["Sales per lead", 12 / 110, 24 / 220, 0.0],
        ["Revenue per sale", 450.0, 450.0, 0.0],
        ["Mix of channels", "", "", 0.0],
        ["Without visitors", "", "", 0.0],
        ["Total change", 5400.0, 10800.0, 5400.0],
    ]


@pytest.mark.parametrize("name", ["leads", "new_customers", "sales_revenue", "cpl", "cac"])
@pytest.mark.parametrize("channel", ["All", "Email"])
def test_rows_add_up_to_the_change_that_kpi_shows(name: str, channel: str) -> None:
    book = Book(
        row("2026-01", "Email", 1000, 100, 10, 5000, 5, 2000), row("2026-01", "Signs", 0, 10, 2, 400, 2, 100),
        row("2026-01", None, 20, 5, 1, 300, 1, 0),
        row("2026-02", "Email", 1700, 120, 22, 10100, 7, 4100), row("2026-02", "Signs", 0, 25, 1, 100, 1, 130),
        row("2026-02", "Podcast", 300, 9, 3, 400, 1, 500),
    )  # fmt: skip
    before, now = (book.functions.call("KPI", [name, channel, month, book.token]) for month in ("2026-01", "2026-02"))
    *rows, total = book(name, channel, "2026-02")[1:]
    assert total[1:3] == [before, now]
    assert isinstance(before, float)
    assert isinstance(now, float)
    assert total[3] == pytest.approx(now - before)
    assert sum(cell for *_, cell in rows if isinstance(cell, float)) == pytest.approx(now - before)


def test_parts_without_visitors_are_named() -> None:
    book = Book(
        row("2026-01", "Email", 100, 10, 1, 50, 1, 20), row("2026-02", "Email", 100, 10, 1, 50, 1, 20),
        *(row("2026-02", channel, 0, 1, 1, 7, 1, 1) for channel in ("Signs", "Referral", "Podcast", "Radio & TV", None)),
    )  # fmt: skip
    *_, outside, total = book("sales_revenue", "All", "2026-02")
    assert outside == ["Without visitors: Signs, Referral, Podcast, +2", "", 35.0, 35.0]
    assert total[3] == 35.0


def test_a_channel_is_split_by_campaign_where_all_is_recorded_by_campaign() -> None:
    rows = [
        row("2026-01", "Email", 100, 20, 2, 200, 2, 20, campaign="A"), row("2026-01", "Email", 100, 10, 1, 100, 1, 20),
        row("2026-02", "Email", 150, 30, 3, 300, 3, 30, campaign="A"), row("2026-02", "Email", 50, 5, 0.5, 50, 1, 10),
    ]  # fmt: skip
    moved = Book(*rows)("leads", "Email", "2026-02")
    assert moved[3] == ["Mix of campaigns", "", "", pytest.approx(5)]
    assert moved[1][3] == moved[2][3] == 0
    whole = [[*cells[:2], None, *cells[3:]] for cells in (rows[0], rows[2])]
    assert Book(*whole)("leads", "Email", "2026-02")[3] == ["Mix of campaigns", "", "", ""]
    assert Book(*rows)("leads", "Email/A", "2026-02")[3] == ["Mix of campaigns", "", "", ""]


def test_a_company_recorded_as_a_whole_has_no_mix() -> None:
    book = Book(
        row("2026-01", "Email", None, 10, 1, 50, 1, 20), row("2026-01", None, 100, None, None, None, None, None),
        row("2026-02", "Email", None, 30, 1, 50, 1, 20), row("2026-02", None, 300, None, None, None, None, None),
    )  # fmt: skip
    moved = book("leads", "All", "2026-02")
    assert moved[1] == ["Visitors", 100.0, 300.0, 20.0]
    assert moved[3][3] == ""


def test_months_are_compared_with_months_alike() -> None:
    rows = [row(month, "Email", 100, 10, 1, 50, 1, 20) for month in MONTHS]
    months, *_, total = Book(*rows)("leads", "All", "2026-Q1")
    assert months == ["Months compared", "2025-11", "2026-02", "1 of 3 months"]
    assert total == ["Total change", 10.0, 10.0, 0.0]


def test_a_month_covered_in_part_is_compared_with_none() -> None:
    rows = [row(month, "Email", 100, 10, 1, 50, 1, 20) for month in MONTHS]
    book = Book(*rows)
    declared: Grid = [
        ["Source", "File", "Measure", "From", "To"],
        ["CRM", "deals.csv", "Leads", dt.date(2025, 11, 1), dt.date(2026, 2, 10)],  # type: ignore[list-item]
    ]
    token = book.functions.call("DATASET", [[HEAD, *rows], declared])
    result = book.functions.call("WHAT_MOVED", ["leads", "All", "2026-01:2026-02", token])
    assert result[0] == ["Months compared", "2025-11", "2026-01", "1 of 2 months"]  # type: ignore[index]


def test_what_rounding_leaves_is_nothing() -> None:
    """Traffic does not change a cost: both sums grow by the same factor, up to their last digit."""
    book = Book(
        row("2026-01", "Email", 1000, 100, 10, 5000, 7, 2000), row("2026-01", "Signs", 700, 10, 2, 400, 3, 100),
        row("2026-02", "Email", 1700, 120, 22, 10100, 11, 4100), row("2026-02", "Signs", 900, 25, 1, 100, 3, 130),
    )  # fmt: skip
    assert book("cac", "All", "2026-02")[1][3] == book("cpl", "All", "2026-02")[1][3] == 0.0


def test_a_year_to_date_is_compared_with_the_same_months_a_year_before() -> None:
    rows = [row(month, "Email", 100, leads, 1, 50, 1, 20) for month, leads in (("2025-02", 7), ("2026-02", 9))]
    assert Book(*rows)("leads", "All", "YTD")[0] == ["Months compared", "2025-02", "2026-02", "1 of 2 months"]
    assert Book(*rows)("leads", "All", "YTD")[-1] == ["Total change", 7.0, 9.0, 2.0]


@pytest.mark.parametrize(
    ("args", "error", "reason"),
    [
        (("cac", "All", "2026-01"), NA, "2026-01 cannot be compared with 2025-12: no pair of months has Visitors,"),
        (("cac", "All", "all"), NA, "no period comes before all"),
        (("ltv", "All", "2026-02"), VALUE, "WHAT_MOVED explains only leads, new_customers"),
        (("keyword:crm", "All", "2026-02"), VALUE, "WHAT_MOVED explains only"),
        (("cacc", "All", "2026-02"), VALUE, '"cacc" is not a metric'),
        ((None, "All", "2026-02"), NA, "the name is empty"),
        (("cac", DIV0, "2026-02"), DIV0, "the channel is #DIV/0!"),
        (("cac", "Nowhere", "2026-02"), VALUE, '"Nowhere" is not a channel'),
        (("cac", "All", "soon"), VALUE, '"soon" is not a period'),
        (("cac", "Email", "2026-02", "x"), VALUE, '"x" is not a dataset'),
    ],
)
def test_what_cannot_be_told_is_said_in_words(args: tuple[Value, ...], error: ExcelError, reason: str) -> None:
    result = TWO.functions.call("WHAT_MOVED", args if len(args) > 3 else [*args, TWO.token])
    assert result[0][0].startswith(reason)  # type: ignore[index, union-attr]
    assert result[0][1:] == [error] * 3  # type: ignore[index]
    assert TWO.functions.refusal is not None
    assert TWO.functions.refusal.error is error


def test_nothing_to_divide_by_is_said_with_its_month() -> None:
    book = Book(
        row("2026-01", "Email", 100, 10, 1, 50, 0, 20), row("2026-02", "Email", 100, 10, 1, 50, 1, 20),
    )  # fmt: skip
    refused = book("cac", "All", "2026-02")
    assert refused == [["New customers is 0 in 2026-01", DIV0, DIV0, DIV0], *[[""] * 4] * 7], "as many rows as ever"


def test_nothing_half_way_is_no_split() -> None:
    """Email without any conversion, then all visits to Email while it converts: neither alone has a customer."""
    book = Book(
        row("2026-01", "Email", 100, 0, 0, 0, 0, 20), row("2026-01", "Signs", 100, 10, 1, 50, 1, 20),
        row("2026-02", "Email", 100, 10, 1, 50, 1, 20), row("2026-02", "Signs", 100, 0, 0, 0, 0, 20),
    )  # fmt: skip
    assert book("cpl", "All", "2026-02")[-1][3] == 0.0
    book = Book(
        row("2026-01", "Email", 0, 0, 0, 0, 0, 0), row("2026-01", "Signs", 100, 10, 1, 50, 1, 20),
        row("2026-02", "Email", 100, 10, 1, 50, 1, 20), row("2026-02", "Signs", 0, 0, 0, 0, 0, 0),
    )  # fmt: skip
    assert book("cac", "All", "2026-02")[-1] == ["Total change", 20.0, 20.0, 0.0]


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_words_are_the_workbooks(language: str) -> None:
    rows = [row(month, "Email", 100, 10, 1, 50, 1, 20) for month in MONTHS]
    rows.append(row("2026-02", None, 0, 1, 1, 5, 1, 1))
    book = Book(*rows, settings=[["Language", language]])
    answers = [book("cac", "All", "2026-02"), book("sales_revenue", "All", "2026-Q1"), book("cac", "All", "2025-11")]
    answers.append(Book(settings=[["Language", language]])("cac", "All", "YTD"))
    assert [len(answer) for answer in answers] == [8, 8, 8, 8]
    place = {"ko": "(미지정)", "ja": "(不明)"}[language]
    assert answers[0][6][0].endswith(f": {place}")  # type: ignore[union-attr]
    for answer in answers:
        for cells in answer:
            assert not set(str(cells[0]) + str(cells[3])) & set("abdefghijklmnopqrstuvwxyz"), cells


def test_the_name_alone_asks_for_where_it_stands() -> None:
    functions = Functions(collect())
    functions.default = functions.call("DATASET", [[HEAD, *(row(m, "Email", 100, 10, 1, 50, 1, 20) for m in MONTHS)]])  # type: ignore[assignment]
    there = functions.call("WHAT_MOVED", ["cac"], Caller("Email", "2026-02"))
    assert there == functions.call("WHAT_MOVED", ["cac", "Email", "2026-02"])
    assert len(there) == 8  # type: ignore[arg-type]


def test_every_step_has_its_words() -> None:
    from xl_lifecycle.core.analysis.what_moved import FUNNELS, STEPS

    steps = {(names[a], names[b]) for names, path in FUNNELS.values() for a, b in path.steps}
    assert steps == STEPS.keys()
    assert all(len({translate(text, each) for each in LANGUAGES}) == len(LANGUAGES) for text in STEPS.values())
