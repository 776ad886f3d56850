"""What every sheet is planned with: the content, the functions on it, and the words of its language."""

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
from xl_lifecycle.core.language.text import SPOKEN, Label, translate
from xl_lifecycle.core.language.vocabulary import Better, Language, Stage, Unit
from xl_lifecycle.core.language.words import words
from xl_lifecycle.core.metrics.measures import Measure
from xl_lifecycle.template.model import Formula, SheetPlan

PREFIX = "_xldudf_"  # how an add-in's function is spelt inside the file; people see CAC
ARROWS = {Better.HIGHER: " ▲", Better.LOWER: " ▼", Better.NEITHER: ""}


@dataclass(frozen=True)
class Ref:
    """An argument of a formula: as written, and the value it has now."""

    text: str
    value: Value

    @property
    def cell(self) -> Scalar:
        """The value of a single cell."""
        return as_grid(self.value)[0][0]


class Draft:
    """Calls functions the way the workbook's cells will, so that each cached value is what a host computes."""

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
        # Not flagged as an array: LibreOffice would compute it again for each formula it loads, a minute in all.
        self.dataset = replace(self.call("DATASET", *tables), array=False)
        self.data = Ref("Data", self.dataset.values[0][0])
        self.known = self.functions.dataset(self.data.value).catalogue  # with what people defined
        self.targets = Ref("Targets[#All]", self.target_grid())

    def word(self, text: str) -> str:
        """A text or a label in the workbook's language."""
        return translate(text, self.content.language) if isinstance(text, Label) else self.words.get(text, text)

    def said(self, text: str) -> str:
        """A text of the functions' in the workbook's language."""
        return translate(text, self.content.language)

    def call(self, name: str, *args: Ref | str | float) -> Formula:
        """A formula that calls one of our functions, with the values it has now."""
        refs = [arg if isinstance(arg, Ref) else Ref(_literal(arg), arg) for arg in args]
        value = self.functions.call(name, [ref.value for ref in refs])
        return Formula(f"={self.prefix}{name}({','.join(ref.text for ref in refs)})", as_grid(value))

    def title(self, entry: Measure | Metric) -> str:
        """An entry's name with its direction."""
        return self.word(entry.label) + ARROWS[entry.better]

    def entry(self, name: str) -> Measure | Metric:
        """A measure or metric by its own name."""
        return self.catalogue.metrics.get(name) or self.catalogue.measures[name]

    def figure(self, typed: Scalar) -> Measure | Metric | None:
        """The measure or metric, or that of an item, which a cell names; None where it names none."""
        try:
            found = self.catalogue.find(str(typed))
        except Refusal:
            return None
        return found.entry if isinstance(found, Item) else found

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
            [self.typed(t.name), content.selection(t.channel), t.period, t.target, t.goal or None, t.owner or None]
            for t in content.targets
        ]
        return _at_least([header, *rows])

    def budget_grid(self) -> list[list[Scalar]]:
        content, word = self.content, self.word
        header: list[Scalar] = [content.header("channel"), word("Period"), word("Budget"), word("Expected ROI")]
        rows: list[list[Scalar]] = [[content.selection(b.channel), b.period, b.budget, b.roi] for b in content.budgets]
        return _at_least([header, *rows])

    def typed(self, name: str) -> str:
        """What people type for a figure: a measure in their language, a metric as its function."""
        measure = self.catalogue.measures.get(name)
        return self.content.label(measure) if measure else name

    def channel_list(self) -> list[str]:
        """All, then the channels, as pickers and headers show them."""
        return [self.content.everything, *(self.content.place(key) for key in self.content.channels)]

    def setting(self, sheet: str, key: str) -> Scalar:
        return self.content.pickers.get(sheet, {}).get(key)


def _at_least(grid: list[list[Scalar]]) -> list[list[Scalar]]:
    """A table with rows to write in; one blank cell alone LibreOffice hands over as 0, a range of them as blanks."""
    return grid + [[None] * len(grid[0]) for _ in range(1 + AT_LEAST - len(grid))]


def key_of(entry: Measure | Metric) -> str:
    """What one types for an entry: CAC, or for KPI spend."""
    return entry.excel_name if isinstance(entry, Metric) else entry.name


PERIOD_CELL = (7, 2)  # on Settings: the value of its first setting
FIRST_MONTH_CELL = (4, 2)  # on Settings
MOST_CHANNELS = 100
AT_LEAST = 2  # rows of Targets and Budgets


def month_header(draft: Draft, sheet: SheetPlan, row: int, period: Ref) -> Ref:
    """A header row: what, function, the chosen period, then the months; returns period and months as a range."""
    sheet.row(row, 1, [draft.word("Figure"), draft.word("Function")], "header")
    sheet.put(row, 3, Formula(f"={period.text}", [[period.cell]], array=False), "header_period")
    serials: list[Scalar] = [month_serial(month) for month in draft.months]
    first = f"{quoted(draft.sheet_names['settings'])}!{absolute(FIRST_MONTH_CELL)}"
    texts = [f"={first}", *(f"=EDATE({absolute((row, 3 + i))},1)" for i in range(1, len(serials)))]
    months = [Formula(text, [[serial]], array=False) for text, serial in zip(texts, serials, strict=True)]
    sheet.row(row, 4, months, "header_month")
    return Ref(absolute_area((row, 3, row, 3 + len(serials))), [[period.cell, *serials]])


def channel_header(draft: Draft, sheet: SheetPlan, row: int) -> Ref:
    """A header row: what, function, the company, then the channels; returns the channels as a range.

    The range ends at the last name in the row, so that a channel added there is in the figures below.
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
    """Our own sheets' names by key, and the channels' by channel, made safe and all different.

    >>> from xl_lifecycle.core.dataset.tables import Settings
    >>> sheet_names(Content(Settings(), ["A:B/C", "History", "Attract"], []), {})[1]
    {'A:B/C': 'A-B-C', 'History': 'History_', 'Attract': 'Attract (2)'}
    """
    taken: set[str] = set()
    own = {}
    for key in OWN_SHEETS:
        title = key.capitalize() if key.islower() else key
        own[key] = safe_sheet_name(words.get(title, title), taken)
    channels = {key: safe_sheet_name(channel_name(key, content.language), taken) for key in content.channels}
    return own, channels


BEFORE_CHANNELS = ("start", "overview", "questions", "What if", *(stage.value for stage in Stage))
PLANNING = ("journey", "content", "experiments", "checklists")
OWN_SHEETS = (*BEFORE_CHANNELS, "costs", "items", "targets", *PLANNING, "metrics", "changes", "settings")


@cache
def load_words(language: Language) -> dict[str, str]:
    """The translations of a language, by English text: what functions say, and what only the sheets say."""
    return {text: word for name in (*SPOKEN, "sheets") for text, word in words(language).get(name, {}).items()}


def _literal(value: str | float) -> str:
    return '"' + value.replace('"', '""') + '"' if isinstance(value, str) else repr(value)


def names_ref(entries: Sequence[Measure | Metric], row: int, column: int = 2) -> Ref:
    """The column of names beside a block, as an argument."""
    return Ref(absolute_area((row, column, row + len(entries) - 1, column)), [[key_of(entry)] for entry in entries])
