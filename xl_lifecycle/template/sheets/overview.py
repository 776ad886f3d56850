"""Overview: the funnel and what it costs, what moved and why, leading beside lagging, the months, and every channel."""

from __future__ import annotations

from collections.abc import Sequence

from xl_lifecycle.catalogue import Metric
from xl_lifecycle.measures import Measure
from xl_lifecycle.periods import month_text
from xl_lifecycle.template.draft import (
    FIRST_MONTH_CELL,
    Draft,
    Ref,
    channel_header,
    key_of,
    month_header,
    names_ref,
    value_style,
)
from xl_lifecycle.template.layout import Chart, Formula, Series, Sheet, address, area, quoted
from xl_lifecycle.template.pickers import pick_place
from xl_lifecycle.template.sheets.figures import CHART_HEIGHT, CHART_ROWS, FIRST, block, over_months
from xl_lifecycle.template.sheets.scorecard import TREND, scorecard, trends

FUNNEL = ("sessions", "leads", "mqls", "sqls", "opportunities", "new_customers", "expansion_sales")
STEPS = ("conversion_rate", "mql_rate", "mql_to_sql_rate", "sql_to_opportunity_rate", "win_rate")
RETURN = ("spend", "cpl", "cac", "sales_revenue", "revenue_per_sale", "roi")
CUSTOMERS = ("retention", "ltv", "ltv_to_cac", "nps")
GROUPS = (
    ("The funnel", FUNNEL),
    ("From step to step", STEPS),
    ("Cost and return", RETURN),
    ("Customers who stay", CUSTOMERS),
)
MONTHLY = tuple(name for _, names in GROUPS for name in names)
BY_CHANNEL = (
    "spend", "sessions", "leads", "conversion_rate", "cpl", "mqls", "mql_rate", "new_customers",
    "customer_conversion_rate", "cac", "sales_revenue", "revenue_per_sale", "roi", "ltv", "retention",
)  # fmt: skip
# What foretells, and what it foretells: a month of either is often noise, three are less.
FORETELL = (("sessions", "leads"), ("leads", "opportunities"), ("mqls", "new_customers"), ("sqls", "sales_revenue"))
ROLLING = 3
FEW = 10  # leads or customers: below, what one costs tells little


def overview(draft: Draft) -> Sheet:
    """Plan the Overview."""
    word = draft.word
    sheet = Sheet(draft.sheet_names["overview"], color="start")
    sheet.put(0, 0, word("Overview"), "title")
    hint = "The five stages of the customer lifecycle in figures, and every channel beside the others."
    sheet.put(1, 0, word(hint), "subtitle")
    columns = max(len(draft.months), len(draft.content.channels))
    sheet.widths |= {0: 34, 1: 28, TREND: 17} | dict.fromkeys(range(FIRST, FIRST + columns), 13)
    channel, period = pick_place(draft, sheet, 3, campaign=True)
    card = 7
    places = scorecard(draft, sheet, card, GROUPS, channel, period)
    charts = card + len(MONTHLY) + len(GROUPS) + 2
    row = _leading(draft, sheet, charts + CHART_ROWS + 1, channel)
    header = {"": row}
    periods = month_header(draft, sheet, row, period)
    months = header | block(draft, sheet, _entries(draft, MONTHLY), row + 1, channel, periods)
    trends(sheet, places, months, len(draft.months))
    row += len(MONTHLY) + 2
    sheet.put(row, 0, word("By channel, for the period chosen"), "group")
    across = channel_header(draft, sheet, row + 1)
    compared = block(draft, sheet, _entries(draft, BY_CHANNEL), row + 2, across, period)
    _too_few(draft, sheet, row, compared)
    sheet.artefacts["X10"] = (row, 0)
    sheet.artefacts["X08"] = (charts + CHART_ROWS + 1, 0)
    _charts(draft, sheet, charts, places, months)
    sheet.frozen = (3, 1)
    return sheet


def _entries(draft: Draft, names: Sequence[str]) -> list[Measure | Metric]:
    return [draft.entry(name) for name in names]


def _leading(draft: Draft, sheet: Sheet, row: int, channel: Ref) -> int:
    """Each leading figure above the lagging one that it foretells, over three months each; returns the next row."""
    word = draft.word
    sheet.put(
        row, 0, word("Leading above lagging: what moves first, and what should follow; three months each"), "group"
    )
    sheet.row(row + 1, 0, [word("Figure"), word("Function"), word("Timing"), *[""] * (ROLLING - 1)], "header")
    windows = [_window(draft, first) for first in range(len(draft.months) - ROLLING + 1)]
    start, first = FIRST + ROLLING - 1, row + 2
    sheet.row(row + 1, start, windows, "header_window")
    entries = _entries(draft, [name for pair in FORETELL for name in pair])
    for i, entry in enumerate(entries):
        sheet.put(first + i, 0, ("→ " if i % 2 else "") + draft.title(entry), "label")
        sheet.put(first + i, 1, key_of(entry), "code")
        sheet.put(first + i, TREND, word(entry.timing.value), "middle")
    periods = Ref(area(row + 1, start, row + 1, start + len(windows) - 1), [[each.values[0][0] for each in windows]])
    formula = draft.call("KPI", names_ref(entries, first), channel, periods, draft.data)
    sheet.put(first, start, formula, "by row: " + ", ".join(value_style(entry.unit) for entry in entries))
    return first + len(entries) + 1


def _window(draft: Draft, first: int) -> Formula:
    """Three months as a period, written out: what stands in the cell is what the function is given."""
    start = f"{quoted(draft.sheet_names['settings'])}!{address(*FIRST_MONTH_CELL)}"
    ends = [f"EDATE({start},{first + i})" for i in (0, ROLLING - 1)]
    text = '&":"&'.join(f'YEAR({end})&"-"&RIGHT("0"&MONTH({end}),2)' for end in ends)
    shown = ":".join(month_text(draft.months[first + i]) for i in (0, ROLLING - 1))
    return Formula(f"={text}", [[shown]], array=False)


def _too_few(draft: Draft, sheet: Sheet, row: int, rows: dict[str, int]) -> None:
    """Grey where less than ten leads or customers are behind a figure."""
    last = FIRST + len(draft.content.channels) + 20
    for name, behind in (("cpl", "leads"), ("conversion_rate", "leads"), ("mql_rate", "leads"),
                         ("cac", "new_customers"), ("customer_conversion_rate", "new_customers")):  # fmt: skip
        test = f"={address(rows[behind], 2).replace('$C', 'C')}<{FEW}"
        sheet.colored.append(((rows[name], 2, rows[name], last), test, "faint"))
    hint = "Grey: fewer than 10 leads or customers are behind it, too few to tell."
    sheet.put(row, FIRST + 3, draft.word(hint), "note")


def _charts(draft: Draft, sheet: Sheet, row: int, places: dict[str, int], months: dict[str, int]) -> None:
    """What changed along the funnel; new customers with what one costs; revenue with the return on it."""
    first_row, last_row = places[FUNNEL[0]], places[FUNNEL[-1]]
    title = draft.word("Change since the period before")
    change = Series(title, (first_row, 0, last_row, 0), (first_row, FIRST + 2, last_row, FIRST + 2))
    sheet.charts.append(Chart("bar", title, [change], row, 0, 545, CHART_HEIGHT, "relative"))
    for i, (volume, rate) in enumerate((("new_customers", "cac"), ("sales_revenue", "roi"))):
        place = (row, FIRST + 6 * i, 560)
        sheet.charts.append(over_months(draft, draft.entry(volume), draft.entry(rate), months, place))
