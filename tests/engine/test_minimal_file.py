"""What the second engine is given of a file: enough to calculate, in the one form that it reads."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from xl_lifecycle.engine.cell_set import Spots
from xl_lifecycle.engine.minimal_file import ANOTHER_BOOK, bare
from xl_lifecycle.xlsx.package import CONTENT_TYPES, Package

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
SHEET = "xl/worksheets/sheet1.xml"
PARTS = {
    CONTENT_TYPES: '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="x"/>'
    f'<Override PartName="/{SHEET}" ContentType="s"/><Override PartName="/xl/charts/chart1.xml" ContentType="c"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" Type="{R}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{R}"><fileVersion/><sheets><sheet name="One" sheetId="1" r:id="rId1"/></sheets>'
    "<definedNames><definedName name='x'>One!$A$1</definedName></definedNames><extLst/></workbook>",
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" Type="{R}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{R}/styles" Target="styles.xml"/><Relationship Id="rId3" Type="{R}/theme" Target="none.xml"/>'
    f'<Relationship Id="rId4" Type="{R}/vbaProject" Target="vba.bin"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"/>',
    "xl/vba.bin": "<vba/>",
    "xl/worksheets/_rels/sheet1.xml.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" Type="{R}/table" Target="../tables/table1.xml"/>'
    f'<Relationship Id="rId2" Type="{R}/drawing" Target="../drawings/drawing1.xml"/><Relationship Id="rId3" Type="{R}/table" Target="../tables/none.xml"/></Relationships>',
    "xl/tables/table1.xml": f'<table xmlns="{MAIN}"/>',
    "xl/drawings/drawing1.xml": "<drawing/>",
    "xl/charts/chart1.xml": "<chart/>",
}
Make = Callable[[str, str], dict[str, str]]


@pytest.fixture
def made(tmp_path: Path) -> Make:
    """The parts of the minimal file of a workbook whose sheet has some rows, and more behind them."""

    def make(rows: str, after: str = "") -> dict[str, str]:
        sheet = (
            f'<worksheet xmlns="{MAIN}" xmlns:r="{R}"><!-- x --><cols/><sheetData>{rows}</sheetData>{after}</worksheet>'
        )
        path = tmp_path / "book.xlsx"
        with zipfile.ZipFile(path, "w") as file:
            for name, text in (PARTS | {SHEET: sheet}).items():
                file.writestr(name, text)
        with zipfile.ZipFile(io.BytesIO(bare(Package(path)))) as file:
            return {name: file.read(name).decode() for name in file.namelist()}

    return make


def cells(parts: dict[str, str]) -> list[str]:
    return re.findall(r'<c r="(\w+)"', parts[SHEET])


def test_only_what_calculates_is_there(made: Make) -> None:
    parts = made(
        "",
        '<mergeCells/><tableParts><tablePart r:id="rId1"/><tablePart r:id="rId3"/></tableParts><drawing r:id="rId2"/>',
    )
    assert sorted(parts) == sorted(
        [CONTENT_TYPES, "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", SHEET,
         "xl/worksheets/_rels/sheet1.xml.rels", "xl/tables/table1.xml"]
    )  # fmt: skip
    assert re.findall("<(\\w+)", parts["xl/workbook.xml"]) == [
        "workbook",
        "sheets",
        "sheet",
        "definedNames",
        "definedName",
    ]
    assert re.findall("<(\\w+)", parts[SHEET]) == ["worksheet", "cols", "sheetData", "tableParts", "tablePart"]
    assert 'id="rId1"' in parts[SHEET]
    assert re.findall('Id="(\\w+)"', parts["xl/_rels/workbook.xml.rels"]) == ["rId1", "rId2"]
    assert re.findall('Id="(\\w+)"', parts["xl/worksheets/_rels/sheet1.xml.rels"]) == ["rId1"]
    assert re.findall('PartName="([^"]+)"', parts[CONTENT_TYPES]) == [f"/{SHEET}"]
    assert "<Default" in parts[CONTENT_TYPES]


def test_places_that_a_file_leaves_out(made: Make) -> None:
    v = "<v>1</v>"
    parts = made(
        f"<row><c>{v}</c><c>{v}</c></row><row r='5'><c r='C5'>{v}</c><c>{v}</c></row><row><c>{v}</c></row>", ""
    )
    assert cells(parts) == ["A1", "B1", "C5", "D5", "A6"]
    assert re.findall('<row r="(\\d+)"', parts[SHEET]) == ["1", "5", "6"]


def test_blank_cells_are_left_out_unless_a_place_depends_on_them(made: Make) -> None:
    v = "<v>1</v>"
    parts = made(
        f'<row r="1"><c r="A1" s="1"/><c r="B1">{v}</c><c r="C1" s="1"/></row><row r="2"><c r="D2" s="1"/><c>{v}</c></row>',
        "",
    )
    assert cells(parts) == ["B1", "D2", "E2"]


def test_what_an_array_fills_is_left_out(made: Make) -> None:
    def row(number: int, *formulas: str) -> str:
        return (
            f'<row r="{number}">'
            + "".join(f'<c r="{c}{number}">{f}<v>1</v></c>' for c, f in zip("ABCDE", formulas, strict=True))
            + "</row>"
        )

    array = '<f t="array" ref="B2:C3">x()</f>'
    kept = "<f>1+1</f>"
    parts = made(
        row(1, "", "", "", "", "")
        + row(2, "", array, "", "", "")
        + row(3, "", kept, "", "", "")
        + row(4, "", "", "", "", ""),
        "",
    )
    one_to_five = ["A", "B", "C", "D", "E"]
    assert cells(parts) == [
        *(f"{c}1" for c in one_to_five), "A2", "B2", "D2", "E2", "A3", "B3", "D3", "E3", *(f"{c}4" for c in one_to_five),
    ]  # fmt: skip
    assert cells(made(row(1, '<f t="array">x()</f>', "", "", "", ""), "")) == [f"{c}1" for c in one_to_five]
    assert cells(made(row(1, '<f t="shared" ref="A1:B1">x()</f>', "", "", "", ""), "")) == [
        f"{c}1" for c in one_to_five
    ]


@pytest.mark.parametrize(
    ("formula", "another"),
    [
        ("[1]Sheet1!A1", True),
        ("'[1]My sheet'!A1", True),
        ("1+'C:\\x\\[b.xlsx]It''s'!A1", True),
        ("Table[1]!A", False),
        ("Costs[spend]", False),
        ("'Paid ads'!A1", False),
        ("[1]", False),
    ],
)
def test_a_formula_of_another_workbook_keeps_its_value(made: Make, formula: str, another: bool) -> None:
    assert bool(ANOTHER_BOOK.search(formula)) is another
    shared = f'<row r="1"><c r="A1"><f t="shared" si="0" ref="A1:B1">{formula}</f><v>1</v></c><c r="B1"><f t="shared" si="0"/><v>2</v></c>'
    others = '<c r="C1"><f t="shared" si="1">1+1</f><v>3</v></c><c r="D1"><f>2+2</f><v>4</v></c></row>'
    parts = made(shared + others, "")
    assert re.findall("<v>(\\d)</v>", parts[SHEET]) == ["1", "2", "3", "4"]
    assert parts[SHEET].count("<f") == (2 if another else 4)


def test_a_prefix_is_taken_off(tmp_path: Path) -> None:
    prefixed = f'<x:worksheet xmlns:x="{MAIN}" xmlns:r="{R}" a="b"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    path = tmp_path / "book.xlsx"
    with zipfile.ZipFile(path, "w") as file:
        for name, text in (PARTS | {SHEET: prefixed}).items():
            file.writestr(name, text)
    with zipfile.ZipFile(io.BytesIO(bare(Package(path)))) as file:
        sheet = file.read(SHEET).decode()
        styles = file.read("xl/styles.xml").decode()
    assert re.findall("<([\\w:]+)", sheet) == ["worksheet", "sheetData", "row", "c", "v"]
    assert 'a="b"' in sheet
    assert f'xmlns="{MAIN}"' in sheet
    assert f'xmlns:r="{R}"' in sheet
    assert styles == PARTS["xl/styles.xml"]


def test_spots() -> None:
    spots = Spots()
    for row in (5, 9, 2, 7, 7):
        spots.add("Costs", (row, 4, row, 4))
    assert [spots.touch("Costs", (row, 4, row, 4)) for row in range(1, 11)] == [
        row in (2, 5, 7, 9) for row in range(1, 11)
    ]
    assert spots.touch("Costs", (3, 1, 5, 4))
    assert spots.touch("Costs", (5, 4, 6, 9))
    assert not spots.touch("Costs", (3, 4, 4, 4))
    assert not spots.touch("Costs", (1, 1, 99, 3))
    assert not spots.touch("Costs", (1, 5, 99, 9))
    assert not spots.touch("Costs", (10, 4, 99, 4))
    assert not spots.touch("Start", (1, 1, 99, 9))
    spots.add("Costs", (20, 1, 21, 2))
    assert [spots.touch("Costs", (row, column, row, column)) for row in (20, 21) for column in (1, 2, 3)] == [
        True,
        True,
        False,
    ] * 2
