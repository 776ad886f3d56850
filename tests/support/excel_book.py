"""A workbook that is open in an Excel: what xlwings is told of it, and what xlwings' actions do to it."""

from __future__ import annotations

import copy
import datetime as dt
import re
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl

from xl_lifecycle.content.content import DATASET_TABLES
from xl_lifecycle.core.catalogue.catalogue import Catalogue
from xl_lifecycle.core.cells.addresses import area_address, area_of, at_of
from xl_lifecycle.core.dataset.read_tables import read_tables
from xl_lifecycle.core.dataset.tables import Tables

EPOCH = dt.datetime(1899, 12, 30)
Grid = list[list[Any]]


class ExcelBook:
    """Cells, tables and names of a workbook file, changed by actions as Excel would be."""

    def __init__(self, path: Path) -> None:
        names, values, formulas, tables = copy.deepcopy(_loaded(path.read_bytes()))
        self.names: list[str] = names
        self.values: dict[str, Grid] = values
        self.formulas: dict[str, dict[str, str]] = formulas
        self.tables: dict[str, dict[str, str]] = tables
        self.alerts: list[str] = []
        self.formatted: list[str] = []
        self.totals: set[str] = set()

    def formulas_or_values(self) -> dict[str, dict[str, Any]]:
        """What Excel gives for formulas: of a cell that has none its value."""
        return {
            sheet: {f"{i},{j}": cell for i, row in enumerate(rows) for j, cell in enumerate(row)} | self.formulas[sheet]
            for sheet, rows in self.values.items()
        }

    def paste(self, sheet: str, rows: Grid) -> None:
        """Paste cells on a new sheet, from A1, or over what is on it."""
        if sheet not in self.names:
            self.names.append(sheet)
        width = max(len(row) for row in rows)
        self.values[sheet] = [[_told(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
        self.formulas[sheet], self.tables[sheet] = {}, {}

    def type(self, sheet: str, address: str, value: Any) -> None:
        row, column = at_of(address)
        self._put(sheet, row - 1, column - 1, value)

    def put(self, table: str, row: int, column: int, value: Any, grow: bool = False) -> None:
        """Type into a table, by row and column from its header; below its last row it grows."""
        sheet, (top, left, bottom, right) = self._place(table)
        assert grow or top + row <= bottom
        cells = self.values[sheet]
        cells.extend([""] * len(cells[0]) for _ in range(top + row + 1 - len(cells)))
        cells[top + row][left + column] = _told(value)
        self._set_place(table, top, left, max(bottom, top + row), right)

    def insert_column(self, table: str, at: int, header: str, cells: dict[int, Any]) -> None:
        """Insert a column into a table, which moves what is beside it."""
        sheet, (top, left, bottom, right) = self._place(table)
        for i, row in enumerate(self.values[sheet]):
            inside = top <= i <= bottom
            row.insert(left + at, (header if i == top else cells.get(i - top, "")) if inside else "")
        self._set_place(table, top, left, bottom, right + 1)
        for name in self.tables[sheet]:
            other = self._place(name)[1]
            if name != table and other[1] >= left + at:
                self._set_place(name, other[0], other[1] + 1, other[2], other[3] + 1)

    def rename_column(self, table: str, old: str, new: str) -> None:
        sheet, (top, left, _, right) = self._place(table)
        at = self.values[sheet][top].index(old, left, right + 1)
        self.values[sheet][top][at] = new

    def add_totals(self, table: str, cells: dict[int, Any]) -> None:
        """Show a row of totals below a table."""
        _, (top, _, bottom, _) = self._place(table)
        for column, value in cells.items():
            self.put(table, bottom + 1 - top, column, value, grow=True)
        self.totals.add(table)

    def _place(self, table: str) -> tuple[str, tuple[int, int, int, int]]:
        sheet, ref = next((sheet, tables[table]) for sheet, tables in self.tables.items() if table in tables)
        return sheet, _corners(ref)

    def _set_place(self, table: str, top: int, left: int, bottom: int, right: int) -> None:
        sheet = self._place(table)[0]
        self.tables[sheet][table] = area_address((top + 1, left + 1, bottom + 1, right + 1))

    def cell(self, sheet: str, address: str) -> Any:
        row, column = at_of(address)
        return self.values[sheet][row - 1][column - 1]

    def grid(self, table: str) -> Grid:
        """A table's cells, header first, dates as numbers."""
        sheet, (top, left, bottom, right) = self._place(table)
        bottom -= table in self.totals
        rows = self.values[sheet][top : bottom + 1]
        return [[_read(cell) for cell in row[left : right + 1]] for row in rows]

    def read(self, catalogue: Catalogue) -> Tables:
        """The tables that make the dataset."""
        held = {name for tables in self.tables.values() for name in tables}
        return read_tables({name: self.grid(name) for name in DATASET_TABLES if name in held}, catalogue)

    def json(self) -> dict[str, Any]:
        """What xlwings is sent."""
        return {
            "book": {"name": "lifecycle.xlsx", "active_sheet_index": 0, "selection": "A1"},
            "names": [],
            "sheets": [
                {
                    "name": name, "values": self.values[name], "pictures": [], "shapes": [], "charts": [], "notes": [],
                    "visibility": "Visible", "print_area": None, "show_gridlines": True, "pivot_tables": [],
                    "tables": [_table(*table, table[0] in self.totals) for table in self.tables[name].items()],
                }
                for name in self.names
            ],
        }  # fmt: skip

    def apply(self, actions: list[dict[str, Any]]) -> None:
        """Do what xlwings asks."""
        for action in actions:
            getattr(self, f"_{action['func']}")(action, *action["args"])

    def _setValues(self, action: dict[str, Any], *args: Any) -> None:
        sheet = self.names[action["sheet_position"]]
        for i, row in enumerate(action["values"]):
            for j, value in enumerate(row):
                self._put(sheet, action["start_row"] + i, action["start_column"] + j, value)

    def _put(self, sheet: str, row: int, column: int, value: Any) -> None:
        cells = self.values[sheet]
        while len(cells) <= row:
            cells.append([""] * len(cells[0]))
        for each in cells:
            each.extend([""] * (column + 1 - len(each)))
        assert not (isinstance(value, str) and re.match(r"[=+@-]", value)), f"{value} would be a formula"
        cells[row][column] = value.removeprefix("'") if isinstance(value, str) else value
        self.formulas[sheet].pop(f"{row},{column}", None)

    def _resizeTable(self, action: dict[str, Any], index: int, address: str) -> None:
        tables = self.tables[self.names[action["sheet_position"]]]
        tables[list(tables)[index]] = address.replace("$", "")

    def _setNumberFormat(self, action: dict[str, Any], form: str) -> None:
        assert form == "yyyy-mm"

    def _rangeAutofill(self, action: dict[str, Any], address: str, kind: str) -> None:
        assert kind == "FillFormats"
        self.formatted.append(f"{self.names[action['sheet_position']]}!{address.replace('$', '')}")

    def _copySheet(self, action: dict[str, Any], position: str, at: int, name: str) -> None:
        original = self.names[action["sheet_position"]]
        self.names.insert(at + (position == "After"), name)
        for kept in (self.values, self.formulas, self.tables):
            kept[name] = copy.deepcopy(kept[original])

    def _setSheetName(self, action: dict[str, Any], name: str) -> None:
        old = self.names[action["sheet_position"]]
        self.names[action["sheet_position"]] = name
        for kept in (self.values, self.formulas, self.tables):
            kept[name] = kept.pop(old)

    def _setFormula(self, action: dict[str, Any], *args: Any) -> None:
        sheet, place = self.names[action["sheet_position"]], f"{action['start_row']},{action['start_column']}"
        self.formulas[sheet][place] = action["values"][0][0]

    def _alert(self, action: dict[str, Any], text: str, *args: Any) -> None:
        self.alerts.append(text)


@lru_cache(maxsize=8)
def _loaded(data: bytes) -> tuple[Any, ...]:
    values, formulas = openpyxl.load_workbook(BytesIO(data), data_only=True), openpyxl.load_workbook(BytesIO(data))
    cells = {
        sheet.title: [[_told(cell) for cell in row] for row in sheet.iter_rows(values_only=True)] for sheet in values
    }
    texts: dict[str, dict[str, str]] = {}
    for sheet in formulas:
        found = (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f")
        pairs = ((cell, getattr(cell.value, "text", cell.value)) for cell in found)
        texts[sheet.title] = {f"{cell.row - 1},{cell.column - 1}": str(text) for cell, text in pairs}
    tables = {sheet.title: {table.name: table.ref for table in sheet.tables.values()} for sheet in formulas}
    return values.sheetnames, cells, texts, tables


def _table(name: str, ref: str, totals: bool) -> dict[str, Any]:
    return {
        "name": name, "range_address": ref, "header_row_range_address": None, "data_body_range_address": None,
        "total_row_range_address": None, "show_headers": True, "show_totals": totals, "table_style": "",
        "show_autofilter": True,
    }  # fmt: skip


def _corners(ref: str) -> tuple[int, int, int, int]:
    top, left, bottom, right = area_of(ref)
    return top - 1, left - 1, bottom - 1, right - 1


def _told(cell: Any) -> Any:
    """A cell as Office.js' client sends it."""
    if isinstance(cell, dt.datetime):
        return cell.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return "" if cell is None else cell


def _read(cell: Any) -> Any:
    if isinstance(cell, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT.*Z", cell):
        return (dt.datetime.fromisoformat(cell[:10]) - EPOCH).days
    return None if cell == "" else cell
