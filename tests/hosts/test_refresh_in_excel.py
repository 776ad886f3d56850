"""Refresh in an open workbook: exports pasted on sheets, in Lite and in classic xlwings, by the same code."""

from __future__ import annotations

import copy
import csv
import datetime as dt
import decimal
import html
import re
import shutil
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
import xlwings as xw
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.excel_book import ExcelBook
from tests.support.lite_runtime import PYODIDES, Runtime
from tests.support.office import Office
from tests.support.paths import ROOT
from tests.support.sample_exports import EXPORTS, Export
from xl_lifecycle.commands.refresh import refresh
from xl_lifecycle.content.content import INPUT_TABLES, REVISIONS, TABLES, empty
from xl_lifecycle.content.edits import Edit
from xl_lifecycle.content.read_content import read_content, scalar
from xl_lifecycle.content.rules import RULE_TABLES
from xl_lifecycle.core.cells.addresses import quoted
from xl_lifecycle.core.cells.errors import ExcelError, SourceError
from xl_lifecycle.core.dataset.dataset import Dataset
from xl_lifecycle.core.dataset.read_tables import read_tables
from xl_lifecycle.core.dataset.tables import Settings
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.exports import combine
from xl_lifecycle.exports.declaration import titles
from xl_lifecycle.hosts.classic import vba as classic_vba
from xl_lifecycle.hosts.lite import bundle as lite
from xl_lifecycle.hosts.save import save
from xl_lifecycle.refresh import live_tables, open_workbook
from xl_lifecycle.refresh.merge import Report, merge
from xl_lifecycle.refresh.report import summary
from xl_lifecycle.sources import read
from xl_lifecycle.xlsx.saved_book import SavedBook

CATALOGUE = FUNCTIONS.catalogue
SAMPLE = ROOT / "xl_lifecycle" / "commands" / "sample" / "exports"
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
    """An export as an American Excel opens it: what looks like a number or a date is one."""
    return as_cells(path.read_text(encoding), separator)


def as_cells(text: str, separator: str) -> list[list[Any]]:
    return [[_cell(cell) for cell in row] for row in csv.reader(text.splitlines(), delimiter=separator)]


def _cell(text: str) -> Any:
    for form in ("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m", "%Y/%m/%d", "%m/%d/%Y", "%b %Y"):
        with suppress(ValueError):
            return dt.datetime.strptime(text, form)
    if re.fullmatch(r"-?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?%?", text) and re.search(r"\d", text):
        number = float(text.rstrip("%").replace(",", ""))
        return number / 100 if text.endswith("%") else number
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
    monkeypatch.setenv("XLWINGS_LICENSE_KEY", "noncommercial")  # for the engine that replaces Excel here
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


def in_lite(excel: ExcelBook, runtime: Runtime, copies: str = "") -> None:
    """The script behind the button. copies: the sheet that a new channel's is made of."""
    formulas = excel.formulas_or_values()
    if copies:
        formulas["Webinars"] = formulas[copies]
    workbook = {"values": excel.values, "formulas": formulas}
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
    assert facts(excel.read(CATALOGUE)) == facts(SavedBook(small_book).dataset_tables(CATALOGUE))
    assert excel.alerts == [f"1 files read, {report.added} new values, {len(report.changed)} changed."]
    assert report.added == 5
    assert excel.grid("Report")[1][0].endswith(excel.alerts[0])


@pytest.mark.parametrize("refresh_in_excel", ["classic", PYODIDES[0]], indirect=True)  # 15 s each
def test_every_sample_export_comes_in_as_the_file_does(
    small_book: Path, demo_book: Path, refresh_in_excel: Refresh, edit: Any, table_cell: Any
) -> None:
    edit(small_book, lambda book: setattr(table_cell(book, "Settings", 2, 1), "value", "USD"))  # as the exports are
    excel = ExcelBook(small_book)
    for path in sorted(SAMPLE.iterdir()):
        text = path.read_bytes()
        encoding = "utf-16" if text[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        excel.paste(f"Import {path.stem}"[:31], as_excel(path, encoding, "\t" if encoding == "utf-16" else ","))
    refresh_in_excel(excel)
    expected = shutil.copy(small_book, small_book.with_name("file.xlsx"))
    refresh(expected, [SAMPLE], CATALOGUE)
    assert facts(excel.read(CATALOGUE)) == facts(SavedBook(expected).dataset_tables(CATALOGUE))
    again = ExcelBook(small_book)
    again.__dict__ |= excel.__dict__
    before = facts(again.read(CATALOGUE))
    refresh_in_excel(again)
    assert facts(again.read(CATALOGUE)) == before
    assert again.alerts[-1].endswith("0 new values, 0 changed.")


EACH_FORMAT = list({export.source: export for export in reversed(EXPORTS)}.values())  # the first of each, in Lite
IN_HOSTS = [("classic", export) for export in EXPORTS] + [(PYODIDES[0], export) for export in EACH_FORMAT]


@pytest.mark.parametrize(
    ("refresh_in_excel", "export"), IN_HOSTS, indirect=["refresh_in_excel"], ids=[f"{h} {e.name}" for h, e in IN_HOSTS]
)
def test_every_format_comes_in_as_the_file_does(
    small_book: Path, tmp_path: Path, refresh_in_excel: Refresh, export: Export
) -> None:
    (tmp_path / "export.csv").write_text(export.text, "utf-8")
    file = read(tmp_path / "export.csv")
    excel = ExcelBook(small_book)
    if file.currency:
        excel.put("Settings", 2, 1, file.currency)
    content = read_content(excel.read(CATALOGUE), {name: excel.grid(name) for name in TABLES}, CATALOGUE, titles())
    excel.paste("Import", as_cells(export.text, export.separator))
    refresh_in_excel(excel)
    report = merge(content, combine([file]), 1, CATALOGUE)
    assert excel.alerts == [summary(report, "en")]
    assert report.added
    grids = [*(content.input_grid(table, CATALOGUE) for table in INPUT_TABLES), content.item_grid(CATALOGUE)]
    assert facts(excel.read(CATALOGUE)) == facts(read_tables(grids, CATALOGUE))


RULED = [
    ["Campaign report"],
    ["January 1, 2026 - January 31, 2026"],
    ["Campaign", "Impr.", "Clicks", "Currency code", "Cost", "Conversions"],
    ["Brand DE", 100, 10, "USD", 10, 1],
    ["Brand FR", 100, 10, "USD", 30, 1],
    ["Total: Campaigns", 200, 20, "USD", 40, 2],
]


def test_rules_hold_as_on_the_command_line(small_book: Path, tmp_path: Path, refresh_in_excel: Refresh) -> None:
    excel = ExcelBook(small_book)
    excel.paste("Import ads", RULED)
    assert "USD, the workbook in EUR: write the rate of USD from 2026-01" in refused(excel, refresh_in_excel)
    excel.put("ExchangeRates", 1, 0, "USD")
    excel.put("ExchangeRates", 1, 1, "2025-12")
    excel.put("ExchangeRates", 1, 2, 0.5)
    for column, text in ((0, "Google Ads"), (2, "brand*"), (3, "Podcast"), (4, "Brand")):
        excel.put("ChannelRules", 1, column, text)
    excel.put("SourceRules", 1, 0, "spendd")
    excel.put("SourceRules", 1, 1, "Google Ads")
    excel.alerts.clear()
    assert re.match(r"Settings![A-Z]+7: \"spendd\" is not a measure; did you mean", refused(excel, refresh_in_excel))
    excel.put("SourceRules", 1, 0, "spend")
    refresh_in_excel(excel)
    found = {
        (f.channel, f.campaign): f.value for f in excel.read(CATALOGUE).facts if f.measure == "spend" and f.campaign
    }
    assert found == {("Podcast", "Brand"): 20}
    assert any("USD converted at 0.5 EUR, the rate from 2025-12" in row[0] for row in excel.grid("Report"))


def test_a_sheet_named_on_settings_is_preferred(small_book: Path, refresh_in_excel: Refresh) -> None:
    excel = ExcelBook(small_book)
    for sheet, spend in (("Import a", 10), ("Import b", 20)):
        excel.paste(sheet, [["Month", "Channel", "Spend"], ["2026-03", "Podcast", spend]])
    assert "spend of Podcast is 10 in Import a" in refused(excel, refresh_in_excel)
    excel.put("Settings", 7, 1, "import B")
    refresh_in_excel(excel)
    assert [f.value for f in excel.read(CATALOGUE).facts if f.month == 24314 and f.measure == "spend"] == [20]


def test_a_workbook_without_tables_of_rules_refreshes(small_book: Path, refresh_in_excel: Refresh) -> None:
    excel = ExcelBook(small_book)
    for name in ("ChannelRules", "LeadDefinitions", "SourceRules", "ExchangeRates", "Networks"):
        for tables in excel.tables.values():
            tables.pop(name, None)
    excel.paste("Import costs", TYPED)
    refresh_in_excel(excel)
    assert excel.alerts == ["1 files read, 5 new values, 0 changed."]


# What is refused, and leaves the workbook as it was


def refused(excel: ExcelBook, press: Refresh) -> str:
    """The message for the user; nothing else may have happened."""
    before = copy.deepcopy((excel.names, excel.values, excel.tables, excel.formulas))
    press(excel)
    assert (excel.names, excel.values, excel.tables, excel.formulas) == before
    (told,) = excel.alerts
    assert "\n" not in told
    return told


def test_nothing_to_read_is_said(small_book: Path, refresh_in_excel: Refresh) -> None:
    message = refused(ExcelBook(small_book), refresh_in_excel)
    assert message == "nothing to read: paste an export on a sheet named Import, from its first cell"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([[None]], "the sheet Import is empty: paste an export on it, from its first cell"),
        ([["one", "two"], [1, 2]], "Import: no known format has the headers one, two"),
        ([*TYPED, ["03/04/2026", "Email", "", 5, 1]], "Import, line 5"),
        ([*TYPED, ["2026-05", "Email", "", -5, 1]], "Import, line 5"),
    ],
)
def test_a_sheet_that_cannot_be_read_is_named(
    small_book: Path, refresh_in_excel: Refresh, rows: list[list[Any]], message: str
) -> None:
    excel = ExcelBook(small_book)
    excel.paste("Import", rows)
    assert refused(excel, refresh_in_excel).startswith(message)


def test_a_table_does_not_grow_over_what_stands_below(small_book: Path, refresh_in_excel: Refresh) -> None:
    excel = ExcelBook(small_book)
    below = int(re.findall(r"\d+", excel.tables["Costs"]["Costs"])[-1]) + 2
    excel.type("Costs", f"B{below}", "my note")
    new = ([dt.datetime(2026, 1, 1), "Email", f"c{n}", 1] for n in range(5))
    excel.paste("Import", [["Month", "Channel", "Campaign", "Spend"], *new])
    message = refused(excel, refresh_in_excel)
    assert message.startswith(f"Costs!B{below} is in the way of table Costs, which needs 5 more rows")


def test_a_wrong_setting_is_said(small_book: Path, refresh_in_excel: Refresh) -> None:
    excel = ExcelBook(small_book)
    excel.paste("Import", TYPED)
    excel.type("Settings", "B10", 13)
    assert refused(excel, refresh_in_excel).startswith('Settings!B10: "13" is not a month from 1 to 12')


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
        ["Email", "March 2026"],
        ["Webinars", "=cmd|' /C calc'!A0"],
        ["Email", None],
    ]
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
    assert excel.alerts[-1] == "1 files read, 0 new values, 0 changed."


def test_a_corrected_export_changes_its_cells_only(small_book: Path, refresh_in_excel: Refresh) -> None:
    excel = ExcelBook(small_book)
    excel.paste("Import", TYPED)
    refresh_in_excel(excel)
    before = excel.grid("Costs")
    excel.type("Import", "D2", 99)
    refresh_in_excel(excel)
    changed = [(a, b) for a, b in zip(before, excel.grid("Costs"), strict=True) if a != b]
    assert [(a[3], b[3]) for a, b in changed] == [(120.5, 99)]
    assert excel.alerts[-1] == "1 files read, 0 new values, 1 changed."
    assert "changed: spend 2026-03 Email/March 2026: 120.5 -> 99" in [row[0] for row in excel.grid("Report")]


def test_text_pasted_in_one_column_is_split(small_book: Path, refresh_in_excel: Refresh) -> None:
    excel = ExcelBook(small_book)
    excel.paste("import", [["Month,Channel,Spend"], ["2026-03,Email,120.5"]])
    refresh_in_excel(excel)
    assert excel.alerts == ["1 files read, 1 new values, 0 changed."]


# Tables as people leave them


@pytest.fixture
def press(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Refresh:
    """Refresh in the host that needs no start."""
    return lambda excel: in_classic(excel, tmp_path, monkeypatch)


def imported(excel: ExcelBook, press: Refresh, rows: list[list[Any]]) -> str:
    """Press Refresh with a pasted table. Returns the message."""
    excel.paste("Import", rows)
    press(excel)
    return excel.alerts[-1]


def figures(excel: ExcelBook, measure: str, month: int = 24314) -> dict[tuple[str, str], float]:
    """A month's values of a measure, by channel and campaign; repeated ones are added."""
    found: dict[tuple[str, str], float] = {}
    for fact in excel.read(CATALOGUE).facts:
        if (fact.measure, fact.month) == (measure, month):
            key = (fact.channel, fact.campaign)
            found[key] = found.get(key, 0) + fact.value
    return found


MARCH = dt.datetime(2026, 3, 1)
SPEND = [["Month", "Channel", "Spend"], [MARCH, "Email", 60]]


def test_a_measure_in_another_table_s_column_counts_once(small_book: Path, press: Refresh) -> None:
    excel = ExcelBook(small_book)
    excel.insert_column("Costs", 6, "Leads", dict.fromkeys(range(1, 10), 12))
    imported(excel, press, [["Month", "Channel", "Leads"], [MARCH, "Email", 15]])
    assert figures(excel, "leads") == {("Paid ads", ""): 12, ("Email", ""): 15, ("Podcast", ""): 12}


@pytest.mark.parametrize("at", [0, 1, 3, 4, 6])
@pytest.mark.parametrize("table", ["Costs", "Channels", "Imports", "Items"])
def test_a_column_of_ones_own_stays_wherever_it_is(small_book: Path, press: Refresh, table: str, at: int) -> None:
    excel = ExcelBook(small_book)
    imported(excel, press, TYPED)
    width = len(excel.grid(table)[0])
    at = min(at, width)
    own = {row: f"note {row}" for row in range(1, len(excel.grid(table)))}
    excel.insert_column(table, at, "My note", own)
    before = excel.grid(table)
    rows = [["Month", "Channel", "Spend"], [MARCH, "Cinema", 60], [MARCH, "Email", 70]]
    excel.paste("Import 2", rows)
    items = [["Month", "Kind", "Item", "Channel", "Measure", "Value"], [MARCH, "Keyword", "crm", "Email", "Rank", 3]]
    excel.paste("Import 3", items)
    press(excel)
    after = excel.grid(table)
    assert [row[at] for row in after[: len(before)]] == [row[at] for row in before]
    assert not any(row[at] for row in after[len(before) :])
    assert after[0] == before[0]
    expected = {"Costs": "Cinema", "Channels": "Cinema", "Imports": "Table of items", "Items": "crm"}[table]
    assert any(expected in row[:at] + row[at + 1 :] for row in after)
    assert excel.read(CATALOGUE).channels == ["Paid ads", "Email", "Podcast", "Webinars", "Cinema"]


@pytest.mark.parametrize(
    ("table", "column", "message"),
    [
        ("Costs", "Campaign", 'table Costs has no column "Campaign": add it, and refresh again'),
        ("Costs", "Month", 'table Costs has no column "Month": add it, and refresh again'),
        ("Attract", "Channel", 'table Attract has no column "Channel": add it, and refresh again'),
        ("Costs", "Marketing spend", 'table Costs has no column "Marketing spend": add it, and refresh again'),
        ("Items", "Channel", 'table Items has no column "Channel": add it, and refresh again'),
        ("Channels", "Sheet", 'table Channels has no column "Sheet": add it, and refresh again'),
        ("Imports", "Channels", 'table Imports has no column "Channels": add it, and refresh again'),
    ],
)
def test_a_column_that_is_missing_is_named(
    small_book: Path, press: Refresh, table: str, column: str, message: str
) -> None:
    excel = ExcelBook(small_book)
    excel.rename_column(table, column, "Something")
    excel.paste("Import", TYPED)
    items = [["Month", "Kind", "Item", "Channel", "Measure", "Value"], [MARCH, "Keyword", "crm", "Email", "Rank", 3]]
    excel.paste("Import 2", items)
    assert refused(excel, press) == message


def test_a_table_without_campaigns_takes_what_has_none(small_book: Path, press: Refresh) -> None:
    excel = ExcelBook(small_book)
    excel.rename_column("Costs", "Campaign", "Something")
    imported(excel, press, SPEND)
    assert figures(excel, "spend") == {("Email", ""): 60, ("Podcast", ""): 50}


def test_two_columns_of_a_measure_are_refused(small_book: Path, press: Refresh) -> None:
    excel = ExcelBook(small_book)
    excel.insert_column("Costs", 6, "spend", {2: 7})
    excel.paste("Import", SPEND)
    assert refused(excel, press) == 'table Costs has a second column "spend": keep one, and refresh again'


def test_a_row_of_totals_is_no_row(small_book: Path, press: Refresh) -> None:
    excel = ExcelBook(small_book)
    excel.add_totals("Costs", {0: "Total", 3: 1259})
    imported(excel, press, SPEND)
    assert excel.alerts[-1] == "1 files read, 1 new values, 0 changed."
    excel.paste("Import 2", TYPED)
    assert refused_again(excel, press) == ("Costs: table Costs has a row of totals: remove it, and refresh again")


def refused_again(excel: ExcelBook, press: Refresh) -> str:
    excel.alerts.clear()
    return refused(excel, press)


def test_blank_rows_and_another_order_are_kept(small_book: Path, press: Refresh) -> None:
    excel = ExcelBook(small_book)
    rows = excel.grid("Costs")[1:]
    rows.reverse()
    rows[4] = [None] * 6
    for i, row in enumerate(rows, 1):
        for j, cell in enumerate(row):
            excel.put("Costs", i, j, cell)
    before = excel.grid("Costs")
    imported(excel, press, SPEND)
    assert [a[:3] for a in excel.grid("Costs")] == [b[:3] for b in before]
    assert figures(excel, "spend") == {("Email", ""): 60, ("Podcast", ""): 50}


@pytest.mark.parametrize("month", ["2026-03", "March 2026", dt.datetime(2026, 3, 17), dt.datetime(2026, 3, 17, 9, 30)])
def test_a_month_is_one_however_it_is_typed(small_book: Path, press: Refresh, month: Any) -> None:
    excel = ExcelBook(small_book)
    at = next(i for i, row in enumerate(excel.grid("Costs")) if row[1] == "Podcast" and row[3] == 50)
    excel.put("Costs", at, 0, month)
    height = len(excel.grid("Costs"))
    imported(excel, press, [["Month", "Channel", "Spend"], [month, "Podcast", 60]])
    assert figures(excel, "spend") == {("Podcast", ""): 60}
    assert len(excel.grid("Costs")) == height


def test_names_that_differ_in_case_or_spaces_are_one(small_book: Path, press: Refresh) -> None:
    excel = ExcelBook(small_book)
    imported(excel, press, [["Month", "Channel", "Campaign", "Spend"], [MARCH, "Podcast", "Spring Sale", 20]])
    excel.paste("Import", [["Month", "Channel", "Campaign", "Spend"], [MARCH, "PODCAST", "spring  sale ", 30]])
    press(excel)
    assert figures(excel, "spend") == {("Podcast", "Spring Sale"): 30}
    assert "PODCAST" not in excel.names
    assert excel.read(CATALOGUE).channels == ["Paid ads", "Email", "Podcast"]
    assert excel.alerts[-1] == "1 files read, 0 new values, 1 changed."


def test_a_channel_listed_in_another_spelling_keeps_its_sheet(small_book: Path, press: Refresh) -> None:
    excel = ExcelBook(small_book)
    excel.put("Channels", 2, 0, "이메일")
    before = excel.grid("Channels")
    imported(excel, press, TYPED)
    assert excel.grid("Channels")[:4] == before
    assert excel.grid("Channels")[4] == ["Webinars", "Webinars"]
    assert "Webinars" in excel.names


def test_what_cannot_be_a_channel_stays_in_the_list(small_book: Path, press: Refresh) -> None:
    excel = ExcelBook(small_book)
    excel.put("Channels", 1, 0, "a/b")
    before = excel.grid("Channels")
    imported(excel, press, TYPED)
    assert excel.grid("Channels")[:4] == before


def test_periods_that_people_added_stay(small_book: Path, press: Refresh) -> None:
    excel = ExcelBook(small_book)
    end = len(excel.grid("Periods"))
    added = ["2026-01:2026-06", 46082, "FY2026-Q1"]
    for i, period in enumerate(added):
        excel.put("Periods", end + i, 0, period, grow=True)
    imported(excel, press, TYPED)
    assert [[period] in excel.grid("Periods") for period in added] == [True] * 3


# New channels


@pytest.mark.parametrize(
    ("channel", "sheet"),
    [
        ("Overview", "Overview (2)"), ("Import partners", "Import partners"), ("'quoted'", "quoted"),
        ("=1+1", "=1+1"), ("+49 hotline", "+49 hotline"), ("x" * 40, "x" * 31), ("TV: [a]?", "TV- (a)-"),
        ("History", "History_"), (2026, "2026"), ("O'Hara's", "O'Hara's"), ("mail.py", "mail.py_"),
    ],
)  # fmt: skip
def test_a_channel_of_any_name_comes_in_once(small_book: Path, press: Refresh, channel: str | int, sheet: str) -> None:
    excel = ExcelBook(small_book)
    imported(excel, press, [["Month", "Channel", "Spend"], [MARCH, channel, 60]])
    assert excel.alerts[-1] == "1 files read, 1 new values, 0 changed."
    assert figures(excel, "spend")[str(channel), ""] == 60
    assert excel.grid("Channels")[-1] == [str(channel), sheet]
    assert excel.cell(sheet, "B4") == str(channel)
    before = copy.deepcopy((excel.values, excel.tables))
    press(excel)
    assert excel.alerts[-1] == "1 files read, 0 new values, 0 changed."
    assert (excel.values, excel.tables) == before


def test_several_new_channels_each_get_their_place(small_book: Path, press: Refresh) -> None:
    excel = ExcelBook(small_book)
    rows = [[MARCH, channel, 60] for channel in ("Zebra", "Cinema", "Bus")]
    imported(excel, press, [["Month", "Channel", "Spend"], *rows])
    new = [row[0] for row in excel.grid("Channels")[4:]]
    assert sorted(new) == ["Bus", "Cinema", "Zebra"]
    (header,) = [row for row in excel.values["Overview"] if row[2:5] == ["All", "Paid ads", "Email"]]
    assert header[5:9] == ["Podcast", *new]
    assert [excel.cell(channel, "B4") for channel in new] == new


def test_what_people_wrote_beside_a_header_stays(small_book: Path, press: Refresh) -> None:
    excel = ExcelBook(small_book)
    row = next(i for i, cells in enumerate(excel.values["Overview"], 1) if cells[2:4] == ["All", "Paid ads"])
    excel.type("Overview", f"H{row + 2}", "my remark")
    said = imported(excel, press, [["Month", "Channel", "Spend"], [MARCH, "Bus", 60], [MARCH, "Cinema", 60]])
    assert said == "1 files read, 2 new values, 0 changed."
    assert excel.cell("Overview", f"H{row + 2}") == "my remark"
    assert excel.cell("Overview", f"G{row}") in ("", None)
    (note,) = [line for (line,) in excel.grid("Report")[1:] if "Overview" in line]
    assert note == (
        f"note: Overview!H{row + 2} is in the way of the new channels: move it, and type Bus, Cinema, starting at G{row}"
    )
    assert excel.cell("Attract", "A1")


def test_a_sheet_that_was_made_to_show_another_channel_is_no_pattern(small_book: Path, press: Refresh) -> None:
    excel = ExcelBook(small_book)
    excel.type("Podcast", "B4", "Email")
    excel.type("Podcast", "A1", "My view")
    imported(excel, press, TYPED)
    assert (excel.cell("Webinars", "A1"), excel.cell("Webinars", "B4")) == ("Webinars", "Webinars")


def test_sheets_may_have_any_names(small_book: Path, press: Refresh) -> None:
    excel = ExcelBook(small_book)
    for old, new in (("Podcast", "Our podcast"), ("Settings", "Import settings"), ("Costs", "Important costs")):
        excel._setSheetName({"sheet_position": excel.names.index(old)}, new)
    excel.paste("Important dates", [["one", "two"], [1, 2]])
    imported(excel, press, TYPED)
    assert excel.alerts == ["1 files read, 5 new values, 0 changed."]
    assert excel.cell("Webinars", "B4") == "Webinars"


# What changed is kept


FIRST, SECOND, THIRD = dt.date(2026, 4, 2), dt.date(2026, 5, 3), dt.date(2026, 6, 4)


def on_day(excel: ExcelBook, day: dt.date, rows: list[list[Any]]) -> Report:
    """Refresh with a pasted table, on a day."""
    excel.paste("Import", rows)
    book = xw.Book(json=_sent(excel))
    report, _ = open_workbook.refresh(book, CATALOGUE, day)
    excel.apply(book.json()["actions"])
    return report


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine that replaces Excel."""
    monkeypatch.setenv("XLWINGS_LICENSE_KEY", "noncommercial")
    from xlwings.pro import _xlremote

    xw.engines.add(xw.Engine(impl=_xlremote.engine))


def as_of(excel: ExcelBook, day: dt.date, measure: str = "spend") -> dict[tuple[str, str], float]:
    dataset = Dataset(excel.read(CATALOGUE)).as_of(day)
    cells = {place: months.get(24314) for place, months in dataset._series[None, measure].places.items()}
    return {(channel, campaign): c.value for (channel, campaign), c in cells.items() if c and campaign is not None}


@pytest.mark.usefixtures("engine")
def test_restated_values_are_kept_and_asked_as_of_a_day(small_book: Path) -> None:
    excel = ExcelBook(small_book)
    head = ["Month", "Channel", "Campaign", "Spend"]
    typed = as_of(excel, FIRST)
    assert typed == {("Podcast", ""): 50}
    known = [typed]
    for day, spend in ((FIRST, [60, 5]), (SECOND, [70, 5]), (THIRD, [80, None])):
        on_day(excel, day, [head, *([MARCH, "Email", name, v] for name, v in zip("ab", spend, strict=True) if v)])
        known.append(figures(excel, "spend"))
    assert known[2:] == [
        {("Podcast", ""): 50, ("Email", "a"): 70, ("Email", "b"): 5},
        {("Podcast", ""): 50, ("Email", "a"): 80},
    ]
    days = (FIRST - dt.timedelta(1), FIRST, SECOND, THIRD)
    assert [as_of(excel, day) for day in days] == known
    rows = [row[:1] + row[3:4] + row[7:10] for row in excel.grid("Revisions")[1:]]
    first, second, third = (scalar(day) for day in (FIRST, SECOND, THIRD))
    assert rows == [
        [second, "a", 60, first, 70],
        [third, "a", 70, second, 80],
        [third, "b", 5, first, None],
    ]
    assert [row[-1] for row in excel.grid("Imports")[1:]] == ["2026-04-02"]


@pytest.mark.usefixtures("engine")
def test_columns_and_rows_of_ones_own_in_revisions_stay(small_book: Path) -> None:
    excel = ExcelBook(small_book)
    on_day(excel, FIRST, SPEND)
    on_day(excel, SECOND, [SPEND[0], [MARCH, "Email", 70]])
    excel.insert_column("Revisions", 2, "Why", {1: "credit note"})
    before = excel.grid("Revisions")
    on_day(excel, THIRD, [SPEND[0], [MARCH, "Email", 80]])
    after = excel.grid("Revisions")
    assert after[: len(before)] == before
    assert [row[2] for row in after] == ["Why", "credit note", None]
    assert (after[-1][8], after[-1][10]) == (70, 80)


@pytest.mark.parametrize("refresh_in_excel", ["classic", *PYODIDES], indirect=True)
def test_the_button_records_the_day(small_book: Path, refresh_in_excel: Refresh) -> None:
    excel = ExcelBook(small_book)
    days = {str(dt.date.today())}
    excel.paste("Import", SPEND)
    refresh_in_excel(excel)
    excel.type("Import", "C2", 70)
    refresh_in_excel(excel)
    days.add(str(dt.date.today()))  # at midnight
    assert {row[-1] for row in excel.grid("Imports")[1:]} <= days
    ((day, *_, old, old_of, new, source, file),) = excel.grid("Revisions")[1:]
    assert (old, new, source, file) == (60, 70, "Table of monthly figures", "Import")
    assert {str(dt.date(1899, 12, 30) + dt.timedelta(cell)) for cell in (day, old_of)} <= days


def made_before(path: Path) -> ExcelBook:
    """A workbook as it was made before: Imports on Settings, without days, and neither Revisions nor rules."""
    excel = ExcelBook(path)
    header = excel.grid("Imports")[0][:-1]
    for table in ("Imports", "Revisions", *RULE_TABLES):
        sheet, (top, left, bottom, right) = excel._place(table)
        for row in excel.values[sheet][top : bottom + 1]:
            row[left : right + 1] = [""] * (right + 1 - left)
        del excel.tables[sheet][table]
    for column, text in zip("LMNOPQRST", header, strict=True):
        excel.type("Settings", f"{column}6", text)
        excel.type("Settings", f"{column}7", "")
    excel.tables["Settings"]["Imports"] = "L6:T7"
    return excel


def test_a_workbook_made_before_is_refreshed_and_says_what_it_cannot_keep(
    small_book: Path, refresh_in_excel: Refresh
) -> None:
    excel = made_before(small_book)
    excel.paste("Import", SPEND)
    refresh_in_excel(excel)
    excel.type("Import", "C2", 70)
    refresh_in_excel(excel)
    assert excel.alerts == ["1 files read, 1 new values, 0 changed.", "1 files read, 0 new values, 1 changed."]
    assert excel.grid("Imports")[1][:3] == ["Table of monthly figures", "Import", "Marketing spend"]
    assert figures(excel, "spend")["Email", ""] == 70
    assert [line for (line,) in excel.grid("Report")[1:] if "Revisions" in line] == [
        "note: the old values are not stored: this workbook has no table Revisions; a new workbook has one"
    ]


# What is pasted


@pytest.mark.parametrize(
    "cell", ["1,234.50", "€1,234.50", "1.234,50 €", "1 234,50", 1234.5, "$1,234.50", decimal.Decimal("1234.5000")]
)
def test_numbers_in_any_dress_come_in(small_book: Path, press: Refresh, cell: Any) -> None:
    excel = ExcelBook(small_book)
    imported(excel, press, [["Month", "Channel", "Spend"], [MARCH, "Email", str(cell)]])
    assert figures(excel, "spend")["Email", ""] == 1234.5


def test_cells_are_what_the_host_hands_over() -> None:
    """A cell formatted as a currency is a decimal in classic Excel, and a number formatted as a date a date."""
    cells = [decimal.Decimal("120.5"), dt.datetime(2026, 3, 1), dt.datetime(1900, 1, 11, 12), "#N/A", "", True, None]
    read = [scalar(cell) for cell in cells]
    assert read == [120.5, 46082, 12.5, ExcelError.NA, None, True, None]
    assert [type(cell) for cell in read[:3]] == [float, int, float]


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("#DIV/0!", "Import, line 2, column 'Spend': '#DIV/0!' is not a number: correct the cell, or export again"),
        (True, "Import, line 2, column 'Spend': 'True' is not a number: correct the cell, or export again"),
        (MARCH, "Import, line 2, column 'Spend': '2026-03-01' is not a number: correct the cell, or export again"),
    ],
)
def test_a_cell_that_is_no_number_is_named(small_book: Path, press: Refresh, cell: Any, message: str) -> None:
    excel = ExcelBook(small_book)
    excel.paste("Import", [["Month", "Channel", "Spend"], [MARCH, "Email", cell]])
    assert refused(excel, press) == message


def test_the_same_export_on_two_sheets_counts_once(small_book: Path, press: Refresh) -> None:
    excel = ExcelBook(small_book)
    excel.paste("Import b", SPEND)
    excel.paste("Import a", SPEND)
    excel.paste("Import c", [[None]])
    press(excel)
    assert figures(excel, "spend")["Email", ""] == 60


def test_our_own_table_pasted_back_changes_nothing(small_book: Path, press: Refresh) -> None:
    excel = ExcelBook(small_book)
    before = excel.read(CATALOGUE).facts
    sheet = next(name for name, tables in excel.tables.items() if "Costs" in tables)
    excel.paste("Import", copy.deepcopy(excel.values[sheet]))
    excel.tables["Import"] = {"Costs_1": excel.tables[sheet]["Costs"]}
    press(excel)
    assert excel.read(CATALOGUE).facts == before
    assert excel.alerts == ["1 files read, 0 new values, 0 changed."]


def test_text_in_a_column_further_right_is_split_and_its_lines_are_the_sheet_s(
    small_book: Path, press: Refresh
) -> None:
    excel = ExcelBook(small_book)
    excel.paste("Import", [[None, None], [None, "Month,Channel,Spend"], [None, "2026-03,Email,x"]])
    assert refused(excel, press).startswith("Import, line 3, column 'Spend'")
    excel.type("Import", "B3", "2026-03,Email,60")
    press(excel)
    assert excel.alerts[-1] == "1 files read, 1 new values, 0 changed."


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_an_english_table_comes_into_a_workbook_of_another_language(
    tmp_path: Path, press: Refresh, language: str
) -> None:
    path = tmp_path / "new.xlsx"
    save(empty(["Email", "Paid ads"], range(24312, 24315), Settings(language=language)), path, CATALOGUE)
    excel = ExcelBook(path)
    height = len(excel.grid("Costs"))
    imported(excel, press, [*SPEND, [MARCH, "Webinars", 5]])
    assert figures(excel, "spend") == {("Email", ""): 60, ("Webinars", ""): 5}
    assert len(excel.grid("Costs")) == height + 1
    assert excel.cell("Webinars", "B4") == "Webinars"
    before = excel.grid("Costs")
    excel.paste("Import", [["月", "チャネル", "Spend"], [MARCH, "メール", 61]])
    press(excel)
    assert [b[3] for a, b in zip(before, excel.grid("Costs"), strict=True) if a != b] == [61]


# Items


HEAD = ["Month", "Kind", "Item", "Channel", "Measure", "Value"]


def items(excel: ExcelBook) -> list[tuple[str, str, str, float]]:
    return sorted((f.item[1], f.channel, f.measure, f.value) for f in excel.read(CATALOGUE).facts if f.item)


def test_items_are_added_and_updated_and_counted(small_book: Path, press: Refresh) -> None:
    excel = ExcelBook(small_book)
    rows = [[MARCH, "Keyword", "crm", "Email", "Rank", 3], [MARCH, "Keyword", "erp", "Email", "Rank", 5]]
    assert imported(excel, press, [HEAD, *rows]) == "1 files read, 2 new values, 0 changed."
    excel.put("Items", 1, 2, "CRM ")
    excel.type("Import", "F2", 4)
    press(excel)
    assert excel.alerts[-1] == "1 files read, 0 new values, 1 changed."
    assert items(excel) == [("CRM", "Email", "rank", 4), ("erp", "Email", "rank", 5)]
    assert "changed: rank 2026-03 keyword:crm Email: 3 -> 4" in [row[0] for row in excel.grid("Report")]


def test_an_item_that_stands_twice_or_without_a_measure_is_replaced(small_book: Path, press: Refresh) -> None:
    excel = ExcelBook(small_book)
    for row, cells in enumerate(
        [["Keyword", "crm", None, 3], ["Keyword", "crm", "Rank", 4], ["Keyword", "erp", "Rank", 7]]
    ):
        kind, item, measure, value = cells
        for column, cell in enumerate([MARCH, kind, item, "Email", measure, value]):
            excel.put("Items", row + 1, column, cell, grow=True)
    imported(excel, press, [HEAD, [MARCH, "Keyword", "crm", "Email", "Rank", 5]])
    assert items(excel) == [("crm", "Email", "rank", 5), ("erp", "Email", "rank", 7)]


# What nobody foresaw


def test_an_unforeseen_failure_is_told_in_a_sentence(
    small_book: Path, press: Refresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    excel = ExcelBook(small_book)
    excel.paste("Import", TYPED)

    def broken(*_: Any) -> None:
        raise KeyError("x\ny")

    monkeypatch.setattr(open_workbook, "merge", broken)
    message = refused(excel, press)
    assert message.startswith("Refresh stopped with an unexpected error (KeyError: ")


def test_a_sheet_that_cannot_be_added_is_told(
    small_book: Path, press: Refresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    excel = ExcelBook(small_book)

    class ComError(Exception):
        excepinfo = (0, "Microsoft Excel", "Workbook is\nprotected.", None, 0, -1)

    def protected(*_: Any, **__: Any) -> None:
        raise ComError(-2147352567, "Exception occurred.")

    monkeypatch.setattr(xw.Sheet, "copy", protected)
    assert imported(excel, press, TYPED) == (
        "the figures are in the tables, but the new channels Webinars could not be added to the sheets "
        "(Workbook is protected.): unprotect the workbook, copy another channel's sheet, and type the channel in it"
    )
    assert figures(excel, "spend")["Email", "March 2026"] == 120.5


def test_an_unforeseen_failure_in_lite_is_told_in_a_sentence(small_book: Path, lite_runtime: Runtime) -> None:
    excel = ExcelBook(small_book)
    excel.paste("Import", TYPED)
    module = "__import__('xl_lifecycle.refresh.open_workbook').refresh.open_workbook"
    lite_runtime.ask("evaluate", code=f"{module}.__dict__.update(merge=None, kept={module}.merge)")
    message = refused(excel, lambda excel: in_lite(excel, lite_runtime))
    lite_runtime.ask("evaluate", code=f"{module}.__dict__.update(merge={module}.kept)")
    assert message.startswith("Refresh stopped with an unexpected error (TypeError: ")


def test_lite_takes_no_text_for_a_formula(small_book: Path, lite_runtime: Runtime) -> None:
    """The sheet Start explains =CAC() in a text that begins with it; Excel gives text where there is no formula."""
    excel = ExcelBook(small_book)
    excel.paste("Notes", [["=CAC()"], ["=CAC()"], ["x"]])
    excel.formulas["Notes"]["2,0"] = "=CPL()"
    excel.paste("Import", TYPED)
    before = copy.deepcopy(excel.formulas)
    in_lite(excel, lite_runtime)
    assert excel.formulas["Start"].keys() == before["Start"].keys()
    assert excel.formulas["Notes"] == {"2,0": "=CPL(\"All\",'Settings'!$B$7,Data)"}


# Whatever is in the tables and on the sheets


texts = st.sampled_from(["Email", "email", "Podcast", "Paid ads", "Webinars", "=1+1", "", "이메일"])
campaigns = st.sampled_from(["", "", "Brand", "brand ", "#1", "2026"])
months = st.sampled_from(["2026-02", "2026-03", "Mar 2026", dt.datetime(2026, 1, 17), dt.datetime(2026, 3, 1)])
amounts = st.sampled_from([None, 0, 1, 2.5, 10, 10.0, "1,000", "3"])
pasted = st.lists(st.tuples(months, texts, campaigns, amounts, amounts, amounts), min_size=1, max_size=6)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    typed=st.lists(st.tuples(months, texts, campaigns, st.sampled_from([None, 1, 5.5]), st.just(None)), max_size=8),
    sheets=st.lists(pasted, min_size=1, max_size=3),
    order=st.randoms(use_true_random=False),
    own=st.integers(0, 6),
)
def test_refresh_in_excel_is_the_command_line_s(
    small_original: Path, tmp_path: Path, typed: Any, sheets: Any, order: Any, own: int
) -> None:
    """The facts are the same, in whatever order the sheets are, and pressing again changes nothing."""
    with pytest.MonkeyPatch.context() as patch:
        excel = ExcelBook(small_original)
        for row, cells in enumerate(typed, len(excel.grid("Costs")) - 2):
            for column, cell in enumerate(cells):
                excel.put("Costs", row, column, cell, grow=True)
        excel.insert_column("Costs", own, "Mine", {1: "mine"})
        grids = {name: excel.grid(name) for name in (*TABLES, REVISIONS)}
        tables = excel.read(CATALOGUE)
        files = []
        names = [f"Import {n}" for n in range(len(sheets))]
        for name, rows in zip(names, sheets, strict=True):
            table = [["Month", "Channel", "Campaign", "Spend", "Leads", "Sessions"], *map(list, rows)]
            files.append(as_file(table, tmp_path / name))
            excel.paste(name, table)
        order.shuffle(excel.names)
        content, why = read_content(tables, grids, CATALOGUE, titles()), ""
        try:
            imports = [read(shutil.copy(file, f"{file}.csv")) for file in files]
            report = merge(content, combine(imports), len(imports), CATALOGUE, dt.date.today())
        except SourceError as error:
            why = str(error).replace(".csv", "")
        if why:
            assert refused(excel, lambda excel: in_classic(excel, tmp_path, patch)) == why
            return
        in_classic(excel, tmp_path, patch)
        assert excel.alerts == [summary(report, "en")]
        ours = {table.value: content.input_grid(table, CATALOGUE) for table in INPUT_TABLES}
        assert summed(excel.read(CATALOGUE)) == summed(read_tables(ours, CATALOGUE))
        assert not [p for p in excel.read(CATALOGUE).problems if p.table != "Costs"]
        before = copy.deepcopy((excel.values, excel.tables))
        in_classic(excel, tmp_path, patch)
        after = excel.values | {"Changes": before[0]["Changes"]}
        assert (after, excel.tables | {"Changes": before[1]["Changes"]}) == before


def summed(tables: Any) -> dict[tuple[Any, ...], float]:
    """Facts, as far as the dataset distinguishes them."""
    found: dict[tuple[Any, ...], float] = {}
    for fact in tables.facts:
        key = (fact.measure, fact.month, fact.channel.casefold(), fact.campaign.casefold())
        found[key] = found.get(key, 0) + fact.value
    return found


# What only one host does


def test_classic_reads_the_folder_of_settings(
    small_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    excel = ExcelBook(small_book)
    excel.type("Settings", "B12", "exports")
    (tmp_path / "exports").mkdir()
    as_file(TYPED, tmp_path / "exports" / "costs.csv")
    in_classic(excel, tmp_path, monkeypatch)
    assert excel.alerts == ["1 files read, 5 new values, 0 changed."]
    excel.type("Settings", "B12", "nowhere")
    in_classic(excel, tmp_path, monkeypatch)
    assert excel.alerts[-1].endswith("nowhere does not exist; give a file or a folder of exports")


def test_classic_knows_formats_that_the_folder_of_settings_declares(
    small_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For the files in it and for what is pasted; the declaration may lie there alone."""
    excel = ExcelBook(small_book)
    excel.type("Settings", "B12", "exports")
    (tmp_path / "exports").mkdir()
    text = 'title = "Podcast host"\nrequired = ["day", "cost"]\n[columns]\nday = ["Aired"]\ncost = ["Fee"]\n'
    text += '[measures]\nspend = ["cost"]\n[channel]\nalways = "Podcast"\n'
    (tmp_path / "exports" / "podcast.toml").write_text(text, "utf-8")
    excel.paste("Import", [["Aired", "Fee"], [MARCH, 70]])
    in_classic(excel, tmp_path, monkeypatch)
    assert figures(excel, "spend") == {("Podcast", ""): 70}
    excel.paste("Import", [["Month", "Channel", "Spend"], [MARCH, "Email", 60]])
    as_file([["Aired", "Fee"], ["2026-03-01", 80]], tmp_path / "exports" / "shows.csv")
    in_classic(excel, tmp_path, monkeypatch)
    assert figures(excel, "spend") == {("Podcast", ""): 80, ("Email", ""): 60}


def test_classic_puts_back_what_it_wrote_when_a_sheet_refuses(
    small_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    excel = ExcelBook(small_book)
    excel.paste("Import", TYPED)
    written = live_tables.write_edit

    def protected(at: live_tables.LiveTable, edit: Edit) -> None:
        if edit.table == "Channels":
            raise RuntimeError("the sheet is protected")
        written(at, edit)

    monkeypatch.setattr(live_tables, "write_edit", protected)
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
    in_lite(excel, lite_runtime, copies="Podcast")
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
    from tests.support.classic_excel import Excel  # skips where its packages are missing

    path = tmp_path / "new.xlsm"
    save(empty(["Email"], range(24312, 24324), Settings()), path, CATALOGUE)
    excel = Excel(path)
    assert (
        excel.press(classic_vba.REFRESH_MACRO) == "import xl_lifecycle.hosts.classic as lifecycle; lifecycle.refresh()"
    )
