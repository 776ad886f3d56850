"""What if: each step to a customer, a rate that it can reach or one of your own, and the effect of that rate."""

from __future__ import annotations

from xl_lifecycle.core.answers.what_if import COLUMNS, ROWS
from xl_lifecycle.core.cells.addresses import absolute_area
from xl_lifecycle.core.language.vocabulary import Unit
from xl_lifecycle.template.model import Chart, ChartSeries, SheetPlan
from xl_lifecycle.template.pickers import pick_place
from xl_lifecycle.template.planner import Draft, Ref, value_style

HEADER_ROW = 8
CAC = "CAC"  # a name, the same in every language
RIGHT = ("Rate now", "Rate tried", "New customers", "Gained", "Revenue from them", CAC)
NOTES = (
    "Each row changes one rate and leaves all else as it is: spend, the other rates, and what a sale brings.",
    "The rate tried was reached in three of the last twelve months in a row, else it is the target; or type your own.",
    "May be chance: the best of several months is partly luck. This is arithmetic, not a promise.",
)
CURRENCY_ROWS = (6, 7)  # revenue of a new customer, and cost of a visit


def what_if(draft: Draft) -> SheetPlan:
    """Plan the What if sheet."""
    word = draft.word
    sheet = SheetPlan(draft.sheet_names["What if"], color="start")
    sheet.put(1, 1, word("What if"), "title")
    sheet.put(2, 1, word("Which step to a customer would help most, if it did as well as it already has"), "subtitle")
    sheet.widths |= {1: 34, 2: 26, 3: 16, 4: 46} | dict.fromkeys(range(5, 9), 17) | {9: 16, 10: 18}
    channel, period = pick_place(draft, sheet, 4, campaign=True)
    _header(draft, sheet)
    first, last = HEADER_ROW + 1, HEADER_ROW + ROWS
    input_column = len(COLUMNS) + 1
    for i in range(1, ROWS):
        sheet.put(first + i, input_column, None, f"input {_unit(i).value}")
    rates = Ref(absolute_area((first, input_column, last, input_column)), [[None]] * ROWS)
    formula = draft.call("WHAT_IF", channel, period, draft.data, draft.targets, rates)
    sheet.put(first, 1, formula, [_styles(row) for row in range(ROWS)])
    for i, note in enumerate(NOTES, last + 2):
        sheet.put(i, 1, word(note), "note")
    gained = ChartSeries(word("Gained"), (first + 1, 1, last, 1), (first + 1, 6, last, 6))
    title = word("New customers gained, each step alone")
    sheet.charts.append(Chart("bar", title, [gained], last + 2 + len(NOTES) + 1, 1, 1000, 300))
    sheet.frozen = (HEADER_ROW, 1)
    sheet.protected = True
    return sheet


def _header(draft: Draft, sheet: SheetPlan) -> None:
    word = draft.word
    heads = ["Step", *RIGHT[:2], "Where that rate is from", *RIGHT[2:], "Helps most", "Your own rate"]
    for i, head in enumerate(heads, 1):
        text = head if head == CAC else word(head)
        sheet.put(HEADER_ROW, i, text, _head_style(head))


def _head_style(head: str) -> str:
    return "header_right" if head in RIGHT else "header" if head == "Step" else "header_indent"


def _unit(row: int) -> Unit:
    return Unit.CURRENCY if row in CURRENCY_ROWS else Unit.PERCENT


def _styles(row: int) -> tuple[str, ...]:
    """The styles of a row of the formula's result."""
    rate = value_style(_unit(row))
    count, money = value_style(Unit.POINTS), value_style(Unit.CURRENCY)
    return "label", rate, rate, "source", count, count, money, money, "marked"
