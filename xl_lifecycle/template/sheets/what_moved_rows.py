"""What moved a figure since the period before, and why: a table that adds up to the change, and a bar chart."""

from __future__ import annotations

from xl_lifecycle.core.analysis.what_moved import FUNNELS
from xl_lifecycle.core.cells.addresses import absolute
from xl_lifecycle.core.language.vocabulary import Unit
from xl_lifecycle.template.model import Chart, ChartSeries, Formula, SheetPlan
from xl_lifecycle.template.planner import Draft, Ref, value_style

HOW = "Computed by channel and added up, so an effect may differ from the averages shown. Chance is not considered."
CHART_COLUMN, CHART_WIDTH = 6, 980


def what_moved(draft: Draft, sheet: SheetPlan, row: int, name: str, channel: Ref, period: Ref) -> int:
    """Plan the table of one figure from its title row down. Returns the next free row."""
    word, entry = draft.word, draft.entry(name)
    title = f"{word('What moved')}: {draft.title(entry)}"
    sheet.put(row, 1, title, "group")
    sheet.put(row + 1, 1, word("Driver"), "header")
    sheet.row(row + 1, 2, [word(head) for head in ("Before", "Now", "Effect")], "header_right")
    formula = draft.call("WHAT_MOVED", name, channel, period, draft.data)
    effect = f"effect {entry.unit.value}"
    measures, path = FUNNELS[name]
    units = [_unit(measures[a], measures[b]) for a, b in path.steps]
    values = [Unit.COUNT, *units, Unit.COUNT, entry.unit]
    rows = [("label", value_style(unit), value_style(unit), effect) for unit in values]
    total = ("total", *[f"total {value_style(entry.unit)}"] * 2, f"total {effect}")
    sheet.put(row + 2, 1, formula, [("note", "window", "window", "note"), *rows, total])
    first, end = row + 3, row + 2 + len(rows)
    reason_cell, total_cell = absolute((row + 2, 1)), absolute((end + 1, 4))
    how = word(HOW)
    reason = how if isinstance(formula.values[-1][3], float) else formula.values[0][0]
    text = f'=IF(ISNUMBER({total_cell}),"{how}",IFERROR({reason_cell},""))'
    sheet.put(end + 2, 1, Formula(text, [[reason]], array=False), "note")
    series = ChartSeries(title, (first, 1, end, 1), (first, 4, end, 4))
    height = 24 * (len(rows) + 4) - 10
    sheet.charts.append(Chart("bar", title, [series], row, CHART_COLUMN, CHART_WIDTH, height, effect))
    return end + 4


def _unit(above: str, below: str) -> Unit:
    return Unit.CURRENCY if "revenue" in below or below == "spend" else Unit.PERCENT
