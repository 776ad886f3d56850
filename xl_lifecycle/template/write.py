"""A planned workbook as a file, with XlsxWriter. Every cell a formula fills gets its value, errors as errors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xl_lifecycle import __version__
from xl_lifecycle.template.charts import draw
from xl_lifecycle.template.layout import Book, Button, Cell, Chart, Formula, Sheet, Table, address, area, quoted
from xl_lifecycle.template.styles import (
    BAD,
    COLORS,
    GOOD,
    MISSING,
    PALE_TEAL,
    TABS,
    TEAL,
    style,
)
from xl_lifecycle.values import ExcelError, Scalar
from xl_lifecycle.version import PROPERTY

CALC_ID = 191029  # Excel's own; without it, and with a forced recalculation, a first paint may show #NAME?
CREATED = dt.datetime(2026, 1, 1)  # fixed, so that building twice gives the same bytes


class _ErrorCell(NamedTuple):
    error: str
    format: Format


class _Sheet(Worksheet):  # type: ignore[misc]
    """XlsxWriter's worksheet, which writes an array formula's error as text and has no cell for an error alone."""

    def write_error(self, row: int, column: int, error: ExcelError, cell_format: Format) -> None:
        self._check_dimensions(row, column)
        self.table[row][column] = _ErrorCell(str(error), cell_format)

    def _xml_number_element(self, number: float, attributes: list[tuple[str, Any]]) -> None:
        """All digits: XlsxWriter's 16 give another number back than the one computed."""
        self._xml_start_tag("c", attributes)
        self._xml_data_element("v", repr(_number(number)))
        self._xml_end_tag("c")

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        error = cell.error if isinstance(cell, _ErrorCell) else getattr(cell, "value", None)
        array = type(cell).__name__ == "ArrayFormula"
        if not (isinstance(cell, _ErrorCell) or (array and error in _ERRORS)):
            super()._write_cell(row, col, cell)
            return
        attributes = [("r", xlsxwriter.utility.xl_rowcol_to_cell(row, col)), ("s", cell.format._get_xf_index())]
        self._xml_start_tag("c", [*attributes, *([("cm", 1)] if array else []), ("t", "e")])
        if array:
            self._write_cell_array_formula(cell.formula, cell.range)
        self._write_cell_value(error)
        self._xml_end_tag("c")


_ERRORS = {error.value for error in ExcelError}


def write(book: Book, path: Path) -> None:
    """Write a planned workbook to a file."""
    workbook = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    workbook.set_calc_mode("auto", CALC_ID)
    workbook.calc_on_load = False
    workbook.set_properties({"title": "Customer lifecycle metrics", "author": "xl-lifecycle", "created": CREATED})
    workbook.set_custom_property(PROPERTY, __version__)
    writer = _Writer(workbook, book.currency, book.language)
    for sheet in book.sheets:
        writer.sheet(sheet)
    for name, formula in book.names.items():
        workbook.define_name(name, formula)
    workbook.close()


class _Writer:
    def __init__(self, workbook: xlsxwriter.Workbook, currency: str, language: str) -> None:
        self.workbook = workbook
        self.currency = currency
        self.month = "mmm" if language == "en" else "m"
        self.language = language
        self._formats: dict[str, Format] = {}

    def format(self, name: str) -> Format:
        if name not in self._formats:
            self._formats[name] = self.workbook.add_format(style(name, self.currency, self.language))
        return self._formats[name]

    def sheet(self, sheet: Sheet) -> None:
        worksheet: _Sheet = self.workbook.add_worksheet(sheet.name, _Sheet)
        worksheet.hide_gridlines(2)
        worksheet.set_landscape()
        worksheet.set_paper(9)
        worksheet.fit_to_pages(1, 0)
        worksheet.set_default_row(18)
        worksheet.set_tab_color(TABS[sheet.color])
        worksheet.set_row(0, 32)
        for row, height in sheet.heights.items():
            worksheet.set_row(row, height)
        for column, width in sheet.widths.items():
            worksheet.set_column(column, column, width)
        if any(sheet.frozen):
            worksheet.freeze_panes(*sheet.frozen)
        for table in sheet.tables:
            self.table(worksheet, table)
        for cell in sheet.cells:
            self.cell(worksheet, cell)
        for choice in sheet.choices:
            source = choice.source if choice.source.startswith("=") else choice.source.split(",")
            worksheet.data_validation(choice.row, choice.column, choice.row, choice.column, {
                "validate": "list", "source": source, "show_error": False, "input_message": choice.hint[:255],
            })  # fmt: skip
        for button in sheet.buttons:
            self.button(worksheet, button)
        for line in sheet.sparklines:
            values = quoted(sheet.name) + "!" + area(*line.values)
            look = {"type": "column", "min": 0, "series_color": PALE_TEAL, "last_point": True, "last_color": TEAL}
            worksheet.add_sparkline(line.row, line.column, {"range": values} | look)
        self.marks(worksheet, sheet)
        for chart in sheet.charts:
            self.chart(worksheet, sheet, chart)

    def button(self, worksheet: _Sheet, button: Button) -> None:
        place = {"width": 96, "height": 26, "x_offset": 4, "y_offset": 8}
        if button.macro:
            control = place | {"macro": button.macro, "caption": button.caption, "description": button.hint}
            worksheet.insert_button(button.row, button.column, control)
            return
        shape = place | {
            "url": button.link, "tip": button.hint, "description": button.hint, "object_position": 2,
            "fill": {"color": TEAL}, "line": {"none": True},
            "align": {"vertical": "middle", "horizontal": "center"}, "font": {"bold": True, "color": "white"},
        }  # fmt: skip
        worksheet.insert_textbox(button.row, button.column, button.caption, shape)

    def marks(self, worksheet: _Sheet, sheet: Sheet) -> None:
        """Errors in grey, so that what is recorded stands out; attainment in green and red."""
        rows, columns = worksheet.dim_rowmax or 0, worksheet.dim_colmax or 0
        hidden, grey = (
            {"type": "errors", "format": self.workbook.add_format({"font_color": color})}
            for color in ("#FFFFFF", MISSING)
        )
        for marked in sheet.marks:
            worksheet.conditional_format(*marked, hidden)  # no target, nothing attained
            for criteria, value, color in ((">=", 1, GOOD), ("<", 0.8, BAD)):
                look = self.workbook.add_format({"font_color": color})
                mark = {"type": "cell", "criteria": criteria, "value": value, "format": look}
                worksheet.conditional_format(*marked, mark)
        for marked, test, name in sheet.formats:
            look = self.workbook.add_format({"num_format": style(name, self.currency)["num_format"]})
            worksheet.conditional_format(*marked, {"type": "formula", "criteria": test, "format": look})
        for marked, text, color in sheet.colored:
            look = self.workbook.add_format({"font_color": COLORS[color]})
            found = {"type": "cell", "criteria": "==", "value": f'"{text}"', "format": look}
            if text.startswith("="):
                found = {"type": "formula", "criteria": text, "format": look}
            worksheet.conditional_format(*marked, found)
        worksheet.conditional_format(0, 0, rows, columns, grey)

    def cell(self, worksheet: _Sheet, cell: Cell) -> None:
        content, row, column = cell.content, cell.row, cell.column
        if isinstance(content, Formula):
            self.formula(worksheet, cell, content)
        elif cell.link:
            worksheet.write_url(row, column, cell.link, self.format(cell.style), str(content))
        else:
            self.value(worksheet, row, column, content, cell.style)

    def formula(self, worksheet: _Sheet, cell: Cell, formula: Formula) -> None:
        row, column = cell.row, cell.column
        styles = _styles(cell.style, formula)
        first = self.format(styles[0][0])
        if not formula.array:
            value = _cached(formula.values[0][0])
            worksheet.write_formula(row, column, formula.text, first, value)
            return
        last = (row + formula.height - 1, column + formula.width - 1)
        first_value = _cached(formula.values[0][0])
        worksheet.write_dynamic_array_formula(row, column, *last, formula.text, first, first_value)
        for i, values in enumerate(formula.values):
            for j, value in enumerate(values):
                if i or j:
                    self.value(worksheet, row + i, column + j, "" if value is None else value, styles[i][j])

    def value(self, worksheet: _Sheet, row: int, column: int, value: Scalar, name: str) -> None:
        look = self.format(name)
        if value is None:
            worksheet.write_blank(row, column, None, look)
        elif isinstance(value, ExcelError):
            worksheet.write_error(row, column, value, look)
        elif isinstance(value, bool):
            worksheet.write_boolean(row, column, value, look)
        elif isinstance(value, (int, float)):
            worksheet.write_number(row, column, value, look)
        else:
            worksheet.write_string(row, column, value, look)

    def table(self, worksheet: _Sheet, table: Table) -> None:
        columns = [{"header": header, "header_format": self.format("header_table")} for header in table.headers]
        options: Mapping[str, Any] = {"name": table.name, "columns": columns, "style": "Table Style Light 1"}
        worksheet.add_table(table.row, table.column, table.last_row, table.last_column, options)
        for i, cells in enumerate(table.rows, table.row + 1):
            for j, value in enumerate(cells):
                self.value(worksheet, i, table.column + j, value, table.styles[j])

    def chart(self, worksheet: _Sheet, sheet: Sheet, chart: Chart) -> None:
        drawn = draw(self.workbook, sheet, chart, self.currency, self.month)
        position = {"object_position": 2, "x_offset": 8, "y_offset": 4, "description": _described(sheet, chart)}
        worksheet.insert_chart(chart.row, chart.column, drawn, position)


def _styles(style: str, formula: Formula) -> list[list[str]]:
    """The style of each cell that a formula fills: one for all, or by row, and in a row by column.

    >>> _styles("by row: count | note, text", Formula("", [[1, 2], [3, 4]]))
    [['count', 'note'], ['text', 'text']]
    """
    if not style.startswith("by row: "):
        return [[style] * formula.width] * formula.height
    rows = [row.split(" | ") for row in style.removeprefix("by row: ").split(", ")]
    return [row if len(row) > 1 else row * formula.width for row in rows]


def _described(sheet: Sheet, chart: Chart) -> str:
    """What a chart shows, for those who do not see it: its title, or what the cell shows that it stands in."""
    if not chart.title.startswith("="):
        return chart.title
    shown = {f"={quoted(sheet.name)}!{address(*at)}": value for at, value in sheet.values().items()}
    return str(shown[chart.title])


def _cached(value: Scalar) -> Any:
    if isinstance(value, float):
        return _number(value)
    return str(value) if isinstance(value, ExcelError) else "" if value is None else value


def _number(value: float) -> float:
    """A whole number without a fraction, so that 2026 and 2026.0 make the same file."""
    return int(value) if value == int(value) and abs(value) < 2**53 else value
