"""The sheets Questions and What if: every question with its answer, in rows high enough, and rates of one's own."""

from __future__ import annotations

import dataclasses
import math
import unicodedata
from pathlib import Path

import pytest

from xl_lifecycle.content.content import Content
from xl_lifecycle.core.answers.questions import QUESTIONS
from xl_lifecycle.core.functions import FUNCTIONS, Functions
from xl_lifecycle.core.language.vocabulary import LANGUAGES
from xl_lifecycle.engine.calc import Calc
from xl_lifecycle.template.model import Formula, SheetPlan
from xl_lifecycle.template.planner import Draft
from xl_lifecycle.template.sheets.journey import OWNERS_ROW
from xl_lifecycle.template.sheets.questions_sheet import ANSWER_WIDTH, HEADER_ROW, LINE, questions
from xl_lifecycle.template.sheets.what_if_sheet import what_if
from xl_lifecycle.xlsx.saved_book import SavedBook

CATALOGUE = FUNCTIONS.catalogue


@pytest.fixture(scope="module")
def sample(demo_book: Path) -> Content:
    """What the demo workbook holds. Copy it before changing it."""
    return SavedBook(demo_book).content(CATALOGUE)


@pytest.fixture(scope="module", params=LANGUAGES)
def draft(request: pytest.FixtureRequest, sample: Content) -> Draft:
    settings = dataclasses.replace(sample.settings, language=request.param)
    return Draft(dataclasses.replace(sample, settings=settings, pickers={}), CATALOGUE)


def answers(sheet: SheetPlan) -> dict[int, str]:
    """The texts in the column of answers, by row."""
    found: dict[int, str] = {}
    for cell in sheet.cells:
        if cell.column == 3 and cell.style == "answer" and isinstance(cell.content, Formula):
            found |= {cell.row + i: str(row[0]) for i, row in enumerate(cell.content.values)}
    return found


def asked(sheet: SheetPlan) -> dict[int, str]:
    return {cell.row: str(cell.content) for cell in sheet.cells if cell.column == 1 and cell.style == "asked"}


def wide(text: str) -> float:
    """A text's width in digits of Calibri: Latin letters are a little narrower, Korean and Japanese ones take two."""
    return sum(1.7 if unicodedata.east_asian_width(letter) in "WF" else 0.85 for letter in text)


def test_every_question_stands_beside_its_answer(draft: Draft) -> None:
    sheet = questions(draft)
    assert list(asked(sheet).values()) == list(QUESTIONS)
    assert set(asked(sheet)) == set(answers(sheet))
    assert all(text.endswith((".", "。")) for text in answers(sheet).values())
    assert {"X02", "X03", "X04", "X05"} == set(sheet.artefacts)
    calls = [cell for cell in sheet.cells if isinstance(cell.content, Formula) and "ANSWER(" in cell.content.text]
    assert len(calls) == 9
    assert [(cell.row, cell.column) for cell in calls if "MONTHS" in cell.content.text] == [(HEADER_ROW - 2, 3)]  # type: ignore[union-attr]


def test_an_answer_fits_its_row_whatever_channel_is_chosen(draft: Draft) -> None:
    name = draft.sheet_names["questions"]
    for channel in draft.channel_list():
        draft.content.pickers = {name: {"channel": channel}}
        sheet = questions(draft)
        draft.content.pickers = {}
        for row, text in answers(sheet).items():
            lines = math.ceil(wide(text) / ANSWER_WIDTH)
            assert lines * LINE <= sheet.heights[row], (channel, asked(sheet)[row], text)


def test_a_question_fits_its_column(draft: Draft) -> None:
    sheet = questions(draft)
    texts = [str(cell.content) for cell in sheet.cells if cell.style == "question"]
    assert len(texts) == len(QUESTIONS)
    assert [text for text in texts if wide(text) > 2 * sheet.widths[2]] == []


def test_each_link_leads_to_a_sheet(draft: Draft) -> None:
    names = set(draft.sheet_names.values())
    links = [cell for cell in questions(draft).cells if cell.style == "look"]
    assert len(links) == len(QUESTIONS)
    assert {str(cell.content) for cell in links} <= names


def test_a_rate_can_be_typed_for_each_step_but_not_for_what_is(draft: Draft) -> None:
    sheet = what_if(draft)
    formula = next(c for c in sheet.cells if isinstance(c.content, Formula) and "WHAT_IF(" in c.content.text)
    assert isinstance(formula.content, Formula)
    assert (formula.content.height, formula.content.width) == (8, 9)
    inputs = [cell for cell in sheet.cells if str(cell.style).startswith("input ")]
    assert [cell.row for cell in inputs] == list(range(formula.row + 1, formula.row + 8))
    assert [cell.style for cell in inputs] == ["input percent"] * 5 + ["input currency"] * 2
    assert f"$J${formula.row}:$J${formula.row + 7}" in formula.content.text


NOBODY = "Nobody yet: write who owns the whole journey on the sheet Journey."


def test_the_guide_of_the_journey_is_who_owns_it(demo_book: Path, sample: Content) -> None:
    """The formula is computed by the console's engine, with other names typed into the table Owners."""
    content = dataclasses.replace(sample, lists=dict(sample.lists))
    sheet = questions(Draft(content, CATALOGUE))
    row = next(row for row, question in asked(sheet).items() if question == "X05.19")
    calc = Calc(Functions(CATALOGUE), demo_book)
    formula = next(c.content.text for c in sheet.cells if c.row == row and isinstance(c.content, Formula))
    said = "Guide of the whole journey: Dora Example. Stages without an owner: 1."
    assert calc.cell("Questions", row, 3) == answers(sheet)[row] == said
    stages = {str(calc.cell("Journey", i, 1)): i for i in range(OWNERS_ROW + 1, OWNERS_ROW + 7)}
    for stage, owner, now in (
        ("Attract", None, "Guide of the whole journey: Dora Example. Stages without an owner: 2."),
        ("Whole journey", None, f"{NOBODY} Stages without an owner: 2."),
        ("Attract", "Ann", f"{NOBODY} Stages without an owner: 1."),
        ("Expand", "Ben", f"{NOBODY} Every stage has an owner."),
        ("Whole journey", "Eve", "Guide of the whole journey: Eve. Every stage has an owner."),
    ):
        calc.engine.set_value("Journey", stages[stage], 5, owner)
        assert calc.evaluate(formula) == now
        owners = content.lists["Owners"]
        filled = [[*line[:4], owner] if line[0] == stage else list(line) for line in owners]
        content.lists["Owners"] = filled
        assert answers(questions(Draft(content, CATALOGUE)))[row] == now
