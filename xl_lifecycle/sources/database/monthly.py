"""Turns the monthly rows of an event table into an import, reconciled to the table's totals without months."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.core.cells.months import first_day, last_day, month_of
from xl_lifecycle.core.language.channels import channel_key
from xl_lifecycle.core.language.vocabulary import ALL, NOT_ATTRIBUTED, OverTime, Unit
from xl_lifecycle.exports.declaration import formats
from xl_lifecycle.exports.facts import MEASURE, Check, CoveredSpan, ExportFact, Import, Piece
from xl_lifecycle.sources.database.event_kinds import Kind
from xl_lifecycle.sources.database.monthly_counts import (
    BETWEEN,
    CUSTOMER_REVENUE,
    DIFFERENT,
    JOINS,
    LEAVES,
    RECURRING,
    RETURNS,
    UNITS,
)

Figures = dict[str, dict[tuple[int, str, str], float]]  # figure -> month, channel, campaign -> value
TOOLS = (
    "Google Analytics 4 traffic acquisition",
    "HubSpot contacts",
)  # people often store the channel names of these tools in their databases


@dataclass(frozen=True)
class TableFigures:
    """The figures of a table by month, its totals without months, and the number of rows with a value."""

    figures: Figures
    totals: Mapping[str, float]
    rows: Mapping[str, int]
    first: date
    last: date


def figures_of(name: str, figure_names: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> Figures:
    """The figures in monthly rows, by our names of channels. A row has a month, a place and some of the figures."""
    result: dict[str, dict[tuple[int, str, str], int]] = {figure: defaultdict(int) for figure in figure_names}
    for row in rows:
        channel, _, campaign = str(row["place"]).partition(BETWEEN)
        key = int(str(row["month"])), _channel(name, channel), " ".join(campaign.split())
        for figure, value in row.items():
            if figure not in ("month", "place") and value is not None:
                result[figure][key] += int(value)
    return {figure: {key: value / _units(figure) for key, value in each.items()} for figure, each in result.items()}


def _units(figure: str) -> int:
    money = figure == RECURRING or (figure in MEASURE and MEASURE[figure].unit is Unit.CURRENCY)
    return UNITS if money else 1


def import_of(name: str, kind: Kind, answer: TableFigures, currency: str, remarks: Iterable[str]) -> Import | None:
    """The import of a table; None if its totals do not agree, for example because the table has changed."""
    figures, totals = dict(answer.figures), dict(answer.totals)
    months = range(month_of(answer.first), month_of(answer.last) + 1)
    remarks = list(remarks)
    if JOINS in figures:
        back = math.fsum(figures.get(RETURNS, {}).values())
        if back:
            remarks.append(f"new_customers: {back:g} of them had been customers before, and were won back")
        if DIFFERENT in totals:
            totals["new_customers"] = totals.pop(DIFFERENT) + back
        _stocks(figures, months)
    customer_revenue = totals.pop(CUSTOMER_REVENUE, None)
    measures = sorted(figure for figure in figures if figure in MEASURE)
    facts = tuple(
        ExportFact(*key, measure, value)
        for measure in measures
        for key, value in sorted(figures[measure].items())
        if value and key[0] in months
    )
    sums = {measure: math.fsum(fact.value for fact in facts if fact.measure == measure) for measure in measures}
    checks = [Check(measure, sums[measure], totals.get(measure)) for measure in measures]
    if customer_revenue is not None and "new_revenue" in sums:
        checks.append(Check("sales_revenue", sums["new_revenue"] + sums.get("existing_revenue", 0.0), customer_revenue))
    if not all(check.agrees for check in checks):
        return None
    spans = tuple(CoveredSpan(m, answer.first, answer.last, answer.rows.get(m, _rows(m, facts))) for m in measures)
    return Import(
        name,
        kind.title,
        tuple(sorted(facts)),
        (),
        answer.first,
        answer.last,
        tuple(measures),
        tuple(checks[: len(measures)]),
        tuple(dict.fromkeys(remarks)),
        currency if any(MEASURE[measure].unit is Unit.CURRENCY for measure in measures) else "",
        spans,
        tuple(sorted(_piece(fact, answer) for fact in facts)),
    )


def without(original: Import, measures: set[str], why: str) -> Import | None:
    """An import without some measures, which another one has; None if nothing is left."""
    excluded_measures = sorted(measures & set(original.measures))
    if not excluded_measures:
        return original
    if len(excluded_measures) == len(original.measures):
        return None
    return Import(
        original.file,
        original.source,
        tuple(fact for fact in original.facts if fact.measure not in excluded_measures),
        (),
        original.first,
        original.last,
        tuple(m for m in original.measures if m not in excluded_measures),
        tuple(check for check in original.checks if check.measure not in excluded_measures),
        (*original.remarks, f"{', '.join(excluded_measures)} left out: {why}"),
        original.currency,
        tuple(span for span in original.spans if span.measure not in excluded_measures),
        tuple(piece for piece in original.pieces if piece.measure not in excluded_measures),
    )


def _stocks(figures: Figures, months: range) -> None:
    """Compute the customers at the start and end of each month from joins and leaves; and the revenue of contracts."""
    new = figures["new_customers"] = figures.pop(JOINS)
    ends = _running(new, figures.pop(LEAVES, {}), months)
    figures["customers_end"] = ends
    figures["customers_start"] = {(m + 1, channel, campaign): v for (m, channel, campaign), v in ends.items()}
    figures.pop(RETURNS, None)
    if RECURRING in figures:
        won = figures.setdefault("new_revenue", {})
        every = _running(figures.pop(RECURRING), {}, months)
        figures["existing_revenue"] = {key: round(value - won.get(key, 0.0), 6) for key, value in every.items()}


def _rows(measure: str, facts: Iterable[ExportFact]) -> int:
    """The number of rows with a value: of counts each event is a row, of others each month."""
    values = [fact.value for fact in facts if fact.measure == measure]
    is_count = MEASURE[measure].unit is Unit.COUNT and MEASURE[measure].over_time is OverTime.SUM
    return round(math.fsum(values)) if is_count else len(values)


def _piece(fact: ExportFact, answer: TableFigures) -> Piece:
    start, end = max(first_day(fact.month), answer.first), min(last_day(fact.month), answer.last)
    return Piece(start, end, *fact[1:])


def _running(
    arrivals: Mapping[tuple[int, str, str], float], departures: Mapping[tuple[int, str, str], float], months: range
) -> dict[tuple[int, str, str], float]:
    steps: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
    for sign, flow in ((1, arrivals), (-1, departures)):
        for (month, channel, campaign), value in flow.items():
            at = steps[channel, campaign]
            at[month] = at.get(month, 0.0) + sign * value
    result = {}
    for (channel, campaign), by_month in steps.items():
        total = 0.0
        for month in months:
            total = round(total + by_month.get(month, 0.0), 6)  # rounding errors must not leave a rest
            if total:
                result[month, channel, campaign] = total
    return result


def _channel(name: str, word: str) -> str:
    word = " ".join(word.split())
    if not word:
        return NOT_ATTRIBUTED
    text = word.replace("_", " ")
    for tool in formats():
        if tool.title in TOOLS and text.casefold() in tool.channels:
            return tool.channels[text.casefold()]
    channel = channel_key(word.replace("/", "-"))
    if channel == ALL:
        raise SourceError(f'{name}: the channel "{word}" means all channels together: leave such rows out with a query')
    return channel
