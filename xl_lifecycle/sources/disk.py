"""Reads files on disk: archives, encodings and workbooks. Not part of Lite, which reads only pasted sheets."""

from __future__ import annotations

import codecs
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from xl_lifecycle.content.rules import Rules
from xl_lifecycle.core.cells.errors import SourceError, UnknownFormat
from xl_lifecycle.core.cells.months import month_of
from xl_lifecycle.core.language.text import Text, printable
from xl_lifecycle.exports.declaration import Declaration
from xl_lifecycle.exports.decode import MOST_COLUMNS, ExportRow, Grid, cell_text, split
from xl_lifecycle.exports.facts import Import
from xl_lifecycle.exports.read_export import Progress, import_table
from xl_lifecycle.exports.recognise import ExportTable, recognise, tables_of
from xl_lifecycle.sources import database
from xl_lifecycle.sources.file_system import why_refused
from xl_lifecycle.sources.mapping.own_formats import all_formats, declarations_in

READABLE = {".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".zip"}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and every password-protected .xlsx
BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
HANGUL = re.compile(r"[\uac00-\ud7a3]{2,}")
JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]{2,}")
MOST_BYTES, MOST_FILES = 200_000_000, 1000  # limits for a file, and for what an archive or workbook unpacks to
MOST = "200 MB"
IN_ARCHIVES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm")
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # not allowed in a workbook's XML
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")  # how a workbook writes such characters and the line ends of Windows
FIRST_BYTES = 4096
LOST = "{name} lost characters (\ufffd) when it was saved earlier: names may be wrong"
OUR_TABLES = (b"Channels", b"Imports", b"Settings")


NO_RULES = Rules()


@dataclass(frozen=True)
class FilePart:
    """A file, or a file in an archive: its possible tables, and remarks. end: its last line if it has no line break."""

    name: str
    grids: list[Grid]
    remarks: list[str]
    end: str = ""


def read(path: Path, declarations: Sequence[Declaration] = (), rules: Rules = NO_RULES) -> Import:
    """Recognise a file by its headers, read it and reconcile it; SourceError says what is wrong."""
    imports = read_file(path, declarations, rules)
    if len(imports) > 1:
        raise SourceError(f"{imports[0].file} is one of {len(imports)} exports in {Path(path).name}: read them all")
    return imports[0]


def read_file(path: Path, declarations: Sequence[Declaration] = (), rules: Rules = NO_RULES) -> list[Import]:
    """The exports in a file; an archive or a workbook may have several. declarations: the formats, if not only ours."""
    parts = read_parts(Path(path))
    tables: list[tuple[ExportTable, list[str]]] = []
    unknown: list[UnknownFormat] = []
    for part in parts:
        try:
            part_tables = recognise_all(part.name, part.grids, declarations)
            tables += [(table, part.remarks + _maybe_cut(part, table)) for table in part_tables]
        except UnknownFormat as error:
            unknown.append(error)
    if not tables:
        raise UnknownFormat(f"{unknown[0]}; to see its columns: xl-lifecycle map {_quoted(path)}")
    notes: list[str] = [Text("left out: {error}", error=str(error)) for error in unknown]
    tables_with_dates = _with_dates(tables, notes)
    imports = [
        import_table(t, [*remarks, *(notes if n == 0 else ())], rules)
        for n, (t, remarks) in enumerate(tables_with_dates)
    ]
    paths = tuple(name for name in rules.prefer if Path(name).parts[1:] and Path(name).resolve() == path.resolve())
    return [replace(each, preferred_names=each.preferred_names + paths) for each in imports]


def _maybe_cut(part: FilePart, table: ExportTable) -> list[str]:
    """A remark if the last number of a file may have been cut off, because nothing shows that it is complete."""
    last = table.body[-1] if table.body else table.header
    texts = {at: last.cells[at].strip() for at in table.columns.values() if at < len(last.cells)}
    cell = next(
        (text for at, text in texts.items() if part.end.endswith(text) and (text or last.cells[at:] == [""])), None
    )
    if not part.end or cell is None or any(row.line > last.line for row in (*table.totals, *table.elsewhere)):
        return []
    message = "{file} ends without a line break after {cell!r}: if it was cut off there, export it again"
    return [Text(message, file=part.name, cell=cell)]


def _quoted(path: Path) -> str:
    return f'"{path}"' if " " in str(path) else str(path)


def read_all(
    froms: Iterable[Path | str],
    progress: Progress = lambda _: None,
    rules: Rules = NO_RULES,
    optional: bool = False,
) -> list[Import]:
    """Read files, all readable files in folders, and databases; declarations among the files add formats.

    optional: having nothing to read is not an error if there is a declaration.
    """
    sources = [source if database.is_url(source) else Path(source) for source in froms]
    file_formats = all_formats(source for source in sources if isinstance(source, Path))
    inputs: dict[Path | str, None] = {}
    found: set[Path | str] = set()
    for source in sources:
        declarations = declarations_in(source) if isinstance(source, Path) else []
        files = [] if source in declarations else _files(source)
        if not files and not declarations:
            raise SourceError(f"{source} has no export; put CSV, TSV or Excel exports there")
        inputs |= dict.fromkeys(files)
        found |= {file for file in files if file != source}
    if not inputs and not optional:
        raise SourceError(f"{sources[0]} has a declaration but no export; give the exports that it describes")
    events = [source for source in inputs if database.reads(source)]
    imports = database.read_all(events, progress, rules, found - set(sources)) if events else []
    exports = [Path(source) for source in inputs if source not in events]
    for i, file in enumerate(exports, 1):
        progress(f"reading {file.name} ({i} of {len(exports)})")
        imports += read_file(file, file_formats, rules)
    return imports


def recognise_all(file: str, grids: list[Grid], declarations: Sequence[Declaration] = ()) -> list[ExportTable]:
    """The first table of a known format, and the tables on other sheets that belong to it."""
    tables = [recognise(file, grids, declarations)]
    for table in tables_of(file, grids, declarations) if tables[0].declaration.family else ():
        titles = {each.declaration.title for each in tables}
        if table.declaration.family == tables[0].declaration.family and table.declaration.title not in titles:
            tables.append(replace(table, file=f"{file}/{table.declaration.title}"))
    return tables


def _with_dates(tables: list[tuple[ExportTable, list[str]]], notes: list[str]) -> list[tuple[ExportTable, list[str]]]:
    """Give tables without dates the dates of their family; leave them out if these cover more than one month."""
    result = []
    for table, remarks in tables:
        family = [
            each
            for each, _ in tables
            if each.declaration.family and each.declaration.family == table.declaration.family
        ]
        days = [day for each in family for day in each.starts]
        if days and not table.starts:
            if month_of(min(days)) != month_of(max(days)):
                notes.append(f"{table.file} left out: it has no dates of its own, and covers more than one month")
                continue
            table = replace(table, whole=(min(days), max(days)))
        result.append((table, remarks))
    return result


def _files(source: Path | str) -> list[Path | str]:
    if isinstance(source, str):
        return [source]
    try:
        if source.is_dir():
            return [*sorted(file for file in source.iterdir() if _is_readable(file))]
    except OSError as error:
        raise SourceError(f"the folder {source} cannot be read: {why_refused(source, error)}") from None
    if not source.exists():
        if database.looks_secret(source):
            raise SourceError(database.MISTYPED)
        raise SourceError(f"{source} does not exist; give a file or a folder of exports")
    if source.suffix.lower() == ".toml" and not database.reads(source):
        raise SourceError(
            f"{source.name} does not declare a format: it needs title and columns; xl-lifecycle map writes them"
        )
    return [source]


def _is_readable(file: Path) -> bool:
    """Whether a file in a folder may be an export or have events. Our workbooks and their backups are neither."""
    if file.name[0] in "~." or (file.exists() and not file.is_file()):
        return False
    if file.suffix.lower() not in READABLE:
        return database.reads(file)
    return not (zipfile.is_zipfile(file) and _is_ours(file))


def _is_ours(file: Path | io.BytesIO) -> bool:
    """Whether an archive is a workbook with our tables."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = [info for info in archive.infolist() if re.fullmatch(r"xl/tables/\w+\.xml", info.filename)]
            text = b" ".join(archive.open(part).read(FIRST_BYTES) for part in parts[:MOST_FILES])
    except Exception:  # zipfile raises whatever a damaged file makes it meet
        return False
    return all(b'displayName="%b"' % name in text for name in OUR_TABLES)


def read_parts(path: Path) -> list[FilePart]:
    """The possible tables in a file, or in each file of an archive."""
    try:
        if (size := path.stat().st_size) > MOST_BYTES:
            raise SourceError(f"{path.name} has {size / 1e6:,.0f} MB, more than {MOST}: export a shorter period")
        if not path.is_file():
            raise SourceError(f"{path.name} is not a file: give a file or a folder of exports")
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path.name} cannot be read: {why_refused(path, error)}") from None
    shown = printable(path.name)
    members = _members(shown, data) if data.startswith(b"PK") else None
    if members is None:
        return [_part(shown, data)]
    return [_part(printable(f"{shown}/{name}"), member) for name, member in members]


def _part(name: str, data: bytes) -> FilePart:
    """The possible tables in a file, one for each separator or each sheet; and remarks."""
    if not data.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        raise SourceError(f"{name} is empty: export it again")
    workbook = name.lower().endswith((".xlsx", ".xlsm"))
    if data.startswith(OLE):
        raise SourceError(f"{name} is password-protected or an old .xls: save it as .xlsx without a password")
    if data.startswith(b"PK"):
        grids = _sheets(name, data)
        remarks: list[str] = [] if workbook else [Text("{name} is an Excel workbook and is read as one", name=name)]
        lost = any("\ufffd" in cell for grid in grids for row in grid for cell in row.cells)
        return FilePart(name, grids, remarks + [Text(LOST, name=name)] * lost)
    text = decode(data)
    if text is None and _is_damaged(data):
        raise SourceError(f"{name} is truncated or damaged: only a part of its text is UTF-8; export it again")
    if text is None:
        raise SourceError(f"{name} is neither text nor an Excel workbook: export it again as CSV or .xlsx")
    remarks = [Text("{name} is text, not an Excel workbook, and is read as text", name=name)] if workbook else []
    if "\ufffd" in text:
        remarks.append(Text(LOST, name=name))
    return FilePart(name, split(name, text), remarks, "" if text.endswith(("\n", "\r")) else text[-200:])


def _members(name: str, data: bytes) -> list[tuple[str, bytes]] | None:
    """The files of an archive; None if it is a workbook."""
    try:
        many = data.count(b"PK\x01\x02") > MOST_FILES  # the sizes that an archive states may be false
        archive = zipfile.ZipFile(io.BytesIO(b"" if many else data))
        infos = archive.infolist()
        if sum(info.file_size for info in infos) > MOST_BYTES:
            raise SourceError(f"{name} unpacks to more than {MOST}: give the exports themselves")
        if any(info.filename.endswith("workbook.xml") for info in infos):
            return None
        files = [
            info for info in infos if info.filename.lower().endswith(IN_ARCHIVES) and "__MACOSX" not in info.filename
        ]
        if any(info.flag_bits & 1 for info in files):
            raise SourceError(f"{name} is password-protected: unpack it and give the files inside")
        members = [(info.filename, archive.read(info)) for info in files]
    except SourceError:
        raise
    except Exception:
        if many:
            raise SourceError(f"{name} has more than 1,000 files: give the exports themselves") from None
        raise SourceError(f"{name} is damaged: download or save it again") from None
    if not members:
        raise SourceError(f"{name} is a zip archive without an export: give CSV, TSV or Excel files")
    return members


def decode(data: bytes) -> str | None:
    """Decode bytes by their byte order mark, else as UTF-8, Korean, Japanese or Western text; else None.

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
    if _is_damaged(data):
        return None  # the other encodings would misread it
    # Each encoding can misread the others without an error; only the right one yields words of its script.
    for encoding, script in (("cp932", JAPANESE), ("cp949", HANGUL)):
        text = _text(data, encoding)
        if text is not None and _share(text, script) > 0.5:
            return text
    return _text(data, "cp1252")


def _is_damaged(data: bytes) -> bool:
    """Whether a text is UTF-8 except for a few places."""
    first_bytes = sum(byte > 191 for byte in data)
    return 0 < data.decode("utf-8", "replace").count("\ufffd") * 4 < first_bytes


def _text(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if CONTROL.search(text) else text


def _share(text: str, script: re.Pattern[str]) -> float:
    foreign = sum(ord(character) > 127 for character in text)
    return sum(len(word) for word in script.findall(text)) / max(foreign, 1)


def _sheets(name: str, data: bytes) -> list[Grid]:
    if _members(name, data) is not None:
        raise SourceError(f"{name} is an archive in an archive: unpack it and give the files inside")
    if _is_ours(io.BytesIO(data)):
        raise SourceError(f"{name} is a lifecycle workbook, not an export: give the exports that a tool wrote")
    import openpyxl

    try:
        if _defines_entities(data):
            raise SourceError(f"{name} has XML that Excel never writes (a DOCTYPE): open it in Excel and save it again")
        with warnings.catch_warnings(action="ignore"):
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            return [_rows(name, sheet) for sheet in book.worksheets]
    except SourceError:
        raise
    except Exception as error:  # openpyxl and zipfile raise whatever a damaged file makes them meet
        raise SourceError(f"{name} is a damaged workbook ({error}): open it in Excel and save it again") from None


def _rows(name: str, sheet: Any) -> Grid:
    """A sheet's rows, without blank rows at its beginning and with only one of several blank rows in between."""
    sheet.reset_dimensions()  # the size that the file states may be wrong
    rows: Grid = []
    for n, values in enumerate(sheet.iter_rows(values_only=True), 1):
        cells = [UNWRITABLE.sub("\ufffd", ESCAPED.sub(_character, cell_text(value))) for value in values]
        while cells and not cells[-1].strip():
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            raise SourceError(
                f"{name} has {len(cells):,} columns, more than any export has: check that it is an export"
            )
        if cells or (rows and rows[-1].cells):
            rows.append(ExportRow(n, cells))
    return rows


def _character(escaped: re.Match[str]) -> str:
    return chr(int(escaped[1], 16))


def _defines_entities(data: bytes) -> bool:
    """Whether a part of a workbook has definitions, which could refer to other files or to themselves."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return any(b"<!DOCTYPE" in archive.read(part).replace(b"\0", b"") for part in archive.infolist())
