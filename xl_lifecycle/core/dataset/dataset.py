"""The workbook's tables as one dataset: any measure for any selection, in microseconds after one build."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from xl_lifecycle.core.catalogue.catalogue import Catalogue, nearest
from xl_lifecycle.core.cells.errors import ExcelError, Refusal
from xl_lifecycle.core.cells.months import Month, month_text, months_text
from xl_lifecycle.core.cells.values import Grid
from xl_lifecycle.core.dataset.as_of import as_of
from xl_lifecycle.core.dataset.read_tables import read_tables
from xl_lifecycle.core.dataset.series import MeasureSeries, MonthSum
from xl_lifecycle.core.dataset.tables import Fact, Problem, Settings, Tables
from xl_lifecycle.core.language.channels import CHANNELS, channel_key, channel_label
from xl_lifecycle.core.language.text import Text, join
from xl_lifecycle.core.language.vocabulary import ALL, NOT_ATTRIBUTED, Across, InputTable, OverTime
from xl_lifecycle.core.metrics.measures import ITEM_KINDS, Measure

TOKEN = "xl-lifecycle "
AS_OF = " as of "  # in a token, between the dataset and the day
NETWORK, FOLLOWERS = "network", "followers"
ItemKey = tuple[str, str] | None


@dataclass(frozen=True)
class Selection:
    """A channel or All, one of its campaigns or the whole channel, one item or none."""

    channel: str = ALL
    campaign: str | None = None
    item: ItemKey = None

    @property
    def text(self) -> Text:
        place = place_text(self.channel, self.campaign)
        if not self.item:
            return place
        kind = next((kind.label for kind in ITEM_KINDS if kind.name == self.item[0]), self.item[0])
        return Text("{kind}:{item}, {place}", kind=kind, item=self.item[1], place=place)


def place_text(channel: str, campaign: str | None) -> Text:
    """A channel, or one of its campaigns, as users write it."""
    if not campaign:
        return Text("{channel}", channel=channel_label(channel))
    return Text("{channel}/{campaign}", channel=channel_label(channel), campaign=campaign)


@dataclass
class FixedSet:
    """The networks whose followers add up to the company's, if users list them and Items has them.

    months: those with a value for each network, as the set must stay the same over time. left_out: other networks.
    """

    networks: dict[str, str]
    months: set[Month] = field(default_factory=set)
    left_out: dict[str, str] = field(default_factory=dict)
    is_used: bool = False

    def apply(self, facts: Sequence[Fact]) -> list[Fact]:
        """Facts, with the company's followers as the sum of the networks."""
        networks_by_month: dict[Month, set[str]] = defaultdict(set)
        company_facts = []
        for fact in facts if self.networks else ():
            if fact.measure == FOLLOWERS and fact.item and fact.item[0] == NETWORK:
                name = fact.item[1].casefold()
                if name in self.networks:
                    networks_by_month[fact.month].add(name)
                    company_facts.append(replace(fact, item=None))
                else:
                    self.left_out.setdefault(name, fact.item[1])
        self.is_used = bool(company_facts)
        self.months |= {month for month, names in networks_by_month.items() if len(names) == len(self.networks)}
        others = [f for f in facts if f.item or f.measure != FOLLOWERS] if self.is_used else facts
        return [*others, *(fact for fact in company_facts if fact.month in self.months)]


class Dataset:
    """Facts, indexed. Built once for the tables' content; `token` is a hash of that content.

    day: the day that the facts are as of; None is today. Refuses a day if the tables' history cannot be read.
    """

    def __init__(self, tables: Tables, day: dt.date | None = None) -> None:
        self.catalogue = catalogue = tables.catalogue
        self.day = day
        self.token = TOKEN + _hash(tables) + (f"{AS_OF}{day}" if day else "")
        self._tables = tables
        tables = as_of(tables, day) if day else tables
        self.settings: Settings = tables.settings
        self.problems: tuple[Problem, ...] = tuple(tables.problems)
        self.recorded = frozenset(tables.recorded)
        self.coverage = tuple(tables.coverage)
        self.channels = _channels(tables)
        spelling = _SpellingOfFacts(self.channels)
        facts, repeats = _without_repeats([spelling.of_fact(fact) for fact in tables.facts], catalogue)
        self.problems = tuple(spelling.of_problem(problem) for problem in self.problems) + repeats
        self.campaigns: dict[str, dict[str, str]] = defaultdict(dict)
        self.items: dict[str, dict[str, str]] = defaultdict(dict)
        self.fixed_networks = FixedSet({name.casefold(): name for name in tables.networks})
        self._series = self._index(self.fixed_networks.apply(facts))
        self._taints: dict[tuple[ItemKey, str], list[Problem]] = defaultdict(list)
        for problem in self.problems:
            if problem.item and problem.item[1]:
                self.items[problem.item[0]].setdefault(problem.item[1].casefold(), problem.item[1])
            for measure in problem.measures:
                whole = problem.item and (
                    catalogue.measures[measure].table is InputTable.ITEMS
                    or (measure == FOLLOWERS and problem.item[1].casefold() in self.fixed_networks.networks)
                )
                for item in (problem.item, None) if whole else (problem.item,):
                    self._taints[item, measure].append(problem)
                    if problem.month is not None:
                        self._series[item, measure].covered.add(problem.month)
        self.partial: dict[str, set[Month]] = defaultdict(set)
        for entry in self.coverage:
            if entry.measure not in self.recorded:
                continue  # its column is gone: it is unknown, whatever was imported once
            series = self._series[None, entry.measure]
            series.covered.update(range(entry.first, entry.last + 1))
            self.partial[entry.measure].update(entry.partial)
        if self.fixed_networks.is_used:
            self._series[None, FOLLOWERS].covered &= self.fixed_networks.months | {
                problem.month for problem in self._taints[None, FOLLOWERS] if problem.month is not None
            }
        self._common: dict[tuple[tuple[str, ...], ItemKey], tuple[set[Month], set[Month]]] = {}

    def as_of(self, day: dt.date) -> Dataset:
        """This dataset as it was known when a day ended."""
        return Dataset(self._tables, min(day, self.day or day))

    def _index(self, facts: Sequence[Fact]) -> dict[tuple[ItemKey, str], MeasureSeries]:
        groups: dict[tuple[ItemKey, str], list[Fact]] = defaultdict(list)
        for fact in facts:
            groups[fact.item, fact.measure].append(fact)
            if fact.item:
                self.items[fact.item[0]][fact.item[1].casefold()] = fact.item[1]
                if self.catalogue.measures[fact.measure].table is InputTable.ITEMS:
                    groups[None, fact.measure].append(fact)
            elif fact.campaign:
                self.campaigns[fact.channel][fact.campaign.casefold()] = fact.campaign
        index: dict[tuple[ItemKey, str], MeasureSeries] = defaultdict(MeasureSeries)
        for key, group in groups.items():
            measure = self.catalogue.measures[key[1]]
            index[key].add(
                group, not key[0] and measure.across is Across.NONE and measure.table is not InputTable.ITEMS
            )
        return index

    def common(self, measures: tuple[str, ...], item: ItemKey = None) -> tuple[set[Month], set[Month]]:
        """The months in which all the measures are recorded, and those of them that are complete."""
        key = (measures, item)
        if key not in self._common:
            covered = set.intersection(*(self.covered(name, item) for name in measures))
            complete = set.intersection(*(self.complete(name, item) for name in measures))
            self._common[key] = covered, complete
        return self._common[key]

    def select(self, channel: str, item: ItemKey = None) -> Selection:
        """The selection that a channel cell means; refuses an unknown channel, campaign or item."""
        name, slash, campaign = channel.partition("/")
        key = channel_key(name)
        known = {word.casefold(): word for word in self.channels}
        if key != ALL and key.casefold() not in known:
            hint = nearest(name, [ALL, *self.channels])
            raise Refusal(
                ExcelError.VALUE, '"{word}" is not a channel of this workbook{hint}', word=name.strip(), hint=hint
            )
        key = known.get(key.casefold(), key)
        campaign_name = None
        if slash:
            campaigns = self.campaigns.get(key, {})
            campaign_name = campaigns.get(" ".join(campaign.split()).casefold())
            if campaign_name is None:
                hint = nearest(campaign, campaigns.values())
                raise Refusal(
                    ExcelError.VALUE,
                    '"{word}" is not a campaign of {channel}{hint}',
                    word=campaign.strip(),
                    channel=channel_label(key),
                    hint=hint,
                )
        if item:
            items = self.items.get(item[0], {})
            if item[1].casefold() not in items:
                hint = nearest(item[1], items.values())
                raise Refusal(
                    ExcelError.VALUE,
                    'this workbook has no {kind} "{word}"{hint}',
                    word=item[1],
                    kind=self.catalogue.kinds[item[0]].label,
                    hint=hint,
                )
            item = (item[0], items[item[1].casefold()])
        return Selection(key, campaign_name, item)

    def covered(self, measure: str, item: ItemKey = None) -> set[Month]:
        """The months in which a measure is recorded."""
        series = self._series.get((item, measure))
        return series.covered if series else set()

    def complete(self, measure: str, item: ItemKey = None) -> set[Month]:
        """The months in which a measure is recorded, without those that an import covers only in part."""
        return self.covered(measure, item) - self.partial.get(measure, set())

    def cells(self, measure: Measure, where: Selection, months: Sequence[Month]) -> list[MonthSum | None]:
        """A measure month by month; None if it is unknown. Refuses what is not recorded or cannot be read."""
        label = measure.label
        for problem in self._taints.get((where.item, measure.name), ()):
            if _concerns(problem, where, months):
                raise Refusal(problem.error, problem.message)
        series = self._series[where.item, measure.name]
        if where.channel not in (ALL, NOT_ATTRIBUTED):
            if series.covered and series.places and not series.attributed:
                raise Refusal(ExcelError.NA, "{label} is recorded for the company only, not by channel", label=label)
            channel_months = series.places.get((where.channel, None))
            if where.campaign is not None and channel_months and where.channel not in series.campaigns:
                raise Refusal(
                    ExcelError.NA,
                    "{label} is not recorded by campaign in {channel}",
                    label=label,
                    channel=channel_label(where.channel),
                )
        by_month = series.places.get((where.channel, where.campaign), {})
        single = measure.across is Across.NONE
        missing = None if single else MonthSum()
        cells = [by_month.get(month, missing) if month in series.covered else None for month in months]
        for month, cell in zip(months, cells, strict=True):
            if single and cell and cell.rows > 1:
                raise Refusal(
                    ExcelError.NA,
                    "{label} does not add up: {month} has {count} rows of it",
                    label=label,
                    month=month_text(month),
                    count=cell.rows,
                )
        return cells


def build(grids: Iterable[Grid] | Mapping[str, Grid], catalogue: Catalogue) -> Dataset:
    """The dataset of some tables, each a header row and rows."""
    return Dataset(read_tables(grids, catalogue))


class _SpellingOfFacts:
    """One spelling for names that differ only in case: the first one, or that of the listed channels."""

    def __init__(self, channels: Iterable[str]) -> None:
        self.known: dict[tuple[str, str, str], str] = {("", "", word.casefold()): word for word in channels}

    def _of(self, kind: str, within: str, word: str) -> str:
        return self.known.setdefault((kind, within, word.casefold()), word)

    def channel(self, word: str) -> str:
        return self._of("", "", word)

    def campaign(self, channel: str, word: str) -> str:
        return self._of("campaign", channel, word)

    def item(self, item: ItemKey) -> ItemKey:
        return item and (item[0], self._of("item", item[0], item[1]))

    def of_fact(self, fact: Fact) -> Fact:
        channel = self.channel(fact.channel)
        campaign = self.campaign(channel, fact.campaign)
        return replace(fact, channel=channel, campaign=campaign, item=self.item(fact.item))

    def of_problem(self, problem: Problem) -> Problem:
        channel = problem.channel and self.channel(problem.channel)
        campaign = problem.campaign and self.campaign(channel or "", problem.campaign)
        return replace(problem, channel=channel, campaign=campaign, item=self.item(problem.item))


def _channels(tables: Tables) -> list[str]:
    """The channels of a workbook: those listed, or else the default ones, and those with rows."""
    channels = tables.channels or [*CHANNELS]
    names = [*channels, *(fact.channel for fact in tables.facts), NOT_ATTRIBUTED]
    return list({word.casefold(): word for word in reversed(names)}.values())[::-1]


def _without_repeats(facts: Sequence[Fact], catalogue: Catalogue) -> tuple[list[Fact], tuple[Problem, ...]]:
    """Facts without repeats that cannot be added up, and a problem for each repeat.

    Amounts and counts of events add up; customers at the start, or unique visitors, given twice are a mistake.
    """
    first_facts: dict[tuple[str, Month, str, str, ItemKey], Fact] = {}
    problems: list[Problem] = []
    unique: list[Fact] = []
    for fact in facts:
        if catalogue.measures[fact.measure].over_time is OverTime.SUM:
            unique.append(fact)
            continue
        key = (fact.measure, fact.month, fact.channel, fact.campaign, fact.item)
        first = first_facts.setdefault(key, fact)
        if first is fact:
            unique.append(fact)
        else:
            text = Text(
                "{label} has two values for {month}, {place}; the first is in row {row}",
                label=catalogue.measures[fact.measure].label,
                month=month_text(fact.month),
                place=place_text(fact.channel, fact.campaign),
                row=first.row + 1,
            )
            problems.append(
                Problem(
                    fact.table,
                    fact.row,
                    0,
                    text,
                    ExcelError.VALUE,
                    (fact.measure,),
                    fact.month,
                    fact.channel,
                    fact.campaign,
                    fact.item,
                )
            )
    return unique, tuple(problems)


def _concerns(problem: Problem, where: Selection, months: Sequence[Month]) -> bool:
    return (
        (problem.month is None or problem.month in months)
        and (problem.channel is None or where.channel in (ALL, problem.channel))
        and (problem.campaign is None or where.campaign in (None, problem.campaign))
    )


def _hash(tables: Tables) -> str:
    """A hash of the content: equal tables have equal tokens, whatever the order of their rows."""
    facts = sorted((f.measure, f.month, f.channel, f.campaign, f.item or ("", ""), f.value) for f in tables.facts)
    history = [sorted(map(repr, each)) for each in (tables.readings, tables.revisions)]
    custom = sorted((row.name, row.expression, row.unit, row.better) for row in tables.custom)
    content = repr(
        (facts, tables.problems, tables.channels, tables.coverage, tables.settings, history, *tables.networks, *custom)
    )
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def reason_not_covered(dataset: Dataset, measures: Sequence[str], item: ItemKey = None) -> Text:
    """Why no month is left: which measure is missing, and where."""
    known = dataset.catalogue.measures
    parts = []
    for name in measures:
        covered = dataset.covered(name, item)
        label = Text("{label}", label=known[name].label)
        if name == FOLLOWERS and dataset.fixed_networks.is_used and not item:
            label = Text("{label} of every network on Settings", label=label)
        if covered:
            parts.append(Text("{label} is recorded for {months}", label=label, months=months_text(covered)))
        elif name in dataset.recorded:
            table = Text(known[name].table.value)
            parts.append(Text("{label} has no numbers yet: fill its column in {table}", label=label, table=table))
        else:
            parts.append(Text("no table has a column {label}", label=label))
    return join(parts, "; ")
