"""What imports declare to cover: ranges of days, as months of which some are covered in part."""

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


def declared(readings: Iterable[Reading], day: dt.date = dt.date.max) -> list[Declared]:
    """What imports declare to cover, of what was read by a day.

    Ranges of one source that meet are one, so that two halves make a month.
    """
    ranges: dict[tuple[str, str], list[tuple[dt.date, dt.date]]] = {}
    brought: dict[tuple[str, str], list[tuple[str, ...]]] = {}
    for reading in readings:
        if reading.whole:
            brought.setdefault((reading.measure, reading.source), []).append(reading.channels)
        days = ranges.setdefault((reading.measure, reading.source), []) if reading.whole else []
        days += [(start, end) for start, end, read in reading.spans if not read or read <= day]
    channels = {key: tuple(sorted({*sum(found, ())})) if all(found) else () for key, found in brought.items()}
    return [
        Declared(*key, parse_month(start), parse_month(end), partial_months(start, end), channels[key])
        for key, days in ranges.items()
        for start, end in _joined(days)
    ]


def channels_in(cell: Scalar) -> tuple[str, ...]:
    """The channels that a cell of Imports lists."""
    listed = text_in(cell).split(BETWEEN_CHANNELS.strip())
    return tuple(channel_key(channel) for channel in listed if channel.strip())


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
    """The day that the start of a range means: a day, or the first of a month."""
    try:
        return cell_date(cell) or first_day(parse_month(cell))
    except ValueError:
        return None


def range_end(cell: Scalar) -> dt.date | None:
    """The day that the end of a range means: a day, or the last of a month."""
    try:
        return cell_date(cell) or last_day(parse_month(cell))
    except ValueError:
        return None


def _joined(ranges: Iterable[tuple[dt.date, dt.date]]) -> list[tuple[dt.date, dt.date]]:
    """Ranges of days, with those that overlap or meet made one."""
    joined: list[tuple[dt.date, dt.date]] = []
    for start, end in sorted(ranges):
        if joined and start <= joined[-1][1] + dt.timedelta(days=1):
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
