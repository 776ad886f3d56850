"""Datasets made to have known answers: figures by channel, month by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xl_lifecycle.core.cells.months import month_text
from xl_lifecycle.core.cells.values import Grid, Scalar, Value
from xl_lifecycle.core.functions import FUNCTIONS, Functions

CATALOGUE = FUNCTIONS.catalogue
CURRENCIES = {"en": "USD", "ko": "KRW", "ja": "JPY"}
START = 2026 * 12
Months = float | None | Sequence[float | None]
Figures = Mapping[str, Mapping[str, Months]]  # by channel or channel/campaign, by measure


class Asked:
    """A dataset, and what functions answer to it."""

    def __init__(self, grids: Sequence[Grid], targets: Sequence[Sequence[Scalar]] = ()) -> None:
        self.functions = Functions(CATALOGUE)
        self.data = self.functions.call("DATASET", grids)
        self.targets: Grid = [["Metric", "Channel", "Period", "Target"], *targets]

    def answer(self, question: Value, channel: Value = "All", period: Value = "all") -> str:
        rows = self.functions.call("ANSWER", [question, channel, period, self.data, self.targets])
        assert isinstance(rows, list)
        return str(rows[0][0])

    def what_if(self, channel: Value = "All", period: Value = "all", rates: Value = None) -> list[list[Scalar]]:
        rows = self.functions.call("WHAT_IF", [channel, period, self.data, self.targets, rates])
        assert isinstance(rows, list)
        return rows


def asked(
    figures: Figures,
    months: int = 1,
    language: str = "en",
    items: Sequence[Sequence[Scalar]] = (),
    targets: Sequence[Sequence[Scalar]] = (),
    extra: Sequence[Grid] = (),
) -> Asked:
    """A dataset of some figures. A single number is every month's; None leaves the cell empty."""
    settings = [["Language", language], ["Currency", CURRENCIES[language]], ["Period", "all"]]
    grids: list[Grid] = [[["Setting", "Value"], *settings]]
    by_table: dict[str, list[str]] = {}
    for name in sorted({name for values in figures.values() for name in values}):
        by_table.setdefault(CATALOGUE.measures[name].table.value, []).append(name)
    for measures in by_table.values():
        labels = [CATALOGUE.measures[name].title for name in measures]
        rows: list[list[Scalar]] = [["Month", "Channel", "Campaign", *labels]]
        for place, values in figures.items():
            channel, _, campaign = place.partition("/")
            for i in range(months):
                cells = [_at(values.get(name), i) for name in measures]
                if any(cell is not None for cell in cells):
                    rows.append([month_text(START + i), channel, campaign or None, *cells])
        grids.append(rows)
    if items:
        grids.append([["Month", "Kind", "Item", "Channel", "Measure", "Value"], *items])
    return Asked([*grids, *extra], targets)


def _at(value: Months, i: int) -> float | None:
    return value if value is None or isinstance(value, (int, float)) else value[i]


FUNNEL: dict[str, Months] = {
    "spend": 1000, "visitors": 2000, "sessions": 3000, "engaged_sessions": 1800, "page_views": 7000, "leads": 100,
    "lead_points": 5000, "mqls": 60, "sqls": 40, "opportunities": 30, "closed_deals": 60, "won_deals": 25,
    "new_customers": 25, "sales": 30, "sales_revenue": 15000, "direct_cost": 6000, "new_revenue": 12500,
    "customers_start": 100, "customers_end": 115, "existing_revenue": 9000,
}  # fmt: skip
