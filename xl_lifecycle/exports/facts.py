"""An import: facts by month, what they cover, and how they reconcile with the file."""

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
MEDIANS = tuple(measure.name for measure in MEASURES if measure.unit in (Unit.HOURS, Unit.DAYS))  # medians of durations
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class ExportFact(NamedTuple):
    """A recorded value. month: year * 12 + month - 1. campaign "": the rest. channel "": the whole company."""

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
    """A value with the dates of the file: from one day to another, both within one month."""

    start: date
    end: date
    channel: str
    campaign: str
    measure: str
    value: float


@dataclass(frozen=True)
class CrmRecord:
    """A contact or deal. values: (role, text, number or moment), for roles for which the file has a column."""

    id: str
    modified: datetime | None
    values: tuple[tuple[str, object], ...]


class CoveredSpan(NamedTuple):
    """The days for which a file has a measure, and the number of its rows with a value."""

    measure: str
    first: date
    last: date
    rows: int


@dataclass(frozen=True)
class Check:
    """The sum of a measure's rows and the file's own total, which is None if the file has none.

    rows_total: None for medians, which have no sum.
    """

    measure: str
    rows_total: float | None
    file_total: float | None

    @property
    def agrees(self) -> bool:
        """Whether both are equal except for rounding. People counted once in the total may be in several rows."""
        if self.file_total is None or self.rows_total is None:
            return True
        rounding = max(0.015, 1e-6 * abs(self.file_total))
        if is_unique(self.measure) and self.rows_total > self.file_total:
            return True
        return math.isclose(self.rows_total, self.file_total, rel_tol=0, abs_tol=rounding)


@dataclass(frozen=True)
class Import:
    """One file, read and reconciled. first, last: the days it covers. why: the headers by which it was recognised.

    export_time: when it was exported, if the file says so. preferred_names: the names by which people prefer it.
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
    declaration: Declaration | None = field(default=None, repr=False, compare=False)
    why: str = field(default="", compare=False)
    export_time: datetime | None = field(default=None, compare=False)
    preferred_names: tuple[str, ...] = field(default=(), compare=False)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should see: partial months first."""
        return partial_month_notes((span.first, span.last) for span in self.spans) + self.remarks


@dataclass(frozen=True)
class CoverageLine:
    """A measure that a file covers from first to last, in the channels of its rows.

    rows: the number of rows with a value.
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
class CombinedImport:
    """Several imports as one, with nothing counted twice. file_formats: how each file was recognised."""

    facts: tuple[ExportFact, ...]
    items: tuple[ItemFact, ...]
    coverage: tuple[CoverageLine, ...]
    notes: tuple[str, ...]
    file_formats: tuple[str, ...] = ()
    exclusions: frozenset[tuple[str, str]] = frozenset()  # source, measure: SourceRules name another source for it


def is_unique(measure: str) -> bool:
    """Whether a measure counts different people, so that parts of a month do not add up to it."""
    return MEASURE[measure].over_time in (OverTime.NONE, OverTime.MEAN)


def day_name(day: date) -> Text:
    """A day in words: 8 Jul 2026."""
    return Text("{day} {name} {year}", day=day.day, name=MONTHS[day.month - 1], year=day.year, month=day.month)


def partial_month_notes(spans: Iterable[tuple[date, date]]) -> tuple[str, ...]:
    """A note for each month that the spans together cover only in part."""
    days: set[date] = set()
    for first, last in set(spans):
        days.update(first + timedelta(n) for n in range((last - first).days + 1))
    notes = []
    for month in sorted({month_of(day) for day in days}):
        month_days = sorted(day for day in days if month_of(day) == month)
        start, end = first_day(month), last_day(month)
        if len(month_days) < (end - start).days + 1:
            whole = (month_days[-1] - month_days[0]).days + 1 == len(month_days)
            place = {"month": month_text(month), "first": month_days[0].day, "last": day_name(month_days[-1])}
            message = (
                "partial month {month}: covers {first} to {last}"
                if whole
                else "partial month {month}: covers {first} to {last}, with gaps"
            )
            notes.append(Text(message, **place))
    return tuple(notes)
