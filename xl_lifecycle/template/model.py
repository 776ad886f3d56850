"""The parts of a planned workbook, as data: what stands where, and what it looks like by name.

Rows and columns count from 1, as in Excel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from xl_lifecycle.core.cells.addresses import Area, At
from xl_lifecycle.core.cells.values import Grid, Scalar
from xl_lifecycle.core.language.vocabulary import Language

# The style of all cells that a formula fills, or of each row: one for its cells, or one for each.
Styles = str | Sequence[str | tuple[str, ...]]


@dataclass(frozen=True)
class Formula:
    """A formula and the values it has now, one for each cell it fills.

    array: flagged as dynamic, as it must be where it fills several cells or works on several.
    """

    text: str
    values: Grid
    array: bool = True

    @property
    def height(self) -> int:
        return len(self.values)

    @property
    def width(self) -> int:
        return len(self.values[0])


@dataclass(frozen=True)
class PlannedCell:
    row: int
    column: int
    content: Scalar | Formula
    style: Styles = "text"
    link: str = ""

    @property
    def area(self) -> Area:
        """The cell, or those that its formula fills."""
        height, width = (self.content.height, self.content.width) if isinstance(self.content, Formula) else (1, 1)
        return self.row, self.column, self.row + height - 1, self.column + width - 1


@dataclass(frozen=True)
class TablePlan:
    """An Excel table; a style for each column, or for each of its rows; rows may hold None."""

    name: str
    row: int
    column: int
    headers: Sequence[str]
    rows: Grid
    styles: Sequence[str | Sequence[str]]

    def style(self, row: int, column: int) -> str:
        """The style of a cell, counted from the table's first one below its headers."""
        style = self.styles[column]
        return style if isinstance(style, str) else style[row]

    @property
    def last_row(self) -> int:
        return self.row + len(self.rows)

    @property
    def last_column(self) -> int:
        return self.column + len(self.headers) - 1


@dataclass(frozen=True)
class ChartSeries:
    """A chart's series: name, and row or column of cells.

    line: drawn as a line over the columns, on an axis of its own with the number format of that style.
    """

    name: str
    categories: Area
    values: Area
    line: str = ""


@dataclass(frozen=True)
class Chart:
    kind: str
    title: str
    series: Sequence[ChartSeries]
    row: int
    column: int
    width: int
    height: int
    style: str = "count"
    description: str = ""  # for those who do not see it


@dataclass(frozen=True)
class Sparkline:
    """Columns in one cell that show a row of cells."""

    row: int
    column: int
    values: Area


@dataclass(frozen=True)
class ChoiceList:
    """A list to choose from in a cell, or in cells below one another; other text may still be typed."""

    row: int
    column: int
    source: str
    hint: str
    rows: int = 1


@dataclass(frozen=True)
class Rule:
    """What is asked of what people type into cells: who says yes to the message keeps it all the same.

    kind: "list" of what stands in source, "month", "number" from 0 up, "any number", "formula" to be left alone.
    """

    kind: str
    areas: tuple[Area, ...]
    message: str
    source: str = ""


@dataclass(frozen=True)
class Button:
    """A button: runs a macro, or else selects a cell."""

    row: int
    column: int
    caption: str
    hint: str
    macro: str = ""
    link: str = ""


@dataclass
class SheetPlan:
    name: str
    color: str = ""
    cells: list[PlannedCell] = field(default_factory=list)
    tables: list[TablePlan] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    choices: list[ChoiceList] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    sparklines: list[Sparkline] = field(default_factory=list)
    colored: list[tuple[Area, str, str]] = field(default_factory=list)  # where, a word or a test as =A1<10, the colour
    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    formats: list[tuple[Area, str, str]] = field(default_factory=list)  # where, a test, the style
    marks: list[Area] = field(default_factory=list)  # attainment: green reached, red far off
    frozen: tuple[int, int] = (0, 0)  # how many rows and columns stay in view
    printed: int | None = None  # the last column that is printed; None: all
    protected: bool = False  # only its inputs, and what lies beside and below its cells, can be changed; no password
    pickers: dict[str, At] = field(default_factory=dict)  # channel, period, figure: chosen in a cell
    artefacts: dict[str, At] = field(default_factory=dict)  # where what the seeds ask for stands: X12

    def put(self, row: int, column: int, content: Scalar | Formula, style: Styles = "text", link: str = "") -> None:
        """Place a cell, or a formula that fills cells from there."""
        self.cells.append(PlannedCell(row, column, content, style, link))

    def values(self) -> dict[At, Scalar]:
        """What the cells show, by row and column, also those that a formula fills."""
        return {
            (cell.row + i, cell.column + j): value
            for cell in self.cells
            for i, row in enumerate(cell.content.values if isinstance(cell.content, Formula) else [[cell.content]])
            for j, value in enumerate(row)
        }

    def row(self, row: int, column: int, contents: Sequence[Scalar | Formula], style: str = "text") -> None:
        """Place cells side by side."""
        for i, content in enumerate(contents):
            self.put(row, column + i, content, style)


@dataclass
class WorkbookPlan:
    sheets: list[SheetPlan]
    names: dict[str, str]
    currency: str
    language: Language
