"""The tables as one dataset: coverage, how measures add up, what a mistake makes unknown, and the token."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from xl_lifecycle.core.catalogue.catalogue import Item, collect
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.months import month_text, parse_month
from xl_lifecycle.core.cells.periods import parse_period
from xl_lifecycle.core.cells.values import Grid, Scalar
from xl_lifecycle.core.dataset.dataset import TOKEN, Dataset, build
from xl_lifecycle.core.dataset.evaluate import evaluate
from xl_lifecycle.core.language.vocabulary import NOT_ATTRIBUTED, Across, OverTime

CATALOGUE = collect()
HEAD = ["Month", "Channel", "Campaign"]
ITEMS = ["Month", "Kind", "Item", "Channel", "Measure", "Value"]
IMPORTS = ["Source", "File", "Measure", "From", "To"]
DIV0, NA, NUM, VALUE = ExcelError.DIV0, ExcelError.NA, ExcelError.NUM, ExcelError.VALUE


def table(header: str | list[str], *rows: list[Scalar]) -> Grid:
    return [[*HEAD, *([header] if isinstance(header, str) else header)], *rows]


def make(*grids: Grid) -> Dataset:
    return build(grids, CATALOGUE)


def ask(dataset: Dataset, name: str, channel: str = "All", period: object = "2026-01") -> float | ExcelError:
    result = evaluate(dataset, CATALOGUE.find(name), channel, parse_period(period, dataset.settings.fiscal))
    if result.refusal:
        assert result.value is None
        return result.refusal.error
    assert result.value is not None
    return result.value


def reason(dataset: Dataset, name: str, channel: str = "All", period: object = "2026-01") -> str:
    result = evaluate(dataset, CATALOGUE.find(name), channel, parse_period(period))
    assert result.refusal
    return result.refusal.reason


# Coverage


LEADS = table("Leads", ["2026-01", "Email", None, 5], ["2026-03", "Paid ads", None, 7])


def test_inside_coverage_a_missing_row_is_zero_and_outside_it_is_unknown() -> None:
    dataset = make(LEADS)
    assert ask(dataset, "leads", "Email", "2026-01") == 5
    assert ask(dataset, "leads", "Paid ads", "2026-01") == 0
    assert ask(dataset, "leads", "Signs", "2026-01") == 0
    for channel in ("All", "Email", "Signs"):
        assert ask(dataset, "leads", channel, "2026-02") is NA
    assert "2026-01, 2026-03" in reason(dataset, "leads", "All", "2026-02")


def test_a_month_of_empty_cells_is_not_covered_but_a_zero_is() -> None:
    dataset = make(table("Leads", ["2026-01", "Email", None, None], ["2026-02", "Email", None, 0]))
    assert ask(dataset, "leads", "All", "2026-01") is NA
    assert ask(dataset, "leads", "All", "2026-02") == 0


def test_coverage_is_each_measures_own() -> None:
    dataset = make(
        table(["Leads", "CTA views"], ["2026-01", "Email", None, 5, None], ["2026-02", "Email", None, None, 9])
    )
    assert ask(dataset, "leads", "All", "2026-02") is NA
    assert ask(dataset, "cta_views", "All", "2026-01") is NA


def test_an_import_covers_its_range_even_without_rows() -> None:
    dataset = make(LEADS, [IMPORTS, ["CRM", "a.csv", "Leads", "2026-01-01", "2026-04-30"]])
    assert [ask(dataset, "leads", "All", f"2026-{m:02d}") for m in range(1, 6)] == [5, 0, 7, 0, NA]
    assert ask(dataset, "cta_views", "All", "2026-02") is NA


def test_why_nothing_is_known_is_said() -> None:
    dataset = make(table(["Leads", "CTA views"], ["2026-01", "Email", None, 5, None]))
    assert "no numbers yet" in reason(dataset, "cta_views")
    assert "no table has a column Visitors" in reason(dataset, "visitors")


# How measures add up


def test_amounts_add_over_months_channels_and_rows() -> None:
    dataset = make(
        table("Marketing spend", ["2026-01", "Email", None, 1], ["2026-01", "Email", None, 2],
              ["2026-02", "Email", None, 4], ["2026-02", "Signs", None, 8])
    )  # fmt: skip
    assert ask(dataset, "spend", "Email", "2026-01") == 3
    assert ask(dataset, "spend", "Email", "2026-Q1") == 7
    assert ask(dataset, "spend", "All", "2026-Q1") == 15


def test_stocks_are_those_at_the_start_or_the_end_and_add_over_channels() -> None:
    grid = table(
        ["Customers at start", "Customers at end"],
        ["2026-02", "Email", None, 12, 14], ["2026-01", "Email", None, 10, 12],
        ["2026-01", "Signs", None, 100, 90], ["2026-02", "Signs", None, 90, 95],
    )  # fmt: skip
    dataset = make(grid)
    assert (ask(dataset, "customers_start", "Email", "2026"), ask(dataset, "customers_end", "Email", "2026")) == (
        10,
        14,
    )
    assert (ask(dataset, "customers_start", "All", "2026"), ask(dataset, "customers_end", "All", "2026")) == (110, 109)
    assert ask(dataset, "customers_start", "All", "2026-02") == 102


def test_uniques_do_not_add_over_months_but_do_over_channels() -> None:
    dataset = make(
        table("Visitors", ["2026-01", "Email", None, 5], ["2026-01", "Signs", None, 6], ["2026-02", "Email", None, 7])
    )
    assert ask(dataset, "visitors", "All", "2026-01") == 11
    assert ask(dataset, "visitors", "Email", "2026-02") == 7
    assert ask(dataset, "visitors", "Email", "2026-Q1") is NA
    assert "does not add up over months" in reason(dataset, "visitors", "Email", "2026-Q1")


def test_reach_adds_up_on_no_axis() -> None:
    dataset = make(
        table("Reach", ["2026-01", "Email", None, 5], ["2026-01", "Signs", None, 6], ["2026-02", "Email", None, 7])
    )
    assert ask(dataset, "reach", "Email", "2026-01") == 5
    assert ask(dataset, "reach", "All", "2026-02") == 7  # one row of it: nothing is added
    assert ask(dataset, "reach", "All", "2026-01") is NA
    assert "2 rows" in reason(dataset, "reach", "All", "2026-01")
    assert ask(dataset, "reach", "Signs", "2026-02") is NA, "unknown, not 0: a reach of nothing is not recorded"


MEDIANS = table(
    "Median days to close",
    ["2026-01", None, None, 30], ["2026-01", "Email", None, 20], ["2026-01", "Email", "Spring", 10],
    ["2026-01", "Signs", "Fair", 40], ["2026-02", "Email", "Spring", 12], ["2026-02", "Email", "Autumn", 50],
    ["2026-03", None, None, 31],
)  # fmt: skip


def test_of_what_does_not_add_up_a_row_without_a_channel_is_the_company() -> None:
    dataset = make(MEDIANS)
    assert ask(dataset, "days_to_close", "All", "2026-01") == 30
    assert ask(dataset, "days_to_close", "All", "2026-03") == 31
    assert ask(dataset, "days_to_close", "All", "2026-02") is NA, "two campaigns, and nobody said of the company"
    assert "ask for one month" in reason(dataset, "days_to_close", "Email/Spring", "2026-01:2026-02")


def test_of_what_does_not_add_up_a_row_without_a_campaign_is_the_channel() -> None:
    dataset = make(MEDIANS)
    assert ask(dataset, "days_to_close", "Email", "2026-01") == 20
    assert ask(dataset, "days_to_close", "Email/Spring", "2026-01") == 10
    assert ask(dataset, "days_to_close", "Signs", "2026-01") == 40  # its only row
    assert ask(dataset, "days_to_close", "Email", "2026-02") is NA
    assert "2 rows" in reason(dataset, "days_to_close", "Email", "2026-02")
    assert ask(dataset, "days_to_close", "Email", "2026-03") is NA, "unknown, not 0"


def test_the_companys_figure_is_not_that_of_what_has_no_channel() -> None:
    dataset = make(MEDIANS)
    assert ask(dataset, "days_to_close", NOT_ATTRIBUTED, "2026-01") is NA
    assert "not recorded for (not attributed)" in reason(dataset, "days_to_close", NOT_ATTRIBUTED, "2026-01")
    alone = make(table("Median days to close", ["2026-01", None, None, 30]))
    assert ask(alone, "days_to_close", "Email", "2026-01") is NA
    assert "for the company only" in reason(alone, "days_to_close", "Email", "2026-01")


def test_one_item_without_a_channel_is_not_the_whole_of_its_kind() -> None:
    dataset = make(
        [ITEMS, ["2026-01", "keyword", "crm", None, "Rank", 3], ["2026-01", "keyword", "erp", "Email", "Rank", 9]]
    )
    assert ask(dataset, "rank", "All", "2026-01") is NA
    network = ["2026-01", "network", "LinkedIn"]
    dataset = make([ITEMS, [*network, None, "Reach", 3], [*network, "Email", "Reach", 9]])
    item = Item("network", "LinkedIn", CATALOGUE.find("reach"))
    assert evaluate(dataset, item, "All", parse_period("2026-01")).refusal


def test_every_measure_adds_up_as_it_says() -> None:
    """The whole catalogue: two months, two channels, and values that a wrong sum cannot give by accident."""
    values = {
        ("2026-01", "Email"): 1.0,
        ("2026-01", "Signs"): 10.0,
        ("2026-02", "Email"): 100.0,
        ("2026-02", "Signs"): 1000.0,
    }
    over = {OverTime.SUM: 101.0, OverTime.FIRST: 1.0, OverTime.LAST: 100.0, OverTime.NONE: NA, OverTime.MEAN: NA}
    for measure in CATALOGUE.measures.values():
        dataset = make(table(measure.title, *([*place, None, value] for place, value in values.items())))
        assert ask(dataset, measure.name, "Email", "2026-01:2026-02") == over[measure.over_time], measure.name
        assert ask(dataset, measure.name, "All", "2026-01") == (11.0 if measure.across is Across.SUM else NA), (
            measure.name
        )


def test_a_stock_or_unique_that_stands_twice_is_a_mistake_not_a_sum() -> None:
    for header, name in (("Customers at start", "customers_start"), ("Visitors", "visitors"), ("Reach", "reach")):
        dataset = make(
            table(header, ["2026-01", "Email", None, 5], ["2026-01", "Email", None, 5], ["2026-02", "Email", None, 6])
        )
        assert ask(dataset, name, "Email", "2026-01") is VALUE
        assert ask(dataset, name, "All", "2026-01") is VALUE
        assert ask(dataset, name, "Email", "2026-02") == 6
        assert "first is in row 2" in reason(dataset, name)
        assert "row 3" in reason(dataset, name)


# Places


SPEND = table(
    "Marketing spend",
    ["2026-01", "Paid ads", "Brand", 10], ["2026-01", "Paid ads", "Generic", 20], ["2026-01", "Paid ads", None, 5],
    ["2026-01", "Email", None, 100], ["2026-01", None, None, 1000],
)  # fmt: skip


def test_a_channel_is_its_campaigns_and_the_rest() -> None:
    dataset = make(SPEND)
    assert ask(dataset, "spend", "Paid ads/Brand") == 10
    assert ask(dataset, "spend", "Paid ads / generic ") == 20
    assert ask(dataset, "spend", "유료 광고/BRAND") == 10
    assert ask(dataset, "spend", "Paid ads") == 35


def test_what_is_not_attributed_is_the_companys_and_no_channels() -> None:
    dataset = make(SPEND)
    assert ask(dataset, "spend", "All") == 1135
    assert ask(dataset, "spend", NOT_ATTRIBUTED) == 1000
    each = [ask(dataset, "spend", channel) for channel in dataset.channels if channel != NOT_ATTRIBUTED]
    assert sum(each) == 135


def test_a_measure_of_the_company_alone_is_unknown_for_a_channel() -> None:
    dataset = make(SPEND, table("Sales cost", ["2026-01", None, None, 500]))
    assert ask(dataset, "sales_cost", "All") == 500
    assert ask(dataset, "sales_cost", NOT_ATTRIBUTED) == 500
    assert ask(dataset, "sales_cost", "Paid ads") is NA
    assert ask(dataset, "sales_cost", "Paid ads/Brand") is NA
    assert "company only" in reason(dataset, "sales_cost", "Paid ads")


def test_a_measure_not_recorded_by_campaign_is_unknown_for_one() -> None:
    dataset = make(SPEND, table("Leads", ["2026-01", "Paid ads", None, 5], ["2026-01", "Email", "News", 6]))
    assert ask(dataset, "leads", "Paid ads") == 5
    assert ask(dataset, "leads", "Paid ads/Brand") is NA
    assert ask(dataset, "cpl", "Paid ads/Brand") is NA


@pytest.mark.parametrize(
    ("channel", "hint"),
    [
        ("Piad ads", 'did you mean "Paid ads"'),
        ("Paid ads/Brnd", 'did you mean "Brand"'),
        ("Email/Brand", "not a campaign of Email"),
        ("Paid ads/", "not a campaign"),
        ("/Brand", "not a channel"),
        ("All/Brand", "not a campaign of All"),
    ],
)
def test_a_place_we_do_not_know_is_refused_with_the_nearest(channel: str, hint: str) -> None:
    dataset = make(SPEND)
    assert ask(dataset, "spend", channel) is VALUE
    assert hint in reason(dataset, "spend", channel)


def test_listed_channels_are_known_and_unlisted_ones_with_rows_too() -> None:
    dataset = make([["Channel"], ["Podcast"]], SPEND)
    assert dataset.channels == ["Podcast", "Paid ads", "Email", NOT_ATTRIBUTED]
    assert ask(dataset, "spend", "podcast") == 0
    assert ask(dataset, "spend", "Signs") is VALUE


def test_a_channel_typed_in_two_cases_is_one() -> None:
    dataset = make(table("Leads", ["2026-01", "Podcast", None, 5], ["2026-01", "podcast", None, 7]))
    assert ask(dataset, "leads", "All") == 12
    assert ask(dataset, "leads", "Podcast") == 12


def test_a_campaign_typed_in_two_cases_is_one() -> None:
    dataset = make(table("Leads", ["2026-01", "Email", "News", 5], ["2026-01", "Email", "news", 7]))
    assert ask(dataset, "leads", "Email/News") == 12


def test_an_item_typed_in_two_cases_is_one() -> None:
    dataset = make([ITEMS, ["2026-01", "asset", "Guide", None, None, 5], ["2026-01", "asset", "guide", None, None, 7]])
    assert ask(dataset, "asset:guide") == 12


def test_a_stock_twice_in_two_cases_is_a_mistake_too() -> None:
    dataset = make(table("Visitors", ["2026-01", "Podcast", None, 5], ["2026-01", "podcast", None, 5]))
    assert ask(dataset, "visitors", "All") is VALUE


# Items


def test_items_are_asked_for_one_by_one() -> None:
    dataset = make(
        [ITEMS, ["2026-01", "keyword", "crm", "Organic search", None, 4], ["2026-01", "keyword", "erp", None, None, 9],
         ["2026-01", "cta", "Demo", "Email", "CTA clicks", 10], ["2026-01", "cta", "Demo", "Email", "CTA views", 40],
         ["2026-01", "cta", "Demo", "Signs", "CTA clicks", 1], ["2026-01", "cta", "Demo", "Signs", "CTA views", 60]]
    )  # fmt: skip
    assert ask(dataset, "keyword:crm") == 4
    assert ask(dataset, "keyword:CRM", "Organic search") == 4
    assert ask(dataset, "cta:demo") == 11
    assert ask(dataset, "cta:demo:cta_click_rate") == 0.11
    assert ask(dataset, "cta:demo:cta_click_rate", "Email") == 0.25
    assert ask(dataset, "keyword:crmm") is VALUE
    assert 'did you mean "crm"' in reason(dataset, "keyword:crmm")


def test_items_of_a_column_of_a_stage_do_not_count_twice() -> None:
    dataset = make(
        table("CTA clicks", ["2026-01", "Email", None, 50]), [ITEMS, ["2026-01", "cta", "Demo", "Email", None, 10]]
    )
    assert ask(dataset, "cta_clicks") == 50
    assert ask(dataset, "cta:Demo") == 10


def test_what_is_recorded_in_items_only_adds_up_there() -> None:
    dataset = make([ITEMS, ["2026-01", "asset", "A", "Email", None, 5], ["2026-01", "asset", "B", "Signs", None, 6]])
    assert ask(dataset, "downloads") == 11
    assert ask(dataset, "downloads", "Email") == 5


def test_ranks_of_two_keywords_are_no_rank() -> None:
    dataset = make([ITEMS, ["2026-01", "keyword", "crm", None, None, 4], ["2026-01", "keyword", "erp", None, None, 9]])
    assert ask(dataset, "rank") is NA


# Taints: what cannot be read makes unknown what contains it, and nothing else.


TAINTED = make(
    table(
        ["Marketing spend", "Sales cost"],
        ["2026-01", "Paid ads", "Brand", "n/a", 3], ["2026-01", "Paid ads", "Generic", 20, 3],
        ["2026-01", "Email", None, 100, 3], ["2026-02", "Paid ads", None, 40, 3],
    ),
    table("New customers", ["2026-01", "Email", None, 4], ["2026-02", "Email", None, 4]),
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "channel", "period", "expected"),
    [
        ("spend", "Paid ads/Brand", "2026-01", VALUE),
        ("spend", "Paid ads", "2026-01", VALUE),
        ("spend", "All", "2026-01", VALUE),
        ("spend", "All", "2026-Q1", VALUE),
        ("cac", "All", "2026-01", VALUE),
        ("cac_loaded", "All", "2026-01", NA),  # other marketing cost has no column: said first
        ("spend", "Paid ads/Generic", "2026-01", 20),
        ("spend", "Email", "2026-01", 100),
        ("cac", "Email", "2026-01", 25),
        ("spend", "Paid ads", "2026-02", 40),
        ("spend", "All", "2026-02", 40),
        ("sales_cost", "All", "2026-01", 9),
        ("new_customers", "All", "2026-Q1", 8),
    ],
)
def test_text_in_spend_taints_only_what_contains_it(
    name: str, channel: str, period: str, expected: float | ExcelError
) -> None:
    assert ask(TAINTED, name, channel, period) == expected


def test_a_taint_says_where() -> None:
    assert "Costs row 2" in reason(TAINTED, "cac", "Paid ads")
    assert "'n/a'" in reason(TAINTED, "cac", "Paid ads")


@pytest.mark.parametrize(("cell", "error"), [(-5, NUM), (DIV0, DIV0), (NA, NA), (True, VALUE)])
def test_a_taint_keeps_its_error(cell: Scalar, error: ExcelError) -> None:
    dataset = make(table("Leads", ["2026-01", "Email", None, cell], ["2026-02", "Email", None, 3]))
    assert ask(dataset, "leads") is error
    assert ask(dataset, "leads", "All", "2026-02") == 3


def test_a_month_that_cannot_be_read_taints_every_month_of_its_channel_alone() -> None:
    dataset = make(
        table("Leads", ["soon", "Email", None, 5], ["2026-01", "Email", None, 5], ["2026-01", "Signs", None, 3])
    )
    assert ask(dataset, "leads", "Email") is VALUE
    assert ask(dataset, "leads", "All") is VALUE
    assert ask(dataset, "leads", "Signs") == 3


def test_a_channel_that_cannot_be_taints_every_channel_of_its_measures_alone() -> None:
    dataset = make(table(["Leads", "CTA views"], ["2026-01", "All", None, 5, None], ["2026-01", "Email", None, 5, 6]))
    assert ask(dataset, "leads", "Email") is VALUE
    assert ask(dataset, "cta_views", "Email") == 6


def test_a_renamed_month_column_taints_its_whole_table() -> None:
    dataset = make([["Mnth", "Channel", "Leads"], ["2026-01", "Email", 5]], SPEND)
    assert ask(dataset, "cpl") in (VALUE, NA)
    assert ask(dataset, "spend") == 1135


def test_two_columns_of_one_measure_taint_it() -> None:
    dataset = make(table(["Leads", "리드"], ["2026-01", "Email", None, 5, 5]))
    assert ask(dataset, "leads") is VALUE


def test_text_for_an_item_taints_that_item_alone() -> None:
    dataset = make(
        [ITEMS, ["2026-01", "asset", "A", None, None, "many"], ["2026-01", "asset", "B", None, None, 6]],
        table("Leads", ["2026-01", "Email", None, 5]),
    )
    assert ask(dataset, "asset:B") == 6
    assert ask(dataset, "leads") == 5


def test_an_item_with_nothing_readable_says_what_is_wrong_with_it() -> None:
    dataset = make([ITEMS, ["2026-01", "asset", "A", None, None, "many"]])
    assert "'many'" in reason(dataset, "asset:A")


def test_text_for_an_item_taints_the_sum_of_all_items() -> None:
    dataset = make([ITEMS, ["2026-01", "asset", "A", None, None, "many"], ["2026-01", "asset", "B", None, None, 6]])
    assert ask(dataset, "downloads") is VALUE


def test_an_item_without_a_name_does_not_taint_a_stages_own_column() -> None:
    dataset = make(
        table("CTA clicks", ["2026-01", "Email", None, 50]), [ITEMS, ["2026-01", "cta", None, None, None, 10]]
    )
    assert ask(dataset, "cta_clicks") == 50


# The token


CONTENT = (
    table(["Leads", "CTA views"], ["2026-01", "Email", "News", 5, 40], ["2026-02", "Signs", None, 7, 50]),
    [ITEMS, ["2026-01", "keyword", "crm", None, None, 4]],
    [IMPORTS, ["CRM", "a.csv", "Leads", 46023, 46081]],
    [["Setting", "Value"], ["Period", 2026], ["Fiscal year starts in month", 4]],
    [["Channel"], ["Email"], ["Signs"]],
)


def changed(table_index: int, row: int, column: int, value: Scalar) -> str:
    grids = [[list(cells) for cells in grid] for grid in CONTENT]
    grids[table_index][row][column] = value
    return make(*grids).token


def test_equal_content_equal_token() -> None:
    token = make(*CONTENT).token
    assert token.startswith(TOKEN)
    assert len(token) > len(TOKEN) + 12
    assert token == make(*CONTENT).token


def test_the_token_is_the_same_in_every_process() -> None:
    """Not Python's hash, which changes from run to run: the file must work on a colleague's computer."""
    import subprocess
    import sys

    code = (
        "from xl_lifecycle.core.catalogue.catalogue import collect; from xl_lifecycle.core.dataset.dataset import build;"
        "print(build([[['Month','Channel','Leads'],['2026-01','Email',5],['2026-02','Signs',6]]], collect()).token)"
    )
    tokens = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(tokens) == 1


@pytest.mark.parametrize(
    ("table_index", "row", "column", "value"),
    [
        (0, 1, 3, 6), (0, 1, 3, None), (0, 1, 3, "x"), (0, 1, 0, "2026-03"), (0, 1, 1, "Signs"), (0, 1, 2, "Brand"),
        (0, 1, 2, None), (1, 1, 5, 5), (1, 1, 2, "erp"), (1, 1, 3, "Email"), (2, 1, 2, "CTA views"), (2, 1, 4, 46080),
        (2, 1, 0, "Ads"), (3, 1, 1, 2025), (3, 2, 1, 5), (4, 1, 0, "Podcast"),
    ],
)  # fmt: skip
def test_different_content_different_token(table_index: int, row: int, column: int, value: Scalar) -> None:
    assert changed(table_index, row, column, value) != make(*CONTENT).token


@pytest.mark.parametrize(
    ("table_index", "row", "column", "value"),
    [
        (0, 1, 3, 5.0), (0, 1, 0, 46023), (0, 1, 0, 46023.0), (0, 1, 0, dt.datetime(2026, 1, 1)), (2, 1, 3, 46023.0),
        (2, 1, 3, dt.date(2026, 1, 1)), (3, 1, 1, 2026.0), (3, 2, 1, 4.0), (0, 1, 1, "이메일"), (1, 1, 5, 4.0),
    ],
)  # fmt: skip
def test_hosts_give_a_number_or_a_date_in_their_own_types_but_one_token(
    table_index: int, row: int, column: int, value: Scalar
) -> None:
    assert changed(table_index, row, column, value) == make(*CONTENT).token


@pytest.mark.parametrize(("row", "values"), [(2, (13, 13.0)), (1, (46023.0, dt.datetime(2026, 1, 1)))])
def test_hosts_give_one_token_for_odd_settings_too(row: int, values: tuple[Scalar, Scalar]) -> None:
    assert changed(3, row, 1, values[0]) == changed(3, row, 1, values[1])


def test_the_order_of_rows_changes_no_answer() -> None:
    rows = [
        [f"2026-0{m}", channel, None, m * len(channel or "x")]
        for m in range(1, 7)
        for channel in ("Email", "Signs", None)
    ]
    shuffled = random.Random(1).sample(rows, len(rows))
    one, other = make(table("Leads", *rows)), make(table("Leads", *shuffled))
    for channel in ("All", "Email", "Signs"):
        for period in ("2026-01", "2026-Q2", "all"):
            assert ask(one, "leads", channel, period) == ask(other, "leads", channel, period)


def test_the_order_of_rows_changes_no_token() -> None:
    rows = [["2026-01", "Email", None, 5], ["2026-02", "Signs", None, 7]]
    assert make(table("Leads", *rows)).token == make(table("Leads", *reversed(rows))).token


# Partial months


def test_a_partial_month_is_covered_but_not_complete() -> None:
    dataset = make(LEADS, [IMPORTS, ["CRM", "a.csv", "Leads", "2026-01-01", "2026-03-15"]])
    assert [month_text(m) for m in sorted(dataset.complete("leads"))] == ["2026-01", "2026-02"]
    assert parse_month("2026-03") in dataset.covered("leads")


@pytest.mark.parametrize("again", [("2026-03-01", "2026-03-31"), ("2026-03-16", "2026-03-31")])
def test_a_month_that_imports_together_cover_is_complete(again: tuple[str, str]) -> None:
    dataset = make(
        LEADS,
        [IMPORTS, ["CRM", "a.csv", "Leads", "2026-01-01", "2026-03-15"], ["CRM", "b.csv", "Leads", *again]],
    )
    assert parse_month("2026-03") in dataset.complete("leads")


def test_an_items_selection_is_read_with_its_own_coverage() -> None:
    dataset = make(
        table("CTA clicks", ["2026-01", "Email", None, 50], ["2026-02", "Email", None, 50]),
        [ITEMS, ["2026-02", "cta", "Demo", None, None, 10]],
    )
    assert isinstance(CATALOGUE.find("cta:Demo"), Item)
    assert ask(dataset, "cta:Demo", "All", "2026-01") is NA
    assert ask(dataset, "cta:Demo", "All", "2026-01:2026-02") == 10
