"""Monthly rows of an event table as an import, reconciled to what the table says when asked without months."""

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
from xl_lifecycle.sources.database.monthly_counts import BACK, BETWEEN, DIFFERENT, JOINED, LEFT, OWNED, RECURRING, UNITS

Figures = dict[str, dict[tuple[int, str, str], float]]  # figure -> month, channel, campaign -> value
TOOLS = (
    "Google Analytics 4 traffic acquisition",
    "HubSpot contacts",
)  # whose words for channels people keep in their databases


@dataclass(frozen=True)
class Answered:
    """What a table answered. figures: of its monthly rows; totals: without months; rows: that gave a value."""

    figures: Figures
    totals: Mapping[str, float]
    rows: Mapping[str, int]
    first: date
    last: date


def figures_of(name: str, asked: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> Figures:
    """Monthly rows, each with a month, a place and some of the figures asked, by our names of channels."""
    found: dict[str, dict[tuple[int, str, str], int]] = {figure: defaultdict(int) for figure in asked}
    for row in rows:
        channel, _, campaign = str(row["place"]).partition(BETWEEN)
        key = int(str(row["month"])), _channel(name, channel), " ".join(campaign.split())
        for figure, value in row.items():
            if figure not in ("month", "place") and value is not None:
                found[figure][key] += int(value)
    return {figure: {key: value / _units(figure) for key, value in each.items()} for figure, each in found.items()}


def _units(figure: str) -> int:
    money = figure == RECURRING or (figure in MEASURE and MEASURE[figure].unit is Unit.CURRENCY)
    return UNITS if money else 1


def import_of(name: str, kind: Kind, answered: Answered, currency: str, remarks: Iterable[str]) -> Import | None:
    """An import that says what every file's says; None if its totals do not agree, as when the table has changed."""
    figures, totals = dict(answered.figures), dict(answered.totals)
    months = range(month_of(answered.first), month_of(answered.last) + 1)
    remarks = list(remarks)
    if JOINED in figures:
        back = math.fsum(figures.get(BACK, {}).values())
        if back:
            remarks.append(f"new_customers: {back:g} of them had been customers before, and were won back")
        if DIFFERENT in totals:
            totals["new_customers"] = totals.pop(DIFFERENT) + back
        _stocks(figures, months)
    owned = totals.pop(OWNED, None)
    measures = sorted(figure for figure in figures if figure in MEASURE)
    facts = tuple(
        ExportFact(*key, measure, value)
        for measure in measures
        for key, value in sorted(figures[measure].items())
        if value and key[0] in months
    )
    sums = {measure: math.fsum(fact.value for fact in facts if fact.measure == measure) for measure in measures}
    checks = [Check(measure, sums[measure], totals.get(measure)) for measure in measures]
    if owned is not None and "new_revenue" in sums:
        checks.append(Check("sales_revenue", sums["new_revenue"] + sums.get("existing_revenue", 0.0), owned))
    if not all(check.agrees for check in checks):
        return None
    spans = tuple(
        CoveredSpan(m, answered.first, answered.last, answered.rows.get(m, _rows(m, facts))) for m in measures
    )
    return Import(
        name, kind.title, tuple(sorted(facts)), (), answered.first, answered.last, tuple(measures),
        tuple(checks[: len(measures)]), tuple(dict.fromkeys(remarks)),
        currency if any(MEASURE[measure].unit is Unit.CURRENCY for measure in measures) else "", spans,
        tuple(sorted(_piece(fact, answered) for fact in facts)),
    )  # fmt: skip


def without(found: Import, measures: set[str], why: str) -> Import | None:
    """An import without some measures, which another one tells; None if it tells nothing else."""
    gone = sorted(measures & set(found.measures))
    if not gone:
        return found
    if len(gone) == len(found.measures):
        return None
    return Import(
        found.file, found.source, tuple(fact for fact in found.facts if fact.measure not in gone), (),
        found.first, found.last, tuple(m for m in found.measures if m not in gone),
        tuple(check for check in found.checks if check.measure not in gone),
        (*found.remarks, f"{', '.join(gone)} left out: {why}"), found.currency,
        tuple(span for span in found.spans if span.measure not in gone),
        tuple(piece for piece in found.pieces if piece.measure not in gone),
    )  # fmt: skip


def _stocks(figures: Figures, months: range) -> None:
    """Customers at the start and end of each month, from those who come and go; revenue of contracts likewise."""
    new = figures["new_customers"] = figures.pop(JOINED)
    ends = _running(new, figures.pop(LEFT, {}), months)
    figures["customers_end"] = ends
    figures["customers_start"] = {(m + 1, channel, campaign): v for (m, channel, campaign), v in ends.items()}
    figures.pop(BACK, None)
    if RECURRING in figures:
        won = figures.setdefault("new_revenue", {})
        every = _running(figures.pop(RECURRING), {}, months)
        figures["existing_revenue"] = {key: round(value - won.get(key, 0.0), 6) for key, value in every.items()}


def _rows(measure: str, facts: Iterable[ExportFact]) -> int:
    """How many rows gave a value: of events that are counted each is one, else the monthly rows."""
    values = [fact.value for fact in facts if fact.measure == measure]
    counted = MEASURE[measure].unit is Unit.COUNT and MEASURE[measure].over_time is OverTime.SUM
    return round(math.fsum(values)) if counted else len(values)


def _piece(fact: ExportFact, answered: Answered) -> Piece:
    start, end = max(first_day(fact.month), answered.first), min(last_day(fact.month), answered.last)
    return Piece(start, end, *fact[1:])


def _running(
    come: Mapping[tuple[int, str, str], float], gone: Mapping[tuple[int, str, str], float], months: range
) -> dict[tuple[int, str, str], float]:
    steps: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
    for sign, flow in ((1, come), (-1, gone)):
        for (month, channel, campaign), value in flow.items():
            at = steps[channel, campaign]
            at[month] = at.get(month, 0.0) + sign * value
    found = {}
    for (channel, campaign), by_month in steps.items():
        total = 0.0
        for month in months:
            total = round(total + by_month.get(month, 0.0), 6)  # cents that come and go leave nothing
            if total:
                found[month, channel, campaign] = total
    return found


def _channel(name: str, word: str) -> str:
    word = " ".join(word.split())
    if not word:
        return NOT_ATTRIBUTED
    said = word.replace("_", " ")
    for tool in formats():
        if tool.title in TOOLS and said.casefold() in tool.channels:
            return tool.channels[said.casefold()]
    channel = channel_key(word.replace("/", "-"))
    if channel == ALL:
        raise SourceError(f'{name}: the channel "{word}" means all channels together: leave such rows out by a query')
    return channel
