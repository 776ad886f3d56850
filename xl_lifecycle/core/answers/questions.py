"""The questions of the sources, in the order of their worksheets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xl_lifecycle.core.language.text import Label, labels
from xl_lifecycle.core.language.vocabulary import Stage


@dataclass(frozen=True)
class Question:
    """A question. group: the worksheet or stage that asks it. sheet: the key of the sheet with its figures."""

    id: str
    group: str
    text: Label
    sheet: str


WORKSHEET, DIAGNOSIS, REVIEW, GUIDE = "X02", "X03", "X04", "guide"
GROUPS: Mapping[str, str] = {stage.value: stage.value for stage in Stage} | labels("questions", {
    WORKSHEET: "Channel worksheet",
    DIAGNOSIS: "What to fix",
    REVIEW: "Attract review",
    GUIDE: "The journey's guide",
})  # fmt: skip

_ENTRIES: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    ("X02", WORKSHEET, (
        ("Attract", "How do we raise website visitors?"),
        ("Capture", "Does organic traffic convert better than social media?"),
        ("Capture", "What would raise lead conversion?"),
        ("Capture", "How do we get more leads?"),
        ("What if", "How do we lower CAC?"),
        ("overview", "Which marketing investments bring the best return?"),
        ("Convert", "How close do SQLs come to new leads?"),
        ("Nurture", "Which channel brings the best MQLs?"),
    )),
    ("X03", DIAGNOSIS, (
        ("Attract", "Do we get enough of the right visitors?"),
        ("Attract", "Is organic traffic enough?"),
        ("Capture", "Are the number and quality of leads right?"),
        ("Convert", "Are lead and sales conversion at their best?"),
        ("Convert", "Is CAC acceptable?"),
        ("Expand", "Is LTV improving?"),
    )),
    ("X04", REVIEW, (
        ("Attract", "How many people visit our site?"),
        ("Attract", "How engaging is our content?"),
        ("Attract", "How popular is our brand?"),
    )),
    ("X05", Stage.ATTRACT.value, (
        ("Attract", "Which channels are used?"),
        ("items", "Which content is consumed?"),
        ("Attract", "How many people consume content?"),
        ("Attract", "How often do they share it?"),
    )),
    ("X05", Stage.CAPTURE.value, (
        ("Capture", "How many content consumers became known?"),
        ("items", "Which calls to action work best, and with whom?"),
        ("Capture", "Which channels work best?"),
    )),
    ("X05", Stage.NURTURE.value, (
        ("Nurture", "How many MQLs are there?"),
        ("items", "Which automated programs work best?"),
        ("Capture", "What goes with higher lead scores?"),
    )),
    ("X05", Stage.CONVERT.value, (
        ("Convert", "How many SQLs are there?"),
        ("Convert", "Which campaigns close opportunities best?"),
        ("Convert", "How often do content consumers become customers?"),
    )),
    ("X05", Stage.EXPAND.value, (
        ("Expand", "How many resells, upsells and cross-sells are there?"),
        ("items", "Which customer programs work best?"),
        ("Expand", "How often do customers buy again?"),
        ("items", "Which loyalty programs bring the best results?"),
        ("Expand", "How much revenue comes from existing customers?"),
    )),
    ("X05", GUIDE, (
        ("journey", "Who is the tour guide of the journey?"),
    )),
)  # fmt: skip


def _questions() -> list[Question]:
    counts: dict[str, int] = {}
    questions = []
    for worksheet, group, entries in _ENTRIES:
        for sheet, text in entries:
            counts[worksheet] = counts.get(worksheet, 0) + 1
            questions.append(Question(f"{worksheet}.{counts[worksheet]}", group, Label(text, "questions"), sheet))
    return questions


QUESTIONS = {question.id: question for question in _questions()}
