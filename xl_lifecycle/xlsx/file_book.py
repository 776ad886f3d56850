"""A workbook's file with the interface of xlwings, so that files and open workbooks share one Refresh.

It has what `refresh/open_workbook.py` uses of xlwings. Only what is written changes, and nothing is on disk
before `save`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from xl_lifecycle.core.cells.addresses import Area, area_address, area_of, overlap, places
from xl_lifecycle.core.cells.errors import BookError, ExcelError
from xl_lifecycle.core.cells.values import Scalar
from xl_lifecycle.template.parts import Element
from xl_lifecycle.xlsx.copy_sheet import copy_sheet
from xl_lifecycle.xlsx.package import Package
from xl_lifecycle.xlsx.shared_parts import Shared
from xl_lifecycle.xlsx.sheet import SheetPart

_ERRORS = {error.value: error for error in ExcelError}


class FileBook:
    """An open workbook; `fullname` is its path."""

    def __init__(self, path: Path, data: bytes | None = None) -> None:
        """Read a file, or its bytes."""
        self.package = Package(path, data)
        self.shared = Shared(self.package)
        self.fullname = str(path.resolve())
        settings = self.package.tree(self.package.workbook).find("{*}workbookPr")
        if settings is not None and settings.get("date1904") in ("1", "true"):
            raise BookError(f"{path} counts dates from 1904; turn that off in Excel's options, and save it")
        self._sheets = [FileSheet(self, SheetPart(self.shared, *each)) for each in self.package.sheets()]
        self.origins: dict[str, str] = {}  # the name of a copied sheet -> that of its original

    @property
    def sheets(self) -> list[FileSheet]:
        return [*self._sheets]

    def names(self) -> dict[str, str]:
        """The formulas of the defined names, by name in lower case; those of several sheets are joined."""
        formulas: dict[str, str] = {}
        for each in self.package.tree(self.package.workbook).iterfind("{*}definedNames/{*}definedName"):
            name = str(each.get("name")).lower()
            formulas[name] = f"{formulas[name]},{each.text}" if name in formulas else each.text or ""
        return formulas

    def add_copy(self, of: FileSheet, name: str) -> FileSheet:
        """Copy a sheet, and place it after the original."""
        part = copy_sheet(self.shared, of.name, of.part.part, name)
        new_sheet = FileSheet(self, SheetPart(self.shared, name, part))
        self._sheets.insert(self._sheets.index(of) + 1, new_sheet)
        self.origins[name] = of.name
        return new_sheet

    def finish(self) -> None:
        """Make the parts agree with what was written."""
        for sheet in self._sheets:
            sheet.part.finish()


class FileSheet:
    def __init__(self, book: FileBook, part: SheetPart) -> None:
        self.book, self.part, self.name = book, part, part.name
        self.tables = [
            FileTable(self, each.target)
            for each in book.package.relations(part.part)
            if each.kind == "table" and each.target in book.package
        ]

    def occupied_areas(self) -> Iterator[tuple[Area, str]]:
        """Areas into which no table can grow, although their cells may look empty; and what they are."""
        for area in self.part.merged():
            yield area, "merged"
        for table in self.tables:
            yield table.range.area, f"table {table.name}"
        for cell in self.part.formulas():
            yield cell.area, "filled by a formula"
        package = self.book.package
        for each in package.relations(self.part.part):
            if each.kind == "pivotTable" and each.target in package:
                yield area_of(package.tree(each.target).find("{*}location").get("ref")), "a pivot table"

    @property
    def used_range(self) -> FileRange:
        return FileRange(self, self.part.used())

    def range(self, first: Any, last: Any = None) -> FileRange:
        """Cells by address, or by row and column."""
        if isinstance(first, str):
            return FileRange(self, area_of(first))
        return FileRange(self, (*first, *(last or first)))

    def copy(self, after: FileSheet, name: str) -> FileSheet:
        return self.book.add_copy(self, name)


class FileTable:
    """An Excel table."""

    def __init__(self, sheet: FileSheet, part: str) -> None:
        self.sheet, self.part = sheet, part

    @property
    def _root(self) -> Element:
        return self.sheet.book.package.tree(self.part)

    @property
    def name(self) -> str:
        return str(self._root.get("displayName") or self._root.get("name"))

    @property
    def range(self) -> FileRange:
        return FileRange(self.sheet, area_of(self._root.get("ref")))

    @property
    def columns(self) -> list[str]:
        """The names of the columns, as in formulas."""
        return [str(each.get("name")) for each in self._root.iterfind("{*}tableColumns/{*}tableColumn")]

    @property
    def show_totals(self) -> bool:
        return int(self._root.get("totalsRowCount", "0")) > 0

    def resize(self, target: FileRange) -> None:
        """Add rows at the bottom, as Excel does: with the formulas of calculated columns."""
        sheet, old, new = self.sheet.part, area_of(self._root.get("ref")), target.area
        new_area = (old[2] + 1, *new[1:])
        for area, what in self.sheet.occupied_areas():
            if area != old and overlap(area, new_area):
                raise BookError(
                    f"{self.sheet.name}!{area_address(area)} is {what}, and table {self.name} needs "
                    f"{new[2] - old[2]} more rows there; move it, and refresh again"
                )
        root = self.sheet.book.package.touch(self.part)
        for each in (root, *root.iter("{*}autoFilter"), *root.iter("{*}sortState"), *root.iter("{*}sortCondition")):
            if each.get("ref"):
                top, left, bottom, right = area_of(each.get("ref"))
                each.set("ref", area_address((top, left, new[2] if bottom == old[2] else bottom, right)))
        sheet.grow((old[1], old[3]), old[2], new[2])
        for row in range(old[2] + 1, new[2] + 1):
            sheet.copy_row_look(old[2], row)
        self._fill_down(old, new)

    def _fill_down(self, old: Area, new: Area) -> None:
        formulas = {each.at[1]: each for each in self.sheet.part.formulas() if each.at[0] == old[2]}
        for i, column in enumerate(self._root.iterfind("{*}tableColumns/{*}tableColumn")):
            last = formulas.get(old[1] + i)
            if last is None or last.array or column.find("{*}calculatedColumnFormula") is None:
                continue
            for row in range(old[2] + 1, new[2] + 1):
                self.sheet.part.fill_down(last, (row, last.at[1]))


class FileRange:
    """Cells of a sheet. Written like xlwings' `raw_value`: a text begins with an apostrophe, "" is empty."""

    def __init__(self, sheet: FileSheet, area: Area) -> None:
        self.sheet, self.area = sheet, area

    @property
    def row(self) -> int:
        return self.area[0]

    @property
    def column(self) -> int:
        return self.area[1]

    @property
    def address(self) -> str:
        return area_address(self.area)

    def options(self, **_: object) -> FileRange:
        """Values are always rows of cells, and errors their text."""
        return self

    @property
    def value(self) -> list[list[object]]:
        return [[_to_python(value) for value in row] for row in self.sheet.part.values(self.area)]

    @property
    def raw_value(self) -> list[list[object]]:
        return self.value

    @raw_value.setter
    def raw_value(self, rows: Sequence[Sequence[Any]]) -> None:
        for row, values in zip(places(self.area), rows, strict=True):
            for at, value in zip(row, values, strict=True):
                self.sheet.part.put(at, _to_cell(value))

    def autofill(self, target: FileRange, _: str) -> None:
        """Give other cells the formats of these, down from a row or across from a column."""
        top, left, bottom, right = self.area
        for row in places(target.area):
            for at in row:
                if not (top <= at[0] <= bottom and left <= at[1] <= right):
                    source = (min(at[0], bottom), min(at[1], right))
                    if (style := self.sheet.part.style(source)) or self.sheet.part.cell(at) is not None:
                        self.sheet.part.set_style(at, style)

    @property
    def number_format(self) -> None:
        return None

    @number_format.setter
    def number_format(self, _: str) -> None:
        """Format months like the nearest cell above that has a date format; the format asked for is ignored."""
        part, shared = self.sheet.part, self.sheet.book.shared
        top, column = self.area[:2]
        styles = (part.style((row, column)) for row in range(top, 0, -1))
        dated = next((style for style in styles if shared.is_date(style)), None)
        for (at,) in places(self.area) if dated else ():
            part.set_style(at, dated)


def _to_python(value: object) -> object:
    if isinstance(value, ExcelError):
        return value.value
    return dt.datetime(value.year, value.month, value.day) if type(value) is dt.date else value


def _to_cell(value: Any) -> Scalar:
    """The value of a cell after somebody types this: 'text, or the name of an error."""
    if isinstance(value, str):
        return value[1:] if value.startswith("'") else _ERRORS.get(value, value or None)
    return value  # type: ignore[no-any-return]
