"""Writes a planned workbook with XlsxWriter, which counts rows and columns from 0: here 1 is subtracted.

Every cell that a formula fills gets its value; errors are written as errors.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xl_lifecycle import __version__
from xl_lifecycle.core.analysis.projection import NEAR
from xl_lifecycle.core.cells.addresses import Area, absolute_area, address, quoted
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.values import Scalar
from xl_lifecycle.core.language.text import Label, translate
from xl_lifecycle.core.language.vocabulary import Language
from xl_lifecycle.template.cell_styles import name_styles
from xl_lifecycle.template.charts import draw
from xl_lifecycle.template.display import styles_of
from xl_lifecycle.template.lighter import lighter
from xl_lifecycle.template.maker_version import PROPERTY
from xl_lifecycle.template.model import Button, Chart, Formula, PlannedCell, Rule, SheetPlan, TablePlan, WorkbookPlan
from xl_lifecycle.template.parts import read_parts, write_parts
from xl_lifecycle.template.styles import BAD, COLORS, GOOD, MISSING, PALE_TEAL, TABS, TEAL, style

CALC_ID = 191029  # Excel's own; without it, and with a forced recalculation, a first paint may show #NAME?
_LAST = 1_048_576, 16_384  # row and column of a sheet's last cell
_ALLOWED = (
    "format_cells", "format_columns", "format_rows", "insert_hyperlinks", "sort", "autofilter", "pivot_tables",
    "objects", "scenarios",
)  # fmt: skip
CREATED = dt.datetime(2026, 1, 1)  # fixed, so that building twice gives the same bytes


class _ErrorCell(NamedTuple):
    error: str
    format: Format


class _Sheet(Worksheet):  # type: ignore[misc]
    """XlsxWriter's worksheet, but it writes errors of array formulas as errors and empty texts of formulas as texts."""

    def write_error(self, row: int, column: int, error: ExcelError, cell_format: Format) -> None:
        self._check_dimensions(row, column)
        self.table[row][column] = _ErrorCell(str(error), cell_format)

    def _xml_number_element(self, number: float, attributes: list[tuple[str, Any]]) -> None:
        """Write all digits of a number: with XlsxWriter's 16 digits, another number would be read."""
        self._xml_start_tag("c", attributes)
        self._xml_data_element("v", repr(_number(number)))
        self._xml_end_tag("c")

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        value = cell.error if isinstance(cell, _ErrorCell) else getattr(cell, "value", None)
        kind = type(cell).__name__
        array, empty = kind == "ArrayFormula", kind == "Formula" and value == ""
        if not (isinstance(cell, _ErrorCell) or (array and value in _ERRORS) or empty):
            super()._write_cell(row, col, cell)
            return
        attributes = [("r", address((row + 1, col + 1))), ("s", cell.format._get_xf_index())]
        self._xml_start_tag("c", [*attributes, *([("cm", 1)] if array else []), ("t", "str" if empty else "e")])
        if array:
            self._write_cell_array_formula(cell.formula, cell.range)
        elif empty:
            self._xml_data_element("f", cell.formula)
        self._write_cell_value(value)
        self._xml_end_tag("c")


_ERRORS = {error.value for error in ExcelError}


def write(book: WorkbookPlan, path: Path) -> None:
    """Write a planned workbook to a file."""
    in_memory = True  # otherwise it writes temporary files with the line ends of Windows
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": in_memory}
    workbook = xlsxwriter.Workbook(str(path), options)
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
    parts = lighter(read_parts(path))
    parts["xl/styles.xml"] = name_styles(parts["xl/styles.xml"], writer.looks(), book.language)
    write_parts(parts, path)


class _Writer:
    def __init__(self, workbook: xlsxwriter.Workbook, currency: str, language: Language) -> None:
        self.workbook = workbook
        self.currency = currency
        self.month = translate(Label("mmm", "formats"), language)
        self.language = language
        self._formats: dict[str, Format] = {}

    def format(self, name: str) -> Format:
        if name not in self._formats:
            self._formats[name] = self.workbook.add_format(style(name, self.currency, self.language))
        return self._formats[name]

    def looks(self) -> dict[int, str]:
        """The name of each format by its number in the written file."""
        return {look._get_xf_index(): name for name, look in reversed(self._formats.items())}

    def sheet(self, sheet: SheetPlan) -> None:
        worksheet: _Sheet = self.workbook.add_worksheet(sheet.name, _Sheet)
        worksheet.hide_gridlines(2)
        worksheet.set_landscape()
        worksheet.set_paper(9)
        worksheet.fit_to_pages(1, 0)
        worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        worksheet.set_footer("&L&8&A&R&8&P / &N")
        worksheet.repeat_rows(0, _repeated(sheet) - 1)
        if sheet.printed is not None:
            rows = [table.last_row for table in sheet.tables if table.column <= sheet.printed]
            last = max(rows + [row for row, _ in sheet.values()])
            worksheet.print_area(*_from_0((1, 1, last, sheet.printed)))
        worksheet.set_default_row(18)
        worksheet.set_tab_color(TABS[sheet.color])
        worksheet.set_row(0, 32)
        for row, height in sheet.heights.items():
            worksheet.set_row(row - 1, height)
        for column, width in sheet.widths.items():
            worksheet.set_column(column - 1, column - 1, width)
        if any(sheet.frozen):
            worksheet.freeze_panes(*sheet.frozen)
        for table in sheet.tables:
            self.table(worksheet, table)
        for cell in sheet.cells:
            self.cell(worksheet, cell)
        for choice in sheet.choices:
            source = choice.source if choice.source.startswith("=") else choice.source.split(",")
            cells = (choice.row, choice.column, choice.row + choice.rows - 1, choice.column)
            worksheet.data_validation(
                *_from_0(cells),
                {
                    "validate": "list",
                    "source": source,
                    "show_error": False,
                    "input_message": choice.hint[:255],
                },
            )
        for rule in sheet.rules:
            self.rule(worksheet, rule)
        for button in sheet.buttons:
            self.button(worksheet, button)
        for line in sheet.sparklines:
            values = quoted(sheet.name) + "!" + absolute_area(line.values)
            look = {"type": "column", "min": 0, "series_color": PALE_TEAL, "last_point": True, "last_color": TEAL}
            worksheet.add_sparkline(line.row - 1, line.column - 1, {"range": values} | look)
        self.marks(worksheet, sheet)
        for chart in sheet.charts:
            self.chart(worksheet, sheet, chart)
        if sheet.protected:
            self.protect(worksheet)

    def protect(self, worksheet: _Sheet) -> None:
        """Protect without a password. People can still format cells, and write beside and below the planned cells."""
        worksheet.protect("", dict.fromkeys(_ALLOWED, True))
        below, beside = (worksheet.dim_rowmax or 0) + 2, (worksheet.dim_colmax or 0) + 2
        worksheet.unprotect_range(absolute_area((1, beside, *_LAST)), "Beside")
        worksheet.unprotect_range(absolute_area((below, 1, *_LAST)), "Below")

    def rule(self, worksheet: _Sheet, rule: Rule) -> None:
        """Ask before a value that breaks a rule is accepted. It is never refused: people know more than a rule."""
        kinds: dict[str, dict[str, Any]] = {
            "list": {"validate": "list", "source": rule.source},
            "month": {"validate": "date", "criteria": ">=", "value": dt.date(1990, 1, 1)},
            "number": {"validate": "decimal", "criteria": ">=", "value": 0},
            "any number": {"validate": "decimal", "criteria": "between", "minimum": -(10**15), "maximum": 10**15},
            "formula": {"validate": "custom", "value": "=FALSE", "ignore_blank": False},
        }
        areas = " ".join(absolute_area(each) for each in rule.areas)
        options = kinds[rule.kind] | {"error_type": "warning", "error_message": rule.message, "multi_range": areas}
        worksheet.data_validation(*_from_0(rule.areas[0]), options)

    def button(self, worksheet: _Sheet, button: Button) -> None:
        row, column = button.row - 1, button.column - 1
        place = {"width": 96, "height": 26, "x_offset": 4, "y_offset": 8}
        if button.macro:
            control = place | {"macro": button.macro, "caption": button.caption, "description": button.hint}
            worksheet.insert_button(row, column, control)
            return
        shape = place | {
            "url": button.link,
            "tip": button.hint,
            "description": button.hint,
            "object_position": 2,
            "fill": {"color": TEAL},
            "line": {"none": True},
            "align": {"vertical": "middle", "horizontal": "center"},
            "font": {"bold": True, "color": "white"},
        }
        worksheet.insert_textbox(row, column, button.caption, shape)

    def marks(self, worksheet: _Sheet, sheet: SheetPlan) -> None:
        """Show errors in grey, so that recorded figures stand out; show attainment in green and red."""
        rows, columns = worksheet.dim_rowmax or 0, worksheet.dim_colmax or 0
        hidden, grey = (
            {"type": "errors", "format": self.workbook.add_format({"font_color": color})}
            for color in ("#FFFFFF", MISSING)
        )
        for area in sheet.marks:
            worksheet.conditional_format(*_from_0(area), hidden)  # without a target there is no attainment
            for criteria, value, color in ((">=", 1, GOOD), ("<", NEAR, BAD)):
                look = self.workbook.add_format({"font_color": color})
                mark = {"type": "cell", "criteria": criteria, "value": value, "format": look}
                worksheet.conditional_format(*_from_0(area), mark)
        for area, test, name in sheet.formats:
            look = self.workbook.add_format({"num_format": style(name, self.currency, self.language)["num_format"]})
            worksheet.conditional_format(*_from_0(area), {"type": "formula", "criteria": test, "format": look})
        for area, text, color in sheet.colored:
            look = self.workbook.add_format({"font_color": COLORS[color]})
            rule = {"type": "cell", "criteria": "==", "value": f'"{text}"', "format": look}
            if text.startswith("="):
                rule = {"type": "formula", "criteria": text, "format": look}
            worksheet.conditional_format(*_from_0(area), rule)
        worksheet.conditional_format(0, 0, rows, columns, grey)

    def cell(self, worksheet: _Sheet, cell: PlannedCell) -> None:
        content, row, column = cell.content, cell.row, cell.column
        style = styles_of(cell.style, content)[0][0]
        if isinstance(content, Formula):
            self.formula(worksheet, cell, content)
        elif cell.link:
            worksheet.write_url(row - 1, column - 1, cell.link, self.format(style), str(content))
        else:
            self.value(worksheet, row, column, content, style)

    def formula(self, worksheet: _Sheet, cell: PlannedCell, formula: Formula) -> None:
        area = _from_0(cell.area)
        styles = styles_of(cell.style, formula)
        first = self.format(styles[0][0])
        if not formula.array:
            value = _cached(formula.values[0][0])
            worksheet.write_formula(*area[:2], formula.text, first, value)
            return
        first_value = _cached(formula.values[0][0])
        worksheet.write_dynamic_array_formula(*area, formula.text, first, first_value)
        for i, values in enumerate(formula.values):
            for j, value in enumerate(values):
                if i or j:
                    self.value(worksheet, cell.row + i, cell.column + j, "" if value is None else value, styles[i][j])

    def value(self, worksheet: _Sheet, row: int, column: int, value: Scalar, name: str) -> None:
        look = self.format(name)
        row, column = row - 1, column - 1
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

    def table(self, worksheet: _Sheet, table: TablePlan) -> None:
        columns = [{"header": header, "header_format": self.format("header_table")} for header in table.headers]
        options: Mapping[str, Any] = {"name": table.name, "columns": columns, "style": "Table Style Light 1"}
        worksheet.add_table(*_from_0((table.row, table.column, table.last_row, table.last_column)), options)
        for i, cells in enumerate(table.rows):
            for j, value in enumerate(cells):
                self.value(worksheet, table.row + 1 + i, table.column + j, value, table.style(i, j))

    def chart(self, worksheet: _Sheet, sheet: SheetPlan, chart: Chart) -> None:
        drawing = draw(self.workbook, sheet, chart, self.currency, self.month)
        position = {"object_position": 2, "x_offset": 8, "y_offset": 4, "description": chart.description}
        worksheet.insert_chart(chart.row - 1, chart.column - 1, drawing, position)


def _repeated(sheet: SheetPlan) -> int:
    """The last row that is printed on every page: the header of a table near the top, or else the title."""
    return next((table.row for table in sheet.tables if table.row <= 6), 1)


def _from_0(area: Area) -> Area:
    """An area that counts from 0, as in XlsxWriter."""
    return area[0] - 1, area[1] - 1, area[2] - 1, area[3] - 1


def _cached(value: Scalar) -> Any:
    if isinstance(value, float):
        return _number(value)
    return str(value) if isinstance(value, ExcelError) else "" if value is None else value


def _number(value: float) -> float:
    """A whole number as int, so that 2026 and 2026.0 make the same file."""
    return int(value) if value == int(value) and abs(value) < 2**53 else value
