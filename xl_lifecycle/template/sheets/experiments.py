"""Experiments: a log of A/B tests, one change at a time, with their results; and the necessary size of a sample."""

from __future__ import annotations

from xl_lifecycle.core.analysis.verdict import COLUMNS
from xl_lifecycle.core.cells.addresses import absolute
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.values import Scalar
from xl_lifecycle.template.model import Formula, SheetPlan
from xl_lifecycle.template.pickers import CHOICES
from xl_lifecycle.template.planner import Draft, Ref
from xl_lifecycle.template.planning_tables import List, ListColumn, place_list

PLAN_ROW, LOG_ROW = 6, 13
CHANGES = (
    "Subject line", "Call to action", "Headline", "Form", "Image or colour", "Layout", "Offer", "Sending time",
    "Audience",
)  # fmt: skip
PLAN = List(
    "SamplePlan",
    (ListColumn("Rate now", 30, "input percent"), ListColumn("Lift worth having", 20, "input percent")),
    ((0.1, 0.2),),
)
LOG = List(
    "Experiments",
    (
        ListColumn(COLUMNS["name"], 34),
        ListColumn(COLUMNS["channel"], 20, choices=f"={CHOICES['channels']}"),
        ListColumn(COLUMNS["changed"], 20, choices=CHANGES),
        ListColumn(COLUMNS["hypothesis"], 52),
        ListColumn(COLUMNS["start"], 13, "input day"),
        ListColumn(COLUMNS["end"], 13, "input day"),
        ListColumn(COLUMNS["planned"], 14, "input count"),
        *(
            ListColumn(COLUMNS[key], 12, "input count")
            for key in ("trials_a", "successes_a", "trials_b", "successes_b")
        ),
    ),
    (),
    least=10,
)
NOTES = (
    "Change one thing at a time, on one channel; a small step, then the next. Plan the sample before you start.",
    "A: as it is now. B: with the change. Trials: emails delivered, visitors; successes: clicks, leads.",
)


def experiments(draft: Draft) -> SheetPlan:
    """Plan the Experiments sheet."""
    word = draft.word
    sheet = SheetPlan(draft.sheet_names["experiments"], color="start")
    sheet.put(1, 1, word("Experiments"), "title")
    sheet.put(2, 1, word("What was tried, and what it showed once enough people had seen it."), "subtitle")
    log = place_list(draft, sheet, LOG, LOG_ROW, 1)
    sheet.put(PLAN_ROW - 1, 1, word("How large a sample?"), "group")
    plan = place_list(draft, sheet, PLAN, PLAN_ROW, 1)
    sheet.row(PLAN_ROW, 3, [word("Rate to reach"), word("Sample per side")], "header_right")
    (rate, lift), row = plan.rows[0], PLAN_ROW + 1
    reach = _reach(rate, lift)
    sheet.put(
        row, 3, Formula(f"={absolute((row, 1))}*(1+{absolute((row, 2))})", [[reach]], array=False), "value percent"
    )
    size = draft.call("SAMPLE_SIZE", Ref(absolute((row, 1)), rate), Ref(absolute((row, 3)), reach))
    sheet.put(row, 4, size, "value count")
    note = "The lift is a share of the rate: 20% of a rate of 10% is 12%. Enough to see it in 8 of 10 tests, at 95%."
    sheet.put(PLAN_ROW + 2, 1, word(note), "note")
    sheet.put(LOG_ROW - 3, 1, word("Experiment log"), "group")
    for i, line in enumerate(NOTES):
        sheet.put(LOG_ROW - 2 + i, 1, word(line), "note")
    verdict = len(LOG.columns) + 2
    sheet.put(LOG_ROW, verdict, word("What it shows"), "header")
    sheet.put(LOG_ROW + 1, verdict, draft.call("VERDICT", log.all), "text")
    sheet.widths |= {verdict - 1: 3, verdict: 64}
    sheet.frozen = (0, 1)
    sheet.artefacts["X11"] = (LOG_ROW, 1)
    return sheet


def _reach(rate: Scalar, lift: Scalar) -> Scalar:
    """The value of the plain formula, which counts an empty cell as 0."""
    numbers = [0.0 if cell is None else cell for cell in (rate, lift)]
    if any(isinstance(cell, str) for cell in numbers):
        return ExcelError.VALUE
    return float(numbers[0]) * (1 + float(numbers[1]))  # type: ignore[arg-type]
