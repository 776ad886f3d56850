"""When each value was first read, and what refreshes changed: this makes a dataset as of a day possible."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from xl_lifecycle.core.cells.months import Month, cell_date, first_day, month_text, parse_month
from xl_lifecycle.core.cells.values import is_blank
from xl_lifecycle.core.language.channels import channel_label
from xl_lifecycle.core.language.text import Label, Text, join, translate
from xl_lifecycle.core.language.vocabulary import Language
from xl_lifecycle.core.metrics.measures import ITEM_KINDS, called

# The days on which a range was first read. Each stretch has its first day (None: the first day of the range) and the
# day on which it was read (None: unknown). () is a range without a known day.
Read = tuple[tuple[dt.date | None, dt.date | None], ...]
REVISION_COLUMNS = (
    *("changed_on", "month", "channel", "campaign", "kind", "item", "measure"),
    *("old_value", "old_of", "new_value", "source", "file"),
)
_FROM = Label("from {}: ", "cells")
_STRETCH = re.compile(r"\s*(?:\D*(\d{4}-\d\d(?:-\d\d)?)\D*:)?\s*(\d{4}-\d\d-\d\d|\?)\s*")
_DAY = dt.timedelta(1)


class ReadSpan(NamedTuple):
    """Days from start to end, and the day on which they were first read; None if that is unknown."""

    start: dt.date
    end: dt.date
    read: dt.date | None


@dataclass(frozen=True)
class Reading:
    """What a row of Imports read of a measure. whole: it covers the whole measure, not single items."""

    measure: str
    source: str
    channels: tuple[str, ...]  # in lower case; empty if it read items
    spans: tuple[ReadSpan, ...]
    whole: bool


@dataclass(frozen=True)
class Revision:
    """A value that a refresh changed, in the table Revisions. old, new: None if there was, or is, no value.

    old_of: the day on which the old value was recorded; None if a user typed it, or if the day is unknown.
    at: its row of the table; None for a new revision.
    """

    changed_on: dt.date | None
    measure: str
    month: Month
    channel: str
    campaign: str
    item: tuple[str, str] | None
    old: float | None
    old_of: dt.date | None
    new: float | None
    source: str = ""
    file: str = ""
    at: int | None = field(default=None, compare=False, repr=False)

    @property
    def key(self) -> tuple[object, ...]:
        return fact_key(self)

    @property
    def text(self) -> Text:
        """The change in words."""
        channel = channel_label(self.channel)
        where: list[object] = [channel] if not self.campaign else [join([channel, self.campaign], "/")]
        if self.item:
            titles = {kind.name: kind.title for kind in ITEM_KINDS}
            kind = Label(titles.get(self.item[0], self.item[0]), "kinds", english=self.item[0])
            where.insert(0, join([kind, self.item[1]], ":"))
        old, new = (Text("nothing") if value is None else f"{value:.15g}" for value in (self.old, self.new))
        what = join([called(self.measure), month_text(self.month), *where], " ")
        return Text("{what}: {old} -> {new}", what=what, old=old, new=new)


def fact_key(fact: object) -> tuple[object, ...]:
    """What a value belongs to, without differences of case. fact: a revision, or a fact of the tables."""
    measure, month, channel, campaign, item = (
        getattr(fact, name) for name in ("measure", "month", "channel", "campaign", "item")
    )
    return measure, month, _fold(channel), _fold(campaign), item and (item[0], _fold(item[1]))


def _fold(name: str) -> str:
    return " ".join(name.split()).casefold()


def read_text(read: Read, language: Language) -> str | None:
    """The days of reading as a cell contains them; None if no day is known.

    >>> read_text(((None, dt.date(2026, 4, 2)), (dt.date(2026, 4, 1), dt.date(2026, 5, 3))), "en")
    '2026-04-02; from 2026-04: 2026-05-03'
    """
    parts = []
    for start, day in read:
        since = "" if not start else translate(_FROM, language).format(str(start)[:7] if start.day == 1 else start)
        parts.append(f"{since}{day or '?'}")
    return "; ".join(parts) or None


def parse_read(cell: object) -> Read:
    """The days of reading in a cell, in any language; ValueError if the cell cannot be read.

    >>> parse_read("2026-04-02; 2026-04부터: 2026-05-03")[1]
    (datetime.date(2026, 4, 1), datetime.date(2026, 5, 3))
    """
    if is_blank(cell):
        return ()
    if not isinstance(cell, str):
        day = cell_date(cell)
        if day is None:
            raise ValueError(Text('"{text}" is not a day', text=cell))
        return ((None, day),)
    stretches: list[tuple[dt.date | None, dt.date | None]] = []
    for part in cell.split(";"):
        match = _STRETCH.fullmatch(part)
        start = match and match[1] and (cell_date(match[1]) or first_day(parse_month(match[1])))
        day = cell_date(match[2]) if match else None
        if not match or bool(start) != bool(stretches) or (match[2] != "?" and day is None):
            raise ValueError(
                Text('"{text}" does not say when it was read; write 2026-04-02; from 2026-04: 2026-05-03', text=cell)
            )
        stretches.append((start or None, day))
    return tuple(stretches)


def spans(read: Read, first: dt.date, last: dt.date) -> tuple[ReadSpan, ...]:
    """The stretches of a range."""
    parts = read or ((None, None),)
    starts = [start or first for start, _ in parts]
    ends = [*(start - _DAY for start in starts[1:]), last]
    spans_of_parts = (
        ReadSpan(max(s, first), min(e, last), day) for s, e, (_, day) in zip(starts, ends, parts, strict=True)
    )
    return tuple(span for span in spans_of_parts if span.start <= span.end)


def first_read(first: dt.date, last: dt.date, before: Iterable[ReadSpan], today: dt.date | None) -> Read:
    """When a range was first read: what was read before keeps its day, the rest has today's."""
    known = list(before)
    edges = {edge for span in known for edge in (span.start, span.end + _DAY) if first < edge <= last}
    read: list[tuple[dt.date | None, dt.date | None]] = []
    for start in (first, *sorted(edges)):
        days = [span.read for span in known if span.start <= start <= span.end]
        day = _earliest(days) if days else today
        if not read or read[-1][1] != day:
            read.append((start if read else None, day))
    return tuple(read) if any(day for _, day in read) else ()


def first_reads(readings: Iterable[Reading]) -> Callable[[str, Month, str | None], dt.date | None]:
    """A function that returns the day on which a measure was first read for a month and channel.

    Its channel None means items. It returns None if no import has a day.
    """
    known: dict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        known[reading.measure].append(reading)

    @cache
    def day(measure: str, month: Month, channel: str | None) -> dt.date | None:
        start, end = first_day(month), first_day(month + 1) - _DAY
        matches = (
            r for r in known[measure] if (channel.casefold() in r.channels if channel is not None else not r.channels)
        )
        return _earliest([span.read for r in matches for span in r.spans if span.start <= end and span.end >= start])

    return day


def _earliest(days: list[dt.date | None]) -> dt.date | None:
    """The first of some days; None if there are no days, or one is unknown."""
    known = [day for day in days if day]
    return min(known) if known and len(known) == len(days) else None


def in_order(revisions: Iterable[Revision]) -> list[Revision]:
    """Revisions in the order in which they were made; within a day, the one with the older old value comes first."""
    dated = [revision for revision in revisions if revision.changed_on]
    return sorted(dated, key=lambda r: (r.changed_on, r.old_of == r.changed_on))
