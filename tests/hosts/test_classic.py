"""lifecycle.xlsm: its own VBA, xlwings' own server, our functions; and the file as other programs read it."""

from __future__ import annotations

import re
import shutil
import sys
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest
from oletools.olevba import VBA_Parser

from tests.support.classic_excel import Excel, shown, vba  # skips this module where its packages are missing
from tests.support.office import Office
from xl_lifecycle import __version__
from xl_lifecycle.content.content import DATASET_TABLES, Content, empty
from xl_lifecycle.core.cells.addresses import quoted
from xl_lifecycle.core.cells.errors import ExcelError, SetupError
from xl_lifecycle.core.cells.values import Value
from xl_lifecycle.core.functions import FUNCTIONS, Functions
from xl_lifecycle.core.metric_functions import Caller
from xl_lifecycle.hosts.classic import calls as classic
from xl_lifecycle.hosts.classic import macro_book as classic_book
from xl_lifecycle.hosts.classic.macro_book import write_macro_book
from xl_lifecycle.template.planner import Draft
from xl_lifecycle.xlsx.saved_book import SavedBook

MISSING = vba.MISSING
DIV0, NA, NAME, NUM, VALUE = (f"Error {code}" for code in (2007, 2042, 2029, 2036, 2015))
PERIODS = [["2026", "2026-Q1"]]
METRICS = [name for name in FUNCTIONS.names if name not in FUNCTIONS.catalogue.reserved]
PERIOD = "2026-Q3"  # of the demo's Settings


class Made(NamedTuple):
    """The demo's content as a workbook with macros, and the functions that hold its dataset."""

    path: Path
    content: Content
    functions: Functions
    token: str

    @property
    def channels(self) -> list[list[str]]:
        return [["All"], *([channel] for channel in self.content.channels)]


@pytest.fixture(scope="session")
def made(demo_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    content = SavedBook(demo_book).content(FUNCTIONS.catalogue)
    path = tmp_path_factory.mktemp("classic") / "lifecycle.xlsm"
    write_macro_book(content, path, FUNCTIONS.catalogue)
    draft = Draft(content, FUNCTIONS.catalogue)
    draft.functions.default = str(draft.data.cell)  # what the short forms take in Excel
    return Made(path, content, draft.functions, draft.functions.default)


@pytest.fixture(scope="session")
def opened(made: Made) -> Iterator[Excel]:
    excel = Excel(made.path)
    yield excel
    excel.end_python()


@pytest.fixture
def excel(opened: Excel) -> Excel:
    """The open workbook, with cells to try things in: H20 to M24 on Start."""
    for row in range(20, 25):
        for column in "HIJKLM":
            opened.put("Start", f"{column}{row}", None)
    opened.put("Start", "Z99", "the interpreter cuts a range off where all that follows is empty")
    return opened


@pytest.fixture
def data(excel: Excel) -> object:
    return excel.cells("Settings", "B3")


def in_excel(value: Value) -> Any:
    """What a cell shows for a value of ours."""
    if isinstance(value, (list, tuple)):
        rows = [[in_excel(cell) for cell in row] for row in value]
        return rows if len(rows) > 1 or len(rows[0]) > 1 else rows[0][0]
    if isinstance(value, ExcelError):
        return f"Error {classic.ERROR_CODES[value]}"
    return "" if value is None else value


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_is_what_the_core_computes(excel: Excel, data: object, made: Made, name: str) -> None:
    wanted = made.functions.call(name, [made.channels, PERIODS, made.token])
    got = excel.call(name, made.channels, PERIODS, data)
    assert got == in_excel(wanted)
    assert excel.here.volatile is False, "Excel sees that it needs Data"


def test_the_metrics_have_numbers(excel: Excel, data: object, made: Made) -> None:
    cells = [cell for name in METRICS for row in excel.call(name, made.channels, PERIODS, data) for cell in row]
    assert sum(isinstance(cell, float) for cell in cells) > len(cells) / 3
    assert not {cell for cell in cells if not isinstance(cell, float)} - {NA, DIV0}


KINDS: dict[str, tuple[object, Value]] = {  # what Excel hands over, and what our functions get
    "number": (1000, 1000.0),
    "number of VBA": (vba.VBAInt(1000), 1000.0),
    "text": ("many", "many"),
    "channel": ("Paid ads", "Paid ads"),
    "no text": ("", ""),
    "omitted": (MISSING, None),
    "boolean": (True, True),
    "error": (vba.VBAErrorValue(2007), ExcelError.DIV0),
    "rare error": (vba.VBAErrorValue(2045), ExcelError.VALUE),
    "date": (vba.VBADate(46082), 46082.0),
    "array": ([[1000, 2000], [None, "x"]], [[1000.0, 2000.0], [None, "x"]]),
    "row of an array": ([1000, 2000], [[1000.0, 2000.0]]),
    "number cell": ("H20", 1000.0),
    "text cell": ("I20", "many"),
    "error cell": ("J20", ExcelError.NUM),
    "boolean cell": ("K20", True),
    "date cell": ("L20", 46082.0),
    "blank cell": ("M20", None),
    "row": ("H20:M20", [[1000.0, "many", ExcelError.NUM, True, 46082.0, None]]),
    "column": ("H20:H22", [[1000.0], [2000.0], [None]]),
    "block": ("H20:I21", [[1000.0, "many"], [2000.0, None]]),
    "two areas": ("H20,H21", ExcelError.VALUE),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_argument_to_every_function(excel: Excel, data: object, made: Made, kind: str) -> None:
    for at, value in {"H20": 1000, "I20": "many", "K20": True, "L20": 46082, "H21": 2000}.items():
        excel.put("Start", at, value)
    excel.put("Start", "J20", vba.VBAErrorValue(2036))
    excel.cells("Start", "L20").vba_set("NumberFormat", "yyyy-mm-dd")
    given, core = KINDS[kind]
    argument = excel.cells("Start", given) if isinstance(given, str) and re.match("[H-M]2", given) else given
    for name in METRICS:
        after = [10.0] * (len(made.functions.catalogue.find(name).inputs) - 1)
        wanted = in_excel(made.functions.call(name, [core, *after]))
        assert excel.call(name, argument, *after) == wanted, (name, kind, after)
    for name, before, after in (
        ("CAC", [], ["2026-Q1", made.token]),
        ("CAC", ["All"], [made.token]),
        ("CAC", ["All", 2026], []),
        ("CAC", [1000], []),
        ("CAC", [1, 2], []),
        ("KPI", [], ["All", 2026, made.token]),
        ("KPI", ["cac", "All"], []),
        ("ATTAINMENT", ["cac", "All", 2026], [made.token]),
        ("EXPLAIN", [], ["All", 2026, made.token]),
        ("INTERVAL", [], ["All", 2026, made.token]),
        ("INTERVAL", ["cac", "All"], []),
        ("AB_TEST", [], [2000, 600, 2000]),
        ("SAMPLE_SIZE", [0.6], []),
        ("EXPLAIN", ["cac", "All"], [made.token]),
    ):
        given_up = kind == "omitted" and not after  # an omitted last argument is none
        wanted = in_excel(made.functions.call(name, [*before, *([] if given_up else [core]), *after], Caller()))
        assert excel.call(name, *before, argument, *after) == wanted, (name, kind, before)


def test_a_blank_cell_is_not_an_omitted_argument(excel: Excel) -> None:
    blank = excel.cells("Start", "M20")
    assert excel.call("CAC", blank) == NA
    assert excel.call("CAC", MISSING, 25) == NA
    assert isinstance(excel.call("CAC"), float)


def test_where_a_cell_stands(excel: Excel, made: Made) -> None:
    def core(channel: str, period: object) -> object:
        return made.functions.call("CAC", [channel, period, made.token])

    assert excel.call("CAC") == core("All", PERIOD), "a sheet about no channel: the company, and Settings' period"
    assert excel.call("CAC", sheet="Paid ads") == core("Paid ads", PERIOD) != core("All", PERIOD)
    excel.put("Overview", "ThisChannel", "Referral")
    excel.put("Overview", "ThisPeriod", "2026-Q1")
    try:
        assert excel.call("CAC", sheet="Overview") == core("Referral", "2026-Q1")
        assert excel.call("KPI", "spend", sheet="Overview") == made.functions.call(
            "KPI", ["spend", "Referral", "2026-Q1", made.token]
        )
        excel.put("Overview", "ThisChannel", None)
        assert excel.call("CAC", sheet="Overview") == NA, "an empty picker is not the company"
    finally:
        excel.put("Overview", "ThisChannel", "All")
        excel.put("Overview", "ThisPeriod", PERIOD)
    excel.here.caller = vba.error(1004)
    assert shown(excel.app.interpreter.run("CAC", [])) == core("All", PERIOD), "called from no cell"


@pytest.mark.parametrize(
    ("arguments", "volatile"),
    [
        ([], True),
        (["Paid ads", "2026"], True),
        ([[["Paid ads"], [None]], "2026"], True),
        (["Paid ads", "2026", "Data"], False),
        (["Paid ads", "2026", MISSING, "simple"], True),
        ([1000, 25], False),
        ([[[1000], [None]], 25], False),
    ],
)
def test_a_call_is_volatile_where_excel_cannot_see_what_it_needs(
    excel: Excel, arguments: list[object], volatile: bool
) -> None:
    excel.call("CAC", *arguments)
    assert excel.here.volatile is volatile


def test_short_forms_take_the_workbook_s_own_data(excel: Excel, made: Made) -> None:
    wanted = made.functions.call("CAC", ["Paid ads", "2026-Q1", made.token])
    assert excel.call("CAC", "Paid ads", "2026-Q1") == wanted
    assert excel.call("CAC", "Paid ads", "2026-Q1", MISSING, "simple") == wanted
    assert excel.call("ATTAINMENT", "cac", "Paid ads", "2026-Q1", 2 * wanted) == 2.0


def test_a_new_token_calculates_the_short_forms_again(made: Made) -> None:
    excel = Excel(made.path)
    try:
        excel.raise_event("Workbook_Open")
        excel.raise_event("Workbook_SheetCalculate", excel.sheet("Start"))
        assert excel.here.calculations == 0
        excel.put("Settings", "B3", "xl-lifecycle 0123456789abcdef")
        for _ in range(2):
            excel.raise_event("Workbook_SheetCalculate", excel.sheet("Start"))
        assert excel.here.calculations == 1
    finally:
        excel.end_python()


def test_the_dataset_is_that_of_every_host(excel: Excel, made: Made) -> None:
    formula = excel.cells("Settings", "B3").vba_get("Formula")
    sheet = excel.sheet("Settings")
    references = str(formula).removeprefix("=DATASET(").removesuffix(")").split(",")
    tables = [sheet.vba_get("Evaluate", [reference]) for reference in references]
    assert len(tables) == len(DATASET_TABLES)
    assert excel.call("DATASET", *tables) == made.token
    assert excel.call("DATASET", *tables[:-1], vba.VBAErrorValue(2007)) == VALUE
    assert excel.call("DATASET") == VALUE
    less = excel.call("DATASET", *tables[:1], *tables[2:])
    assert less.startswith("xl-lifecycle ")
    assert less != made.token
    assert excel.call("CTR", "All", "2026", less) != excel.call("CTR", "All", "2026", made.token)


def test_grids(excel: Excel, data: object, made: Made) -> None:
    names = [["spend"], ["cac"], ["LTV"], ["no such"], ["keyword:crm software"]]
    wanted = made.functions.call("KPI", [names, "All", PERIODS, made.token])
    assert excel.call("KPI", names, "All", PERIODS, data) == in_excel(wanted)
    for arguments in (["cac", "Paid ads", "2026-Q1"], ["cca", "All", 2026], ["ltv", "Signs", "2031"]):
        got = excel.call("EXPLAIN", *arguments, data)
        assert got == in_excel(made.functions.call("EXPLAIN", [*arguments, made.token]))
    assert got[1][1] == NA, "a real error inside the grid"
    targets = [excel.cells("Targets", f"{column}5:{column}6") for column in "ABCD"]
    cells = [[[cell] for [cell] in shown(column.vba_get("Value2"))] for column in targets]
    wanted = made.functions.call("ATTAINMENT", [*cells, made.token])
    assert excel.call("ATTAINMENT", *targets, data) == in_excel(wanted)


def test_python_that_ended_is_started_again_and_asks_for_the_tables_once(made: Made) -> None:
    excel = Excel(made.path)
    data = excel.cells("Settings", "B3")
    try:
        places = (("Email", 2026), ("All", PERIOD))
        wanted = [made.functions.call("CAC", [*place, made.token]) for place in places]
        for start in (1, 2):
            assert [excel.call("CAC", "Email", 2026, data), excel.call("CAC")] == wanted
            assert excel.starts == start
            asked = [call[1] for call in excel.server.calls]
            assert asked == ["CAC", "DATASET", "CAC", "CAC"]
            excel.server.process.kill()
            excel.server.process.wait()
        other = "xl-lifecycle 0123456789abcdef"
        assert [excel.call("CAC", "Email", 2026, other) for _ in range(3)] == [NA] * 3
        assert [call[1] for call in excel.server.calls].count("DATASET") == 1, "asked once, not once per cell"
        assert excel.call("CAC", "Email", 2026, data) == wanted[0]
        excel.end_python()
        excel.python = False
        assert excel.call("CAC", "Email", 2026, data) == NAME, "it does not start again"
    finally:
        excel.end_python()


def test_without_python_a_cell_shows_that_the_function_is_not_there(made: Made) -> None:
    excel = Excel(made.path, python=False)
    assert excel.call("CAC", 1000, 25) == NAME
    excel.raise_event("Workbook_Open")
    assert "Python did not start" in excel.here.status_bar


def test_opening_starts_python_and_describes_every_function(made: Made) -> None:
    excel = Excel(made.path)
    try:
        excel.app.workbook.saved = True
        excel.raise_event("Workbook_Open")
        assert excel.starts == 1
        assert excel.here.status_bar is False
        assert excel.app.workbook.saved is True
        assert excel.here.wizard == {
            function.name: {
                "description": function.description[:255],
                "category": "xl-lifecycle",
                "arguments": [text[:255] for text in function.argument_descriptions],
            }
            for function in FUNCTIONS.names.values()
        }
    finally:
        excel.end_python()


def test_another_version_is_said() -> None:
    assert classic.notice(__version__) == [[""]]
    ((text,),) = classic.notice("0.0.9")
    assert {"0.0.9", __version__} <= set(re.findall(r"[\d.]*\d", str(text)))


def test_what_python_returns_that_excel_cannot_hold() -> None:
    assert classic._grid_out([[float("nan"), float("inf"), None, True, 3]]) == [
        ["xl-lifecycle error 2036", "xl-lifecycle error 2036", "", True, 3.0]
    ]


def test_olevba_reads_every_module(made: Made) -> None:
    parser = VBA_Parser(str(made.path))
    modules = {name.rpartition(".")[0]: code for *_, name, code in parser.extract_macros()}
    parser.close()
    sheets = len(openpyxl.load_workbook(made.path, read_only=True).sheetnames)
    own = {"xlwings", "Dictionary", "LifecycleCalls", "LifecycleFunctions", "LifecycleButtons", "ThisWorkbook"}
    assert set(modules) == own | {f"Sheet{i}" for i in range(1, sheets + 1)}
    found = re.findall(r"^Public Function (\w+)\(", modules["LifecycleFunctions"], re.MULTILINE)
    assert found == list(FUNCTIONS.names)
    ours = "".join(modules[name] for name in own - {"xlwings", "Dictionary"})
    assert ours.isascii()
    assert max(len(line) for line in ours.splitlines()) < 1000, "VBA's limit is 1,023"


def test_no_identifier_changes_how_excel_shows_a_function(made: Made) -> None:
    """VBA spells an identifier one way in the whole project: a variable `cac` would make every formula =cac()."""
    names = {name.casefold(): name for name in FUNCTIONS.names}
    parser = VBA_Parser(str(made.path))
    for *_, code in parser.extract_macros():
        bare = re.sub(r'"[^"\n]*"|\'.*', "", code)
        for word in re.findall(r"[A-Za-z]\w*", bare):
            assert names.get(word.casefold(), word) == word
    parser.close()


def test_excel_compiles_from_the_text(made: Made) -> None:
    from pyopenvba.cfb import CFB

    with zipfile.ZipFile(made.path) as file:
        project = CFB.from_bytes(file.read("xl/vbaProject.bin"))
        assert b"ms-excel.sheet.macroEnabled.main+xml" in file.read("[Content_Types].xml")
    assert project.get_stream_in_storage("VBA", "_VBA_PROJECT") == bytes.fromhex("CC61FFFF000000")


def test_openpyxl_keeps_it(made: Made, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(made.path, keep_vba=True)
    assert book["xlwings.conf"].sheet_state == "hidden"
    keys = [(row[0].value, row[1].value) for row in book["xlwings.conf"].iter_rows(max_col=2)]
    assert dict(keys) == classic_book.CONFIG
    assert len({key.upper() for key, _ in keys}) == len(keys)
    assert not [name for name in book.sheetnames if name.endswith(".py")]
    texts = [getattr(cell.value, "text", cell.value) for sheet in book for row in sheet for cell in row]
    formulas = [text for text in texts if isinstance(text, str) and text.startswith("=")]
    assert sum("Data)" in text for text in formulas) > 50
    assert not [text for text in formulas if "_xldudf_" in text]
    book.save(tmp_path / "again.xlsm")
    assert "xl/vbaProject.bin" in zipfile.ZipFile(tmp_path / "again.xlsm").namelist()


def test_cached_values_are_those_of_the_other_workbook(
    made: Made, demo_book: Path, cells_of: Callable[[Path], Any]
) -> None:
    mine, theirs = cells_of(made.path), cells_of(demo_book)
    assert set(mine) - set(theirs) == {"xlwings.conf"}
    for sheet, cells in theirs.items():
        assert mine[sheet] == {
            at: cell._replace(formula=cell.formula and cell.formula.replace("_xldudf_", ""))
            for at, cell in cells.items()
        }


def test_building_twice_gives_the_same_bytes(made: Made, tmp_path: Path) -> None:
    write_macro_book(made.content, tmp_path / "again.xlsm", FUNCTIONS.catalogue)
    assert (tmp_path / "again.xlsm").read_bytes() == made.path.read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["again.xlsm"]


def test_a_channel_may_have_any_name(tmp_path: Path) -> None:
    from xl_lifecycle.core.dataset.tables import Settings

    channels = ["Yahoo!", "Tom & Jerry's", "<b>", "Paid ads"]
    write_macro_book(empty(channels, [24312], Settings()), tmp_path / "names.xlsm", FUNCTIONS.catalogue)
    book = openpyxl.load_workbook(tmp_path / "names.xlsm")
    for sheet in ("Yahoo!", "Tom & Jerry's", "<b>", "Paid ads"):
        name = book[sheet].defined_names["ThisChannel"]
        assert name.attr_text == f"{quoted(sheet)}!$B$4"
        assert book[sheet]["B4"].value == sheet


def test_what_is_missing_is_said_in_one_line(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyopenvba", None)
    with pytest.raises(SetupError, match=r"^[^\n]*pip install pyopenvba$"):
        write_macro_book(made.content, tmp_path / "none.xlsm", FUNCTIONS.catalogue)
    assert not list(tmp_path.iterdir())


def test_libreoffice_opens_it_and_computes_it(made: Made, office: Office, tmp_path: Path) -> None:
    path = Path(shutil.copy(made.path, tmp_path))
    with office.open(path) as document:
        document.type("Start", "H20", '=CAC("Paid ads","2026-Q1",Data)')
        assert document.range("Start", "H20")[0][0] == made.functions.call("CAC", ["Paid ads", "2026-Q1", made.token])
        document.type("Start", "H21", "=CAC(1000,25)")
        assert document.range("Start", "H21") == [[40.0]]
        tried = next(
            row for row, (cell,) in enumerate(document.range("Start", "B1:B40"), 1) if str(cell)[:5] == "=CAC("
        )
        assert document.cell("Start", f"C{tried}")["value"] == pytest.approx(
            made.functions.call("CAC", ["All", PERIOD, made.token])
        )
