"""The team's own table of single things: keywords, pages, assets, events ..."""

from __future__ import annotations

import difflib
import math

from xl_lifecycle.measures import ITEM_KINDS
from xl_lifecycle.sources.aggregate import channel_in, number_in
from xl_lifecycle.sources.dates import parse_month
from xl_lifecycle.sources.facts import (
    MEASURE,
    Check,
    Import,
    ItemFact,
    SourceError,
    Span,
    month_end,
    month_start,
)
from xl_lifecycle.sources.recognise import Table

KINDS = {word.casefold(): kind.name for kind in ITEM_KINDS for word in (kind.name, *kind.labels)}
NAMES = {word.casefold(): measure.name for measure in MEASURE.values() for word in (*measure.labels, measure.name)}


def read_items(table: Table, remarks: list[str]) -> Import:
    """Each row is one value of one thing in one month; the same thing twice in a month is refused."""
    values: dict[ItemFact, float] = {}
    for row in table.body:
        month = parse_month(table.cell(row, "month"))
        if month is None:
            text = table.cell(row, "month")
            raise SourceError(f"{table.where(row, 'month')}: {text!r} is not a month: write it as 2026-03")
        word = table.cell(row, "measure")
        if word.casefold() not in NAMES:
            near = difflib.get_close_matches(word.casefold(), NAMES, 1)
            hint = f"did you mean {NAMES[near[0]]!r}?" if near else "use a measure's name"
            raise SourceError(f"{table.where(row, 'measure')}: {word!r} is no measure: {hint}")
        measure = NAMES[word.casefold()]
        kind, item = table.cell(row, "kind"), table.cell(row, "item")
        for role, text in (("kind", kind), ("item", item)):
            if not text:
                raise SourceError(f"{table.where(row, role)} is empty: say what the value is of")
        value = number_in(table, row, "value", MEASURE[measure].negative, remarks)
        if value is None:
            continue
        key = ItemFact(
            month,
            KINDS.get(kind.casefold(), kind),
            item,
            channel_in(table, row),
            measure,
            0.0,
        )
        if values.setdefault(key, value) != value:
            raise SourceError(
                f"{table.where(row, 'value')}: {measure} of {item!r} stands twice in that month: keep one"
            )
    if not values:
        raise SourceError(f"{table.file} has headers but no values below them: export it with data")
    items = tuple(sorted(key._replace(value=value) for key, value in values.items()))
    measures = tuple(sorted({item.measure for item in items}))
    spans, checks = [], []
    for measure in measures:
        own = [item for item in items if item.measure == measure]
        months = [item.month for item in own]
        spans.append(Span(measure, month_start(min(months)), month_end(max(months)), len(own)))
        checks.append(Check(measure, math.fsum(item.value for item in own), None))
    return Import(
        table.file,
        table.declared.title,
        (),
        items,
        min(s.first for s in spans),
        max(s.last for s in spans),
        measures,
        tuple(checks),
        tuple(dict.fromkeys(remarks)),
        "",
        tuple(spans),
    )
