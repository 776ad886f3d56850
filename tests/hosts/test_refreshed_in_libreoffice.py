"""A refreshed workbook in a real LibreOffice: it opens, and calculates the very values that the file keeps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.crowded_book import FORMULAS, Refreshed, refreshed
from tests.support.office import Office
from xl_lifecycle.core.cells.addresses import address, at_of, places
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.xlsx.file_book import FileBook

ONLY_EXCEL = {("Mine", 20)}  # a row that LibreOffice does not calculate either


@pytest.fixture(scope="module", params=[".xlsx", ".xlsm"])
def survived(request: Any, small_original: Path, tmp_path_factory: pytest.TempPathFactory) -> Refreshed:
    return refreshed(small_original, tmp_path_factory.mktemp("crowded"), request.param)


@pytest.mark.parametrize("when", ["before", "after"])
def test_every_value_in_the_file_is_what_libreoffice_calculates(survived: Refreshed, office: Office, when: str) -> None:
    path = survived.old if when == "before" else survived.new
    with office.open(path) as document:
        document.calculate_all()
        displayed = {(cell.sheet, cell.address): cell.value for cell in document.function_cells()}
    seen = 0
    for each in FileBook(path).sheets:
        for cell in each.part.formulas():
            left_to_excel = when == "after" and not each.part.has_value(cell.at)
            if (each.name, cell.at[0]) in ONLY_EXCEL or left_to_excel:
                continue
            for at in (at for row in places(cell.area) for at in row):
                stored_value, value = each.part.stored_value(at), displayed.get((each.name, address(at)))
                assert same(stored_value, value), (
                    f"{each.name}!{address(at)} keeps {stored_value!r}, and is {value!r}: {cell.text}"
                )
                seen += 1
    assert seen > 1000


def test_the_refresh_reaches_the_formulas_of_a_user(survived: Refreshed) -> None:
    mine = next(sheet for sheet in FileBook(survived.new).sheets if sheet.name == "Mine").part
    changed = {
        column for column, (_, _, values) in FORMULAS.items() if mine.stored_value(at_of(f"{column}2")) != values[0]
    }
    assert changed >= set("ACDIJKMNOQRSTVZ") | {"AA"}


def same(stored_value: object, value: object) -> bool:
    stored_value = stored_value.value if isinstance(stored_value, ExcelError) else stored_value
    value = value["error"] if isinstance(value, dict) else value
    if isinstance(stored_value, (int, float)) and isinstance(value, (int, float)):
        return abs(stored_value - value) <= 1e-9 * max(abs(stored_value), abs(value))
    return (stored_value or "") == (value or "")
