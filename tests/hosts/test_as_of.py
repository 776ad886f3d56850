"""The figures of an earlier day, in every host, in a workbook with a restated value."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.support.lite_runtime import PYODIDES, Runtime
from tests.support.office import Office
from xl_lifecycle.commands.cli import main
from xl_lifecycle.commands.refresh import refresh
from xl_lifecycle.content.content import DATASET_TABLES
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.functions import FUNCTIONS, Functions
from xl_lifecycle.engine.calc import Calc
from xl_lifecycle.hosts.lite import bundle as lite
from xl_lifecycle.hosts.save import save
from xl_lifecycle.xlsx.saved_book import SavedBook

FIRST, SECOND = dt.date(2026, 4, 2), dt.date(2026, 5, 3)
BEFORE = "2026-04-01"
PLACE = '"Paid ads/Brand","2026-01"'
THEN, NOW = 60.25, 70.5  # Brand's spend


@pytest.fixture(scope="module")
def book(small_original: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Spend of January, read on two days, and restated on the second."""
    folder = tmp_path_factory.mktemp("as of")
    path = Path(shutil.copy(small_original, folder / "book.xlsx"))
    for day, spend in ((FIRST, THEN), (SECOND, NOW)):
        export = folder / "ads.csv"
        export.write_text(
            'Campaign report\n"January 1, 2026 - January 31, 2026"\nCampaign,Impr.,Clicks,Currency code,Cost\n'
            f"Brand,1,1,EUR,{spend}\nTotal: Campaigns,1,1,EUR,{spend}\n",
            encoding="utf-8",
        )
        refresh(path, [export], FUNCTIONS.catalogue, today=day)
    return path


FORMULAS = {
    f'=KPI("spend",{PLACE},Data)': NOW,
    f'=KPI("spend",{PLACE},AS_OF("2026-05-02",Data))': THEN,
    f'=KPI("spend",{PLACE},AS_OF(DATE(2026,5,3),Data))': NOW,
    f'=KPI("spend",{PLACE},AS_OF("{BEFORE}",Data))': ExcelError.VALUE,  # no such campaign then
    f'=CPC("Paid ads","2026-01",AS_OF("{FIRST}",Data))': THEN,
    f'=KPI("clicks","Paid ads","2026-01",AS_OF("{BEFORE}",Data))': ExcelError.NA,
    f'=KPI("spend","Paid ads","2026-01",AS_OF("{BEFORE}",Data))': 999,  # as typed
    f'=KPI("spend",{PLACE},AS_OF("soon",Data))': ExcelError.VALUE,
}


def test_in_the_console(book: Path) -> None:
    calc = Calc(Functions(FUNCTIONS.catalogue), book)
    assert {formula: calc.evaluate(formula) for formula in FORMULAS} == FORMULAS


@pytest.mark.parametrize(
    ("day", "said"), [(str(FIRST), "60.25"), (str(SECOND), "70.5"), ("2026/5/2", "60.25"), (BEFORE, '"#VALUE!"')]
)
def test_everything_in_a_formula(book: Path, capsys: pytest.CaptureFixture[str], day: str, said: str) -> None:
    """Also the cells of the workbook that it names."""
    status = said == '"#VALUE!"'
    assert main(["calc", f'=KPI("spend",{PLACE},Data)', "--book", str(book), "--as-of", day, "--json"]) == status
    assert capsys.readouterr().out.strip() == said
    assert main(["calc", f'=KPI("spend",{PLACE})', "--book", str(book), "--as-of", day, "--json"]) == status
    assert capsys.readouterr().out.strip() == said


def test_cells_that_a_formula_names_are_as_of_then(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = openpyxl.load_workbook(book)["Paid ads"]
    row = next(row for row in range(1, 60) if sheet.cell(row, 2).value == "spend" and sheet.cell(row, 3).value)
    shown = []
    for more in ([], ["--as-of", str(FIRST)]):
        assert main(["calc", f"='Paid ads'!C{row}:C{row + 1}", "--book", str(book), "--json", *more]) == 0
        shown.append(json.loads(capsys.readouterr().out)[0][0])
    assert shown == [NOW, THEN]


def test_a_day_that_is_none_is_wrong_usage(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["calc", "=1", "--as-of", "soon"])
    assert ended.value.code == 2
    assert '"soon" is not a day; write 2026-05-01' in capsys.readouterr().err


def test_in_libreoffice(book: Path, office: Office) -> None:
    with office.open(book) as document:
        for i, formula in enumerate(FORMULAS, 60):
            document.type("Start", f"H{i}", formula)
        found = [cell for (cell,) in document.range("Start", f"H60:H{59 + len(FORMULAS)}")]
    wanted = [{"error": each.value} if isinstance(each, ExcelError) else each for each in FORMULAS.values()]
    assert found == wanted


@pytest.mark.parametrize("flavour", PYODIDES)
def test_in_lite_also_after_a_restart(book: Path, runtimes: Callable[[str], Runtime], flavour: str) -> None:
    runtime, code = runtimes(flavour), lite.properties(book)["main.py"]
    tables = [SavedBook(book).tables[name].grid for name in DATASET_TABLES]
    runtime.restart(code)
    token = runtime.call("DATASET", *tables)[0][0]
    then = runtime.call("AS_OF", "2026-05-02", token)[0][0]
    assert then == f"{token} as of 2026-05-02"
    args = ["spend", "Paid ads/Brand", "2026-01"]
    assert [runtime.call("KPI", *args, each) for each in (token, then)] == [[[NOW]], [[THEN]]]
    runtime.restart(code)
    answers = runtime.calls([("KPI", [*args, then])])
    assert [script["script_name"] for script in answers["scripts"]] == ["recalculate"]
    assert runtime.call("DATASET", *tables)[0][0] == token
    assert runtime.call("KPI", *args, then) == [[THEN]]


def test_in_classic_excel_also_when_python_ended(book: Path, tmp_path: Path) -> None:
    from tests.support.classic_excel import Excel  # skips where its packages are missing

    path = tmp_path / "book.xlsm"
    save(SavedBook(book).content(FUNCTIONS.catalogue), path, FUNCTIONS.catalogue)
    excel = Excel(path)
    try:
        data = excel.cells("Settings", "B3")
        then = excel.call("AS_OF", "2026-05-02", data)
        args = ("spend", "Paid ads/Brand", "2026-01")
        assert [excel.call("KPI", *args, each) for each in (data, then)] == [NOW, THEN]
        excel.server.process.kill()
        excel.server.process.wait()
        assert excel.call("KPI", *args, then) == THEN
        assert [call[1] for call in excel.server.calls] == ["KPI", "DATASET", "KPI"]
    finally:
        excel.end_python()
