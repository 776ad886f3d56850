"""Every kind of argument to every function gives the same answer in every host; docs/parity.md shows it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from openpyxl.utils import get_column_letter

from tests.support import parity
from tests.support.lite_runtime import ERROR_TYPES, Runtime
from tests.support.office import Office
from tests.support.parity import (
    CALLS,
    CLASSIC,
    CONSOLE,
    HOSTS,
    LIBREOFFICE,
    LITE,
    LITE_NEW,
    WHOLES,
    Answers,
    Area,
    Argument,
    Rows,
    same,
)
from tests.support.paths import ROOT
from xl_lifecycle.core.cells.broadcast import ROWS_OF_A_SHEET
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.values import Scalar, Value, as_grid
from xl_lifecycle.core.functions import FUNCTIONS, Functions
from xl_lifecycle.engine.calc import Calc
from xl_lifecycle.hosts.classic import calls as classic
from xl_lifecycle.hosts.classic import vba as classic_vba
from xl_lifecycle.hosts.lite import bundle as lite

PAGE = ROOT / "docs" / "parity.md"
DIV0, NA, VALUE = ExcelError.DIV0, ExcelError.NA, ExcelError.VALUE


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Area]]:
    """The cells and the calls as a file. Whole columns are left out: LibreOffice would compute them several times."""
    path = tmp_path_factory.mktemp("parity") / "parity.xlsx"
    asked = [call for call in CALLS if call.kind not in WHOLES]
    areas = parity.write_workbook(path, [(call, parity.wanted(LIBREOFFICE, call)) for call in asked])
    return path, dict(zip([call.formula for call in asked], areas, strict=True))


@pytest.fixture(scope="module")
def answers(request: pytest.FixtureRequest) -> Callable[[str], Answers]:
    """What a host answers to each call, asked once."""
    known: dict[str, Answers] = {}

    def of(host: str) -> Answers:
        if host not in known:
            known[host] = ASK[host](request)
        return known[host]

    return of


# The hosts


def ask_console(request: pytest.FixtureRequest) -> Answers:
    path, _ = request.getfixturevalue("workbook")
    calc = Calc(Functions(FUNCTIONS.catalogue), path)
    asked = [call.formula for call in CALLS if parity.tried(CONSOLE, call)]
    return {formula: parity.rows(calc.evaluate(f"={formula}")) for formula in asked}


def ask_libreoffice(request: pytest.FixtureRequest) -> Answers:
    """The formulas of the file, computed; whole columns typed."""
    office: Office = request.getfixturevalue("office")
    path, areas = request.getfixturevalue("workbook")
    last = max(area.row + area.height for area in areas.values())
    width = max(area.width for area in areas.values())
    with office.open(path) as document:
        document.calculate_all()
        cells = [
            [from_office(cell) for cell in row]
            for row in document.range("Calls", f"A1:{get_column_letter(width)}{last}")
        ]
        shapes = [from_office(row[0]) for row in document.range("Shapes", f"A1:A{last}")]
        found = {}
        for formula, area in areas.items():
            found[formula] = [row[: area.width] for row in cells[area.row : area.row + area.height]]
            shape = shapes[area.row]
            if area.height * area.width > 1 and isinstance(shape, float) and shape != area.height * 100 + area.width:
                found[formula] = [[f"another shape: {shape:g}"]]
        for call in CALLS:
            if call.kind in WHOLES and parity.tried(LIBREOFFICE, call):
                height = len(parity.wanted(LIBREOFFICE, call))
                document.type_array("Shapes", f"D1:D{height + 1}", f"={call.formula}")
                *cells, below = document.range("Shapes", f"D1:D{height + 1}")
                found[call.formula] = [[from_office(cell) for cell in row] for row in cells]
                assert below == [{"error": "#N/A"}], "the answer ends there"
    return found


def from_office(cell: object) -> Scalar:
    if isinstance(cell, dict):
        return next((error for error in ExcelError if error.value == cell["error"]), cell["error"])
    return cell  # type: ignore[return-value]


def ask_lite(request: pytest.FixtureRequest, flavour: str) -> Answers:
    """The bundle in Pyodide, handed the cells as Office.js does."""
    runtime: Runtime = request.getfixturevalue("runtimes")(flavour)
    runtime.ask("load", code=lite.bundle())
    assert runtime.call("DATASET", parity.TABLE, parity.SETTINGS) == [[parity.TOKEN]]
    asked = [call for call in CALLS if parity.tried(LITE, call)]
    said = runtime.calls([(call.name, [whole(given) for given in call.given]) for call in asked])
    values = [[[from_lite(cell) for cell in row] for row in value] for value in said["values"]]
    return dict(zip([call.formula for call in asked], map(parity.rows, values), strict=True))


def whole(given: Argument) -> Value:
    """What an argument is; a whole column with all the rows of a sheet."""
    if not parity.is_whole(given):
        return given.value
    return [*as_grid(given.value), *[[None]] * (ROWS_OF_A_SHEET - len(as_grid(given.value)))]


def from_lite(cell: object) -> Scalar:
    if isinstance(cell, dict):
        return next(error for error, name in ERROR_TYPES.items() if name == cell["errorType"])
    return cell  # type: ignore[return-value]


def ask_classic(request: pytest.FixtureRequest) -> Answers:
    """The file's cells as ranges, through the VBA that lifecycle.xlsm carries."""
    from tests.support.classic_excel import Excel, vba

    class Parity(Excel):
        def _load(self, path: Path) -> None:
            texts = {
                "LifecycleCalls": classic_vba.calls(),
                "LifecycleFunctions": classic_vba.functions(FUNCTIONS.names.values()),
            }
            for name, text in texts.items():
                self.app.add_module(text, name=name, kind="standard")

    path, _ = request.getfixturevalue("workbook")
    excel = Parity(path)

    def handed(given: Argument) -> object:
        if not given.text:
            return vba.MISSING
        if given.text == "Data":
            return excel.cells("Tables", parity.DATA_CELL)
        if "!" in given.text:
            return excel.cells(*given.text.split("!"))
        value = given.value
        return vba.VBAErrorValue(classic.ERROR_CODES[value]) if isinstance(value, ExcelError) else value

    try:
        return {
            call.formula: from_classic(excel.call(call.name, *map(handed, call.given), sheet="Tables"))
            for call in CALLS
        }
    finally:
        excel.end_python()


def from_classic(value: object) -> Rows:
    named = {f"Error {code}": error for error, code in classic.ERROR_CODES.items()}
    grid = value if isinstance(value, list) else [[value]]
    return parity.rows([[named.get(cell, cell) for cell in row] for row in grid])


ASK: Mapping[str, Callable[[pytest.FixtureRequest], Answers]] = {
    CONSOLE: ask_console,
    LIBREOFFICE: ask_libreoffice,
    LITE: lambda request: ask_lite(request, "pyodide-0.27"),
    LITE_NEW: lambda request: ask_lite(request, "pyodide-314"),
    CLASSIC: ask_classic,
}


# The tests


@pytest.mark.parametrize("host", HOSTS)
def test_every_answer_is_the_one_wanted(answers: Callable[[str], Answers], host: str) -> None:
    found = answers(host)
    wrong = [
        f"{call.formula} ({call.kind}): {found.get(call.formula)}, not {parity.wanted(host, call)}"
        for call in CALLS
        if parity.tried(host, call) and not same(found[call.formula], parity.wanted(host, call))
    ]
    assert not wrong, "\n".join([f"{len(wrong)} answers differ", *wrong[:20]])


BY_HAND: Mapping[str, Rows] = {  # CAC(this,10); as channel, CAC(this,"2026-Q1",Data)
    "number": [[100.0]], "number in a cell": [[100.0]], "empty text": [[NA]], "omitted": [[NA]], "blank cell": [[NA]],
    "error": [[DIV0]], "error in a cell": [[NA]], "logical value": [[VALUE]], "logical value in a cell": [[VALUE]],
    "date in a cell": [[4605.4]], "1x1": [[100.0]], "1x1, written out": [[100.0]], "row": [[100.0, 0.0, 30.0]],
    "row, written out": [[100.0, 50.0]], "column": [[100.0], [50.0], [0.0]], "block": [[100.0, 0.0], [50.0, 100.0]],
    "column with a blank": [[100.0], [NA], [50.0]], "column with an error": [[100.0], [DIV0], [50.0]],
    "whole column": [[100.0], [50.0], [NA], [0.0]], "whole column of one cell": [[100.0], [NA]], "text": [[VALUE]], "text in a cell": [[VALUE]],
}  # fmt: skip


@pytest.mark.parametrize("kind", parity.KINDS)
def test_the_answers_wanted_are_those_of_the_design(kind: str) -> None:
    """Calculated by hand for CAC; what the hosts are compared with is computed."""
    numbers, channel, period, *_ = [call for call in CALLS if call.name == "CAC" and call.kind == kind]
    assert same(parity.expected(numbers), BY_HAND[kind])
    for call in (channel, period):
        shape = [[type(cell) for cell in row] for row in parity.expected(call)]
        assert [len(row) for row in shape] == [len(row) for row in BY_HAND[kind]]
    if kind.startswith(("error", "omitted", "blank", "empty")):
        assert parity.expected(channel) == parity.expected(period) == BY_HAND[kind]


def test_a_whole_column_is_what_it_holds() -> None:
    """As hosts hand it over, with all the rows of a sheet. One cell on top stays one row, and does not count for all."""
    functions = Functions(FUNCTIONS.catalogue)

    def column(*cells: Scalar) -> Value:
        return [*([cell] for cell in cells), *[[None]] * (ROWS_OF_A_SHEET - len(cells))]

    assert functions.call("CAC", [column(1000, 500, "", 300), 10]) == [[100], [50], [NA], [30]]
    assert functions.call("CAC", [column(1000), column(10, 20, 30)]) == [[100], [NA], [NA]]
    assert functions.call("CAC", [column(), 10]) == [[NA], [NA]]


@pytest.mark.parametrize("deviation", parity.DEVIATIONS, ids=lambda deviation: deviation.told)
def test_a_deviation_is_one(deviation: parity.Deviation) -> None:
    """What a host is said to give instead is something else; that it gives it is tested above."""
    calls = [call for call in CALLS if any(parity.deviation(host, call) is deviation for host in deviation.hosts)]
    assert {call.kind for call in calls} == set(deviation.kinds)
    others = {call.kind for call in calls if not same(deviation.gives(call), parity.expected(call))}
    assert others == set(deviation.kinds)


def test_the_page_is_what_the_hosts_answered(answers: Callable[[str], Answers]) -> None:
    made = parity.page({host: answers(host) for host in HOSTS})
    if os.environ.get("XL_WRITE_DOCS"):
        PAGE.write_text(made, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == made, "write it anew with XL_WRITE_DOCS=1"
