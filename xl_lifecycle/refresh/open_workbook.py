"""Refresh a workbook that is open in Excel: the same code in classic xlwings and in Lite.

What is asked of the workbook is what both know. Everything is read and worked out before the first cell is written.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from xl_lifecycle.content.content import DATASET_TABLES, REVISIONS, TABLES, BookError, Content
from xl_lifecycle.content.edits import Edit, edits
from xl_lifecycle.content.read import channel_of, read_content, refuse_rules, refuse_settings, scalar, text_of
from xl_lifecycle.content.rules import RULE_TABLES, Rules
from xl_lifecycle.content.sheet_names import safe_sheet_name
from xl_lifecycle.core.catalogue.catalogue import Catalogue
from xl_lifecycle.core.cells.headers import header_keys
from xl_lifecycle.core.cells.values import ExcelError, Grid, Scalar, is_blank
from xl_lifecycle.core.dataset.tables import Settings, read_tables
from xl_lifecycle.core.language.text import Text
from xl_lifecycle.core.language.vocabulary import Language
from xl_lifecycle.exports import Declaration, Import, Progress, SourceError, combine, read_cells
from xl_lifecycle.exports.declaration import titles
from xl_lifecycle.refresh.merge import Report, merge
from xl_lifecycle.refresh.report import report_lines

# How the name of a sheet with a pasted export begins; "Important dates" is none.
IMPORT_SHEET = re.compile("import(?!an[ct])|가져오기|インポート")
OUR_LISTS = ("Report", "Places", "Periods", "Campaigns", REVISIONS)
HEAD_OF_SHEET = "A1:C8"  # where a channel's sheet says its channel
ROWS_AT_ONCE = 50_000  # that are written; Lite sends them in one message


@dataclass
class LiveTable:
    """A table of the open workbook: its range, and its cells, header first."""

    sheet: Any
    table: Any
    row: int
    column: int
    grid: Grid


def refresh(
    book: Any,
    catalogue: Catalogue,
    today: dt.date | None,
    read_folder: Callable[[Path, Rules], tuple[Sequence[Declaration], Sequence[Import]]] | None = None,
    progress: Progress = lambda _: None,
    given: Callable[[Rules], Sequence[Import]] | None = None,
    prefer: Sequence[str] = (),
) -> tuple[Report, Language]:
    """Bring the exports pasted on the workbook's Import sheets, and those of its folder, into its tables.

    Returns the report and the workbook's language. BookError and SourceError say in one line why not; then nothing
    was written. read_folder: where the host sees folders, the formats that one declares, and the exports in it.
    given: reads what to bring instead. prefer: files to take where two disagree.
    """
    progress("reading the tables")
    tables = open_tables(book)
    content = content_of(tables, catalogue)
    sheets = _channel_sheets(tables["Channels"].grid)
    ours = {at.sheet.name for at in tables.values()} | set(sheets.values())
    others = [sheet for sheet in book.sheets if is_import(sheet.name) and sheet.name not in ours]
    folder = folder_of(book, content.settings) if read_folder and not given else None
    rules = content.rules_in_force(prefer)
    known, read = read_folder(folder, rules) if read_folder and folder else ((), given(rules) if given else ())
    imports = [*read, *(() if given else _pasted(others, bool(read), known, rules, progress))]
    if not imports:
        raise SourceError("nothing to read: paste an export on a sheet named Import, from its first cell")
    listed = [content.everything, *(content.place(channel) for channel in content.channels)]
    report = merge(content, combine(imports, rules), len(imports), catalogue, today)
    if report.nothing_new:
        return report, content.language
    headers = []
    if report.channels:
        taken = {sheet.name.casefold() for sheet in book.sheets}
        sheets |= {channel: safe_sheet_name(content.place(channel), taken) for channel in report.channels}
        skipped = {sheet.name for sheet in others}
        found = _channel_headers((sheet for sheet in book.sheets if sheet.name not in skipped), listed)
        headers = [header for header in found if _has_room(header, report, content)]
    content.report = report_lines(report, catalogue, content.language, today)
    planned = edits({name: table.grid for name, table in tables.items()}, content, sheets, catalogue)
    for edit in planned:
        _refuse_occupied(tables[edit.table], edit)
    progress("writing")
    _write_all(tables, planned)
    _add_channels(book, content, sheets, report.channels, headers)
    return report, content.language


def open_tables(book: Any) -> dict[str, LiveTable]:
    """Our tables in the open workbook; BookError where one is missing."""
    found = {}
    for sheet in book.sheets:
        for table in sheet.tables:
            if table.name in (*TABLES, *RULE_TABLES, *OUR_LISTS):
                cells = table.range
                grid = _cells(cells)
                rows = grid[:-1] if table.show_totals else grid  # a row of totals is none of the table's
                found[table.name] = LiveTable(sheet, table, cells.row, cells.column, rows)
    missing = [name for name in TABLES if name not in found]
    if missing:
        raise BookError(f"this workbook has no table {missing[0]}; Refresh needs a workbook made by xl-lifecycle")
    return found


def content_of(tables: dict[str, LiveTable], catalogue: Catalogue) -> Content:
    """What the tables hold."""
    grids = {name: table.grid for name, table in tables.items()}
    read = read_tables({name: grids[name] for name in DATASET_TABLES if name in grids}, catalogue)
    refuse_settings(read, lambda row, column: "Settings")
    content = read_content(read, grids, catalogue, titles())
    refuse_rules(content.rules, lambda table, row, column: _where(tables[table], row, column))
    return content


def _where(at: LiveTable, row: int, column: int) -> str:
    return f"{at.sheet.name}!{at.sheet.range((at.row + row, at.column + column)).address.replace('$', '')}"


def is_import(sheet: str) -> bool:
    """Whether a sheet is meant for a pasted export.

    >>> [is_import(name) for name in ("Import Google Ads", "Imports", "Important dates", "Email")]
    [True, True, False, False]
    """
    return bool(IMPORT_SHEET.match(sheet.strip().casefold()))


def unforeseen(error: Exception) -> str:
    """What a person is told of an error that nothing else explains."""
    return (
        f"Refresh stopped at something unforeseen ({type(error).__name__}: {_said(error)}): unprotect the sheets "
        "if they are protected, and refresh again; if it stays, send this line to whoever gave you the workbook"
    )


def _said(error: Exception) -> str:
    """An error in one line; Excel's own words are in the third place of what COM raises."""
    told = getattr(error, "excepinfo", None)
    return " ".join(str(told[2] if told and told[2] else error).split())[:200]


def _pasted(
    sheets: Iterable[Any], optional: bool, known: Sequence[Declaration], rules: Rules, progress: Progress
) -> Iterator[Import]:
    """The exports on sheets; one that is left empty matters only where nothing else is read."""
    read = []
    for sheet in sheets:
        progress(f"reading the sheet {sheet.name}")
        used = sheet.used_range
        read.append((sheet.name, used.options(ndim=2, err_to_str=True).value, used.row))
    filled = [each for each in read if not all(is_blank(cell) for row in each[1] for cell in row)]
    for each in filled if filled or optional else read:
        yield read_cells(*each, known, rules)


def _cells(cells: Any) -> Grid:
    return [[scalar(cell) for cell in row] for row in cells.options(ndim=2, err_to_str=True).value]


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
                raise BookError(
                    f"{_where(at, height + i, j)} is in the way of table {edit.table}, which needs "
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
        if isinstance(error, BookError):
            raise
        sheet = tables[begun[-1].table].sheet.name
        raise BookError(
            f"{sheet} cannot be written ({_said(error)}); nothing was changed: unprotect it, and refresh again"
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
        if edit.months is not None:  # where the last one is a text, Excel would make texts of the new ones
            column = at.column + edit.months
            at.sheet.range((at.row + height, column), (last_row, column)).number_format = "yyyy-mm"
    _write_cells(at, edit.cells)


def _write_cells(at: LiveTable, cells: Mapping[tuple[int, int], Scalar]) -> None:
    """Write cells, each run down a column at once; raw, as xlwings' own way copies the whole sheet for each in Lite."""
    by_column = sorted(cells, key=lambda place: (place[1], place[0]))
    runs = groupby(enumerate(by_column), key=lambda each: (each[1][1], each[1][0] - each[0], each[0] // ROWS_AT_ONCE))
    for _, run in runs:
        places = [place for _, place in run]
        (first, column), (last, _) = places[0], places[-1]
        target = at.sheet.range((at.row + first, at.column + column), (at.row + last, at.column + column))
        target.raw_value = [[_out(cells[place])] for place in places]


def _out(value: Scalar) -> Any:
    """A value as Excel takes it: text marked as such, or it would make a date of "March 2026" and run "=1+1"."""
    if isinstance(value, ExcelError):
        return value.value
    return "" if value is None else f"'{value}" if isinstance(value, str) else value


def _channel_sheets(grid: Grid) -> dict[str, str]:
    """Each listed channel's sheet."""
    keys = header_keys(grid[0])
    columns = [keys.get(key) for key in ("channel", "sheet")]
    if None in columns:
        return {}
    pairs = [[row[i] for i in columns if i is not None] for row in grid[1:]]
    return {channel_of(channel): text_of(sheet) for channel, sheet in pairs if not is_blank(sheet)}


@dataclass
class Header:
    """A header row of channels: where its last one stands, and how many rows of figures are below it."""

    sheet: Any
    row: int
    column: int
    height: int


def _channel_headers(sheets: Iterable[Any], names: Sequence[str]) -> Iterator[Header]:
    """Where the company and all channels stand side by side, as in a header."""
    for sheet in sheets:
        used = sheet.used_range
        rows = _cells(used)
        for i, row in enumerate(rows):
            at = next((j for j in range(len(row)) if row[j] == names[0] and row[j : j + len(names)] == names), None)
            if at is not None:
                below = rows[i + 1 :]
                height = next((n for n, cells in enumerate(below) if is_blank(cells[at])), len(below))
                yield Header(sheet, used.row + i, used.column + at + len(names) - 1, height)


def _has_room(header: Header, report: Report, content: Content) -> bool:
    """Whether the new channels fit beside a header's last; else the report says what is in the way."""
    start = (header.row, header.column + 1)
    area = header.sheet.range(start, (header.row + header.height, header.column + len(report.channels)))
    taken = ((i, j) for i, row in enumerate(_cells(area)) for j, cell in enumerate(row) if not is_blank(cell))
    place = next(taken, None)
    if place is not None:
        names = ", ".join(content.place(channel) for channel in report.channels)
        corner, found = (
            header.sheet.range((start[0] + i, start[1] + j)).address.replace("$", "") for i, j in ((0, 0), place)
        )
        report.notes += (
            Text(
                "{cell} is in the way of the new channels: move it, and type {names} from {corner} on",
                cell=f"{header.sheet.name}!{found}",
                names=names,
                corner=corner,
            ),
        )
    return place is None


def _add_channels(
    book: Any, content: Content, sheets: Mapping[str, str], channels: Sequence[str], headers: Sequence[Header]
) -> None:
    """Write new channels into the headers, and make each a sheet."""
    try:
        for i, channel in enumerate(channels):
            for header in headers:
                _add_channel(header, i, content.place(channel))
            _add_channel_sheet(book, content, sheets, channel)
    except Exception as error:
        names = ", ".join(content.place(channel) for channel in channels)
        raise BookError(
            f"the figures are in the tables, but the new channels {names} could not be added to the sheets "
            f"({_said(error)}): unprotect the workbook, copy another channel's sheet, and type the channel in it"
        ) from error


def _add_channel(header: Header, place: int, channel: str) -> None:
    """Write a new channel after the last one; the formulas below go as far as the names do."""
    row, column = header.row, header.column + place
    last = header.sheet.range((row, column), (row + header.height, column))
    last.autofill(header.sheet.range((row, column), (row + header.height, column + 1)), "fill_formats")
    header.sheet.range((row, column + 1)).raw_value = [[_out(channel)]]


def _add_channel_sheet(book: Any, content: Content, sheets: Mapping[str, str], channel: str) -> None:
    """A new channel's sheet, made of another's, which then says another channel."""
    found = {sheet.name: sheet for sheet in book.sheets}
    for pattern in reversed(content.channels):
        sheet, old = found.get(sheets.get(pattern, "")), content.place(pattern)
        head = _cells(sheet.range(HEAD_OF_SHEET)) if sheet else []
        places = [(i, j) for i, row in enumerate(head, 1) for j, cell in enumerate(row, 1) if cell == old]
        if sheet and any(column > 1 for _, column in places):  # the title alone chooses nothing
            copy = sheet.copy(after=sheet, name=sheets[channel])
            for place in places:
                copy.range(place).raw_value = [[_out(content.place(channel))]]
            return


def folder_of(book: Any, settings: Settings) -> Path | None:
    """The folder of exports that the workbook's Settings name, as seen from where the workbook is."""
    named = os.path.expandvars(settings.folder)
    if not named or Path(named).is_absolute():
        return Path(named) if named else None
    with suppress(Exception):  # xlwings' own, where it does not find the folder that is in the cloud
        if "://" not in book.fullname:
            return Path(book.fullname).parent / named
    raise SourceError(f'the folder "{named}" of Settings: this workbook is in the cloud; write the whole path')
