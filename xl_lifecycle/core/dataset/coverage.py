"""The ranges of days that imports cover, as months; some months are covered only in part."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from xl_lifecycle.core.cells.months import Month, cell_date, first_day, last_day, parse_month
from xl_lifecycle.core.cells.records import text_in
from xl_lifecycle.core.cells.values import Scalar
from xl_lifecycle.core.dataset.history import Reading
from xl_lifecycle.core.dataset.tables import Declared
from xl_lifecycle.core.language.channels import channel_key

BETWEEN_CHANNELS = "; "


def coverage_of(readings: Iterable[Reading], day: dt.date = dt.date.max) -> list[Declared]:
    """The coverage that imports declare, as far as it was read by a day.

    Ranges of one source that meet are joined, so that two halves make a month.
    """
    ranges: dict[tuple[str, str], list[tuple[dt.date, dt.date]]] = {}
    channels_by_import: dict[tuple[str, str], list[tuple[str, ...]]] = {}
    for reading in readings:
        if reading.whole:
            channels_by_import.setdefault((reading.measure, reading.source), []).append(reading.channels)
        days = ranges.setdefault((reading.measure, reading.source), []) if reading.whole else []
        days += [(start, end) for start, end, read in reading.spans if not read or read <= day]
    channels = {
        key: tuple(sorted({*sum(lists, ())})) if all(lists) else () for key, lists in channels_by_import.items()
    }
    return [
        Declared(*key, parse_month(start), parse_month(end), partial_months(start, end), channels[key])
        for key, days in ranges.items()
        for start, end in _join_ranges(days)
    ]


def channels_in(cell: Scalar) -> tuple[str, ...]:
    """The channels that a cell of Imports lists."""
    names = text_in(cell).split(BETWEEN_CHANNELS.strip())
    return tuple(channel_key(channel) for channel in names if channel.strip())


def partial_months(first: object, last: object) -> tuple[Month, ...]:
    """The months that a range of days covers only in part.

    >>> len(partial_months(dt.date(2026, 7, 8), dt.date(2026, 7, 31)))
    1
    """
    start, end = cell_date(first), cell_date(last)
    months = set()
    if start and start.day > 1:
        months.add(parse_month(start))
    if end and (end + dt.timedelta(days=1)).day > 1:
        months.add(parse_month(end))
    return tuple(sorted(months))


def range_start(cell: Scalar) -> dt.date | None:
    """The first day of a range: the cell is a day or a month."""
    try:
        return cell_date(cell) or first_day(parse_month(cell))
    except ValueError:
        return None


def range_end(cell: Scalar) -> dt.date | None:
    """The last day of a range: the cell is a day or a month."""
    try:
        return cell_date(cell) or last_day(parse_month(cell))
    except ValueError:
        return None


def _join_ranges(ranges: Iterable[tuple[dt.date, dt.date]]) -> list[tuple[dt.date, dt.date]]:
    """Ranges of days; those that overlap or meet are joined."""
    result: list[tuple[dt.date, dt.date]] = []
    for start, end in sorted(ranges):
        if result and start <= result[-1][1] + dt.timedelta(days=1):
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result
