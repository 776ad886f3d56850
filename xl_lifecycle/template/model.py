"""The parts of a planned workbook as data: the content of each place, and the name of its style.

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
    """A formula and its present values, one for each cell that it fills.

    array: flagged as dynamic, which is necessary if it fills or reads several cells.
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
        """The cell, or the cells that its formula fills."""
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
        """The style of a cell; row and column count from the first cell below the headers."""
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

    line: if not "", the series is a line over the columns, on a second axis with the number format of this style.
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
    description: str = ""  # for people who cannot see it


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
    """A check of what people type into cells. It shows a message, and people may keep what they typed.

    kind: "list" (of the values in source), "month", "number" (0 or more), "any number", "formula" (do not change it).
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
    marks: list[Area] = field(default_factory=list)  # attainment: green if reached, red if far below
    frozen: tuple[int, int] = (0, 0)  # how many rows and columns stay in view
    printed: int | None = None  # the last column that is printed; None: all
    protected: bool = False  # people can only change inputs, and cells beside and below the planned ones
    # the cells in which people choose a channel, a period or a figure
    pickers: dict[str, At] = field(default_factory=dict)
    artefacts: dict[str, At] = field(default_factory=dict)  # the places of the artefacts in the seeds: X12

    def put(self, row: int, column: int, content: Scalar | Formula, style: Styles = "text", link: str = "") -> None:
        """Place a cell, or a formula that fills cells from there."""
        self.cells.append(PlannedCell(row, column, content, style, link))

    def values(self) -> dict[At, Scalar]:
        """The values of the cells by row and column, including those that a formula fills."""
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
