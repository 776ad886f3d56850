"""Sources into tables: all or nothing, and a report of what came from where."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from xl_lifecycle.book import differences, open_book, read_content, write_book
from xl_lifecycle.catalogue import Catalogue
from xl_lifecycle.content import BookError, Content
from xl_lifecycle.hosts.classic_book import write_macro_book
from xl_lifecycle.merge import Report, merge
from xl_lifecycle.report import report_lines
from xl_lifecycle.sources import Import, Progress, SourceError, combine, read_all
from xl_lifecycle.template.plan import plan
from xl_lifecycle.version import made_by, mismatch


def refresh(
    path: Path,
    froms: Sequence[Path],
    catalogue: Catalogue,
    dry_run: bool = False,
    progress: Progress = lambda _: None,
    prefer: Sequence[str] = (),
) -> Report:
    """Refresh a workbook from files and folders, else from the folder in its Settings; all or nothing.

    prefer: files that are taken where two of a source disagree and no export date tells which is later.

    Raises BookError for a workbook, SourceError for a source; each says in one line what is wrong.
    """
    if path.suffix.lower() == ".xlsm":
        raise BookError(f"{path} has macros, which a refresh cannot keep yet; refresh the .xlsx and make it anew")
    refuse_open(path)
    progress(f"reading {path.name}")
    book = open_book(path)
    content = read_content(book, catalogue)
    foreign = differences(book, content, catalogue)
    if foreign:
        if said := mismatch(made_by(path)):
            raise BookError(f"{path}: {said}; nothing was written")
        more = f" and {len(foreign) - 1} more" if len(foreign) > 1 else ""
        raise BookError(
            f"{path} holds what this version could not keep: {foreign[0]}{more}; "
            "nothing was written; refresh a workbook without it"
        )
    rules = content.rules_in_force(prefer)
    imports = read_all(froms or [_folder(path, content)], progress, rules)
    refuse_unread(prefer, imports)
    report = merge(content, combine(imports, rules), len(imports), catalogue)
    if not dry_run and not report.nothing_new:
        content.report = report_lines(report, catalogue, content.language, dt.date.today())
        progress(f"writing {path.name}")
        save(content, path, catalogue)
    return report


def refuse_unread(prefer: Sequence[str], imports: Sequence[Import]) -> None:
    """SourceError where a file to prefer is none of those that were read."""
    known = {name for each in imports for name in each.preferred}
    for name in prefer:
        if name not in known:
            raise SourceError(f"--prefer {name}: no file read is called so; name one that is, as the report does")


def _folder(path: Path, content: Content) -> Path:
    """The folder of exports that Settings names, seen from where the workbook is."""
    if not content.settings.folder:
        raise SourceError(
            f"nothing to read: name files or a folder, e.g. xl-lifecycle refresh {path.name} exports, "
            "or write a folder on Settings"
        )
    return path.resolve().parent / os.path.expandvars(content.settings.folder)


def save(content: Content, path: Path, catalogue: Catalogue) -> None:
    """Write a content as a workbook: to a temporary file beside it, then swapped in one step.

    .xlsx carries its Python for xlwings Lite, .xlsm its macros for classic xlwings.
    """
    refuse_open(path)
    path = path.resolve()  # of a link, the workbook it leads to
    rights = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~umask()
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        if path.suffix.lower() == ".xlsm":
            write_macro_book(content, temporary, catalogue)
        else:
            write_book(plan(content, catalogue), temporary)
        os.chmod(temporary, rights)
        os.replace(temporary, path)
    except PermissionError:
        raise BookError(f"{path} cannot be written: it is open in another program; close it and try again") from None
    finally:
        temporary.unlink(missing_ok=True)


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
