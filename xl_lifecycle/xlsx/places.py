"""Cells and areas of a sheet: by row and column, and by address."""

from __future__ import annotations

import re
from collections.abc import Iterator

from openpyxl.utils import column_index_from_string, get_column_letter

At = tuple[int, int]  # row and column, from 1
Area = tuple[int, int, int, int]  # first row, first column, last row, last column
CELL = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)")


def at_of(address: str) -> At:
    """Row and column of a cell's address.

    >>> at_of("$AB$4")
    (4, 28)
    """
    found = CELL.fullmatch(address)
    if not found:
        raise ValueError(f"{address!r} is no cell")
    return int(found[2]), column_index_from_string(found[1])


def area_of(text: str) -> Area:
    """An area from its address; a cell is one of itself.

    >>> area_of("A1:C2"), area_of("B7")
    ((1, 1, 2, 3), (7, 2, 7, 2))
    """
    first, _, last = text.partition(":")
    return (*at_of(first), *at_of(last or first))


def text_of_area(area: Area) -> str:
    """An area's address.

    >>> text_of_area((1, 1, 2, 3)), text_of_area((7, 2, 7, 2))
    ('A1:C2', 'B7')
    """
    top, left, bottom, right = area
    first, last = f"{get_column_letter(left)}{top}", f"{get_column_letter(right)}{bottom}"
    return first if first == last else f"{first}:{last}"


def address(at: At) -> str:
    """A cell's address.

    >>> address((4, 28))
    'AB4'
    """
    return f"{get_column_letter(at[1])}{at[0]}"


def places(area: Area) -> Iterator[list[At]]:
    """An area's cells, row by row."""
    top, left, bottom, right = area
    for row in range(top, bottom + 1):
        yield [(row, column) for column in range(left, right + 1)]


def within(at: At, area: Area) -> bool:
    """Whether a cell is one of an area's."""
    return area[0] <= at[0] <= area[2] and area[1] <= at[1] <= area[3]


def overlap(one: Area, other: Area) -> bool:
    """Whether two areas share a cell."""
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]
