"""Reads and writes the cells of a sheet's part; everything else in the part stays as it is."""

from __future__ import annotations

import datetime as dt
import math
import re
from bisect import bisect_left, insort
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from lxml import etree
from openpyxl.formula.translate import Translator
from openpyxl.utils.datetime import from_excel
from openpyxl.utils.escape import escape, unescape

from xl_lifecycle.core.cells.addresses import CELL, Area, At, address, area_address, area_of, at_of, column_of
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.values import Scalar
from xl_lifecycle.template.parts import Element
from xl_lifecycle.xlsx.shared_parts import Shared, element_text

_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_ERRORS = {error.value: error for error in ExcelError}


@dataclass(frozen=True)
class FormulaCell:
    """A cell with a formula: its text, "" if only another cell has it, and the area that it fills.

    array: it fills its area; dynamic: the area follows the result; what_if: a data table, which has no formula.
    """

    at: At
    text: str
    area: Area
    array: bool = False
    dynamic: bool = False
    what_if: bool = False


class SheetPart:
    """A worksheet: its cells by row and column."""

    def __init__(self, shared: Shared, name: str, part: str) -> None:
        self.shared, self.package, self.name, self.part = shared, shared.package, name, part
        self.root = self.package.tree(part)
        self._ns = f"{{{etree.QName(self.root).namespace}}}"
        self._v = f"{self._ns}v"
        self._data = self.root.find(f"{self._ns}sheetData")
        self.changed: set[At] = set()  # where values were put
        self.formula_sources: dict[At, At] = {}  # where formulas were put, and from where
        self._rows: dict[int, Element] = {}
        self._cells: dict[int, dict[int, Element]] = {}
        number = 0
        for row in self._data:
            number = int(row.get("r", number + 1))
            self._rows[number] = row
        self._order = sorted(self._rows)

    def _row_cells(self, row: int) -> dict[int, Element]:
        if row not in self._cells:
            self._cells[row] = self._cells_by_column(row)
        return self._cells[row]

    def _cells_by_column(self, row: int) -> dict[int, Element]:
        """A row's cells by column."""
        if row in self._cells:
            return self._cells[row]
        cells: dict[int, Element] = {}
        column = 0
        for cell in self._rows.get(row, ()):
            place = cell.get("r")
            column = column_of(place.rstrip("0123456789")) if place else column + 1
            cells[column] = cell
        return cells

    def cell(self, at: At) -> Element | None:
        return self._row_cells(at[0]).get(at[1]) if at[0] in self._rows else None

    def used(self) -> Area:
        """The area that holds cells."""
        spans = {row: (min(cells), max(cells)) for row in self._order if (cells := self._cells_by_column(row))}
        if not spans:
            return 1, 1, 1, 1
        return (
            min(spans),
            min(left for left, _ in spans.values()),
            max(spans),
            max(right for _, right in spans.values()),
        )

    def value(self, at: At) -> object:
        """The value of a cell: None, number, text, boolean, error, or a date if it is formatted as one."""
        return self._value(self.cell(at))

    def values(self, area: Area) -> Iterator[list[object]]:
        """The values of the cells of an area, row by row, without caching the cells of a large table."""
        top, left, bottom, right = area
        for row in range(top, bottom + 1):
            cells = self._cells_by_column(row)
            yield [self._value(cells.get(column)) for column in range(left, right + 1)]

    def _value(self, cell: Element | None) -> object:
        value = self._stored_value(cell)
        if cell is None or type(value) is not float:
            return value
        if value != value:
            return ExcelError.VALUE
        if value >= 1 and self.shared.is_date(cell.get("s")):
            with suppress(OverflowError, ValueError):  # ##### in Excel
                return from_excel(value)
        return value

    def stored_value(self, at: At) -> Scalar | dt.datetime:
        """The value that the file has for a cell: dates as numbers, and an unknown error as NaN."""
        return self._stored_value(self.cell(at))

    def _stored_value(self, cell: Element | None) -> Scalar | dt.datetime:
        if cell is None or not len(cell):
            return None
        kind, text = cell.get("t", "n"), cell.findtext(self._v)
        if kind == "inlineStr":
            return element_text(cell.find(f"{self._ns}is")) or None
        if not text:
            return "" if kind == "str" and text is not None else None
        if kind == "n":
            return float(text)
        if kind == "s":
            return self.shared.texts[int(text)] or None
        if kind == "b":
            return text in ("1", "true")
        if kind == "e":
            return _ERRORS.get(text, math.nan)
        return dt.datetime.fromisoformat(text) if kind == "d" else str(unescape(text))

    def has_formula(self, at: At) -> bool:
        """Whether a cell is calculated."""
        cell = self.cell(at)
        return cell is not None and cell.find(f"{self._ns}f") is not None

    def is_empty(self, at: At) -> bool:
        """Whether a cell is empty; it may have a format."""
        cell = self.cell(at)
        return cell is None or not len(cell)

    def has_value(self, at: At) -> bool:
        """Whether a cell has a value, as the saved result of a formula."""
        cell = self.cell(at)
        text = None if cell is None else cell.findtext(f"{self._ns}v")
        return bool(text) or (text is not None and cell.get("t") == "str")  # type: ignore[union-attr]

    def style(self, at: At) -> str | None:
        cell = self.cell(at)
        return None if cell is None else cell.get("s")

    # Formulas

    def formulas(self) -> Iterator[FormulaCell]:
        """Every cell with a formula; the text is the one that Excel shows for that cell."""
        shared: dict[str, tuple[str, str]] = {}
        for at, cell, formula in self._formula_elements():
            text, kind = formula.text or "", formula.get("t", "normal")
            if kind == "shared":
                if text:
                    shared[formula.get("si")] = (text, address(at))
                elif formula.get("si") in shared:
                    master, origin = shared[formula.get("si")]
                    text = Translator(f"={master}", origin).translate_formula(address(at))[1:]
            array, what_if = kind == "array", kind == "dataTable"
            area = area_of(formula.get("ref")) if (array or what_if) and formula.get("ref") else (*at, *at)
            yield FormulaCell(at, text, area, array, array and cell.get("cm") is not None, what_if)

    def _formula_elements(self) -> Iterator[tuple[At, Element, Element]]:
        elements = [(formula.getparent(), formula) for formula in self._data.iter(f"{self._ns}f")]
        if all(cell.get("r") for cell, _ in elements):
            yield from ((at_of(cell.get("r")), cell, formula) for cell, formula in elements)
            return
        for row in self._order:
            for column, cell in self._row_cells(row).items():
                formula = cell.find(f"{self._ns}f")
                if formula is not None:
                    yield (row, column), cell, formula

    def _unshare(self, group: str) -> None:
        """Give every cell of a shared formula its own text, so that one of them can change."""
        texts = {each.at: each.text for each in self.formulas()}
        for at, text in texts.items():
            formula = self.ensure(at).find(f"{self._ns}f")
            if formula.get("t") == "shared" and formula.get("si") == group:
                for name in ("t", "si", "ref"):
                    formula.attrib.pop(name, None)
                formula.text = text

    # Writing

    def ensure(self, at: At) -> Element:
        """A cell's element, which is made if it does not exist."""
        self.package.touch(self.part)
        row, column = at
        if row not in self._rows:
            element = etree.Element(f"{self._ns}row", r=str(row))
            after = bisect_left(self._order, row)
            if after < len(self._order):
                self._rows[self._order[after]].addprevious(element)
            else:
                self._data.append(element)
            insort(self._order, row)
            self._rows[row], self._cells[row] = element, {}
        cells = self._row_cells(row)
        if column not in cells:
            element = etree.Element(f"{self._ns}c", r=address(at))
            later = min((other for other in cells if other > column), default=None)
            if later is None:
                self._rows[row].append(element)
            else:
                cells[later].addprevious(element)
            cells[column] = element
            self._rows[row].attrib.pop("spans", None)  # a hint that may no longer be right
        return cells[column]

    def put(self, at: At, value: Scalar) -> None:
        """Put a value into a cell instead of its content; its format stays."""
        cell = self.ensure(at)
        self.changed.add(at)
        formula = cell.find(f"{self._ns}f")
        if formula is not None:
            if formula.get("t") == "shared":
                self._unshare(formula.get("si"))
            self.shared.forget_formula(self.part, address(at))
        for name in ("t", "cm", "vm"):
            cell.attrib.pop(name, None)
        for child in list(cell):
            cell.remove(child)
        if isinstance(value, str):
            cell.set("t", "inlineStr")
            text = etree.SubElement(etree.SubElement(cell, f"{self._ns}is"), f"{self._ns}t")
            text.text = _escape(value)
            if value != value.strip() or "\n" in value:
                text.set(_XML_SPACE, "preserve")
        elif value is not None:
            self._cache(cell, value)

    def fill_down(self, source: FormulaCell, at: At) -> None:
        """Put a formula into an empty cell as Excel would copy it, without a value yet."""
        cell = self.ensure(at)
        translated = Translator(f"={source.text}", address(source.at)).translate_formula(address(at))
        etree.SubElement(cell, f"{self._ns}f").text = translated[1:]
        self.formula_sources[at] = source.at
        self.shared.remember_formula(self.part, address(at))

    def set_style(self, at: At, style: str | None) -> None:
        cell = self.ensure(at)
        if style is None:
            cell.attrib.pop("s", None)
        else:
            cell.set("s", style)

    def put_cache(self, at: At, value: Scalar) -> None:
        """Change the saved value of a formula's cell, or of a cell that it fills. None: no value."""
        cell = self.ensure(at)
        for name in ("t", "vm"):  # vm: details of the old value, such as a #SPILL!
            cell.attrib.pop(name, None)
        for child in list(cell):
            if etree.QName(child).localname in ("v", "is"):
                cell.remove(child)
        if value is not None:
            self._cache(cell, value)

    def drop_cache(self, at: At) -> None:
        """Remove a formula's saved value; Excel calculates it when it opens the file."""
        self.put_cache(at, None)
        cell = self.ensure(at)
        formula = cell.find(f"{self._ns}f")
        if formula is not None:
            formula.set("ca", "1")

    def fill(self, at: At, area: Area) -> None:
        """Set the area that a formula fills."""
        self.ensure(at).find(f"{self._ns}f").set("ref", area_address(area))

    def _cache(self, cell: Element, value: bool | float | str | ExcelError) -> None:
        kind, text = _file_value(value)
        if kind:
            cell.set("t", kind)
        element = etree.SubElement(cell, f"{self._ns}v")
        element.text = text

    # What grows with a table

    def grow(self, columns: tuple[int, int], old: int, new: int) -> None:
        """Extend conditional formats and lists that end at a table's last row to its new last row."""
        self.package.touch(self.part)
        for each in (*self.root.iter(f"{self._ns}conditionalFormatting"), *self.root.iter(f"{self._ns}dataValidation")):
            each.set("sqref", _all_extended(each.get("sqref", ""), columns, old, new))
        for each in self.root.iter("{*}sqref"):  # those that Excel 2010 added
            if etree.QName(each.getparent()).localname in ("conditionalFormatting", "dataValidation"):
                each.text = _all_extended(each.text or "", columns, old, new)

    def copy_row_look(self, source: int, row: int) -> None:
        """Give a new row the height of another."""
        self.ensure((row, 1)) if row not in self._rows else None
        if source in self._rows and not self._rows[row].get("ht"):
            for name in ("ht", "customHeight", "s", "customFormat"):
                if self._rows[source].get(name) is not None:
                    self._rows[row].set(name, self._rows[source].get(name))

    def merged(self) -> list[Area]:
        return [area_of(each.get("ref")) for each in self.root.iter(f"{self._ns}mergeCell")]

    def finish(self) -> None:
        """Update the part's own statement of the area that it uses."""
        dimension = self.root.find(f"{self._ns}dimension")
        if self.part in self.package.touched and dimension is not None:
            dimension.set("ref", area_address(self.used()))


def _all_extended(areas: str, columns: tuple[int, int], old: int, new: int) -> str:
    return " ".join(_extended(text, columns, old, new) for text in areas.split())


def _extended(text: str, columns: tuple[int, int], old: int, new: int) -> str:
    """An area extended to the new row if it ends at the old one, in some of the columns; otherwise unchanged."""
    if not CELL.match(text):  # whole columns
        return text
    top, left, bottom, right = area_of(text)
    ends = bottom == old and left <= columns[1] and right >= columns[0]
    return area_address((top, left, new, right)) if ends else text


def _escape(text: str) -> str:
    """A text as in the file: control characters as codes."""
    return str(escape(text)) if re.search(r"[\x00-\x08\x0b-\x1f]|_x[0-9A-Fa-f]{4}_", text) else text


def _file_value(value: bool | float | str | ExcelError) -> tuple[str, str]:
    """A value as in the file: its type, "" for a number, and its text.

    >>> _file_value(2026.0), _file_value(0.1), _file_value(ExcelError.NA), _file_value(True)
    (('', '2026'), ('', '0.1'), ('e', '#N/A'), ('b', '1'))
    """
    if isinstance(value, ExcelError):
        return "e", value.value
    if isinstance(value, bool):
        return "b", str(int(value))
    if isinstance(value, str):
        return "str", _escape(value)
    whole = value == int(value) and abs(value) < 2**53
    return "", str(int(value)) if whole else repr(float(value))
