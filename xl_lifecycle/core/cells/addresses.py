"""Cells and areas of a sheet, by number and by address. Rows and columns count from 1, as in Excel."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

At = tuple[int, int]  # row and column
Area = tuple[int, int, int, int]  # first row, first column, last row, last column
CELL = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)")


@cache
def letters_of(column: int) -> str:
    """A column's letters.

    >>> letters_of(28)
    'AB'
    """
    rest, last = divmod(column - 1, 26)
    return (letters_of(rest) if rest else "") + chr(ord("A") + last)


@cache
def column_of(letters: str) -> int:
    """A column by its letters.

    >>> column_of("AB")
    28
    """
    column = 0
    for letter in letters.upper():
        column = 26 * column + ord(letter) - ord("A") + 1
    return column


def address(at: At) -> str:
    """A cell's address.

    >>> address((4, 28))
    'AB4'
    """
    return f"{letters_of(at[1])}{at[0]}"


def absolute(at: At) -> str:
    """A cell's address that stays the same wherever a formula is copied.

    >>> absolute((4, 28))
    '$AB$4'
    """
    return f"${letters_of(at[1])}${at[0]}"


def area_address(area: Area) -> str:
    """An area's address; an area of one cell has the address of the cell.

    >>> area_address((1, 1, 2, 3)), area_address((7, 2, 7, 2))
    ('A1:C2', 'B7')
    """
    first, last = address(area[:2]), address(area[2:])
    return first if first == last else f"{first}:{last}"


def absolute_area(area: Area) -> str:
    """An area's absolute address, with a colon even for one cell: LibreOffice passes a blank cell as 0, not as an area.

    >>> absolute_area((1, 1, 2, 3)), absolute_area((7, 2, 7, 2))
    ('$A$1:$C$2', '$B$7:$B$7')
    """
    return f"{absolute(area[:2])}:{absolute(area[2:])}"


def at_of(address: str) -> At:
    """Row and column of a cell's address.

    >>> at_of("$AB$4")
    (4, 28)
    """
    match = CELL.fullmatch(address)
    if not match:
        raise ValueError(f"{address!r} is not the address of a cell")
    return int(match[2]), column_of(match[1])


def area_of(address: str) -> Area:
    """An area from its address; a cell is an area of one cell.

    >>> area_of("A1:C2"), area_of("B7")
    ((1, 1, 2, 3), (7, 2, 7, 2))
    """
    first, _, last = address.partition(":")
    return (*at_of(first), *at_of(last or first))


def places(area: Area) -> Iterator[list[At]]:
    """An area's cells, row by row."""
    top, left, bottom, right = area
    for row in range(top, bottom + 1):
        yield [(row, column) for column in range(left, right + 1)]


def within(at: At, area: Area) -> bool:
    """Whether a cell is in an area."""
    return area[0] <= at[0] <= area[2] and area[1] <= at[1] <= area[3]


def overlap(one: Area, other: Area) -> bool:
    """Whether two areas share a cell."""
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def quoted(sheet: str) -> str:
    """A sheet's name as formulas write it.

    >>> quoted("Events & PR"), quoted("Settings")
    ("'Events & PR'", 'Settings')
    """
    return sheet if sheet.isidentifier() and sheet.isascii() else "'" + sheet.replace("'", "''") + "'"
