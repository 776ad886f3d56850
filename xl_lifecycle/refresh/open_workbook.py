"""Refresh a workbook that is open in Excel: the same code in classic xlwings and in Lite.

It uses only calls that both support. Everything is read and computed before the first cell is written.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from xl_lifecycle.content.content import REVISIONS, TABLES
from xl_lifecycle.content.edits import edits
from xl_lifecycle.content.read_content import channel_of
from xl_lifecycle.content.rules import RULE_TABLES, Rules
from xl_lifecycle.content.sheet_names import safe_sheet_name
from xl_lifecycle.content.workbook_tables import content_of, refuse_missing
from xl_lifecycle.core.catalogue.catalogue import Catalogue
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.core.cells.values import is_blank
from xl_lifecycle.core.dataset.tables import Settings
from xl_lifecycle.core.language.vocabulary import Language
from xl_lifecycle.core.sheet_meaning import channel_sheets
from xl_lifecycle.exports import Declaration, Import, Progress, combine, read_cells
from xl_lifecycle.exports.declaration import titles
from xl_lifecycle.refresh.live_tables import LiveTable, live_tables, refuse_occupied, words_of_error, write_edits
from xl_lifecycle.refresh.merge import Report, merge
from xl_lifecycle.refresh.new_channels import add_channels, channel_headers, has_room
from xl_lifecycle.refresh.report import report_lines

# How the name of a sheet with a pasted export begins; "Important dates" is not such a name.
IMPORT_SHEET = re.compile("import(?!an[ct])|가져오기|インポート")
OUR_LISTS = ("Report", "Places", "Periods", "Campaigns", REVISIONS)


def refresh(
    book: Any,
    catalogue: Catalogue,
    today: dt.date | None,
    read_folder: Callable[[Path, Rules], tuple[Sequence[Declaration], Sequence[Import]]] | None = None,
    progress: Progress = lambda _: None,
    read_imports: Callable[[Rules], Sequence[Import]] | None = None,
    prefer: Sequence[str] = (),
) -> tuple[Report, Language]:
    """Read the exports pasted on the workbook's Import sheets, and those in its folder, into its tables.

    Returns the report and the workbook's language. BookError and SourceError say in one line what is wrong; then
    nothing was written. read_folder: returns the formats and the exports in a folder, if the host can read folders.
    read_imports: returns the imports to use instead. prefer: the files to use if two disagree.
    """
    progress("reading the tables")
    tables = open_tables(book)
    content = content_of(tables, catalogue, titles())
    sheets = {channel_of(channel): sheet for channel, sheet in channel_sheets(tables["Channels"].grid)}
    ours = {table.sheet_name for table in tables.values()} | set(sheets.values())
    others = [sheet for sheet in book.sheets if is_import(sheet.name) and sheet.name not in ours]
    folder = folder_of(book, content.settings) if read_folder and not read_imports else None
    rules = content.rules_in_force(prefer)
    declarations, read = (
        read_folder(folder, rules) if read_folder and folder else ((), read_imports(rules) if read_imports else ())
    )
    imports = [*read, *(() if read_imports else _pasted(others, bool(read), declarations, rules, progress))]
    if not imports:
        raise SourceError("nothing to read: paste an export on a sheet named Import, from its first cell")
    listed_names = [content.everything, *(content.place(channel) for channel in content.channels)]
    report = merge(content, combine(imports, rules), len(imports), catalogue, today)
    if report.nothing_new:
        return report, content.language
    headers = []
    if report.channels:
        names_in_use = {sheet.name.casefold() for sheet in book.sheets}
        sheets |= {channel: safe_sheet_name(content.place(channel), names_in_use) for channel in report.channels}
        import_names = {sheet.name for sheet in others}
        candidates = channel_headers((sheet for sheet in book.sheets if sheet.name not in import_names), listed_names)
        headers = [header for header in candidates if has_room(header, report, content)]
    content.report = report_lines(report, catalogue, content.language, today)
    planned = edits({name: table.grid for name, table in tables.items()}, content, sheets, catalogue)
    for edit in planned:
        refuse_occupied(tables[edit.table], edit)
    progress("writing")
    write_edits(tables, planned)
    add_channels(book, content, sheets, report.channels, headers)
    return report, content.language


def open_tables(book: Any) -> dict[str, LiveTable]:
    """Our tables in the open workbook; BookError if one is missing."""
    tables = live_tables(book, {*TABLES, *RULE_TABLES, *OUR_LISTS})
    refuse_missing(tables)
    return tables


def is_import(sheet: str) -> bool:
    """Whether a sheet is meant for a pasted export.

    >>> [is_import(name) for name in ("Import Google Ads", "Imports", "Important dates", "Email")]
    [True, True, False, False]
    """
    return bool(IMPORT_SHEET.match(sheet.strip().casefold()))


def unforeseen(error: Exception) -> str:
    """The message for an error that nothing else explains."""
    return (
        f"Refresh stopped with an unexpected error ({type(error).__name__}: {words_of_error(error)}): unprotect the "
        "sheets if they are protected, and refresh again; if it happens again, send this line to whoever gave you the "
        "workbook"
    )


def _pasted(
    sheets: Iterable[Any], optional: bool, declarations: Sequence[Declaration], rules: Rules, progress: Progress
) -> Iterator[Import]:
    """The exports on sheets. An empty sheet is an error only if nothing else is read."""
    read = []
    for sheet in sheets:
        progress(f"reading the sheet {sheet.name}")
        area = sheet.used_range
        read.append((sheet.name, area.options(ndim=2, err_to_str=True).value, area.row))
    filled = [each for each in read if not all(is_blank(cell) for row in each[1] for cell in row)]
    for each in filled if filled or optional else read:
        yield read_cells(*each, declarations, rules)


def folder_of(book: Any, settings: Settings) -> Path | None:
    """The folder of exports that Settings name; a relative path starts at the workbook's folder."""
    folder = os.path.expandvars(settings.folder)
    if not folder or Path(folder).is_absolute():
        return Path(folder) if folder else None
    with suppress(Exception):  # xlwings raises an error if it cannot find the local copy of a cloud folder
        if "://" not in book.fullname:
            return Path(book.fullname).parent / folder
    raise SourceError(
        f'the folder "{folder}" of Settings cannot be found: this workbook is in the cloud; write the full path'
    )
