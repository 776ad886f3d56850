"""What moved a figure: its change from one period to the next, split exactly into the factors it is made of.

A figure is the visits of all parts (channels), times each part's share of them, times what each step makes of them;
a cost divides two such sums. Which factor is changed first matters, so each gets the mean over all orders: Shapley's
value, which adds up to the change exactly and is the same backwards.
Source: Shapley (1953), "A value for n-person games"; Shorrocks (2013), "Decomposition procedures for distributional
analysis: a unified framework based on the Shapley value".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

Amounts = Sequence[float]  # of one part: visits first, then whatever the steps lead to


@dataclass(frozen=True)
class Path:
    """How a figure comes from amounts, by their places: each is what the one before it leads to, the first is visits.

    above: visits, leads, sales. below: the same for what the figure is divided by, if it is.
    """

    above: tuple[int, ...]
    below: tuple[int, ...] = ()

    @property
    def steps(self) -> tuple[tuple[int, int], ...]:
        return (*pairwise(self.above), *pairwise(self.below))


@dataclass(frozen=True)
class Split:
    """The effects, in the figure's unit. outside: which parts have amounts that no visits led to, taken as they are."""

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

    A step that a part did not take in one period is taken to be as in the other. ZeroDivisionError where the figure
    is undefined in a period, or between the two.

    >>> leads = Path((0, 1))
    >>> split(leads, [(100, 10), (100, 2)], [(200, 20), (200, 4)]).volume
    12.0
    >>> round(split(leads, [(100, 10), (100, 2)], [(150, 15), (50, 1)]).mix, 9)
    4.0
    """
    outside = [i for i, pair in enumerate(zip(before, now, strict=True)) if not all(_led(path, each) for each in pair)]
    kept = [i for i in range(len(now)) if i not in outside]
    states = [_factors(path, own, other, kept, outside) for own, other in ((before, now), (now, before))]
    volume, mix, rest, *steps = shapley(lambda *factors: _figure(path, factors), *states)
    return Split(volume, tuple(steps), mix, rest, tuple(outside))


def shapley(value: Callable[..., float], before: Sequence[Any], now: Sequence[Any]) -> list[float]:
    """How much each argument accounts for of value(*now) - value(*before): the mean over all orders of changing them.

    >>> shapley(lambda price, count: price * count, [2, 10], [3, 20])
    [15.0, 25.0]
    """
    count = len(now)
    values = [
        value(*(now[i] if changed >> i & 1 else before[i] for i in range(count))) for changed in range(1 << count)
    ]
    weights = [math.factorial(k) * math.factorial(count - k - 1) / math.factorial(count) for k in range(count)]
    return [
        math.fsum(
            weights[changed.bit_count()] * (values[changed | 1 << i] - values[changed])
            for changed in range(1 << count)
            if not changed >> i & 1
        )
        for i in range(count)
    ]


def _led(path: Path, amounts: Amounts) -> bool:
    """Whether each amount of a part came from the one before it."""
    return all(amounts[a] > 0 or not amounts[b] for a, b in path.steps)


def _factors(
    path: Path, own: Sequence[Amounts], other: Sequence[Amounts], kept: Sequence[int], outside: Sequence[int]
) -> list[Any]:
    """Visits, each part's share of them, what is outside, and each part's rate of each step."""
    visits, others = (math.fsum(amounts[i][path.above[0]] for i in kept) for amounts in (own, other))
    shared, among = (own, visits) if visits else (other, others)
    shares = [shared[i][path.above[0]] / among if among else 0.0 for i in kept]
    rates = [[_rate(own[i], other[i], a, b) for i in kept] for a, b in path.steps]
    rest = [math.fsum(own[i][ways[-1]] for i in outside) if ways else 0.0 for ways in (path.above, path.below)]
    return [visits, shares, rest, *rates]


def _rate(own: Amounts, other: Amounts, a: int, b: int) -> float:
    return own[b] / own[a] if own[a] else other[b] / other[a] if other[a] else 0.0


def _figure(path: Path, factors: Sequence[Any]) -> float:
    visits, shares, rest, *rates = factors
    first = len(path.above) - 1
    ends: list[float] = [
        rest[k] + visits * math.fsum(share * math.prod(rate) for share, *rate in zip(shares, *taken, strict=True))
        for k, taken in enumerate((rates[:first], rates[first:]))
    ]
    return ends[0] / ends[1] if path.below else ends[0]
