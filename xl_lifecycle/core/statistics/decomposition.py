"""What moved a figure: splits its change from one period to the next exactly into the factors of the figure.

A figure is the visits of all parts (channels), times each part's share of them, times the rate of each step; a cost is
the quotient of two such sums. The order in which factors change matters, so each factor gets its mean effect over all
orders: the Shapley value. These values add up exactly to the change, and are the same backwards.
Source: Shapley (1953), "A value for n-person games"; Shorrocks (2013), "Decomposition procedures for distributional
analysis: a unified framework based on the Shapley value".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

Amounts = Sequence[float]  # of one part: visits first, then the result of each step


@dataclass(frozen=True)
class Path:
    """How a figure is made from amounts, given by position: first visits, then each from the one before.

    above: visits, leads, sales. below: the same for the divisor, if the figure has one.
    """

    above: tuple[int, ...]
    below: tuple[int, ...] = ()

    @property
    def steps(self) -> tuple[tuple[int, int], ...]:
        return (*pairwise(self.above), *pairwise(self.below))


@dataclass(frozen=True)
class Split:
    """The effects, in the figure's unit. outside: the parts with amounts that did not come from visits, not split."""

    volume: float
    steps: tuple[float, ...]
    mix: float
    rest: float
    outside: tuple[int, ...]

    @property
    def total(self) -> float:
        return math.fsum((self.volume, *self.steps, self.mix, self.rest))


def split(path: Path, before: Sequence[Amounts], now: Sequence[Amounts]) -> Split:
    """Split the change of a figure between two periods, each given as the amounts of the same parts.

    If a part did not take a step in one period, the rate of the other period is used. ZeroDivisionError if the figure
    is undefined in a period, or between the two.

    >>> leads = Path((0, 1))
    >>> split(leads, [(100, 10), (100, 2)], [(200, 20), (200, 4)]).volume
    12.0
    >>> round(split(leads, [(100, 10), (100, 2)], [(150, 15), (50, 1)]).mix, 9)
    4.0
    """
    outside = [i for i, pair in enumerate(zip(before, now, strict=True)) if not all(_led(path, each) for each in pair)]
    inside = [i for i in range(len(now)) if i not in outside]
    states = [_factors(path, amounts, other, inside, outside) for amounts, other in ((before, now), (now, before))]
    volume, mix, rest, *steps = shapley(lambda *factors: _figure(path, factors), *states)
    return Split(volume, tuple(steps), mix, rest, tuple(outside))


def shapley(value: Callable[..., float], before: Sequence[Any], now: Sequence[Any]) -> list[float]:
    """The effect of each argument on value(*now) - value(*before): the mean over all orders of changing them.

    >>> shapley(lambda price, count: price * count, [2, 10], [3, 20])
    [15.0, 25.0]
    """
    count = len(now)
    values = [value(*(now[i] if bits >> i & 1 else before[i] for i in range(count))) for bits in range(1 << count)]
    weights = [math.factorial(k) * math.factorial(count - k - 1) / math.factorial(count) for k in range(count)]
    return [
        math.fsum(
            weights[bits.bit_count()] * (values[bits | 1 << i] - values[bits])
            for bits in range(1 << count)
            if not bits >> i & 1
        )
        for i in range(count)
    ]


def _led(path: Path, amounts: Amounts) -> bool:
    """Whether each amount of a part came from the one before it."""
    return all(amounts[a] > 0 or not amounts[b] for a, b in path.steps)


def _factors(
    path: Path, amounts: Sequence[Amounts], other: Sequence[Amounts], inside: Sequence[int], outside: Sequence[int]
) -> list[Any]:
    """Visits, each part's share of them, what is outside, and each part's rate of each step."""
    visits, others = (math.fsum(each[i][path.above[0]] for i in inside) for each in (amounts, other))
    source, among = (amounts, visits) if visits else (other, others)
    shares = [source[i][path.above[0]] / among if among else 0.0 for i in inside]
    rates = [[_rate(amounts[i], other[i], a, b) for i in inside] for a, b in path.steps]
    rest = [math.fsum(amounts[i][ways[-1]] for i in outside) if ways else 0.0 for ways in (path.above, path.below)]
    return [visits, shares, rest, *rates]


def _rate(amounts: Amounts, other: Amounts, a: int, b: int) -> float:
    return amounts[b] / amounts[a] if amounts[a] else other[b] / other[a] if other[a] else 0.0


def _figure(path: Path, factors: Sequence[Any]) -> float:
    visits, shares, rest, *rates = factors
    first = len(path.above) - 1
    ends: list[float] = [
        rest[k] + visits * math.fsum(share * math.prod(rate) for share, *rate in zip(shares, *step_rates, strict=True))
        for k, step_rates in enumerate((rates[:first], rates[first:]))
    ]
    return ends[0] / ends[1] if path.below else ends[0]
