"""What passes between Calc's cells and our functions, with a real LibreOffice in between."""

from __future__ import annotations

import datetime as dt
import os
import re
import signal
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from tests.support.office import Document, Office, OfficeError
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.hosts.libreoffice import types as libreoffice_types

DIV0, NA, NUM, VALUE = ({"error": name} for name in ("#DIV/0!", "#N/A", "#NUM!", "#VALUE!"))
FEBRUARY, MARCH = dt.date(2026, 2, 1), dt.date(2026, 3, 1)
COSTS = [
    ["Month", "Channel", "Spend"],
    [FEBRUARY, "Email", 1000],
    [MARCH, "Email", 500],
    [MARCH, "Events", 300],
]
CUSTOMERS = [
    ["Month", "Channel", "New customers"],
    [FEBRUARY, "Email", 10],
    [MARCH, "Email", 20],
    [MARCH, "Events", 0],
]


def write_table(book: xlsxwriter.Workbook, sheet: Worksheet, name: str, column: int, rows: list) -> None:
    options = {"name": name, "columns": [{"header": header} for header in rows[0]]}
    sheet.add_table(0, column, len(rows) - 1, column + 2, options)
    month = book.add_format({"num_format": "yyyy-mm"})
    for r, (date, channel, value) in enumerate(rows[1:], start=1):
        sheet.write_datetime(r, column, dt.datetime.combine(date, dt.time()), month)
        sheet.write_row(r, column + 1, [channel, value])


@pytest.fixture
def numbers(office: Office, tmp_path: Path) -> Iterator[Document]:
    """Sheet S: pairs of spend and customers in A and B; a grid that spills from the file in D."""
    path = tmp_path / "numbers.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("S")
        for r, row in enumerate([(1000, 25), (1000, 0), (None, 10), (1000, None), ("text", 10), (0, 10)]):
            sheet.write_row(r, 0, row)
        sheet.write_formula("A8", "=1/0", None, "#DIV/0!")
        sheet.write_dynamic_array_formula("D1:D6", "=_xldudf_CAC(A1:A6,B1:B6)", None, 7)
    with office.open(path) as document:
        yield document


def typed(document: Document, formula: str) -> object:
    document.type("S", "H1", formula)
    return document.range("S", "H1")[0][0]


SPELLINGS = {
    "A1": "_xldudf_CAC(1000,25)",
    "A2": "_xll.CAC(1000,25)",
    "A3": "[0]!CAC(1000,25)",
    "A4": "CAC(1000,25)",
}


def test_a_file_may_spell_a_function_in_four_ways(office: Office, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "in.xlsx") as book:
        sheet = book.add_worksheet("S")
        sheet.write_dynamic_array_formula("A1:A1", f"={SPELLINGS['A1']}", None, 7)
        for address in ("A2", "A3", "A4"):
            sheet.write_formula(address, f"={SPELLINGS[address]}", None, 7)
    with office.open(tmp_path / "in.xlsx") as document:
        document.calculate_all()
        assert document.range("S", "A1:A4") == [[40.0]] * 4

        document.save(tmp_path / "out.xlsx")
        written = zipfile.ZipFile(tmp_path / "out.xlsx").read("xl/worksheets/sheet1.xml").decode()
        bare = SPELLINGS | {"A3": "CAC(1000,25)"}
        assert re.findall(r"<f[^>]*>([^<]*)</f>", written) == list(bare.values())


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=CAC(1000,25)", 40.0),
        ("=COST_PER_LEAD(100,10)", 10.0),
        ("=CAC(1000,25)*2", 80.0),
        ("=IF(CAC(1000,25)>30,1,0)", 1.0),
        ("=ROUND(CAC(1000,30),1)", 33.3),
        ("=_xlfn.LET(_xlpm.x,CAC(1000,25),_xlpm.x+1)", 41.0),
        ("=SUM(CAC({1000;2000},10))", 300.0),
        ("=CAC(CAC(1000,25),4)", 10.0),
        ("=CAC(A1,B1)", 40.0),
        ("=CAC(A1:A1,B1)", 40.0),
    ],
)
def test_numbers(numbers: Document, formula: str, expected: float) -> None:
    assert typed(numbers, formula) == expected


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=CAC()", NA),
        ("=CAC(,25)", NA),
        ('=CAC("",25)', NA),
        ("=CAC(A3:A3,25)", NA),
        ("=CAC(1000,0)", DIV0),
        ("=CAC(A8,25)", DIV0),
        ("=CAC(NA(),25)", NA),
        ("=CAC(-1,25)", NUM),
        ('=CAC(1000,"many")', VALUE),
        ("=CAC(1,2,3)", VALUE),
        ("=IFERROR(CAC(1000,0),5)", 5.0),
        ("=IF(ISNA(CAC()),1,2)", 1.0),
        ("=CAC(1000,0)+1", DIV0),
    ],
)
def test_errors_are_real_errors(numbers: Document, formula: str, expected: object) -> None:
    assert typed(numbers, formula) == expected


def test_a_spill_from_the_file_keeps_numbers_and_errors_apart(numbers: Document) -> None:
    assert numbers.range("S", "D1:D6") == [[40.0], [DIV0], [NA], [NA], [VALUE], [0.0]]
    assert numbers.cell("S", "D2") == {
        "formula": "=_xldudf_CAC(A1:A6,B1:B6)",
        "value": None,
        "error": "#DIV/0!",
        "text": "#DIV/0!",
    }
    numbers.set("S", "A3", 500)
    assert numbers.range("S", "D3") == [[50.0]], "an edit reaches the function by itself"


def test_a_column_against_a_row_makes_a_grid(numbers: Document) -> None:
    numbers.type_array("S", "F1:G2", "=CAC({1000;2000},{10,0})")
    assert numbers.range("S", "F1:G2") == [[100.0, DIV0], [200.0, DIV0]]
    filled = [cell.address for cell in numbers.function_cells() if cell.formula.startswith("=CAC")]
    assert filled == ["F1", "G1", "F2", "G2"]


def test_text_comes_out_as_text_and_blanks_as_nothing(numbers: Document) -> None:
    numbers.type_array("S", "F1:H3", '=EXPLAIN("no such thing","All","all")')
    rows = numbers.range("S", "F1:H3")
    assert rows[0] == ["no such thing", None, None]
    assert rows[1][:2] == ["Value", NA], "an error inside a grid arrives as a real one"
    assert typed(numbers, '=EXACT(EXPLAIN("cac"),"cac")') == 1.0


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        # A reference to one blank cell is 0 to an add-in; `A3:A3`, or a blank inside a range, is blank.
        ("=CAC(A3,10)", 0.0),
        # An error inside a range stops the whole call before it reaches us.
        ("=CAC(A1:A8,10)", {"error": "Err:504"}),
        # Calc's own comparison does not find text that a function returned; EXACT does, and so does &"".
        ('=IF(EXPLAIN("cac")="cac",1,0)', 0.0),
        ('=IF(EXPLAIN("cac")&""="cac",1,0)', 1.0),
    ],
)
def test_the_limits_of_calc(numbers: Document, formula: str, expected: object) -> None:
    assert typed(numbers, formula) == expected


def test_the_wizard_describes_a_function(office: Office) -> None:
    function = FUNCTIONS.names["CAC"]
    told = zip(function.parameters, function.argument_descriptions, strict=True)
    assert office.describe("CAC") == {
        "description": function.description,
        "arguments": [list(pair) for pair in told],
    }


def in_words(rows: list) -> list:
    return [[str(cell) if isinstance(cell, dt.date) else cell for cell in row] for row in rows]


def write_dataset(path: Path, spend: float, *, plain: bool) -> str:
    """A workbook with two tables and Data; plain formulas are those that Calc does not compute at opening."""
    costs = [*COSTS[:-1], [MARCH, "Events", spend]]
    token = str(FUNCTIONS.call("DATASET", [in_words(costs), in_words(CUSTOMERS)]))
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("S")
        write_table(book, sheet, "Costs", 0, costs)
        write_table(book, sheet, "Convert", 4, CUSTOMERS)
        sheet.write_row("A10", ["Email", "2026-Q1"])
        book.define_name("Data", "=S!$A$12")
        for address, formula, cached in (
            ("A12", "DATASET(Costs[#All],Convert[#All])", token),
            ("A13", "CAC(A10,B10,Data)", 50.0),
        ):
            if plain:
                sheet.write_formula(address, f"={formula}", None, cached)
            else:
                sheet.write_dynamic_array_formula(f"{address}:{address}", f"=_xldudf_{formula}", None, cached)
        pair = '=_xldudf_CAC({"Email","Events"},"2026-03",Data)'
        sheet.write_dynamic_array_formula("B13:C13", pair, None, 0)
    return token


def test_metrics_are_computed_from_the_tables(office: Office, tmp_path: Path) -> None:
    token = write_dataset(tmp_path / "data.xlsx", 300, plain=False)
    with office.open(tmp_path / "data.xlsx") as document:
        document.calculate_all()
        assert document.cell("S", "A12")["value"] == token, "the token is the same in every host"
        assert document.range("S", "A13:C13") == [[50.0, 25.0, DIV0]]
        document.set("S", "G3", 30)
        assert document.cell("S", "A12")["value"] != token
        assert document.range("S", "A13:C13") == [[1500 / 40, 500 / 30, DIV0]], "an edit reaches them"
        document.type("S", "A14", "=CAC(A10,A3,Data)")
        assert document.cell("S", "A14")["value"] == 500 / 30, "a date is its month"


def test_a_token_from_the_file_is_rebuilt_from_the_tables(office: Office, tmp_path: Path) -> None:
    token = write_dataset(tmp_path / "data.xlsx", 301.5, plain=True)
    with office.open(tmp_path / "data.xlsx") as document:
        document.set("S", "B10", "2026-03")
        assert document.cell("S", "A13")["value"] == 25.0
        assert document.cell("S", "A12")["value"] == token


def test_a_token_of_other_tables_is_not_answered(office: Office, tmp_path: Path) -> None:
    write_dataset(tmp_path / "data.xlsx", 302.5, plain=True)
    with office.open(tmp_path / "data.xlsx") as document:
        document.type("S", "A14", '=CAC(A10,B10,"xl-lifecycle 0123456789abcdef")')
        assert document.range("S", "A14") == [[NA]]


def test_no_function_raised(office: Office) -> None:
    assert "Traceback" not in office.log()


def ended(group: int) -> bool:
    for _ in range(100):  # until the system has cleared away what was killed
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


def test_a_stuck_office_is_ended(office: Office, tmp_path: Path) -> None:
    libreoffice_types.build(tmp_path)
    second = Office(tmp_path)
    os.killpg(second._driver.pid, signal.SIGSTOP)
    with pytest.raises(OfficeError, match=r"sheets: no answer within 0\.5 s"):
        second.ask("sheets", 1, seconds=0.5)
    assert ended(second._driver.pid)
    with pytest.raises(OfficeError, match="not running"):
        second.ask("sheets", 1)
    second.close()
    assert not second.folder.exists()
