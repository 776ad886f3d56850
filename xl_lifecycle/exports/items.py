"""Reads items such as keywords, pages, assets and events, from a team's own table or from a report."""

from __future__ import annotations

import difflib
import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache

from xl_lifecycle.content.rules import Rules
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.core.cells.months import first_day, last_day, month_of, month_text
from xl_lifecycle.core.language.text import Text
from xl_lifecycle.core.language.vocabulary import Across, OverTime
from xl_lifecycle.core.metrics.measures import ITEM_KINDS, called
from xl_lifecycle.exports.aggregate import channel_in, number_in, row_range, stated_range
from xl_lifecycle.exports.dates import find_month
from xl_lifecycle.exports.facts import MEASURE, Check, CoveredSpan, Import, ItemFact
from xl_lifecycle.exports.numbers import is_bound
from xl_lifecycle.exports.recognise import ExportTable


def read_items(table: ExportTable, remarks: list[str], rules: Rules) -> Import:
    """Each row is one value of one item in one month. The same item twice in a month is refused."""
    values: dict[ItemFact, float] = {}
    for row in table.body:
        month = find_month(table.cell(row, "month"))
        if month is None:
            text = table.cell(row, "month")
            raise SourceError(f"{table.where(row, 'month')}: {text!r} is not a month: write it as 2026-03")
        word = table.cell(row, "measure")
        names = _measure_names()
        if word.casefold() not in names:
            near = difflib.get_close_matches(word.casefold(), names, 1)
            hint = f"did you mean {names[near[0]]!r}?" if near else "use a measure's name"
            raise SourceError(f"{table.where(row, 'measure')}: {word!r} is not a measure: {hint}")
        measure = names[word.casefold()]
        kind, item = table.cell(row, "kind"), table.cell(row, "item")
        for role, text in (("kind", kind), ("item", item)):
            if not text:
                raise SourceError(f"{table.where(row, role)} is empty: say which item the value belongs to")
        value = number_in(table, row, "value", MEASURE[measure].negative, remarks)
        if value is None:
            continue
        key = ItemFact(
            month,
            _kind_names().get(kind.casefold(), kind),
            item,
            channel_in(table, row),
            measure,
            0.0,
        )
        if values.setdefault(key, value) != value:
            raise SourceError(
                f"{table.where(row, 'value')}: {measure} of {item!r} is there twice in that month: keep one"
            )
    if not values:
        raise SourceError(f"{table.file} has headers but no values below them: export it with data")
    items = _apply_channel_rules(table, values, rules)
    months = [item.month for item in items]
    return _import(table, items, first_day(min(months)), last_day(max(months)), remarks)


def read_report_of_items(table: ExportTable, remarks: list[str], rules: Rules) -> Import:
    """A report of items, each in a row or a column: a value for each month, the mean if it has weeks or days."""
    declaration, whole = table.declaration, stated_range(table)
    columns = _item_columns(table)
    table = replace(table, columns=table.columns | columns)
    ways = [(measure, role) for measure, roles in declaration.measures.items() for role in (columns or roles)]
    values: dict[ItemFact, list[tuple[float, int]]] = defaultdict(list)
    withheld: set[ItemFact] = set()
    days: list[date] = []
    for row in table.body:
        start, end = row_range(table, row, whole)
        days += [start, end]
        for measure, role in ways:
            item = role if columns else table.cell(row, "item")
            text = table.cell(row, role)
            value = None if is_bound(text) else number_in(table, row, role, False, remarks)
            for month in range(month_of(start), month_of(end) + 1):
                key = ItemFact(month, declaration.kind, item, declaration.channel or "", measure, 0.0)
                if is_bound(text):
                    withheld.add(key)
                elif value is not None and item:
                    share = (min(end, last_day(month)) - max(start, first_day(month))).days + 1
                    values[key].append((value, share))
    for key in sorted(withheld):
        message = "{label} of {item!r} in {month} left out: a value is withheld"
        remarks.append(Text(message, label=called(key.measure), item=key.item, month=month_text(key.month)))
    month_values = {key: _month_value(key.measure, parts) for key, parts in values.items() if key not in withheld}
    if not month_values:
        raise SourceError(f"{table.file} has headers but no values below them: export it with data")
    if "month" not in table.columns and columns:
        remarks.append("months are means of their days' or weeks' values")
    items = _apply_channel_rules(table, month_values, rules)
    return _import(table, items, min(days), max(days), remarks)


def _apply_channel_rules(table: ExportTable, values: Mapping[ItemFact, float], rules: Rules) -> tuple[ItemFact, ...]:
    """The items in the channels that the rules give them. If channels become one, their counts are added up."""
    parts_by_item: dict[ItemFact, list[float]] = defaultdict(list)
    for key, value in values.items():
        channel, _ = rules.place(table.declaration.title, key.channel, key.channel, "")
        parts_by_item[key._replace(channel=channel)].append(value)
    for key, parts in parts_by_item.items():
        if len(parts) > 1 and MEASURE[key.measure].across is Across.NONE:
            raise SourceError(
                f"{table.file}: {key.measure} of {key.item!r} is in several channels that ChannelRules on Settings "
                f"turn into {key.channel}, and does not add up: name the source in that rule, or remove the rule"
            )
    return tuple(sorted(key._replace(value=math.fsum(parts)) for key, parts in parts_by_item.items()))


def _item_columns(table: ExportTable) -> dict[str, int]:
    """Item -> its column, if each item has one. If two columns have the same item, the names are the full headers."""
    headers = {n: cell.strip() for n, cell in enumerate(table.header.cells)}
    name_by_column = {
        n: match[1] for n, text in headers.items() if (match := table.declaration.item_header.fullmatch(text))
    }
    names = list(name_by_column.values())
    return {name if names.count(name) == 1 else headers[n]: n for n, name in name_by_column.items()}


def _month_value(measure: str, parts: list[tuple[float, int]]) -> float:
    """The sum of counts; for anything else the mean, weighted by days."""
    if MEASURE[measure].over_time is OverTime.SUM:
        return math.fsum(value for value, _ in parts)
    return math.fsum(value * share for value, share in parts) / sum(share for _, share in parts)


def _import(table: ExportTable, items: tuple[ItemFact, ...], first: date, last: date, remarks: list[str]) -> Import:
    measures = tuple(sorted({item.measure for item in items}))
    spans, checks = [], []
    for measure in measures:
        measure_items = [item for item in items if item.measure == measure]
        months = [item.month for item in measure_items]
        start, end = max(first, first_day(min(months))), min(last, last_day(max(months)))
        spans.append(CoveredSpan(measure, start, end, len(measure_items)))
        checks.append(Check(measure, math.fsum(item.value for item in measure_items), None))
    return Import(
        table.file,
        table.declaration.title,
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


@cache
def _kind_names() -> dict[str, str]:
    """The kinds of items by their names in all languages, in lower case."""
    return {word.casefold(): kind.name for kind in ITEM_KINDS for word in (kind.name, *kind.label.everywhere)}


@cache
def _measure_names() -> dict[str, str]:
    """The measures by their names in all languages, in lower case."""
    return {word.casefold(): each.name for each in MEASURE.values() for word in (*each.label.everywhere, each.name)}
