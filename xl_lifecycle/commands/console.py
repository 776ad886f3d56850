"""The output of a command, for a person at a console or for a script that asks for JSON."""

from __future__ import annotations

import json
import math
import re
import shutil
import sys
from typing import TYPE_CHECKING, TextIO

from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.language.text import printable, shorten, text_width

if TYPE_CHECKING:
    from xl_lifecycle.core.catalogue.catalogue import Catalogue
    from xl_lifecycle.refresh.merge import Report

MOST_CHARACTERS = 300  # in a line
_HINT = re.compile(r'did you mean "(.+?)"\?')  # as core.catalogue.nearest writes it


def error_data(word: str, reason: str) -> dict[str, str | None]:
    """An error as a script gets it. nearest: the known word that the reason suggests.

    >>> error_data("#VALUE!", '"Emial" is not a channel; did you mean "Email"?')["nearest"]
    'Email'
    """
    hint = _HINT.search(reason)
    return {"error": word, "reason": reason, "nearest": hint[1] if hint else None}


def print_json(value: object, indent: int | None = 1, file: TextIO | None = None) -> None:
    """Print a value as valid JSON, which has neither NaN nor Infinity."""
    print(json.dumps(plain(value), ensure_ascii=False, indent=indent, allow_nan=False), file=file)


def plain(value: object) -> object:
    """A value in the types that JSON has: whole numbers without a point, dates and Excel errors as text.

    >>> plain({"cac": 40.0, "roi": ExcelError.DIV0, "shares": (0.5, math.inf)})
    {'cac': 40, 'roi': '#DIV/0!', 'shares': [0.5, '#NUM!']}
    """
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, float):
        if not math.isfinite(value):
            return str(ExcelError.NUM)
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    return value if value is None or isinstance(value, (bool, int)) else str(value)


def print_lines(text: str, file: TextIO | None = None, whole: bool = False) -> None:
    """Print a text for a person: without what a terminal would obey, and with lines cut at 300 characters.

    whole: lines are not cut.
    """
    for line in text.split("\n"):
        print(shorten(printable(line), len(line) if whole else MOST_CHARACTERS), file=file)


def print_report(report: Report, catalogue: Catalogue, verbose: bool) -> None:
    """Print the report of a refresh for a person."""
    from xl_lifecycle.refresh.report import report_text

    progress.end()
    print_lines(report_text(report, catalogue, verbose))


def report_data(report: Report) -> dict[str, object]:
    """The report of a refresh as data."""
    from xl_lifecycle.core.cells.months import month_text

    sources = {(line.file, line.source): None for line in report.lines}
    reconciliation = ("source", "file", "measure", "first", "last", "rows", "rows_total", "file_total", "channels")
    change = ("measure", "channel", "campaign", "item", "old", "new", "source", "file")
    return {
        "files": [{"file": file, "source": source} for file, source in sources],
        "recognised": report.file_formats,
        "reconciliation": [{name: getattr(line, name) for name in reconciliation} for line in report.lines],
        "added": report.added,
        "changed": [
            {"text": each.text, "month": month_text(each.month)} | {name: getattr(each, name) for name in change}
            for each in report.changes
        ],
        "channels": report.channels,
        "notes": report.notes,
    }


class ProgressLine:
    """One line that says what is being done, and is overwritten; nothing if the output is not a console.

    It is blanked with spaces: not every Windows console understands the codes that erase a line.
    """

    def __init__(self) -> None:
        self._columns = 0

    def __call__(self, text: str) -> None:
        """Show a text instead of the one before, cut to the width of the console."""
        if sys.stderr.isatty():
            self._write(_cut(printable(f"… {text}"), shutil.get_terminal_size().columns - 1))

    def end(self) -> None:
        """Remove the line, so that the next output begins at its start."""
        if self._columns:
            self._write("")
            print(end="\r", file=sys.stderr, flush=True)

    def _write(self, text: str) -> None:
        columns = text_width(text)
        print(f"\r{text}{' ' * (self._columns - columns)}", end="", file=sys.stderr, flush=True)
        self._columns = columns


progress = ProgressLine()  # there is one console


def _cut(text: str, columns: int) -> str:
    """The start of a text that fits into columns.

    >>> _cut("… 책.xlsx", 4), _cut("… 책.xlsx", 3)
    ('… 책', '… ')
    """
    while text_width(text) > columns:
        text = text[:-1]
    return text
