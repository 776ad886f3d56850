"""Brings sources into a workbook's file, all or nothing, and reports what came from where."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from xl_lifecycle.content.rules import Rules
from xl_lifecycle.core.catalogue.catalogue import Catalogue
from xl_lifecycle.core.cells.errors import BookError, SourceError
from xl_lifecycle.core.functions import Functions
from xl_lifecycle.core.language.text import Text, first_few
from xl_lifecycle.engine.cached_values import recalculate
from xl_lifecycle.exports import Declaration, Import, Progress
from xl_lifecycle.refresh import open_workbook
from xl_lifecycle.refresh.merge import Report
from xl_lifecycle.sources import read_all, read_folder
from xl_lifecycle.xlsx.file_book import FileBook
from xl_lifecycle.xlsx.lock import hold
from xl_lifecycle.xlsx.package import read_file
from xl_lifecycle.xlsx.pivots import refresh_on_load
from xl_lifecycle.xlsx.whole_file import refuse_open, refuse_unwritable, write_whole

PREVIOUS = ".before-refresh"  # the end of the name of the workbook's previous version


def refresh(
    path: Path,
    froms: Sequence[Path | str],
    catalogue: Catalogue,
    dry_run: bool = False,
    progress: Progress = lambda _: None,
    today: dt.date | None = None,
    prefer: Sequence[str] = (),
) -> Report:
    """Refresh a workbook from files, folders and databases, or else from pasted exports and the folder on Settings.

    All or nothing. Everything in the workbook except our tables stays as it is. today: the day that is recorded for
    what is read and what changes; None records no day. prefer: files to use where two files of a source disagree and
    no export date decides. Raises BookError for a workbook, SourceError for a source; each says in one line what is
    wrong.
    """
    refuse_open(path)
    path = path.resolve()  # a link becomes the workbook that it leads to
    with nullcontext() if dry_run or not path.is_file() else hold(path):
        refuse_open(path)
        if not dry_run and path.is_file():
            refuse_unwritable(path)
        progress(f"reading {path.name}")
        before = read_file(path)
        book = FileBook(path, before)

        def read_sources(rules: Rules) -> Sequence[Import]:
            imports = read_all(froms, progress, rules)
            refuse_unread(prefer, imports)
            return imports

        def read_import_folder(directory: Path, rules: Rules) -> tuple[Sequence[Declaration], Sequence[Import]]:
            return read_folder(directory, progress, rules)

        try:  # a dry run does the same, but not on the disk: it reports what a refresh would report
            report, _ = open_workbook.refresh(
                book, catalogue, today, read_import_folder, progress, read_sources if froms else None, prefer
            )
        except BookError as error:  # raised as for an open workbook, without its path
            raise BookError(f"{path}: {error}") from None
        if not dry_run and not report.nothing_new:
            _write(path, before, book, report, catalogue, progress)
        return report


def refuse_unread(prefer: Sequence[str], imports: Sequence[Import]) -> None:
    """Raise SourceError if a file to prefer is not one of the files that were read."""
    names = {name for each in imports for name in each.preferred_names}
    for name in prefer:
        if name not in names:
            raise SourceError(f"--prefer {name}: no file with this name was read; give a name as in the report")


def _write(path: Path, before: bytes, book: FileBook, report: Report, catalogue: Catalogue, progress: Progress) -> None:
    """Calculate and write a refreshed book; add a note on cells that only Excel can calculate."""
    progress(f"calculating {path.name}")
    cells = recalculate(book, lambda: FileBook(path, before), lambda: Functions(catalogue))
    if cells:
        report.notes += (
            Text(
                "{cells}: only Excel can calculate this; its value comes when Excel opens the file",
                cells=first_few(cells, 5),
            ),
        )
    refresh_on_load(book.package)
    book.finish()
    progress(f"writing {path.name}")
    _replace(path, before, book)


def _replace(path: Path, before: bytes, book: FileBook) -> None:
    """Replace the old file by the new one, and keep the old one beside it, in one step each."""

    def write(temporary: Path) -> None:
        temporary.write_bytes(book.package.as_bytes())
        _verify(temporary, book)

    def last() -> None:
        refuse_open(path)
        refuse_unwritable(path)
        if path.read_bytes() != before:
            raise BookError(f"{path} was saved by another program meanwhile; nothing was written; refresh again")
        previous = path.with_name(f"{path.stem}{PREVIOUS}{path.suffix}")
        write_whole(previous, lambda temporary: temporary.write_bytes(before), like=path, follow=False)

    write_whole(path, write, last)


def _verify(file: Path, book: FileBook) -> None:
    """Raise BookError if the written file does not have the tables that it should."""
    again = FileBook(file)
    tables = {table.name: table.range.value for sheet in again.sheets for table in sheet.tables}
    for sheet in book.sheets:
        for table in sheet.tables:
            if tables.get(table.name) != table.range.value:
                raise BookError(f"{book.fullname}: table {table.name} could not be written; nothing was changed")
