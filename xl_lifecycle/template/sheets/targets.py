"""Targets: a goal for a figure, channel or campaign and period; a budget for a channel; the leads that were promised.

Formulas to the right of each table show the progress, and grow with the table.
"""

from __future__ import annotations

from xl_lifecycle.core.analysis.projection import ENOUGH, ON_PLAN
from xl_lifecycle.core.cells.addresses import absolute, quoted
from xl_lifecycle.core.cells.values import Grid
from xl_lifecycle.core.language.vocabulary import Unit
from xl_lifecycle.template.model import ChoiceList, Formula, SheetPlan, TablePlan
from xl_lifecycle.template.pickers import choice
from xl_lifecycle.template.planner import ARROWS, PERIOD_CELL, Draft, Ref, value_style
from xl_lifecycle.template.sheets.scorecard_rows import STATUSES

HEAD = 4  # the row of every header
ROWS = 300  # the number of rows with choices and formats
BUDGETS, LEADS = 13, 26  # the first columns of the two tables
GOALS, SHARES = ("lead_goal", "lead_forecast", "leads"), ("lead_goal_attainment", "lead_forecast_attainment")


def targets(draft: Draft) -> SheetPlan:
    """Plan the Targets sheet."""
    word = draft.word
    sheet = SheetPlan(draft.sheet_names["targets"], color="start")
    sheet.put(1, 1, word("Targets"), "title")
    hint = "Write a figure, a channel or channel/campaign, a period and the target; the progress is shown beside it."
    sheet.put(2, 1, word(hint), "subtitle")
    _targets(draft, sheet)
    _budgets(draft, sheet)
    _leads(draft, sheet)
    sheet.frozen = (HEAD, 0)
    return sheet


def _targets(draft: Draft, sheet: SheetPlan) -> None:
    word = draft.word
    sheet.widths |= dict(enumerate((26, 24, 14, 14, 42, 20, 2, 14, 12, 14, 20, 4), 1))
    header, *rows = draft.target_grid()
    heads = [str(cell) for cell in header]
    styles = [*["input text"] * 3, "input ratio", *["input said"] * 2]
    sheet.tables.append(TablePlan("Targets", HEAD, 1, heads, rows, styles))
    notes = (
        "Projection: at the pace of the complete months",
        "Too early to tell: less than {early} is complete. On plan: within {plan} of it",
    )
    for i, note in enumerate(notes, HEAD - 2):
        sheet.put(i, 8, word(note).format(early=f"{ENOUGH:.0%}", plan=f"{ON_PLAN:.0%}"), "note")
    sheet.row(HEAD, 8, [word(head) for head in ("Actual", "Attained", "Projection")], "header_right")
    sheet.put(HEAD, 11, word("Status"), "header_middle")
    columns = [Ref(f"Targets[{name}]", [[row[i]] for row in rows]) for i, name in enumerate(heads[:4])]
    progress = draft.call("TARGET_PROGRESS", *columns, draft.data)
    sheet.put(HEAD + 1, 8, progress, [("value ratio", "attained", "value ratio", "middle")] * len(rows))
    for column in (4, 8, 10):
        _formats(draft, sheet, column)
    _status(draft, sheet, 11)
    figure = word("Choose a figure, or type its function or name")
    sheet.choices.append(ChoiceList(HEAD + 1, 1, "=FigureNames", figure, ROWS))
    _places(draft, sheet, 2)
    sheet.artefacts["X07"] = (HEAD, 1)


def _budgets(draft: Draft, sheet: SheetPlan) -> None:
    word, at = draft.word, BUDGETS
    sheet.widths |= dict(enumerate((24, 14, 14, 15, 2, 14, 14, 16, 16, 14, 12, 4), at))
    sheet.put(HEAD - 1, at, word("Budgets"), "group")
    header, *rows = draft.budget_grid()
    heads = [str(cell) for cell in header]
    styles = ["input text", "input text", "input currency", "input percent"]
    sheet.tables.append(TablePlan("Budgets", HEAD, at, heads, rows, styles))
    sheet.row(HEAD, at + 5, [word(head) for head in ("Spent", "Share spent", "Projected spend")], "header_right")
    sheet.put(HEAD, at + 8, word("Status"), "header_middle")
    sheet.row(HEAD, at + 9, [word(head) for head in ("Actual ROI", "Attained")], "header_right")
    channel, period, budget, roi = (Ref(f"Budgets[{name}]", [[row[i]] for row in rows]) for i, name in enumerate(heads))
    spent = draft.call("TARGET_PROGRESS", "spend", channel, period, budget, draft.data)
    look = ("value currency", "attained", "value currency", "middle")
    sheet.put(HEAD + 1, at + 5, spent, [look] * len(rows))
    sheet.put(HEAD + 1, at + 9, draft.call("KPI", "roi", channel, period, draft.data), value_style(Unit.PERCENT))
    sheet.put(HEAD + 1, at + 10, draft.call("ATTAINMENT", "roi", channel, period, roi, draft.data), "attained")
    _status(draft, sheet, at + 8)
    _places(draft, sheet, at)
    sheet.artefacts["X25"] = (HEAD, at)


def _leads(draft: Draft, sheet: SheetPlan) -> None:
    """The promised leads by channel, for the period of Settings."""
    word, at = draft.word, LEADS
    sheet.widths |= dict(enumerate((24, 13, 15, 13, 14, 17, 14), at))
    sheet.put(HEAD - 1, at, word("Leads against goal and forecast"), "group")
    period = Ref(f"{quoted(draft.sheet_names['settings'])}!{absolute(PERIOD_CELL)}", draft.content.settings.period)
    sheet.put(HEAD - 1, at + 5, word("Period"), "note")
    block = Formula(f"={period.text}", [[period.cell]], array=False)
    sheet.put(HEAD - 1, at + 6, block, "fixed")
    sheet.put(HEAD, at, draft.content.header("channel"), "header")
    heads = [draft.content.label(draft.catalogue.measures[name]) for name in GOALS]
    heads += [word("Of the goal"), word("Of the forecast"), word("Projection")]
    sheet.row(HEAD, at + 1, heads, "header_right")
    channels: Grid = [[channel] for channel in draft.channel_list()]
    places = Ref(
        f"Places[{word('Channels to choose')}]", channels
    )  # other engines do not know names of a variable number of cells
    sheet.put(HEAD + 1, at, Formula(f"={places.text}", channels), "label")
    names = [*GOALS, *SHARES]
    figures = Ref("{" + ",".join(f'"{name}"' for name in names) + "}", [names])
    look = (*["value count"] * 3, *["attained"] * 2)
    block = draft.call("KPI", figures, places, period, draft.data)
    sheet.put(HEAD + 1, at + 1, block, [look] * block.height)
    sheet.put(HEAD + 1, at + 6, draft.call("PROJECTION", "leads", places, period, draft.data), "value count")


def _formats(draft: Draft, sheet: SheetPlan, column: int) -> None:
    """Format numbers by the unit of their figure, whatever its spelling, also in rows that people add."""
    name = f"$A{HEAD + 1}"
    titles = "".join(f'+COUNTIFS(FigureTitles,{name}&"{arrow}",FigureUnits,{{0}})' for arrow in ARROWS.values())
    for unit in (Unit.CURRENCY, Unit.PERCENT, Unit.COUNT):
        word = f'"{draft.word(unit.value)}"'
        test = f"=COUNTIFS(FigureNames,{name},FigureUnits,{word}){titles.format(word)}>0"
        sheet.formats.append(((HEAD + 1, column, HEAD + ROWS, column), test, value_style(unit)))


def _status(draft: Draft, sheet: SheetPlan, column: int) -> None:
    cells = (HEAD + 1, column, HEAD + ROWS, column)
    sheet.colored += [(cells, draft.word(each.value), color) for color, words in STATUSES for each in words]


def _places(draft: Draft, sheet: SheetPlan, column: int) -> None:
    """Add lists of choices for a column of channels and for the column of periods beside it."""
    channel = draft.word("Choose a channel, or type channel/campaign")
    period = draft.word("Choose a period, or type one: 2026-Q1, YTD, all")
    sheet.choices.append(choice(HEAD + 1, column, "channels", channel, ROWS))
    sheet.choices.append(choice(HEAD + 1, column + 1, "periods", period, ROWS))
