"""The names of the columns and settings of the workbook's tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, cached_property

from xl_lifecycle.core.cells.values import Grid, Scalar
from xl_lifecycle.core.language.text import Label, labels, translate
from xl_lifecycle.core.language.vocabulary import LANGUAGES, Language

# The headers that are not measures.
HEADERS = labels(
    "headers",
    {
        "month": "Month",
        "channel": "Channel",
        "campaign": "Campaign",
        "kind": "Kind",
        "item": "Item",
        "measure": "Measure",
        "value": "Value",
        "setting": "Setting",
        "note": "Note",
        "sheet": "Sheet",
        "source": "Source",
        "file": "File",
        "channels": "Channels",
        "from": "From",
        "to": "To",
        "rows": "Rows",
        "rows_total": "Sum of rows",
        "file_total": "Total in file",
        "read_on": "Read on",
        "changed_on": "Changed on",
        "old_value": "Old value",
        "old_of": "Old value of",
        "new_value": "New value",
        "from_channel": "Channel in the export",
        "from_campaign": "Campaign in the export",
        "to_channel": "→ Channel",
        "to_campaign": "→ Campaign",
        "column": "Column of the export",
        "values": "Values that count",
        "currency": "Currency",
        "from_month": "From month",
        "rate": "Rate",
        "goal": "Goal",
        "owner": "Owner",
        "name": "Name",
        "expression": "Expression",
        "unit": "Unit",
        "better": "Better",
        "network": "Network",
    },
)

SETTINGS = labels(
    "headers",
    {
        "period": "Period",
        "currency": "Currency",
        "language": "Language",
        "fiscal_start": "Fiscal year starts in month",
        "fiscal_named": "Fiscal year is named after its",
        "folder": "Folder of exports",
        "prefer": "Files to prefer",
    },
)


class Columns:
    """The columns of a table that users fill, by key, in whatever language their headers are."""

    def __init__(self, labels: Mapping[str, Label]) -> None:
        self._labels = labels

    @cached_property
    def _keys(self) -> Mapping[str, str]:
        return {word.casefold(): key for key, label in self._labels.items() for word in label.everywhere}

    def keys(self, header: Sequence[object]) -> list[str | None]:
        """The key of each column; None for a column that users added.

        >>> Columns(labels("journey", {"owner": "Owner"})).keys(["책임자", "Mine"])
        ['owner', None]
        """
        return [self._keys.get(header_text(cell).casefold()) for cell in header]

    def rows(self, grid: Grid) -> list[dict[str, Scalar]]:
        """The rows of a table, by the keys of its columns. grid: the table with its header."""
        keys = self.keys(grid[0])
        return [{key: cell for key, cell in zip(keys, row, strict=False) if key} for row in grid[1:]]

    def language(self, header: Sequence[object]) -> Language:
        """The language that most of a header is in."""
        heads = {header_text(cell).casefold() for cell in header}

        def known(language: Language) -> int:
            return len(heads & {translate(label, language).casefold() for label in self._labels.values()})

        return max(LANGUAGES, key=known)


def header_keys(header: Sequence[object]) -> dict[str, int]:
    """The positions of the columns that are not measures, by key; the first if a header is repeated.

    >>> header_keys(["월", "채널", "Spend"])
    {'month': 0, 'channel': 1}
    """
    keys: dict[str, int] = {}
    for i, cell in enumerate(header):
        key = _keys_of_headers().get(header_text(cell).casefold())
        if key:
            keys.setdefault(key, i)
    return keys


def setting_of(cell: object) -> str | None:
    """The setting that a cell names, in any language."""
    return _keys_of_settings().get(header_text(cell).casefold())


@cache
def _keys_of_headers() -> Mapping[str, str]:
    return {word.casefold(): key for key, label in HEADERS.items() for word in (key, *label.everywhere)}


@cache
def _keys_of_settings() -> Mapping[str, str]:
    return {word.casefold(): key for key, label in SETTINGS.items() for word in (key, *label.everywhere)}


def header_text(cell: object) -> str:
    """A header without line breaks and double spaces; "" if it is not text."""
    return " ".join(cell.split()) if isinstance(cell, str) else ""
