"""What the tables of a workbook record: facts, and problems where a cell cannot be used."""

from __future__ import annotations

from dataclasses import dataclass, field

from xl_lifecycle.core.catalogue.catalogue import Catalogue
from xl_lifecycle.core.catalogue.custom_metrics import CustomRow
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.months import Month
from xl_lifecycle.core.cells.periods import FiscalYear
from xl_lifecycle.core.cells.values import Scalar
from xl_lifecycle.core.dataset.history import Reading, Revision
from xl_lifecycle.core.language.text import Text
from xl_lifecycle.core.language.vocabulary import Language


@dataclass(frozen=True)
class Fact:
    """One recorded number. campaign: "" is the rest without a campaign. item: (kind, item) or None."""

    measure: str
    month: Month
    channel: str
    campaign: str
    value: float
    item: tuple[str, str] | None
    table: str
    row: int


@dataclass(frozen=True)
class Problem:
    """A cell that cannot be used: where (row 0 is the header), why, and the values that it makes unknown.

    month, channel and campaign None mean any: a row whose month cannot be read may belong to every month.
    """

    table: str
    row: int
    column: int
    text: str
    error: ExcelError
    measures: tuple[str, ...] = ()
    month: Month | None = None
    channel: str | None = None
    campaign: str | None = None
    item: tuple[str, str] | None = None

    @property
    def message(self) -> Text:
        """What is wrong, with the table and row."""
        return Text("{table} row {row}: {why}", table=Text(self.table), row=self.row + 1, why=self.text)


@dataclass(frozen=True)
class Declared:
    """The range of a measure that an import covers, from the first month to the last, even without rows.

    channels: the channels in its files, in lower case; empty if one of the files does not say.
    """

    measure: str
    source: str
    first: Month
    last: Month
    partial: tuple[Month, ...] = ()
    channels: tuple[str, ...] = ()


@dataclass
class Settings:
    """What the Settings table says."""

    period: Scalar = "all"
    currency: str = "USD"
    language: Language = "en"
    fiscal: FiscalYear = field(default_factory=FiscalYear)
    folder: str = ""
    prefer: str = ""


@dataclass
class Tables:
    """The content of a workbook's tables. catalogue: with the metrics that its users defined."""

    catalogue: Catalogue
    facts: list[Fact] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    coverage: list[Declared] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)
    settings: Settings = field(default_factory=Settings)
    recorded: set[str] = field(default_factory=set)
    networks: list[str] = field(default_factory=list)  # whose items count for the company; empty: all
    custom: tuple[CustomRow, ...] = ()
