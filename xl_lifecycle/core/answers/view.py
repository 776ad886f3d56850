"""The figures of a selection for an answer, and the events that each is made of."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from xl_lifecycle.core.analysis.interval import counts_people
from xl_lifecycle.core.analysis.scorecard import Targets, earlier
from xl_lifecycle.core.answers.speech import Speech
from xl_lifecycle.core.catalogue.catalogue import Item, Metric
from xl_lifecycle.core.cells.errors import ExcelError, Refusal
from xl_lifecycle.core.cells.months import Month
from xl_lifecycle.core.cells.periods import Period
from xl_lifecycle.core.cells.values import Scalar
from xl_lifecycle.core.dataset.dataset import Dataset
from xl_lifecycle.core.dataset.evaluate import Evaluation, Input, evaluate
from xl_lifecycle.core.language.vocabulary import ALL, NOT_ATTRIBUTED, Timing, Unit
from xl_lifecycle.core.metrics.measures import Measure

ENOUGH = 20  # events: with fewer, chance alone can change a figure by half
LATELY, YEAR = 3, 12  # months

Entry = Measure | Metric | Item


@dataclass
class View:
    """The selection of an answer. channel: as typed, known to the dataset. cell: the period as typed."""

    dataset: Dataset
    channel: str
    period: Period
    cell: Scalar
    targets: Targets
    speech: Speech
    _known: dict[tuple[object, ...], Evaluation] = field(default_factory=dict)

    def get(self, entry: str | Entry, channel: str | None = None, period: Period | None = None) -> Evaluation:
        """A figure. For a measure of people, who do not add up over months, the sum of its months."""
        entry = self.entry(entry) if isinstance(entry, str) else entry
        key = (entry, channel or self.channel, period or self.period)
        if key not in self._known:
            result = evaluate(self.dataset, *key)
            self._known[key] = self._sum_of_months(result) if counts_people(result) else result
        return self._known[key]

    def entry(self, name: str) -> Measure | Metric:
        """A measure or metric by name."""
        catalogue = self.dataset.catalogue
        return catalogue.metrics.get(name) or catalogue.measures[name]

    def goal(self, name: str) -> float | None:
        """The target of a figure for this selection and period; None if there is no target."""
        try:
            return self.targets.of(self.dataset, name, self.channel, self.cell)
        except Refusal:
            return None

    def before(self, result: Evaluation, entry: Entry) -> tuple[Evaluation, Evaluation, str] | None:
        """Two equal spans to compare, the later first, with a description: this period and the one before, or else
        the last three complete months and the three before. None if neither is recorded."""
        before = earlier(self.dataset, result, entry, self.channel, self.period)
        before = self._sum_of_months(before) if counts_people(before) else before
        halved = any(month in self._partial(result) for month in (*result.months, *before.months))
        if before.value is not None and len(before.months) == len(result.months) and not halved:
            return result, before, self._span(result)
        whole = [month for month in result.months if month not in self._partial(result)]
        if not whole:
            return None
        end = whole[-1]
        late, early = (self.get(entry, period=Period(last - LATELY + 1, last)) for last in (end, end - LATELY))
        full = all(len(each.months) == LATELY and not self._partial(each) & {*each.months} for each in (late, early))
        has_both = late.value is not None and early.value is not None
        return (late, early, self.speech.say("lately")) if full and has_both else None

    def partial_months(self, result: Evaluation) -> list[Month]:
        """The months used that are recorded only in part."""
        return sorted(self._partial(result) & {*result.months})

    def channels(self) -> list[str]:
        """The channels to compare."""
        return [name for name in self.dataset.channels if name != NOT_ATTRIBUTED]

    def peers(self) -> list[str]:
        """The candidates to compare: channels, or the campaigns of the channel."""
        channel, slash, _ = self.channel.partition("/")
        if not slash:
            return self.channels()
        return [f"{channel}/{campaign}" for campaign in self.dataset.campaigns.get(channel, {}).values()]

    def at(self, channel: str) -> View:
        """The same period for another channel."""
        return replace(self, channel=channel, _known={})

    def month(self, month: Month) -> Period:
        return Period(month, month)

    @property
    def is_company(self) -> bool:
        return self.channel == ALL

    def _sum_of_months(self, result: Evaluation) -> Evaluation:
        """A count of people with the sum of its months as its value."""
        if not result.months or not isinstance(result.entry, Measure):
            return result
        try:
            cells = self.dataset.cells(result.entry, result.where, result.months)
        except Refusal:
            return result
        known = [cell.value for cell in cells if cell is not None]
        if len(known) == len(result.months):
            result.value, result.refusal = math.fsum(known), None
        return result

    def _partial(self, result: Evaluation) -> set[Month]:
        leaves = self.dataset.catalogue.leaves(result.entry.name)
        return {month for name in leaves for month in self.dataset.partial.get(name, ())}

    def _span(self, result: Evaluation) -> str:
        if self.period.relative in ("ytd", "fytd"):
            return self.speech.say("year_before")
        count = result.months[-1] - result.months[0] + 1
        return self.speech.say("before", n=count) if count > 1 else self.speech.say("month_before")


def events_and_base(result: Evaluation) -> tuple[Input | None, Input | None]:
    """The events that a figure is made of, and for a share the count that they are a share of."""
    entry, parts = result.entry, list(result.inputs.values())
    if isinstance(entry, Measure) or len(parts) != 2 or len(entry.inputs) != 2:
        return None, None
    above, below = parts
    if below.measure.unit is not Unit.COUNT or below.measure.timing is Timing.INPUT or "/" not in entry.formula:
        return None, None
    return (above, below) if entry.unit is Unit.PERCENT and above.measure.unit is Unit.COUNT else (below, None)


def events(result: Evaluation) -> float | None:
    """How many events a figure is made of; None if that is unknown."""
    if isinstance(result.entry, Measure):
        return result.value if result.entry.unit is Unit.COUNT else None
    above, _ = events_and_base(result)
    return above.value if above else None


def is_zero(result: Evaluation) -> bool:
    """Whether a figure divides by 0."""
    return result.refusal is not None and result.refusal.error is ExcelError.DIV0
