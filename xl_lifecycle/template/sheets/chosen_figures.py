"""The figures that people choose on the sheet of a stage: month by month, and charts of the first ones."""

from __future__ import annotations

from collections.abc import Mapping

from xl_lifecycle.core.cells.addresses import absolute, absolute_area, quoted
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.values import Scalar
from xl_lifecycle.core.language.vocabulary import Unit
from xl_lifecycle.template.model import Chart, ChartSeries, Formula, SheetPlan
from xl_lifecycle.template.planner import Draft, Ref, month_header, value_style
from xl_lifecycle.template.sheets.figure_rows import CHART_HEIGHT, FIRST
from xl_lifecycle.template.sheets.scorecard_rows import by_unit

CHARTS = ((1, 545), (FIRST, 560), (FIRST + 6, 560))  # column and width in pixels
_TIMES = (Unit.SECONDS, Unit.HOURS, Unit.DAYS)


def by_month(
    draft: Draft, sheet: SheetPlan, row: int, places: Mapping[str, int], channel: Ref, period: Ref
) -> dict[str, int]:
    """The figures of the scorecard by month, whatever is chosen there. Returns the row of each; header: ""."""
    periods = month_header(draft, sheet, row, period)
    values = sheet.values()
    names = [[values[at, 2]] for at in places.values()]
    units = [entry.unit if (entry := draft.figure(name)) else Unit.RATIO for (name,) in names]
    for i, at in enumerate(places.values(), row + 1):
        for column, style in ((1, "label"), (2, "code")):
            follow = Formula(f"={absolute((at, column))}", [[values[at, column]]], array=False)
            sheet.put(i, column, follow, style)
    first, last = row + 1, row + len(places)
    formula = draft.call("KPI", Ref(absolute_area((first, 2, last, 2)), names), channel, periods, draft.data)
    sheet.put(first, 3, formula, [value_style(unit) for unit in units])
    by_unit(draft, sheet, first, last, [(3, FIRST + len(draft.months) - 1)])
    return {"": row} | {key: i for i, key in enumerate(places, first)}


def draw_first(draft: Draft, sheet: SheetPlan, row: int, months: Mapping[str, int]) -> int:
    """A chart for each of the first figures. row: of the charts. Returns the next row below the months.

    The number format of an axis cannot depend on a choice, so the charts have separate rows: percentages as whole
    numbers, and the unit beside the name.
    """
    below = max(months.values()) + 1
    sheet.put(below, 1, draft.word("As drawn"), "group")
    last = FIRST + len(draft.months) - 1
    at = (months[""], FIRST, months[""], last)
    figures = [key for key in months if key][: len(CHARTS)]
    for chart_row, (key, (column, width)) in enumerate(zip(figures, CHARTS, strict=True), below + 1):
        _scale(draft, sheet, months[key], chart_row)
        title = f"={quoted(sheet.name)}!{absolute((chart_row, 1))}"
        series = ChartSeries(title, at, (chart_row, FIRST, chart_row, last))
        sheet.charts.append(Chart("column", title, [series], row, column, width, CHART_HEIGHT, "drawn"))
    return below + 1 + len(figures)


def _scale(draft: Draft, sheet: SheetPlan, row: int, chart_row: int) -> None:
    """Put the months of a figure in the unit of its chart, and its name with that unit."""
    values = sheet.values()
    name, title = values[row, 2], str(values[row, 1])
    entry = draft.figure(name)
    unit = entry.unit if entry else None
    unit_cell = absolute((chart_row, 2))
    unit_word = draft.word(unit.value) if unit else ""
    lookup = f'=IFERROR(INDEX(FigureUnits,MATCH({absolute((row, 2))},FigureNames,0)),"")'
    sheet.put(chart_row, 2, Formula(lookup, [[unit_word]], array=False), "note")
    percent, currency = (f'{unit_cell}="{draft.word(each.value)}"' for each in (Unit.PERCENT, Unit.CURRENCY))
    times = ",".join(f'{unit_cell}="{draft.word(each.value)}"' for each in _TIMES)
    money = draft.content.settings.currency
    other = f'IF(OR({times})," ("&{unit_cell}&")","")'
    text = f'={absolute((row, 1))}&IF({percent}," (%)",IF({currency}," ({money})",{other}))'
    units = {Unit.PERCENT: "%", Unit.CURRENCY: money} | dict.fromkeys(_TIMES, unit_word)
    beside = f" ({units[unit]})" if unit in units else ""
    sheet.put(chart_row, 1, Formula(text, [[title + beside]], array=False), "label")
    for column in range(FIRST, FIRST + len(draft.months)):
        value = values[row, column]
        text = f"={absolute((row, column))}*IF({percent},100,1)"
        sheet.put(
            chart_row,
            column,
            Formula(text, [[_times(value, 100 if unit is Unit.PERCENT else 1)]], array=False),
            "drawn",
        )


def _times(value: Scalar, factor: int) -> Scalar:
    return value if isinstance(value, ExcelError) else float(value or 0) * factor
