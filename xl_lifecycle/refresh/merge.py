"""Merges imported facts into a workbook's content: what replaces what, and a report of it."""

from __future__ import annotations

import copy
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from xl_lifecycle.content.content import Content, ImportLine, InputRow, ItemRow, months_of
from xl_lifecycle.core.catalogue.catalogue import Catalogue
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.core.cells.months import first_day, month_text, parse_month
from xl_lifecycle.core.dataset.history import ReadSpan, Revision, first_read, first_reads, in_order, spans
from xl_lifecycle.core.language.channels import channel_label
from xl_lifecycle.core.language.text import Text
from xl_lifecycle.core.language.vocabulary import NOT_ATTRIBUTED, Across, InputTable
from xl_lifecycle.exports import ITEMS, PLAIN, CombinedImport, CoverageLine
from xl_lifecycle.exports.facts import ItemFact

Key = tuple[str, int, str, str]  # measure, month, channel, campaign
Index = dict[InputTable, dict[tuple[object, str, str], InputRow]]


@dataclass
class Report:
    """What a refresh did, or would do: files, the reconciliation, new and changed values, new channels, remarks."""

    files: int = 0
    lines: list[ImportLine] = field(default_factory=list)
    added: int = 0
    revisions: list[Revision] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    file_formats: tuple[str, ...] = ()  # the format of each file, and how it was recognised
    nothing_new: bool = False  # the workbook already has everything that was read

    @property
    def changed(self) -> list[str]:
        """The values that changed, in words."""
        return [each.text for each in self.changes]

    @property
    def changes(self) -> list[Revision]:
        """The values that changed."""
        return [each for each in self.revisions if each.old is not None and each.old != each.new]


class _SpellingOfContent:
    """Names that differ in case or spaces are one, as in the dataset: the spelling in the workbook, else the first."""

    def __init__(self, content: Content) -> None:
        self.names = {("", _fold(channel)): channel for channel in reversed(content.channels)}
        for row in (row for rows in content.rows.values() for row in rows):
            self.place(row.channel, row.campaign)

    def channel(self, name: str) -> str:
        return self.names.setdefault(("", _fold(name)), name) if name else NOT_ATTRIBUTED

    def place(self, channel: str, campaign: str) -> tuple[str, str]:
        channel = self.channel(channel)
        return channel, campaign and self.names.setdefault((channel, _fold(campaign)), campaign)

    def of(self, row: InputRow) -> tuple[object, str, str]:
        return row.month, *self.place(row.channel, row.campaign)


def _fold(name: str) -> str:
    return " ".join(name.split()).casefold()


def merge(
    content: Content, combined: CombinedImport, files: int, catalogue: Catalogue, today: dt.date | None = None
) -> Report:
    """Put imported facts into the tables. They replace the values of the same measure, month and channel.

    An export covers all its channels. So it replaces what it said earlier about any of them, even if it no longer
    names them. What people typed for other channels or months stays. today: the day that the tables Imports and
    Revisions record; None records no day.
    """
    before_all = copy.deepcopy(content)
    spelling = _SpellingOfContent(content)
    lines = [_with_read_days(line, content, today) for line in combined.coverage]
    report = Report(files, lines, notes=tuple(combined.notes), file_formats=combined.file_formats)
    _refuse_parts(content.imports, report.lines)
    remaining = [old for old in content.imports if (old.source, old.measure) not in combined.exclusions]
    remaining = [old for old in remaining if not any(_replaces(line, old) for line in report.lines)]
    journal = _Journal(content, [*remaining, *report.lines], report, today)
    values_by_key: dict[Key, list[float]] = defaultdict(list)
    for fact in combined.facts:  # rows of the whole company and rows without a known channel are in one group
        values_by_key[fact.measure, fact.month, *spelling.place(fact.channel, fact.campaign)].append(fact.value)
    twice = {
        key for key, all in values_by_key.items() if len(all) > 1 and catalogue.measures[key[0]].across is Across.NONE
    }
    new_values = {key: sum(values) for key, values in values_by_key.items() if key not in twice}
    for name, month, channel, _ in sorted(twice):
        label, channels = catalogue.measures[name].label, channel_label(channel)
        note = Text(
            "{label} of {channel} in {month} left out: it has two figures, which do not add up; keep one",
            label=label,
            channel=channels,
            month=month_text(month),
        )
        report.notes += (note,)
    scope = {key[:3] for key in values_by_key} | _silent(content.imports, report.lines, spelling)
    scope |= _places_of_excluded_sources(content.imports, combined, spelling)
    before = _values_in_tables(content, spelling)
    _clear(content, scope, spelling)
    index: Index = {}
    for key, value in new_values.items():
        _row(content, index, catalogue.measures[key[0]].table, key, spelling).values[key[0]] = value
        if key[2] != NOT_ATTRIBUTED and key[2] not in content.channels:
            content.channels.append(key[2])
            report.channels.append(key[2])
    report.added = len(new_values.keys() - before.keys())
    values_after = {key: None if key[:3] in scope else value for key, value in before.items()}
    for key, new in (values_after | new_values).items():
        journal.note(*key, None, before.get(key), new)
    _merge_items(content, combined, catalogue, spelling, report, journal)
    content.imports = sorted([*remaining, *report.lines], key=_line_key)
    content.months = months_of(content)
    if content.revisions is None:
        report.notes += (_NO_REVISIONS,) if report.revisions else ()
    else:
        content.revisions = [*content.revisions, *report.revisions]
    for each in (content, before_all):
        _order(each)
    report.nothing_new = content == before_all
    return report


_NO_REVISIONS = Text("the old values are not stored: this workbook has no table Revisions; a new workbook has one")


class _Journal:
    """Collects the revisions of a report: which values change."""

    def __init__(self, content: Content, after: Iterable[ImportLine], report: Report, today: dt.date | None) -> None:
        self.report, self.today = report, today
        self.read_before = first_reads(line.reading for line in content.imports)
        self.read = first_reads(line.reading for line in after)
        self.latest = {each.key: each for each in in_order(content.revisions or ())}

    def note(
        self,
        measure: str,
        month: int,
        channel: str,
        campaign: str,
        item: tuple[str, str] | None,
        old: float | None,
        new: float | None,
    ) -> None:
        """Note a value that changes, or whose first day the table Imports alone would not show."""
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
        """The sources and files that cover a measure in a month: those that have the channel, else all of them."""
        lines = [line for line in self.report.lines if line.measure == measure and _tells(line, month)]
        channel_lines = [
            line for line in lines if (channel in line.channels if channel else not line.channels)
        ] or lines
        sources, files = ({getattr(line, name): None for line in channel_lines} for name in ("source", "file"))
        return "; ".join(sources), "; ".join(files)


def _tells(line: ImportLine, month: int) -> bool:
    return line.first is None or _touches(line, month)


def _with_read_days(line: CoverageLine, content: Content, today: dt.date | None) -> ImportLine:
    """A line of the reconciliation, with the days on which its months were first read.

    A team's own table also keeps its earlier channels, because their figures stay.
    """
    new = _import_line(line)
    months = [row.month for row in content.items if row.measure == line.measure and isinstance(row.month, int)]
    first, last, before, channels = line.first, line.last, list[ReadSpan](), new.channels
    for old in (old for old in content.imports if _replaces(new, old)):
        if old.first and old.last:
            before += spans(old.read, old.first, old.last)
        elif months:  # a table of items has no range
            start, end = first_day(min(months)), first_day(max(months) + 1) - dt.timedelta(1)
            first, last = min(first, start), max(last, end)
            before += spans(old.read, start, end)
        channels += old.channels if new.source == PLAIN else ()
    return replace(new, read=first_read(first, last, before, today), channels=tuple(dict.fromkeys(channels)))


def _row(content: Content, index: Index, table: InputTable, key: Key, spelling: _SpellingOfContent) -> InputRow:
    """The table's row for a month, channel and campaign; a new row if there is none."""
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
    before: Sequence[ImportLine], lines: Sequence[ImportLine], spelling: _SpellingOfContent
) -> set[tuple[str, int, str]]:
    """The places that an export no longer mentions, although it covers the month and had the channel before."""
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


def _places_of_excluded_sources(
    before: Sequence[ImportLine], combined: CombinedImport, spelling: _SpellingOfContent
) -> set[tuple[str, int, str]]:
    """The places that only an excluded source had: SourceRules now name another source for the measure."""
    places: dict[bool, set[tuple[str, int, str]]] = {True: set(), False: set()}
    for line in before:
        if line.first and line.last:
            places[(line.source, line.measure) in combined.exclusions] |= {
                (line.measure, month, spelling.channel(channel))
                for month in range(parse_month(line.first), parse_month(line.last) + 1)
                for channel in line.channels
            }
    return places[True] - places[False]


def _replaces(new: ImportLine, old: ImportLine) -> bool:
    """Whether a line of the reconciliation replaces an earlier one, because it covers everything that one covered."""
    if (new.source, new.measure) != (old.source, old.measure):
        return False
    same = _line_key(new) == _line_key(old)
    if not (new.first and new.last and old.first and old.last):
        return same
    return (same or new.source != PLAIN) and new.first <= old.first and old.last <= new.last


def _refuse_parts(before: Iterable[ImportLine], lines: Iterable[ImportLine]) -> None:
    """SourceError if an earlier import had days of a month that the new file lacks.

    An import replaces the whole month, so these days would be lost. Read together, the files add up.
    """
    new: dict[tuple[str, str], list[ImportLine]] = defaultdict(list)
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


def _touches(line: ImportLine, month: int) -> bool:
    return bool(line.first and line.last and parse_month(line.first) <= month <= parse_month(line.last))


def _clear(content: Content, scope: set[tuple[str, int, str]], spelling: _SpellingOfContent) -> None:
    """Remove the values of measures in the months and channels that an import covers."""
    for rows in content.rows.values():
        for row in rows:
            place = spelling.of(row)[:2]
            row.values = {m: value for m, value in row.values.items() if (m, *place) not in scope}


def _values_in_tables(content: Content, spelling: _SpellingOfContent) -> dict[Key, float]:
    """The values in the tables; two rows for the same place add up."""
    result: dict[Key, float] = defaultdict(float)
    for rows in content.rows.values():
        for row in rows:
            for measure, value in row.values.items():
                if isinstance(row.month, int) and isinstance(value, (int, float)):
                    result[measure, row.month, *spelling.place(row.channel, row.campaign)] += value
    return result


def _merge_items(
    content: Content,
    combined: CombinedImport,
    catalogue: Catalogue,
    spelling: _SpellingOfContent,
    report: Report,
    journal: _Journal,
) -> None:
    """An imported value replaces the values of all rows of that item; it goes into the first of them."""
    rows: dict[tuple[object, ...], list[ItemRow]] = defaultdict(list)
    for row in content.items:
        kind = catalogue.kinds.get(row.kind)
        measure = row.measure or (kind.main if kind else "")
        rows[row.month, row.kind, _fold(row.item), spelling.channel(row.channel), measure].append(row)
    new_facts: dict[tuple[object, ...], ItemFact] = {}
    for fact in combined.items:
        new_facts[fact.month, fact.kind, _fold(fact.item), spelling.channel(fact.channel), fact.measure] = fact
    for key, same in [*rows.items(), *((key, rows[key]) for key in new_facts if key not in rows)]:
        numbers = [row.value for row in same if isinstance(row.value, (int, float))]
        old = sum(numbers) if numbers else None
        new_fact = new_facts.get(key)
        if new_fact:
            report.added += old is None
            channel = spelling.channel(new_fact.channel)
            row = (
                same[0]
                if same
                else ItemRow(new_fact.month, new_fact.kind, new_fact.item, channel, new_fact.measure, None)
            )
            row.value = new_fact.value
            same[:] = [row]
        row = same[0]
        if isinstance(row.month, int) and key[4] in catalogue.measures:
            item, new = (new_fact.item, new_fact.value) if new_fact else (row.item, old)
            journal.note(str(key[4]), row.month, spelling.channel(row.channel), "", (row.kind, item), old, new)
    content.items = [row for same in rows.values() for row in same]


def _order(content: Content) -> None:
    """Sort the rows as in a new workbook."""
    for table, rows in content.rows.items():
        content.rows[table] = _tidy(rows, content.channels)
    content.items.sort(key=lambda row: (str(row.kind), str(row.item), str(row.measure), str(row.month)))


def _tidy(rows: list[InputRow], channels: Sequence[str]) -> list[InputRow]:
    """Rows in order, without empty rows whose month and channel have a filled row."""
    filled = {(row.month, row.channel) for row in rows if row.values}
    rows_to_keep = [row for row in rows if row.values or (row.month, row.channel) not in filled]
    order = {channel: i for i, channel in enumerate(channels)}

    def place(row: InputRow) -> tuple[bool, int, int, str, str]:
        month = row.month if isinstance(row.month, int) else 0
        return not month, month, order.get(row.channel, len(order)), row.channel, row.campaign

    return sorted(rows_to_keep, key=place)


def _import_line(line: CoverageLine) -> ImportLine:
    first, last = (None, None) if line.source == ITEMS else (line.first, line.last)
    sums = (line.rows, line.rows_total, line.file_total)
    channels = tuple(dict.fromkeys(channel or NOT_ATTRIBUTED for channel in line.channels))
    return ImportLine(line.source, line.file, line.measure, first, last, *sums, channels)


def _line_key(line: ImportLine) -> tuple[str, str, str, str]:
    return line.source, line.file, line.measure, str(line.first)
