"""What an import is: facts by month, what they cover, and how they reconcile with the file."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from xl_lifecycle.core.cells.months import first_day, last_day, month_of, month_text
from xl_lifecycle.core.language.text import Text
from xl_lifecycle.core.language.vocabulary import OverTime, Unit
from xl_lifecycle.core.metrics.measures import MEASURES, Measure
from xl_lifecycle.exports.declaration import Declaration

MEASURE: dict[str, Measure] = {measure.name: measure for measure in MEASURES}
MEDIANS = tuple(measure.name for measure in MEASURES if measure.unit in (Unit.HOURS, Unit.DAYS))  # of times it took
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class ExportFact(NamedTuple):
    """A recorded value. month: year * 12 + month - 1. campaign "": the rest. channel "": the company."""

    month: int
    channel: str
    campaign: str
    measure: str
    value: float


class ItemFact(NamedTuple):
    """A recorded value of one keyword, page, asset, event ..."""

    month: int
    kind: str
    item: str
    channel: str
    measure: str
    value: float


class Piece(NamedTuple):
    """A value as the file dates it: from one day to another, both within one month."""

    start: date
    end: date
    channel: str
    campaign: str
    measure: str
    value: float


@dataclass(frozen=True)
class CrmRecord:
    """A contact or deal. values: (role, text, number or moment), for roles that the file has a column for."""

    id: str
    modified: datetime | None
    values: tuple[tuple[str, object], ...]


class CoveredSpan(NamedTuple):
    """The days for which a file knows a measure, and in how many of its rows."""

    measure: str
    first: date
    last: date
    rows: int


@dataclass(frozen=True)
class Check:
    """A measure's rows against the file's own total; None if the file states none.

    rows_total: None of medians, which have no sum.
    """

    measure: str
    rows_total: float | None
    file_total: float | None

    @property
    def agrees(self) -> bool:
        """Equal but for rounding. People counted once in the total may stand in several rows."""
        if self.file_total is None or self.rows_total is None:
            return True
        rounding = max(0.015, 1e-6 * abs(self.file_total))
        if is_unique(self.measure) and self.rows_total > self.file_total:
            return True
        return math.isclose(self.rows_total, self.file_total, rel_tol=0, abs_tol=rounding)


@dataclass(frozen=True)
class Import:
    """One file, read and reconciled. measures: what it gives; first, last: the days it covers; why: its headers.

    exported: when, as the file itself says. preferred: by which names people say to take it before others.
    """

    file: str
    source: str
    facts: tuple[ExportFact, ...]
    items: tuple[ItemFact, ...]
    first: date
    last: date
    measures: tuple[str, ...]
    checks: tuple[Check, ...]
    remarks: tuple[str, ...] = ()
    currency: str = ""
    spans: tuple[CoveredSpan, ...] = ()
    pieces: tuple[Piece, ...] = field(default=(), repr=False)
    records: tuple[CrmRecord, ...] = field(default=(), repr=False)
    declared: Declaration | None = field(default=None, repr=False, compare=False)
    why: str = field(default="", compare=False)
    exported: datetime | None = field(default=None, compare=False)
    preferred: tuple[str, ...] = field(default=(), compare=False)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should see: partial months first."""
        return partial_month_notes((span.first, span.last) for span in self.spans) + self.remarks


@dataclass(frozen=True)
class Covered:
    """A measure that a file covers from first to last, in the channels that its rows name.

    rows: how many of its rows gave a value.
    """

    measure: str
    source: str
    file: str
    first: date
    last: date
    rows: int
    rows_total: float | None
    file_total: float | None
    channels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Combined:
    """Several imports as one: nothing counted twice. taken: what each file was taken for, and why."""

    facts: tuple[ExportFact, ...]
    items: tuple[ItemFact, ...]
    coverage: tuple[Covered, ...]
    notes: tuple[str, ...]
    taken: tuple[str, ...] = ()
    left_out: frozenset[tuple[str, str]] = frozenset()  # source, measure: another source is named for it


def is_unique(measure: str) -> bool:
    """Whether a measure counts different people, so that parts of a month do not add up to it."""
    return MEASURE[measure].over_time in (OverTime.NONE, OverTime.MEAN)


def day_name(day: date) -> Text:
    """A day in words: 8 Jul 2026."""
    return Text("{day} {name} {year}", day=day.day, name=MONTHS[day.month - 1], year=day.year, month=day.month)


def partial_month_notes(spans: Iterable[tuple[date, date]]) -> tuple[str, ...]:
    """A note for each month that the spans, taken together, cover in part."""
    days: set[date] = set()
    for first, last in set(spans):
        days.update(first + timedelta(n) for n in range((last - first).days + 1))
    notes = []
    for month in sorted({month_of(day) for day in days}):
        known = sorted(day for day in days if month_of(day) == month)
        start, end = first_day(month), last_day(month)
        if len(known) < (end - start).days + 1:
            whole = (known[-1] - known[0]).days + 1 == len(known)
            place = {"month": month_text(month), "first": known[0].day, "last": day_name(known[-1])}
            said = (
                "partial month {month}: covers {first} to {last}"
                if whole
                else "partial month {month}: covers {first} to {last}, with gaps"
            )
            notes.append(Text(said, **place))
    return tuple(notes)
