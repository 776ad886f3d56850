"""The file itself: what is cached in each cell, and rules that Excel has and no library checks."""

from __future__ import annotations

import math
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from openpyxl.utils import range_boundaries

from xl_lifecycle.content.content import Content, InputRow, ItemRow, Target
from xl_lifecycle.core.cells.addresses import address
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.dataset.tables import Settings
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.core.language.vocabulary import InputTable
from xl_lifecycle.hosts.save import save
from xl_lifecycle.template.model import Formula, WorkbookPlan
from xl_lifecycle.template.plan import plan
from xl_lifecycle.xlsx.saved_book import SavedBook

CATALOGUE = FUNCTIONS.catalogue
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ERRORS = {error.value for error in ExcelError}
LARGEST = 500_000  # bytes, of the demo as people send it


def at(row: int, column: int) -> str:
    return address((row, column))


def planned_cells(book: WorkbookPlan) -> Iterator[tuple[str, str, object, str]]:
    """Sheet, address, value and what it is, for every cell that the plan fills; later cells replace earlier ones."""
    for sheet in book.sheets:
        found: dict[str, tuple[object, str]] = {}
        for table in sheet.tables:
            found |= {at(table.row, table.column + i): (head, "header") for i, head in enumerate(table.headers)}
            for i, row in enumerate(table.rows, table.row + 1):
                found |= {at(i, table.column + j): (value, "input") for j, value in enumerate(row)}
        for cell in sheet.cells:
            if not isinstance(cell.content, Formula):
                found[at(cell.row, cell.column)] = (cell.content, "text")
                continue
            for i, row in enumerate(cell.content.values):
                for j, value in enumerate(row):
                    kind = "spill" if i or j else "array" if cell.content.array else "formula"
                    found[at(cell.row + i, cell.column + j)] = (value, kind)
        yield from ((sheet.name, where, value, kind) for where, (value, kind) in found.items())


def expected(value: object) -> tuple[str, object]:
    """A value as it must be in the file: its kind and the value."""
    if isinstance(value, ExcelError):
        return "e", value.value
    if isinstance(value, bool):
        return "b", value
    if isinstance(value, (int, float)):
        return "n", float(value)
    return "s", value or None


def nearly(have: tuple[str, object], want: tuple[str, object]) -> bool:
    """XlsxWriter writes 16 digits; a figure may lose its last bit, an input may not."""
    return have[0] == want[0] == "n" and math.isclose(have[1], want[1], rel_tol=1e-15)  # type: ignore[arg-type]


def differences(book: WorkbookPlan, cells: dict[str, dict[str, Any]]) -> list[str]:
    """Planned cells that the file does not hold, or holds otherwise."""
    found = []
    for sheet, where, value, kind in planned_cells(book):
        cell = cells[sheet].get(where)
        have = (cell.kind.replace("str", "s"), cell.value or (0.0 if cell.value == 0 else None)) if cell else None
        want = expected(value)
        if want == ("s", None):
            if cell and cell.value not in (None, ""):
                found.append(f"{sheet}!{where} should be empty and holds {have}")
        elif have != want and not (kind != "input" and nearly(have, want)):
            found.append(f"{sheet}!{where} ({kind}) holds {have}, not {want}")
    return found


def test_every_planned_cell_is_in_the_file_with_its_value(demo_plan: WorkbookPlan, demo_cells: Any) -> None:
    assert differences(demo_plan, demo_cells) == []
    kinds = [kind for _, _, _, kind in planned_cells(demo_plan)]
    assert kinds.count("spill") > 15_000
    assert kinds.count("array") > 200


def test_every_formula_of_the_file_is_planned_and_flagged(demo_plan: WorkbookPlan, demo_cells: Any) -> None:
    planned = {
        (sheet.name, at(cell.row, cell.column)): cell.content
        for sheet in demo_plan.sheets
        for cell in sheet.cells
        if isinstance(cell.content, Formula)
    }
    written = {(s, where): cell for s, cells in demo_cells.items() for where, cell in cells.items() if cell.formula}
    assert planned.keys() == written.keys()
    for (sheet, where), formula in planned.items():
        cell = written[sheet, where]
        assert f"={cell.formula}" == formula.text
        assert cell.dynamic is formula.array, f"{sheet}!{where}: without the flag Excel shows @"
        if formula.array:
            first_column, first_row, last_column, last_row = range_boundaries(cell.area)
            assert at(first_row, first_column) == where
            assert (last_row - first_row + 1, last_column - first_column + 1) == (formula.height, formula.width)


def test_no_array_formula_covers_an_input_or_another_formula(demo_cells: Any) -> None:
    for sheet, cells in demo_cells.items():
        taken: dict[tuple[int, int], str] = {}
        for where, cell in cells.items():
            for place in squares(cell.area or where) if cell.formula else ():
                assert place not in taken, f"{sheet}!{where} overlaps {taken[place]}"
                taken[place] = where


def squares(area: str) -> Iterator[tuple[int, int]]:
    first_column, first_row, last_column, last_row = range_boundaries(area)
    for row in range(first_row, last_row + 1):
        yield from ((row, column) for column in range(first_column, last_column + 1))


def test_errors_are_errors_and_never_text(demo_cells: Any) -> None:
    cells = [cell for sheet in demo_cells.values() for cell in sheet.values()]
    assert [cell for cell in cells if cell.value in ERRORS and cell.kind != "e"] == []
    assert {cell.value for cell in cells if cell.kind == "e"} >= {"#N/A", "#DIV/0!"}
    assert all(cell.value in ERRORS for cell in cells if cell.kind == "e")


def test_every_function_is_spelt_as_a_custom_function(demo_cells: Any) -> None:
    names = "|".join(sorted(FUNCTIONS.names, key=len, reverse=True))
    texts = [cell.formula for sheet in demo_cells.values() for cell in sheet.values() if cell.formula]
    bare = [text for text in texts if re.search(rf"(?<![\w.])({names})\(", text, re.IGNORECASE)]
    assert bare == []
    assert sum("_xldudf_" in text for text in texts) > 200


DANGEROUS = ('=HYPERLINK("http://example.com","x")', "+1+1", "-2+3", "@SUM(A1)", "=cmd|' /C calc'!A0", "{=1+1}")


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path, cells_of: Callable[..., Any]) -> None:
    month = 2026 * 12
    content = Content(Settings(), ["=Channel", "+Channel", "-Channel", "@Channel"], [month])
    content.rows[InputTable.COSTS] = [InputRow(month, "Paid ads", text, {"spend": 1.0}) for text in DANGEROUS]
    content.items = [ItemRow(month, "keyword", text, "", "rank", 1.0) for text in DANGEROUS]
    content.targets = [Target(text, "=Channel", text, 1.0) for text in DANGEROUS]
    content.rows[InputTable.CAPTURE] = [InputRow("=1+1", "@SUM(A1)", "", {"leads": "=2+2"})]
    path = tmp_path / "text.xlsx"
    save(content, path, CATALOGUE)
    cells = cells_of(path)
    assert differences(plan(content, CATALOGUE), cells) == []
    found = [cell for sheet in cells.values() for cell in sheet.values() if cell.value in {*DANGEROUS, "=1+1", "=2+2"}]
    assert len(found) >= 4 * len(DANGEROUS)
    assert all(cell.kind == "s" and cell.formula is None for cell in found)


def test_excel_recalculates_by_itself_and_not_at_opening(demo_book: Path) -> None:
    with zipfile.ZipFile(demo_book) as file:
        calculation = ElementTree.fromstring(file.read("xl/workbook.xml")).find(f"{MAIN}calcPr")
        assert calculation is not None
        assert int(calculation.get("calcId", "0")) > 100_000
        assert calculation.get("calcMode", "auto") == "auto"
        assert "fullCalcOnLoad" not in calculation.attrib
        metadata = file.read("xl/metadata.xml").decode()
        assert 'fDynamic="1"' in metadata
        assert "metadata.xml" in file.read("[Content_Types].xml").decode()
        assert "metadata.xml" in file.read("xl/_rels/workbook.xml.rels").decode()


def test_writing_twice_gives_the_same_bytes(demo_book: Path, tmp_path: Path) -> None:
    save(SavedBook(demo_book).content(CATALOGUE), tmp_path / "again.xlsx", CATALOGUE)
    assert (tmp_path / "again.xlsx").read_bytes() == demo_book.read_bytes()


def test_nothing_in_the_file_depends_on_the_clock(demo_book: Path) -> None:
    with zipfile.ZipFile(demo_book) as file:
        assert {entry.date_time[0] for entry in file.infolist()} == {1980}
        assert set(re.findall(r"\d{4}-\d\d-\d\dT", file.read("docProps/core.xml").decode())) == {"2026-01-01T"}


def test_the_file_is_small(demo_book: Path) -> None:
    sizes = {path.name: path.stat().st_size for path in (demo_book, demo_book.with_suffix(".xlsm"))}
    assert {name: size for name, size in sizes.items() if size >= LARGEST} == {}


def test_cells_that_follow_another_do_not_say_where_they_stand(demo_book: Path) -> None:
    with zipfile.ZipFile(demo_book) as file:
        sheets = [file.read(name) for name in file.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)]
    placed, all_cells = (sum(len(re.findall(text, sheet)) for sheet in sheets) for text in (rb'<c r="', rb"<c[ />]"))
    assert all_cells > 40_000
    assert placed < all_cells / 10
