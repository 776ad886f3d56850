"""Every artefact is on a sheet, and the generated list says where."""

from __future__ import annotations

import pytest

from tests.support.paths import ROOT
from xl_lifecycle.commands.cli import main
from xl_lifecycle.commands.reference.artefacts_page import WHAT, markdown, new_workbook, places
from xl_lifecycle.core.cells.addresses import address
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.template.model import SheetPlan, WorkbookPlan

ASKED_FOR = [f"X{n:02d}" for n in range(1, 27)]  # the catalogue's
PAGE = ROOT / "workbook" / "ARTEFACTS.md"


@pytest.fixture(scope="module")
def book() -> WorkbookPlan:
    return new_workbook(FUNCTIONS.catalogue)


def test_every_artefact_has_a_name() -> None:
    assert list(WHAT) == ASKED_FOR


def test_every_artefact_stands_on_a_sheet(book: WorkbookPlan) -> None:
    assert list(places(book)) == ASKED_FOR


def test_where_it_is_said_to_stand_there_is_something(book: WorkbookPlan) -> None:
    sheets = {sheet.name: sheet for sheet in book.sheets}
    for name, found in places(book).items():
        for sheet, cell in found:
            assert cell in filled(sheets[sheet]), f"{name}: {sheet}!{cell}"


def filled(sheet: SheetPlan) -> set[str]:
    heads = {(table.row, table.column) for table in sheet.tables}
    return {address(at) for at in heads | {(cell.row, cell.column) for cell in sheet.cells}}


def test_an_artefact_on_several_sheets_is_told_once() -> None:
    sheets = [SheetPlan(name, artefacts={"X01": (3, 28)}) for name in ("Email", "Paid ads", "Signs")]
    line = markdown(WorkbookPlan(sheets, {}, "USD", "en")).splitlines()[-1]
    assert line == f"| X01 | {WHAT['X01']} | Email and 2 more | AB3 |"


def test_the_page_is_current(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["metrics", "--artefacts"]) == 0
    assert capsys.readouterr().out == PAGE.read_text("utf-8"), "run: xl-lifecycle metrics --artefacts"
