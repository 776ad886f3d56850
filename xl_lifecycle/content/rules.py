"""The rules that people write in the tables on Settings: what the words, amounts and records of an export mean."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count

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

# The tables and their columns; an older workbook has none of them.
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
    """Patterns for the words in an export ("" matches anything), and what they become ("": no change)."""

    source: str
    channel: str
    campaign: str
    to_channel: str
    to_campaign: str


@dataclass(frozen=True)
class LeadRule:
    """What counts as a measure: records whose column has one of the values, which are patterns separated by ";"."""

    measure: str
    source: str
    column: str
    values: str


@dataclass(frozen=True)
class Rate:
    """From a month on, one unit of a currency is `rate` units of the workbook's currency."""

    currency: str
    month: Month
    rate: float


@dataclass(frozen=True)
class Rules:
    """All rules. currency: the workbook's currency, "" if amounts are not converted. prefer: files, by name or path.

    unknown_sources: words that are not a known source, each with its problem. tables: the rows as people wrote them.
    """

    currency: str = ""
    prefer: tuple[str, ...] = ()
    channels: tuple[ChannelRule, ...] = ()
    leads: tuple[LeadRule, ...] = ()
    source_rules: tuple[tuple[str, str], ...] = ()  # measure, source
    rates: tuple[Rate, ...] = ()
    unknown_sources: tuple[tuple[str, Problem], ...] = ()
    problems: tuple[Problem, ...] = ()
    tables: Mapping[str, Grid] = field(default_factory=dict)

    def place(self, source: str, word: str, channel: str, campaign: str) -> tuple[str, str]:
        """Channel and campaign by the first rule that matches. word: the channel as the export writes it.

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

    def source_of(self, measure: str) -> str:
        """The source that SourceRules name for a measure; "" if they name none."""
        return next((source for name, source in self.source_rules if name == measure), "")

    def rate(self, currency: str, month: Month) -> Rate | None:
        """The rate that applies in a month; None if there is none."""
        rates = [rate for rate in self.rates if rate.currency == currency and rate.month <= month]
        return max(rates, key=lambda rate: rate.month, default=None)


def fits(pattern: str, word: str) -> bool:
    """Whether a word matches a pattern, ignoring case: * means any letters, ? means one letter; "" matches anything.

    >>> fits("Brand*", "brand [EU]"), fits("Brand", "Brand [EU]"), fits("", "x")
    (True, False, True)
    """
    return not pattern or bool(_compiled(pattern).fullmatch(" ".join(word.split())))


def is_source(pattern: str, source: str) -> bool:
    """Whether a pattern matches a source, or the beginning of its name.

    >>> is_source("hubspot", "HubSpot deals"), is_source("GA4", "Google Analytics 4 exploration")
    (True, True)
    """
    return fits(pattern and re.sub("^ga ?4", "Google Analytics 4", pattern, flags=re.IGNORECASE) + "*", source)


_numbers = count()  # several of our regular expressions may become parts of one


@lru_cache(1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(regex_of(pattern), re.IGNORECASE | re.DOTALL)


def regex_of(pattern: str, any_letter: str = ".") -> str:
    """A pattern with * and ? as a regular expression, which takes no longer the more * there are.

    What stands between two * is looked for once, at its first place: a group that is remembered is not tried again.
    """
    parts = [
        "".join(any_letter if sign == "?" else re.escape(sign) for sign in part)
        for part in re.sub(r"\*+", "*", " ".join(pattern.split())).split("*")
    ]
    if len(parts) == 1:
        return parts[0]
    first, *middle, last = parts
    names = [f"part{next(_numbers)}" for _ in middle]
    once = (f"(?=(?P<{name}>{any_letter}*?{part}))(?P={name})" for name, part in zip(names, middle, strict=True))
    return f"{first}{''.join(once)}{any_letter}*{last}"


def read_rules(grids: Mapping[str, Grid], catalogue: Catalogue, sources: Collection[str], currency: str) -> Rules:
    """The rules in a workbook's tables; some tables may be missing. sources: the names that rules may use."""
    reader = _Reader(catalogue, sources, currency)
    for name in RULE_TABLES:
        if name in grids:
            reader.read(name, grids[name])
    return Rules(
        channels=tuple(reader.channels),
        leads=tuple(reader.leads),
        source_rules=tuple(reader.source_rules),
        rates=tuple(reader.rates),
        unknown_sources=tuple(reader.unknown_sources),
        problems=tuple(reader.problems),
        tables=reader.tables,
    )


class _Reader:
    """Reads the tables row by row. A row with a problem does not become a rule."""

    def __init__(self, catalogue: Catalogue, sources: Collection[str], currency: str) -> None:
        self.catalogue, self.sources, self.currency = catalogue, sources, currency
        self.channels: list[ChannelRule] = []
        self.leads: list[LeadRule] = []
        self.source_rules: list[tuple[str, str]] = []
        self.rates: list[Rate] = []
        self.unknown_sources: list[tuple[str, Problem]] = []
        self.problems: list[Problem] = []
        self.tables: dict[str, Grid] = {}

    def read(self, name: str, grid: Grid) -> None:
        keys, columns = RULE_TABLES[name], header_keys(grid[0])
        if missing := [key for key in keys if key not in columns]:
            text = f'{name} has no column "{missing[0]}": add it'
            self.problems.append(Problem(name, 0, 0, text, ExcelError.VALUE))
            return
        take: dict[str, Callable[[Mapping[str, str]], str]] = {
            "ChannelRules": self._channel,
            "LeadDefinitions": self._lead,
            "SourceRules": self._source_rule,
            "ExchangeRates": self._rate,
        }
        rows: list[Sequence[Scalar]] = []
        seen: dict[str, int] = {}
        for record in records(grid):
            row, cells = record.row, {key: record[key] for key in keys}
            if all(map(is_blank, cells.values())):
                continue
            rows.append([*cells.values()])
            if name == CUSTOM_METRICS:
                continue  # a wrong row affects only its own metric, and the dataset reports it
            self.at = {key: (name, row, columns[key]) for key in keys}
            texts = {key: text_in(cell) for key, cell in cells.items()}
            texts |= {"source": to_english(texts["source"], "sources")} if "source" in texts else {}
            empty = [key for key in keys if not texts[key] and key not in MAY_BE_BLANK.get(name, ())]
            error = next((key for key, cell in cells.items() if isinstance(cell, ExcelError)), "")
            if error or empty:
                self._wrong(error or empty[0], f"the cell is {texts[error]}" if error else "the cell is empty")
                continue
            same = take[name](texts) if name in take else texts[keys[0]]
            if same and (first := seen.setdefault(same.casefold(), row)) != row:
                self._wrong(keys[0], f"row {first + 1} of {name} has the same rule: keep one of them")
        if rows:
            self.tables[name] = rows

    def _wrong(self, key: str, text: str) -> str:
        self.problems.append(Problem(*self.at[key], text, ExcelError.VALUE))
        return ""

    def _is_known(self, texts: Mapping[str, str]) -> bool:
        """Whether the source is known. An unknown one may still be the source of a file that is read."""
        word = texts["source"]
        if any(is_source(word, source) for source in self.sources):
            return True
        text = f'"{word}" is not a known source{nearest(word, self.sources)}'
        self.unknown_sources.append((word, Problem(*self.at["source"], text, ExcelError.VALUE)))
        return False

    def _measure(self, word: str) -> str:
        if measure := self.catalogue.measure_of(word):
            return measure.name
        return self._wrong("measure", f'"{word}" is not a measure{nearest(word, self.catalogue.headers)}')

    def _channel(self, texts: Mapping[str, str]) -> str:
        """Like the next three, reads a row and returns its key, which no other row may have; "" if the row is wrong."""
        source, channel, campaign, to_channel, to_campaign = texts.values()
        self._is_known(texts)
        to_channel = channel_key(to_channel)
        if not to_channel and not to_campaign:
            return self._wrong("to_channel", "the rule names no new channel or campaign: write one")
        if cannot_be_channel(to_channel):
            return self._wrong("to_channel", f'"{to_channel}" cannot be a channel: "All" and "/" have a meaning')
        self.channels.append(ChannelRule(source, channel, campaign, to_channel, to_campaign))
        return "\n".join((source, channel, campaign))

    def _lead(self, texts: Mapping[str, str]) -> str:
        self._is_known(texts)
        measure = self._measure(texts["measure"])
        if measure and measure not in LEAD_MEASURES:
            return self._wrong("measure", f"{measure} is not one of {', '.join(LEAD_MEASURES)}")
        if measure:
            self.leads.append(LeadRule(measure, texts["source"], texts["column"], texts["values"]))
        return measure and "\n".join((measure, texts["source"], texts["column"]))

    def _source_rule(self, texts: Mapping[str, str]) -> str:
        self._is_known(texts)
        if measure := self._measure(texts["measure"]):
            self.source_rules.append((measure, texts["source"]))
        return measure

    def _rate(self, texts: Mapping[str, str]) -> str:
        currency = texts["currency"].upper()
        if not re.fullmatch("[A-Z]{3}", currency):
            return self._wrong("currency", f'"{currency}" is not a currency: write its three letters')
        if currency == self.currency:
            return self._wrong("currency", f"{currency} is the workbook's currency, which needs no rate")
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
