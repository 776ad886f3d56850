"""Values of formulas after a refresh: right if the second engine can be trusted, otherwise removed, never wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from xl_lifecycle.commands.refresh import refresh
from xl_lifecycle.core.cells.addresses import at_of
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.engine.structured_references import TableAt, as_cells
from xl_lifecycle.xlsx.file_book import FileBook

CATALOGUE = FUNCTIONS.catalogue
LOST = object()
TYPED = "month,channel,campaign,spend\n2026-01,Email,,130\n2026-04,Paid ads,Brand,60.25\n"  # the sum: 1259 -> 1349.25

# On sheet Start, each in a row of its own: formula, the value that the file keeps, and the one after the refresh.
CASES: dict[str, tuple[str, Any, Any]] = {
    "a sum": ("SUM(Costs[Marketing spend])", 1259, 1349.25),
    "its value was stale": ("SUM(Costs[Marketing spend])+1", 1000, LOST),
    "0 becomes a text": ('IF(SUM(Costs[Marketing spend])>1300,"",0)', 0, ""),
    "a text becomes 0": ('IF(SUM(Costs[Marketing spend])>1300,0,"")', "", 0),
    "a truth": ("SUM(Costs[Marketing spend])>1300", False, True),
    "an error": ("1/(SUM(Costs[Marketing spend])-1259)", "#DIV/0!", 1 / 90.25),
    "a date": ("MAX(Costs[Month])", 46082, 46113),
    "nothing there": ("Costs!D40", 0, 0),
    "an unknown function": ("_xlfn.REDUCE(0,Costs[Marketing spend],_xlfn.LAMBDA(_xlpm.a,_xlpm.b,_xlpm.a+_xlpm.b))", 1259, LOST),
    "one that IFERROR hides": ("IFERROR(BBG(Costs!D6),0)", 0, LOST),
    "what reads what is lost": ("A205*2", 2000, LOST),
    "a chain that runs up": ("A216+A201", 2260, LOST),
    "areas joined": ("IFERROR(SUM((Costs!D6,Costs!D7)),0)", 0, LOST),
    "areas crossed": ("IFERROR(SUM(Costs!D5:D9 Costs!A6:F6),0)", 0, LOST),
    "sheets through": ("IFERROR(SUM(Costs:Items!D6),0)", 0, LOST),
    "a row below": ("A205+1", 1001, LOST),
    "another workbook": ("IFERROR([1]Plan!A1+Costs!D6,0)", 0, LOST),
    "another workbook alone": ("[1]Plan!A1", 5, 5),
    "what does not change": ("SUM(Costs!D7)+STRANGE(1)", 7, 7),
    "now": ("NOW()", 40000, 40000),
    "chance and our tables": ("RAND()*Costs!D6", 50, LOST),
    "in a circle": ("A222+Costs!D6", 7, LOST),
    "pivot tables": ('GETPIVOTDATA("Spend",$H$1)', 1259, LOST),
    "this row of a table": ("SUM(Costs[[#All],[Marketing spend]])", 1259, 1349.25),
    "how many sheets": ("IFERROR(SHEETS(),0)", 16, LOST),
    "an error that we do not know": ('IF(SUM(Costs[Marketing spend])>1300,VALUE("x"),VALUE("x"))', "#FIELD!", LOST),
    "ours": ('_xldudf_KPI("spend","All","2026",Data)', 1259, 1349.25),
    "ours, saved without us": ('_xldudf_KPI("spend","All","2026",Data)+0', "#NAME?", 1349.25),
    "ours, saved without us, as before": ('_xldudf_KPI("spend","Podcast","2026",Data)', "#NAME?", 50),
    "ours, never calculated": ('_xldudf_KPI("spend","All","2026",Data)-0', None, 1349.25),
}  # fmt: skip
FIRST = 201


def cell_of(name: str) -> str:
    return f"A{FIRST + list(CASES).index(name)}"


def written(cell: str, formula: str, value: Any, attributes: str = "", of_formula: str = "") -> str:
    kind, text = "n", value
    if isinstance(value, bool):
        kind, text = "b", int(value)
    elif isinstance(value, str):
        kind = "e" if value.startswith("#") else "str"
    stored_value = "" if value is None else f"<v>{text}</v>"
    return f'<c r="{cell}" t="{kind}"{attributes}><f{of_formula}>{escape(formula)}</f>{stored_value}</c>'


def with_rows(rewrite: Callable[..., Path], book: Path, to: Path, rows: dict[int, str]) -> Path:
    text = "".join(f'<row r="{row}">{cells}</row>' for row, cells in rows.items())
    change = {"xl/worksheets/sheet1.xml": lambda sheet: sheet.replace("</sheetData>", f"{text}</sheetData>")}
    return rewrite(book, to, change)


def refresh_book(book: Path) -> Any:
    (book.parent / "typed.csv").write_text(TYPED, "utf-8")
    report = refresh(book, [book.parent / "typed.csv"], CATALOGUE)
    return FileBook(book).sheets[0].part, report


@pytest.fixture(scope="module")
def after(small_original: Path, rewrite: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("caches")
    rows = {at_of(cell_of(name))[0]: written(cell_of(name), *case[:2]) for name, case in CASES.items()}
    return refresh_book(with_rows(rewrite, small_original, folder / "book.xlsx", rows))


@pytest.mark.parametrize("name", CASES)
def test_the_value_is_right_or_gone(after: Any, name: str) -> None:
    part, at = after[0], at_of(cell_of(name))
    expected = CASES[name][2]
    if expected is LOST:
        assert not part.has_value(at)
        assert part.cell(at).find("{*}f").get("ca") == "1"
    else:
        stored_value = part.stored_value(at)
        assert (
            stored_value == pytest.approx(expected, rel=1e-12)
            if isinstance(expected, float)
            else stored_value == expected
        )
        assert type(stored_value) is type(expected) or not isinstance(expected, bool)


def test_the_report_names_what_lost_its_value(after: Any) -> None:
    lost = sorted((at_of(cell_of(name)) for name, case in CASES.items() if case[2] is LOST))
    (note,) = after[1].notes
    assert note.startswith(f"Start!A{lost[0][0]}, Start!A{lost[1][0]}, ")
    assert f" and {len(lost) - 5} more" in note


def test_spills_grow_shrink_and_are_stopped(small_original: Path, rewrite: Callable[..., Path], tmp_path: Path) -> None:
    dynamic = ' cm="1"'

    def spill(cell: str, formula: str, area: str, value: Any, how: str = dynamic) -> str:
        return written(cell, formula, value, how, f' t="array" ref="{area}"')

    more = '_xlfn._xlws.FILTER(Costs[Marketing spend],Costs[Channel]="Paid ads")'  # 3 -> 4
    fewer = (
        "_xlfn._xlws.FILTER(Costs[Marketing spend],(Costs[Marketing spend]>0)*(Costs[Marketing spend]<105))"  # 2 -> 2
    )
    rows = {
        201: spill("A201", more, "A201:A203", 999)
        + spill("C201", more, "C201:C203", 999)
        + spill("E201", fewer, "E201:E202", 100)
        + spill("G201", more, "G201:G203", 999, "")
        + spill("I201", "Costs[Marketing spend]*1", "I201:I209", 999),
        202: '<c r="A202"><v>0</v></c><c r="C202"><v>0</v></c><c r="E202"><v>50</v></c><c r="G202"><v>0</v></c><c r="I202"><v>100</v></c>',
        203: '<c r="A203"><v>0</v></c><c r="C203"><v>0</v></c><c r="G203"><v>0</v></c><c r="I203"><v>0</v></c>',
        204: '<c r="C204" t="inlineStr"><is><t>mine</t></is></c><c r="I204"><v>0</v></c>',
        205: '<c r="I205"><v>110</v></c>',
        209: '<c r="I209"><v>50</v></c>',
    }
    for row in (206, 207, 208):
        rows[row] = f'<c r="I{row}"><v>0</v></c>'
    book = with_rows(rewrite, small_original, tmp_path / "book.xlsx", dict(sorted(rows.items())))
    part, _ = refresh_book(book)
    area = {cell.at: cell.area for cell in part.formulas()}
    values = {cell: [part.stored_value((row, at_of(f"{cell}1")[1])) for row in range(201, 205)] for cell in "ACEG"}
    assert (area[201, 1], values["A"]) == ((201, 1, 204, 1), [999, 0, 0, 60.25])
    assert values["C"] == [None, None, None, "mine"], "Excel says #SPILL!, and nobody here can"
    assert (area[201, 5], values["E"]) == ((201, 5, 202, 5), [50, 60.25, None, None])
    assert (area[201, 7], values["G"]) == ((201, 7, 203, 7), [999, 0, 0, None]), "of a fixed size"
    assert area[201, 9] == (201, 9, 210, 9)


def test_a_what_if_table_is_left_to_excel(small_original: Path, rewrite: Callable[..., Path], tmp_path: Path) -> None:
    table = ' t="dataTable" ref="B201:B202" dt2D="0" dtr="0" r1="A199"'
    rows = {201: written("B201", "", 1259, "", table), 202: '<c r="B202"><v>1259</v></c>'}
    part, report = refresh_book(with_rows(rewrite, small_original, tmp_path / "book.xlsx", rows))
    assert not part.has_value((201, 2))
    assert not part.has_value((202, 2))
    assert "Start!B201" in report.notes[0]


def test_a_shared_formula_whose_first_cell_is_overwritten(
    small_original: Path, rewrite: Callable[..., Path], tmp_path: Path
) -> None:
    """The import puts a number where a user had the formula that two more cells share."""

    def share(sheet: str) -> str:
        first = '<f t="shared" ref="D6:D8" si="7">10*10</f><v>100</v></c>'
        assert '<c r="D6"' in sheet
        for row, formula in (
            (6, first),
            (7, '<f t="shared" si="7"/><v>100</v></c>'),
            (8, '<f t="shared" si="7"/><v>100</v></c>'),
        ):
            start = sheet.index(f'<c r="D{row}"')
            end = min(i for i in (sheet.find("/>", start), sheet.find("</c>", start)) if i > 0)
            tag = sheet[start : sheet.index(">", start)].rstrip("/")
            close = end + (2 if sheet[end : end + 2] == "/>" else 4)
            sheet = f"{sheet[:start]}{tag}>{formula}{sheet[close:]}"
        return sheet

    number = next(i for i, sheet in enumerate(FileBook(small_original).sheets, 1) if sheet.name == "Costs")
    book = rewrite(small_original, tmp_path / "book.xlsx", {f"xl/worksheets/sheet{number}.xml": share})
    refresh_book(book)
    costs = next(sheet for sheet in FileBook(book).sheets if sheet.name == "Costs").part
    formulas = {cell.at: cell.text for cell in costs.formulas()}
    assert (6, 4) not in formulas
    assert costs.stored_value((6, 4)) == 130
    assert formulas[7, 4] == formulas[8, 4] == "10*10"


def test_rows_of_tables_as_cells() -> None:
    tables = {"own": TableAt("My sheet", (1, 2, 9, 4), ["A", "B 's]", "C"], 1)}
    for text, cells in {
        "Own[#All]": "'My sheet'!$B$1:$D$9",
        "Own[[#Headers],[C]]": "'My sheet'!$D$1",
        "Own[[#Totals],[A]:[C]]": "'My sheet'!$B$9:$D$9",
        "Own[[#Headers],[#Data],[A]]": "'My sheet'!$B$1:$B$8",
        "own[[#This Row],[B ''s']]]": "'My sheet'!$C$5",
        "Own": "'My sheet'!$B$2:$D$8",
        "Own[A]": "Own[A]",
        "Own[[A]:[C]]": "Own[[A]:[C]]",
        "Own[[#This Row],[Gone]]": "Own[[#This Row],[Gone]]",
        '"Own"&Owner': '"Own"&Owner',
    }.items():
        assert as_cells(f"={text}", (5, 9), tables) == f"={cells}"


def test_a_workbook_of_another_version_keeps_its_values(
    small_book: Path, tmp_path: Path, rewrite: Callable[..., Path]
) -> None:
    """Its dataset has another name there, but formulas that read it can be trusted as well."""
    other = rewrite(
        small_book,
        tmp_path / "other.xlsx",
        {
            r"xl/worksheets/sheet\d+\.xml": lambda text: re.sub(
                "xl-lifecycle [0-9a-f]{16}", "xl-lifecycle of another kind", text
            )
        },
    )
    (tmp_path / "typed.csv").write_text(TYPED, "utf-8")
    report = refresh(other, [tmp_path / "typed.csv"], CATALOGUE)
    assert not [note for note in report.notes if "only Excel can calculate" in note]
    part = next(sheet.part for sheet in FileBook(other).sheets if sheet.name == "Settings")
    assert re.fullmatch("xl-lifecycle [0-9a-f]{16}", str(part.value(at_of("B3"))))
