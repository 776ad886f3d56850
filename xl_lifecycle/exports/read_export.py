"""Reads tables of any known format, pasted on a sheet or from a file, as imports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from xl_lifecycle.content.rules import Rules
from xl_lifecycle.core.language.text import Text
from xl_lifecycle.exports.aggregate import read_aggregate
from xl_lifecycle.exports.crm_records import read_records
from xl_lifecycle.exports.dates import parse_moment
from xl_lifecycle.exports.declaration import Declaration
from xl_lifecycle.exports.decode import grids_of_cells, text_cells
from xl_lifecycle.exports.facts import Import
from xl_lifecycle.exports.items import read_items, read_report_of_items
from xl_lifecycle.exports.lead_definitions import apply_lead_rules
from xl_lifecycle.exports.recognise import ExportTable, line_of, recognise

READERS = {
    "aggregate": read_aggregate,
    "plain": read_aggregate,
    "records": read_records,
    "items": read_items,
    "report of items": read_report_of_items,
}
Progress = Callable[[str], None]
NO_RULES = Rules()


def read_cells(
    name: str,
    rows: Sequence[Sequence[object]],
    first_row: int = 1,
    declarations: Sequence[Declaration] = (),
    rules: Rules = NO_RULES,
) -> Import:
    """Recognise an export that was pasted on a sheet, read it and reconcile it.

    rows: the sheet's cells, beginning at its row first_row; a blank cell is None or "". declarations: the formats, if
    not only ours.
    """
    return import_table(recognise(name, grids_of_cells(name, rows, first_row), declarations), [], rules)


def import_table(table: ExportTable, remarks: list[str], rules: Rules = NO_RULES) -> Import:
    """Read a recognised table by people's rules, and reconcile it."""
    declaration = table.declaration
    table = apply_lead_rules(table, rules, remarks)
    if table.declaration.shape != "records" and any(
        set(text_cells(row)) >= set(text_cells(table.header)) for row in table.elsewhere
    ):
        remarks.append(Text("the file has several such tables, for segments or comparisons: only the first is read"))
    for row in table.elsewhere:
        if warning := table.declaration.warns.search(line_of(row)):
            remarks.append(Text("the file says {text!r}: export it again later", text=warning[0]))
    result = READERS[table.declaration.shape](table, remarks, rules)
    names = {table.file.casefold(), table.file.partition("/")[0].casefold()}
    preferred = tuple(name for name in rules.prefer if name.casefold() in names)
    return replace(
        result, declaration=declaration, why=table.why, export_time=_export_time(table), preferred_names=preferred
    )


def _export_time(table: ExportTable) -> datetime | None:
    """When the file says that it was exported."""
    match = table.declaration.export_time.search("\n".join(map(line_of, table.elsewhere)))
    return parse_moment(match[1], table.order) if match else None
