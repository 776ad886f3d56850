"""Imported facts into a workbook's content: what replaces what, and a report of it."""

from __future__ import annotations

import copy
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from xl_lifecycle.content.content import Content, Imported, InputRow, ItemRow, months_of
from xl_lifecycle.core.catalogue.catalogue import Catalogue
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.core.cells.months import first_day, month_text, parse_month
from xl_lifecycle.core.dataset.history import ReadSpan, Revision, first_read, first_reads, in_order, spans
from xl_lifecycle.core.language.channels import channel_label
from xl_lifecycle.core.language.text import Text
from xl_lifecycle.core.language.vocabulary import NOT_ATTRIBUTED, Across, InputTable
from xl_lifecycle.exports import ITEMS, PLAIN, Combined, Covered
from xl_lifecycle.exports.facts import ItemFact

Key = tuple[str, int, str, str]  # measure, month, channel, campaign
Index = dict[InputTable, dict[tuple[object, str, str], InputRow]]


@dataclass
class Report:
    """What a refresh did, or would do: files, the reconciliation, values new and changed, new channels, remarks."""

    files: int = 0
    lines: list[Imported] = field(default_factory=list)
    added: int = 0
    revisions: list[Revision] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()  # what each file was taken for, and why
    nothing_new: bool = False  # what was read stands in the workbook already

    @property
    def changed(self) -> list[str]:
        """The values that changed, in words."""
        return [each.text for each in self.changes]

    @property
    def changes(self) -> list[Revision]:
        """The values that changed."""
        return [each for each in self.revisions if each.old is not None and each.old != each.new]


class _SpellingOfContent:
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

    def of(self, row: InputRow) -> tuple[object, str, str]:
        return row.month, *self.place(row.channel, row.campaign)


def _fold(name: str) -> str:
    return " ".join(name.split()).casefold()


def merge(
    content: Content, combined: Combined, files: int, catalogue: Catalogue, today: dt.date | None = None
) -> Report:
    """Put imported facts into the tables: they replace what the same measure, month and channel held.

    An export that tells of all its channels replaces what it said before of any of them, also where it is now
    silent. What people typed for other channels, or for other months, stays. today: the day that the table Imports
    says something was read on, and Revisions that it changed; None says none.
    """
    before_all = copy.deepcopy(content)
    spelling = _SpellingOfContent(content)
    lines = [_dated(line, content, today) for line in combined.coverage]
    report = Report(files, lines, notes=tuple(combined.notes), taken=combined.taken)
    _refuse_parts(content.imports, report.lines)
    kept = [old for old in content.imports if (old.source, old.measure) not in combined.left_out]
    kept = [old for old in kept if not any(_replaces(line, old) for line in report.lines)]
    journal = _Journal(content, [*kept, *report.lines], report, today)
    told: dict[Key, list[float]] = defaultdict(list)
    for fact in combined.facts:  # the company's rows, and those of no known channel, stand together
        told[fact.measure, fact.month, *spelling.place(fact.channel, fact.campaign)].append(fact.value)
    twice = {key for key, all in told.items() if len(all) > 1 and catalogue.measures[key[0]].across is Across.NONE}
    brought = {key: sum(values) for key, values in told.items() if key not in twice}
    for name, month, channel, _ in sorted(twice):
        label, channels = catalogue.measures[name].label, channel_label(channel)
        note = Text(
            "{label} of {channel} in {month} left out: two figures of it, which do not add up; keep one",
            label=label, channel=channels, month=month_text(month),
        )  # fmt: skip
        report.notes += (note,)
    owned = {key[:3] for key in told} | _silent(content.imports, report.lines, spelling)
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
    left = {key: None if key[:3] in owned else value for key, value in before.items()}
    for key, new in (left | brought).items():
        journal.note(*key, None, before.get(key), new)
    _merge_items(content, combined, catalogue, spelling, report, journal)
    content.imports = sorted([*kept, *report.lines], key=_line_key)
    content.months = months_of(content)
    if content.revisions is None:
        report.notes += (_NOT_KEPT,) if report.revisions else ()
    else:
        content.revisions = [*content.revisions, *report.revisions]
    for each in (content, before_all):
        _order(each)
    report.nothing_new = content == before_all
    return report


_NOT_KEPT = Text("the old values are not kept: this workbook has no table Revisions; one made now has it")


class _Journal:
    """Notes in a report what changes, as Revisions tells it."""

    def __init__(self, content: Content, after: Iterable[Imported], report: Report, today: dt.date | None) -> None:
        self.report, self.today = report, today
        self.read_before = first_reads(line.reading for line in content.imports)
        self.read = first_reads(line.reading for line in after)
        self.latest = {each.key: each for each in in_order(content.revisions or ())}

    def note(
        self, measure: str, month: int, channel: str, campaign: str, item: tuple[str, str] | None,
        old: float | None, new: float | None,
    ) -> None:  # fmt: skip
        """A value before and after; noted where it changes, or where Imports would not tell the day that it came."""
        place = measure, month, None if item else channel
        read, came = self.read_before(*place), self.read(*place)
        if (came == self.today) if old is None else (old == new and read == came):
            return
        each = Revision(self.today, measure, month, channel, campaign, item, old, None, new, *self._origin(*place))
        last = self.latest.get(each.key)
        if last and old == new:
            return
        if old is not None:
            old_of = read if not last else last.changed_on if last.new == old else None
            each = replace(each, old_of=old_of)
        self.report.revisions.append(each)

    def _origin(self, measure: str, month: int, channel: str | None) -> tuple[str, str]:
        """The sources and files that tell of a measure's month: of the channel, or else those that are silent on it."""
        lines = [line for line in self.report.lines if line.measure == measure and _tells(line, month)]
        own = [line for line in lines if (channel in line.channels if channel else not line.channels)] or lines
        sources, files = ({getattr(line, name): None for line in own} for name in ("source", "file"))
        return "; ".join(sources), "; ".join(files)


def _tells(line: Imported, month: int) -> bool:
    return line.first is None or _touches(line, month)


def _dated(line: Covered, content: Content, today: dt.date | None) -> Imported:
    """A line of the reconciliation that keeps when what it tells of was read before.

    Of a team's own table also the channels, as what it said of them stays.
    """
    new = _imported(line)
    months = [row.month for row in content.items if row.measure == line.measure and isinstance(row.month, int)]
    first, last, before, channels = line.first, line.last, list[ReadSpan](), new.channels
    for old in (old for old in content.imports if _replaces(new, old)):
        if old.first and old.last:
            before += spans(old.read, old.first, old.last)
        elif months:  # a table of items states no range
            start, end = first_day(min(months)), first_day(max(months) + 1) - dt.timedelta(1)
            first, last = min(first, start), max(last, end)
            before += spans(old.read, start, end)
        channels += old.channels if new.source == PLAIN else ()
    return replace(new, read=first_read(first, last, before, today), channels=tuple(dict.fromkeys(channels)))


def _row(content: Content, index: Index, table: InputTable, key: Key, spelling: _SpellingOfContent) -> InputRow:
    """The table's row for a month, channel and campaign; a new one where there is none."""
    _, month, channel, campaign = key
    rows = content.rows.setdefault(table, [])
    place = (month, channel, campaign)
    if table not in index:
        index[table] = {spelling.of(row): row for row in reversed(rows)}
    if place not in index[table]:
        index[table][place] = InputRow(month, channel, campaign, {})
        rows.append(index[table][place])
    return index[table][place]


def _silent(
    before: Sequence[Imported], lines: Sequence[Imported], spelling: _SpellingOfContent
) -> set[tuple[str, int, str]]:
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


def _left_out(
    before: Sequence[Imported], combined: Combined, spelling: _SpellingOfContent
) -> set[tuple[str, int, str]]:
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
    same = _line_key(new) == _line_key(old)
    if not (new.first and new.last and old.first and old.last):
        return same
    return (same or new.source != PLAIN) and new.first <= old.first and old.last <= new.last


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


def _clear(content: Content, owned: set[tuple[str, int, str]], spelling: _SpellingOfContent) -> None:
    """Remove the values of measures in months and channels that an import speaks for."""
    for rows in content.rows.values():
        for row in rows:
            place = spelling.of(row)[:2]
            row.values = {m: value for m, value in row.values.items() if (m, *place) not in owned}


def _recorded(content: Content, spelling: _SpellingOfContent) -> dict[Key, float]:
    """What the tables hold; rows that stand twice add up."""
    found: dict[Key, float] = defaultdict(float)
    for rows in content.rows.values():
        for row in rows:
            for measure, value in row.values.items():
                if isinstance(row.month, int) and isinstance(value, (int, float)):
                    found[measure, row.month, *spelling.place(row.channel, row.campaign)] += value
    return found


def _merge_items(
    content: Content,
    combined: Combined,
    catalogue: Catalogue,
    spelling: _SpellingOfContent,
    report: Report,
    journal: _Journal,
) -> None:
    """An imported value replaces what all rows of that item held; the first of them takes it."""
    rows: dict[tuple[object, ...], list[ItemRow]] = defaultdict(list)
    for row in content.items:
        kind = catalogue.kinds.get(row.kind)
        measure = row.measure or (kind.main if kind else "")
        rows[row.month, row.kind, _fold(row.item), spelling.channel(row.channel), measure].append(row)
    brought: dict[tuple[object, ...], ItemFact] = {}
    for fact in combined.items:
        brought[fact.month, fact.kind, _fold(fact.item), spelling.channel(fact.channel), fact.measure] = fact
    for key, same in [*rows.items(), *((key, rows[key]) for key in brought if key not in rows)]:
        numbers = [row.value for row in same if isinstance(row.value, (int, float))]
        old = sum(numbers) if numbers else None
        found = brought.get(key)
        if found:
            report.added += old is None
            channel = spelling.channel(found.channel)
            row = same[0] if same else ItemRow(found.month, found.kind, found.item, channel, found.measure, None)
            row.value = found.value
            same[:] = [row]
        row = same[0]
        if isinstance(row.month, int) and key[4] in catalogue.measures:
            item, new = (found.item, found.value) if found else (row.item, old)
            journal.note(str(key[4]), row.month, spelling.channel(row.channel), "", (row.kind, item), old, new)
    content.items = [row for same in rows.values() for row in same]


def _order(content: Content) -> None:
    """Put rows in the order in which a new workbook has them."""
    for table, rows in content.rows.items():
        content.rows[table] = _tidy(rows, content.channels)
    content.items.sort(key=lambda row: (str(row.kind), str(row.item), str(row.measure), str(row.month)))


def _tidy(rows: list[InputRow], channels: Sequence[str]) -> list[InputRow]:
    """Rows in order, without the empty ones where the month and channel have a filled one."""
    filled = {(row.month, row.channel) for row in rows if row.values}
    kept = [row for row in rows if row.values or (row.month, row.channel) not in filled]
    order = {channel: i for i, channel in enumerate(channels)}

    def place(row: InputRow) -> tuple[bool, int, int, str, str]:
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
