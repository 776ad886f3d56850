"""A stage's sheet: its figures by month and by channel, two charts, and its table of inputs below."""

from __future__ import annotations

from xl_lifecycle.catalogue import Metric
from xl_lifecycle.measures import Measure
from xl_lifecycle.template.draft import (
    Draft,
    Ref,
    channel_header,
    key_of,
    month_header,
    names_ref,
    value_style,
)
from xl_lifecycle.template.layout import Chart, Series, Sheet, quoted
from xl_lifecycle.template.pickers import pick_place
from xl_lifecycle.template.sheets.inputs import input_table
from xl_lifecycle.vocabulary import Stage, Table

QUESTIONS = {
    Stage.ATTRACT: "How many people find us, by which channels, and does what they find engage them?",
    Stage.CAPTURE: "How many visitors become known, which calls to action work, and what does a lead cost?",
    Stage.NURTURE: "How many leads become marketing-qualified, and do they still want to hear from us?",
    Stage.CONVERT: "How many qualified leads buy, what does a customer cost, and does it pay?",
    Stage.EXPAND: "Do customers stay, buy again and bring others, and what is one worth?",
}
# The volume and the rate that a stage is watched by.
CHARTS = {
    Stage.ATTRACT: ("visitors", "ctr"),
    Stage.CAPTURE: ("leads", "cpl"),
    Stage.NURTURE: ("mqls", "mql_rate"),
    Stage.CONVERT: ("new_customers", "cac"),
    Stage.EXPAND: ("customers_end", "ltv"),
}
MONTH_ROW = 6  # the header with the months
CHART_ROWS = 15


def stage_sheet(draft: Draft, stage: Stage) -> Sheet:
    """Plan a stage's sheet."""
    sheet = Sheet(draft.sheet_names[stage.value], color=stage.value)
    sheet.put(0, 0, draft.word(stage.value), "title")
    sheet.put(1, 0, draft.word(QUESTIONS[stage]), "subtitle")
    sheet.put(
        2,
        0,
        draft.word("▲ higher is better · ▼ lower is better · #N/A not recorded · #DIV/0! nothing to divide by"),
        "note",
    )
    sheet.widths |= {0: 36, 1: 34, 2: 15} | dict.fromkeys(range(3, 3 + max(len(draft.months), 24)), 12)
    channel, period = pick_place(draft, sheet, 3)
    metrics, measures = draft.catalogue.stage(stage), draft.catalogue.table(Table(stage.value))
    row = MONTH_ROW
    periods = month_header(draft, sheet, row, period)
    rows = _metric_rows(draft, sheet, metrics, row + 1, channel, periods)
    row += 1 + len(metrics)
    sheet.put(row, 0, draft.word("Recorded"), "group")
    rows |= _measure_rows(draft, sheet, measures, row + 1, channel, periods)
    row += 2 + len(measures)
    _charts(draft, sheet, stage, rows, row)
    row += CHART_ROWS + 1
    sheet.put(row, 0, draft.word("By channel, for the period chosen"), "group")
    across = channel_header(draft, sheet, row + 1)
    _metric_rows(draft, sheet, metrics, row + 2, across, period)
    row += 3 + len(metrics)
    sheet.put(
        row, 0, draft.word("Inputs: one row a month, channel and campaign; leave empty what you do not know"), "group"
    )
    sheet.put(3, 3, draft.word("Go to the inputs"), "link", f"internal:{quoted(sheet.name)}!A{row + 2}")
    input_table(draft, sheet, Table(stage.value), row + 1)
    return sheet


def _metric_rows(
    draft: Draft, sheet: Sheet, metrics: list[Metric], row: int, channel: Ref, period: Ref
) -> dict[str, int]:
    """A row for each metric, filled by one formula: its own function."""
    for i, metric in enumerate(metrics):
        sheet.put(row + i, 0, draft.title(metric), "label")
        sheet.put(row + i, 1, key_of(metric), "code")
        formula = draft.call(metric.excel_name, channel, period, draft.data)
        sheet.put(row + i, 2, formula, value_style(metric.unit))
    return {metric.name: row + i for i, metric in enumerate(metrics)}


def _measure_rows(
    draft: Draft, sheet: Sheet, measures: list[Measure], row: int, channel: Ref, periods: Ref
) -> dict[str, int]:
    """The recorded measures, filled by one formula together."""
    for i, measure in enumerate(measures):
        sheet.put(row + i, 0, draft.title(measure), "label")
        sheet.put(row + i, 1, key_of(measure), "code")
    formula = draft.call("KPI", names_ref(measures, row), channel, periods, draft.data)
    sheet.put(row, 2, formula, "by row: " + ", ".join(value_style(measure.unit) for measure in measures))
    return {measure.name: row + i for i, measure in enumerate(measures)}


def _charts(draft: Draft, sheet: Sheet, stage: Stage, rows: dict[str, int], row: int) -> None:
    last = 2 + len(draft.months)
    for i, (name, kind) in enumerate(zip(CHARTS[stage], ("column", "line"), strict=True)):
        at = rows[name]
        entry = draft.entry(name)
        series = Series(draft.title(entry), (MONTH_ROW, 3, MONTH_ROW, last), (at, 3, at, last))
        column, width = (0, 620) if i == 0 else (3, 700)
        sheet.charts.append(
            Chart(kind, draft.title(entry), [series], row, column, width, CHART_ROWS * 20 - 10, value_style(entry.unit))
        )
