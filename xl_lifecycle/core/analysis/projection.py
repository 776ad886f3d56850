"""PROJECTION and TARGET_PROGRESS: a figure at the end of a period at the present pace, and its target."""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import Enum

from xl_lifecycle.core.catalogue.catalogue import Metric
from xl_lifecycle.core.cells.errors import ExcelError, Refusal
from xl_lifecycle.core.cells.periods import parse_period
from xl_lifecycle.core.cells.values import Scalar, is_blank, name_in, number
from xl_lifecycle.core.dataset.dataset import Dataset
from xl_lifecycle.core.dataset.evaluate import Evaluation, Input, evaluate, recalculate
from xl_lifecycle.core.language.text import Text, translate
from xl_lifecycle.core.language.vocabulary import Basis, Better, OverTime
from xl_lifecycle.core.metrics.measures import Measure

COLUMNS = ("actual", "attained", "projection", "status")
NEAR = 0.9  # from this share on, a target is nearly reached
ENOUGH = 0.25  # the share of a period's months that is needed to judge its pace
ON_PLAN = 0.1  # how far a spend may be from the plan, as a share


Row = list[Scalar]


class Status(Enum):
    """The status of a target."""

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
    """A figure in a period: its value so far, and its value in the complete months, which is projected.

    share: the share of the period's months that are complete and recorded. is_ahead: the period has not begun.
    is_over: the period has ended.
    """

    def __init__(self, dataset: Dataset, name: Scalar, channel: Scalar, period: Scalar) -> None:
        entry, where = dataset.catalogue.find(name_in(name, "name")), name_in(channel, "channel")
        when = parse_period(period, dataset.settings.fiscal)
        self._dataset = dataset
        self.actual = evaluate(dataset, entry, where, when)
        self._complete = evaluate(dataset, entry, where, when, complete=True)
        self.entry = self.actual.entry
        known = dataset.common(dataset.catalogue.leaves(self.entry.name), self.actual.where.item)[1]
        months = when.months(known, dataset.settings.fiscal)
        self.share = len(self._complete.months) / len(months) if months else 0.0
        self.is_ahead = bool(known) and months[0] > max(known)
        self.is_over = bool(known) and months[-1] <= max(known)

    @property
    def is_cumulative(self) -> bool:
        """Whether the value can only grow: it is a sum of values that are never below 0."""
        entry = self.entry
        return isinstance(entry, Measure) and entry.over_time is OverTime.SUM and not entry.negative

    @property
    def projection(self) -> float:
        """The value at the end of the period, if the months to come are like the complete ones.

        Sums grow with the months. Values at the end of a month stay as they are, but customers continue to leave at
        the same rate. Shares, prices and means stay as they are. Refuses a figure without a complete month.
        """
        value = self._complete.answer()
        if self.share == 1:
            return value
        value = recalculate(self._dataset, self._complete, self._extrapolate)
        return max(value, self.actual.answer()) if self.is_cumulative else value

    def _extrapolate(self, part: Input, basis: Basis) -> float:
        measure, longer = part.measure, 1 / self.share
        if measure.name == "customers_end" and basis is Basis.PERIOD:
            return self._customers_at_end(part.value, longer)
        adding = measure.over_time is OverTime.SUM or (
            basis is Basis.MONTHLY and measure.over_time is not OverTime.MEAN
        )
        uniques = measure.over_time is OverTime.NONE and measure is not self.entry  # in a denominator they add up
        return part.value * longer if adding or uniques else part.value

    def _customers_at_end(self, end: float, longer: float) -> float:
        """Customers at the end, if the same share of customers stays each month."""
        start, new = (self._complete.inputs.get((name, Basis.PERIOD)) for name in ("customers_start", "new_customers"))
        if not start or not new or start.value <= 0 or end < new.value:
            return end
        return start.value * math.pow((end - new.value) / start.value, longer) + new.value * longer


def projection(dataset: Dataset, name: Scalar, channel: Scalar, period: Scalar) -> float:
    """The value at the end of a period at the present pace; if the period is over, the actual value."""
    return Pace(dataset, name, channel, period).projection


def progress(dataset: Dataset, name: Scalar, channel: Scalar, period: Scalar, target: Scalar) -> Row:
    """The row of a target: the actual value, how far the target is reached, the projection and the status.

    All cells are "" if the name, channel or period is blank.
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
    """The result if the period is over; before that, what its pace predicts."""
    if pace.is_ahead:
        return Status.EARLY
    actual, better = pace.actual.answer(), pace.entry.better
    missing = pace.is_over and pace.share < 1 and adds_up(pace.actual)
    early = not pace.is_over and pace.share < ENOUGH
    if better is Better.NEITHER:
        if missing or early:
            return Status.PART if missing else Status.EARLY
        excess = pace.projection - goal
        return Status.ON_PLAN if abs(excess) <= ON_PLAN * abs(goal) else Status.OVER if excess > 0 else Status.UNDER
    share = attainment(actual, goal, better)
    if share >= 1 and (pace.is_over or (pace.is_cumulative and better is Better.HIGHER)):
        return Status.REACHED
    if pace.is_over:
        return Status.PART if missing else Status.NEAR if share >= NEAR else Status.BEHIND
    if early:
        return Status.EARLY
    projected_share = round(attainment(pace.projection, goal, better), 9)  # a share at the same pace is the same share
    return Status.ON_TRACK if projected_share >= 1 else Status.NEAR if projected_share >= NEAR else Status.SHORT


def adds_up(now: Evaluation) -> bool:
    """Whether a figure grows with more months."""
    return not now.divides if isinstance(now.entry, Metric) else now.entry.over_time is OverTime.SUM


def attainment(actual: float, target: float, better: Better) -> float:
    """How far a target is reached: 1 is reached, more is better.

    The quotient if both are above 0; otherwise 1 plus the distance from the target as a share of its size.

    >>> attainment(90, 100, Better.HIGHER), attainment(80, 100, Better.LOWER), attainment(-20, -10, Better.HIGHER)
    (0.9, 1.25, 0.0)
    """
    if not target:
        raise Refusal(ExcelError.DIV0, "a share of a target of 0 cannot be calculated")
    lower = better is Better.LOWER
    if actual > 0 and target > 0:
        share = target / actual if lower else actual / target
    else:
        share = 1 + (target - actual if lower else actual - target) / abs(target)
    if not math.isfinite(share):
        raise Refusal(ExcelError.NUM, "the number is too large")
    return share
