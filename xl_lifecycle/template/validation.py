"""Checks of what people type: months, channels and numbers in the tables, and a warning before formulas change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xl_lifecycle.core.cells.addresses import Area
from xl_lifecycle.core.language.vocabulary import Unit
from xl_lifecycle.template.model import Formula, Rule, SheetPlan, TablePlan
from xl_lifecycle.template.pickers import CHANNEL_NAMES
from xl_lifecycle.template.planner import Draft

MESSAGES = {
    "month": "A month is expected here: 2026-03, or a day in it.",
    "number": "A number of 0 or more is expected here. Leave the cell empty if you do not know it.",
    "any number": "A number is expected here.",
    "list": "This channel is not in the table Channels on Settings.",
    "formula": "This cell has a formula. If you type over it, the figure no longer follows the data.",
}
_NUMBERS = {"number", *(unit.value for unit in Unit)}


def rules(draft: Draft, sheet: SheetPlan) -> list[Rule]:
    """The rules of a sheet's tables by kind, and one for all its formulas except those that a list may replace."""
    areas_by_rule: dict[tuple[str, str], list[Area]] = {}
    list_cells = {(each.row + i, each.column) for each in sheet.choices for i in range(each.rows)}
    for table in sheet.tables:
        for column, kind, source in _columns(draft, table):
            if (table.row + 1, column) in list_cells:
                continue
            areas_by_rule.setdefault((kind, source), []).append((table.row + 1, column, table.last_row, column))
    areas_by_rule["formula", ""] = [area for area in _formulas(sheet) if area[:2] not in list_cells]
    return [
        Rule(kind, tuple(_join(areas)), draft.word(MESSAGES[kind]), source)
        for (kind, source), areas in areas_by_rule.items()
        if areas
    ]


def _join(areas: Sequence[Area]) -> list[Area]:
    """Join adjacent areas: first those side by side, then those below each other."""
    for rows, (first, last) in ((slice(0, 3, 2), (1, 3)), (slice(1, 4, 2), (0, 2))):
        result: list[Area] = []
        for area in sorted(areas, key=lambda each: (each[rows], each[first])):
            if result and result[-1][rows] == area[rows] and result[-1][last] == area[first] - 1:
                joined = [*result.pop()]
                joined[last] = area[last]
                area = (joined[0], joined[1], joined[2], joined[3])
            result.append(area)
        areas = result
    return list(areas)


def _columns(draft: Draft, table: TablePlan) -> Iterator[tuple[int, str, str]]:
    """The columns of a table that have a rule: the column, the kind of rule, and the list."""
    for column, (header, style) in enumerate(zip(table.headers, table.styles, strict=True), table.column):
        kind, _, unit = style.partition(" ") if isinstance(style, str) else ("", "", "")
        if kind != "input":
            continue
        if header == draft.content.header("channel"):
            yield column, "list", f"={CHANNEL_NAMES}"
        elif unit == "month":
            yield column, "month", ""
        elif unit in _NUMBERS:
            measure = draft.catalogue.measure_of(header)
            yield column, "number" if measure and not measure.negative else "any number", ""


def _formulas(sheet: SheetPlan) -> Iterator[Area]:
    for cell in sheet.cells:
        if isinstance(cell.content, Formula):
            yield cell.area
