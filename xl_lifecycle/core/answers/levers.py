"""The steps from a visit to a customer, and what each would bring at a rate that it has reached; not a forecast."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xl_lifecycle.core.answers.view import ENOUGH, YEAR, View
from xl_lifecycle.core.cells.errors import Refusal
from xl_lifecycle.core.cells.months import Month
from xl_lifecycle.core.statistics import intervals

STEPS = ("leads", "mqls", "sqls", "opportunities", "new_customers")
VISITS = ("visitors", "sessions")  # the first one that is recorded
VALUE, COST = "value", "cost"  # revenue per customer, and spend per visit
WINDOW = 3  # months
WORTH = 0.01  # how much better a rate must be to be worth reaching, as a share
TARGETS = {  # the metric whose target applies to the rate of a step
    ("leads", "visitors"): "conversion_rate",
    ("mqls", "leads"): "mql_rate",
    ("sqls", "mqls"): "mql_to_sql_rate",
    ("sqls", "leads"): "sql_rate",
    ("opportunities", "sqls"): "sql_to_opportunity_rate",
    ("opportunities", "leads"): "opportunity_rate",
    ("new_customers", "leads"): "customer_conversion_rate",
    ("spend", "visitors"): "cost_per_visitor",
}

Series = Mapping[Month, float]


@dataclass(frozen=True)
class Lever:
    """A rate that customers depend on: `above` divided by `below`, two measures.

    reach: the rate of the best three months in a row, or else the target; None if neither is better than now.
    clear: whether chance cannot explain those months; None if that cannot be judged.
    """

    key: str
    above: str
    below: str
    now: float | None = None
    reach: float | None = None
    months: tuple[Month, ...] = ()
    clear: bool | None = None
    few: bool = False

    def factor(self, rate: float | None) -> float | None:
        """How many times as much revenue another rate brings, all else as it is."""
        if rate is None or not self.now or rate <= 0:
            return None
        times = self.now / rate if self.key == COST else rate / self.now
        return times if math.isfinite(times) else None

    @property
    def gain(self) -> float:
        """The factor at the rate that it can reach; 1 if there is no such rate."""
        return self.factor(self.reach) or 1.0


@dataclass(frozen=True)
class Funnel:
    """The levers and their totals, over the months in which all of them are recorded."""

    months: tuple[Month, ...]
    levers: tuple[Lever, ...]
    customers: float | None
    revenue: float | None
    spend: float | None

    @property
    def most(self) -> Lever | None:
        """The lever that helps most; None if no better rate can be reached."""
        best = max(self.levers, key=lambda lever: lever.gain)
        return best if best.gain > 1 else None


def funnel(view: View) -> Funnel:
    """The levers of a selection. A step that is not recorded is combined with the next step."""
    series = _series(view, (*VISITS, *STEPS, "spend", "new_revenue"))
    period_months = _period_months(view, series)
    series = {name: values for name, values in series.items() if period_months & values.keys()}
    visits = next((name for name in VISITS if name in series), VISITS[0])
    chain = [name for name in (visits, *STEPS, "spend", "new_revenue") if name in series]
    months = tuple(sorted(period_months.intersection(*(series[name].keys() for name in chain)))) if chain else ()
    sums = {name: math.fsum(series[name][month] for month in months) for name in chain} if months else {}
    levers = []
    below = visits
    for name in STEPS:
        levers.append(_lever(view, name, name, below, series, sums, months))
        below = name if name in sums else below
    levers.append(_lever(view, VALUE, "new_revenue", "new_customers", series, sums, months))
    levers.append(_lever(view, COST, "spend", visits, series, sums, months))
    return Funnel(months, tuple(levers), sums.get("new_customers"), sums.get("new_revenue"), sums.get("spend"))


def lever(view: View, above: str, below: str) -> Lever:
    """One lever, over the months in which its two measures are recorded."""
    series = _series(view, (above, below))
    period_months = _period_months(view, series)
    months = tuple(sorted(period_months.intersection(*series.values())))
    sums = {name: math.fsum(values[month] for month in months) for name, values in series.items()} if months else {}
    return _lever(view, above, above, below, series, sums, months)


def _series(view: View, names: Sequence[str]) -> dict[str, Series]:
    """The recorded measures of the selection by month; complete months only."""
    series: dict[str, Series] = {}
    try:
        where = view.dataset.select(view.channel)
    except Refusal:
        return series
    for name in names:
        months = sorted(view.dataset.complete(name))
        try:
            cells = view.dataset.cells(view.dataset.catalogue.measures[name], where, months)
        except Refusal:
            continue
        values = {month: cell.value for month, cell in zip(months, cells, strict=True) if cell}
        if any(values.values()):
            series[name] = values
    return series


def _period_months(view: View, series: Mapping[str, Series]) -> set[Month]:
    """The months of the period; a relative period ends with the last month in which all, or else any, are recorded."""
    known = [values.keys() for values in series.values()]
    if not known:
        return set()
    common = set.intersection(*map(set, known)) or set.union(*map(set, known))
    return {*view.period.months(common, view.dataset.settings.fiscal)}


def _lever(
    view: View,
    key: str,
    above: str,
    below: str,
    series: Mapping[str, Series],
    sums: Mapping[str, float],
    months: Sequence[Month],
) -> Lever:
    if above not in sums or below not in sums:
        return Lever(key, above, below)
    now = sums[above] / sums[below] if sums[below] else 0.0
    if now <= 0 or not math.isfinite(now):
        return Lever(key, above, below, few=True)
    best = _best(key, series[above], series[below], months[-1])
    sign = -1 if key == COST else 1
    if best and sign * (best[0] - now) > WORTH * now:
        return Lever(key, above, below, now, *best)
    target = view.goal(TARGETS[above, below]) if (above, below) in TARGETS else None
    if target is not None and target > 0 and sign * (target - now) > WORTH * now:
        return Lever(key, above, below, now, target)
    return Lever(key, above, below, now, few=best is None)


def _best(key: str, above: Series, below: Series, end: Month) -> tuple[float, tuple[Month, ...], bool | None] | None:
    """The best three months in a row of the last twelve, and whether chance cannot explain them."""
    year = [month for month in range(end - YEAR + 1, end + 1) if month in above and month in below]
    windows = []
    for first in year:
        window = tuple(range(first, first + WINDOW))
        if all(month in year for month in window):
            top, base = (math.fsum(part[month] for month in window) for part in (above, below))
            if base > 0 and top > 0 and (base if key in (VALUE, COST) else top) >= ENOUGH:
                windows.append((top / base, window, (top, base)))
    if not windows:
        return None
    pick = min if key == COST else max
    rate, window, best = pick(windows, key=lambda each: each[0])
    rest = [math.fsum(part[month] for month in year if month not in window) for part in (above, below)]
    level = 1 - (1 - intervals.LEVEL) / len(windows)  # the best of several is more often better by chance
    return rate, window, _clear(key, best, (rest[0], rest[1]), level)


def _clear(key: str, best: tuple[float, float], rest: tuple[float, float], level: float) -> bool | None:
    """Whether the best months differ from the others by more than chance; None if that cannot be judged."""
    if key == VALUE or not rest[1] or not rest[0] or min(*best, *rest) < 0:
        return None
    if key == COST:
        around = [intervals.cost(*each, level) for each in (rest, best)]
    elif best[0] <= best[1] and rest[0] <= rest[1]:
        around = [intervals.rate(*each, level) for each in (rest, best)]
    else:
        around = [intervals.ratio(*each, level) for each in (rest, best)]
    low, high = intervals.independent_difference(rest[0] / rest[1], around[0], best[0] / best[1], around[1])
    return low > 0 or high < 0
