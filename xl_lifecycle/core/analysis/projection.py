"""PROJECTION and TARGET_PROGRESS: where a figure will end at the present pace, and what that means for its target."""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import Enum

from xl_lifecycle.core.catalogue.catalogue import Metric
from xl_lifecycle.core.cells.errors import ExcelError, Refusal
from xl_lifecycle.core.cells.periods import parse_period
from xl_lifecycle.core.cells.values import Scalar, is_blank, named, number
from xl_lifecycle.core.dataset.dataset import Dataset
from xl_lifecycle.core.dataset.evaluate import Evaluation, Input, evaluate, reckoned
from xl_lifecycle.core.language.text import Text, translate
from xl_lifecycle.core.language.vocabulary import Basis, Better, OverTime
from xl_lifecycle.core.metrics.measures import Measure

COLUMNS = ("actual", "attained", "projection", "status")
NEAR = 0.9  # from here on a target is nearly reached
ENOUGH = 0.25  # of a period's months, before its pace tells anything
ON_PLAN = 0.1  # a spend may be that far from what was planned


Row = list[Scalar]


class Status(Enum):
    """What is said of a target."""

    REACHED = "reached"
    NEAR = "near"
    BEHIND = "behind"
    PART = "months missing"
    ON_TRACK = "on track"
    SHORT = "falling short"
    EARLY = "too early to tell"
    ON_PLAN = "on plan"
    OVER = "over plan"
    UNDER = "under plan"


class Pace:
    """What is known of a figure in a period: so far, and in the complete months, from which it is projected.

    share: of the period's months, those that are complete and recorded. ahead: it is all to come. over: none is.
    """

    def __init__(self, dataset: Dataset, name: Scalar, channel: Scalar, period: Scalar) -> None:
        entry, where = dataset.catalogue.find(named(name, "name")), named(channel, "channel")
        asked = parse_period(period, dataset.settings.fiscal)
        self._dataset = dataset
        self.actual = evaluate(dataset, entry, where, asked)
        self._complete = evaluate(dataset, entry, where, asked, complete=True)
        self.entry = self.actual.entry
        known = dataset.common(dataset.catalogue.leaves(self.entry.name), self.actual.where.item)[1]
        months = asked.months(known, dataset.settings.fiscal)
        self.share = len(self._complete.months) / len(months) if months else 0.0
        self.ahead = bool(known) and months[0] > max(known)
        self.over = bool(known) and months[-1] <= max(known)

    @property
    def kept(self) -> bool:
        """Whether what is reached cannot be lost: a sum of what is never below 0."""
        entry = self.entry
        return isinstance(entry, Measure) and entry.over_time is OverTime.SUM and not entry.negative

    @property
    def projection(self) -> float:
        """The value at the end of the period, if the months to come are as the complete ones were.

        Sums grow with the months. What stands at the end of a month stays as it is, but customers go on leaving at
        the rate they left. Shares, prices and means are what they are. Refuses what has no complete month.
        """
        value = self._complete.answer()
        if self.share == 1:
            return value
        value = reckoned(self._dataset, self._complete, self._grown)
        return max(value, self.actual.answer()) if self.kept else value

    def _grown(self, part: Input, basis: Basis) -> float:
        measure, longer = part.measure, 1 / self.share
        if measure.name == "customers_end" and basis is Basis.PERIOD:
            return self._staying(part.value, longer)
        adding = measure.over_time is OverTime.SUM or (
            basis is Basis.MONTHLY and measure.over_time is not OverTime.MEAN
        )
        uniques = measure.over_time is OverTime.NONE and measure is not self.entry  # as a denominator they add up
        return part.value * longer if adding or uniques else part.value

    def _staying(self, end: float, longer: float) -> float:
        """Customers at the end, if those of the start go on staying at the same rate each month."""
        start, new = (self._complete.inputs.get((name, Basis.PERIOD)) for name in ("customers_start", "new_customers"))
        if not start or not new or start.value <= 0 or end < new.value:
            return end
        return start.value * math.pow((end - new.value) / start.value, longer) + new.value * longer


def projection(dataset: Dataset, name: Scalar, channel: Scalar, period: Scalar) -> float:
    """The value at the end of a period at the present pace; where the period is over, the actual one."""
    return Pace(dataset, name, channel, period).projection


def progress(dataset: Dataset, name: Scalar, channel: Scalar, period: Scalar, target: Scalar) -> Row:
    """The row of a target: actual, how far it is reached, projection, all in a word.

    "" throughout where the name, channel or period is still to be written.
    """
    if is_blank(name) or is_blank(channel) or is_blank(period):
        return [""] * len(COLUMNS)
    if isinstance(target, ExcelError):
        raise Refusal(target, "the {what} is {error}", what=Text("target"), error=target)
    pace = Pace(dataset, name, channel, period)
    language = dataset.settings.language
    return [
        _cell(pace.actual.answer),
        "" if is_blank(target) else _cell(lambda: attainment(pace.actual.answer(), number(target), pace.entry.better)),
        _cell(lambda: pace.projection),
        "" if is_blank(target) else _cell(lambda: translate(_status(pace, number(target)).value, language)),
    ]


def _cell(value: Callable[[], Scalar]) -> Scalar:
    try:
        return value()
    except Refusal as refusal:
        return refusal.error


def _status(pace: Pace, goal: float) -> Status:
    """What was reached where the period is over; before that, what its pace foretells."""
    if pace.ahead:
        return Status.EARLY
    actual, better = pace.actual.answer(), pace.entry.better
    missing = pace.over and pace.share < 1 and adds_up(pace.actual)
    early = not pace.over and pace.share < ENOUGH
    if better is Better.NEITHER:
        if missing or early:
            return Status.PART if missing else Status.EARLY
        beyond = pace.projection - goal
        return Status.ON_PLAN if abs(beyond) <= ON_PLAN * abs(goal) else Status.OVER if beyond > 0 else Status.UNDER
    reached = attainment(actual, goal, better)
    if reached >= 1 and (pace.over or (pace.kept and better is Better.HIGHER)):
        return Status.REACHED
    if pace.over:
        return Status.PART if missing else Status.NEAR if reached >= NEAR else Status.BEHIND
    if early:
        return Status.EARLY
    foreseen = round(attainment(pace.projection, goal, better), 9)  # a share at the same pace is the same share
    return Status.ON_TRACK if foreseen >= 1 else Status.NEAR if foreseen >= NEAR else Status.SHORT


def adds_up(now: Evaluation) -> bool:
    """Whether more months make more of it."""
    return not now.divides if isinstance(now.entry, Metric) else now.entry.over_time is OverTime.SUM


def attainment(actual: float, target: float, better: Better) -> float:
    """How far a target is reached: 1 is reached, more is better than that.

    The quotient where both are above 0; else how far the target is passed, measured by its size.

    >>> attainment(90, 100, Better.HIGHER), attainment(80, 100, Better.LOWER), attainment(-20, -10, Better.HIGHER)
    (0.9, 1.25, 0.0)
    """
    if not target:
        raise Refusal(ExcelError.DIV0, "there is no share of a target of 0")
    lower = better is Better.LOWER
    if actual > 0 and target > 0:
        reached = target / actual if lower else actual / target
    else:
        reached = 1 + (target - actual if lower else actual - target) / abs(target)
    if not math.isfinite(reached):
        raise Refusal(ExcelError.NUM, "the number is too large")
    return reached
