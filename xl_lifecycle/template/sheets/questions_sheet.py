"""Questions: those of the sources, answered in sentences for the chosen channel and period."""

from __future__ import annotations

from itertools import groupby

from xl_lifecycle.core.analysis.gaps import WHOLE
from xl_lifecycle.core.answers.phrases import PHRASES
from xl_lifecycle.core.answers.questions import GROUPS, GUIDE, QUESTIONS, Question
from xl_lifecycle.core.cells.addresses import absolute_area, quoted
from xl_lifecycle.template.model import Formula, SheetPlan
from xl_lifecycle.template.pickers import pick_place
from xl_lifecycle.template.planner import Draft, Ref
from xl_lifecycle.template.planning_tables import place_list
from xl_lifecycle.template.sheets.journey import OWNERS

HEADER_ROW = 8
ANSWER_WIDTH = 104
LINE, PADDING = 14.5, 7  # points
LINES = 3  # the usual number of lines of an answer
GUIDES = (
    "Nobody yet: write who owns the whole journey on the sheet Journey.",
    "Guide of the whole journey",
    "Every stage has an owner.",
    "Stages without an owner",
)
LONG = {"X02.1", "X02.6", "X02.8", "X05.7", "X02.3", "X03.1", "X03.4", "X03.6"}  # answers with one more line


def questions(draft: Draft) -> SheetPlan:
    """Plan the Questions sheet."""
    word = draft.word
    sheet = SheetPlan(draft.sheet_names["questions"], color="start")
    sheet.put(1, 1, word("Questions"), "title")
    sheet.put(
        2,
        1,
        word("Each answer is computed from this workbook's figures; if there are too few, it says so."),
        "subtitle",
    )
    sheet.widths |= {1: 11, 2: 50, 3: ANSWER_WIDTH, 4: 20}
    channel, period = pick_place(draft, sheet, 4, campaign=True)
    months = draft.call("ANSWER", "MONTHS", channel, period, draft.data)
    sheet.put(HEADER_ROW - 2, 3, months, "note")  # beside the period
    sheet.row(HEADER_ROW, 1, [word("No."), word("Question"), word("Answer"), word("The figures")], "header")
    row = HEADER_ROW + 1
    for group, group_questions in groupby(QUESTIONS.values(), key=lambda question: question.group):
        sheet.put(row, 1, draft.word(GROUPS[group]), "group")
        row = _put_answers(draft, sheet, row + 1, list(group_questions), channel, period)
    sheet.frozen = (HEADER_ROW, 0)
    sheet.protected = True
    return sheet


def _put_answers(
    draft: Draft, sheet: SheetPlan, row: int, group_questions: list[Question], channel: Ref, period: Ref
) -> int:
    """Put the questions of a group, with one formula for their answers. Returns the next free row."""
    for i, question in enumerate(group_questions, row):
        sheet.put(i, 1, question.id, "asked")
        sheet.put(i, 2, draft.word(question.text), "question")
        sheet.heights[i] = (LINES + (question.id in LONG)) * LINE + PADDING
        sheet.artefacts.setdefault(question.id.partition(".")[0], (i, 1))
        if question.sheet in draft.sheet_names:
            name = draft.sheet_names[question.sheet]
            sheet.put(i, 4, name, "look", f"internal:{quoted(name)}!A1")
    if group_questions[0].group == GUIDE:
        sheet.put(row, 3, _guide(draft), "answer")
        return row + 2
    ids = Ref(
        absolute_area((row, 1, row + len(group_questions) - 1, 1)), [[question.id] for question in group_questions]
    )
    sheet.put(row, 3, draft.call("ANSWER", ids, channel, period, draft.data, draft.targets), "answer")
    return row + len(group_questions) + 1


def _guide(draft: Draft) -> Formula:
    """Who guides the whole journey, and how many stages have no owner, from the table Owners."""
    owners = place_list(draft, SheetPlan(""), OWNERS, 1, 1)
    stages, names, whole = owners[0], owners[len(owners.headers) - 1], draft.word(WHOLE)
    nobody, guide, every, lacking = (draft.word(text) for text in GUIDES)
    heads = owners.headers
    name = f'VLOOKUP("{whole}",{owners.name}[[{heads[0]}]:[{heads[-1]}]],{len(heads)},FALSE)&""'
    lacks = f'SUMPRODUCT(({stages.text}<>"")*({stages.text}<>"{whole}")*({names.text}=""))'
    colon, stop = (draft.word(PHRASES[mark]) for mark in ("colon", "stop"))
    space, stop = stop.removeprefix(stop.rstrip()), stop.rstrip()
    first = f'IFERROR(IF({name}="","{nobody}","{guide}{colon}"&{name}&"{stop}"),"{nobody}")'
    text = f'={first}&"{space}"&IF({lacks}=0,"{every}","{lacking}{colon}"&{lacks}&"{stop}")'
    rows = list(zip(owners.values(0), owners.values(len(owners.headers) - 1), strict=True))
    owner = next((str(person) for stage, person in rows if stage == whole and person), "")
    missing = sum(1 for stage, person in rows if stage and stage != whole and not person)
    sentence = f"{guide}{colon}{owner}{stop}" if owner else nobody
    return Formula(text, [[sentence + space + (f"{lacking}{colon}{missing}{stop}" if missing else every)]])
