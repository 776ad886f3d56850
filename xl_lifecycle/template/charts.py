"""Makes XlsxWriter charts from planned charts: columns, bars or a line, and lines on a second axis."""

from __future__ import annotations

from typing import Any

from xl_lifecycle.template.model import Chart, ChartSeries, SheetPlan
from xl_lifecycle.template.styles import AMBER, GREY, LINE, NAVY, PALE_TEAL, TEAL, axis_format

COLORS = (TEAL, PALE_TEAL, NAVY)
FONT = {"size": 9, "color": GREY}


def draw(workbook: Any, sheet: SheetPlan, chart: Chart, currency: str, month: str) -> Any:
    """The chart to be inserted. month: the number format of months on the axis."""
    drawing = workbook.add_chart({"type": chart.kind})
    main = [series for series in chart.series if not series.line]
    for i, series in enumerate(main):
        drawing.add_series(_series(sheet, series, chart.kind, COLORS[i]))
    over = [series for series in chart.series if series.line]
    if over:
        lines = workbook.add_chart({"type": "line"})
        for series in over:
            lines.add_series(_series(sheet, series, "line", AMBER) | {"y2_axis": True})
        lines.set_y2_axis({"num_font": FONT, **_number(over[0].line, currency), "min": 0, "line": {"none": True}})
        drawing.combine(lines)
    drawing.set_title({"name": chart.title, "name_font": {"size": 11, "bold": True}, "overlay": False})
    drawing.set_legend({"position": "bottom", "font": FONT} if len(chart.series) > 1 else {"none": True})
    categories: dict[str, Any] = {"num_font": FONT, "line": {"color": LINE}, "text_axis": True}
    values: dict[str, Any] = {
        "num_font": FONT,
        **_number(chart.style, currency),
        "line": {"none": True},
        "major_gridlines": {"visible": True, "line": {"color": LINE, "width": 0.5}},
    }
    if chart.kind == "bar":  # the first bar on top; labels beside the plot, also for bars to the left
        drawing.set_y_axis(categories | {"reverse": True, "label_position": "low"})
        drawing.set_x_axis(values)
    else:
        drawing.set_x_axis(categories | {"num_format": month})
        drawing.set_y_axis(values | {"min": 0})
    drawing.show_blanks_as("span")  # XlsxWriter leaves "gap" out of the file, and LibreOffice then draws 0
    drawing.set_size({"width": chart.width, "height": chart.height})
    return drawing


def _number(style: str, currency: str) -> dict[str, Any]:
    """The number format of an axis, from a style."""
    return {"num_format": axis_format(style.removeprefix("value "), currency)}


def _series(sheet: SheetPlan, series: ChartSeries, kind: str, color: str) -> dict[str, Any]:
    solid = {"color": color}
    look: dict[str, Any] = {"fill": solid, "gap": 60}
    if kind == "line":
        marker = {"type": "circle", "size": 5, "fill": solid, "border": solid}
        look = {"line": {"color": color, "width": 2.25}, "marker": marker}
    areas = {"categories": series.categories, "values": series.values}
    # XlsxWriter counts from 0.
    places = {key: [sheet.name, *(number - 1 for number in area)] for key, area in areas.items()}
    return {"name": series.name, **places, **look}
