"""Rows of figures filled by one formula, and charts of their months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xl_lifecycle.core.catalogue.catalogue import Metric
from xl_lifecycle.core.metrics.measures import Measure
from xl_lifecycle.template.model import Chart, ChartSeries, SheetPlan
from xl_lifecycle.template.planner import Draft, Ref, key_of, names_ref, value_style

FIRST = 4  # the column of the first month
CHART_ROWS, CHART_HEIGHT = 12, 275


def block(
    draft: Draft, sheet: SheetPlan, entries: Sequence[Measure | Metric], row: int, channel: Ref, period: Ref
) -> dict[str, int]:
    """A row for each figure: its name, its function, and its values for channel and period. Returns the rows."""
    for i, entry in enumerate(entries, row):
        sheet.put(i, 1, draft.title(entry), "label")
        sheet.put(i, 2, key_of(entry), "code")
    formula = draft.call("KPI", names_ref(entries, row), channel, period, draft.data)
    sheet.put(row, 3, formula, [value_style(entry.unit) for entry in entries])
    return {entry.name: row + i for i, entry in enumerate(entries)}


def over_months(
    draft: Draft,
    volume: Measure | Metric,
    rate: Measure | Metric,
    rows: Mapping[str, int],
    place: tuple[int, int, int],
) -> Chart:
    """A volume as columns with a rate as a line over them. rows: of the figures; "" is the row of the months.

    place: row, column and width in pixels.
    """
    row, column, width = place
    last = FIRST + len(draft.months) - 1
    at = (rows[""], FIRST, rows[""], last)
    names = [draft.title(entry) for entry in (volume, rate)]
    columns = ChartSeries(names[0], at, (rows[volume.name], FIRST, rows[volume.name], last))
    line = ChartSeries(names[1], at, (rows[rate.name], FIRST, rows[rate.name], last), line=value_style(rate.unit))
    title = " · ".join(name.rstrip(" ▲▼") for name in names)
    return Chart("column", title, [columns, line], row, column, width, CHART_HEIGHT, value_style(volume.unit))
