"""Overview: the company's main figures against target, month by month, and each channel beside the others."""

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
    pick_place,
    value_style,
)
from xl_lifecycle.template.layout import Chart, Series, Sheet
from xl_lifecycle.template.sheets.channel import worksheet

MONTHLY = (
    "spend", "visitors", "leads", "mqls", "sqls", "opportunities", "new_customers", "sales_revenue",
    "conversion_rate", "mql_rate", "mql_to_sql_rate", "sql_to_opportunity_rate", "win_rate",
    "cpl", "cac", "cac_loaded", "roi", "ltv", "ltv_to_cac", "retention", "nps",
)  # fmt: skip
BY_CHANNEL = (
    "spend", "sessions", "leads", "conversion_rate", "cpl", "mqls", "mql_rate", "new_customers",
    "customer_conversion_rate", "cac", "sales_revenue", "revenue_per_sale", "roi", "ltv", "retention",
)  # fmt: skip


def overview(draft: Draft) -> Sheet:
    """Plan the Overview."""
    word = draft.word
    sheet = Sheet(draft.sheet_names["overview"], color="start")
    sheet.put(0, 0, word("Overview"), "title")
    sheet.put(
        1,
        0,
        word("The five stages of the customer lifecycle in figures, and every channel beside the others."),
        "subtitle",
    )
    columns = max(len(draft.months), len(draft.content.channels))
    sheet.widths |= {0: 36, 1: 34, 2: 15} | dict.fromkeys(range(3, 3 + columns), 12)
    channel, period = pick_place(draft, sheet, 3)
    row = worksheet(draft, sheet, 6, channel, period) + 1
    header = row
    periods = month_header(draft, sheet, row, period)
    entries = _entries(draft, MONTHLY)
    _block(draft, sheet, entries, row + 1, channel, periods)
    rows = {entry.name: row + 1 + i for i, entry in enumerate(entries)}
    row += len(entries) + 2
    sheet.put(row, 0, word("By channel, for the period chosen"), "group")
    across = channel_header(draft, sheet, row + 1)
    compared = _entries(draft, BY_CHANNEL)
    _block(draft, sheet, compared, row + 2, across, period)
    _charts(draft, sheet, header, rows)
    return sheet


def _entries(draft: Draft, names: tuple[str, ...]) -> list[Measure | Metric]:
    return [draft.entry(name) for name in names]


def _block(draft: Draft, sheet: Sheet, entries: list[Measure | Metric], row: int, channel: Ref, period: Ref) -> None:
    """Rows of figures, filled by one formula."""
    for i, entry in enumerate(entries, row):
        sheet.put(i, 0, draft.title(entry), "label")
        sheet.put(i, 1, key_of(entry), "code")
    formula = draft.call("KPI", names_ref(entries, row), channel, period, draft.data)
    sheet.put(row, 2, formula, "by row: " + ", ".join(value_style(entry.unit) for entry in entries))


def _charts(draft: Draft, sheet: Sheet, header: int, rows: dict[str, int]) -> None:
    last = 2 + len(draft.months)
    months = (header, 3, header, last)
    for i, (name, kind) in enumerate((("new_customers", "column"), ("cac", "line"))):
        entry = _entries(draft, (name,))[0]
        at = rows[name]
        series = [Series(draft.title(entry), months, (at, 3, at, last))]
        sheet.charts.append(Chart(kind, draft.title(entry), series, 6, 6 + 4 * i, 350, 275, value_style(entry.unit)))
