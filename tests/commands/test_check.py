"""The findings of check, each with its sheet and cell."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl.utils import get_column_letter

from xl_lifecycle.commands.check import Finding, check
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.xlsx.saved_book import SavedBook

CATALOGUE = FUNCTIONS.catalogue


def findings_of(path: Path) -> list[Finding]:
    return check(SavedBook(path), CATALOGUE)


def test_a_fresh_workbook_has_nothing_wrong(small_original: Path) -> None:
    assert findings_of(small_original) == []


def test_the_demo_workbook_has_nothing_seriously_wrong(demo_book: Path) -> None:
    assert [finding for finding in findings_of(demo_book) if finding.serious] == []


# Each: table, row (0 is the header), column, what is typed; then what check says of that cell.
WRONG: tuple[tuple[str, int, str | int, object, str, bool], ...] = (
    ("Costs", 1, "Marketing spend", "much", "Marketing spend: 'much' is not a number", True),
    ("Costs", 2, "Marketing spend", -5, "-5 is below 0", True),
    ("Costs", 3, "Marketing spend", True, "is not a number", True),
    ("Costs", 4, "Marketing spend", "#REF!", "#REF!", True),
    ("Convert", 1, "Month", "someday", "'someday' is not a month", True),
    ("Convert", 2, "Month", None, "the month is empty", True),
    ("Convert", 3, "Month", 2026, "is not a month", True),
    ("Convert", 4, "Channel", "All", '"All" cannot be a channel', True),
    ("Convert", 5, "Channel", "TV/Radio", '"TV/Radio" cannot be a channel', True),
    ("Convert", 6, "Channel", "Podcats", '"Podcats" is not listed on Settings; did you mean "Podcast"', True),
    ("Convert", 7, "Channel", "Skywriting", '"Skywriting" is not listed on Settings', False),
    ("Nurture", 0, "MQLs", "MQL s", "not a measure we know; did you mean", True),
    ("Nurture", 0, "SQLs", "Mood", "", True),
    ("Targets", 1, 0, "CACC", '"CACC" is not a metric, measure or item; did you mean', True),
    ("Settings", 4, 1, 13, '"13" is not a month from 1 to 12', True),
    ("Settings", 5, 1, "middle", '"middle" is neither start nor end', True),
)  # fmt: skip


@pytest.fixture(scope="module")
def wrong(
    small_original: Path, tmp_path_factory: pytest.TempPathFactory, edit: Any, table_cell: Any
) -> tuple[list[Finding], dict[tuple[str, int, str | int], str]]:
    """One workbook with all of them, its findings, and the place of each."""
    path = Path(shutil.copy(small_original, tmp_path_factory.mktemp("wrong") / "wrong.xlsx"))
    places: dict[tuple[str, int, str | int], str] = {}

    def spoil(book: Any) -> None:
        cells = [(change, table_cell(book, *change[:3])) for change in WRONG if change[2] != "SQLs"]
        for change, cell in cells:
            places[change[:3]] = f"{cell.parent.title}!{cell.coordinate}"
            cell.value = change[3]
            if change[3] == "#REF!":
                cell.data_type = "e"
        rename(book, "Nurture", "MQLs", "MQL s")

    edit(path, spoil)
    return findings_of(path), places


def rename(book: Any, table: str, old: str, new: str) -> str:
    """Rename a column as Excel does, in its header cell and in the table."""
    sheet = next(sheet for sheet in book.worksheets if table in sheet.tables)
    heads = sheet[sheet.tables[table].ref][0]
    head = next(cell for cell in heads if cell.value in (old, new))
    head.value = new
    for column in sheet.tables[table].tableColumns:
        column.name = new if column.name == old else column.name
    return f"{sheet.title}!{head.coordinate}"


@pytest.mark.parametrize(
    "change", [change for change in WRONG if change[2] != "SQLs"], ids=lambda change: str(change[3])
)
def test_each_finding_has_its_cell(wrong: Any, change: tuple[str, int, str | int, object, str, bool]) -> None:
    findings, places = wrong
    here = [finding for finding in findings if finding.where == places[change[:3]]]
    assert [finding.serious for finding in here if change[4] in finding.text] == [change[5]], (here, findings)


def test_the_serious_ones_come_first(wrong: Any) -> None:
    order = [finding.serious for finding in wrong[0]]
    assert order == sorted(order, reverse=True)
    assert not all(order)


def test_findings_are_one_line_each(wrong: Any) -> None:
    assert [finding for finding in wrong[0] if "\n" in finding.text or not finding.text] == []


def spoiled(
    small_book: Path, edit: Callable[..., Path], change: Callable[[Any], object]
) -> list[tuple[str, str, bool]]:
    edit(small_book, change)
    return [(finding.where, finding.text, finding.serious) for finding in findings_of(small_book)]


def test_a_renamed_column_is_missed_and_its_new_name_not_known(small_book: Path, edit: Any) -> None:
    places = []
    findings = spoiled(
        small_book, edit, lambda book: places.append(rename(book, "Costs", "Marketing spend", "Marketing spent"))
    )
    assert (
        places[0],
        'the column "Marketing spent" is not a measure we know; did you mean "Marketing spend"?',
        True,
    ) in findings
    assert any(where == "Costs!A4" and text == 'Costs has no column "Marketing spend"' for where, text, _ in findings)


def test_a_column_of_a_team_s_own_is_only_something_to_look_at(small_book: Path, edit: Any) -> None:
    places = []
    findings = spoiled(small_book, edit, lambda book: places.append(rename(book, "Costs", "Sales cost", "Zebra index")))
    assert (places[0], 'the column "Zebra index" is not a measure we know', False) in findings


def test_a_table_without_its_month_column(small_book: Path, edit: Any) -> None:
    findings = spoiled(small_book, edit, lambda book: rename(book, "Costs", "Month", "Mnth"))
    assert any(where == "Costs!A4" and "no column Month" in text and serious for where, text, serious in findings)


def test_two_columns_of_one_measure(small_book: Path, edit: Any) -> None:
    """In two languages, as Excel takes no header twice."""
    places = []
    findings = spoiled(small_book, edit, lambda book: places.append(rename(book, "Costs", "Sales cost", "마케팅 비용")))
    assert any(where == places[0] and "two columns" in text for where, text, _ in findings), findings


def set_target(column: int, value: object) -> Callable[[Any], object]:
    return lambda book: book["Targets"].cell(5, column, value)


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [(2, "Emial", '"Emial" is not a channel of this workbook; did you mean "Email"?'), (3, "soon", '"soon" is not a period'),
     (3, None, "the period is empty"), (4, "high", "the target is not a number"), (4, None, "the target is not a number"),
     (2, "Email/Spring", '"Spring" is not a campaign of Email'), (2, None, "the channel is empty")],
)  # fmt: skip
def test_a_target_that_cannot_be_met(small_book: Path, edit: Any, column: int, value: object, text: str) -> None:
    def change(book: Any) -> None:
        book["Targets"].cell(5, column).value = value

    findings = spoiled(small_book, edit, change)
    where = f"Targets!{get_column_letter(column)}5"
    assert any(at == where and text in what and serious for at, what, serious in findings), findings


def test_two_targets_for_the_same_however_they_are_written(small_book: Path, edit: Any) -> None:
    def change(book: Any) -> None:
        sheet = book["Targets"]
        for column, value in enumerate(("Customer acquisition cost", "email", "2026-01:2026-03", 40), 1):
            sheet.cell(6, column).value = value
        table = sheet.tables["Targets"]
        table.ref = table.autoFilter.ref = "A4:F6"

    findings = spoiled(small_book, edit, change)
    text = "Customer acquisition cost, email, 2026-01:2026-03 has two targets; keep one"
    assert ("Targets!A6", text, True) in findings


@pytest.mark.parametrize(
    ("cells", "column", "text"),
    [(("Emial", "2026-Q1", 500, 2), 0, '"Emial" is not a channel of this workbook; did you mean "Email"?'),
     (("Email", "soon", 500, 2), 1, '"soon" is not a period'), (("Email", "2026-Q1", None, 2), 2, "the budget is not a number"),
     (("Email", "2026-Q1", 500, "much"), 3, "the expected ROI is not a number"), (("Email", "2026-Q1", 500, None), 0, ""),
     ((None, "2026-Q1", 500, 1), 0, "")],
)  # fmt: skip
def test_a_budget_that_cannot_be_kept(
    small_book: Path, edit: Any, table_cell: Any, cells: tuple[object, ...], column: int, text: str
) -> None:
    before, places = spoiled(small_book, edit, lambda book: None), []

    def change(book: Any) -> None:
        for at, value in enumerate(cells):
            cell = table_cell(book, "Budgets", 1, at)
            cell.value = value
            places.append(f"Targets!{cell.coordinate}")

    new = [finding for finding in spoiled(small_book, edit, change) if finding not in before]
    if text:
        ((where, what, serious),) = new
        assert (where, serious) == (places[column], True)
        assert text in what
    else:
        assert new == []


def test_two_budgets_for_the_same(small_book: Path, edit: Any, table_cell: Any) -> None:
    def change(book: Any) -> None:
        table = book["Targets"].tables["Budgets"]
        first, last = table.ref.split(":")
        table.ref = table.autoFilter.ref = f"{first}:{last.rstrip('0123456789')}6"
        for row, period in ((1, "2026-Q1"), (2, "2026-01:2026-03")):
            for at, value in enumerate(("Email", period, 500, 2)):
                table_cell(book, "Budgets", row, at).value = value

    findings = spoiled(small_book, edit, change)
    assert [text for _, text, _ in findings if "has two budgets; keep one" in text] == [
        "Email, 2026-01:2026-03 has two budgets; keep one"
    ]


def row(book: Any, table_cell: Any, at: int, month: int, channel: str, campaign: str | None, **values: float) -> None:
    """Write a row of Costs."""
    table_cell(book, "Costs", at, "Month").value = dt.datetime(2026, month, 1)
    table_cell(book, "Costs", at, "Channel").value = channel
    table_cell(book, "Costs", at, "Campaign").value = campaign
    for name, value in values.items():
        table_cell(book, "Costs", at, name.replace("_", " ").capitalize()).value = value


@pytest.mark.parametrize(("total", "serious"), [(90.0, True), (30.0, False)])
def test_a_total_above_its_campaigns(small_book: Path, edit: Any, table_cell: Any, total: float, serious: bool) -> None:
    def change(book: Any) -> None:
        row(book, table_cell, 7, 3, "Email", None, Marketing_spend=total)
        row(book, table_cell, 8, 3, "Email", "One", Marketing_spend=total / 3)
        row(book, table_cell, 9, 3, "Email", "Two", Marketing_spend=2 * total / 3)

    (finding,) = spoiled(small_book, edit, change)
    assert finding[0] == "Costs!A11"
    assert "Marketing spend of Email in 2026-03 without a campaign equals the sum of its campaigns" in finding[1]
    assert finding[2] is serious


def test_a_stock_that_stands_twice(small_book: Path, edit: Any, table_cell: Any) -> None:
    places = []

    def change(book: Any) -> None:
        for column in ("Month", "Channel", "Customers at end"):
            table_cell(book, "Expand", 3, column).value = table_cell(book, "Expand", 2, column).value
        cell = table_cell(book, "Expand", 3, "Channel")
        places.append(f"Expand!A{cell.row}")

    findings = spoiled(small_book, edit, change)
    (finding,) = (finding for finding in findings if "has two values" in finding[1])
    assert finding[0].rstrip("0123456789") in ("Expand!A", "Expand!B", "Expand!D", "Expand!E")
    assert finding[0].endswith(places[0].partition("!A")[2])
    assert finding[2]


def test_a_gap_in_a_stock(small_book: Path, edit: Any, table_cell: Any) -> None:
    def change(book: Any) -> None:
        assert table_cell(book, "Expand", 5, "Channel").value == "Email"
        table_cell(book, "Expand", 5, "Customers at end").value = None
        table_cell(book, "Expand", 4, "Customers at end").value = 3  # Paid ads, so that February is covered

    findings = spoiled(small_book, edit, change)
    texts = [text for _, text, _ in findings]
    assert any("Customers at end of Email has no row for 2026-02" in text for text in texts), findings


def test_data_that_lost_its_name(small_book: Path, edit: Any) -> None:
    findings = spoiled(small_book, edit, lambda book: book.defined_names.__delitem__("Data"))
    assert ("Settings", "the name Data is missing; name the cell with =DATASET(...) Data", True) in findings


def test_a_setting_that_no_function_can_use(small_book: Path, edit: Any) -> None:
    """The period of every sheet: each figure would be #VALUE!."""
    findings = spoiled(small_book, edit, lambda book: book["Settings"].__setitem__("B7", "sometime"))
    assert any(where == "Settings!B7" and "sometime" in text and serious for where, text, serious in findings), findings


def test_a_picker_that_no_function_can_use(small_book: Path, edit: Any) -> None:
    findings = spoiled(small_book, edit, lambda book: book["Overview"].__setitem__("B4", "Emial"))
    assert any(where == "Overview!B4" and "Emial" in text for where, text, _ in findings), findings


def test_an_import_line_that_cannot_be_read(small_book: Path, edit: Any, table_cell: Any) -> None:
    def change(book: Any) -> None:
        for column, value in (
            ("Measure", "Moods"),
            ("From", dt.datetime(2026, 1, 1)),
            ("To", dt.datetime(2026, 1, 31)),
        ):
            table_cell(book, "Imports", 1, column).value = value

    findings = spoiled(small_book, edit, change)
    assert any(where.startswith("Changes!") and '"Moods" is not a measure' in text for where, text, _ in findings), (
        findings
    )


def test_an_item_that_cannot_be_read(small_book: Path, edit: Any, table_cell: Any) -> None:
    def change(book: Any) -> None:
        for column, value in (("Month", dt.datetime(2026, 1, 1)), ("Kind", "keywrd"), ("Item", "crm"), ("Value", 3)):
            table_cell(book, "Items", 1, column).value = value

    findings = spoiled(small_book, edit, change)
    assert any(
        where == "Items!B5" and '"keywrd" is not a kind of item; did you mean "keyword"?' in text
        for where, text, _ in findings
    )


RULES: tuple[tuple[str, int, list[object], int, str], ...] = (
    ("ChannelRules", 1, ["Googel Ads campaign report", "x", None, "y", None], 0, "did you mean"),
    ("ChannelRules", 2, [None, "x", None, "TV/Radio", None], 3, '"TV/Radio" cannot be a channel'),
    ("ChannelRules", 4, [None, "z", None, "Email", None], 0, ""),
    ("ChannelRules", 5, [None, "Z", None, "Podcast", None], 0, "row 5 of ChannelRules has the same rule"),
    ("LeadDefinitions", 1, ["MQLz", None, "Status", "x"], 0, '"MQLz" is not a measure; did you mean "mql"'),
    ("SourceRules", 1, ["leads", "Hubspt deals"], 1, 'did you mean "HubSpot deals"'),
    ("ExchangeRates", 1, ["USD", "2026-01", "much"], 2, '"much" is not a rate'),
    ("ExchangeRates", 2, ["EUR", "2026-01", 1.1], 0, "the workbook's currency"),
    ("Networks", 1, ["LinkedIn"], 0, ""),
)


@pytest.fixture
def ruled(small_book: Path, edit: Any, table_cell: Any) -> tuple[Path, list[str]]:
    places = []

    def type_rules(book: Any) -> None:
        for table, row, cells, column, _ in RULES:
            for i, value in enumerate(cells):
                table_cell(book, table, row, i).value = value
            cell = table_cell(book, table, row, column)
            places.append(f"{cell.parent.title}!{cell.coordinate}")
        for i, name in enumerate(("LinkedIm", "Mastodon"), 1):
            for j, value in enumerate(("2026-01", "network", name, "Email", "followers", 5)):
                sheet = table_cell(book, "Items", 0, 0)
                sheet.parent.cell(sheet.row + i, sheet.column + j).value = value
        items = next(sheet for sheet in book.worksheets if "Items" in sheet.tables)
        table = items.tables["Items"]
        table.ref = f"{table.ref.partition(':')[0]}:{get_column_letter(cell_of(items, table) + 5)}{start_of(table) + 2}"

    edit(small_book, type_rules)
    return small_book, places


def cell_of(sheet: Any, table: Any) -> int:
    return int(sheet[table.ref.partition(":")[0]].column)


def start_of(table: Any) -> int:
    return int("".join(filter(str.isdigit, table.ref.partition(":")[0])))


def test_rules_that_cannot_be_kept_have_their_cells(ruled: tuple[Path, list[str]]) -> None:
    path, places = ruled
    findings = findings_of(path)
    for place, (*_, text) in zip(places, RULES, strict=True):
        here = [finding for finding in findings if finding.where == place]
        assert [text in finding.text and finding.serious for finding in here] == ([True] if text else []), (place, here)


def test_networks_that_do_not_count_are_told(ruled: tuple[Path, list[str]]) -> None:
    serious_by_text = {f.text: f.serious for f in findings_of(ruled[0]) if "Networks" in f.text}
    assert serious_by_text == {
        'the network "LinkedIm" is not listed on Settings, table Networks; did you mean "LinkedIn"?: '
        "its followers do not count": True,
        'the network "Mastodon" is not listed on Settings, table Networks: its followers do not count': False,
    }
