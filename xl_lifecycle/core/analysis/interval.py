"""INTERVAL, AB_TEST and SAMPLE_SIZE: how certain a figure is, for figures that are made of counts."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import Enum

from xl_lifecycle.core.catalogue.catalogue import Metric
from xl_lifecycle.core.cells.errors import ExcelError, Refusal
from xl_lifecycle.core.cells.values import Grid, Scalar, Value, as_grid, is_blank, number
from xl_lifecycle.core.dataset.evaluate import Evaluation
from xl_lifecycle.core.language.vocabulary import Across, OverTime, Timing, Unit
from xl_lifecycle.core.metrics.measures import Measure
from xl_lifecycle.core.statistics import intervals

VAGUE = 0.5  # if chance alone can change a value by this share, there are too few observations to judge


class Verdict(Enum):
    """How a value compares with another one."""

    ABOVE = "above"
    BELOW = "below"
    SAME = "no clear difference"
    FEW = "too few to tell"


def interval(result: Evaluation, level: float) -> intervals.Interval:
    """The lowest and highest value that chance alone allows for a figure.

    A count of events varies; an input (spend, a goal) does not. The events of a share are assumed to be independent.
    Refuses amounts: their sums do not say how much they vary.
    """
    if result.refusal or result.value is None:
        raise result.refusal or Refusal(ExcelError.NA, "there is no value")
    entry, value = result.entry, result.value
    if isinstance(entry, Measure):
        if entry.unit is not Unit.COUNT or entry.timing is Timing.INPUT or entry.over_time is not OverTime.SUM:
            raise _unknown(entry)
        return intervals.count(value, level)
    parts = {part.measure.name: part for part in result.inputs.values()}
    below = parts.get(_denominator(entry))
    if below is None or parts.keys() != set(entry.inputs) or below.measure.unit is not Unit.COUNT:
        raise _unknown(entry)
    above = [part.measure for name, part in parts.items() if part is not below]
    if entry.unit is Unit.CURRENCY and all(measure.timing is Timing.INPUT for measure in above):
        low, high = intervals.cost(value * below.value, below.value, level)
        return low, high
    if entry.unit is not Unit.PERCENT or any(measure.unit is not Unit.COUNT for measure in above):
        raise _unknown(entry)
    if below.measure.timing is Timing.INPUT:
        low, high = intervals.count(value * below.value, level)
        return low / below.value, high / below.value
    if 0 <= value <= 1:
        return intervals.rate(value * below.value, below.value, level)
    return intervals.ratio(value * below.value, below.value, level)


def _denominator(metric: Metric) -> str:
    """The divisor of a metric that is a sum of measures divided by a measure, or 1 minus that; "" for other metrics.

    >>> from xl_lifecycle.core.catalogue.catalogue import collect
    >>> [_denominator(collect().metrics[name]) for name in ("cpl", "bounce_rate", "cpm")]
    ['leads', 'sessions', '']
    """
    match = _QUOTIENT.fullmatch(metric.formula)
    return match[1] if match else ""


_MEASURE = r"[^\W\d]\w*"
_QUOTIENT = re.compile(rf"(?:1 - )?(?:{_MEASURE}|\({_MEASURE}(?: [+-] {_MEASURE})*\)) / ({_MEASURE})")


def _unknown(entry: Measure | Metric) -> Refusal:
    title = entry.label
    text = "{title} has no interval: only counts, shares of counts and costs per count have one"
    return Refusal(ExcelError.NA, text, title=title)


def counts_people(result: Evaluation) -> bool:
    """Whether a figure counts people, who do not add up over months."""
    entry = result.entry
    return isinstance(entry, Measure) and entry.over_time is OverTime.NONE and entry.across is Across.SUM


def bounds(result: Evaluation, level: float = intervals.LEVEL) -> intervals.Interval | None:
    """The interval of a figure; None if it has no interval."""
    if counts_people(result) and result.value is not None:
        return intervals.count(result.value, level)
    try:
        return interval(result, level)
    except (Refusal, ValueError, OverflowError):
        return None


def compare(old: Evaluation, new: Evaluation, level: float = intervals.LEVEL) -> Verdict | None:
    """Whether the new value differs from the old one by more than chance; None if chance cannot be judged."""
    if old.value is None or new.value is None:
        return None
    around_old, around_new = bounds(old, level), bounds(new, level)
    if around_old is None or around_new is None:
        return None
    low, high = intervals.independent_difference(old.value, around_old, new.value, around_new)
    if low > 0 or high < 0:
        return Verdict.ABOVE if low > 0 else Verdict.BELOW
    wide = VAGUE * abs(old.value)
    return Verdict.FEW if low < -wide and high > wide else Verdict.SAME


def ab_test(args: Sequence[Value]) -> Grid:
    """A row for each test: how far B's rate is above A's, its interval, and how often chance alone does this."""
    if not 4 <= len(args) <= 5:
        raise Refusal(ExcelError.NA, "write AB_TEST(successes A, trials A, successes B, trials B)")

    def test(*cells: Scalar) -> list[Scalar]:
        a, trials_a, b, trials_b = map(number, cells[:4])
        level = level_of(cells[4]) if len(cells) > 4 else intervals.LEVEL
        if not (trials_a and trials_b):
            raise Refusal(ExcelError.DIV0, "a group without trials has no rate")
        try:
            low, high = intervals.difference((a, trials_a), (b, trials_b), level)
        except ValueError as error:
            raise Refusal(ExcelError.NUM, error.args[0]) from None
        return [b / trials_b - a / trials_a, low, high, intervals.p_value((a, trials_a), (b, trials_b))]

    return by_row(test, args, 4)


def sample_size(*cells: Scalar) -> float:
    """How many trials each group of an A/B test needs to distinguish one rate from another."""
    share, other = map(number, cells[:2])
    level = level_of(cells[2]) if len(cells) > 2 else intervals.LEVEL
    power = level_of(cells[3]) if len(cells) > 3 and not is_blank(cells[3]) else intervals.POWER
    try:
        return float(intervals.sample_size(share, other, level, power))
    except ValueError as error:
        raise Refusal(ExcelError.NUM, error.args[0]) from None


def level_of(cell: Scalar) -> float:
    """A level of confidence; 0.95 if the cell is blank."""
    if is_blank(cell):
        return intervals.LEVEL
    level = number(cell)
    if not 0 < level < 1:
        raise Refusal(ExcelError.NUM, "{level:g} is not a level of confidence: write 0.95", level=level)
    return level


def by_row(function: Callable[..., list[Scalar]], args: Sequence[Value], width: int) -> Grid:
    """A row of answers for each row of the arguments, which are columns or single cells."""
    columns = [as_grid(arg) for arg in args]
    if any(len(row) > 1 for column in columns for row in column):
        raise Refusal(ExcelError.VALUE, "give columns, or single cells")
    height = max(len(column) for column in columns)
    rows: list[list[Scalar]] = []
    for i in range(height):
        try:
            cells = [column[0 if len(column) == 1 else i][0] for column in columns]
            rows.append(function(*cells))
        except IndexError:
            rows.append([ExcelError.NA] * width)
        except Refusal as refusal:
            rows.append([refusal.error] * width)
    return rows
