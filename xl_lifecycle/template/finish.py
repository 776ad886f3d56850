"""Completes every planned sheet: links, panes, descriptions of charts, rules, and widths that fit."""

from __future__ import annotations

from dataclasses import replace

from xl_lifecycle.core.cells.addresses import absolute, quoted
from xl_lifecycle.core.language.vocabulary import Stage
from xl_lifecycle.template.model import Chart, SheetPlan
from xl_lifecycle.template.planner import Draft
from xl_lifecycle.template.styles import style
from xl_lifecycle.template.validation import rules
from xl_lifecycle.template.widths import DEFAULT, fit, needed

LINKS_FROM = 4  # the first column for links, after the button
# The sheets that a kind of sheet links to, in addition to Start, by the colour of the sheet.
ONWARD = {stage.value: ("overview", "targets", "journey") for stage in Stage} | {"channel": ("overview", "targets")}


def finish(draft: Draft, sheet: SheetPlan) -> None:
    """Complete a planned sheet."""
    if sheet.name != draft.sheet_names["start"]:
        _links(draft, sheet)
    sheet.frozen = (max(1, sheet.frozen[0]), sheet.frozen[1])  # the title, its links and the button stay in view
    sheet.charts = [
        replace(chart, description=chart.description or _description(draft, sheet, chart)) for chart in sheet.charts
    ]
    sheet.rules += rules(draft, sheet)
    fit(sheet, draft.content.settings.currency, draft.content.language)


def _links(draft: Draft, sheet: SheetPlan) -> None:
    """Add links to the title row: back to Start, and to related sheets."""
    keys = [key for key in ONWARD.get(sheet.color, ()) if key in draft.sheet_names]
    look = style("link", "", draft.content.language)
    occupied = {(cell.row, cell.column) for cell in sheet.cells}
    column = LINKS_FROM
    for key in ("start", *keys):
        text = ("← " if key == "start" else "→ ") + draft.sheet_names[key]
        while sheet.widths.get(column, DEFAULT) < min(needed(text, look), DEFAULT) or (1, column) in occupied:
            column += 1
        sheet.put(1, column, text, "link", f"internal:{quoted(draft.sheet_names[key])}!A1")
        column += 1


def _description(draft: Draft, sheet: SheetPlan, chart: Chart) -> str:
    """A description of a chart: its title and series, whose names may be in cells."""
    texts = {f"={quoted(sheet.name)}!{absolute(at)}": str(value) for at, value in sheet.values().items()}
    shows = [texts.get(text, text) for text in (chart.title, *(series.name for series in chart.series))]
    return f"{draft.word('Chart')}: {', '.join(dict.fromkeys(shows))}"
