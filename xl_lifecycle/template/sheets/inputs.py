"""Tables that people and imports fill: on the stage sheets, and on Costs and Items."""

from __future__ import annotations

from xl_lifecycle.core.language.vocabulary import InputTable
from xl_lifecycle.template.model import SheetPlan, TablePlan
from xl_lifecycle.template.planner import Draft


def input_table(draft: Draft, sheet: SheetPlan, table: InputTable, row: int) -> None:
    """Put an input table on a sheet, with its columns in the order of the catalogue."""
    header, *rows = draft.grids[table.value]
    units = [measure.unit.value for measure in draft.catalogue.table(table)]
    styles = ["input month", "input text", "input text", *(f"input {unit}" for unit in units)]
    sheet.heights[row] = 48
    sheet.tables.append(TablePlan(table.value, row, 1, [str(cell) for cell in header], rows, styles))


def costs(draft: Draft) -> SheetPlan:
    sheet = SheetPlan(draft.sheet_names["costs"], color="cost")
    hint = draft.word(
        "What marketing and sales cost, month by month. Leave the channel empty for costs that belong to no channel."
    )
    sheet.put(1, 1, draft.word("Costs"), "title")
    sheet.put(2, 1, hint, "subtitle")
    sheet.widths |= {1: 14, 2: 24, 3: 24, 4: 16, 5: 16, 6: 16}
    input_table(draft, sheet, InputTable.COSTS, 4)
    sheet.frozen = (4, 0)
    return sheet


def items(draft: Draft) -> SheetPlan:
    sheet = SheetPlan(draft.sheet_names["items"], color="cost")
    hint = draft.word(
        "What is recorded one by one: keywords, pages, content, calls to action, programs, networks, events."
    )
    sheet.put(1, 1, draft.word("Items"), "title")
    sheet.put(2, 1, hint, "subtitle")
    header, *rows = draft.grids["Items"]
    sheet.widths |= {1: 14, 2: 18, 3: 36, 4: 20, 5: 28, 6: 14}
    styles = ["input month", *["input text"] * 4, "input number"]
    sheet.tables.append(TablePlan("Items", 4, 1, [str(cell) for cell in header], rows, styles))
    sheet.frozen = (4, 0)
    return sheet
