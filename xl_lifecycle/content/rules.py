"""The rules that people own, as the tables on Settings state them: what an export's words, amounts and records mean."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from xl_lifecycle.core.catalogue.catalogue import Catalogue, nearest
from xl_lifecycle.core.catalogue.custom_metrics import KEYS
from xl_lifecycle.core.catalogue.custom_metrics import TABLE as CUSTOM_METRICS
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.headers import header_keys
from xl_lifecycle.core.cells.months import Month, parse_month
from xl_lifecycle.core.cells.records import records, text_in
from xl_lifecycle.core.cells.values import Grid, Scalar, is_blank
from xl_lifecycle.core.dataset.read_tables import cannot_be_channel
from xl_lifecycle.core.dataset.tables import Problem
from xl_lifecycle.core.language.channels import channel_key
from xl_lifecycle.core.language.text import to_english

# The tables and their columns; a workbook made before has none of them.
RULE_TABLES: Mapping[str, tuple[str, ...]] = {
    "ChannelRules": ("source", "from_channel", "from_campaign", "to_channel", "to_campaign"),
    "LeadDefinitions": ("measure", "source", "column", "values"),
    "SourceRules": ("measure", "source"),
    "ExchangeRates": ("currency", "from_month", "rate"),
    "Networks": ("network",),
    CUSTOM_METRICS: KEYS,
}
MAY_BE_BLANK = {"ChannelRules": RULE_TABLES["ChannelRules"], "LeadDefinitions": ("source",)}
LEAD_MEASURES = ("leads", "mqls", "sqls", "opportunities", "closed_deals", "won_deals", "no_decision_deals")


@dataclass(frozen=True)
class ChannelRule:
    """What stands in an export, as patterns ("" fits anything), and what it becomes ("": as it is)."""

    source: str
    channel: str
    campaign: str
    to_channel: str
    to_campaign: str


@dataclass(frozen=True)
class LeadRule:
    """What counts as a measure: records whose column holds one of the values, patterns parted by ";"."""

    measure: str
    source: str
    column: str
    values: str


@dataclass(frozen=True)
class Rate:
    """From a month on one unit of a currency is `rate` units of the workbook's."""

    currency: str
    month: Month
    rate: float


@dataclass(frozen=True)
class Rules:
    """All rules. currency: the workbook's, "" if amounts are taken as they are. prefer: files, by name or path.

    strangers: words that name no source we know, and what is wrong. typed: the tables' rows as they stand.
    """

    currency: str = ""
    prefer: tuple[str, ...] = ()
    channels: tuple[ChannelRule, ...] = ()
    leads: tuple[LeadRule, ...] = ()
    winners: tuple[tuple[str, str], ...] = ()  # measure, source
    rates: tuple[Rate, ...] = ()
    strangers: tuple[tuple[str, Problem], ...] = ()
    problems: tuple[Problem, ...] = ()
    typed: Mapping[str, Grid] = field(default_factory=dict)

    def place(self, source: str, word: str, channel: str, campaign: str) -> tuple[str, str]:
        """Channel and campaign by the first rule that fits. word: the channel as the export writes it.

        >>> rules = Rules(channels=(ChannelRule("GA4", "paid soc*", "", "Social media", ""),))
        >>> rules.place("Google Analytics 4 traffic acquisition", "Paid Social", "Paid ads", "Brand")
        ('Social media', 'Brand')
        """
        for rule in self.channels:
            if (
                is_source(rule.source, source)
                and (fits(rule.channel, word) or fits(channel_key(rule.channel), channel))
                and fits(rule.campaign, campaign)
            ):
                return rule.to_channel or channel, rule.to_campaign or campaign
        return channel, campaign

    def winner(self, measure: str) -> str:
        """The source that a measure is taken from; "" if none is named."""
        return next((source for named, source in self.winners if named == measure), "")

    def rate(self, currency: str, month: Month) -> Rate | None:
        """The rate that is in force in a month; None if none is."""
        known = [rate for rate in self.rates if rate.currency == currency and rate.month <= month]
        return max(known, key=lambda rate: rate.month, default=None)


def fits(pattern: str, word: str) -> bool:
    """Whether a word is as a pattern says, case apart: * stands for any letters, ? for one; "" fits anything.

    >>> fits("Brand*", "brand [EU]"), fits("Brand", "Brand [EU]"), fits("", "x")
    (True, False, True)
    """
    return not pattern or bool(_compiled(pattern).fullmatch(" ".join(word.split())))


def is_source(pattern: str, source: str) -> bool:
    """Whether a pattern names a source, or how it begins.

    >>> is_source("hubspot", "HubSpot deals"), is_source("GA4", "Google Analytics 4 exploration")
    (True, True)
    """
    return fits(pattern and re.sub("^ga ?4", "Google Analytics 4", pattern, flags=re.IGNORECASE) + "*", source)


@lru_cache(1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(regex_of(pattern), re.IGNORECASE | re.DOTALL)


def regex_of(pattern: str, any_letter: str = ".") -> str:
    """A pattern with * and ? as a regular expression."""
    signs = {"*": f"{any_letter}*", "?": any_letter}
    return "".join(signs.get(sign) or re.escape(sign) for sign in " ".join(pattern.split()))


def read_rules(grids: Mapping[str, Grid], catalogue: Catalogue, sources: Collection[str], currency: str) -> Rules:
    """The rules of a workbook's tables, whichever it has. sources: what rules may name."""
    reader = _Reader(catalogue, sources, currency)
    for name in RULE_TABLES:
        if name in grids:
            reader.read(name, grids[name])
    return Rules(
        channels=tuple(reader.channels),
        leads=tuple(reader.leads),
        winners=tuple(reader.winners),
        rates=tuple(reader.rates),
        strangers=tuple(reader.strangers),
        problems=tuple(reader.problems),
        typed=reader.typed,
    )


class _Reader:
    """Reads the tables, row by row; a row with a problem makes no rule."""

    def __init__(self, catalogue: Catalogue, sources: Collection[str], currency: str) -> None:
        self.catalogue, self.sources, self.currency = catalogue, sources, currency
        self.channels: list[ChannelRule] = []
        self.leads: list[LeadRule] = []
        self.winners: list[tuple[str, str]] = []
        self.rates: list[Rate] = []
        self.strangers: list[tuple[str, Problem]] = []
        self.problems: list[Problem] = []
        self.typed: dict[str, Grid] = {}

    def read(self, name: str, grid: Grid) -> None:
        wanted, columns = RULE_TABLES[name], header_keys(grid[0])
        if missing := [key for key in wanted if key not in columns]:
            text = f'{name} has no column "{missing[0]}": add it'
            self.problems.append(Problem(name, 0, 0, text, ExcelError.VALUE))
            return
        take: dict[str, Callable[[Mapping[str, str]], str]] = {
            "ChannelRules": self._channel,
            "LeadDefinitions": self._lead,
            "SourceRules": self._winner,
            "ExchangeRates": self._rate,
        }
        typed: list[Sequence[Scalar]] = []
        seen: dict[str, int] = {}
        for record in records(grid):
            row, cells = record.row, {key: record[key] for key in wanted}
            if all(map(is_blank, cells.values())):
                continue
            typed.append([*cells.values()])
            if name == CUSTOM_METRICS:
                continue  # a row that is wrong breaks only itself, and the dataset says so
            self.at = {key: (name, row, columns[key]) for key in wanted}
            texts = {key: text_in(cell) for key, cell in cells.items()}
            texts |= {"source": to_english(texts["source"], "sources")} if "source" in texts else {}
            empty = [key for key in wanted if not texts[key] and key not in MAY_BE_BLANK.get(name, ())]
            error = next((key for key, cell in cells.items() if isinstance(cell, ExcelError)), "")
            if error or empty:
                self._wrong(error or empty[0], f"the cell is {texts[error]}" if error else "the cell is empty")
                continue
            same = take[name](texts) if name in take else texts[wanted[0]]
            if same and (first := seen.setdefault(same.casefold(), row)) != row:
                self._wrong(wanted[0], f"row {first + 1} of {name} rules the same: keep one of them")
        if typed:
            self.typed[name] = typed

    def _wrong(self, key: str, text: str) -> str:
        self.problems.append(Problem(*self.at[key], text, ExcelError.VALUE))
        return ""

    def _known(self, texts: Mapping[str, str]) -> bool:
        """Whether the source is known; one that is not may still be among the files that are read."""
        word = texts["source"]
        if any(is_source(word, source) for source in self.sources):
            return True
        text = f'"{word}" is no source we know{nearest(word, self.sources)}'
        self.strangers.append((word, Problem(*self.at["source"], text, ExcelError.VALUE)))
        return False

    def _measure(self, word: str) -> str:
        if measure := self.catalogue.measure_of(word):
            return measure.name
        return self._wrong("measure", f'"{word}" is no measure{nearest(word, self.catalogue.headers)}')

    def _channel(self, texts: Mapping[str, str]) -> str:
        """Each reads a row, and returns what no other row may say too; "" where it is wrong."""
        source, channel, campaign, to_channel, to_campaign = texts.values()
        self._known(texts)
        to_channel = channel_key(to_channel)
        if not to_channel and not to_campaign:
            return self._wrong("to_channel", "the rule says no channel or campaign to become")
        if cannot_be_channel(to_channel):
            return self._wrong("to_channel", f'"{to_channel}" cannot be a channel: "All" and "/" have a meaning')
        self.channels.append(ChannelRule(source, channel, campaign, to_channel, to_campaign))
        return "\n".join((source, channel, campaign))

    def _lead(self, texts: Mapping[str, str]) -> str:
        self._known(texts)
        measure = self._measure(texts["measure"])
        if measure and measure not in LEAD_MEASURES:
            return self._wrong("measure", f"{measure} is none of {', '.join(LEAD_MEASURES)}")
        if measure:
            self.leads.append(LeadRule(measure, texts["source"], texts["column"], texts["values"]))
        return measure and "\n".join((measure, texts["source"], texts["column"]))

    def _winner(self, texts: Mapping[str, str]) -> str:
        self._known(texts)
        if measure := self._measure(texts["measure"]):
            self.winners.append((measure, texts["source"]))
        return measure

    def _rate(self, texts: Mapping[str, str]) -> str:
        currency = texts["currency"].upper()
        if not re.fullmatch("[A-Z]{3}", currency):
            return self._wrong("currency", f'"{currency}" is not a currency: write its three letters')
        if currency == self.currency:
            return self._wrong("currency", f"{currency} is the workbook's own currency, which needs no rate")
        try:
            month = parse_month(_number(texts["from_month"]))
        except ValueError as error:
            return self._wrong("from_month", str(error))
        rate = _number(texts["rate"])
        if not isinstance(rate, float) or not 0 < rate < math.inf:
            return self._wrong("rate", f'"{texts["rate"]}" is not a rate: write a number above 0')
        self.rates.append(Rate(currency, month, rate))
        return f"{currency} {month}"


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text
