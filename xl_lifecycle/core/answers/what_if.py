"""WHAT_IF: a row for each step: what it would bring at a rate that it can reach, or at a rate of your own."""

from __future__ import annotations

import math
from collections.abc import Sequence

from xl_lifecycle.core.answers.levers import COST, VALUE, Funnel, Lever, funnel
from xl_lifecycle.core.answers.view import View
from xl_lifecycle.core.cells.errors import ExcelError, Refusal
from xl_lifecycle.core.cells.values import Scalar, is_blank, number

COLUMNS = ("step", "now", "reach", "since", "customers", "gained", "revenue", "cac", "most")
ROWS = 8  # as it is, five steps, revenue per customer, spend per visit
NA = ExcelError.NA

Row = list[Scalar]


def what_if(view: View, rates: Sequence[Scalar] = ()) -> list[Row]:
    """The row "As it is", then a row for each lever, all else as it is. rates: a rate to try for each row, or a blank.

    Columns: step, rate now, rate to try, its source, new customers, how many more, their revenue, CAC, mark.
    """
    current = funnel(view)
    months = view.speech.months(current.months) if current.months else ""
    rows: list[Row] = [[view.speech.say("as_is"), "", "", months, *_outcome(current, 1.0, 1.0, 1.0), ""]]
    for at, lever in enumerate(current.levers, 1):
        cell = rates[at] if at < len(rates) else None
        rows.append(_row(view, current, lever, cell))
    return rows


def _row(view: View, current: Funnel, lever: Lever, cell: Scalar) -> Row:
    name = label(view, lever)
    if lever.now is None:
        return [name, NA, NA, view.speech.say("few_events" if lever.few else "not_recorded"), NA, NA, NA, NA, ""]
    rate, since = lever.reach, source(view, lever)
    if not is_blank(cell):
        since = view.speech.say("own")
        try:
            rate = number(cell)
            if rate <= 0:
                raise Refusal(ExcelError.NUM, "a rate to try must be above 0")
        except Refusal as refusal:
            return [name, lever.now, refusal.error, since, *[refusal.error] * 4, ""]
    if rate is None and not lever.few:
        return [name, lever.now, "", since, "", "", "", "", ""]
    factor = lever.factor(rate)
    if factor is None:
        return [name, lever.now, NA, since, NA, NA, NA, NA, ""]
    more = 1.0 if lever.key == VALUE else factor
    mark = view.speech.say("most") if lever is current.most and is_blank(cell) else ""
    return [name, lever.now, rate, since, *_outcome(current, more, factor, 1 / more), mark]


def _outcome(current: Funnel, customers: float, revenue: float, cost: float) -> Row:
    """New customers, how many more, their revenue and CAC, each times a factor."""
    now = current.customers
    if now is None:
        return [NA, NA, NA, NA]
    cac = current.spend / now * cost if current.spend is not None and now else NA
    income = current.revenue * revenue if current.revenue is not None else NA
    return [_finite(each) for each in (now * customers, now * (customers - 1), income, cac)]


def _finite(value: float | ExcelError) -> Scalar:
    return value if isinstance(value, ExcelError) or math.isfinite(value) else ExcelError.NUM


def label(view: View, lever: Lever) -> str:
    """The label of a lever: the step, the revenue per new customer, or the spend per visit."""
    speech, measures = view.speech, view.dataset.catalogue.measures
    if lever.key == VALUE:
        return speech.say("value_each")
    if lever.key == COST:
        return speech.say(f"cost_{lever.below}")
    return speech.say("step", a=speech.name(measures[lever.below]), b=speech.name(measures[lever.above]))


def source(view: View, lever: Lever) -> str:
    """The source of the rate to reach, and whether chance may explain it."""
    speech = view.speech
    if lever.reach is None:
        return speech.say("few_events" if lever.few else "at_best")
    if not lever.months:
        return speech.say("at_target")
    since = speech.say("best_three", months=speech.months(lever.months))
    return speech.say("perhaps", text=since) if lever.clear is False else since
