"""Tables that people fill with facts about their work, such as who, what and when; and their lists of choices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xl_lifecycle.core.catalogue.catalogue import Item
from xl_lifecycle.core.cells.errors import Refusal
from xl_lifecycle.core.cells.headers import header_text
from xl_lifecycle.core.cells.values import Grid, Scalar
from xl_lifecycle.core.language.text import Label
from xl_lifecycle.core.language.vocabulary import Unit
from xl_lifecycle.template.model import ChoiceList, SheetPlan, TablePlan
from xl_lifecycle.template.planner import Draft, Ref


@dataclass(frozen=True)
class ListColumn:
    """A column: its header, width and style. choices: words to choose from, or a formula that names cells.

    unit_of: the column with the name of the figure whose values and unit this column has.
    """

    header: str
    width: float
    style: str = "input text"
    choices: tuple[str, ...] | str = ()
    unit_of: int | None = None


@dataclass(frozen=True)
class List:
    """A table's columns, and the rows it starts with: texts in English, which are translated."""

    name: str
    columns: Sequence[ListColumn]
    rows: Sequence[Sequence[Scalar]]
    least: int = 0  # number of rows, so that people see where to write


@dataclass(frozen=True)
class ListOnSheet:
    """A table on a sheet, with references for formulas."""

    name: str
    headers: Sequence[str]
    rows: Grid
    row: int
    column: int

    @property
    def all(self) -> Ref:
        """The table with its headers."""
        return Ref(f"{self.name}[#All]", [list(self.headers), *self.rows])

    def values(self, i: int) -> list[Scalar]:
        return [row[i] for row in self.rows]

    def __getitem__(self, i: int) -> Ref:
        """A column, as an argument."""
        return Ref(f"{self.name}[{self.headers[i]}]", [[row[i]] for row in self.rows])


def same(name: str) -> Label:
    """A name that is the same in every language."""
    return Label(name)


def place_list(draft: Draft, sheet: SheetPlan, definition: List, row: int, column: int) -> ListOnSheet:
    """Put a table on a sheet, with its rows in the workbook, or else with its initial rows."""
    headers = [draft.word(each.header) for each in definition.columns]
    rows = _rows(draft, definition, headers)
    styles = [each.style if each.unit_of is None else _by_row(draft, rows, each.unit_of) for each in definition.columns]
    sheet.tables.append(TablePlan(definition.name, row, column, headers, rows, styles))
    for i, each in enumerate(definition.columns):
        sheet.widths.setdefault(column + i, each.width)
        if each.choices:
            words = [draft.word(word) for word in each.choices] if isinstance(each.choices, tuple) else []
            source = ",".join(words) or str(each.choices)
            hint = draft.word("Choose from the list, or type your own")
            sheet.choices.append(ChoiceList(row + 1, column + i, source, hint, len(rows)))
    return ListOnSheet(definition.name, headers, rows, row, column)


def unit_of(draft: Draft, name: Scalar) -> Unit:
    """The unit of the figure that a cell names; a plain number if we do not know it."""
    try:
        entry = draft.catalogue.find(str(name))
    except Refusal:
        return Unit.RATIO
    return entry.entry.unit if isinstance(entry, Item) else entry.unit


def _by_row(draft: Draft, rows: Grid, name_column: int) -> list[str]:
    return [f"input {unit_of(draft, row[name_column]).value}" for row in rows]


def _rows(draft: Draft, definition: List, headers: Sequence[str]) -> list[list[Scalar]]:
    stored = draft.content.lists.get(definition.name)
    defaults = [[draft.word(cell) if isinstance(cell, str) else cell for cell in row] for row in definition.rows]
    rows = defaults if stored is None else _in_order(stored, headers)
    least = max(1, definition.least)
    return rows + [[None] * len(headers) for _ in range(least - len(rows))]


def _in_order(grid: Grid, headers: Sequence[str]) -> list[list[Scalar]]:
    """The cells of a table, ordered by its headers; in their own order if no header is known."""
    positions = {header_text(cell).casefold(): i for i, cell in enumerate(grid[0])}
    at = [positions.get(header.casefold()) for header in headers]
    if not any(i is not None for i in at):
        at = list(range(len(headers)))
    return [[row[i] if i is not None and i < len(row) else None for i in at] for row in grid[1:]]
