"""Sources into a workbook's file: all or nothing, and a report of what came from where."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path

from xl_lifecycle.book.held import held
from xl_lifecycle.book.opened import Book
from xl_lifecycle.book.package import read_file
from xl_lifecycle.book.pivots import refresh_on_load
from xl_lifecycle.catalogue import Catalogue
from xl_lifecycle.content import BookError, Content
from xl_lifecycle.functions import Functions
from xl_lifecycle.hosts import live
from xl_lifecycle.hosts.classic_book import write_macro_book
from xl_lifecycle.hosts.lite import write_book
from xl_lifecycle.merge import Report
from xl_lifecycle.recalculation.caches import recalculate
from xl_lifecycle.rules import Rules
from xl_lifecycle.sources import Declaration, Import, Progress, SourceError, read_all, read_folder
from xl_lifecycle.sources.file_system import replace, why_refused
from xl_lifecycle.template.plan import plan
from xl_lifecycle.texts import Text

PREVIOUS = ".before-refresh"  # how the name of the workbook ends as it was before


def refresh(
    path: Path,
    froms: Sequence[Path | str],
    catalogue: Catalogue,
    dry_run: bool = False,
    progress: Progress = lambda _: None,
    today: dt.date | None = None,
    prefer: Sequence[str] = (),
) -> Report:
    """Refresh a workbook from files, folders and databases, else from pasted exports and the folder of its Settings.

    All or nothing. What the workbook holds beside our tables stays as it is. today: the day that is recorded of what
    is read and what changes; None records none. prefer: files that are taken where two of a source disagree and no
    export date tells which is later. Raises BookError for a workbook, SourceError for a source; each says in one line
    what is wrong.
    """
    refuse_open(path)
    path = path.resolve()  # of a link, the workbook it leads to
    with nullcontext() if dry_run or not path.is_file() else held(path):
        refuse_open(path)
        if not dry_run and path.is_file():
            _refuse_unwritable(path)
        progress(f"reading {path.name}")
        before = read_file(path)
        book = Book(path, before)

        def given(rules: Rules) -> Sequence[Import]:
            imports = read_all(froms, progress, rules)
            refuse_unread(prefer, imports)
            return imports

        def folder(named: Path, rules: Rules) -> tuple[Sequence[Declaration], Sequence[Import]]:
            return read_folder(named, progress, rules)

        try:  # a dry run writes too, though not to the disk: it says what a refresh would say
            report, _ = live.refresh(book, catalogue, today, folder, progress, given if froms else None, prefer)
        except BookError as error:  # of an open workbook, which needs no name
            raise BookError(f"{path}: {error}") from None
        if not dry_run and not report.nothing_new:
            _write(path, before, book, report, catalogue, progress)
        return report


def refuse_unread(prefer: Sequence[str], imports: Sequence[Import]) -> None:
    """SourceError where a file to prefer is none of those that were read."""
    known = {name for each in imports for name in each.preferred}
    for name in prefer:
        if name not in known:
            raise SourceError(f"--prefer {name}: no file read is called so; name one that is, as the report does")


def _write(path: Path, before: bytes, book: Book, report: Report, catalogue: Catalogue, progress: Progress) -> None:
    """Write a book that was refreshed, its values up to date; what only Excel can calculate becomes a note."""
    progress(f"calculating {path.name}")
    lost = recalculate(book, lambda: Book(path, before, only_to_read=True), lambda: Functions(catalogue))
    if lost:
        report.notes += (
            Text(
                "{cells}: only Excel can calculate this; its value comes when Excel opens the file", cells=_listed(lost)
            ),
        )
    refresh_on_load(book.package)
    book.finish()
    progress(f"writing {path.name}")
    _replace(path, before, book)


def _listed(cells: Sequence[str]) -> str:
    more = f" and {len(cells) - 5} more" if len(cells) > 5 else ""
    return ", ".join(cells[:5]) + more


def _replace(path: Path, before: bytes, book: Book) -> None:
    """Put the new file in the place of the old one, which is kept beside it, in one step each."""

    def write(temporary: Path) -> None:
        temporary.write_bytes(book.package.as_bytes())
        _verify(temporary, book)

    def last() -> None:
        refuse_open(path)
        _refuse_unwritable(path)
        if path.read_bytes() != before:
            raise BookError(f"{path} was saved by another program meanwhile; nothing was written: refresh again")
        previous = path.with_name(f"{path.stem}{PREVIOUS}{path.suffix}")
        _in_place(previous, lambda temporary: temporary.write_bytes(before), like=path)

    _in_place(path, write, last)


def _verify(written: Path, book: Book) -> None:
    """BookError where the file that was written does not hold what it should."""
    again = Book(written, only_to_read=True)
    tables = {table.name: table.range.value for sheet in again.sheets for table in sheet.tables}
    for sheet in book.sheets:
        for table in sheet.tables:
            if tables.get(table.name) != table.range.value:
                raise BookError(f"{book.fullname}: table {table.name} could not be written; nothing was changed")


def save(content: Content, path: Path, catalogue: Catalogue) -> None:
    """Write a content as a new workbook: to a temporary file beside it, then swapped in one step.

    .xlsx carries its Python for xlwings Lite, .xlsm its macros for classic xlwings.
    """

    def write(temporary: Path) -> None:
        if path.suffix.lower() == ".xlsm":
            write_macro_book(content, temporary, catalogue)
        else:
            write_book(plan(content, catalogue), temporary)

    refuse_open(path)
    _in_place(path, write)


def _in_place(
    path: Path, write: Callable[[Path], object], last: Callable[[], object] = lambda: None, like: Path | None = None
) -> None:
    """Write a file whole or not at all. last: what to do when it is written, before it takes its place.

    like: whose rights it gets; its own where it replaces one, else those of any new file.
    """
    path = path.resolve()  # of a link, the workbook it leads to
    pattern = like or path
    rights = pattern.stat().st_mode & 0o777 if pattern.exists() else 0o666 & ~umask()
    try:
        # One name alone, so that what a killed run left is written over
        temporary = path.with_name(f".{path.name}.tmp")
        temporary.unlink(missing_ok=True)
        temporary.touch(0o600)
        try:
            write(temporary)
            _to_disk(temporary)
            os.chmod(temporary, rights)
            last()
            replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise BookError(f"{path} cannot be written: {why_refused(path, error)}; nothing was changed") from None


def _refuse_unwritable(path: Path) -> None:
    """BookError for a workbook that is protected or in use: a new file in its place would not ask."""
    if not path.stat().st_mode & 0o222:
        raise BookError(f"{path} is read-only; allow writing to it, and refresh again")
    try:
        path.open("r+b").close()
    except OSError as error:
        raise BookError(f"{path} cannot be written: {why_refused(path, error)}; nothing was changed") from None


def _to_disk(path: Path) -> None:
    """Have the disk hold a file before its name changes, so that a power cut leaves the old or the new one."""
    with path.open("r+b") as file:  # Windows syncs only what is open for writing
        os.fsync(file.fileno())


def refuse_open(path: Path) -> None:
    """BookError if another program holds the workbook open."""
    for lock in (path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#")):
        if lock.exists():
            raise BookError(f"{path} is open in Excel or LibreOffice ({lock.name}); close it and try again")


def umask() -> int:
    """The rights that new files of this process do without."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
