"""The sheet of a channel: its worksheet against targets on top, then the channel in all stages, month by month."""

from __future__ import annotations

from xl_lifecycle.core.cells.addresses import absolute
from xl_lifecycle.core.language.vocabulary import Stage
from xl_lifecycle.template.model import SheetPlan
from xl_lifecycle.template.pickers import pick_place
from xl_lifecycle.template.planner import Draft, Ref, month_header
from xl_lifecycle.template.sheets.figure_rows import CHART_ROWS, FIRST, block, over_months
from xl_lifecycle.template.sheets.scorecard_rows import TREND, scorecard, trends

# The channel worksheet of the seeds: cost, traffic, conversion, leads, CPL, CAC, revenue, per sale, ROI, LTV.
WORKSHEET = (
    (
        "Primary figures",
        ("spend", "sessions", "leads", "conversion_rate", "cpl", "new_customers", "cac", "sales_revenue", "roi"),
    ),
    ("Secondary figures", ("mqls", "mql_rate", "revenue_per_sale", "ltv", "retention")),
)
# The recorded measures of a stage that are shown; the stage's own sheet shows all of them.
RECORDED = {
    Stage.ATTRACT: ("spend", "impressions", "clicks", "visitors", "sessions"),
    Stage.CAPTURE: ("leads",),
    Stage.NURTURE: ("mqls",),
    Stage.CONVERT: ("sqls", "opportunities", "won_deals", "sales_revenue", "new_customers"),
    Stage.EXPAND: ("customers_end", "existing_revenue"),
}


def channel_sheet(draft: Draft, channel: str) -> SheetPlan:
    """Plan a channel's sheet."""
    name = draft.content.place(channel)
    sheet = SheetPlan(draft.channel_sheets[channel], color="channel")
    sheet.put(1, 1, name, "title")
    sheet.put(2, 1, draft.word("This channel through all five stages, against its targets."), "subtitle")
    sheet.put(4, 1, draft.content.header("channel"), "label")
    sheet.put(4, 2, name, "fixed")
    sheet.widths |= {1: 34, 2: 28, TREND: 17} | dict.fromkeys(range(FIRST, FIRST + len(draft.months)), 13)
    _, period = pick_place(draft, sheet, 4, channel=False)
    here = Ref(absolute((4, 2)), name)
    card = 7
    places = scorecard(draft, sheet, card, WORKSHEET, here, period)
    sheet.artefacts |= {"X01": (card, 1), "X06": (card + 1, 1)}
    charts = max(places.values()) + 2
    months = _all_stages(draft, sheet, charts + CHART_ROWS + 1, here, period, channel)
    trends(sheet, places, months, len(draft.months))
    for column, width, volume, rate in ((1, 545, "leads", "cpl"), (FIRST, 680, "new_customers", "cac")):
        place = (charts, column, width)
        sheet.charts.append(over_months(draft, draft.entry(volume), draft.entry(rate), months, place))
    sheet.frozen = (5, 1)
    return sheet


def _all_stages(draft: Draft, sheet: SheetPlan, row: int, here: Ref, period: Ref, channel: str) -> dict[str, int]:
    """The channel's figures by stage and month, one formula for each stage. Returns the row of each; header: ""."""
    catalogue = draft.catalogue
    periods = month_header(draft, sheet, row, period)
    at = {"": row}
    row += 1
    for stage in Stage:
        figures = [*(draft.entry(name) for name in RECORDED[stage]), *catalogue.stage(stage)]
        entries = [entry for entry in figures if catalogue.in_channel(entry.name, channel)]
        sheet.put(row, 1, draft.word(stage.value), "group")
        at |= block(draft, sheet, entries, row + 1, here, periods)
        row += len(entries) + 2
    return at
