"""Files that would harm: huge, bombs, locked, without end, or not what they say. Refused in one line, quickly."""

from __future__ import annotations

import io
import os
import shutil
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference

from tests.support.export_files import total, workbook, zipped
from tests.support.systems import needs_links, needs_pipes
from xl_lifecycle.commands.refresh import refresh
from xl_lifecycle.core.cells.errors import SourceError
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.sources import read, read_all
from xl_lifecycle.xlsx.saved_book import SavedBook

TABLE = "month,spend\n2026-01,5\n"
ROWS = [["month", "spend"], ["2026-01", 5]]


def refused(path: Path, message: str, seconds: float = 20) -> None:
    began = time.perf_counter()
    with pytest.raises(SourceError, match=message) as error:
        read(path)
    assert "\n" not in str(error.value)
    assert time.perf_counter() - began < seconds


def parts_of(data: bytes, changes: dict[str, Callable[[str], str]], added: dict[str, str] | None = None) -> bytes:
    """A workbook with some of its parts changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    for name, change in changes.items():
        assert change(parts[name]) != parts[name]
        parts[name] = change(parts[name])
    return zipped(parts | (added or {}))


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("name", ["big.csv", "big.xlsx", "big.zip"])
def test_2_gb_are_refused_without_being_read(tmp_path: Path, name: str) -> None:
    with (tmp_path / name).open("wb") as file:
        file.write(b"PK\x03\x04" if name != "big.csv" else TABLE.encode())
        file.truncate(2 * 1024**3)
    tracemalloc.start()
    refused(tmp_path / name, r"has 2,147 MB, more than 200 MB: export a shorter period", 2)
    assert tracemalloc.get_traced_memory()[1] < 1e7
    tracemalloc.stop()


def lying() -> bytes:
    """An archive whose directory says that a file of 50 MB has 10 bytes."""
    data = bytearray(zipped({"a.csv": b"month,spend\n" + b"0" * 50_000_000}))
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = struct.pack("<I", 10)
    return bytes(data)


def nested(depth: int) -> bytes:
    data = TABLE.encode()
    for n in range(depth):
        data = zipped({f"{n}.zip": data, f"{n}.csv": data})
    return data


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.zip", lambda: zipped({"a.csv": b"0" * 200_000_001}), "unpacks to more than 200 MB"),
        ("a.zip", lambda: zipped({f"{n}.csv": b"0" * 20_000_001 for n in range(10)}), "unpacks to more than 200 MB"),
        ("a.zip", lambda: zipped({f"{n}.csv": TABLE for n in range(1001)}), "has more than 1,000 files"),
        ("a.zip", lambda: b"PK\x05\x06" + b"PK\x01\x02" * 1_000_000, "has more than 1,000 files"),
        ("a.zip", lying, "is damaged"),
        ("a.zip", lambda: nested(5), "is an archive in an archive"),
        ("a.zip", lambda: zipped({"b.zip": TABLE}), "without an export"),
        ("a.xlsx", lambda: parts_of(workbook(ROWS), {}, {"xl/media/x.png": "0" * 200_000_001}), "more than 200 MB"),
        ("a.xlsx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000), "password-protected"),
        ("a.csv", lambda: TABLE.replace("5", "5\x00").encode(), "neither text nor an Excel workbook"),
        ("a.csv", lambda: TABLE.encode("utf-16") + b"\x00\xd8", "neither text nor an Excel workbook"),  # half a pair
        ("a.csv", lambda: TABLE.encode() + b"2026-02,\xed\xa0\x80\n", "only a part of its text is UTF-8|is not a number"),
        ("a.csv", lambda: f"month,campaign,spend\n2026-01,{'x' * 5000},1\n".encode(), r"line 2, column 'campaign' holds 5,000 characters"),
        ("a.csv", lambda: f"month,campaign,spend\n2026-01,{'x' * 200_000},1\n".encode(), "cannot be split into columns"),
    ],
    ids=["high ratio", "many big", "many", "many that are none", "lying", "nested", "zip in zip", "workbook", "password", "nul", "surrogate utf-16", "surrogate", "long", "very long"],
)  # fmt: skip
def test_harmful_files_are_refused(make, name: str, content: Callable[[], bytes], message: str) -> None:
    refused(make(name, content()), message)


def test_long_cells_that_are_not_used_do_no_harm(reads) -> None:
    assert total(reads("t.csv", f"month,notes,spend\n2026-01,{'x' * 100_000},1\n"), "spend") == 1


ENTITIES = '<!DOCTYPE x [<!ENTITY a "lol">' + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
EXTERNAL = '<!DOCTYPE x [<!ENTITY i SYSTEM "file:///etc/hostname">'


@pytest.mark.parametrize("definitions", [ENTITIES, EXTERNAL], ids=["billion laughs", "external"])
@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "[Content_Types].xml"])
def test_workbooks_that_define_entities_are_refused(make, definitions: str, part: str) -> None:
    def define(text: str) -> str:
        head, end, rest = text.partition("?>") if text.startswith("<?xml") else ("", "", text)
        return f"{head}{end}{definitions}]>{rest}".replace("2026-01", "&i;")

    refused(make("x.xlsx", parts_of(workbook(ROWS), {part: define})), r"DOCTYPE")


def test_a_sheet_that_claims_a_million_rows_is_read_quickly(make) -> None:
    def claim(text: str) -> str:
        text = text.replace('<dimension ref="A1:B2"/>', '<dimension ref="A1:XFD1048576"/>')
        return text.replace("</sheetData>", '<row r="1048576"><c r="XFD1048576"/></row></sheetData>')

    began = time.perf_counter()
    result = read(make("x.xlsx", parts_of(workbook(ROWS), {SHEET: claim})))
    assert total(result, "spend") == 5
    assert time.perf_counter() - began < 30


def test_a_sheet_of_very_many_columns_is_refused(make) -> None:
    last = '<row r="3"><c r="XFD3" t="n"><v>1</v></c></row></sheetData>'
    data = parts_of(workbook(ROWS), {SHEET: lambda text: text.replace("</sheetData>", last)})
    refused(make("x.xlsx", data), "has 16,384 columns, more than any export")


def test_characters_that_no_workbook_can_hold_are_told_as_lost(make, small_book: Path) -> None:
    rows = [["month", "channel", "campaign", "spend"], ["2026-01", "Email", "half_xD800_ nul_x0000_ line_x000D_", 5]]
    path = make("x.xlsx", workbook(rows))
    assert read(path).facts[0].campaign == "half\ufffd nul\ufffd line"
    assert any("lost characters" in note for note in read(path).notes)
    refresh(small_book, [path], FUNCTIONS.catalogue)
    assert SavedBook(small_book)


def test_a_workbook_with_macros_is_an_export_too(make) -> None:
    data = parts_of(workbook(ROWS), {}, {"xl/vbaProject.bin": "macros"})
    assert total(read(make("x.xlsm", data)), "spend") == 5
    assert total(read_all([make("x.zip", zipped({"x.xlsm": data}))])[0], "spend") == 5


FORMULAS = ["=cmd|' -C calc'!A0", "+1", "-x", "@x", "=1+1", "-2+3", "'=1"]


def test_text_that_looks_like_a_formula_stays_text_in_the_workbook(
    make, small_book: Path, cells_of: Callable[..., dict]
) -> None:
    """As a channel, a campaign and an item."""
    rows = [["month", "channel", "campaign", "spend"], *(["2026-03", text, text, 5] for text in FORMULAS)]
    head = ["month", "kind", "item", "channel", "measure", "value"]
    things = [head, *(["2026-03", "keyword", text, text, "rank", 1] for text in FORMULAS)]
    files = [make("t.xlsx", workbook(rows)), make("i.xlsx", workbook(things))]
    refresh(small_book, files, FUNCTIONS.catalogue)
    cells = {(sheet, at): cell for sheet, all_cells in cells_of(small_book).items() for at, cell in all_cells.items()}
    for text in FORMULAS:
        places = [sheet for (sheet, _), cell in cells.items() if cell.value == text]
        assert places.count("Costs") >= 2  # its channel and its campaign
        assert places.count("Items") >= 2
        assert all(cell.kind in ("s", "inlineStr", "str") for cell in cells.values() if cell.value == text)
    assert not any(cell.formula in {text.lstrip("=") for text in FORMULAS} for cell in cells.values())


# Folders


def test_the_workbook_and_its_backups_in_the_folder_are_no_exports(tmp_path: Path, small_book: Path) -> None:
    folder = small_book.parent
    (folder / "costs.csv").write_text("month,channel,spend\n2026-03,Email,70\n", "utf-8")
    for name in ("small (backup).xlsx", "copy.xlsm"):
        shutil.copy(small_book, folder / name)
    assert [result.file for result in read_all([folder])] == ["costs.csv"]
    report = refresh(small_book, [folder], FUNCTIONS.catalogue)
    assert (report.files, report.added) == (1, 1)
    assert refresh(small_book, [folder], FUNCTIONS.catalogue).nothing_new
    refused(folder / "copy.xlsm", r"copy\.xlsm is a lifecycle workbook, not an export")
    (folder / "costs.csv").unlink()
    with pytest.raises(SourceError, match="has no export"):
        read_all([folder])


@needs_pipes
def test_folders_and_pipes_named_like_files(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TABLE, "utf-8")
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    assert len(read_all([tmp_path])) == 1


@needs_links
def test_loops_of_links(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TABLE, "utf-8")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert len(read_all([tmp_path / "loop" / "loop"])) == 1
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).symlink_to(tmp_path / ("b.csv" if name == "a.csv" else "a.csv"))
    with pytest.raises(SourceError, match=r"[ab]\.csv cannot be read: Too many levels"):
        read_all([tmp_path])
    with pytest.raises(SourceError, match=r"a\.csv (does not exist|cannot be read)"):
        read_all([tmp_path / "a.csv"])


@needs_links
def test_a_link_that_leads_nowhere_is_named(tmp_path: Path) -> None:
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nowhere.csv")
    with pytest.raises(SourceError, match=r"gone\.csv cannot be read: No such file"):
        read_all([tmp_path])


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"has no export; put CSV"):
        read_all([tmp_path])


def test_what_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "t.csv").write_text(TABLE, "utf-8")

    def forbidden(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:  # whoever runs the tests may read everything
        patch.setattr(Path, "read_bytes", forbidden)
        with pytest.raises(
            SourceError, match=r"t\.csv cannot be read: Permission denied; check the path and its rights"
        ):
            read_all([tmp_path / "t.csv"])
    with monkeypatch.context() as patch:
        patch.setattr(Path, "iterdir", forbidden)
        with pytest.raises(SourceError, match=r"the folder .* cannot be read: Permission denied; check the path"):
            read_all([tmp_path])


@needs_pipes
def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    refused(tmp_path / "pipe.csv", r"pipe\.csv is not a file", 2)


def test_a_sheet_without_a_table_beside_one_with(make) -> None:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["just", "words"])
    for row in ROWS:
        book.create_sheet("Data").append(row) if row is ROWS[0] else book["Data"].append(row)
    chart = BarChart()
    chart.add_data(Reference(book["Data"], min_col=2, min_row=1, max_row=2))
    book.create_chartsheet("Chart").add_chart(chart)
    book.save(out)
    assert total(read(make("x.xlsx", out.getvalue())), "spend") == 5
