"""Sheets with all that Excel writes, for tests that look for a cell in the text."""

from __future__ import annotations

import re

from openpyxl.utils import column_index_from_string, get_column_letter

_ROW = re.compile(r'<row(?: r="(\d+)")?(?=[ />])([^>]*(?<!/)>.*?</row>|[^>]*/>)', re.DOTALL)
_CELL = re.compile(r'<c(?: r="([A-Z]+)(\d+)")?(?=[ />])')


def placed(sheet: str) -> str:
    """A sheet in which every row and cell says where it stands; in our files only those after a gap do.

    >>> placed('<row><c r="B1"/><c s="1"/></row><row r="4" ht="9"/><row><c r="E5"/></row>')
    '<row r="1"><c r="B1"/><c r="C1" s="1"/></row><row r="4" ht="9"/><row r="5"><c r="E5"/></row>'
    """
    number = 0

    def row(found: re.Match[str]) -> str:
        nonlocal number
        number = int(found[1] or number + 1)
        column = 0

        def cell(own: re.Match[str]) -> str:
            nonlocal column
            column = column_index_from_string(own[1]) if own[1] else column + 1
            return f'<c r="{get_column_letter(column)}{own[2] or number}"'

        return f'<row r="{number}"' + _CELL.sub(cell, found[2])

    return _ROW.sub(row, sheet)
