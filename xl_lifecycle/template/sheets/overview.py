"""Overview: the funnel and its cost, what moved and why, leading and lagging figures, the months, and every channel."""

from __future__ import annotations

import math
from collections.abc import Sequence

from xl_lifecycle.core.catalogue.catalogue import Metric
from xl_lifecycle.core.cells.addresses import absolute, absolute_area, quoted
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.values import Scalar
from xl_lifecycle.core.metrics.measures import Measure
from xl_lifecycle.template.model import Chart, ChartSeries, Formula, SheetPlan
from xl_lifecycle.template.pickers import pick_place
from xl_lifecycle.template.planner import Draft, Ref, channel_header, key_of, month_header, value_style
from xl_lifecycle.template.sheets.figure_rows import CHART_HEIGHT, CHART_ROWS, FIRST, block, over_months
from xl_lifecycle.template.sheets.scorecard_rows import TREND, scorecard, trends
from xl_lifecycle.template.sheets.what_moved_rows import what_moved

FUNNEL = ("sessions", "leads", "mqls", "sqls", "opportunities", "new_customers", "expansion_sales")
STEPS = ("conversion_rate", "mql_rate", "mql_to_sql_rate", "sql_to_opportunity_rate", "win_rate", "days_to_close")
RETURN = ("spend", "cpl", "cac", "sales_revenue", "revenue_per_sale", "roi")
CUSTOMERS = ("retention", "ltv", "ltv_to_cac", "nps")
GROUPS = (
    ("The funnel", FUNNEL),
    ("From step to step", STEPS),
    ("Cost and return", RETURN),
    ("Customers who stay", CUSTOMERS),
)
DRIVER_TABLES = ("cac", "sales_revenue")
MONTHLY = tuple(name for _, names in GROUPS for name in names)
BY_CHANNEL = (
    "spend", "sessions", "leads", "conversion_rate", "cpl", "mqls", "mql_rate", "new_customers",
    "customer_conversion_rate", "cac", "sales_revenue", "revenue_per_sale", "roi", "ltv", "retention",
)  # fmt: skip
# Pairs of a leading and a lagging figure; three months of each have less noise than one.
FORETELL = (("sessions", "leads"), ("leads", "opportunities"), ("mqls", "new_customers"), ("sqls", "sales_revenue"))
# The questions: which months; is CAC acceptable; how to lower it; does organic beat social.
IN_SHORT = ("MONTHS", "X03.5", "X02.5", "X02.2")
ROLLING = 3
FEW = 10  # leads or customers: with fewer, the cost of one says little
RESTS_ON = dict.fromkeys(("cpl", "conversion_rate", "mql_rate"), "leads") | dict.fromkeys(
    ("cac", "customer_conversion_rate", "revenue_per_sale", "roi", "ltv"), "new_customers"
)


def overview(draft: Draft) -> SheetPlan:
    """Plan the Overview."""
    word = draft.word
    sheet = SheetPlan(draft.sheet_names["overview"], color="start")
    sheet.put(1, 1, word("Overview"), "title")
    hint = "The five stages in figures, and every channel beside the others."
    sheet.put(2, 1, word(hint), "subtitle")
    columns = max(len(draft.months), len(draft.content.channels))
    sheet.widths |= {1: 34, 2: 28, TREND: 17} | dict.fromkeys(range(FIRST, FIRST + columns), 13)
    channel, period = pick_place(draft, sheet, 4, campaign=True)
    _in_short(draft, sheet, channel, period)
    card = 8
    places = scorecard(draft, sheet, card, GROUPS, channel, period)
    charts = card + len(MONTHLY) + len(GROUPS) + 2
    row = charts + CHART_ROWS + 1
    for name in DRIVER_TABLES:
        row = what_moved(draft, sheet, row, name, channel, period)
    sheet.artefacts["X08"] = leading = (row, 1)
    row += 2 * len(FORETELL) + 3
    header = {"": row}
    periods = month_header(draft, sheet, row, period)
    months = header | block(draft, sheet, _entries(draft, MONTHLY), row + 1, channel, periods)
    trends(sheet, places, months, len(draft.months))
    _leading(draft, sheet, leading[0], months)
    row += len(MONTHLY) + 2
    sheet.put(row, 1, word("By channel, for the period chosen"), "group")
    across = channel_header(draft, sheet, row + 1)
    compared = block(draft, sheet, _entries(draft, BY_CHANNEL), row + 2, across, period)
    _too_few(draft, sheet, row, compared)
    sheet.artefacts["X10"] = (row, 1)
    _charts(draft, sheet, charts, places, months)
    sheet.frozen = (3, 1)
    return sheet


def _entries(draft: Draft, names: Sequence[str]) -> list[Measure | Metric]:
    return [draft.entry(name) for name in names]


def _in_short(draft: Draft, sheet: SheetPlan, channel: Ref, period: Ref) -> None:
    """Put the answers for the start of a week beside the pickers; Questions has all answers."""
    name = draft.sheet_names["questions"]
    sheet.put(2, FIRST, f"{draft.word('In short')} → {name}", "link", f"internal:{quoted(name)}!A1")
    ids = Ref("{" + ";".join(f'"{each}"' for each in IN_SHORT) + "}", [[each] for each in IN_SHORT])
    sheet.put(3, FIRST, draft.call("ANSWER", ids, channel, period, draft.data, draft.targets), "brief")


def _leading(draft: Draft, sheet: SheetPlan, row: int, months: dict[str, int]) -> None:
    """Put each leading figure above the lagging one that it predicts, as sums of three months. months: their rows."""
    word, values = draft.word, sheet.values()
    title = "Leading above lagging: what moves first, and what should follow; the three months up to each"
    sheet.put(row, 1, word(title), "group")
    sheet.row(row + 1, 1, [word("Figure"), word("Function"), word("Timing"), *[""] * (ROLLING - 1)], "header")
    ends = range(FIRST + ROLLING - 1, FIRST + len(draft.months))
    for column in ends:
        month = absolute((months[""], column))
        sheet.put(row + 1, column, Formula(f"={month}", [[values[months[""], column]]], array=False), "header_month")
    for i, name in enumerate(name for pair in FORETELL for name in pair):
        entry, at = draft.entry(name), row + 2 + i
        sheet.put(at, 1, ("→ " if i % 2 else "") + draft.title(entry), "label")
        sheet.put(at, 2, key_of(entry), "code")
        sheet.put(at, TREND, word(entry.timing.value), "middle")
        for column in ends:
            three = range(column - ROLLING + 1, column + 1)
            cells = absolute_area((months[name], three[0], months[name], column))
            text = f"=SUM({cells})"  # an error if a month is not recorded
            total = _sum([values[months[name], each] for each in three])
            sheet.put(at, column, Formula(text, [[total]], array=False), value_style(entry.unit))


def _sum(cells: Sequence[Scalar]) -> Scalar:
    """The result of SUM for cells with numbers and errors."""
    error = next((cell for cell in cells if isinstance(cell, ExcelError)), None)
    return error or math.fsum(cell for cell in cells if isinstance(cell, (int, float)))


def _too_few(draft: Draft, sheet: SheetPlan, row: int, rows: dict[str, int]) -> None:
    """Show a figure in grey if it is based on fewer than ten leads or customers."""
    last = FIRST + len(draft.content.channels) + 20
    for name, behind in RESTS_ON.items():
        test = f"=C${rows[behind]}<{FEW}"
        sheet.colored.append(((rows[name], 3, rows[name], last), test, "faint"))
    hint = "Grey: fewer than 10 leads or customers are behind it, too few to tell."
    sheet.put(row, FIRST + 3, f"{draft.word(hint)} {draft.word('All also counts what has no channel.')}", "note")


def _charts(draft: Draft, sheet: SheetPlan, row: int, places: dict[str, int], months: dict[str, int]) -> None:
    """Charts: the change along the funnel; new customers with their cost; revenue with its return."""
    first_row, last_row = places[FUNNEL[0]], places[FUNNEL[-1]]
    title = draft.word("Change since the period before")
    change = ChartSeries(title, (first_row, 1, last_row, 1), (first_row, FIRST + 2, last_row, FIRST + 2))
    sheet.charts.append(Chart("bar", title, [change], row, 1, 545, CHART_HEIGHT, "relative"))
    for i, (volume, rate) in enumerate((("new_customers", "cac"), ("sales_revenue", "roi"))):
        place = (row, FIRST + 6 * i, 560)
        sheet.charts.append(over_months(draft, draft.entry(volume), draft.entry(rate), months, place))
