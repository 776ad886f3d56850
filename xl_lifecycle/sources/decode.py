"""A file's bytes as rows of text cells, whatever its encoding and whatever its name says it is."""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from xl_lifecycle.sources.facts import SourceError

SEPARATORS = (",", "\t", ";")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and every password-protected .xlsx
BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
HANGUL = re.compile(r"[\uac00-\ud7a3]{2,}")
JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]{2,}")
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


class Row(NamedTuple):
    """A row of a file: its number as an editor or Excel shows it, and its cells."""

    line: int
    cells: list[str]

    @property
    def blank(self) -> bool:
        return not any(cell.strip() for cell in self.cells)


Grid = list[Row]


def read_grids(path: Path) -> tuple[list[Grid], list[str]]:
    """The tables a file may be: a text once a separator, a workbook once a sheet; and remarks."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path.name} cannot be read ({error.strerror}): check the path") from None
    if not data.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        raise SourceError(f"{path.name} is empty: export it again")
    workbook = path.suffix.lower() in (".xlsx", ".xlsm")
    if data.startswith(OLE):
        raise SourceError(f"{path.name} is password-protected or an old .xls: save it as .xlsx without a password")
    if data.startswith(b"PK"):
        return _sheets(path, data), [] if workbook else [f"{path.name} is an Excel workbook, read as one"]
    text = decode(data)
    if text is None:
        raise SourceError(f"{path.name} is neither text nor an Excel workbook: export it again as CSV or .xlsx")
    return _grids(path.name, text), [f"{path.name} is text, not an Excel workbook, read as text"] if workbook else []


def grids_of_cells(name: str, rows: Sequence[Sequence[object]], first_row: int = 1) -> list[Grid]:
    """The tables that a sheet's cells may be; text that was pasted into one column is split as a file is."""
    cells = [[_cell(value) for value in row] for row in rows]
    while cells and not any(map(str.strip, cells[-1])):
        cells.pop()
    if not cells:
        raise SourceError(f"the sheet {name} is empty: paste an export on it, from its first cell")
    if not any(any(map(str.strip, row[1:])) for row in cells):
        return _grids(name, "\n".join(row[0] for row in cells))
    return [[Row(line, row) for line, row in enumerate(cells, first_row)]]


def _grids(name: str, text: str) -> list[Grid]:
    grids = [grid for separator in SEPARATORS if (grid := _rows(text, separator))]
    if not grids:
        raise SourceError(f"{name} cannot be split into columns: check its quotation marks, or export it again")
    return grids


def decode(data: bytes) -> str | None:
    """Bytes as text: by their byte order mark, else UTF-8, Korean, Japanese or Western; else None.

    >>> decode("캠페인 이름".encode("cp949")), decode("キャンペーン".encode("cp932"))
    ('캠페인 이름', 'キャンペーン')
    """
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return _text(data[len(mark) :], encoding)
    if len(data) > 3 and data[1] == 0 and data[3] == 0:
        return _text(data, "utf-16-le")
    text = _text(data, "utf-8")
    if text is not None:
        return text
    # Each can misread the others' bytes without an error; only the right one yields words of its script.
    for encoding, script in (("cp932", JAPANESE), ("cp949", HANGUL)):
        text = _text(data, encoding)
        if text is not None and _share(text, script) > 0.5:
            return text
    return _text(data, "cp1252")


def _text(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if CONTROL.search(text) else text


def _share(text: str, script: re.Pattern[str]) -> float:
    foreign = sum(ord(character) > 127 for character in text)
    return sum(len(word) for word in script.findall(text)) / max(foreign, 1)


def _rows(text: str, separator: str) -> Grid:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows: Grid = []
    line = 1
    try:
        for cells in reader:
            rows.append(Row(line, cells))
            line = reader.line_num + 1
    except csv.Error:
        return []
    return rows


def _sheets(path: Path, data: bytes) -> list[Grid]:
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except zipfile.BadZipFile:
        raise SourceError(f"{path.name} is damaged: download or save it again") from None
    if not any(name.endswith("workbook.xml") for name in names):
        raise SourceError(f"{path.name} is a zip archive, not a table: unpack it and give the files inside")
    import pandas  # type: ignore[import-untyped, unused-ignore]

    try:
        sheets = pandas.read_excel(io.BytesIO(data), sheet_name=None, header=None, dtype=object, keep_default_na=False)
    except Exception as error:  # openpyxl raises whatever its XML parsing meets
        raise SourceError(f"{path.name} is a damaged workbook ({error}): open it in Excel and save it again") from None
    return [
        [Row(n, [_cell(value) for value in row]) for n, row in enumerate(sheet.itertuples(index=False), 1)]
        for sheet in sheets.values()
    ]


def _cell(value: object) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds") if value.time() != datetime.min.time() else value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def text_cells(row: Row) -> Iterator[str]:
    """The cells of a row that hold something."""
    return (cell.strip() for cell in row.cells if cell.strip())
