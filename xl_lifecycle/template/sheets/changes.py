"""Changes: what the last refresh brought, each file against its own total, and what it changed."""

from __future__ import annotations

from xl_lifecycle.template.draft import Draft
from xl_lifecycle.template.layout import Sheet, Table
from xl_lifecycle.values import Scalar


def changes(draft: Draft) -> Sheet:
    """Plan the Changes sheet."""
    word = draft.word
    sheet = Sheet(draft.sheet_names["changes"], color="start")
    sheet.put(0, 0, word("Changes"), "title")
    hint = "What the last refresh read, checked against each file's own total, and which values it changed."
    sheet.put(1, 0, word(hint), "subtitle")
    sheet.widths |= {0: 120, 1: 16, 2: 16}
    rows: list[list[Scalar]] = [[line] for line in draft.content.report] or [[None]]
    sheet.tables.append(Table("Report", 3, 0, [word("Last refresh")], rows, ["text"]))
    sheet.frozen = (4, 0)
    return sheet
