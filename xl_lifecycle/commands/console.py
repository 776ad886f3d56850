"""What a person sees who waits at a console."""

from __future__ import annotations

import shutil
import sys
from unicodedata import east_asian_width


class ProgressLine:
    """One line that says what is done now, and is written over; nothing where nobody looks.

    It is blanked with spaces: not every Windows console understands the codes that erase a line.
    """

    def __init__(self) -> None:
        self._columns = 0

    def __call__(self, text: str) -> None:
        """Show a text in the place of the one before, cut to the width of the console."""
        if sys.stderr.isatty():
            self._write(_cut(f"… {text}", shutil.get_terminal_size().columns - 1))

    def end(self) -> None:
        """Take the line away, so that what is printed next begins at its start."""
        if self._columns:
            self._write("")
            print(end="\r", file=sys.stderr, flush=True)

    def _write(self, text: str) -> None:
        columns = _columns(text)
        print(f"\r{text}{' ' * (self._columns - columns)}", end="", file=sys.stderr, flush=True)
        self._columns = columns


def _columns(text: str) -> int:
    """How many columns a text fills in a console.

    >>> _columns("… 책.xlsx")
    9
    """
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _cut(text: str, columns: int) -> str:
    """The start of a text that fits into columns.

    >>> _cut("… 책.xlsx", 4), _cut("… 책.xlsx", 3)
    ('… 책', '… ')
    """
    while _columns(text) > columns:
        text = text[:-1]
    return text
