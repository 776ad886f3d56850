"""Content: the pieces, their personas and questions; the questions that buyers ask; the personas."""

from __future__ import annotations

from xl_lifecycle.core.analysis.gaps import COLUMNS
from xl_lifecycle.core.cells.addresses import absolute_area
from xl_lifecycle.core.cells.values import Scalar, text
from xl_lifecycle.core.language.vocabulary import Stage
from xl_lifecycle.template.model import Formula, SheetPlan
from xl_lifecycle.template.planner import Draft
from xl_lifecycle.template.planning_tables import List, ListColumn, ListOnSheet, place_list

TOP = 6  # the row of all headers: the tables are side by side, so that each can grow
QUESTIONS_AT, PERSONAS_AT = 9, 13
CHOICES = 60  # number of rows in a list to choose from
STAGES = tuple(stage.value for stage in Stage)
TYPES = ("Tool", "Case study", "Brief", "White paper", "Video", "Demo", "Webinar")
VERDICTS = ("keep", "update", "retire", "create")


def _choices_from(column: int) -> str:
    """The first column of a table as a list to choose from, with rows that people may add."""
    return f"={absolute_area((TOP + 1, column, TOP + CHOICES, column))}"


AUDIT = List(
    "ContentAudit",
    (
        ListColumn(COLUMNS["asset"], 38),
        ListColumn("Type", 16, choices=TYPES),
        ListColumn(COLUMNS["persona"], 22, choices=_choices_from(PERSONAS_AT)),
        ListColumn(COLUMNS["answered"], 48, choices=_choices_from(QUESTIONS_AT)),
        ListColumn(COLUMNS["buying_stage"], 16, choices=STAGES),
        ListColumn("Last checked", 14, "input day"),
        ListColumn("What to do", 14, choices=VERDICTS),
    ),
    [(None, kind, None, None, None, None, None) for kind in TYPES],
    least=12,
)
QUESTIONS = List(
    "BuyerQuestions",
    (ListColumn(COLUMNS["asked"], 48), ListColumn(COLUMNS["buying_stage"], 16, choices=STAGES)),
    (
        ("What is this problem called, and do others have it?", "Attract"),
        ("What does it cost to leave it unsolved?", "Attract"),
        ("Which ways are there to solve it?", "Capture"),
        ("What should we look for in a solution?", "Capture"),
        ("Has it worked for a firm like ours?", "Nurture"),
        ("How do you compare with the others?", "Nurture"),
        ("What does it cost, and when does it pay back?", "Convert"),
        ("How do we get started, and who helps?", "Convert"),
        ("How do we get more out of it?", "Expand"),
        ("What is new, and what else can you do for us?", "Expand"),
    ),
)
PERSONAS = List(
    "Personas",
    (
        ListColumn(COLUMNS["persona"], 22),
        ListColumn("Who it is", 34),
        ListColumn("Type of firm", 24),
        ListColumn("Size of firm", 16),
        ListColumn("Problem to solve", 38),
        ListColumn("Why they buy from us", 38),
        ListColumn("Where they search", 34),
    ),
    (),
    least=6,
)


def content(draft: Draft) -> tuple[SheetPlan, tuple[ListOnSheet, ListOnSheet, ListOnSheet]]:
    """Plan the Content sheet. Returns also its tables, in which GAPS looks for gaps."""
    word = draft.word
    sheet = SheetPlan(draft.sheet_names["content"], color="start")
    sheet.put(1, 1, word("Content"), "title")
    hint = "What we have to show, to whom it speaks, and which questions still wait for an answer."
    sheet.put(2, 1, word(hint), "subtitle")
    heads = (
        (1, "Content audit", "One row for each piece: whom it is for, what it answers, when it was last checked."),
        (QUESTIONS_AT, "Questions buyers ask", "In their own words. At the right: how many pieces answer each."),
        (PERSONAS_AT, "Personas", "The people you sell to: facts, not guesses."),
    )
    for column, title, note in heads:
        sheet.put(TOP - 2, column, word(title), "group")
        sheet.put(TOP - 1, column, word(note), "note")
    audit = place_list(draft, sheet, AUDIT, TOP, 1)
    questions = place_list(draft, sheet, QUESTIONS, TOP, QUESTIONS_AT)
    personas = place_list(draft, sheet, PERSONAS, TOP, PERSONAS_AT)
    column = QUESTIONS_AT + 2
    sheet.widths |= {column: 12, column + 1: 3, QUESTIONS_AT - 1: 3}
    sheet.put(TOP, column, word("Answers"), "header_right")
    sheet.put(TOP + 1, column, _answers(audit, questions), "value count")
    sheet.marks.append((TOP + 1, column, TOP + len(questions.rows), column))
    sheet.frozen = (TOP, 1)
    sheet.artefacts |= {"X15": (TOP, 1), "X16": (TOP, PERSONAS_AT)}
    return sheet, (audit, questions, personas)


def _answers(audit: ListOnSheet, questions: ListOnSheet) -> Formula:
    """How many pieces answer each question."""
    question, answer, asset = questions[0].text, audit[3].text, audit[0].text
    formula = f'=IF({question}="","",COUNTIFS({answer},{question},{asset},"<>"))'
    answered_questions = [text(row[3]).casefold() for row in audit.rows if text(row[0])]
    counts: list[list[Scalar]] = [
        [answered_questions.count(text(cell).casefold()) if text(cell) else ""] for cell in questions.values(0)
    ]
    return Formula(formula, counts)
