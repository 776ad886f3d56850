"""Explains the words on the sheets: those that functions return, and the limits that they use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from xl_lifecycle.core.analysis.interval import VAGUE
from xl_lifecycle.core.analysis.projection import ENOUGH, NEAR, ON_PLAN, Status
from xl_lifecycle.core.analysis.scorecard import Word, more_text
from xl_lifecycle.core.analysis.what_moved import MIX, OUTSIDE
from xl_lifecycle.core.answers.phrases import PHRASES
from xl_lifecycle.core.language.vocabulary import Timing
from xl_lifecycle.template.model import SheetPlan
from xl_lifecycle.template.planner import Draft


class LegendLine(NamedTuple):
    """Words of one column, with their meaning. limit: a share that distinguishes them."""

    words: tuple[Word | Status | Timing | str, ...]
    meaning: str
    limit: float = 0.0


COLUMNS: dict[str, tuple[LegendLine, ...]] = {
    "Signal": (
        LegendLine((Word.BETTER, Word.WORSE), "Changed for the better or the worse, by more than chance explains."),
        LegendLine((Word.UP, Word.DOWN), "Changed; whether by chance is not known, or neither direction is better."),
        LegendLine((Word.CHANCE,), "A change that chance alone can explain."),
        LegendLine((Word.FEW,), "Too few: chance alone can move it by more than {limit}, up or down.", VAGUE),
        LegendLine((Word.SAME,), "As in the period before."),
    ),
    "Status": (
        LegendLine(
            (Status.REACHED, Status.NEAR, Status.BEHIND),
            "Reached the target; attained {limit} or more; attained less.",
            NEAR,
        ),
        LegendLine(
            (Status.ON_TRACK, Status.SHORT), "At the pace so far: will be reached; will end below {limit}.", NEAR
        ),
        LegendLine((Status.EARLY,), "Less than {limit} of the period's months are complete.", ENOUGH),
        LegendLine(
            (Status.ON_PLAN, Status.OVER, Status.UNDER),
            "For spend and the like: within {limit}; above; below.",
            ON_PLAN,
        ),
        LegendLine((Status.PART,), "Below the target, but some months are not recorded."),
    ),
    "Timing": (
        LegendLine((Timing.LEADING,), "Predicts a result: it moves first."),
        LegendLine((Timing.LAGGING,), "Is a result: it moves last."),
        LegendLine((Timing.MIXED,), "The result of one step; predicts the next."),
        LegendLine((Timing.INPUT,), "What you put in: cost, goals, forecasts, mailings."),
    ),
    "From": (
        LegendLine((more_text(1),), "One more source; EXPLAIN names them all."),
        LegendLine((Word.TYPED,), "Written by hand in the tables, not imported."),
    ),
    "What moved": (
        LegendLine((MIX[True],), "More or less of it comes from channels that do better."),
        LegendLine((OUTSIDE,), "Channels that record no visitors, together."),
    ),
    "Questions": (
        LegendLine(
            (PHRASES["added_up"],), "People counted month by month: somebody who comes in two months counts twice."
        ),
    ),
}


def legend(draft: Draft, sheet: SheetPlan, row: int) -> int:
    """Plan the words, by their column. Returns the next row."""
    word = draft.word
    sheet.row(row, 1, [word("Words on the sheets"), word("Word"), word("What it means"), ""], "header")
    for column, lines in COLUMNS.items():
        sheet.put(row + 1, 1, word(column), "label")
        for line in lines:
            row += 1
            sheet.put(row, 2, ", ".join(_words_of(draft, line)), "text")
            sheet.put(row, 3, word(line.meaning).format(limit=f"{line.limit:.0%}"), "text")
    return row + 1


def _words_of(draft: Draft, line: LegendLine) -> Iterator[str]:
    """The words in the language of the sheets."""
    for each in line.words:
        yield draft.word(each if isinstance(each, str) else each.value)
