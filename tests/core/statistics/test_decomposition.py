"""The split of a change: known results, and properties of every split."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from xl_lifecycle.core.statistics.decomposition import Amounts, Path, Split, shapley, split

REVENUE = Path((0, 1, 2, 3))  # visits, leads, sales, revenue
CAC = Path((0, 1), (0, 2, 3))  # visits, spend, leads, customers
ORGANIC, PAID = (1000.0, 100.0, 10.0, 50_000.0), (500.0, 20.0, 4.0, 10_000.0)


def times(amounts: Amounts, *factors: float) -> list[float]:
    return [amount * factor for amount, factor in zip(amounts, factors, strict=True)]


def effects(result: Split) -> list[float]:
    return [result.volume, *result.steps, result.mix, result.rest]


@pytest.mark.parametrize(
    ("factors", "moved"),
    [((2, 2, 2, 2), 0), ((1, 2, 2, 2), 1), ((1, 1, 2, 2), 2), ((1, 1, 1, 2), 3)],
)
def test_only_what_changed_has_an_effect(factors: tuple[float, ...], moved: int) -> None:
    result = split(REVENUE, [ORGANIC, PAID], [times(ORGANIC, *factors), times(PAID, *factors)])
    expected = [0.0] * 6
    expected[moved] = 60_000
    assert effects(result) == pytest.approx(expected, abs=1e-9)


def test_a_shift_between_parts_alone_is_all_mix() -> None:
    now = [times(ORGANIC, *[1.2] * 4), times(PAID, *[0.6] * 4)]  # 1,500 visits as before
    assert effects(split(REVENUE, [ORGANIC, PAID], now)) == pytest.approx([0, 0, 0, 0, 6000, 0], abs=1e-9)


@pytest.mark.parametrize(
    ("factors", "moved", "change"),
    [((3, 3, 3, 3), 0, 0.0), ((1, 2, 1, 1), 1, 100.0), ((1, 1, 2, 2), 2, -50.0), ((1, 1, 1, 2), 3, -50.0)],
)
def test_a_cost_is_moved_by_what_a_visit_costs_and_by_what_comes_of_it(
    factors: tuple[float, ...], moved: int, change: float
) -> None:
    before = [(1000.0, 500.0, 50.0, 5.0), (1000.0, 500.0, 50.0, 5.0)]
    result = split(CAC, before, [times(part, *factors) for part in before])
    expected = [0.0] * 6
    expected[moved] = change
    assert effects(result) == pytest.approx(expected, abs=1e-9)


def test_two_factors_share_what_they_did_together() -> None:
    assert shapley(lambda a, b: a * b, [1, 1], [2, 3]) == [2.0, 3.0]  # 1 and 2 alone, 2 together


def test_a_part_without_visits_in_a_period_has_the_rates_of_the_other() -> None:
    """A new channel with the rates of the others is only traffic; so is a channel that ends."""
    new = [ORGANIC, ORGANIC]
    old = [ORGANIC, (0, 0, 0, 0)]
    assert effects(split(REVENUE, old, new)) == pytest.approx([50_000, 0, 0, 0, 0, 0], abs=1e-9)
    assert effects(split(REVENUE, new, old)) == pytest.approx([-50_000, 0, 0, 0, 0, 0], abs=1e-9)


def test_a_new_part_with_better_rates_is_traffic_and_mix() -> None:
    result = split(REVENUE, [PAID, (0, 0, 0, 0)], [PAID, ORGANIC])
    assert result.steps == pytest.approx((0, 0, 0), abs=1e-9)
    assert result.volume > 0 < result.mix


def test_what_no_visit_led_to_is_taken_as_it_is() -> None:
    signs_before, signs_now = (0, 3, 1, 900), (0, 5, 2, 1500)
    result = split(REVENUE, [ORGANIC, signs_before], [ORGANIC, signs_now])
    assert result.outside == (1,)
    assert effects(result) == pytest.approx([0, 0, 0, 0, 0, 600], abs=1e-9)


def test_a_part_whose_amounts_break_off_in_one_period_is_outside_in_both() -> None:
    result = split(REVENUE, [ORGANIC, PAID], [ORGANIC, (500, 0, 4, 12_000)])
    assert result.outside == (1,)
    assert result.rest == 2000


def test_without_any_visit_all_is_outside_and_nothing_is_nothing() -> None:
    assert effects(split(REVENUE, [(0, 0, 0, 5)], [(0, 0, 0, 7)])) == [0, 0, 0, 0, 0, 2]
    assert effects(split(REVENUE, [], [])) == [0] * 6
    assert split(REVENUE, [(0, 0, 0, 0)], [ORGANIC]).volume == pytest.approx(50_000)


def test_a_cost_of_nothing_cannot_be_split() -> None:
    with pytest.raises(ZeroDivisionError):
        split(CAC, [(10, 10, 5, 0)], [(10, 10, 5, 1)])


amount = st.floats(0, 1e6, allow_subnormal=False).map(lambda x: 0.0 if x < 1e-3 else x)
parts = st.lists(st.tuples(*[st.tuples(amount, amount, amount, amount)] * 2), max_size=4)


def figure(path: Path, amounts: list[Amounts]) -> float:
    above = math.fsum(each[path.above[-1]] for each in amounts)
    return above / math.fsum(each[path.below[-1]] for each in amounts) if path.below else above


@given(parts, st.sampled_from([REVENUE, CAC, Path((0, 1)), Path((0, 1), (0, 2))]))
def test_effects_add_up_to_the_change_and_backwards_are_its_opposite(
    pairs: list[tuple[Amounts, Amounts]], path: Path
) -> None:
    before, now = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    try:
        result, back = split(path, before, now), split(path, now, before)
    except ZeroDivisionError:
        assume(False)
    change = figure(path, now) - figure(path, before)
    size = max(map(abs, effects(result)), default=0) + abs(figure(path, now)) + abs(figure(path, before))
    assert math.isclose(result.total, change, abs_tol=1e-9 * size)
    for there, home in zip(effects(result), effects(back), strict=True):
        assert math.isclose(there, -home, abs_tol=1e-9 * size)


@given(parts, st.randoms())
def test_the_order_of_parts_does_not_matter(pairs: list[tuple[Amounts, Amounts]], random: object) -> None:
    mixed = list(pairs)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    one, other = (split(REVENUE, *([pair[i] for pair in each] for i in (0, 1))) for each in (pairs, mixed))
    size = sum(map(abs, effects(one))) + 1
    for a, b in zip(effects(one), effects(other), strict=True):
        assert math.isclose(a, b, abs_tol=1e-9 * size)
