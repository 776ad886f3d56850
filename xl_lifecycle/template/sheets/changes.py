"""Changes: what the last refresh read, what was imported compared with each file's total, and what changed since."""

from __future__ import annotations

from xl_lifecycle.content.content import REVISIONS
from xl_lifecycle.core.cells.values import Grid, Scalar
from xl_lifecycle.template.model import SheetPlan, TablePlan
from xl_lifecycle.template.planner import Draft

TOP = 4  # the row of all headers: the tables are side by side, so that each can grow
REPORT_WIDTH = 72
# The columns of each table: width and style.
IMPORTS = (
    (28, "listed"), (30, "listed"), (22, "listed"), (13, "day"), (13, "day"), (8, "value count"), (14, "amount"),
    (14, "amount"), (28, "listed"), (38, "listed"),
)  # fmt: skip
REVISED = (
    (13, "day"), (12, "month"), (18, "listed"), (30, "listed"), (12, "listed"), (24, "listed"), (22, "listed"),
    (14, "amount"), (14, "day"), (14, "amount"), (28, "listed"), (30, "listed"),
)  # fmt: skip


def changes(draft: Draft) -> SheetPlan:
    """Plan the Changes sheet."""
    word = draft.word
    sheet = SheetPlan(draft.sheet_names["changes"], color="start")
    sheet.put(1, 1, word("Changes"), "title")
    hint = "What the last refresh read, what was imported so far, and every value that a refresh changed."
    sheet.put(2, 1, word(hint), "subtitle")
    sheet.widths |= {1: REPORT_WIDTH, 2: 3}
    sheet.heights[TOP] = 32
    rows: list[list[Scalar]] = [[line] for line in draft.content.report] or [[None]]
    sheet.tables.append(TablePlan("Report", TOP, 1, [word("Last refresh")], rows, ["wrap"]))
    imports = 3
    revisions = imports + len(IMPORTS) + 1
    sheet.widths[revisions - 1] = 3
    sheet.put(TOP - 1, imports, word("Imported, and checked against each file's own total"), "group")
    sheet.put(TOP - 1, revisions, word("What refreshes changed: the old value is kept, for AS_OF"), "group")
    for name, at, columns in (("Imports", imports, IMPORTS), (REVISIONS, revisions, REVISED)):
        header, *cells = draft.grids[name]
        sheet.widths |= {at + i: width for i, (width, _) in enumerate(columns)}
        styles = [_amounts(cells, i) if style == "amount" else style for i, (_, style) in enumerate(columns)]
        sheet.tables.append(TablePlan(name, TOP, at, [str(cell) for cell in header], cells, styles))
    sheet.artefacts["X17"] = (TOP, revisions)
    sheet.frozen = (TOP, 0)
    return sheet


def _amounts(rows: Grid, column: int) -> list[str]:
    """The styles of a column of sums; whole numbers have no decimals."""
    cells = (row[column] for row in rows)
    return ["amount_whole" if isinstance(cell, (int, float)) and cell == int(cell) else "amount" for cell in cells]
