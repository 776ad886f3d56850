"""Computes how long deals took, from the dates of records: medians of days, which do not add up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from xl_lifecycle.core.language.vocabulary import NOT_ATTRIBUTED
from xl_lifecycle.exports.declaration import Event
from xl_lifecycle.exports.facts import ExportFact

Days = tuple[int, str, str, float]  # month, channel, campaign, days of one record


def days_of(event: Event, values: dict[str, Any]) -> float | None:
    """The days from the first known date of `since` to the event's date; None if one is missing, or it is the later."""
    start: datetime | None = next((values[role] for role in event.since.split("|") if values.get(role)), None)
    end: datetime | None = values.get(event.date)
    days = (end.date() - start.date()).days if start and end else -1
    return float(days) if days >= 0 else None


def medians(measure: str, durations: Iterable[Days]) -> Iterator[ExportFact]:
    """The medians of the whole company, of each channel and of each campaign: none follows from the others."""
    groups: dict[tuple[int, str, str], list[float]] = defaultdict(list)
    spellings: dict[tuple[str, str], tuple[str, str]] = {}  # the workbook treats names that differ only in case as one
    for month, channel, campaign, days in durations:
        for place in _places(channel, campaign):
            spelling = spellings.setdefault((place[0].casefold(), place[1].casefold()), place)
            groups[month, *spelling].append(days)
    return (ExportFact(*key, measure, median(values)) for key, values in groups.items())


def _places(channel: str, campaign: str) -> Iterator[tuple[str, str]]:
    yield "", ""
    if channel not in ("", NOT_ATTRIBUTED):
        yield channel, ""
    if campaign:
        yield channel, campaign


def median(values: Sequence[float]) -> float:
    """The value in the middle, or the mean of the two.

    >>> median([30, 10, 90]), median([30, 10, 90, 40])
    (30, 35.0)
    """
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2
