"""How certain a count, a rate or a cost per count is, and how many observations a question needs.

Counts are random: the same month, repeated, would bring a different number of leads. Spend is decided.
"""

from __future__ import annotations

import math
from statistics import NormalDist

Interval = tuple[float, float]
LEVEL = 0.95
POWER = 0.8


def rate(successes: float, trials: float, level: float = LEVEL) -> Interval:
    """Wilson's score interval for the share of trials that succeed; fractional counts are allowed.

    Source: Wilson (1927), "Probable inference"; Brown, Cai and DasGupta (2001) recommend it for small samples.

    >>> [round(bound, 4) for bound in rate(10, 100)]
    [0.0552, 0.1744]
    """
    if not 0 <= successes <= trials or not trials:
        raise ValueError("successes must be between 0 and the number of trials, which must be above 0")
    z2 = _z(level) ** 2
    share = successes / trials
    middle = share + z2 / (2 * trials)
    half = math.sqrt(z2 * (share * (1 - share) + z2 / (4 * trials)) / trials)
    low, high = ((middle + sign * half) / (1 + z2 / trials) for sign in (-1, 1))
    return (low if successes else 0.0), (high if successes < trials else 1.0)


def count(events: float, level: float = LEVEL) -> Interval:
    """The Poisson score interval for the expected number of events, given the number that occurred.

    >>> [round(bound, 2) for bound in count(18)]
    [11.39, 28.46]
    """
    if events < 0:
        raise ValueError("events must not be below 0")
    z2 = _z(level) ** 2
    middle, half = events + z2 / 2, math.sqrt(z2 * (events + z2 / 4))
    return max(0.0, middle - half), middle + half


def cost(spend: float, events: float, level: float = LEVEL) -> Interval:
    """The interval for the cost of one event: the spend is certain, the number of events is not.

    Without events the upper bound is infinity.

    >>> [round(bound, 2) for bound in cost(1000, 30)]
    [23.35, 47.58]
    """
    few, many = count(events, level)
    return spend / many, (spend / few if few else math.inf)


def ratio(above: float, below: float, level: float = LEVEL) -> Interval:
    """The interval for the ratio of two independent counts; infinity if it has no upper bound.

    Given their sum, the numerator is a share of it (Przyborowski and Wilenski, 1940).

    >>> [round(bound, 3) for bound in ratio(30, 60)]
    [0.324, 0.772]
    """
    low, high = rate(above, above + below, level)
    return low / (1 - low), (high / (1 - high) if high < 1 else math.inf)


def difference(a: Interval, b: Interval, level: float = LEVEL) -> Interval:
    """Newcombe's interval for how far the rate b is above the rate a; each is a pair of successes and trials.

    Source: Newcombe (1998), "Interval estimation for the difference", method 10: combines both Wilson intervals.

    >>> [round(bound, 3) for bound in difference((10, 100), (25, 100))]
    [0.045, 0.253]
    """
    (share_a, share_b) = (successes / trials for successes, trials in (a, b))
    return independent_difference(share_a, rate(*a, level), share_b, rate(*b, level))


def independent_difference(a: float, around_a: Interval, b: float, around_b: Interval) -> Interval:
    """The interval for how far a value b is above an independent value a, from the interval of each.

    Source: Zou and Donner (2008), "Construction of confidence limits about effect measures" (MOVER).

    >>> [round(bound, 3) for bound in independent_difference(0.10, rate(10, 100), 0.25, rate(25, 100))]
    [0.045, 0.253]
    """
    (low_a, high_a), (low_b, high_b) = around_a, around_b
    return b - a - math.hypot(b - low_b, high_a - a), b - a + math.hypot(high_b - b, a - low_a)


def p_value(a: Interval, b: Interval) -> float:
    """The probability that equal rates differ by chance as much as these, or more: the two-sided score test.

    >>> round(p_value((10, 100), (25, 100)), 4)
    0.0052
    """
    (successes_a, trials_a), (successes_b, trials_b) = a, b
    share = (successes_a + successes_b) / (trials_a + trials_b)
    spread = math.sqrt(share * (1 - share) * (1 / trials_a + 1 / trials_b))
    difference = abs(successes_a / trials_a - successes_b / trials_b)
    # erfc is exact for large differences; before Python 3.14 a cdf is not.
    return math.erfc(difference / spread / math.sqrt(2)) if spread else 1.0


def sample_size(share: float, other: float, level: float = LEVEL, power: float = POWER) -> int:
    """How many trials each of two groups needs to distinguish two rates, if these are the true rates.

    Source: Fleiss, "Statistical methods for rates and proportions", without continuity correction.

    >>> sample_size(0.10, 0.12)
    3841
    """
    if not (0 < share < 1 and 0 < other < 1) or share == other:
        raise ValueError("both rates must be between 0 and 1, and different")
    mean = (share + other) / 2
    sure = _z(level) * math.sqrt(2 * mean * (1 - mean))
    detectable = NormalDist().inv_cdf(power) * math.sqrt(share * (1 - share) + other * (1 - other))
    return math.ceil(((sure + detectable) / (share - other)) ** 2)


def _z(level: float) -> float:
    if not 0 < level < 1:
        raise ValueError("the level must be between 0 and 1")
    return NormalDist().inv_cdf((1 + level) / 2)
