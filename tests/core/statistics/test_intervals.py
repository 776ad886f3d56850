"""Intervals cover the true value as often as they say, even for small samples. Coverage is computed, not simulated."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator

import pytest

from xl_lifecycle.core.statistics import intervals


def binomial(trials: int, share: float) -> Iterator[tuple[int, float]]:
    for k in range(trials + 1):
        yield k, math.comb(trials, k) * share**k * (1 - share) ** (trials - k)


def poisson(mean: float) -> Iterator[tuple[int, float]]:
    for k in range(int(mean + 12 * math.sqrt(mean) + 30)):
        yield k, math.exp(k * math.log(mean) - mean - math.lgamma(k + 1))


def covered(outcomes: Iterator[tuple[int, float]], interval: object, truth: float) -> float:
    return math.fsum(chance for k, chance in outcomes if (bounds := interval(k))[0] <= truth <= bounds[1])  # type: ignore[operator]


@pytest.mark.parametrize("trials", [10, 30, 100, 400])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_a_rate_is_covered_as_often_as_said(trials: int, level: float) -> None:
    shares = [n / 200 for n in range(1, 200)]
    shares_covered = [covered(binomial(trials, p), lambda k: intervals.rate(k, trials, level), p) for p in shares]
    assert sum(shares_covered) / len(shares_covered) == pytest.approx(level, abs=0.02)
    assert min(shares_covered) > level - 0.2, "Wilson's dips are at the edges"


def test_a_count_and_a_cost_are_covered_as_often_as_said() -> None:
    means = [1 + n / 4 for n in range(160)]
    counts = [covered(poisson(mean), intervals.count, mean) for mean in means]
    costs = [covered(poisson(mean), lambda k: intervals.cost(1000, k), 1000 / mean) for mean in means]
    assert sum(counts) / len(counts) == pytest.approx(0.95, abs=0.015)
    assert min(counts) > 0.90
    assert costs == pytest.approx(counts), "the cost is the count turned over"


@pytest.mark.parametrize(("above", "below"), [(5, 10), (30, 20), (80, 40)])
def test_a_ratio_of_counts_is_covered_as_often_as_said(above: float, below: float) -> None:
    total = math.fsum(
        chance * other
        for k, chance in poisson(above)
        for n, other in poisson(below)
        if k + n and (bounds := intervals.ratio(k, n))[0] <= above / below <= bounds[1]
    )
    assert total == pytest.approx(0.95, abs=0.025)


@pytest.mark.parametrize(("a", "b", "trials"), [(0.05, 0.05, 60), (0.1, 0.3, 40), (0.5, 0.55, 80)])
def test_a_difference_of_rates_is_covered_as_often_as_said(a: float, b: float, trials: int) -> None:
    total = math.fsum(
        chance * other
        for k, chance in binomial(trials, a)
        for n, other in binomial(trials, b)
        if (bounds := intervals.difference((k, trials), (n, trials)))[0] <= b - a <= bounds[1]
    )
    assert 0.93 < total < 0.99


def test_published_intervals() -> None:
    """Newcombe (1998): one proportion, 81 of 263 and 0 of 20; two, 56/70 and 48/80, and 0/10 against 0/20."""
    assert intervals.rate(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert intervals.rate(0, 20) == pytest.approx((0, 0.1611), abs=5e-5)
    assert intervals.difference((48, 80), (56, 70)) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert intervals.difference((0, 20), (0, 10)) == pytest.approx((-0.1611, 0.2775), abs=5e-5)


def test_the_sample_size_shows_the_difference_as_often_as_said() -> None:
    draw = random.Random(7)
    trials = intervals.sample_size(0.10, 0.15)
    differences = 0
    for _ in range(400):
        a, b = (sum(draw.random() < share for _ in range(trials)) for share in (0.10, 0.15))
        differences += intervals.p_value((a, trials), (b, trials)) < 0.05
    assert 0.73 < differences / 400 < 0.87


def test_a_small_p_value_has_its_digits() -> None:
    """By mpmath, to 16 digits; 1 - cdf would have three of them, and 0 further out."""
    assert intervals.p_value((400, 2000), (600, 2000)) == pytest.approx(2.814893341750382e-13, rel=1e-12)
    assert intervals.p_value((400, 2000), (1000, 2000)) > 0


def test_the_edges() -> None:
    assert intervals.rate(0, 5)[0] == 0
    assert intervals.rate(5, 5)[1] == 1
    assert intervals.count(0)[0] == 0
    assert intervals.cost(100, 0)[1] == math.inf
    assert intervals.ratio(3, 0)[1] == math.inf
    assert intervals.p_value((0, 5), (0, 9)) == 1
    for wrong in (lambda: intervals.rate(6, 5), lambda: intervals.rate(0, 0), lambda: intervals.count(-1),
                  lambda: intervals.rate(1, 5, 1.0), lambda: intervals.sample_size(0.1, 0.1), lambda: intervals.sample_size(0, 0.1)):  # fmt: skip
        with pytest.raises(ValueError, match="must"):
            wrong()
