"""The content of a workbook: what people and imports put into it. Everything else in it is generated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from xl_lifecycle.content.rules import RULE_TABLES, Rules
from xl_lifecycle.core.catalogue.catalogue import Catalogue
from xl_lifecycle.core.catalogue.custom_metrics import TABLE as CUSTOM_METRICS
from xl_lifecycle.core.cells.headers import HEADERS, SETTINGS
from xl_lifecycle.core.cells.months import Month, month_serial, serial
from xl_lifecycle.core.cells.values import Grid, Scalar
from xl_lifecycle.core.dataset.coverage import BETWEEN_CHANNELS
from xl_lifecycle.core.dataset.history import REVISION_COLUMNS, Read, Reading, Revision, read_text, spans
from xl_lifecycle.core.dataset.tables import Settings
from xl_lifecycle.core.language.channels import channel_name
from xl_lifecycle.core.language.text import Label, translate
from xl_lifecycle.core.language.vocabulary import ALL, NOT_ATTRIBUTED, InputTable, Language
from xl_lifecycle.core.metrics.measures import Measure

INPUT_TABLES = tuple(table for table in InputTable if table is not InputTable.ITEMS)
TABLES = (*(table.value for table in INPUT_TABLES), "Items", "Settings", "Channels", "Imports", "Targets")
IMPORT_COLUMNS = ("source", "file", "measure", "from", "to", "rows", "rows_total", "file_total", "channels", "read_on")
READ_ON = "read_on"  # older workbooks may lack this column and the table Revisions
REVISIONS = "Revisions"
BUDGETS = "Budgets"  # older workbooks lack this table too
DATASET_TABLES = (*(name for name in TABLES if name != "Targets"), REVISIONS, "Networks", CUSTOM_METRICS)
# What people write about their work. Nothing is imported into these tables, and an older workbook may lack them.
LISTS = (
    "Review", "Owners", "Handoffs", "Agreements", "ContentAudit", "BuyerQuestions", "Personas", "SamplePlan",
    "Experiments", "LocalSeo", "EmailRules", "ContentTargets", "ContentPieces", "Surveys", "Baselines",
)  # fmt: skip
EMPTY_RULES = 6  # the least number of rows, so that people see where to write
MONTHS_ON_SHEETS = 12


@dataclass
class InputRow:
    """A row of an input table. A month or a cell that cannot be read stays as it was typed.

    at: the number of the row in the workbook's table; None for a new row.
    """

    month: Month | str | None
    channel: str
    campaign: str
    values: dict[str, Scalar]
    at: int | None = field(default=None, compare=False)


@dataclass
class ItemRow:
    month: Month | str | None
    kind: str
    item: str
    channel: str
    measure: str
    value: Scalar
    at: int | None = field(default=None, compare=False)


@dataclass
class Target:
    """A target as it was typed. goal: the purpose of the target, in words."""

    name: str
    channel: str
    period: Scalar
    target: Scalar
    goal: str = ""
    owner: str = ""


@dataclass
class Budget:
    """How much may be spent on a channel, and which return is expected from it."""

    channel: str
    period: Scalar
    budget: Scalar
    roi: Scalar


@dataclass
class ImportLine:
    """One line of the reconciliation: a measure that was imported from a file, its range, and the sums.

    first and last are None for items, because items do not cover the whole company. read: when it was first read.
    """

    source: str
    file: str
    measure: str
    first: dt.date | None
    last: dt.date | None
    rows: int
    rows_total: float | None
    file_total: float | None
    channels: tuple[str, ...] = ()
    read: Read = ()

    @property
    def reading(self) -> Reading:
        days = spans(self.read, self.first or dt.date.min, self.last or dt.date.max)
        channels = tuple(sorted(channel.casefold() for channel in self.channels))
        return Reading(self.measure, self.source, channels, days, bool(self.first and self.last))


@dataclass
class Content:
    settings: Settings
    channels: list[str]
    months: list[Month]
    rows: dict[InputTable, list[InputRow]] = field(default_factory=dict)
    items: list[ItemRow] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    budgets: list[Budget] = field(default_factory=list)
    imports: list[ImportLine] = field(default_factory=list)
    revisions: list[Revision] | None = field(default_factory=list)  # None: the workbook has no table Revisions
    report: list[str] = field(default_factory=list)  # of the last refresh
    pickers: dict[str, dict[str, Scalar]] = field(default_factory=dict)
    rules: Rules = field(default_factory=Rules)
    lists: dict[str, Grid] = field(default_factory=dict)  # by table, header first; a missing one is as in the template

    @property
    def language(self) -> Language:
        return self.settings.language

    def header(self, key: str) -> str:
        """A column's header in the workbook's language."""
        return translate(HEADERS[key], self.language)

    def label(self, measure: Measure) -> str:
        return translate(measure.label, self.language)

    def place(self, channel: str) -> str:
        """A channel's name in the workbook's language; "" if the channel is not known."""
        return "" if channel == NOT_ATTRIBUTED else channel_name(channel, self.language)

    def selection(self, channel: str) -> str:
        """A channel, or channel/campaign, as people write it in the workbook's language."""
        name, slash, campaign = channel.partition("/")
        return f"{self.place(name)}{slash}{campaign}" if slash else self.place(channel)

    @property
    def everything(self) -> str:
        return channel_name(ALL, self.language)

    def input_grid(self, table: InputTable, catalogue: Catalogue) -> list[list[Scalar]]:
        """An input table with its header, as in the cells of the workbook."""
        measures = catalogue.table(table)
        header: list[Scalar] = [self.header(key) for key in ("month", "channel", "campaign")]
        grid = [header + [self.label(measure) for measure in measures]]
        for row in self.rows.get(table, []):
            values = [row.values.get(measure.name) for measure in measures]
            grid.append([_month(row.month), self.place(row.channel) or None, row.campaign or None, *values])
        return grid

    def item_grid(self, catalogue: Catalogue) -> list[list[Scalar]]:
        keys = ("month", "kind", "item", "channel", "measure", "value")
        grid: list[list[Scalar]] = [[self.header(key) for key in keys]]
        for row in self.items:
            kind = self._kind(row.kind, catalogue)
            measure = catalogue.measures.get(row.measure)
            word = self.label(measure) if measure else row.measure
            grid.append([_month(row.month), kind, row.item, self.place(row.channel) or None, word, row.value])
        return grid

    def setting_grid(self) -> list[list[Scalar]]:
        settings = self.settings
        values: dict[str, Scalar] = {
            "period": settings.period,
            "currency": settings.currency,
            "language": settings.language,
            "fiscal_start": settings.fiscal.start,
            "fiscal_named": "start" if settings.fiscal.named_after_start else "end",
            "folder": settings.folder or None,
            "prefer": settings.prefer or None,
        }
        header: list[Scalar] = [self.header("setting"), self.header("value")]
        return [header, *([translate(SETTINGS[key], self.language), value] for key, value in values.items())]

    def rule_grids(self) -> dict[str, list[list[Scalar]]]:
        """The tables of rules, as people wrote them."""
        grids: dict[str, list[list[Scalar]]] = {}
        for name, keys in RULE_TABLES.items():
            rows = [[*row] for row in self.rules.tables.get(name, ())]
            rows += [[None] * len(keys)] * (EMPTY_RULES - len(rows))
            grids[name] = [[self.header(key) for key in keys], *rows]
        return grids

    def rules_in_force(self, prefer: Sequence[str] = ()) -> Rules:
        """The rules for reading exports, in the workbook's currency. prefer: more files than those in Settings."""
        names = [name.strip() for name in self.settings.prefer.split(";")]
        return replace(self.rules, currency=self.settings.currency, prefer=(*prefer, *filter(None, names)))

    def import_grid(self, catalogue: Catalogue) -> list[list[Scalar]]:
        grid: list[list[Scalar]] = [[self.header(key) for key in IMPORT_COLUMNS]]
        for line in self.imports:
            first, last = (serial(day) if day else None for day in (line.first, line.last))
            measure = self.label(catalogue.measures[line.measure])
            sums: list[Scalar] = [line.rows, line.rows_total, line.file_total]
            channels = BETWEEN_CHANNELS.join(channel_name(channel, self.language) for channel in line.channels)
            read = read_text(line.read, self.language)
            grid.append(
                [
                    self._source(line.source),
                    line.file,
                    measure,
                    first,
                    last,
                    *sums,
                    channels,
                    read,
                ]
            )
        return grid

    def revision_grid(self, catalogue: Catalogue) -> list[list[Scalar]]:
        """The table of revisions, the oldest first, so that new ones are added below."""
        grid: list[list[Scalar]] = [[self.header(key) for key in REVISION_COLUMNS]]
        for each in self.revisions or ():
            changed, old_of = (serial(day) if day else None for day in (each.changed_on, each.old_of))
            kind, item = (self._kind(each.item[0], catalogue), each.item[1]) if each.item else (None, None)
            place = [month_serial(each.month), self.place(each.channel) or None, each.campaign or None, kind, item]
            values = [self.label(catalogue.measures[each.measure]), each.old, old_of, each.new]
            sources = "; ".join(self._source(source) for source in each.source.split("; "))
            grid.append([changed, *place, *values, sources or None, each.file or None])
        return grid

    def _source(self, source: str) -> str:
        """A source in the workbook's language, which `to_english` can read back."""
        return translate(Label(source, "sources"), self.language)

    def _kind(self, kind: str, catalogue: Catalogue) -> str:
        """A kind of item in the workbook's language."""
        return translate(catalogue.kinds[kind].label, self.language) if kind in catalogue.kinds else kind


def empty(channels: Sequence[str], months: Sequence[Month], settings: Settings) -> Content:
    """The content of a new workbook: an empty row for each month and channel in each input table."""
    content = Content(settings, list(channels), list(months))
    for table in INPUT_TABLES:
        content.rows[table] = [InputRow(month, channel, "", {}) for month in months for channel in channels]
    return content


def sheet_months(content: Content) -> list[Month]:
    """The twelve months that the sheets show: the last ones that have rows, or the first ones if there are fewer."""
    months = content.months or months_of(content)
    first = max(months[0], months[-1] - MONTHS_ON_SHEETS + 1)
    return list(range(first, first + MONTHS_ON_SHEETS))


def periods_of(months: Sequence[Month]) -> list[Scalar]:
    """The years and quarters of months, the latest first.

    >>> periods_of([24310, 24311, 24312])
    [2026, 2025, '2026-Q1', '2025-Q4']
    """
    years = sorted({month // 12 for month in months}, reverse=True)
    quarters = sorted({(month // 12, month % 12 // 3 + 1) for month in months}, reverse=True)
    return [*years, *(f"{year}-Q{quarter}" for year, quarter in quarters)]


def campaigns_of(content: Content) -> list[tuple[str, str]]:
    """Every channel and campaign, in the order of the workbook's channels."""
    pairs = {(row.channel, row.campaign) for rows in content.rows.values() for row in rows if row.campaign}
    order = {channel: i for i, channel in enumerate(content.channels)}
    return sorted(pairs, key=lambda each: (order.get(each[0], len(order)), each[0], each[1].casefold()))


def months_of(content: Content) -> list[Month]:
    """All months from the first row to the last; the months of this year if there is no row."""
    months = {row.month for rows in content.rows.values() for row in rows if isinstance(row.month, int)}
    this_year = dt.date.today().year * 12
    return list(range(min(months), max(months) + 1)) if months else list(range(this_year, this_year + 12))


def _month(month: Month | str | None) -> Scalar:
    return month_serial(month) if isinstance(month, int) else month
