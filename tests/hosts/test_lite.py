"""xlwings Lite: what lifecycle.xlsx carries, and that very code in Lite's own runtime, Pyodide, under node."""

from __future__ import annotations

import ast
import copy
import datetime as dt
import html
import json
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest

from tests.support.lite_runtime import Runtime, shown
from tests.support.office import Office
from xl_lifecycle import __version__
from xl_lifecycle.commands.refresh import refresh
from xl_lifecycle.content.content import empty
from xl_lifecycle.core.cells.addresses import absolute
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.values import Value
from xl_lifecycle.core.dataset.tables import Settings
from xl_lifecycle.core.functions import FUNCTIONS, Functions
from xl_lifecycle.core.short_forms import plain, write_out
from xl_lifecycle.hosts.lite import bundle as lite
from xl_lifecycle.hosts.lite.bundle import write_book
from xl_lifecycle.hosts.lite.lite_functions import blanks_are_zeros, value_in, value_out
from xl_lifecycle.hosts.travelling import travelling_sources
from xl_lifecycle.template.model import WorkbookPlan
from xl_lifecycle.template.plan import plan
from xl_lifecycle.xlsx.saved_book import SavedBook

PERIODS = (2026, "2026-Q1", "YTD")
NA = {"type": "Error", "errorType": "NotAvailable"}
LITE_PARTS = {
    "xl/webextensions/taskpanes.xml",
    "xl/webextensions/webextension1.xml",
    "xl/webextensions/_rels/taskpanes.xml.rels",
}


# What the file carries


@pytest.fixture(scope="session")
def code(demo_book: Path) -> str:
    """The main.py inside the workbook."""
    return lite.properties(demo_book)["main.py"]


def test_workbook_carries_what_lite_reads(demo_book: Path, demo_plan: WorkbookPlan) -> None:
    texts = lite.properties(demo_book)
    (button,) = demo_plan.sheets[0].buttons
    assert texts["main.py"] == lite.bundle(button.caption, button.hint, "Start!C1")
    assert texts["requirements.txt"].startswith(f"xlwings=={lite.XLWINGS}")
    assert "pandas" not in texts["requirements.txt"]
    assert json.loads(texts["xlwingsSettingsWorkbook"])["pyodideVersion"] == texts["pyodideVersion"]


def test_parts_are_declared_related_and_well_formed(demo_book: Path) -> None:
    with zipfile.ZipFile(demo_book) as file:
        assert set(file.namelist()) >= LITE_PARTS
        assert len(set(file.namelist())) == len(file.namelist())
        trees = {n: ElementTree.fromstring(file.read(n)) for n in file.namelist() if n.endswith((".xml", ".rels"))}
    types = {e.get("PartName"): e.get("ContentType") for e in trees["[Content_Types].xml"] if e.get("PartName")}
    assert types["/xl/webextensions/taskpanes.xml"] == "application/vnd.ms-office.webextensiontaskpanes+xml"
    assert types["/xl/webextensions/webextension1.xml"] == "application/vnd.ms-office.webextension+xml"
    (root,) = [e for e in trees["_rels/.rels"] if e.get("Type", "").endswith("webextensiontaskpanes")]
    assert root.get("Target") == "xl/webextensions/taskpanes.xml"
    ids = [e.get("Id") for e in trees["_rels/.rels"]]
    assert len(set(ids)) == len(ids)
    (pane,) = trees["xl/webextensions/_rels/taskpanes.xml.rels"]
    assert pane.get("Target") == "webextension1.xml"
    assert pane.get("Id") in ElementTree.tostring(trees["xl/webextensions/taskpanes.xml"], "unicode")


def test_web_extension_has_its_children_in_order_and_every_function(demo_book: Path) -> None:
    with zipfile.ZipFile(demo_book) as file:
        tree = ElementTree.fromstring(file.read("xl/webextensions/webextension1.xml"))
    names = [child.tag.rpartition("}")[2] for child in tree]
    assert names == ["reference", "alternateReferences", "properties", "bindings", "snapshot", "extLst"]
    listed = {e.text for e in tree.iter() if e.tag.endswith("}customFunctionIds")}
    assert listed == {f"_xldudf_{name}" for name in FUNCTIONS.names}
    assert [e.get("val") for e in tree.iter() if e.tag.endswith("}containsCustomFunctions")] == ["1"]
    assert [e.get("state") for e in tree.iter() if e.tag.endswith("}backgroundApp")] == ["1"]


def test_every_function_in_a_formula_is_registered(demo_cells: Mapping[str, Mapping[str, Any]]) -> None:
    formulas = [c.formula for cells in demo_cells.values() for c in cells.values() if c.formula]
    called = {part.partition("(")[0] for f in formulas for part in f.split("_xldudf_")[1:]}
    assert called
    assert called <= set(FUNCTIONS.names)


def test_built_twice_is_the_same_to_the_byte(demo_plan: WorkbookPlan, tmp_path: Path) -> None:
    for name in ("one.xlsx", "two.xlsx"):
        write_book(demo_plan, tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_two_workbooks_are_told_apart(demo_book: Path, small_original: Path) -> None:
    assert lite.properties(demo_book)["xlwingsWorkbookId"] != lite.properties(small_original)["xlwingsWorkbookId"]


@pytest.mark.parametrize("language", ["en", "ko", "ja"])
def test_new_workbook_is_small(tmp_path: Path, language: str) -> None:
    content = empty(["Paid ads", "Email"], range(24312, 24324), Settings(language=language))
    write_book(plan(content, FUNCTIONS.catalogue), tmp_path / "new.xlsx")
    assert (tmp_path / "new.xlsx").stat().st_size < 400_000


def test_openpyxl_opens_it(demo_book: Path) -> None:
    assert "Overview" in openpyxl.load_workbook(demo_book).sheetnames


def test_libreoffice_opens_it(demo_book: Path, office: Office) -> None:
    with office.open(demo_book) as document:
        assert "Overview" in document.sheets()


@pytest.mark.parametrize("what", ["ours", "changed", "added"])
def test_refresh_keeps_the_code_to_the_byte_also_ones_own(
    small_book: Path, tmp_path: Path, rewrite: Callable[..., Path], what: str
) -> None:
    added = '<we:property name="a.py" value="&quot;&quot;"/></we:properties>'
    changes = {
        "changed": lambda text: text.replace("import sys\\n", "import sys\\nprint(1)\\n", 1),
        "added": lambda text: text.replace("</we:properties>", added),
    }
    book, part = small_book, r"xl/webextensions/webextension1\.xml"
    if what in changes:
        book = rewrite(small_book, tmp_path / "book.xlsx", {part: changes[what]})
    before = _lite_parts(book)
    export = tmp_path / "costs.csv"
    export.write_text("Month,Channel,Spend\n2026-03,Email,120\n", encoding="utf-8")
    assert not refresh(book, [export], FUNCTIONS.catalogue).nothing_new
    assert _lite_parts(book) == before


def _lite_parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in LITE_PARTS}


# The bundle


def test_bundle_is_readable(code: str) -> None:
    tree = ast.parse(code)
    docstring = ast.get_docstring(tree) or ""
    assert __version__ in docstring
    assert "sends nothing anywhere" in docstring
    assert not any(word in code for word in ("base64", "zlib", "marshal", "http.client", "urllib"))
    longest = max(code.splitlines(), key=len)
    assert len(longest) < 200, longest


def test_bundle_is_small(code: str, demo_book: Path) -> None:
    """Office takes about 2 MB; what people send and open is the whole file, of which this is a share."""
    assert len(code.encode()) < 620_000
    with zipfile.ZipFile(demo_book) as file:
        assert file.getinfo("xl/webextensions/webextension1.xml").compress_size < 165_000


def test_bundle_holds_the_sources_but_what_is_for_readers(code: str) -> None:
    sources = {name: text for name, text in _sources(code).items() if "hosts/" not in name}
    package = {f"xl_lifecycle/{name}": text for name, text in travelling_sources("en")}
    assert list(sources) == list(package)
    for name, text in package.items():
        if name.startswith("xl_lifecycle/core/metrics/") or name.endswith(".toml"):
            assert sources[name] == text
        else:
            assert _without_docstrings(sources[name]) == _without_docstrings(text), name
            assert "# " not in sources[name].replace('"# ', "").replace("'# ", ""), name


def _without_docstrings(source: str) -> str:
    """What a source does; a body of its docstring alone does nothing."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            told = ast.get_docstring(node, clean=False) is not None
            node.body = node.body[told:]
            if [ast.unparse(each) for each in node.body] == ["..."]:
                node.body = []
    return ast.dump(tree)


def test_bundle_imports_the_standard_library_only(code: str) -> None:
    imported = set()
    for text in (code, *(text for name, text in _sources(code).items() if name.endswith(".py"))):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add((node.module or "").partition(".")[0])
    assert imported - set(sys.stdlib_module_names) == {"xlwings", "xl_lifecycle", "pyodide"}


def test_functions_have_their_parameters_and_do_nothing_else(code: str) -> None:
    functions = {f.name: f for f in ast.parse(code).body if isinstance(f, ast.FunctionDef)}
    functions.pop("registered")  # their decorator
    assert list(functions) == list(FUNCTIONS.names)
    for name, function in functions.items():
        assert [ast.unparse(part) for part in (*function.decorator_list, *function.body)] == ["registered", "..."]
        assert [each.arg for each in function.args.args or [function.args.vararg]] == list(
            FUNCTIONS.names[name].parameters
        )


def _sources(code: str) -> dict[str, str]:
    """The sections of the bundle, read off its syntax."""
    return {
        ast.literal_eval(node.targets[0].slice): ast.literal_eval(node.value)  # type: ignore[attr-defined]
        for node in ast.parse(code).body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript)
    }


# Formulas and cells, without Pyodide


@pytest.mark.parametrize(
    ("formula", "full"),
    [
        ("=CAC()", '=CAC("Email",$B$5,Data)'),
        ("=_xldudf_CAC( )", '=CAC("Email",$B$5,Data)'),
        ("=cac()*2", '=cac("Email",$B$5,Data)*2'),
        ("=CAC()/CPL()", '=CAC("Email",$B$5,Data)/CPL("Email",$B$5,Data)'),
        ("=IF(A1>0,ROUND(CAC(),2),0)", '=IF(A1>0,ROUND(CAC("Email",$B$5,Data),2),0)'),
        ('=CAC("All","2026")', '=CAC("All","2026",Data)'),
        ("=CAC(A1,B1:D1)", "=CAC(A1,B1:D1,Data)"),
        ('=KPI("spend")', '=KPI("spend","Email",$B$5,Data)'),
        ('=EXPLAIN("cac")', '=EXPLAIN("cac","Email",$B$5,Data)'),
        ('=KPI("a,b)","All",2026)', '=KPI("a,b)","All",2026,Data)'),
        ('=ATTAINMENT("cac","All",2026,30)', '=ATTAINMENT("cac","All",2026,30,Data)'),
        ('=INTERVAL("cac")', '=INTERVAL("cac","Email",$B$5,Data)'),
        ("=AS_OF(46143)", "=AS_OF(46143,Data)"),
        ("=AS_OF(A1,B1)", "=AS_OF(A1,B1)"),
        ("=AB_TEST(1,9,3,9)", "=AB_TEST(1,9,3,9)"),
        ("=CAC(A1)", "=CAC(A1)"),
        ("=CAC(,)", "=CAC(,)"),
        ("=CAC(1000,25)", "=CAC(1000,25)"),
        ("=CAC(A1,B1,Data)", "=CAC(A1,B1,Data)"),
        ("=SUM(A1,CAC(1000,25))", "=SUM(A1,CAC(1000,25))"),
        ("=\"CAC()\"&T('CAC('!A1)", "=\"CAC()\"&T('CAC('!A1)"),
        ("=SUM(Costs[a(b],Costs[[#This Row],[x)]])", "=SUM(Costs[a(b],Costs[[#This Row],[x)]])"),
        ("=MYCAC()+SUM({1,2;3,4})", "=MYCAC()+SUM({1,2;3,4})"),
        ("=LET(x,CAC(),x+1)", '=LET(x,CAC("Email",$B$5,Data),x+1)'),
        ('=CAC(CHANNEL("(x"),"2026")', '=CAC(CHANNEL("(x"),"2026",Data)'),
    ],
)
def test_short_forms_are_written_out(formula: str, full: str) -> None:
    assert write_out(formula, FUNCTIONS, '"Email"', "$B$5") == full


def test_plain_names_change_nothing_else() -> None:
    assert plain("=_xldudf_DATASET(Attract[#All],Items[#All])") == "=DATASET(Attract[#All],Items[#All])"
    assert plain('="_xldudf_CAC("&A1') == '="_xldudf_CAC("&A1'


@pytest.mark.parametrize(
    ("passed", "value"),
    [
        (None, None), ("", None), (1, 1), (1.5, 1.5), (True, True), ("a", "a"),
        ([1, 2], [[1, 2]]), ([[1], [2]], [[1], [2]]), ([[1, ""], [None, "b"]], [[1, None], [None, "b"]]),
        ({"type": "Error", "basicValue": "#N/A", "basicType": "Error"}, ExcelError.NA),
        ({"type": "Error", "basicValue": "#SPILL!"}, ExcelError.VALUE),
        ({"type": "FormattedNumber", "basicValue": 46023, "numberFormat": "m/d/yyyy"}, 46023),
        ({"type": "Entity", "basicType": "Error", "basicValue": "#VALUE!"}, ExcelError.VALUE),
        ("#N/A", "#N/A"),
    ],
)  # fmt: skip
def test_cells_come_in(passed: Any, value: Value) -> None:
    assert value_in(passed) == value


def test_cells_go_out() -> None:
    assert value_out(float("nan")) == value_out(float("-inf")) == "#NUM!"
    assert value_out([[True, None, "a", ExcelError.DIV0, 2]]) == [[True, "", "a", "#DIV/0!", 2]]


def test_a_zero_among_texts_betrays_blanks_passed_as_zero() -> None:
    assert blanks_are_zeros([["Month", "Channel", "Campaign", "Spend"], [46023, "Email", 0, 5]])
    assert not blanks_are_zeros([["Month", "Channel", "Campaign", "Spend"], [46023, "Email", None, 0]])
    assert not blanks_are_zeros([["Month", "Channel", "Campaign", "Spend"], [46023, "Email", False, 0]])


# In Pyodide


@pytest.fixture(scope="module")
def tables(demo_book: Path) -> list[list[list[Any]]]:
    """The tables of the demo workbook, as its DATASET formula names them."""
    known = SavedBook(demo_book).tables
    return [known[name].grid for name in _dataset_tables(demo_book)]


def _dataset_tables(path: Path) -> list[str]:
    formula = openpyxl.load_workbook(path)["Settings"]["B3"].value
    return [argument.partition("[")[0] for argument in formula.partition("(")[2].split(",")]


@pytest.fixture
def lite_runtime(runtime: Runtime, code: str) -> Runtime:
    """A runtime in which the workbook's code has just started."""
    runtime.ask("load", code=code)
    return runtime


@pytest.fixture(scope="module")
def core(tables: list[list[list[Any]]]) -> Functions:
    functions = Functions(FUNCTIONS.catalogue)
    functions.call("DATASET", tables)
    return functions


def test_starts_without_pandas(runtime: Runtime, code: str) -> None:
    modules = set(runtime.restart(code))
    assert "xl_lifecycle" in modules
    assert not modules & {"pandas", "numpy", "polars", "micropip"}


def test_code_may_be_loaded_again(lite_runtime: Runtime, code: str, tables: list[list[list[Any]]]) -> None:
    token = lite_runtime.call("DATASET", *tables)[0][0]
    lite_runtime.ask("load", code=code)
    assert lite_runtime.call("CAC", "All", 2026, token) == [[NA]]


def test_every_function_is_registered(lite_runtime: Runtime) -> None:
    meta = lite_runtime.ask("functions_meta")
    listed = {f["name"]: f for f in meta["functions"]}
    assert set(listed) == set(FUNCTIONS.names)
    assert meta["allowErrorForDataTypeAny"]
    for name, function in FUNCTIONS.names.items():
        assert listed[name]["id"] == name
        assert listed[name]["description"] == function.description
        told = [(p["name"], p["description"]) for p in listed[name]["parameters"]]
        assert told == list(zip(function.parameters, function.argument_descriptions, strict=True))
        kind = "repeating" if function.variadic else "optional"
        assert all(p.get(kind) for p in listed[name]["parameters"])


def test_scripts_are_registered(lite_runtime: Runtime) -> None:
    scripts = {script["function_name"]: script for script in lite_runtime.ask("scripts_meta")}
    assert {name: (script["lazy"], script["button"]) for name, script in scripts.items()} == {
        "recalculate": (True, None),
        "refresh": (False, "[Refresh]Start!C1"),
    }


def test_every_metric_equals_the_core(lite_runtime: Runtime, tables: list[list[list[Any]]], core: Functions) -> None:
    token = lite_runtime.call("DATASET", *tables)[0][0]
    assert token == core.call("DATASET", tables)
    dataset = core.dataset(token)
    channels: list[list[Any]] = [["All"], *([channel] for channel in dataset.channels)]
    metrics = [name for name in FUNCTIONS.names if name not in FUNCTIONS.catalogue.reserved]
    args: list[Any] = [channels, [list(PERIODS)], token]
    answers = lite_runtime.calls([(name, args) for name in metrics])
    assert answers["scripts"] == []
    expected = {name: shown(core.call(name, args)) for name in metrics}
    assert dict(zip(metrics, answers["values"], strict=True)) == expected
    assert sum(isinstance(cell, float) for grid in expected.values() for row in grid for cell in row) > 500


def test_own_functions_equal_the_core(lite_runtime: Runtime, tables: list[list[list[Any]]], core: Functions) -> None:
    token = lite_runtime.call("DATASET", *tables)[0][0]
    names: list[list[Any]] = [["cac"], ["spend"], ["nonsense"], [None]]
    calls: list[tuple[str, list[Any]]] = [
        ("KPI", [names, "All", [list(PERIODS)], token]),
        ("ATTAINMENT", ["cac", "Email", [[2026, "2026-Q1"]], [[30], [None], ["x"]], token]),
        *(("EXPLAIN", [word, "Email", period, token]) for word in ("cac", "ltv", "spend") for period in PERIODS),
        ("EXPLAIN", ["cacc", "Email", 2026, token]),
        ("EXPLAIN", ["cac", "Emial", 2026, token]),
        ("CAC", ["Email", 46023, token]),
        ("CAC", ["Email", [[46023, 46054.5, "2026-03", None, True, "x"]], token]),
        ("CAC", ["Email", 2026, "no token"]),
        ("CAC", ["Email", 2026, ExcelError.REF]),
        ("CAC", ["Email", 2026, token, "other"]),
    ]
    answers = lite_runtime.calls(calls)
    assert answers["values"] == [shown(core.call(name, args)) for name, args in calls]


KINDS: dict[str, Any] = {
    "number": 1000, "fraction": 0.5, "negative": -1, "zero": 0, "text": "Email", "blank": None, "empty text": "",
    "spaces": " ", "error": ExcelError.DIV0, "true": True, "false": False, "date": 46023, "row": [[1000, 2000]],
    "column": [[1000], [2000], [3000]], "block": [[1, 2], [3, 4]], "blanks": [[None], [None]],
    "mixed": [[1000], [None], [ExcelError.NA], [True], [""], [0]], "large": 1e300,
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_argument_gives_what_the_core_gives(lite_runtime: Runtime, core: Functions, kind: str) -> None:
    """For every function, as first argument with numbers after it, and as second after a number."""
    value = KINDS[kind]
    calls: list[tuple[str, list[Any]]] = [("DATASET", [value]), ("DATASET", [[["Month", "Spend"]], value])]
    for name in FUNCTIONS.names:
        if name != "DATASET":
            tens = [10] * (_inputs(name) - 1)
            calls += [(name, [value, *tens]), (name, [7, value, *tens[1:]])]
    answers = lite_runtime.calls(calls)["values"]
    for (name, args), answer in zip(calls, answers, strict=True):
        given = [None if arg == "" else arg for arg in args]
        while given and given[-1] is None:
            given.pop()
        assert answer == shown(core.call(name, given)), (name, args)


def _inputs(name: str) -> int:
    """How many numbers a function takes, and at least two; the functions of our own take four arguments."""
    if name in FUNCTIONS.catalogue.reserved:
        return 4
    return max(len(FUNCTIONS.catalogue.find(name).inputs), 2)  # type: ignore[union-attr]


# A restart, and what only the workbook knows


class FakeBook:
    """The demo workbook as Lite's client shows it to scripts."""

    def __init__(self, path: Path) -> None:
        values, formulas = openpyxl.load_workbook(path, data_only=True), openpyxl.load_workbook(path)
        self.names = values.sheetnames
        self.values = {
            sheet.title: [[_office_value(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
            for sheet in values
        }
        self.home = formulas.defined_names["Data"].attr_text.partition("!")[0].strip("'")
        self.formulas: dict[str, dict[str, str]] = {self.home: {"2,1": formulas[self.home]["B3"].value}}
        self.tables = {sheet.title: {table.name: table.ref for table in sheet.tables.values()} for sheet in formulas}

    def type(self, sheet: str, formula: str) -> str:
        """Type a formula into Z9; its address as Excel tells it to functions."""
        self.formulas.setdefault(sheet, {})["8,25"] = formula
        quoted = sheet.replace("'", "''")
        return f"[lifecycle.xlsx]'{quoted}'!$Z$9"

    def recalculate(self, runtime: Runtime) -> list[tuple[str, int, int, str]]:
        """Run the script; the formulas it enters as sheet, row, column, text."""
        actions = runtime.ask("run_script", name="recalculate", book=self._meta(), workbook=vars(self))
        assert {action["func"] for action in actions} <= {"setFormula"}
        return [
            (self.names[a["sheet_position"]], a["start_row"], a["start_column"], a["values"][0][0]) for a in actions
        ]

    def _meta(self) -> dict[str, Any]:
        name = {"name": "Data", "sheet_index": self.names.index(self.home), "address": "B3", "book_scope": True}
        return {
            "book": {"name": "lifecycle.xlsx", "active_sheet_index": 0, "selection": "A1"},
            "names": [{**name, "scope_sheet_name": None, "scope_sheet_index": None}],
            "sheets": [
                {
                    "name": sheet,
                    "values": [],
                    "pictures": [],
                    "tables": [_table(*t) for t in self.tables[sheet].items()],
                }
                for sheet in self.names
            ],
        }


def _table(name: str, ref: str) -> dict[str, Any]:
    return {"name": name, "range_address": ref, "header_row_range_address": None, "data_body_range_address": None}


def _office_value(cell: Any) -> Any:
    if isinstance(cell, dt.datetime):
        return cell.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return "" if cell is None else cell


@pytest.fixture(scope="session")
def demo_fake(demo_book: Path) -> FakeBook:
    return FakeBook(demo_book)


@pytest.fixture
def book(demo_fake: FakeBook) -> FakeBook:
    book = copy.copy(demo_fake)
    book.formulas = copy.deepcopy(demo_fake.formulas)
    return book


DATA = ("Settings", 2, 1)


def test_restart_between_load_and_the_next_formula(
    lite_runtime: Runtime, code: str, tables: list[list[list[Any]]], core: Functions, book: FakeBook
) -> None:
    token = lite_runtime.call("DATASET", *tables)[0][0]
    figure = lite_runtime.call("CAC", "All", 2026, token)
    assert figure == [[core.call("CAC", ["All", 2026, token])]]
    lite_runtime.restart(code)
    answers = lite_runtime.calls([("CAC", ["All", 2026, token]), ("CPL", ["All", 2026, token])])
    assert answers["values"] == [[[NA]], [[NA]]]
    assert [script["script_name"] for script in answers["scripts"]] == ["recalculate"]  # once, not once per cell
    names = ",".join(f"{name}[#All]" for name in _names_of(book))
    assert book.recalculate(lite_runtime) == [(*DATA, f"=DATASET({names})")]
    assert lite_runtime.calls([("CAC", ["All", 2026, token])]) == {"values": [[[NA]]], "scripts": []}
    assert lite_runtime.call("DATASET", *tables)[0][0] == token
    assert lite_runtime.call("CAC", "All", 2026, token) == figure


def test_unknown_token_is_never_answered_from_another_dataset(
    lite_runtime: Runtime, code: str, tables: list[list[list[Any]]]
) -> None:
    token = lite_runtime.call("DATASET", *tables)[0][0]
    lite_runtime.restart(code)
    other = lite_runtime.call("DATASET", *tables[1:])[0][0]
    assert other != token
    args = ["All", 2026, token]
    answers = lite_runtime.calls([("CAC", args), ("CAC", args), ("EXPLAIN", ["cac", *args])])
    assert answers["values"][:2] == [[[NA]], [[NA]]]
    assert answers["values"][2][-1][-1] == "the dataset is not loaded: recalculate the cell named Data"


def _names_of(book: FakeBook) -> list[str]:
    return [part.partition("[")[0] for part in book.formulas["Settings"]["2,1"].partition("(")[2].split(",")]


@pytest.mark.parametrize(
    ("sheet", "formula", "call", "full"),
    [
        ("Overview", "=CAC()", ("CAC", []), '=CAC("All",$B$6,Data)'),
        ("Email", "=CAC()", ("CAC", []), '=CAC("Email",$B$5,Data)'),
        ("Events & PR", "=_xldudf_CAC()", ("CAC", []), '=CAC("Events & PR",$B$5,Data)'),
        ("Costs", "=CAC()", ("CAC", []), "=CAC(\"All\",'Settings'!$B$7,Data)"),
        ("Email", '=KPI("spend")', ("KPI", ["spend"]), '=KPI("spend","Email",$B$5,Data)'),
        ("Email", "=AS_OF(46143)", ("AS_OF", [46143]), "=AS_OF(46143,Data)"),
        ("Email", '=INTERVAL("cac")', ("INTERVAL", ["cac"]), '=INTERVAL("cac","Email",$B$5,Data)'),
        ("Email", '=EXPLAIN("cac")', ("EXPLAIN", ["cac"]), '=EXPLAIN("cac","Email",$B$5,Data)'),
        ("Email", '=CAC("Paid ads","2026-Q1")', ("CAC", ["Paid ads", "2026-Q1"]), '=CAC("Paid ads","2026-Q1",Data)'),
    ],
)
def test_short_form_becomes_the_full_formula(
    lite_runtime: Runtime, book: FakeBook, sheet: str, formula: str, call: tuple[str, list[Any]], full: str
) -> None:
    answer = lite_runtime.calls([call], book.type(sheet, formula))
    assert [script["script_name"] for script in answer["scripts"]] == ["recalculate"]
    assert answer["values"] == [[[NA]]] or call[0] == "EXPLAIN"
    assert book.recalculate(lite_runtime) == [(sheet, 8, 25, full)]
    assert book.recalculate(lite_runtime) == []


@pytest.mark.parametrize(("language", "channel"), [("ko", "이메일"), ("ja", "メール")])
def test_short_form_on_every_sheet_of_a_translated_workbook(
    lite_runtime: Runtime, tmp_path: Path, language: str, channel: str
) -> None:
    planned = plan(empty(["Email"], range(24312, 24314), Settings(language=language)), FUNCTIONS.catalogue)
    write_book(planned, tmp_path / "new.xlsx")
    book = FakeBook(tmp_path / "new.xlsx")
    for sheet in planned.sheets:
        lite_runtime.call("CAC", address=book.type(sheet.name, "=CAC()"))
        ((_, _, _, entered),) = book.recalculate(lite_runtime)
        own = absolute(sheet.pickers["period"]) if "period" in sheet.pickers else f"'{book.home}'!$B$7"
        period = "$B$7" if sheet.name == book.home else own
        assert entered == f'=CAC("{channel if sheet.name == channel else "All"}",{period},Data)'
        del book.formulas[sheet.name]["8,25"]


@pytest.mark.parametrize("formula", ["=CAC(A1)", "=CAC(A1:A3)", "=CAC(,)", "=KPI(A1,B1)", "no formula", '=A1&"CAC()"'])
def test_reference_to_a_blank_cell_is_never_the_companys_figure(
    lite_runtime: Runtime, tables: list[list[list[Any]]], book: FakeBook, formula: str
) -> None:
    lite_runtime.call("DATASET", *tables)
    for blank in (None, ""):
        assert lite_runtime.calls([("CAC", [blank])], book.type("Email", formula))["values"] == [[[NA]]]
        assert book.recalculate(lite_runtime) == []


def test_many_short_forms_ask_for_one_script(lite_runtime: Runtime, book: FakeBook) -> None:
    scripts = [s for i in range(1, 6) for s in lite_runtime.calls([("CAC", [])], f"[b.xlsx]Email!Z{i}")["scripts"]]
    assert len(scripts) == 1
    book.formulas["Email"] = {f"{i},25": "=CAC()" for i in range(5)}
    assert [entered[1] for entered in book.recalculate(lite_runtime)] == [0, 1, 2, 3, 4]


def test_blank_cells_passed_as_zeros_are_read_from_the_workbook(
    lite_runtime: Runtime, tables: list[list[list[Any]]], core: Functions, book: FakeBook
) -> None:
    zeros = [[[0 if cell is None else cell for cell in row] for row in table] for table in tables]
    answer = lite_runtime.calls([("DATASET", zeros)], "[b.xlsx]Settings!B3")
    assert answer["values"] == [[[NA]]]
    assert len(answer["scripts"]) == 1
    assert [entered[:3] for entered in book.recalculate(lite_runtime)] == [DATA]
    again = lite_runtime.calls([("DATASET", zeros)], "[b.xlsx]Settings!B3")
    assert again == {"values": [[[core.call("DATASET", tables)]]], "scripts": []}
    changed = copy.deepcopy(zeros)
    changed[0][1][3] = 12345
    for scripts in (1, 0):  # what the script reads is not what was passed: asked once, and never a figure
        answer = lite_runtime.calls([("DATASET", changed)])
        assert (answer["values"], len(answer["scripts"])) == ([[[NA]]], scripts)
        book.recalculate(lite_runtime)


def test_nothing_in_the_file_but_text(code: str, demo_book: Path) -> None:
    """What a person sees in Lite's editor is what is in the file."""
    with zipfile.ZipFile(demo_book) as file:
        part = file.read("xl/webextensions/webextension1.xml").decode("utf-8")
    assert html.escape(json.dumps(code, ensure_ascii=False)[:2000], quote=False).replace('"', "&quot;") in part
