"""What a workbook holds that people or imports put there; everything else in it is generated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from xl_lifecycle.catalogue import Catalogue
from xl_lifecycle.measures import Measure
from xl_lifecycle.periods import EPOCH, Month, month_serial
from xl_lifecycle.tables import HEADERS, SETTINGS, Settings
from xl_lifecycle.values import Scalar
from xl_lifecycle.vocabulary import ALL, LANGUAGES, NOT_ATTRIBUTED, Table, channel_name

BETWEEN_CHANNELS = "; "
INPUT_TABLES = tuple(table for table in Table if table is not Table.ITEMS)


@dataclass
class Row:
    """A row of an input table. month and cells are kept as typed where they cannot be read."""

    month: Month | str | None
    channel: str
    campaign: str
    values: dict[str, Scalar]


@dataclass
class ItemRow:
    month: Month | str | None
    kind: str
    item: str
    channel: str
    measure: str
    value: Scalar


@dataclass
class Target:
    name: str
    channel: str
    period: Scalar
    target: Scalar


@dataclass
class Imported:
    """One line of the reconciliation: a measure that a file brought, its range, and the sums.

    first and last are None for items, which do not tell what is known of the whole.
    """

    source: str
    file: str
    measure: str
    first: dt.date | None
    last: dt.date | None
    rows: int
    rows_total: float
    file_total: float | None
    channels: tuple[str, ...] = ()


@dataclass
class Content:
    settings: Settings
    channels: list[str]
    months: list[Month]
    rows: dict[Table, list[Row]] = field(default_factory=dict)
    items: list[ItemRow] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    imports: list[Imported] = field(default_factory=list)
    pickers: dict[str, dict[str, Scalar]] = field(default_factory=dict)

    @property
    def language(self) -> str:
        return self.settings.language

    def header(self, key: str) -> str:
        """A column's header in the workbook's language."""
        return HEADERS[key][LANGUAGES.index(self.language)]

    def label(self, measure: Measure) -> str:
        return measure.labels[LANGUAGES.index(self.language)]

    def place(self, channel: str) -> str:
        """A channel's name in the workbook's language; "" for what no channel is known of."""
        return "" if channel == NOT_ATTRIBUTED else channel_name(channel, self.language)

    @property
    def everything(self) -> str:
        return channel_name(ALL, self.language)

    def input_grid(self, table: Table, catalogue: Catalogue) -> list[list[Scalar]]:
        """An input table with its header, as its cells stand in the workbook."""
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
        language = LANGUAGES.index(self.language)
        for row in self.items:
            kind = catalogue.kinds[row.kind].labels[language] if row.kind in catalogue.kinds else row.kind
            measure = catalogue.measures.get(row.measure)
            word = self.label(measure) if measure else row.measure
            grid.append([_month(row.month), kind, row.item, self.place(row.channel) or None, word, row.value])
        return grid

    def setting_grid(self) -> list[list[Scalar]]:
        settings, language = self.settings, LANGUAGES.index(self.language)
        values: dict[str, Scalar] = {
            "period": settings.period,
            "currency": settings.currency,
            "language": settings.language,
            "fiscal_start": settings.fiscal.start,
            "fiscal_named": "start" if settings.fiscal.named_after_start else "end",
        }
        header: list[Scalar] = [self.header("setting"), self.header("value")]
        return [header, *([SETTINGS[key][language], value] for key, value in values.items())]

    def import_grid(self, catalogue: Catalogue) -> list[list[Scalar]]:
        keys = ("source", "file", "measure", "from", "to", "rows", "rows_total", "file_total", "channels")
        grid: list[list[Scalar]] = [[self.header(key) for key in keys]]
        for line in self.imports:
            first, last = ((day - EPOCH).days if day else None for day in (line.first, line.last))
            measure = self.label(catalogue.measures[line.measure])
            sums: list[Scalar] = [line.rows, line.rows_total, line.file_total]
            channels = BETWEEN_CHANNELS.join(channel_name(channel, self.language) for channel in line.channels)
            grid.append([line.source, line.file, measure, first, last, *sums, channels])
        return grid


def empty(channels: Sequence[str], months: Sequence[Month], settings: Settings) -> Content:
    """A new workbook: a row for each month and channel in each input table, nothing in it yet."""
    content = Content(settings, list(channels), list(months))
    for table in INPUT_TABLES:
        content.rows[table] = [Row(month, channel, "", {}) for month in months for channel in channels]
    return content


def _month(month: Month | str | None) -> Scalar:
    return month_serial(month) if isinstance(month, int) else month
