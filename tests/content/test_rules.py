"""The tables of rules on Settings: what they say, and what is wrong in them."""

from __future__ import annotations

import pytest

from xl_lifecycle.content.rules import RULE_TABLES, ChannelRule, LeadRule, Rate, Rules, fits, is_source, read_rules
from xl_lifecycle.core.catalogue.catalogue import collect
from xl_lifecycle.core.cells.headers import HEADERS
from xl_lifecycle.core.cells.values import Grid, Scalar
from xl_lifecycle.core.language.text import translate
from xl_lifecycle.core.language.vocabulary import LANGUAGES, Language

SOURCES = ("Google Ads campaign report", "HubSpot contacts", "HubSpot deals", "Google Analytics 4 traffic acquisition")


def grid(table: str, *rows: list[Scalar], language: Language = "en") -> dict[str, Grid]:
    return {table: [[translate(HEADERS[key], language) for key in RULE_TABLES[table]], *rows]}


def rules(table: str, *rows: list[Scalar], language: Language = "en") -> Rules:
    return read_rules(grid(table, *rows, language=language), collect(), SOURCES, "USD")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_is_read_in_every_language(language: Language) -> None:
    grids = (
        grid("ChannelRules", ["GA4", " Paid  Social ", None, "소셜 미디어", None], [None] * 5, language=language)
        | grid("LeadDefinitions", ["SQLs", None, "Lead Status", "Qualified; Open*"], language=language)
        | grid("SourceRules", ["leads", "hubspot"], language=language)
        | grid("ExchangeRates", ["eur", 46023, 1.1], ["EUR", "2026-04", 1], language=language)
    )
    result = read_rules(grids, collect(), SOURCES, "USD")
    assert (result.problems, result.unknown_sources) == ((), ())
    assert result.channels == (ChannelRule("GA4", "Paid Social", "", "Social media", ""),)
    assert result.leads == (LeadRule("sqls", "", "Lead Status", "Qualified; Open*"),)
    assert result.source_rules == (("leads", "hubspot"),)
    assert result.rates == (Rate("EUR", 24312, 1.1), Rate("EUR", 24315, 1.0))
    assert result.tables["ExchangeRates"] == [["eur", 46023, 1.1], ["EUR", "2026-04", 1]]


WRONG = (
    ("ChannelRules", ["Googel Ads campaign report", "x", None, "y", None], 0, "is not a known source; did you mean"),
    ("ChannelRules", [None, "x", None, "All", None], 3, '"All" cannot be a channel'),
    ("ChannelRules", [None, "x", None, "TV/Radio", None], 3, '"TV/Radio" cannot be a channel'),
    ("ChannelRules", [None, "x", None, None, None], 3, "names no new channel or campaign"),
    ("LeadDefinitions", ["MQLz", None, "Status", "x"], 0, '"MQLz" is not a measure; did you mean "mql'),
    ("LeadDefinitions", ["spend", None, "Status", "x"], 0, "spend is not one of leads, mqls"),
    ("LeadDefinitions", ["leads", None, None, "x"], 2, "the cell is empty"),
    ("SourceRules", ["leeds", "HubSpot"], 0, '"leeds" is not a measure; did you mean "leads"'),
    ("SourceRules", ["leads", "Hubspt contacts"], 1, 'did you mean "HubSpot contacts"'),
    ("ExchangeRates", ["EURO", "2026-01", 1.1], 0, "is not a currency"),
    ("ExchangeRates", ["USD", "2026-01", 1.1], 0, "the workbook's currency"),
    ("ExchangeRates", ["EUR", "soon", 1.1], 1, "is not a month"),
    ("ExchangeRates", ["EUR", "2026-01", "much"], 2, '"much" is not a rate'),
    ("ExchangeRates", ["EUR", "2026-01", 0], 2, "is not a rate"),
    ("ExchangeRates", ["EUR", "2026-01", -1], 2, "is not a rate"),
)


@pytest.mark.parametrize(("table", "row", "column", "text"), WRONG)
def test_a_wrong_rule_is_told_with_its_cell(table: str, row: list[Scalar], column: int, text: str) -> None:
    result = rules(table, row)
    (problem,) = [*result.problems, *(each for _, each in result.unknown_sources)]
    assert (problem.table, problem.row, problem.column) == (table, 1, column)
    assert text in problem.text


@pytest.mark.parametrize(
    ("table", "one", "other"),
    [
        ("ChannelRules", [None, "x", None, "y", None], [None, "X", None, "z", None]),
        ("LeadDefinitions", ["MQLs", None, "Status", "a"], ["mqls", None, "status", "b"]),
        ("SourceRules", ["leads", "HubSpot contacts"], ["Leads", "GA4"]),
        ("ExchangeRates", ["EUR", "2026-01", 1], ["eur", "Jan 2026", 2]),
        ("Networks", ["LinkedIn"], ["linkedin"]),
    ],
)
def test_two_rules_of_the_same_are_told(table: str, one: list[Scalar], other: list[Scalar]) -> None:
    (problem,) = rules(table, one, [None] * len(one), other).problems
    assert (problem.row, problem.column) == (3, 0)
    assert f"row 2 of {table}" in problem.text


def test_a_column_that_is_missing_is_told() -> None:
    result = read_rules({"SourceRules": [["Measure", "From where"], ["leads", "x"]]}, collect(), SOURCES, "USD")
    assert result.problems[0].text == 'SourceRules has no column "source": add it'


def test_patterns() -> None:
    assert fits("Brand*", "BRAND [EU]")
    assert fits("a?c [x]", "abc [x]")
    assert not fits("a?c", "ac")
    assert not fits("brand", "brand eu")
    assert fits("", "")
    assert is_source("ga4", "Google Analytics 4 traffic acquisition")
    assert not is_source("HubSpot deals", "HubSpot contacts")


def test_the_first_rule_that_fits_counts() -> None:
    some = rules(
        "ChannelRules",
        ["Google Ads", None, "Brand*", None, "Brand"],
        [None, "Display", None, "Banners", None],
        [None, "유료 광고", None, "Other ads", None],
    )
    ads, ga4 = SOURCES[0], SOURCES[3]
    assert some.place(ads, "", "Paid ads", "brand EU") == ("Paid ads", "Brand")
    assert some.place(ads, "", "Paid ads", "Generic") == ("Other ads", "Generic")
    assert some.place(ga4, "Display", "Paid ads", "") == ("Banners", "")
    assert some.place(ga4, "Organic Search", "Organic search", "Brand") == ("Organic search", "Brand")


def test_the_latest_rate_is_in_force() -> None:
    result = Rules(rates=(Rate("EUR", 24315, 1.2), Rate("EUR", 24312, 1.1)))
    assert result.rate("EUR", 24311) is None
    assert [result.rate("EUR", month).rate for month in (24312, 24314, 24315, 24400)] == [1.1, 1.1, 1.2, 1.2]
