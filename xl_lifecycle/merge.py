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


class _Spelling:
    """Names that differ in case or spaces are one, as they are to the dataset: the workbook's own, or the first."""

    def __init__(self, content: Content) -> None:
        self.known = {("", _fold(channel)): channel for channel in reversed(content.channels)}
        for row in (row for rows in content.rows.values() for row in rows):
            self.place(row.channel, row.campaign)

    def channel(self, name: str) -> str:
        return self.known.setdefault(("", _fold(name)), name) if name else NOT_ATTRIBUTED

    def place(self, channel: str, campaign: str) -> tuple[str, str]:
        channel = self.channel(channel)
        return channel, campaign and self.known.setdefault((channel, _fold(campaign)), campaign)

    def of(self, row: Row) -> tuple[object, str, str]:
        return row.month, *self.place(row.channel, row.campaign)


def _fold(name: str) -> str:
    return " ".join(name.split()).casefold()


def merge(content: Content, combined: Combined, files: int, catalogue: Catalogue) -> Report:
    """Put imported facts into the tables: they replace what the same measure, month and channel held.

    An export that tells of all its channels replaces what it said before of any of them, also where it is now
    silent. What people typed for other channels, or for other months, stays.
    """
    before_all = copy.deepcopy(content)
    spelling = _Spelling(content)
    report = Report(files, [_imported(line) for line in combined.coverage], notes=tuple(combined.notes))
    _refuse_parts(content.imports, report.lines)
    brought: dict[Key, float] = defaultdict(float)
    for fact in combined.facts:  # the company's rows, and those of no known channel, stand together
        brought[fact.measure, fact.month, *spelling.place(fact.channel, fact.campaign)] += fact.value
    owned = {key[:3] for key in brought} | _silent(content.imports, report.lines, spelling)
    owned |= _left_out(content.imports, combined, spelling)
    before = _recorded(content, spelling)
    _clear(content, owned, spelling)
    index: Index = {}
    for key, value in brought.items():
        _row(content, index, catalogue.measures[key[0]].table, key, spelling).values[key[0]] = value
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
    _merge_items(content, combined, catalogue, spelling, report)
    kept = [old for old in content.imports if (old.source, old.measure) not in combined.left_out]
    kept = [old for old in kept if not any(_replaces(line, old) for line in report.lines)]
    content.imports = sorted([*kept, *report.lines], key=_line_key)
    content.months = months_of(content)
    report.nothing_new = content == before_all
    return report


def _row(content: Content, index: Index, table: Table, key: Key, spelling: _Spelling) -> Row:
    """The table's row for a month, channel and campaign; a new one where there is none."""
    _, month, channel, campaign = key
    rows = content.rows.setdefault(table, [])
    place = (month, channel, campaign)
    if table not in index:
        index[table] = {spelling.of(row): row for row in reversed(rows)}
    if place not in index[table]:
        index[table][place] = Row(month, channel, campaign, {})
        rows.append(index[table][place])
    return index[table][place]


def _silent(before: Sequence[Imported], lines: Sequence[Imported], spelling: _Spelling) -> set[tuple[str, int, str]]:
    """What an export says nothing of, though it covers the month and told of the channel before."""
    channels: dict[tuple[str, str], set[str]] = defaultdict(set)
    for line in (*before, *lines):
        channels[line.source, line.measure].update(line.channels)
    return {
        (line.measure, month, spelling.channel(channel))
        for line in lines
        if line.source not in (PLAIN, ITEMS) and line.first and line.last
        for month in range(parse_month(line.first), parse_month(line.last) + 1)
        for channel in channels[line.source, line.measure]
    }


def _left_out(before: Sequence[Imported], combined: Combined, spelling: _Spelling) -> set[tuple[str, int, str]]:
    """What a source brought before another one was named for the measure, and that one did not bring too."""
    places: dict[bool, set[tuple[str, int, str]]] = {True: set(), False: set()}
    for line in before:
        if line.first and line.last:
            places[(line.source, line.measure) in combined.left_out] |= {
                (line.measure, month, spelling.channel(channel))
                for month in range(parse_month(line.first), parse_month(line.last) + 1)
                for channel in line.channels
            }
    return places[True] - places[False]


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


def _clear(content: Content, owned: set[tuple[str, int, str]], spelling: _Spelling) -> None:
    """Remove the values of measures in months and channels that an import speaks for."""
    for rows in content.rows.values():
        for row in rows:
            place = spelling.of(row)[:2]
            row.values = {m: value for m, value in row.values.items() if (m, *place) not in owned}


def _recorded(content: Content, spelling: _Spelling) -> dict[Key, float]:
    """What the tables hold; rows that stand twice add up."""
    found: dict[Key, float] = defaultdict(float)
    for rows in content.rows.values():
        for row in rows:
            for measure, value in row.values.items():
                if isinstance(row.month, int) and isinstance(value, (int, float)):
                    found[measure, row.month, *spelling.place(row.channel, row.campaign)] += value
    return found


def _merge_items(
    content: Content, combined: Combined, catalogue: Catalogue, spelling: _Spelling, report: Report
) -> None:
    """An imported value replaces what all rows of that item held; the first of them takes it."""
    rows: dict[tuple[object, ...], list[ItemRow]] = defaultdict(list)
    for row in content.items:
        kind = catalogue.kinds.get(row.kind)
        measure = row.measure or (kind.main if kind else "")
        rows[row.month, row.kind, _fold(row.item), spelling.channel(row.channel), measure].append(row)
    for fact in combined.items:
        channel = spelling.channel(fact.channel)
        same = rows[fact.month, fact.kind, _fold(fact.item), channel, fact.measure]
        old = [row.value for row in same if isinstance(row.value, (int, float))]
        if not old:
            report.added += 1
        elif sum(old) != fact.value:
            text = f"{fact.measure} {month_text(fact.month)} {fact.kind}:{fact.item} {channel}"
            report.changed.append(f"{text}: {sum(old):.15g} -> {fact.value:.15g}")
        row = same[0] if same else ItemRow(fact.month, fact.kind, fact.item, channel, fact.measure, None)
        row.value = fact.value
        same[:] = [row]
    items = [row for same in rows.values() for row in same]
    content.items = sorted(items, key=lambda r: (str(r.kind), str(r.item), str(r.measure), str(r.month)))


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
