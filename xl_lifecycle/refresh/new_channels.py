"""New channels in an open workbook: beside the others in every header of channels, and each with its own sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xl_lifecycle.content.content import Content
from xl_lifecycle.core.cells.errors import BookError
from xl_lifecycle.core.cells.values import is_blank
from xl_lifecycle.core.language.text import Text
from xl_lifecycle.refresh.live_tables import excel_value, values_of, words_of_error
from xl_lifecycle.refresh.merge import Report

HEAD_OF_SHEET = "A1:C8"  # the cells where a channel's sheet has the channel's name


@dataclass
class Header:
    """A header row of channels: the row and column of the last channel, and the number of rows of figures below."""

    sheet: Any
    row: int
    column: int
    height: int


def channel_headers(sheets: Iterable[Any], names: Sequence[str]) -> Iterator[Header]:
    """The headers in which the whole company and all channels are side by side."""
    for sheet in sheets:
        area = sheet.used_range
        rows = values_of(area)
        for i, row in enumerate(rows):
            at = next((j for j in range(len(row)) if row[j] == names[0] and row[j : j + len(names)] == names), None)
            if at is not None:
                below = rows[i + 1 :]
                height = next((n for n, cells in enumerate(below) if is_blank(cells[at])), len(below))
                yield Header(sheet, area.row + i, area.column + at + len(names) - 1, height)


def has_room(header: Header, report: Report, content: Content) -> bool:
    """Whether there is room for the new channels beside a header; if not, the report says what is in the way."""
    start = (header.row, header.column + 1)
    area = header.sheet.range(start, (header.row + header.height, header.column + len(report.channels)))
    obstacles = ((i, j) for i, row in enumerate(values_of(area)) for j, cell in enumerate(row) if not is_blank(cell))
    place = next(obstacles, None)
    if place is not None:
        names = ", ".join(content.place(channel) for channel in report.channels)
        corner, obstacle = (
            header.sheet.range((start[0] + i, start[1] + j)).address.replace("$", "") for i, j in ((0, 0), place)
        )
        report.notes += (
            Text(
                "{cell} is in the way of the new channels: move it, and type {names}, starting at {corner}",
                cell=f"{header.sheet.name}!{obstacle}",
                names=names,
                corner=corner,
            ),
        )
    return place is None


def add_channels(
    book: Any, content: Content, sheets: Mapping[str, str], channels: Sequence[str], headers: Sequence[Header]
) -> None:
    """Write new channels into the headers, and add a sheet for each."""
    try:
        for i, channel in enumerate(channels):
            for header in headers:
                _add_channel(header, i, content.place(channel))
            _add_channel_sheet(book, content, sheets, channel)
    except Exception as error:
        names = ", ".join(content.place(channel) for channel in channels)
        raise BookError(
            f"the figures are in the tables, but the new channels {names} could not be added to the sheets "
            f"({words_of_error(error)}): unprotect the workbook, copy another channel's sheet, and type the channel in "
            "it"
        ) from error


def _add_channel(header: Header, place: int, channel: str) -> None:
    """Write a new channel after the last one. The formulas below extend themselves to the new name."""
    row, column = header.row, header.column + place
    last = header.sheet.range((row, column), (row + header.height, column))
    last.autofill(header.sheet.range((row, column), (row + header.height, column + 1)), "fill_formats")
    header.sheet.range((row, column + 1)).raw_value = [[excel_value(channel)]]


def _add_channel_sheet(book: Any, content: Content, sheets: Mapping[str, str], channel: str) -> None:
    """Copy the sheet of another channel, and write the new channel into it."""
    sheets_by_name = {sheet.name: sheet for sheet in book.sheets}
    for pattern in reversed(content.channels):
        sheet, old = sheets_by_name.get(sheets.get(pattern, "")), content.place(pattern)
        head = values_of(sheet.range(HEAD_OF_SHEET)) if sheet else []
        places = [(i, j) for i, row in enumerate(head, 1) for j, cell in enumerate(row, 1) if cell == old]
        if sheet and any(column > 1 for _, column in places):  # a channel in the title alone selects nothing
            copy = sheet.copy(after=sheet, name=sheets[channel])
            for place in places:
                copy.range(place).raw_value = [[excel_value(content.place(channel))]]
            return
