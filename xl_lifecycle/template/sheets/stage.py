"""The sheet of a stage: a few figures that people choose, all figures by month and by channel, and the input table."""

from __future__ import annotations

from xl_lifecycle.core.catalogue.catalogue import Metric
from xl_lifecycle.core.cells.addresses import address, quoted
from xl_lifecycle.core.language.vocabulary import InputTable, Stage
from xl_lifecycle.template.model import SheetPlan
from xl_lifecycle.template.pickers import pick_place
from xl_lifecycle.template.planner import Draft, Ref, channel_header, key_of, month_header, value_style
from xl_lifecycle.template.sheets.chosen_figures import by_month, draw_first
from xl_lifecycle.template.sheets.figure_rows import CHART_ROWS, FIRST, block
from xl_lifecycle.template.sheets.inputs import input_table
from xl_lifecycle.template.sheets.scorecard_rows import scorecard, trends

QUESTIONS = {
    Stage.ATTRACT: "How many people find us, by which channels, and does what they find engage them?",
    Stage.CAPTURE: "How many visitors become known, which calls to action work, and what does a lead cost?",
    Stage.NURTURE: "How many leads become marketing-qualified, and do they still want to hear from us?",
    Stage.CONVERT: "How many qualified leads buy, what does a customer cost, and does it pay?",
    Stage.EXPAND: "Do customers stay, buy again and bring others, and what is one worth?",
}
# The default primary and secondary figures of a stage; people can choose others.
DEFAULT_FIGURES = {
    Stage.ATTRACT: (("sessions", "engagement_rate", "followers"), ("impressions", "ctr", "cpc", "visits_per_article")),
    Stage.CAPTURE: (("leads", "conversion_rate", "cpl"), ("known_visitors", "cta_click_rate", "lead_goal_attainment")),
    Stage.NURTURE: (("mqls", "mql_rate", "cost_per_mql"), ("open_rate", "click_rate", "unsubscribe_rate")),
    Stage.CONVERT: (("new_customers", "cac", "roi"), ("sqls", "win_rate", "sales_revenue", "revenue_per_sale")),
    Stage.EXPAND: (("retention", "ltv", "existing_revenue"), ("ltv_to_cac", "expansion_sales", "nps")),
}
CARD_ROW = 8


def stage_sheet(draft: Draft, stage: Stage) -> SheetPlan:
    """Plan a stage's sheet."""
    sheet = SheetPlan(draft.sheet_names[stage.value], color=stage.value)
    sheet.put(1, 1, draft.word(stage.value), "title")
    sheet.put(2, 1, draft.word(QUESTIONS[stage]), "subtitle")
    sheet.put(
        3,
        1,
        draft.word("▲ higher is better · ▼ lower is better · #N/A not recorded · #DIV/0! nothing to divide by"),
        "note",
    )
    sheet.widths |= {1: 34, 2: 28, 3: 17} | dict.fromkeys(range(FIRST, FIRST + max(len(draft.months), 24)), 13)
    channel, period = pick_place(draft, sheet, 4, campaign=True)
    primary, secondary = DEFAULT_FIGURES[stage]
    groups = (("Primary figures: choose the few that count", primary), ("Secondary figures", secondary))
    places = scorecard(draft, sheet, CARD_ROW, groups, channel, period, selectable=True)
    sheet.artefacts["X06"] = (CARD_ROW + 1, 1)
    charts = max(places.values()) + 2
    row = charts + CHART_ROWS + 1
    sheet.put(row, 1, draft.word("The chosen figures by month"), "group")
    months = by_month(draft, sheet, row + 1, places, channel, period)
    trends(sheet, places, months, len(draft.months))
    row = draw_first(draft, sheet, charts, months) + 1
    metrics, measures = draft.catalogue.stage(stage), draft.catalogue.table(InputTable(stage.value))
    sheet.put(row, 1, draft.word("Every figure of the stage by month"), "group")
    periods = month_header(draft, sheet, row + 1, period)
    _metric_rows(draft, sheet, metrics, row + 2, channel, periods)
    row += 2 + len(metrics)
    sheet.put(row, 1, draft.word("Recorded"), "group")
    block(draft, sheet, measures, row + 1, channel, periods)
    row += 2 + len(measures)
    sheet.put(row, 1, draft.word("By channel, for the period chosen"), "group")
    across = channel_header(draft, sheet, row + 1)
    _metric_rows(draft, sheet, metrics, row + 2, across, period)
    row += 3 + len(metrics)
    hint = draft.word("Inputs: one row for each month, channel and campaign; leave empty what you do not know")
    sheet.put(row, 1, f"{hint} · {draft.word('the table grows when you type below its last row')}", "group")
    sheet.put(4, 4, draft.word("Go to the inputs"), "link", f"internal:{quoted(sheet.name)}!{address((row + 1, 1))}")
    input_table(draft, sheet, InputTable(stage.value), row + 1)
    return sheet


def _metric_rows(draft: Draft, sheet: SheetPlan, metrics: list[Metric], row: int, channel: Ref, period: Ref) -> None:
    """A row for each metric, filled by one formula with its function."""
    for i, metric in enumerate(metrics):
        sheet.put(row + i, 1, draft.title(metric), "label")
        sheet.put(row + i, 2, key_of(metric), "code")
        formula = draft.call(metric.excel_name, channel, period, draft.data)
        sheet.put(row + i, 3, formula, value_style(metric.unit))
