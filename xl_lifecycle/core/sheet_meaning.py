"""What a sheet stands for: its channel, which the table Channels lists, and the period that is chosen on it.

Each host reads the cells in its own way; what they mean is said here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xl_lifecycle.core.cells.headers import header_keys, setting_of
from xl_lifecycle.core.cells.values import Grid, Scalar, is_blank, text
from xl_lifecycle.core.language.vocabulary import ALL

TOP_ROWS = 30  # from the top of a sheet; a period is chosen in the column B of one of them


def channel_sheets(channels: Grid) -> Iterator[tuple[str, str]]:
    """The listed channels, as they are typed, each with its sheet. channels: the table Channels, header first.

    >>> list(channel_sheets([["Channel", "Sheet"], ["Email", "Our mail"], [None, None]]))
    [('Email', 'Our mail')]
    """
    header, *rows = channels or [[]]
    keys = header_keys(header)
    if {"channel", "sheet"} <= keys.keys():
        for row in rows:
            channel, sheet = row[keys["channel"]], row[keys["sheet"]]
            if not is_blank(channel) and not is_blank(sheet):
                yield text(channel), text(sheet)


def channel_argument(channels: Grid, sheet: str) -> str:
    """The channel of a sheet as a formula writes it; the whole company where the sheet belongs to no channel.

    >>> channel_argument([["Channel", "Sheet"], ["Email", "Our mail"]], "Our mail")
    '"Email"'
    """
    found = next((channel for channel, own in channel_sheets(channels) if own == sheet), ALL)
    return '"' + found.replace('"', '""') + '"'


def period_row(first_column: Iterable[Scalar]) -> int | None:
    """Which of the cells says that the one beside it is the period, counted from 0; None where none does.

    >>> period_row(["Email", None, "Period"])
    2
    """
    return next((row for row, cell in enumerate(first_column) if setting_of(cell) == "period"), None)
