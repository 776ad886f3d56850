"""WHAT_MOVED: splits the change of a figure since the period before into the effects of its factors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from xl_lifecycle.core.cells.errors import ExcelError, Refusal
from xl_lifecycle.core.cells.months import Month, months_text
from xl_lifecycle.core.cells.periods import Period, parse_period
from xl_lifecycle.core.cells.values import Scalar, name_in
from xl_lifecycle.core.dataset.dataset import Dataset, Selection
from xl_lifecycle.core.language.channels import channel_name
from xl_lifecycle.core.language.text import Text, translate
from xl_lifecycle.core.language.vocabulary import ALL, Language
from xl_lifecycle.core.statistics.decomposition import Amounts, Path, split

# The measures of each figure, and the path from visits to the figure.
FUNNELS: dict[str, tuple[tuple[str, ...], Path]] = {
    "leads": (("visitors", "leads"), Path((0, 1))),
    "new_customers": (("visitors", "leads", "new_customers"), Path((0, 1, 2))),
    "sales_revenue": (("visitors", "leads", "sales", "sales_revenue"), Path((0, 1, 2, 3))),
    "cpl": (("visitors", "spend", "leads"), Path((0, 1), (0, 2))),
    "cac": (("visitors", "spend", "leads", "new_customers"), Path((0, 1), (0, 2, 3))),
}
STEPS = {
    ("visitors", "leads"): Text("Conversion rate"),
    ("leads", "new_customers"): Text("Customer conversion rate"),
    ("leads", "sales"): Text("Sales per lead"),
    ("sales", "sales_revenue"): Text("Revenue per sale"),
    ("visitors", "spend"): Text("Spend per visitor"),
}
MIX = {True: Text("Mix of channels"), False: Text("Mix of campaigns")}
OUTSIDE = Text("Without visitors")
NO_CAMPAIGN = Text("(no campaign)")
TOTAL = Text("Total change")
MONTHS = Text("Months compared")
FEWER = Text("{} of {} months")
NOT_YET = Text("not recorded yet: {}")
NO_PAIR = Text("{0} cannot be compared with {1}: no pair of months has {2}")
NONE = Text("{} is 0 in {}")
NO_SPLIT = Text("the change cannot be split: halfway between the periods the divisor is zero")
NAMED = 3  # how many parts without visits the label names
NOISE = 1e-12  # as a share of the figure: what rounding leaves if an effect is 0


@dataclass(frozen=True)
class MonthPairs:
    """The months of a period that are complete, as are the months they are compared with. total: all its months."""

    before: list[Month]
    now: list[Month]
    total: int


def what_moved(dataset: Dataset, word: Scalar, channel: Scalar, period: Scalar) -> list[list[Scalar]]:
    """Rows of a driver, its value before and now, and its effect in the figure's unit; the last row is the total.

    The first row names the months; both periods have the same number. Rates are those of all parts together; their
    effects are the changes inside the parts, and the mix is the shift between parts. Parts whose amounts did not come
    from visits have one row. A figure always has the same rows; a cell without a value is "".
    """
    name = getattr(dataset.catalogue.find(name_in(word, "name")), "name", "")
    if name not in FUNNELS:
        raise Refusal(ExcelError.VALUE, "WHAT_MOVED explains only {names}", names=", ".join(FUNNELS))
    language = dataset.settings.language
    measures, path = FUNNELS[name]
    where = dataset.select(name_in(channel, "channel"))
    pairs = _months(dataset, measures, parse_period(period, dataset.settings.fiscal), language)
    parts, before, now = _amounts(dataset, measures, where, pairs)
    totals = [_sums(amounts, len(measures)) for amounts in (before, now)]
    spans = [str(months_text(months, ":")) for months in (pairs.before, pairs.now)]
    figures = []
    for total, span in zip(totals, spans, strict=True):
        figure = _figure(path, total)
        if not isinstance(figure, float):
            label = translate(dataset.catalogue.measures[measures[path.below[-1]]].label, language)
            raise Refusal(ExcelError.DIV0, translate(NONE, language).format(label, span))
        figures.append(figure)
    try:
        effects = split(path, before, now)
    except ZeroDivisionError:
        raise Refusal(ExcelError.DIV0, translate(NO_SPLIT, language)) from None
    fewer = translate(FEWER, language).format(len(pairs.now), pairs.total) if len(pairs.now) < pairs.total else ""
    rows: list[list[Scalar]] = [[translate(MONTHS, language), *spans, fewer]]
    visits = translate(dataset.catalogue.measures[measures[0]].label, language)
    rows.append([visits, *(total[0] for total in totals), effects.volume])
    for (a, b), effect in zip(path.steps, effects.steps, strict=True):
        rates = [_ratio(total[b], total[a]) for total in totals]
        rows.append([translate(STEPS[measures[a], measures[b]], language), *rates, effect])
    rows.append([translate(MIX[where.channel == ALL], language), "", "", effects.mix if len(parts) > 1 else ""])
    outside = [_sums([amounts[i] for i in effects.outside], len(measures)) for amounts in (before, now)]
    values = (_figure(path, amounts) if any(amounts) else "" for amounts in outside)
    rows.append([_outside([parts[i] for i in effects.outside], language), *values, effects.rest])
    noise = NOISE * max(map(abs, figures))
    rounded_rows = ([*row[:3], 0.0 if isinstance(row[3], float) and abs(row[3]) <= noise else row[3]] for row in rows)
    return [*rounded_rows, [translate(TOTAL, language), *figures, figures[1] - figures[0]]]


def refused(word: Scalar, refusal: Refusal, language: Language = "en") -> list[list[Scalar]]:
    """The reason in words, and as many empty rows as the figure has."""
    path = FUNNELS[word.casefold()][1] if isinstance(word, str) and word.casefold() in FUNNELS else None
    rest: list[list[Scalar]] = [[""] * 4 for _ in range(len(path.steps) + 4 if path else 0)]
    return [[translate(refusal.reason, language), *[refusal.error] * 3], *rest]


def _sums(amounts: Sequence[Amounts], count: int) -> list[float]:
    return [math.fsum(each[i] for each in amounts) for i in range(count)]


def _ratio(above: float, below: float) -> Scalar:
    return above / below if below else ExcelError.DIV0


def _figure(path: Path, amounts: Amounts) -> Scalar:
    """The figure that amounts make."""
    return _ratio(amounts[path.above[-1]], amounts[path.below[-1]]) if path.below else amounts[path.above[-1]]


def _outside(parts: Sequence[Selection], language: Language) -> str:
    """The label of the row of parts without visits, with the names of some."""
    names = [
        channel_name(part.channel, language)
        if part.campaign is None
        else part.campaign or translate(NO_CAMPAIGN, language)
        for part in parts
    ]
    more = [f"+{len(names) - NAMED}"] if len(names) > NAMED else []
    return translate(OUTSIDE, language) + (f": {', '.join([*names[:NAMED], *more])}" if names else "")


def _months(dataset: Dataset, measures: tuple[str, ...], period: Period, language: Language) -> MonthPairs:
    """The pairs of months to compare; refuses if there are no pairs."""
    labels = {name: translate(dataset.catalogue.measures[name].label, language) for name in measures}

    def pairs(names: tuple[str, ...]) -> list[tuple[Month, Month]]:
        complete = set.intersection(*(dataset.complete(name) for name in names))
        return [pair for pair in zip(earlier, months, strict=True) if complete.issuperset(pair)]

    complete = dataset.common(measures)[1]
    fiscal = dataset.settings.fiscal
    months, earlier = period.months(complete, fiscal), period.before().months(complete, fiscal)
    if not months:
        lacking = [label for name, label in labels.items() if not dataset.complete(name)] or [*labels.values()]
        raise Refusal(ExcelError.NA, translate(NOT_YET, language).format(", ".join(lacking)))
    matches = pairs(measures)
    if not matches:
        lacking = [label for name, label in labels.items() if not pairs((name,))] or [*labels.values()]
        spans = (months_text(months, ":"), months_text(earlier, ":"))
        raise Refusal(ExcelError.NA, translate(NO_PAIR, language).format(*spans, ", ".join(lacking)))
    before, now = ([pair[i] for pair in matches] for i in (0, 1))
    return MonthPairs(before, now, len(months))


def _amounts(
    dataset: Dataset, measures: tuple[str, ...], where: Selection, pairs: MonthPairs
) -> tuple[list[Selection], list[Amounts], list[Amounts]]:
    """The amounts of each part, before and now; without recorded parts, the selection is the only part."""
    parts = [where]
    if where.channel == ALL:
        parts = [Selection(channel) for channel in dataset.channels]
    elif where.campaign is None and (campaigns := dataset.campaigns.get(where.channel)):
        parts = [Selection(where.channel, campaign) for campaign in (*campaigns.values(), "")]

    def amounts_of(parts: list[Selection], months: Sequence[Month]) -> list[Amounts]:
        known = dataset.catalogue.measures
        return [
            [math.fsum(cell.value for cell in dataset.cells(known[name], part, months) if cell) for name in measures]
            for part in parts
        ]

    amounts_of([where], pairs.before + pairs.now)  # a refusal here has another reason than missing parts
    try:
        return parts, amounts_of(parts, pairs.before), amounts_of(parts, pairs.now)
    except Refusal:
        return [where], amounts_of([where], pairs.before), amounts_of([where], pairs.now)
