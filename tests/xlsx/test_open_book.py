"""A table grows as in Excel, but into nothing that is somebody's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import PatternFill
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

from xl_lifecycle.commands.refresh import refresh
from xl_lifecycle.core.cells.errors import BookError
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.xlsx.file_book import FileBook

CATALOGUE = FUNCTIONS.catalogue
TYPED = "month,channel,spend\n2026-04,Email,60.25\n2026-05,Email,61\n"  # Costs ends at row 13, and needs two more


def spill(sheet: Any) -> None:
    sheet["C10"] = None
    sheet["H10"] = ArrayFormula("B14:B15", "=B5:B6")
    sheet["B14"] = ArrayFormula("B14:B15", '=IF(B5:B6="x","","")')


def table(sheet: Any) -> None:
    sheet["A15"], sheet["A16"] = "Other", None
    sheet.add_table(Table(displayName="Other", ref="A15:A16"))


def totals(sheet: Any) -> None:
    sheet.tables["Costs"].totalsRowCount = 1


OBSTACLES: dict[str, tuple[Callable[[Any], object], str]] = {
    "a value": (lambda sheet: sheet.__setitem__("C15", "mine"), "Costs!C15"),
    "a formula that shows nothing": (lambda sheet: sheet.__setitem__("C15", '=""'), "Costs!C15"),
    "a spill that shows nothing": (spill, "Costs!B14:B15"),
    "merged cells": (lambda sheet: sheet.merge_cells("B15:H16"), "Costs!B15:H16"),
    "another table": (table, "Costs!A15"),
    "a row of totals": (totals, "row of totals"),
}


@pytest.fixture
def export(tmp_path: Path) -> Path:
    file = tmp_path / "typed.csv"
    file.write_text(TYPED, "utf-8")
    return file


@pytest.mark.parametrize("dry_run", [False, True])
@pytest.mark.parametrize("what", OBSTACLES)
def test_what_is_in_the_way_is_named_and_nothing_is_written(
    small_book: Path, edit: Any, export: Path, what: str, dry_run: bool
) -> None:
    change, where = OBSTACLES[what]
    edit(small_book, lambda book: change(book["Costs"]))
    before = small_book.read_bytes()
    with pytest.raises(BookError) as raised:
        refresh(small_book, [export], CATALOGUE, dry_run)
    assert where in str(raised.value)
    assert "\n" not in str(raised.value)
    assert small_book.read_bytes() == before
    assert [file.name for file in small_book.parent.iterdir()] == [small_book.name]


def test_formats_below_are_not_in_the_way(small_book: Path, edit: Any, export: Path) -> None:
    edit(small_book, lambda book: setattr(book["Costs"]["C15"], "fill", PatternFill("solid", fgColor="FF0000")))
    refresh(small_book, [export], CATALOGUE)
    assert [sheet.tables[0].range.address for sheet in FileBook(small_book).sheets if sheet.name == "Costs"] == [
        "A4:F15"
    ]


def test_columns_that_calculate_are_filled_down_with_their_values(small_book: Path, edit: Any, export: Path) -> None:
    def add_column(book: Any) -> None:
        sheet = book["Costs"]
        own = sheet.tables["Costs"]
        column = openpyxl.worksheet.table.TableColumn(id=99, name="Twice")
        column.calculatedColumnFormula = openpyxl.worksheet.table.TableFormula(
            attr_text="Costs[[#This Row],[Marketing spend]]*2"
        )
        sheet["G4"] = "Twice"
        for row in range(5, 14):
            sheet[f"G{row}"] = "=Costs[[#This Row],[Marketing spend]]*2"
        own.tableColumns.append(column)
        own.ref = own.autoFilter.ref = "A4:G13"

    edit(small_book, add_column)
    stored_value = FileBook(small_book)
    costs = next(sheet for sheet in stored_value.sheets if sheet.name == "Costs").part
    for row in range(5, 14):  # as Excel would have kept it; openpyxl keeps no values
        costs.put_cache((row, 7), float(costs.stored_value((row, 4)) or 0) * 2)
    small_book.write_bytes(stored_value.package.as_bytes())
    report = refresh(small_book, [export], CATALOGUE)
    costs = next(sheet for sheet in FileBook(small_book).sheets if sheet.name == "Costs").part
    assert {cell.at[0] for cell in costs.formulas()} == set(range(5, 16))
    assert [costs.stored_value((row, 7)) for row in (6, 13, 14, 15)] == [200, 100, 120.5, 122]
    assert not [note for note in report.notes if "only Excel" in note]
