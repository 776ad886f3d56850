"""Which cells a refresh changes in a workbook's tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import pytest

from xl_lifecycle.content.content import INPUT_TABLES, TABLES, Content, InputRow, ItemRow, empty
from xl_lifecycle.content.edits import Edit, edits
from xl_lifecycle.content.read_content import read_content
from xl_lifecycle.core.cells.errors import BookError
from xl_lifecycle.core.cells.values import Grid, Scalar
from xl_lifecycle.core.dataset.read_tables import read_tables
from xl_lifecycle.core.dataset.tables import Settings
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.core.language.vocabulary import InputTable
from xl_lifecycle.exports.declaration import titles

CATALOGUE = FUNCTIONS.catalogue
JANUARY = 24312
Change = Callable[[Content], object]


def grids(costs: Sequence[Sequence[Scalar]] = (), language: str = "en") -> dict[str, Grid]:
    """A small workbook's tables; costs: its rows of month, channel, campaign, marketing spend."""
    content = empty(["Email"], [JANUARY], Settings(language=language))
    result: dict[str, Grid] = {table.value: content.input_grid(table, CATALOGUE) for table in INPUT_TABLES}
    width = len(result["Costs"][0])
    if costs:
        result["Costs"] = [result["Costs"][0], *([*row, *[None] * (width - len(row))] for row in costs)]
    result |= {
        "Items": [*content.item_grid(CATALOGUE), [None] * 6],
        "Settings": content.setting_grid(),
        "Channels": [["Channel", "Sheet", "Owner"], ["Email", "Email", "Kim"], [None, None, None]],
        "Imports": [*content.import_grid(CATALOGUE), [None] * 10],
        "Targets": [["Metric", "Channel"], ["CAC", "Email"]],
        "Periods": [["Periods"], ["all"], ["2026-H1"], [46023], [2026], ["2026-Q1"]],
    }
    return result


def edits_by_table(cells: dict[str, Grid], change: Change) -> dict[str, Edit]:
    """The edits for a change of what the tables hold."""
    tables = read_tables({name: cells[name] for name in TABLES if name != "Targets"}, CATALOGUE)
    content = read_content(tables, cells, CATALOGUE, titles())
    change(content)
    return {edit.table: edit for edit in edits(cells, content, {"Bus": "Bus"}, CATALOGUE)}


def row(content: Content, at: int) -> InputRow:
    return next(row for row in content.rows[InputTable.COSTS] if row.at == at)


@pytest.mark.parametrize("language", ["en", "ko", "ja"])
def test_what_was_read_and_not_changed_is_not_written(language: str) -> None:
    assert (
        edits_by_table(grids([["2026-01", "email", " x ", 5], [None] * 4, ["?", "", 3.0, "text"]], language), id) == {}
    )


def test_only_the_cell_that_differs_is_written() -> None:
    result = edits_by_table(
        grids([[46023, "Email", None, 5], [46023, "Email", "x", 6]]), lambda c: row(c, 2).values.update(spend=7.0)
    )
    assert {name: edit.cells for name, edit in result.items()} == {"Costs": {(2, 3): 7.0}}


@pytest.mark.parametrize("old", [1, True, "1", "", None])
def test_a_number_is_not_what_looks_like_it(old: Scalar) -> None:
    result = edits_by_table(grids([[46023, "Email", None, old]]), lambda c: row(c, 1).values.update(spend=1))
    assert ("Costs" in result) == (old is True or old != 1)


def test_new_rows_come_below_the_last_that_holds_anything() -> None:
    rows: list[list[Scalar]] = [
        [46023, "Email", None, 5],
        [None] * 4,
        [None, None, None, None, None, "note"],
        [None] * 4,
    ]
    result = edits_by_table(
        grids(rows), lambda c: c.rows[InputTable.COSTS].insert(0, InputRow(JANUARY + 1, "Email", "", {"spend": 9.0}))
    )
    assert result["Costs"].cells == {(4, 0): 46054, (4, 1): "Email", (4, 3): 9.0}
    assert (result["Costs"].rows(), result["Costs"].months) == (4, 0)


def test_a_row_that_was_dropped_loses_its_values_only() -> None:
    result = edits_by_table(grids([[46023, "Email", None, 5]]), lambda c: c.rows[InputTable.COSTS].clear())
    assert result["Costs"].cells == {(1, 3): None}


def test_new_channels_stand_in_blank_rows_first_and_owners_stay() -> None:
    result = edits_by_table(grids(), lambda c: c.channels.append("Bus"))
    assert result["Channels"].cells == {(2, 0): "Bus", (2, 1): "Bus"}


def test_periods_that_are_no_year_and_no_quarter_stay() -> None:
    tables = grids()
    tables["Periods"] = [["Periods"], ["all"], [2026], ["2026-Q1"], ["2026-H1"], [46023]]
    result = edits_by_table(tables, lambda c: c.months.extend([JANUARY + 12]))
    assert [result["Periods"].cells.get((r, 0)) for r in range(1, 8)] == [
        None, "2026-H1", 46023, 2027, 2026, "2027-Q1", "2026-Q1",
    ]  # fmt: skip


def test_an_item_is_added_with_all_its_cells() -> None:
    item = ItemRow(JANUARY, "keyword", "crm", "Email", "rank", 3.0)
    result = edits_by_table(grids(), lambda c: c.items.append(item))
    assert list(result["Items"].cells.values()) == [46023, "keyword", "crm", "Email", "Rank", 3.0]


def test_a_table_without_a_measure_s_column_is_refused() -> None:
    result = grids()
    result["Costs"] = [["Month", "Channel", "Campaign"], [46023, "Email", None]]
    assert edits_by_table(result, id) == {}
    with pytest.raises(BookError, match=r'^table Costs has no column "Marketing spend": add it, and refresh again$'):
        edits_by_table(result, lambda c: row(c, 1).values.update(spend=1))


def test_dates_of_imports_are_serial_numbers() -> None:
    from xl_lifecycle.content.content import ImportLine

    line = ImportLine("a", "b", "spend", dt.date(2026, 1, 1), dt.date(2026, 1, 31), 1, 2.0, None, ("Email",))
    result = edits_by_table(grids(), lambda c: c.imports.append(line))
    assert result["Imports"].cells[1, 3] == 46023
