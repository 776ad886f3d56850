"""EXPLAIN: the inputs of a number, or why there is no number."""

from __future__ import annotations

import pytest

from xl_lifecycle.core.catalogue.catalogue import collect
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.values import Grid, Scalar
from xl_lifecycle.core.functions import Functions

CATALOGUE = collect()
HEAD = ["Month", "Channel", "Campaign"]
ITEMS = ["Month", "Kind", "Item", "Channel", "Measure", "Value"]
IMPORTS = ["Source", "File", "Measure", "From", "To"]

BOOK: tuple[Grid, ...] = (
    [[*HEAD, "Marketing spend"],
     ["2026-01", "Paid ads", "Brand", 600], ["2026-01", "Paid ads", "Generic", 400], ["2026-02", "Paid ads", None, 500],
     ["2026-03", "Paid ads", None, 300]],
    [[*HEAD, "New customers", "Visitors"],
     ["2026-01", "Paid ads", None, 10, 100], ["2026-03", "Paid ads", None, 10, 200],
     ["2026-03", "Email", None, "ten", 50]],
    [IMPORTS, ["Google Ads", "a.csv", "Marketing spend", "2026-01-08", "2026-02-28"]],
)  # fmt: skip


def explain(*args: Scalar, grids: tuple[Grid, ...] = BOOK) -> list[list[Scalar]]:
    functions = Functions(CATALOGUE)
    functions.default = str(functions.call("DATASET", list(grids)))
    rows = functions.call("EXPLAIN", args)
    assert isinstance(rows, list)
    assert {len(row) for row in rows} == {3}, "a rectangle, so that it spills"
    return [list(row) for row in rows]


def by_label(rows: list[list[Scalar]]) -> dict[Scalar, list[Scalar]]:
    return {row[0]: row[1:] for row in rows[1:]}


def test_all_that_a_number_is_made_of() -> None:
    rows = explain("cac", "Paid ads", "2026-Q1")
    assert rows[0] == ["Customer acquisition cost", "CAC", "Paid ads, 2026-Q1"]
    cells = by_label(rows)
    assert cells["Value"] == [65.0, "currency"]  # (1,000 + 300) / 20, without February's 500
    assert cells["Marketing spend"][0] == 1300
    assert "sum" in str(cells["Marketing spend"][1])
    assert "3 rows" in str(cells["Marketing spend"][1])
    assert "Costs" in str(cells["Marketing spend"][1])
    assert "Google Ads" in str(cells["Marketing spend"][1])
    assert cells["New customers"][0] == 20
    assert "2 rows" in str(cells["New customers"][1])
    assert "Google Ads" not in str(cells["New customers"][1])
    assert cells["Months used"] == ["2026-01, 2026-03", "2 months"]
    assert cells["Months dropped"][0] == "2026-02"
    assert "New customers" in str(cells["Months dropped"][1])
    assert "Marketing spend" not in str(cells["Months dropped"][1])
    assert cells["Months covered in part"][0] == "2026-01"
    assert cells["Formula"][1] == "spend / new_customers"
    assert str(cells["Definition"][1]).startswith("Customer acquisition cost: marketing spend divided by")
    assert cells["Unit"] == ["currency", "lower is better; lagging indicator"]
    assert "FANNIT" in str(cells["Source of definition"][1])


def test_a_measure_is_explained_too() -> None:
    rows = explain("spend", "Paid ads/Brand", "2026-01")
    assert rows[0] == ["Marketing spend", "spend", "Paid ads/Brand, 2026-01"]
    cells = by_label(rows)
    assert cells["Value"] == [600.0, "currency"]
    assert "1 row of" in str(cells["Marketing spend"][1])
    assert cells["Months used"] == ["2026-01", "1 month"]
    assert "Formula" not in cells
    assert cells["Unit"] == ["currency", "neither is better; input indicator"]


def test_a_month_covered_in_part_is_told_of_only_where_it_is_used() -> None:
    assert "Months covered in part" in by_label(explain("spend", "Paid ads", "2026-Q1"))
    assert "Months covered in part" not in by_label(explain("spend", "Paid ads", "2026-02"))
    assert "Months covered in part" not in by_label(explain("new_customers", "Paid ads", "2026-01"))


def test_visitors_in_a_ratio_are_said_to_be_visitor_months() -> None:
    leads: Grid = [[*HEAD, "Leads"], ["2026-01", "Paid ads", None, 3], ["2026-03", "Paid ads", None, 3]]
    cells = by_label(explain("conversion_rate", "Paid ads", "2026-Q1", grids=(*BOOK, leads)))
    assert cells["Value"][0] == 0.02
    assert "month by month" in str(cells["Visitors"][1])
    assert "twice" in str(cells["Visitors"][1])


@pytest.mark.parametrize(
    ("args", "error", "words"),
    [
        (("cac", "All", "2026-03"), "#VALUE!", ["New customers", "row 4", "'ten'"]),
        (("cac", "Paid ads", "2026-02"), "#N/A", ["New customers is recorded for 2026-01, 2026-03"]),
        (("cac", "Email", "2026-01"), "#DIV/0!", ["CAC divides by zero", "new_customers is 0"]),
        (("ltv", "All", "2026-01"), "#N/A", ["no table has a column"]),
        (("cac", "Piad ads", "2026-01"), "#VALUE!", ['"Piad ads" is not a channel', 'did you mean "Paid ads"']),
        (("cac", "Paid ads/Brnd", "2026-01"), "#VALUE!", ['"Brnd" is not a campaign of Paid ads', '"Brand"']),
        (("caac", "All", "2026-01"), "#VALUE!", ['"caac" is not a metric', 'did you mean "cac"']),
        (("keyword:crm", "All", "2026-01"), "#VALUE!", ['this workbook has no keyword "crm"']),
        (("cac", "All", "soon"), "#VALUE!", ['"soon" is not a period', "2026-Q1"]),
        (("cac", None, "2026-01"), "#N/A", ["the channel is empty"]),
        (("cac", "All", None), "#N/A", ["the period is empty"]),
        ((None, "All", "2026-01"), "#N/A", ["the name is empty"]),
        (("cac", ExcelError.REF, "2026-01"), "#REF!", ["the channel is #REF!"]),
        (("cac", "All", "2026-01", "x"), "#VALUE!", ["not a dataset", "Data"]),
        (("visitors", "Paid ads", "2026-Q1"), "#N/A", ["does not add up over months", "one month"]),
    ],
)
def test_for_an_error_the_reason_in_words(args: tuple[Scalar, ...], error: str, words: list[str]) -> None:
    rows = explain(*args)
    assert rows[1][:2] == ["Value", ExcelError(error)], "a real error, so that ISERROR sees it"
    assert rows[2][0] == "Reason"
    for word in words:
        assert word in str(rows[2][2])


@pytest.mark.parametrize(
    "args", [("cac", "All", "2026-03"), ("cac", "Piad ads", "2026-01"), ("cac", "Email", "2026-01")]
)
def test_a_refused_metric_still_says_what_it_is(args: tuple[Scalar, ...]) -> None:
    cells = by_label(explain(*args))
    assert cells["Formula"][1] == "spend / new_customers"
    assert "Definition" in cells


def test_explain_shows_the_very_value_the_function_gives() -> None:
    functions = Functions(CATALOGUE)
    functions.default = str(functions.call("DATASET", list(BOOK)))
    for name in (*CATALOGUE.metrics, *CATALOGUE.measures):
        for place in (("Paid ads", "2026-01"), ("All", "2026-Q1"), ("Email", "all")):
            assert functions.call("EXPLAIN", [name, *place])[1][1] == functions.call("KPI", [name, *place])


def test_an_items_rows_are_said_to_be_of_items() -> None:
    grids: tuple[Grid, ...] = ([ITEMS, ["2026-01", "cta", "Demo", None, None, 10]],)
    cells = by_label(explain("cta:Demo", "All", "2026-01", grids=grids))
    assert "of Items" in str(cells["CTA clicks"][1])


def test_only_the_imports_of_the_months_used_are_named() -> None:
    cells = by_label(explain("cac", "Paid ads", "2026-03"))
    assert "Google Ads" not in str(cells["Marketing spend"][1])


def test_a_month_that_is_a_date_is_shown_as_a_month() -> None:
    for cell in (46023.0, 46023):  # Lite passes whole numbers as such
        assert explain("cac", "Paid ads", cell)[0][2] == "Paid ads, 2026-01"
    assert explain("cac", "Paid ads", 2026)[0][2] == explain("cac", "Paid ads", 2026.0)[0][2] == "Paid ads, 2026"
