"""Files on disk: archives, encodings and workbooks. Lite, which has pasted sheets only, goes without."""

from __future__ import annotations

import codecs
import io
import re
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from xl_lifecycle.rules import Rules
from xl_lifecycle.sources.decode import Grid, Row, cell_text, split
from xl_lifecycle.sources.facts import Import, SourceError, month_of
from xl_lifecycle.sources.reader import Progress, import_table
from xl_lifecycle.sources.recognise import Table, UnknownFormat, recognise, tables_of

READABLE = {".csv", ".tsv", ".txt", ".xlsx", ".zip"}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and every password-protected .xlsx
BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
HANGUL = re.compile(r"[\uac00-\ud7a3]{2,}")
JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]{2,}")
MOST_BYTES, MOST_FILES = 500_000_000, 1000  # that an archive or workbook may unpack to
IN_ARCHIVES = (".csv", ".tsv", ".txt", ".xlsx")
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
Part = tuple[str, list[Grid], list[str]]


NO_RULES = Rules()


def read(path: Path, rules: Rules = NO_RULES) -> Import:
    """Recognise a file by its headers, read and reconcile it; SourceError says what is wrong."""
    found = read_file(path, rules)
    if len(found) > 1:
        raise SourceError(f"{found[0].file} is one of {len(found)} exports in {Path(path).name}: read them all")
    return found[0]


def read_file(path: Path, rules: Rules = NO_RULES) -> list[Import]:
    """Every export in a file: an archive or a workbook may hold several."""
    parts = read_parts(Path(path))
    tables: list[tuple[Table, list[str]]] = []
    unknown: list[UnknownFormat] = []
    for name, grids, remarks in parts:
        try:
            tables += [(table, remarks) for table in recognise_all(name, grids)]
        except UnknownFormat as error:
            unknown.append(error)
    if not tables:
        raise unknown[0]
    left = [f"left out: {error}" for error in unknown]
    dated = _with_dates(tables, left)
    imports = [import_table(t, [*remarks, *(left if n == 0 else ())], rules) for n, (t, remarks) in enumerate(dated)]
    paths = tuple(name for name in rules.prefer if Path(name).parts[1:] and Path(name).resolve() == path.resolve())
    return [replace(each, preferred=each.preferred + paths) for each in imports]


def read_all(froms: Iterable[Path], progress: Progress = lambda _: None, rules: Rules = NO_RULES) -> list[Import]:
    """Read files, and all readable files of folders."""
    files = list(dict.fromkeys(file for source in froms for file in _files(source)))
    imports = []
    for i, file in enumerate(files, 1):
        progress(f"reading {file.name} ({i} of {len(files)})")
        imports += read_file(file, rules)
    return imports


def recognise_all(file: str, grids: list[Grid]) -> list[Table]:
    """The first table of a known format, and those of other sheets that belong to it."""
    found = [recognise(file, grids)]
    for table in tables_of(file, grids) if found[0].declared.family else ():
        known = {each.declared.title for each in found}
        if table.declared.family == found[0].declared.family and table.declared.title not in known:
            found.append(replace(table, file=f"{file}/{table.declared.title}"))
    return found


def _with_dates(tables: list[tuple[Table, list[str]]], left: list[str]) -> list[tuple[Table, list[str]]]:
    """Tables without dates with those of their family; left out are those of more than one month."""
    dated = []
    for table, remarks in tables:
        family = [each for each, _ in tables if each.declared.family and each.declared.family == table.declared.family]
        days = [day for each in family for day in each.starts]
        if days and not table.starts:
            if month_of(min(days)) != month_of(max(days)):
                left.append(f"{table.file} left out: it has no dates of its own, and covers more than one month")
                continue
            table = replace(table, whole=(min(days), max(days)))
        dated.append((table, remarks))
    return dated


def _files(source: Path) -> list[Path]:
    if source.is_dir():
        found = sorted(
            file for file in source.iterdir() if file.suffix.lower() in READABLE and file.name[0] not in "~."
        )
        if not found:
            raise SourceError(f"{source} holds no export; put CSV, TSV or Excel exports there")
        return found
    if re.match(r"\w{2,}:/", str(source)):  # the address may hold a password: never print it
        raise SourceError("databases cannot be read yet; give files or folders of exports")
    if not source.exists():
        raise SourceError(f"{source} does not exist; give a file or a folder of exports")
    return [source]


def read_parts(path: Path) -> list[Part]:
    """The file, or each file of an archive: its name, the tables it may be, and remarks."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path.name} cannot be read ({error.strerror}): check the path") from None
    members = _members(path.name, data) if data.startswith(b"PK") else None
    if members is None:
        return [(path.name, *_read_grids(path.name, data))]
    return [(f"{path.name}/{name}", *_read_grids(f"{path.name}/{name}", member)) for name, member in members]


def _read_grids(name: str, data: bytes) -> tuple[list[Grid], list[str]]:
    """The tables a file may be: a text once a separator, a workbook once a sheet; and remarks."""
    if not data.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        raise SourceError(f"{name} is empty: export it again")
    workbook = name.lower().endswith((".xlsx", ".xlsm"))
    if data.startswith(OLE):
        raise SourceError(f"{name} is password-protected or an old .xls: save it as .xlsx without a password")
    if data.startswith(b"PK"):
        return _sheets(name, data), [] if workbook else [f"{name} is an Excel workbook, read as one"]
    text = decode(data)
    if text is None and _is_damaged(data):
        raise SourceError(
            f"{name} is truncated or damaged: some of its text is not UTF-8, the rest is; export it again"
        )
    if text is None:
        raise SourceError(f"{name} is neither text nor an Excel workbook: export it again as CSV or .xlsx")
    remarks = [f"{name} is text, not an Excel workbook, read as text"] if workbook else []
    if "\ufffd" in text:
        remarks.append(f"{name} has lost characters (\ufffd) where it was saved before: names may be wrong")
    return split(name, text), remarks


def _members(name: str, data: bytes) -> list[tuple[str, bytes]] | None:
    """The files of an archive; None if it is a workbook."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        infos = archive.infolist()
        if sum(info.file_size for info in infos) > MOST_BYTES or len(infos) > MOST_FILES:
            raise SourceError(f"{name} unpacks to more than 500 MB or 1,000 files: give the exports themselves")
        if any(info.filename.endswith("workbook.xml") for info in infos):
            return None
        files = [
            info for info in infos if info.filename.lower().endswith(IN_ARCHIVES) and "__MACOSX" not in info.filename
        ]
        if any(info.flag_bits & 1 for info in files):
            raise SourceError(f"{name} is password-protected: unpack it and give the files inside")
        members = [(info.filename, archive.read(info)) for info in files]
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError):
        raise SourceError(f"{name} is damaged: download or save it again") from None
    if not members:
        raise SourceError(f"{name} is a zip archive without an export: give CSV, TSV or Excel files")
    return members


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
    if _is_damaged(data):
        return None  # which the others would misread
    # Each can misread the others' bytes without an error; only the right one yields words of its script.
    for encoding, script in (("cp932", JAPANESE), ("cp949", HANGUL)):
        text = _text(data, encoding)
        if text is not None and _share(text, script) > 0.5:
            return text
    return _text(data, "cp1252")


def _is_damaged(data: bytes) -> bool:
    """Whether a text is UTF-8 but for a few places."""
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
    import pandas  # type: ignore[import-untyped, unused-ignore]

    try:
        sheets = pandas.read_excel(io.BytesIO(data), sheet_name=None, header=None, dtype=object, keep_default_na=False)
    except Exception as error:  # openpyxl raises whatever its XML parsing meets
        raise SourceError(f"{name} is a damaged workbook ({error}): open it in Excel and save it again") from None
    return [
        [Row(n, [cell_text(value) for value in row]) for n, row in enumerate(sheet.itertuples(index=False), 1)]
        for sheet in sheets.values()
    ]
