"""Sheets with all that Excel writes, for tests that look for a cell in the text."""

from __future__ import annotations

import re

from openpyxl.utils import column_index_from_string, get_column_letter

_ROW = re.compile(r'<row r="(\d+)"[^>]*(?<!/)>.*?</row>', re.DOTALL)
_CELL = re.compile(r'<c(?: r="([A-Z]+)\d+")?(?=[ />])')


def placed(sheet: str) -> str:
    """A sheet in which every cell says where it stands; in our files only those after a gap do.

    >>> placed('<row r="2"><c r="B2"/><c s="1"/><c r="E2"/></row>')
    '<row r="2"><c r="B2"/><c r="C2" s="1"/><c r="E2"/></row>'
    """

    def row(found: re.Match[str]) -> str:
        column = 0

        def cell(own: re.Match[str]) -> str:
            nonlocal column
            column = column_index_from_string(own[1]) if own[1] else column + 1
            return f'<c r="{get_column_letter(column)}{found[1]}"'

        return _CELL.sub(cell, found[0])

    return _ROW.sub(row, sheet)
