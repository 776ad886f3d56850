"""Cells and areas as formulas write them."""

from __future__ import annotations


def address(row: int, column: int) -> str:
    """A cell's absolute address.

    >>> address(3, 27)
    '$AB$4'
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"${letters}${row + 1}"


def area(first_row: int, first_column: int, last_row: int, last_column: int) -> str:
    """A range's absolute address.

    >>> area(0, 0, 1, 2)
    '$A$1:$C$2'
    """
    return f"{address(first_row, first_column)}:{address(last_row, last_column)}"


def quoted(sheet: str) -> str:
    """A sheet's name as formulas write it.

    >>> quoted("Events & PR"), quoted("Settings")
    ("'Events & PR'", 'Settings')
    """
    return sheet if sheet.isidentifier() and sheet.isascii() else "'" + sheet.replace("'", "''") + "'"
