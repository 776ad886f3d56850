"""Tables as users type them: a readable cell is a fact; any other is a problem with its place, never a number."""

from __future__ import annotations

import datetime as dt

import pytest

from xl_lifecycle.core.catalogue.catalogue import collect
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.headers import HEADERS
from xl_lifecycle.core.cells.months import month_text, parse_month
from xl_lifecycle.core.cells.periods import FiscalYear
from xl_lifecycle.core.cells.values import Grid, Scalar
from xl_lifecycle.core.dataset.coverage import partial_months
from xl_lifecycle.core.dataset.read_tables import read_tables
from xl_lifecycle.core.dataset.tables import Fact, Problem, Tables
from xl_lifecycle.core.language.vocabulary import LANGUAGES, NOT_ATTRIBUTED

CATALOGUE = collect()
HEAD = ["Month", "Channel", "Campaign"]
ITEMS = ["Month", "Kind", "Item", "Channel", "Measure", "Value"]
IMPORTS = ["Source", "File", "Measure", "From", "To"]


def read(*grids: Grid) -> Tables:
    return read_tables(grids, CATALOGUE)


def rows(*cells: list[Scalar], header: str = "Marketing spend") -> Tables:
    return read([[*HEAD, header], *cells])


def one(*cells: Scalar, header: str = "Marketing spend") -> Fact:
    tables = rows(list(cells), header=header)
    assert not tables.problems
    (fact,) = tables.facts
    return fact


def problem(tables: Tables) -> Problem:
    assert not tables.facts
    (only_problem,) = tables.problems
    return only_problem


@pytest.mark.parametrize(
    "month",
    ["2026-03", "Mar 2026", "2026년 3월", "2026年3月", "2026.03.01.", 46082, 46082.0, dt.date(2026, 3, 9), "2026/3"],
    ids=str,
)
def test_a_month_typed_many_ways_is_one_month(month: object) -> None:
    fact = one(month, "Email", None, 5)
    assert (month_text(fact.month), fact.measure, fact.value, fact.channel, fact.campaign) == (
        "2026-03", "spend", 5.0, "Email", "",
    )  # fmt: skip


@pytest.mark.parametrize("word", ["Paid ads", " paid  ADS ", "유료 광고", "有料広告"])
def test_a_default_channel_is_one_in_any_language(word: str) -> None:
    assert one("2026-01", word, None, 1).channel == "Paid ads"


@pytest.mark.parametrize("cell", [None, "", "  ", "(not attributed)", "(미지정)", "(不明)"])
def test_no_channel_is_not_attributed(cell: Scalar) -> None:
    assert one("2026-01", cell, None, 1).channel == NOT_ATTRIBUTED


def test_a_channel_or_campaign_that_is_a_number_is_its_digits() -> None:
    for number in (2026, 2026.0):
        fact = one("2026-01", number, number, 1)
        assert (fact.channel, fact.campaign) == ("2026", "2026")


def test_an_empty_cell_is_no_fact_and_no_problem() -> None:
    tables = rows(["2026-01", "Email", None, None], ["2026-01", "Email", None, "  "], [None, None, None, None])
    assert (tables.facts, tables.problems) == ([], [])
    assert tables.recorded == {"spend"}


def test_zero_is_a_fact() -> None:
    assert one("2026-01", "Email", None, 0).value == 0


def test_short_rows_are_rows_with_empty_cells() -> None:
    assert read([[*HEAD, "Marketing spend", "Sales cost"], ["2026-01", "Email", None, 5], ["2026-02"]]).facts == [
        Fact("spend", parse_month("2026-01"), "Email", "", 5.0, None, "Costs", 1)
    ]


@pytest.mark.parametrize(
    ("cell", "error"),
    [
        ("n/a", ExcelError.VALUE),
        ("1,000", ExcelError.VALUE),
        ("12", ExcelError.VALUE),
        (True, ExcelError.VALUE),
        (ExcelError.DIV0, ExcelError.DIV0),
        (ExcelError.NA, ExcelError.NA),
        (-1, ExcelError.NUM),
        (-0.01, ExcelError.NUM),
        (float("inf"), ExcelError.NUM),
    ],
    ids=str,
)
def test_what_is_no_number_is_a_problem_with_its_place(cell: Scalar, error: ExcelError) -> None:
    result = problem(rows(["2026-02", "Email", "News", cell]))
    assert result.error is error
    assert (result.table, result.row, result.column) == ("Costs", 1, 3)
    assert (result.measures, result.channel, result.campaign) == (("spend",), "Email", "News")
    assert result.month == parse_month("2026-02")
    assert "Marketing spend" in result.text


def test_revenue_may_be_negative() -> None:
    assert one("2026-01", "Email", None, -20, header="Sales revenue").value == -20


@pytest.mark.parametrize("month", [None, "", "soon", 2026, "2026-13", ExcelError.NA, True], ids=str)
def test_a_month_that_cannot_be_read_makes_every_month_of_the_channel_unknown(month: Scalar) -> None:
    result = problem(rows([month, "Email", "News", 5]))
    assert (result.month, result.channel, result.campaign, result.measures) == (None, "Email", "News", ("spend",))
    assert (result.row, result.column) == (1, 0)


@pytest.mark.parametrize("channel", ["All", "all", "전체", "全体", "TV/Radio", ExcelError.REF], ids=str)
def test_a_channel_with_a_meaning_of_its_own_is_a_problem(channel: Scalar) -> None:
    result = problem(rows(["2026-01", channel, None, 5]))
    assert (result.channel, result.measures, result.column) == (None, ("spend",), 1)


def test_an_error_for_a_campaign_is_a_problem() -> None:
    assert rows(["2026-01", "Email", ExcelError.NA, 5]).problems


@pytest.mark.parametrize("channel", ["All", "TV/Radio"])
def test_a_listed_channel_with_a_meaning_of_its_own_is_a_problem(channel: str) -> None:
    assert read([["Channel", "Sheet"], [channel, "A"]]).problems


def test_a_renamed_header_is_no_measure_and_says_so_when_asked_for() -> None:
    tables = read([[*HEAD, "Money", "Sales cost"], ["2026-01", "Email", None, 5, 7]])
    assert [fact.measure for fact in tables.facts] == ["sales_cost"]
    assert "spend" not in tables.recorded


@pytest.mark.parametrize("renamed", ["Mnth", "Date", ""])
def test_a_renamed_month_column_makes_all_of_the_table_unknown(renamed: str) -> None:
    result = problem(read([[renamed, "Channel", "Campaign", "Leads", "CTA views"], ["2026-01", "Email", None, 5, 6]]))
    assert set(result.measures) == {"leads", "cta_views"}
    assert (result.row, result.month, result.channel) == (0, None, None)
    assert ("did you mean" in result.text) == (renamed == "Mnth")


def test_a_table_of_nothing_we_know_is_a_problem() -> None:
    assert "Foo, Bar" in problem(read([["Foo", "Bar"], [1, 2]])).text
    assert "nothing" in problem(read([[]])).text


def test_a_table_by_month_with_no_measure_we_know_is_no_list_of_channels() -> None:
    tables = read([[*HEAD, "Money"], ["2026-01", "Blog", None, 5]])
    assert tables.channels == []
    assert tables.problems


def test_two_columns_of_one_measure_make_it_unknown() -> None:
    tables = read([[*HEAD, "Leads", "리드"], ["2026-01", "Email", None, 5, 6]])
    (result,) = tables.problems
    assert (result.row, result.column, result.measures, result.month) == (0, 4, ("leads",), None)


def test_columns_and_tables_may_stand_in_any_order_with_others_between() -> None:
    tables = read(
        [["Note", "Leads", "Owner", "campaign", "MONTH", "channel "], ["x", 5, "y", "News", "2026-01", "Email"]],
        [["Channel", "Sheet"], ["Podcast", "P"], [None, None], ["이메일", "E"]],
    )
    assert tables.facts == [Fact("leads", parse_month("2026-01"), "Email", "News", 5.0, None, "Capture", 1)]
    assert tables.channels == ["Podcast", "Email"]
    assert not tables.problems


@pytest.mark.parametrize("language", range(len(LANGUAGES)), ids=LANGUAGES)
def test_headers_in_each_language(language: int) -> None:
    def header(*keys: str) -> list[str]:
        return [HEADERS[key].everywhere[language] for key in keys]

    measures = [CATALOGUE.measures[name].label.everywhere[language] for name in ("leads", "cta_views")]
    tables = read(
        [[*header("month", "channel", "campaign"), *measures], ["2026-01", "Email", "News", 5, 6]],
        [
            header("month", "kind", "item", "channel", "measure", "value"),
            ["2026-01", CATALOGUE.kinds["keyword"].label.everywhere[language], "crm", None, None, 3],
        ],
        [header("source", "file", "measure", "from", "to"), ["CRM", "a.csv", measures[0], "2026-01-01", "2026-01-31"]],
        [header("setting", "value"), ["fiscal_start", 4]],
        [header("channel", "sheet"), ["Email", "E"]],
    )
    assert not tables.problems
    assert {fact.measure: fact.value for fact in tables.facts} == {"leads": 5, "cta_views": 6, "rank": 3}
    assert [d.measure for d in tables.coverage] == ["leads"]
    assert (tables.settings.fiscal.start, tables.channels) == (4, ["Email"])


def test_stock_rows_that_stand_twice_are_both_kept_here_for_the_dataset_to_judge() -> None:
    tables = rows(["2026-01", "Email", None, 5], ["2026-01", "Email", None, 6], header="Customers at start")
    assert [fact.value for fact in tables.facts] == [5, 6]


# Items


def item(*cells: Scalar) -> Tables:
    return read([ITEMS, list(cells)])


def test_an_item_means_its_kinds_main_measure_or_the_one_named() -> None:
    (rank,) = item("2026-01", "Keyword", " crm  software ", "Organic search", None, 4).facts
    assert (rank.measure, rank.item, rank.channel, rank.value) == (
        "rank",
        ("keyword", "crm software"),
        "Organic search",
        4,
    )
    (shares,) = item("2026-01", "네트워크", "LinkedIn", None, "シェア", 9).facts
    assert (shares.measure, shares.item, shares.channel) == ("shares", ("network", "LinkedIn"), NOT_ATTRIBUTED)


@pytest.mark.parametrize(
    ("cells", "column", "word"),
    [
        (("2026-01", "keywrd", "crm", None, None, 4), 1, 'did you mean "keyword"'),
        (("2026-01", None, "crm", None, None, 4), 1, "not a kind of item"),
        (("2026-01", "keyword", "crm", None, "rnk", 4), 4, 'did you mean "rank"'),
        (("2026-01", "keyword", None, None, None, 4), 2, "item is empty"),
        (("soon", "keyword", "crm", None, None, 4), 0, "not a month"),
        (("2026-01", "keyword", "crm", None, None, "top"), 5, "not a number"),
        (("2026-01", "keyword", "crm", None, None, -4), 5, "below 0"),
        (("2026-01", "keyword", "crm", "All", None, 4), 3, "cannot be a channel"),
    ],
)
def test_an_item_that_cannot_be_read_is_a_problem(cells: tuple[Scalar, ...], column: int, word: str) -> None:
    result = problem(item(*cells))
    assert (result.table, result.row, result.column) == ("Items", 1, column)
    assert word in result.text


def test_an_item_without_a_value_is_nothing() -> None:
    tables = item("soon", "keywrd", None, None, None, None)
    assert (tables.facts, tables.problems) == ([], [])


# Settings


def settings(*pairs: list[Scalar]) -> Tables:
    return read([["Setting", "Value"], *pairs])


def test_settings_and_their_defaults() -> None:
    default = settings().settings
    assert (default.period, default.currency, default.language, default.fiscal) == ("all", "USD", "en", FiscalYear(1))
    result = settings(
        ["기간", "2026-Q1"], ["通貨", "eur"], ["Language", "KO"], ["Fiscal year starts in month", 4.0],
        ["fiscal_named", "Start"], ["Something of our own", 5], [None, None], ["Currency", None],
    )  # fmt: skip
    assert not result.problems
    assert result.settings.period == "2026-Q1"
    assert (result.settings.currency, result.settings.language) == ("EUR", "ko")
    assert result.settings.fiscal == FiscalYear(4, named_after_start=True)


@pytest.mark.parametrize("month", [0, 13, 4.5, -1, "April", True, "4"], ids=str)
def test_a_fiscal_month_that_is_none_is_a_problem(month: Scalar) -> None:
    result = settings(["Currency", "EUR"], ["Fiscal year starts in month", month])
    (bad,) = result.problems
    assert (bad.table, bad.row, bad.column) == ("Settings", 2, 1)
    assert "1 to 12" in bad.text
    assert result.settings.currency == "EUR"


def test_a_fiscal_years_name_that_is_neither_is_a_problem() -> None:
    (bad,) = settings(["Fiscal year is named after its", "middle"]).problems
    assert (bad.row, bad.column) == (1, 1)
    assert "start nor end" in bad.text


# Imports


def test_an_import_declares_whole_months() -> None:
    (result,) = read([IMPORTS, ["CRM", "a.csv", "Leads", "2026-01-01", "2026-03-31"]]).coverage
    assert (result.measure, result.source, month_text(result.first), month_text(result.last), result.partial) == (
        "leads", "CRM", "2026-01", "2026-03", (),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last", "partial"),
    [
        ("2026-01-01", "2026-03-31", []),
        ("2026-01", "2026-03", []),
        ("2026-01-08", "2026-03-31", ["2026-01"]),
        ("2026-01-01", "2026-03-30", ["2026-03"]),
        ("2026-01-02", "2026-03-01", ["2026-01", "2026-03"]),
        ("2026-07-08", "2026-07-31", ["2026-07"]),
        ("2026-07-08", "2026-07-09", ["2026-07"]),
        ("2028-02-01", "2028-02-28", ["2028-02"]),
        ("2028-02-01", "2028-02-29", []),
        ("2026-02-01", "2026-02-28", []),
        (46030, 46112, ["2026-01"]),
        (46023.0, 46111.0, ["2026-03"]),
        (dt.date(2026, 1, 1), dt.datetime(2026, 12, 30), ["2026-12"]),
    ],
)
def test_a_month_that_an_import_covers_in_part_is_known_to_be(first: object, last: object, partial: list[str]) -> None:
    assert [month_text(m) for m in partial_months(first, last)] == partial
    (result,) = read([IMPORTS, ["CRM", "a.csv", "Leads", first, last]]).coverage
    assert [month_text(m) for m in result.partial] == partial


@pytest.mark.parametrize("day", ["2026.07.08.", "2026/07/08", "2026/7/8"])
def test_a_day_written_otherwise_starts_inside_the_month_too(day: str) -> None:
    parse_month(day)
    assert partial_months(day, "2026-07-31")


@pytest.mark.parametrize(
    ("cells", "word"),
    [
        (["CRM", "a", "Leds", "2026-01-01", "2026-01-31"], 'did you mean "leads"'),
        (["CRM", "a", "Leads", "soon", "2026-01-31"], "not a range"),
        (["CRM", "a", "Leads", "2026-01-01", None], "not a range"),
    ],
)
def test_an_import_that_cannot_be_read_is_a_problem(cells: list[Scalar], word: str) -> None:
    tables = read([IMPORTS, cells])
    assert not tables.coverage
    (result,) = tables.problems
    assert (result.table, result.row) == ("Imports", 1)
    assert word in result.text


def test_an_import_of_items_declares_nothing() -> None:
    tables = read([IMPORTS, ["CRM", "a", "Rank", None, None], [None, None, None, "2026-01-01", "2026-01-31"]])
    assert (tables.coverage, tables.problems) == ([], [])


def test_an_import_that_ends_before_it_starts_is_a_problem() -> None:
    assert read([IMPORTS, ["CRM", "a", "Leads", "2026-03-01", "2026-01-31"]]).problems


def test_named_tables_keep_their_names_in_problems() -> None:
    tables = read_tables({"MyCosts": [[*HEAD, "Marketing spend"], ["2026-01", "Email", None, "x"]]}, CATALOGUE)
    assert tables.problems[0].table == "MyCosts"
