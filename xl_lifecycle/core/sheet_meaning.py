"""The channel that a sheet belongs to, from the table Channels, and the period that is chosen on it.

Each host reads the cells in its own way; this module says what they mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xl_lifecycle.core.cells.headers import setting_of
from xl_lifecycle.core.cells.records import records, text_of
from xl_lifecycle.core.cells.values import Grid, Scalar, is_blank
from xl_lifecycle.core.language.vocabulary import ALL

TOP_ROWS = 30  # a period is chosen in column B of one of these rows at the top of a sheet


def channel_sheets(channels: Grid) -> Iterator[tuple[str, str]]:
    """The channels as typed, each with its sheet. channels: the table Channels with its header.

    >>> list(channel_sheets([["Channel", "Sheet"], ["Email", "Our  mail"], [None, None]]))
    [('Email', 'Our  mail')]
    """
    for record in records(channels):
        channel, sheet = record["channel"], record["sheet"]
        if not is_blank(channel) and not is_blank(sheet):
            yield text_of(channel), text_of(sheet)


def channel_argument(channels: Grid, sheet: str) -> str:
    """The channel of a sheet as a formula writes it; "All" if the sheet belongs to no channel.

    >>> channel_argument([["Channel", "Sheet"], ["Email", "Our mail"]], "Our mail")
    '"Email"'
    """
    channel = next((channel for channel, name in channel_sheets(channels) if name == sheet), ALL)
    return '"' + channel.replace('"', '""') + '"'


def period_row(first_column: Iterable[Scalar]) -> int | None:
    """The row, counted from 0, of the cell that says "Period"; None if there is no such cell.

    >>> period_row(["Email", None, "Period"])
    2
    """
    return next((row for row, cell in enumerate(first_column) if setting_of(cell) == "period"), None)
