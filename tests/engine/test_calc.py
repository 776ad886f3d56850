"""A second calculation engine computes every function cell of the shipped workbook to the value that is cached in it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl.utils import get_column_letter, range_boundaries

from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.functions import FUNCTIONS, Functions
from xl_lifecycle.engine.calc import Calc

Place = tuple[str, int, int]


def squares(sheet: str, area: str) -> Iterator[Place]:
    first_column, first_row, last_column, last_row = range_boundaries(area)
    for row in range(first_row, last_row + 1):
        yield from ((sheet, row, column) for column in range(first_column, last_column + 1))


def ours(formula: str) -> bool:
    return "_xldudf_" in formula


@pytest.fixture(scope="module")
def filled(demo_cells: Any) -> dict[Place, Any]:
    """Every cell that an array formula of ours fills, with its cached value."""
    found = {}
    for sheet, cells in demo_cells.items():
        for cell in cells.values():
            if cell.formula and cell.area and ours(cell.formula):
                for place in squares(sheet, cell.area):
                    found[place] = None
    for sheet, cells in demo_cells.items():
        for where, cell in cells.items():
            (place,) = squares(sheet, where)
            if place in found:
                found[place] = cell
    return found


@pytest.fixture(scope="module")
def bare(
    demo_book: Path,
    filled: dict[Place, Any],
    rewrite: Callable[..., Path],
    sheet_parts: Callable[..., dict[str, str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Calc:
    """The workbook without the values of what our formulas fill: the engine spills into empty cells only.

    Its INDEX of a table's column by a computed row is #REF!, so targets stay as cached; LibreOffice computes them.
    """
    with zipfile.ZipFile(demo_book) as file:
        sheets = {part: sheet for sheet, part in sheet_parts(file).items()}

    def change(sheet: str) -> Callable[[str], str]:
        own = {spelt(row, column) for name, row, column in filled if name == sheet}

        def emptied(cell: re.Match[str]) -> str:
            where, inside = cell["where"], cell["inside"]
            if "<f " in inside and "_xldudf_" not in inside:
                return cell[0].replace(inside, re.sub("<f.*?</f>", "", inside)).replace(' cm="1"', "")
            return "" if where in own and "<f" not in inside else cell[0]

        return lambda text: re.sub(r'<c r="(?P<where>\w+)"[^>/]*>(?P<inside>.*?)</c>', emptied, text)

    changes = {re.escape(part): change(sheet) for part, sheet in sheets.items() if any(p[0] == sheet for p in filled)}
    path = rewrite(demo_book, tmp_path_factory.mktemp("bare") / "bare.xlsx", changes)
    return Calc(Functions(FUNCTIONS.catalogue), path)


def spelt(row: int, column: int) -> str:
    return f"{get_column_letter(column)}{row}"


def same(have: object, cell: Any) -> bool:
    if isinstance(have, ExcelError) or cell.kind == "e":
        return cell.kind == "e" and str(have) == cell.value
    if isinstance(have, float) and isinstance(cell.value, float):
        return have == pytest.approx(cell.value, rel=1e-12, abs=0)
    return (have or "") == (cell.value or "")


def test_every_function_cell_recalculates_to_its_cached_value(bare: Calc, filled: dict[Place, Any]) -> None:
    assert len(filled) > 15_000
    assert [place for place, cell in filled.items() if cell is None] == [], "not cached"
    wrong = [
        f"{place}: {have}, not {cell.value}"
        for place, cell in filled.items()
        if not same(have := bare.cell(*place), cell)
    ]
    assert wrong == []


def test_the_data_cell_recalculates_to_its_cached_token(demo_book: Path, demo_cells: Any) -> None:
    token = Calc(Functions(FUNCTIONS.catalogue), demo_book).evaluate("=Data")
    assert token == demo_cells["Settings"]["B3"].value
    assert str(token).startswith("xl-lifecycle ")


def test_a_changed_input_changes_what_depends_on_it(demo_book: Path, demo_cells: Any) -> None:
    """One row of Costs: the CAC of its channel and of the company, and nobody else's."""
    calc = Calc(Functions(FUNCTIONS.catalogue), demo_book)
    row = next(
        int(where[1:])
        for where, cell in demo_cells["Costs"].items()
        if where.startswith("B") and cell.value == "Email" and demo_cells["Costs"][f"D{where[1:]}"].value
    )
    formula = '=CAC({"All","Email","Paid ads"},"2026",Data)'
    before = calc.evaluate(formula)
    spend = demo_cells["Costs"][f"D{row}"].value
    calc.engine.set_value("Costs", row, 4, spend + 1900)
    after = calc.evaluate(formula)
    assert isinstance(before, list)
    assert isinstance(after, list)
    customers = calc.evaluate('=KPI("new_customers",{"All","Email"},"2026",Data)')
    assert isinstance(customers, list)
    for old, new, count in zip(before[0][:2], after[0][:2], customers[0], strict=True):
        assert new - old == pytest.approx(1900 / count)  # type: ignore[operator]
    assert after[0][2] == before[0][2]
