"""Refresh a workbook that is open in Excel: the same code in classic xlwings and in Lite.

What is asked of the workbook is what both know. Everything is read and worked out before the first cell is written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from xl_lifecycle.catalogue import Catalogue
from xl_lifecycle.content import TABLES, BookError, Content, read_content
from xl_lifecycle.edits import Edit, edits
from xl_lifecycle.merge import Report, merge
from xl_lifecycle.periods import EPOCH
from xl_lifecycle.report import report_lines
from xl_lifecycle.sheet_names import safe_sheet_name
from xl_lifecycle.sources import Import, Progress, SourceError, combine, read_cells
from xl_lifecycle.tables import read_tables
from xl_lifecycle.values import ExcelError, Grid, Scalar, is_blank
from xl_lifecycle.vocabulary import LANGUAGES

IMPORT_SHEETS = ("import", "가져오기", "インポート")  # how the name of a sheet with a pasted export begins
OUR_LISTS = ("Report", "Places", "Periods")
HEAD_OF_SHEET = "A1:C8"  # where a channel's sheet says its channel
_ERRORS = {error.value: error for error in ExcelError}


@dataclass
class LiveTable:
    """A table of the open workbook: its range, and its cells, header first."""

    sheet: Any
    table: Any
    row: int
    column: int
    grid: Grid


def refresh(
    book: Any, catalogue: Catalogue, today: dt.date, folder: Sequence[Import] = (), progress: Progress = lambda _: None
) -> tuple[Report, str]:
    """Bring the exports pasted on the workbook's Import sheets, and those of a folder, into its tables.

    Returns the report and the workbook's language. BookError and SourceError say in one line why not; then nothing
    was written.
    """
    progress("reading the tables")
    tables = open_tables(book)
    content = content_of(tables, catalogue)
    imports = [*folder, *_pasted(book, progress)]
    if not imports:
        raise SourceError("nothing to read: paste an export on a sheet named Import, from its first cell")
    report = merge(content, combine(imports), len(imports), catalogue)
    if report.nothing_new:
        return report, content.language
    content.report = report_lines(report, catalogue, content.language, today)
    titles = _titles(book, tables, content)
    headers = list(_channel_headers(book, tables["Channels"].grid, content.everything)) if report.channels else []
    grids = {name: table.grid for name, table in tables.items()}
    planned = edits(grids, content, titles, catalogue)
    for edit in planned:
        _refuse_occupied(tables[edit.table], edit)
    progress("writing")
    _write_all(tables, planned)
    for i, channel in enumerate(report.channels):
        for header in headers:
            _add_channel(header, i, content.place(channel))
        _add_channel_sheet(book, content, titles, channel)
    return report, content.language


def open_tables(book: Any) -> dict[str, LiveTable]:
    """Our tables in the open workbook; BookError where one is missing."""
    found = {}
    for sheet in book.sheets:
        for table in sheet.tables:
            if table.name in (*TABLES, *OUR_LISTS):
                cells = table.range
                found[table.name] = LiveTable(sheet, table, cells.row, cells.column, _cells(cells))
    missing = [name for name in TABLES if name not in found]
    if missing:
        raise BookError(f"this workbook has no table {missing[0]}; Refresh needs a workbook made by xl-lifecycle")
    return found


def content_of(tables: dict[str, LiveTable], catalogue: Catalogue) -> Content:
    """What the tables hold."""
    grids = {name: table.grid for name, table in tables.items()}
    read = read_tables({name: grids[name] for name in TABLES if name != "Targets"}, catalogue)
    for problem in read.problems:
        if problem.table == "Settings":
            raise BookError(f"Settings: {problem.text}; correct it first")
    if read.settings.language not in LANGUAGES:
        raise BookError(f'Settings: the language "{read.settings.language}" is none of {", ".join(LANGUAGES)}')
    return read_content(read, grids, catalogue)


def is_import(sheet: str) -> bool:
    """Whether a sheet is meant for a pasted export.

    >>> is_import("Import Google Ads"), is_import("Imports"), is_import("Email")
    (True, True, False)
    """
    return sheet.strip().casefold().startswith(IMPORT_SHEETS)


def _pasted(book: Any, progress: Progress) -> Iterator[Import]:
    for sheet in book.sheets:
        if is_import(sheet.name):
            progress(f"reading the sheet {sheet.name}")
            used = sheet.used_range
            yield read_cells(sheet.name, used.options(ndim=2, err_to_str=True).value, used.row)


def _cells(cells: Any) -> Grid:
    return [[_scalar(cell) for cell in row] for row in cells.options(ndim=2, err_to_str=True).value]


def _scalar(cell: Any) -> Scalar:
    if isinstance(cell, dt.datetime):
        return (cell.date() - EPOCH).days
    if isinstance(cell, str):
        return _ERRORS.get(cell, cell or None)
    return cell  # type: ignore[no-any-return]


def _refuse_occupied(at: LiveTable, edit: Edit) -> None:
    """BookError where a table would grow into cells that hold something, or has a row of totals below."""
    height, width = len(at.grid), len(at.grid[0])
    if edit.rows() < height:
        return
    if at.table.show_totals:
        raise BookError(f"{at.sheet.name}: table {edit.table} has a row of totals: take it away, and refresh again")
    below = at.sheet.range((at.row + height, at.column), (at.row + edit.rows(), at.column + width - 1))
    for i, row in enumerate(_cells(below)):
        for j, cell in enumerate(row):
            if not is_blank(cell):
                where = at.sheet.range((at.row + height + i, at.column + j)).address.replace("$", "")
                raise BookError(
                    f"{at.sheet.name}!{where} is in the way of table {edit.table}, which needs "
                    f"{edit.rows() + 1 - height} more rows: move what stands there, and refresh again"
                )


def _write_all(tables: dict[str, LiveTable], planned: Sequence[Edit]) -> None:
    """Write all edits, or put back those that were written before one failed."""
    begun: list[Edit] = []
    try:
        for edit in planned:
            begun.append(edit)
            _write(tables[edit.table], edit)
    except Exception as error:
        for edit in reversed(begun):
            with suppress(Exception):  # the cell that failed was not written
                _put_back(tables[edit.table], edit)
        sheet = tables[begun[-1].table].sheet.name
        raise BookError(
            f"{sheet} cannot be written ({error}); nothing was changed: unprotect it, and refresh again"
        ) from error


def _put_back(at: LiveTable, edit: Edit) -> None:
    height, width = len(at.grid), len(at.grid[0])
    before = {(r, c): at.grid[r][c] if r < height else None for r, c in edit.cells}
    _write_cells(at, before)
    if edit.rows() >= height:
        last = (at.row + height - 1, at.column + width - 1)
        at.table.resize(at.sheet.range((at.row, at.column), last))


def _write(at: LiveTable, edit: Edit) -> None:
    """Write an edit: the table grown first, in the looks of its last row."""
    height, width = len(at.grid), len(at.grid[0])
    if edit.rows() >= height:
        last_row, last_column = at.row + edit.rows(), at.column + width - 1
        at.table.resize(at.sheet.range((at.row, at.column), (last_row, last_column)))
        pattern = at.sheet.range((at.row + height - 1, at.column), (at.row + height - 1, last_column))
        pattern.autofill(at.sheet.range((at.row + height - 1, at.column), (last_row, last_column)), "fill_formats")
    _write_cells(at, edit.cells)


def _write_cells(at: LiveTable, cells: Mapping[tuple[int, int], Scalar]) -> None:
    """Write cells, each run down a column at once."""
    by_column = sorted(cells, key=lambda place: (place[1], place[0]))
    for _, run in groupby(enumerate(by_column), key=lambda each: (each[1][1], each[1][0] - each[0])):
        places = [place for _, place in run]
        (first, column), (last, _) = places[0], places[-1]
        target = at.sheet.range((at.row + first, at.column + column), (at.row + last, at.column + column))
        target.value = [[_out(cells[place])] for place in places]


def _out(value: Scalar) -> Any:
    """A value as Excel takes it: text marked as such, or it would make a date of "March 2026" and run "=1+1"."""
    if isinstance(value, ExcelError):
        return value.value
    return f"'{value}" if isinstance(value, str) else value


def _titles(book: Any, tables: dict[str, LiveTable], content: Content) -> dict[str, str]:
    """Each channel's sheet: as the table says, and a free name for a new one."""
    known = {str(row[0] or ""): str(row[1] or "") for row in tables["Channels"].grid[1:] if len(row) > 1}
    taken = {sheet.name.casefold() for sheet in book.sheets}
    return {
        channel: known[place] if (place := content.place(channel)) in known else safe_sheet_name(place, taken)
        for channel in content.channels
    }


@dataclass
class Header:
    """A header row of channels: where its last one stands, and how many rows of figures are below it."""

    sheet: Any
    row: int
    column: int
    height: int


def _channel_headers(book: Any, channels: Grid, everything: str) -> Iterator[Header]:
    """Where the company and all channels stand side by side, as in a header."""
    names = [everything, *(row[0] for row in channels[1:] if not is_blank(row[0]))]
    for sheet in book.sheets:
        used = sheet.used_range
        rows = [] if is_import(sheet.name) else _cells(used)
        for i, row in enumerate(rows):
            at = next((j for j in range(len(row)) if row[j : j + len(names)] == names), None)
            if at is not None:
                below = rows[i + 1 :]
                height = next((n for n, cells in enumerate(below) if is_blank(cells[at])), len(below))
                yield Header(sheet, used.row + i, used.column + at + len(names) - 1, height)


def _add_channel(header: Header, place: int, channel: str) -> None:
    """Write a new channel after the last one; the formulas below go as far as the names do."""
    row, column = header.row, header.column + place
    last = header.sheet.range((row, column), (row + header.height, column))
    last.autofill(header.sheet.range((row, column), (row + header.height, column + 1)), "fill_formats")
    header.sheet.range((row, column + 1)).value = _out(channel)


def _add_channel_sheet(book: Any, content: Content, titles: dict[str, str], channel: str) -> None:
    """A new channel's sheet, made of another's, which then says another channel."""
    names = [sheet.name for sheet in book.sheets]
    pattern = next((key for key in reversed(content.channels) if key != channel and titles[key] in names), None)
    if pattern is None:
        return
    sheet = book.sheets[titles[pattern]]
    copy = sheet.copy(after=sheet, name=titles[channel])
    for i, row in enumerate(_cells(copy.range(HEAD_OF_SHEET)), 1):
        for j, cell in enumerate(row, 1):
            if cell == content.place(pattern):
                copy.range((i, j)).value = _out(content.place(channel))


def folder_of(book: Any, catalogue: Catalogue) -> Path | None:
    """The folder of exports that the workbook's Settings name, as seen from where the workbook is."""
    named = content_of(open_tables(book), catalogue).settings.folder
    if not named:
        return None
    place = Path(book.fullname).parent
    if not Path(named).is_absolute() and "://" in book.fullname:
        raise SourceError(f'the folder "{named}" of Settings: this workbook is in the cloud; write the whole path')
    return place / named
