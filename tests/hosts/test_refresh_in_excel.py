"""Refresh in an open workbook: exports pasted on sheets, in Lite and in classic xlwings, by the same code."""

from __future__ import annotations

import copy
import csv
import datetime as dt
import html
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
import xlwings as xw
from excel_book import ExcelBook
from lite_runtime import PYODIDES, Runtime
from office import Office

from xl_lifecycle.book import open_book
from xl_lifecycle.content import empty
from xl_lifecycle.functions import FUNCTIONS
from xl_lifecycle.hosts import classic_vba, lite, live
from xl_lifecycle.refresh import refresh, save
from xl_lifecycle.tables import Settings
from xl_lifecycle.template.layout import quoted

CATALOGUE = FUNCTIONS.catalogue
SAMPLE = Path(__file__).parents[2] / "xl_lifecycle" / "sample" / "exports"
Refresh = Callable[[ExcelBook], None]
TYPED = [
    ["Month", "Channel", "Campaign", "Spend", "Leads"],
    [dt.datetime(2026, 3, 1), "Email", "March 2026", 120.5, 12],
    [dt.datetime(2026, 4, 1), "Webinars", "=cmd|' /C calc'!A0", 80, 3],
    [dt.datetime(2027, 2, 1), "Email", "", 33, None],
]


def facts(tables: Any) -> set[tuple[Any, ...]]:
    return {(f.measure, f.month, f.channel, f.campaign, f.item, f.value) for f in tables.facts}


def as_file(rows: list[list[Any]], path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([_text(cell) for cell in row] for row in rows)
    return path


def _text(cell: Any) -> str:
    return f"{cell:%Y-%m-%d}" if isinstance(cell, dt.datetime) else "" if cell is None else str(cell)


def as_excel(path: Path, encoding: str, separator: str) -> list[list[Any]]:
    """An export as Excel opens it: what looks like a number is one."""
    with path.open(encoding=encoding, newline="") as file:
        return [[_cell(text) for text in row] for row in csv.reader(file, delimiter=separator)]


def _cell(text: str) -> Any:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return text


class ClassicApp:
    """Excel's own application, as classic xlwings shows it."""

    def __init__(self) -> None:
        self.calculation = "automatic"
        self.status_bar: object = None
        self.told: list[str] = []
        self.alerts: list[str] = []

    def __setattr__(self, name: str, value: object) -> None:
        if name == "status_bar" and isinstance(value, str):
            self.told.append(value)
        super().__setattr__(name, value)

    def alert(self, text: str, title: str, mode: str) -> None:
        assert self.calculation == "automatic"
        self.alerts.append(text)


class ClassicBook:
    """The workbook of `Book.caller()`: its cells through xlwings, its application faked."""

    def __init__(self, book: xw.Book, folder: Path) -> None:
        self.sheets, self.app, self.fullname = book.sheets, ClassicApp(), str(folder / "lifecycle.xlsm")


def in_classic(excel: ExcelBook, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the button's macro runs, on the workbook that called it."""
    monkeypatch.setenv("XLWINGS_LICENSE_KEY", "noncommercial")  # for the engine that stands for Excel here
    from xlwings.pro import _xlremote

    xw.engines.add(xw.Engine(impl=_xlremote.engine))
    book = xw.Book(json=_sent(excel))
    caller = ClassicBook(book, folder)
    monkeypatch.setattr(xw.Book, "caller", lambda: caller)
    exec(classic_vba.buttons().partition('RunPython "')[2].partition('"')[0])
    assert (caller.app.calculation, caller.app.status_bar) == ("automatic", False)
    excel.apply(book.json()["actions"])
    excel.alerts += caller.app.alerts


def _sent(excel: ExcelBook) -> dict[str, Any]:
    return {"client": "Office.js", "version": xw.__version__, **excel.json()}


def in_lite(excel: ExcelBook, runtime: Runtime) -> None:
    """The script behind the button."""
    workbook = {"values": excel.values, "formulas": excel.formulas}
    excel.apply(runtime.ask("run_script", name="refresh", book=excel.json(), workbook=workbook))


@pytest.fixture(params=["classic", *PYODIDES])
def refresh_in_excel(
    request: pytest.FixtureRequest,
    runtimes: Callable[[str], Runtime],
    demo_book: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Refresh:
    """Refresh as a person presses it, in each host."""
    if request.param == "classic":
        return lambda excel: in_classic(excel, tmp_path, monkeypatch)
    runtime = runtimes(request.param)
    runtime.ask("load", code=lite.properties(demo_book)["main.py"])
    return lambda excel: in_lite(excel, runtime)


def test_a_pasted_table_comes_in_as_the_file_does(small_book: Path, tmp_path: Path, refresh_in_excel: Refresh) -> None:
    excel = ExcelBook(small_book)
    excel.paste("Import costs", TYPED)
    refresh_in_excel(excel)
    report = refresh(small_book, [as_file(TYPED, tmp_path / "costs.csv")], CATALOGUE)
    assert facts(excel.read(CATALOGUE)) == facts(open_book(small_book).read(CATALOGUE))
    assert excel.alerts == [f"1 files read, {report.added} values new, {len(report.changed)} changed."]
    assert report.added == 5
    assert excel.grid("Report")[1][0].endswith(excel.alerts[0])


def test_every_sample_export_comes_in_as_the_file_does(
    small_book: Path, demo_book: Path, refresh_in_excel: Refresh
) -> None:
    excel = ExcelBook(small_book)
    for path in sorted(SAMPLE.iterdir()):
        text = path.read_bytes()
        encoding = "utf-16" if text[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        excel.paste(f"Import {path.stem}"[:31], as_excel(path, encoding, "\t" if encoding == "utf-16" else ","))
    refresh_in_excel(excel)
    expected = shutil.copy(small_book, small_book.with_name("file.xlsx"))
    refresh(expected, [SAMPLE], CATALOGUE)
    assert facts(excel.read(CATALOGUE)) == facts(open_book(expected).read(CATALOGUE))
    again = ExcelBook(small_book)
    again.__dict__ |= excel.__dict__
    before = facts(again.read(CATALOGUE))
    refresh_in_excel(again)
    assert facts(again.read(CATALOGUE)) == before
    assert again.alerts[-1].endswith("0 values new, 0 changed.")


# What is refused, and leaves the workbook as it was


def refused(excel: ExcelBook, press: Refresh) -> str:
    """What the person is told; nothing else may have happened."""
    before = copy.deepcopy((excel.names, excel.values, excel.tables, excel.formulas))
    press(excel)
    assert (excel.names, excel.values, excel.tables, excel.formulas) == before
    (told,) = excel.alerts
    assert "\n" not in told
    return told


def test_nothing_to_read_is_said(small_book: Path, refresh_in_excel: Refresh) -> None:
    told = refused(ExcelBook(small_book), refresh_in_excel)
    assert told == "nothing to read: paste an export on a sheet named Import, from its first cell"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([[None]], "the sheet Import is empty: paste an export on it, from its first cell"),
        ([["one", "two"], [1, 2]], "Import: no known format has the headers one, two"),
        ([*TYPED, ["03/04/2026", "Email", "", 5, 1]], "Import, line 5"),
        ([*TYPED, ["2026-05", "Email", "", -5, 1]], "Import, line 5"),
    ],
)
def test_a_sheet_that_cannot_be_read_is_named(
    small_book: Path, refresh_in_excel: Refresh, rows: list[list[Any]], said: str
) -> None:
    excel = ExcelBook(small_book)
    excel.paste("Import", rows)
    assert refused(excel, refresh_in_excel).startswith(said)


def test_a_table_does_not_grow_over_what_stands_below(small_book: Path, refresh_in_excel: Refresh) -> None:
    excel = ExcelBook(small_book)
    below = int(re.findall(r"\d+", excel.tables["Costs"]["Costs"])[-1]) + 2
    excel.type("Costs", f"B{below}", "my note")
    new = ([dt.datetime(2026, 1, 1), "Email", f"c{n}", 1] for n in range(5))
    excel.paste("Import", [["Month", "Channel", "Campaign", "Spend"], *new])
    told = refused(excel, refresh_in_excel)
    assert told.startswith(f"Costs!B{below} is in the way of table Costs, which needs 5 more rows")


def test_a_wrong_setting_is_said(small_book: Path, refresh_in_excel: Refresh) -> None:
    excel = ExcelBook(small_book)
    excel.paste("Import", TYPED)
    excel.type("Settings", "B10", 13)
    assert refused(excel, refresh_in_excel).startswith('Settings: "13" is not a month from 1 to 12')


# What people made stays


def test_rows_columns_and_formulas_of_ones_own_stay(small_book: Path, refresh_in_excel: Refresh) -> None:
    """New rows come last, so that a column of notes stays beside its rows."""
    excel = ExcelBook(small_book)
    before = excel.grid("Costs")
    excel.type("Overview", "Z50", "mine")
    excel.paste("Import", TYPED)
    refresh_in_excel(excel)
    after = excel.grid("Costs")
    assert [row[:3] for row in after[: len(before)]] == [row[:3] for row in before]
    assert [row[1:3] for row in after[len(before) :]] == [
        ["Email", "March 2026"], ["Webinars", "=cmd|' /C calc'!A0"], ["Email", None],
    ]  # fmt: skip
    assert excel.cell("Overview", "Z50") == "mine"
    assert any(place.startswith("Costs!") for place in excel.formatted)


def test_a_new_channel_gets_a_sheet_and_stands_in_the_lists(small_book: Path, refresh_in_excel: Refresh) -> None:
    excel = ExcelBook(small_book)
    excel.paste("Import", TYPED)
    refresh_in_excel(excel)
    assert "Webinars" in excel.names
    assert (excel.cell("Webinars", "A1"), excel.cell("Webinars", "B4")) == ("Webinars", "Webinars")
    assert excel.grid("Channels")[-1] == ["Webinars", "Webinars"]
    assert excel.grid("Places")[-1] == ["Webinars"]
    assert [2027] in excel.grid("Periods")
    assert ["2027-Q1"] in excel.grid("Periods")
    for sheet in ("Overview", "Attract", "Expand"):
        (header,) = [row for row in excel.values[sheet] if row[2:5] == ["All", "Paid ads", "Email"]]
        assert header[5:7] == ["Podcast", "Webinars"]


def test_pressing_again_changes_nothing(small_book: Path, refresh_in_excel: Refresh) -> None:
    excel = ExcelBook(small_book)
    excel.paste("Import", TYPED)
    refresh_in_excel(excel)
    before = copy.deepcopy((excel.names, excel.values, excel.tables))
    refresh_in_excel(excel)
    report = excel.tables["Changes"]
    assert report
    assert {n: v for n, v in excel.values.items() if n != "Changes"} == {
        n: v for n, v in before[1].items() if n != "Changes"
    }
    assert excel.alerts[-1] == "1 files read, 0 values new, 0 changed."


def test_a_corrected_export_changes_its_cells_only(small_book: Path, refresh_in_excel: Refresh) -> None:
    excel = ExcelBook(small_book)
    excel.paste("Import", TYPED)
    refresh_in_excel(excel)
    before = excel.grid("Costs")
    excel.type("Import", "D2", 99)
    refresh_in_excel(excel)
    changed = [(a, b) for a, b in zip(before, excel.grid("Costs"), strict=True) if a != b]
    assert [(a[3], b[3]) for a, b in changed] == [(120.5, 99)]
    assert excel.alerts[-1] == "1 files read, 0 values new, 1 changed."
    assert "changed: spend 2026-03 Email/March 2026: 120.5 -> 99" in [row[0] for row in excel.grid("Report")]


def test_text_pasted_in_one_column_is_split(small_book: Path, refresh_in_excel: Refresh) -> None:
    excel = ExcelBook(small_book)
    excel.paste("import", [["Month,Channel,Spend"], ["2026-03,Email,120.5"]])
    refresh_in_excel(excel)
    assert excel.alerts == ["1 files read, 1 values new, 0 changed."]


# What only one host does


def test_classic_reads_the_folder_of_settings(
    small_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    excel = ExcelBook(small_book)
    excel.type("Settings", "B12", "exports")
    (tmp_path / "exports").mkdir()
    as_file(TYPED, tmp_path / "exports" / "costs.csv")
    in_classic(excel, tmp_path, monkeypatch)
    assert excel.alerts == ["1 files read, 5 values new, 0 changed."]
    excel.type("Settings", "B12", "nowhere")
    in_classic(excel, tmp_path, monkeypatch)
    assert excel.alerts[-1].endswith("nowhere does not exist; give a file or a folder of exports")


def test_classic_puts_back_what_it_wrote_when_a_sheet_refuses(
    small_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    excel = ExcelBook(small_book)
    excel.paste("Import", TYPED)
    written = live._write

    def protected(at: live.LiveTable, edit: live.Edit) -> None:
        if edit.table == "Channels":
            raise RuntimeError("the sheet is protected")
        written(at, edit)

    monkeypatch.setattr(live, "_write", protected)
    before = facts(excel.read(CATALOGUE))
    tables = copy.deepcopy(excel.tables)
    in_classic(excel, tmp_path, monkeypatch)
    assert facts(excel.read(CATALOGUE)) == before
    assert excel.tables == tables
    assert excel.alerts == [
        "Settings cannot be written (the sheet is protected); nothing was changed: unprotect it, and refresh again"
    ]


def test_lite_enters_again_what_does_not_work_yet(small_book: Path, lite_runtime: Runtime) -> None:
    """A name that Excel did not resolve, and a short form that nobody wrote out."""
    excel = ExcelBook(small_book)
    excel.paste("Import", TYPED)
    excel.formulas["Email"]["60,3"] = "=CAC()"
    in_lite(excel, lite_runtime)
    texts = [text for formulas in excel.formulas.values() for text in formulas.values()]
    assert texts
    assert not any("_xldudf_" in text for text in texts)
    assert excel.formulas["Email"]["60,3"] == '=CAC("Email",$B$5,Data)'


def test_lite_tells_its_progress(small_book: Path, lite_runtime: Runtime) -> None:
    excel = ExcelBook(small_book)
    excel.paste("Import Google", TYPED)
    in_lite(excel, lite_runtime)
    assert lite_runtime.ask("printed") == ["reading the tables", "reading the sheet Import Google", "writing"]


@pytest.fixture
def lite_runtime(runtimes: Callable[[str], Runtime], demo_book: Path) -> Runtime:
    runtime = runtimes(PYODIDES[0])
    runtime.ask("load", code=lite.properties(demo_book)["main.py"])
    return runtime


# The buttons


@pytest.mark.parametrize("language", ["en", "ko", "ja"])
def test_every_sheet_has_a_button_that_lite_knows(tmp_path: Path, language: str, lite_runtime: Runtime) -> None:
    path = tmp_path / "new.xlsx"
    save(empty(["Email", "Events & PR"], range(24312, 24324), Settings(language=language)), path, CATALOGUE)
    start = openpyxl.load_workbook(path, read_only=True).sheetnames[0]
    lite_runtime.ask("load", code=lite.properties(path)["main.py"])
    refresh_script = next(s for s in lite_runtime.ask("scripts_meta") if s["function_name"] == "refresh")
    assert refresh_script["button"] in (f"[Refresh]{start}!C1", f"[Refresh]'{start}'!C1")
    with zipfile.ZipFile(path) as file:
        sheets = [name for name in file.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)]
        for sheet in sheets:
            rels = file.read(sheet.replace("sheets/", "sheets/_rels/") + ".rels").decode()
            drawing = re.search(r"drawings/(drawing\d+\.xml)", rels)
            assert drawing
            assert file.read(f"xl/drawings/{drawing[1]}").decode().count('name="Refresh"') == 1
            links = file.read(f"xl/drawings/_rels/{drawing[1]}.rels").decode()
            assert unquote(html.unescape(links)).count(f"#{quoted(start)}!C1") == 1


def test_libreoffice_binds_every_button_of_the_macro_book(tmp_path: Path, office: Office) -> None:
    path = tmp_path / "new.xlsm"
    save(empty(["Email"], range(24312, 24324), Settings()), path, CATALOGUE)
    with office.open(path) as document:
        found, sheets = document.buttons(), document.sheets()
    assert [sheet for sheet, *_ in found] == [sheet for sheet in sheets if sheet != "xlwings.conf"]
    assert {caption for _, caption, _ in found} == {"Refresh"}
    assert {macro for *_, macro in found} == {
        "vnd.sun.star.script:VBAProject.LifecycleButtons.RefreshLifecycle?language=Basic&location=document"
    }


def test_the_macro_of_the_button_runs_python(tmp_path: Path) -> None:
    from classic_excel import Excel  # skips where its packages are missing

    path = tmp_path / "new.xlsm"
    save(empty(["Email"], range(24312, 24324), Settings()), path, CATALOGUE)
    excel = Excel(path)
    assert (
        excel.press(classic_vba.REFRESH_MACRO) == "import xl_lifecycle.hosts.classic as lifecycle; lifecycle.refresh()"
    )
