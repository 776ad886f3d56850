"""Imported facts into a workbook's content: what replaces what, and a report of it."""

from __future__ import annotations

import copy
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from xl_lifecycle.catalogue import Catalogue
from xl_lifecycle.content import Content, Imported, ItemRow, Row, months_of
from xl_lifecycle.periods import first_day, month_text, parse_month
from xl_lifecycle.sources import ITEMS, PLAIN, Combined, Covered, SourceError
from xl_lifecycle.vocabulary import NOT_ATTRIBUTED, Table

Key = tuple[str, int, str, str]  # measure, month, channel, campaign
Index = dict[Table, dict[tuple[object, str, str], Row]]


@dataclass
class Report:
    """What a refresh did, or would do: files, the reconciliation, values new and changed, new channels, remarks."""

    files: int = 0
    lines: list[Imported] = field(default_factory=list)
    added: int = 0
    changed: list[str] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    nothing_new: bool = False  # what was read stands in the workbook already


def merge(content: Content, combined: Combined, files: int, catalogue: Catalogue) -> Report:
    """Put imported facts into the tables: they replace what the same measure, month and channel held.

    An export that tells of all its channels replaces what it said before of any of them, also where it is now
    silent. What people typed for other channels, or for other months, stays.
    """
    before_all = copy.deepcopy(content)
    report = Report(files, [_imported(line) for line in combined.coverage], notes=tuple(combined.notes))
    _refuse_parts(content.imports, report.lines)
    brought: dict[Key, float] = defaultdict(float)
    for fact in combined.facts:  # the company's rows, and those of no known channel, stand together
        brought[fact.measure, fact.month, fact.channel or NOT_ATTRIBUTED, fact.campaign] += fact.value
    owned = {key[:3] for key in brought} | _silent(content.imports, report.lines)
    before = _recorded(content)
    _clear(content, owned)
    index: Index = {}
    for key, value in brought.items():
        _row(content, index, catalogue.measures[key[0]].table, key).values[key[0]] = value
        if key[2] != NOT_ATTRIBUTED and key[2] not in content.channels:
            content.channels.append(key[2])
            report.channels.append(key[2])
    report.added = len(brought.keys() - before.keys())
    gone = {key: None for key in before if key[:3] in owned and key not in brought}
    report.changed = [
        f"{measure} {month_text(month)} {channel}{'/' if campaign else ''}{campaign}: "
        f"{before[measure, month, channel, campaign]:.15g} -> {'nothing' if value is None else f'{value:.15g}'}"
        for (measure, month, channel, campaign), value in (brought | gone).items()
        if (measure, month, channel, campaign) in before and before[measure, month, channel, campaign] != value
    ]
    for table, rows in content.rows.items():
        content.rows[table] = _tidy(rows, content.channels)
    _merge_items(content, combined)
    kept = [old for old in content.imports if not any(_replaces(line, old) for line in report.lines)]
    content.imports = sorted([*kept, *report.lines], key=_line_key)
    content.months = months_of(content)
    report.nothing_new = content == before_all
    return report


def _row(content: Content, index: Index, table: Table, key: Key) -> Row:
    """The table's row for a month, channel and campaign; a new one where there is none."""
    _, month, channel, campaign = key
    rows = content.rows.setdefault(table, [])
    place = (month, channel, campaign)
    if table not in index:
        index[table] = {(row.month, row.channel, row.campaign): row for row in reversed(rows)}
    if place not in index[table]:
        index[table][place] = Row(month, channel, campaign, {})
        rows.append(index[table][place])
    return index[table][place]


def _silent(before: Sequence[Imported], lines: Sequence[Imported]) -> set[tuple[str, int, str]]:
    """What an export says nothing of, though it covers the month and told of the channel before."""
    channels: dict[tuple[str, str], set[str]] = defaultdict(set)
    for line in (*before, *lines):
        channels[line.source, line.measure].update(line.channels)
    return {
        (line.measure, month, channel or NOT_ATTRIBUTED)
        for line in lines
        if line.source not in (PLAIN, ITEMS) and line.first and line.last
        for month in range(parse_month(line.first), parse_month(line.last) + 1)
        for channel in channels[line.source, line.measure]
    }


def _replaces(new: Imported, old: Imported) -> bool:
    """Whether a line of the reconciliation stands in the place of an earlier one: it covers all that one did."""
    if (new.source, new.measure) != (old.source, old.measure):
        return False
    if _line_key(new) == _line_key(old) or not (new.first and new.last and old.first and old.last):
        return _line_key(new) == _line_key(old)
    return new.source != PLAIN and new.first <= old.first and old.last <= new.last


def _refuse_parts(before: Iterable[Imported], lines: Iterable[Imported]) -> None:
    """SourceError where a file brings a month of which an earlier import had days that this file has not.

    What is imported replaces the month, so the earlier days would be lost; together the files add.
    """
    new: dict[tuple[str, str], list[Imported]] = defaultdict(list)
    for line in lines:
        new[line.source, line.measure].append(line)
    for old in before:
        if not old.first or not old.last:
            continue
        for month in range(parse_month(old.first), parse_month(old.last) + 1):
            start, end = max(old.first, first_day(month)), min(old.last, first_day(month + 1) - dt.timedelta(1))
            same = [line for line in new[old.source, old.measure] if _touches(line, month)]
            if same and not any(line.first <= start and line.last >= end for line in same if line.first and line.last):
                raise SourceError(
                    f"{old.file}, imported before, has {start} to {end}, which {same[0].file} does not have; "
                    "refresh with both files together"
                )


def _touches(line: Imported, month: int) -> bool:
    return bool(line.first and line.last and parse_month(line.first) <= month <= parse_month(line.last))


def _clear(content: Content, owned: set[tuple[str, int, str]]) -> None:
    """Remove the values of measures in months and channels that an import speaks for."""
    for rows in content.rows.values():
        for row in rows:
            row.values = {m: value for m, value in row.values.items() if (m, row.month, row.channel) not in owned}


def _recorded(content: Content) -> dict[Key, float]:
    """What the tables hold; rows that stand twice add up."""
    found: dict[Key, float] = defaultdict(float)
    for rows in content.rows.values():
        for row in rows:
            for measure, value in row.values.items():
                if isinstance(row.month, int) and isinstance(value, (int, float)):
                    found[measure, row.month, row.channel, row.campaign] += value
    return found


def _merge_items(content: Content, combined: Combined) -> None:
    items = {(r.month, r.kind, r.item, r.channel, r.measure): r for r in content.items}
    for fact in combined.items:
        key = (fact.month, fact.kind, fact.item, fact.channel or NOT_ATTRIBUTED, fact.measure)
        at = items[key].at if key in items else None
        items[key] = ItemRow(*key, fact.value, at)
    content.items = sorted(items.values(), key=lambda r: (str(r.kind), str(r.item), str(r.measure), str(r.month)))


def _tidy(rows: list[Row], channels: Sequence[str]) -> list[Row]:
    """Rows in order, without the empty ones where the month and channel have a filled one."""
    filled = {(row.month, row.channel) for row in rows if row.values}
    kept = [row for row in rows if row.values or (row.month, row.channel) not in filled]
    order = {channel: i for i, channel in enumerate(channels)}

    def place(row: Row) -> tuple[bool, int, int, str, str]:
        month = row.month if isinstance(row.month, int) else 0
        return not month, month, order.get(row.channel, len(order)), row.channel, row.campaign

    return sorted(kept, key=place)


def _imported(line: Covered) -> Imported:
    first, last = (None, None) if line.source == ITEMS else (line.first, line.last)
    sums = (line.rows, line.rows_total, line.file_total)
    channels = tuple(dict.fromkeys(channel or NOT_ATTRIBUTED for channel in line.channels))
    return Imported(line.source, line.file, line.measure, first, last, *sums, channels)


def _line_key(line: Imported) -> tuple[str, str, str, str]:
    return line.source, line.file, line.measure, str(line.first)
