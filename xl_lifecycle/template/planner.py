"""What all sheets need to be planned: the content, the functions on it, and the words of its language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from xl_lifecycle.content.content import DATASET_TABLES, INPUT_TABLES, REVISIONS, Content, sheet_months
from xl_lifecycle.content.sheet_names import safe_sheet_name
from xl_lifecycle.core.catalogue.catalogue import Catalogue, Item, Metric
from xl_lifecycle.core.cells.addresses import absolute, absolute_area, quoted
from xl_lifecycle.core.cells.errors import Refusal
from xl_lifecycle.core.cells.months import month_serial
from xl_lifecycle.core.cells.values import Grid, Scalar, Value, as_grid
from xl_lifecycle.core.functions import Functions
from xl_lifecycle.core.language.channels import channel_name
from xl_lifecycle.core.language.text import GENERAL_SECTIONS, Label, translate
from xl_lifecycle.core.language.vocabulary import Better, Language, Stage, Unit
from xl_lifecycle.core.language.words import words
from xl_lifecycle.core.metrics.measures import Measure
from xl_lifecycle.template.model import Formula, SheetPlan

PREFIX = "_xldudf_"  # of an add-in's function inside the file; people see CAC
ARROWS = {Better.HIGHER: " ▲", Better.LOWER: " ▼", Better.NEITHER: ""}


@dataclass(frozen=True)
class Ref:
    """An argument of a formula: its text and its present value."""

    text: str
    value: Value

    @property
    def cell(self) -> Scalar:
        """The value of a single cell."""
        return as_grid(self.value)[0][0]


class Draft:
    """Calls functions as the cells of the workbook will, so that each saved value is the one that a host computes."""

    def __init__(self, content: Content, catalogue: Catalogue, prefix: str = PREFIX) -> None:
        self.content = content
        self.catalogue = catalogue
        self.prefix = prefix
        self.functions = Functions(catalogue)
        self.words = load_words(content.language)
        self.months = sheet_months(content)
        self.sheet_names, self.channel_sheets = sheet_names(content, self.words)
        grids: dict[str, Grid] = {table.value: content.input_grid(table, catalogue) for table in INPUT_TABLES}
        grids["Items"] = content.item_grid(catalogue)
        grids["Settings"] = content.setting_grid()
        grids["Channels"] = self.channel_grid()
        grids["Imports"] = content.import_grid(catalogue)
        grids[REVISIONS] = content.revision_grid(catalogue)
        self.rules: dict[str, Grid] = {**content.rule_grids()}
        grids |= {name: self.rules[name] for name in DATASET_TABLES if name in self.rules}
        self.grids = {
            name: [*grid, *([] if len(grid) > 1 else [[None] * len(grid[0])])] for name, grid in grids.items()
        }
        tables = [Ref(f"{name}[#All]", grid) for name, grid in self.grids.items()]
        # Not flagged as an array: LibreOffice would compute it again for each formula that it loads, a minute in total.
        self.dataset = replace(self.call("DATASET", *tables), array=False)
        self.data = Ref("Data", self.dataset.values[0][0])
        self.full_catalogue = self.functions.dataset(self.data.value).catalogue  # with people's own metrics
        self.targets = Ref("Targets[#All]", self.target_grid())

    def word(self, text: str) -> str:
        """A text or a label in the workbook's language."""
        return translate(text, self.content.language) if isinstance(text, Label) else self.words.get(text, text)

    def function_text(self, text: str) -> str:
        """A text of the functions in the workbook's language."""
        return translate(text, self.content.language)

    def call(self, name: str, *args: Ref | str | float) -> Formula:
        """A formula that calls one of our functions, with its present values."""
        refs = [arg if isinstance(arg, Ref) else Ref(_literal(arg), arg) for arg in args]
        value = self.functions.call(name, [ref.value for ref in refs])
        return Formula(f"={self.prefix}{name}({','.join(ref.text for ref in refs)})", as_grid(value))

    def title(self, entry: Measure | Metric) -> str:
        """An entry's name with its direction."""
        return self.word(entry.label) + ARROWS[entry.better]

    def entry(self, name: str) -> Measure | Metric:
        """A measure or metric by its name."""
        return self.catalogue.metrics.get(name) or self.catalogue.measures[name]

    def figure(self, text: Scalar) -> Measure | Metric | None:
        """The measure or metric that a cell names, or that of an item; None if there is none."""
        try:
            match = self.catalogue.find(str(text))
        except Refusal:
            return None
        return match.entry if isinstance(match, Item) else match

    def channel_grid(self) -> list[list[Scalar]]:
        header: list[Scalar] = [self.content.header("channel"), self.content.header("sheet")]
        rows: list[list[Scalar]] = [
            [self.content.place(key), self.channel_sheets[key]] for key in self.content.channels
        ]
        return [header, *rows]

    def target_grid(self) -> list[list[Scalar]]:
        content, word = self.content, self.word
        goal, owner = content.header("goal"), content.header("owner")
        header: list[Scalar] = [word("Metric"), content.header("channel"), word("Period"), word("Target"), goal, owner]
        rows: list[list[Scalar]] = [
            [self.input_name(t.name), content.selection(t.channel), t.period, t.target, t.goal or None, t.owner or None]
            for t in content.targets
        ]
        return _at_least([header, *rows])

    def budget_grid(self) -> list[list[Scalar]]:
        content, word = self.content, self.word
        header: list[Scalar] = [content.header("channel"), word("Period"), word("Budget"), word("Expected ROI")]
        rows: list[list[Scalar]] = [[content.selection(b.channel), b.period, b.budget, b.roi] for b in content.budgets]
        return _at_least([header, *rows])

    def input_name(self, name: str) -> str:
        """The name that people type for a figure: of a measure in their language, of a metric its function."""
        measure = self.catalogue.measures.get(name)
        return self.content.label(measure) if measure else name

    def channel_list(self) -> list[str]:
        """All, then the channels, as in pickers and headers."""
        return [self.content.everything, *(self.content.place(key) for key in self.content.channels)]

    def setting(self, sheet: str, key: str) -> Scalar:
        return self.content.pickers.get(sheet, {}).get(key)


def _at_least(grid: list[list[Scalar]]) -> list[list[Scalar]]:
    """A table with rows to write in; LibreOffice passes a single blank cell as 0, but a range of them as blanks."""
    return grid + [[None] * len(grid[0]) for _ in range(1 + AT_LEAST - len(grid))]


def key_of(entry: Measure | Metric) -> str:
    """The text to type for an entry: CAC, or spend (for KPI)."""
    return entry.excel_name if isinstance(entry, Metric) else entry.name


PERIOD_CELL = (7, 2)  # on Settings: the value of the first setting
FIRST_MONTH_CELL = (4, 2)  # on Settings
MOST_CHANNELS = 100
AT_LEAST = 2  # rows of Targets and Budgets


def month_header(draft: Draft, sheet: SheetPlan, row: int, period: Ref) -> Ref:
    """A header row: figure, function, the chosen period, then the months. Returns period and months as a range."""
    sheet.row(row, 1, [draft.word("Figure"), draft.word("Function")], "header")
    sheet.put(row, 3, Formula(f"={period.text}", [[period.cell]], array=False), "header_period")
    serials: list[Scalar] = [month_serial(month) for month in draft.months]
    first = f"{quoted(draft.sheet_names['settings'])}!{absolute(FIRST_MONTH_CELL)}"
    texts = [f"={first}", *(f"=EDATE({absolute((row, 3 + i))},1)" for i in range(1, len(serials)))]
    months = [Formula(text, [[serial]], array=False) for text, serial in zip(texts, serials, strict=True)]
    sheet.row(row, 4, months, "header_month")
    return Ref(absolute_area((row, 3, row, 3 + len(serials))), [[period.cell, *serials]])


def channel_header(draft: Draft, sheet: SheetPlan, row: int) -> Ref:
    """A header row: figure, function, All, then the channels. Returns All and the channels as a range.

    The range ends at the last name in the row, so that the figures below include a channel that is added there.
    """
    channels = draft.channel_list()
    sheet.row(row, 1, [draft.word("Figure"), draft.word("Function")], "header")
    sheet.row(row, 3, channels, "header_wrap")
    sheet.heights[row] = 32
    names = absolute_area((row, 3, row, 2 + MOST_CHANNELS))
    return Ref(f"{absolute((row, 3))}:INDEX({names},COUNTA({names}))", [list(channels)])


def value_style(unit: Unit) -> str:
    return f"value {unit.value}"


def sheet_names(content: Content, words: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The names of our sheets by key, and of the channels' sheets by channel; all are valid and different.

    >>> from xl_lifecycle.core.dataset.tables import Settings
    >>> sheet_names(Content(Settings(), ["A:B/C", "History", "Attract"], []), {})[1]
    {'A:B/C': 'A-B-C', 'History': 'History_', 'Attract': 'Attract (2)'}
    """
    names_in_use: set[str] = set()
    sheets = {}
    for key in SHEET_KEYS:
        title = key.capitalize() if key.islower() else key
        sheets[key] = safe_sheet_name(words.get(title, title), names_in_use)
    channels = {key: safe_sheet_name(channel_name(key, content.language), names_in_use) for key in content.channels}
    return sheets, channels


BEFORE_CHANNELS = ("start", "overview", "questions", "What if", *(stage.value for stage in Stage))
PLANNING = ("journey", "content", "experiments", "checklists")
SHEET_KEYS = (*BEFORE_CHANNELS, "costs", "items", "targets", *PLANNING, "metrics", "changes", "settings")


@cache
def load_words(language: Language) -> dict[str, str]:
    """The translations of a language, by English text: what functions say, and what only the sheets say."""
    return {
        text: word for name in (*GENERAL_SECTIONS, "sheets") for text, word in words(language).get(name, {}).items()
    }


def _literal(value: str | float) -> str:
    return '"' + value.replace('"', '""') + '"' if isinstance(value, str) else repr(value)


def names_ref(entries: Sequence[Measure | Metric], row: int, column: int = 2) -> Ref:
    """The column of names beside a block of figures, as an argument."""
    return Ref(absolute_area((row, column, row + len(entries) - 1, column)), [[key_of(entry)] for entry in entries])
