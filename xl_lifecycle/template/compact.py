"""A workbook's file as small as it gets: its parts, packed with the same dates each time, and lighter sheets."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

from xl_lifecycle.core.cells.addresses import column_of

_WRITTEN = (1980, 1, 1, 0, 0, 0)  # the same for every file, so that building twice gives the same bytes
_SHEET = re.compile(r"xl/worksheets/sheet\d+\.xml")
_CACHE = re.compile(rb"<c:numCache>.*?</c:numCache>", re.DOTALL)
_PLACE = re.compile(rb'<row r="(?P<row>\d+)"(?: spans="[\d:]+")?|<c r="(?P<column>[A-Z]+)\d+"')


def read_parts(path: Path) -> dict[str, bytes]:
    """The parts of an Office file by name, in their order."""
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def write_parts(parts: Mapping[str, bytes], path: Path) -> None:
    """Write parts as a file: the same bytes for the same parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, _WRITTEN)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            file.writestr(info, data, compresslevel=9)


def lighter(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """A workbook's parts, with smaller sheets, and charts that take their numbers from the cells alone."""
    light = {name: without_places(part) if _SHEET.fullmatch(name) else part for name, part in parts.items()}
    return {name: _CACHE.sub(b"", part) if name.startswith("xl/charts/") else part for name, part in light.items()}


def without_places(sheet: bytes) -> bytes:
    """A sheet whose rows and cells say where they stand only after a gap: Excel counts on, and the file is half as big.

    >>> without_places(b'<row r="1"><c r="B1"/><c r="C1"/><c r="E1"/></row><row r="2"><c r="A2"/></row><row r="4">')
    b'<row><c r="B1"/><c/><c r="E1"/></row><row><c/></row><row r="4">'
    """
    row, column = b"0", 0

    def shorter(found: re.Match[bytes]) -> bytes:
        nonlocal row, column
        if found["row"]:
            follows = int(found["row"]) == int(row) + 1
            row, column = found["row"], 0
            return b"<row" if follows else b'<row r="%s"' % row
        before, column = column, column_of(found["column"].decode())
        return b"<c" if column == before + 1 else found[0]

    return _PLACE.sub(shorter, sheet)
