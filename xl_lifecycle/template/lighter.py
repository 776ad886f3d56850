"""Makes the parts of a workbook smaller: consecutive cells do not need their addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping

from xl_lifecycle.core.cells.addresses import column_of
from xl_lifecycle.template.parts import Element, edit_part

_SHEET = re.compile(r"xl/worksheets/sheet\d+\.xml")


def lighter(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts of a workbook, with smaller sheets, and charts without saved numbers."""
    light = dict(parts)
    for name, part in parts.items():
        if _SHEET.fullmatch(name):
            light[name] = edit_part(part, _leave_out_places)
        elif name.startswith("xl/charts/chart"):
            light[name] = edit_part(part, _leave_out_numbers)
    return light


def _leave_out_places(sheet: Element) -> None:
    """Remove the addresses of rows and cells except after a gap: Excel counts, and the file is half as large.

    >>> from xl_lifecycle.template.parts import edit_part
    >>> sheet = b'<s><sheetData><row r="1"><c r="B1"/><c r="C1"/></row><row r="3"><c r="A3"/></row></sheetData></s>'
    >>> edit_part(sheet, _leave_out_places).splitlines()[-1]
    b'<s><sheetData><row><c r="B1"/><c/></row><row r="3"><c/></row></sheetData></s>'
    """
    last_row = 0
    for row in sheet.iterfind("{*}sheetData/{*}row"):
        number, last_column = int(row.get("r")), 0
        row.attrib.pop("spans", None)
        if number == last_row + 1:
            del row.attrib["r"]
        last_row = number
        for cell in row:
            column = column_of(cell.get("r").rstrip("0123456789"))
            if column == last_column + 1:
                del cell.attrib["r"]
            last_column = column


def _leave_out_numbers(chart: Element) -> None:
    for numbers in list(chart.iter("{*}numCache")):
        numbers.getparent().remove(numbers)
