"""The Targets sheet: the formulas beside targets and budgets, the formats of numbers, and the lists of choices."""

from __future__ import annotations

from pathlib import Path

import pytest

from xl_lifecycle.content.content import Budget, Content, Target, empty
from xl_lifecycle.core.catalogue.catalogue import collect
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.values import Scalar
from xl_lifecycle.core.dataset.tables import Settings
from xl_lifecycle.core.language.vocabulary import InputTable
from xl_lifecycle.template.model import Formula, SheetPlan
from xl_lifecycle.template.plan import plan
from xl_lifecycle.template.sheets.targets import BUDGETS, HEAD, LEADS
from xl_lifecycle.template.write import write
from xl_lifecycle.xlsx.saved_book import SavedBook

CATALOGUE = collect()
JANUARY = 2026 * 12


def content(language: str = "en") -> Content:
    """Two months of two channels, a campaign, three targets and a budget."""
    made = empty(["Email", "Signs"], range(JANUARY, JANUARY + 2), Settings(language=language, period="2026-Q1"))
    amounts = {
        "spend": (InputTable.COSTS, 100.0),
        "leads": (InputTable.CAPTURE, 10.0),
        "lead_goal": (InputTable.CAPTURE, 20.0),
    }
    for name, (table, amount) in amounts.items():
        for i, row in enumerate(made.rows[table], 1):
            row.values[name] = amount * i
            row.campaign = "Spring" if row.channel == "Email" else ""
    made.targets = [
        Target("leads", "All", "2026-Q1", 200.0, "Twice as many", "Marketing"),
        Target("CPL", "Email/Spring", "2026-01", 9.0),
        Target("no such", "All", 2026, 1.0),
    ]
    made.budgets = [Budget("Email", "2026-Q1", 1000.0, 2.5)]
    return made


def sheet_of(made: Content) -> SheetPlan:
    return next(sheet for sheet in plan(made, CATALOGUE).sheets if "X07" in sheet.artefacts)


def shown(sheet: SheetPlan, row: int, column: int, width: int) -> list[Scalar]:
    cells = sheet.values()
    return [cells[row, at] for at in range(column, column + width)]


def test_beside_each_target_stands_how_far_it_is_and_where_it_will_be() -> None:
    sheet = sheet_of(content())
    assert sheet.tables[0].rows[0] == ["Leads", "All", "2026-Q1", 200.0, "Twice as many", "Marketing"]
    assert shown(sheet, HEAD, 8, 4) == ["Actual", "Attained", "Projection", "Status"]
    assert shown(sheet, HEAD + 1, 8, 4) == [100.0, 0.5, 150.0, "falling short"]
    assert shown(sheet, HEAD + 2, 8, 4) == [10.0, 0.9, 10.0, "near"]
    assert shown(sheet, HEAD + 3, 8, 4) == [ExcelError.VALUE] * 4


def test_beside_each_budget_stands_what_is_spent_and_what_it_brought() -> None:
    sheet = sheet_of(content())
    assert sheet.artefacts["X25"] == (HEAD, BUDGETS)
    assert shown(sheet, HEAD + 1, BUDGETS + 5, 4) == [400.0, 0.4, 600.0, "under plan"]
    assert shown(sheet, HEAD + 1, BUDGETS + 9, 2) == [ExcelError.NA] * 2, "no revenue is recorded"


def test_leads_stand_against_their_goal_by_channel() -> None:
    sheet = sheet_of(content())
    assert shown(sheet, HEAD, LEADS, 4) == ["Channel", "Lead goal", "Lead forecast", "Leads"]
    assert shown(sheet, HEAD + 1, LEADS, 7) == ["All", 200.0, ExcelError.NA, 100.0, 0.5, ExcelError.NA, 150.0]
    assert shown(sheet, HEAD + 3, LEADS, 4) == ["Signs", 120.0, ExcelError.NA, 60.0]
    assert sheet.values()[HEAD - 1, LEADS + 6] == "2026-Q1"


def test_formulas_take_whole_columns_so_that_they_grow() -> None:
    texts = [cell.content.text for cell in sheet_of(content()).cells if isinstance(cell.content, Formula)]
    assert "=_xldudf_TARGET_PROGRESS(Targets[Metric],Targets[Channel],Targets[Period],Targets[Target],Data)" in texts
    assert '=_xldudf_TARGET_PROGRESS("spend",Budgets[Channel],Budgets[Period],Budgets[Budget],Data)' in texts
    assert len([text for text in texts if "_xldudf_" in text]) == 6


@pytest.mark.parametrize(("language", "words"), [("ko", ["리드", "전체"]), ("ja", ["リード", "全体"])])
def test_measures_and_channels_are_named_in_the_workbooks_language(language: str, words: list[str]) -> None:
    sheet = sheet_of(content(language))
    assert sheet.tables[0].rows[0][:2] == words
    assert sheet.tables[0].rows[1][:2] == ["CPL", {"ko": "이메일/Spring", "ja": "メール/Spring"}[language]]
    assert shown(sheet, HEAD + 1, 8, 3) == [100.0, 0.5, 150.0]


def test_an_empty_workbook_has_rows_to_fill_in_each_table() -> None:
    sheet = sheet_of(empty(["Email"], [JANUARY], Settings()))
    assert [[*table.rows] for table in sheet.tables] == [[[None] * 6] * 2, [[None] * 4] * 2]
    assert shown(sheet, HEAD + 1, 8, 4) == shown(sheet, HEAD + 1, BUDGETS + 5, 4) == [""] * 4


def test_figures_channels_and_periods_may_be_chosen_in_rows_to_come() -> None:
    choices = {(choice.column, choice.source) for choice in sheet_of(content()).choices if choice.rows > 100}
    assert choices == {
        (1, "=FigureNames"),
        (2, "=ChannelChoices"),
        (3, "=PeriodChoices"),
        (BUDGETS, "=ChannelChoices"),
        (BUDGETS + 1, "=PeriodChoices"),
    }


def test_targets_and_budgets_read_back(tmp_path: Path) -> None:
    made = content()
    path = tmp_path / "book.xlsx"
    write(plan(made, CATALOGUE), path)
    read = SavedBook(path).content(CATALOGUE)
    assert read.budgets == made.budgets
    assert [(t.channel, t.goal, t.owner) for t in read.targets] == [
        ("All", "Twice as many", "Marketing"),
        ("Email/Spring", "", ""),
        ("All", "", ""),
    ]
