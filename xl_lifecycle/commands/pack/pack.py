"""A folder for a team: both workbooks, the installers of their functions, and pages for marketers and for IT."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from importlib import resources
from pathlib import Path

from xl_lifecycle.commands import demo
from xl_lifecycle.commands.pack import guides
from xl_lifecycle.commands.pack.differences import differences
from xl_lifecycle.commands.setup.wheel import write_wheel
from xl_lifecycle.content.content import Content
from xl_lifecycle.core.catalogue.catalogue import Catalogue
from xl_lifecycle.core.cells.errors import BookError
from xl_lifecycle.core.language.vocabulary import Language
from xl_lifecycle.exports import Progress, combine
from xl_lifecycle.hosts.classic.macro_book import CONFIG_SHEET
from xl_lifecycle.hosts.libreoffice.extension import build_extension
from xl_lifecycle.hosts.save import save
from xl_lifecycle.refresh.merge import merge
from xl_lifecycle.refresh.report import report_lines
from xl_lifecycle.sources import read_all
from xl_lifecycle.sources.file_system import replace as put_in_place
from xl_lifecycle.xlsx.saved_book import SavedBook
from xl_lifecycle.xlsx.whole_file import umask

WORKBOOKS = ("lifecycle.xlsx", "lifecycle.xlsm")
EXTENSION, INSTALLER, EXPORTS = "xl-lifecycle.oxt", "install.cmd", "exports"
_EXAMPLE = "google-ads-*.csv"
_MACROS = (CONFIG_SHEET, "vbaProject", "vmlDrawing")  # the other parts of every .xlsm of ours


def pack(
    folder: Path,
    book: Path | None,
    language: Language | None,
    catalogue: Catalogue,
    progress: Progress = lambda _: None,
) -> list[str]:
    """Make the whole folder or nothing. Returns remarks on what it lacks. Raises BookError if it is not empty."""
    _refuse(folder)
    folder = folder.absolute()
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        with resources.as_file(resources.files("xl_lifecycle.commands.sample")) as sample:
            remarks = _fill(temporary, book, language, sample, catalogue, progress)
        temporary.chmod(0o777 & ~umask())
        if folder.exists():
            folder.rmdir()
        put_in_place(temporary, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return remarks


def _refuse(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise BookError(f"{folder} is a file; name a new folder")
    if folder.exists() and any(folder.iterdir()):
        raise BookError(f"{folder} is not empty; name a new folder, or empty it first")
    if folder.exists() and folder.samefile(Path.cwd()):
        raise BookError(f"{folder} is the folder you are in; name a new one: xl-lifecycle pack team")
    if not folder.absolute().parent.is_dir():
        raise BookError(f"the folder {folder.absolute().parent} does not exist; make it first")


def _fill(
    temporary: Path,
    book: Path | None,
    language: Language | None,
    sample: Path,
    catalogue: Catalogue,
    progress: Progress,
) -> list[str]:
    remarks: list[str] = []
    if book:
        content = _content_of(book, catalogue, remarks)
    else:
        content = _demo(sample, language or "en", catalogue, progress)
        shutil.copytree(sample / "exports", temporary / EXPORTS, copy_function=shutil.copyfile)
    for name in WORKBOOKS:
        progress(f"writing {name}")
        save(content, temporary / name, catalogue)
    progress("writing the programs and pages")
    build_extension(temporary / EXTENSION)
    example = min((sample / "exports").glob(_EXAMPLE))
    wheel = write_wheel(temporary).name
    packed_folder = guides.PackedFolder(
        content, catalogue, language or content.language, wheel, example, practice=book is None
    )
    for name in (guides.MARKETER, guides.IT):
        (temporary / name).write_text(guides.page(name, packed_folder), encoding="utf-8", newline="\n")
    (temporary / INSTALLER).write_bytes(guides.installer(packed_folder))
    return remarks


def _content_of(path: Path, catalogue: Catalogue, remarks: list[str]) -> Content:
    """What a workbook records. Adds a remark on what else it has, which the new ones will not have."""
    content = SavedBook(path).content(catalogue)
    losses = differences(path, content, catalogue)
    if path.suffix.lower() == ".xlsm":
        losses = [what for what in losses if not any(ours in what for ours in _MACROS)]
    if losses:
        more = f" and {len(losses) - 1} more" if len(losses) > 1 else ""
        remarks.append(f"the packed workbooks have what {path.name} records, but not: {losses[0]}{more}")
    return content


def _demo(sample: Path, language: Language, catalogue: Catalogue, progress: Progress) -> Content:
    """The sample year in a language."""
    content = demo.before_refresh(sample, language)
    content.settings = replace(content.settings, folder=EXPORTS)
    imports = read_all([sample / "exports"], progress)
    report = merge(content, combine(imports), len(imports), catalogue)
    content.report = report_lines(report, catalogue, language)
    return content
