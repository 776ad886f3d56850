"""Makes a minimal file for the second engine: only what it needs to calculate, in the form that it reads."""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable

from lxml import etree

from xl_lifecycle.core.cells.addresses import address, area_of, at_of
from xl_lifecycle.template.parts import Element, parse
from xl_lifecycle.xlsx.package import CONTENT_TYPES, RELATION_ID, Package, relations_of

# A cell of another workbook in a file: [1]Sheet1!A1, '[1]My sheet'!A1. The engine fails on these.
ANOTHER_BOOK = re.compile(r"'[^'\[\]]*\[[^'\[\]]+\](?:[^']|'')*'!|(?<![\w\]])\[\d+\][\w.]*!")
_UNPLACED = etree.XPath("boolean(//*[local-name()='row' or local-name()='c'][not(@r)])")
_OF_BOOK = ("worksheet", "styles", "sharedStrings", "theme")
_IN_BOOK = ("workbookPr", "bookViews", "sheets", "definedNames", "calcPr")
_IN_SHEET = ("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "tableParts")


def bare(package: Package) -> bytes:
    """The file with only its sheets, tables, texts and names.

    It does not have the values of cells that an array formula fills, which would block the formula, nor formulas
    that read another workbook: their cells keep the saved value.
    """
    book = package.workbook
    parts = {name: package.data(name) for name in (CONTENT_TYPES, relations_of(""), book)}
    parts[book] = _with(package.data(book), _IN_BOOK)
    relations = [each for each in package.relations(book) if each.kind in _OF_BOOK and each.target in package]
    _relate(package, book, [each.id for each in relations], parts)
    for each in relations:
        parts[each.target] = package.data(each.target)
    for _, sheet in package.sheets():
        tables = [each for each in package.relations(sheet) if each.kind == "table" and each.target in package]
        _relate(package, sheet, [each.id for each in tables], parts)
        parts |= {each.target: package.data(each.target) for each in tables}
        parts[sheet] = _sheet(package.data(sheet), {each.id for each in tables})
    parts[CONTENT_TYPES] = _types(parts)
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        for name, part in parts.items():
            file.writestr(name, _plain(part))
    return data.getvalue()


def _relate(package: Package, part: str, ids: Iterable[str], parts: dict[str, bytes]) -> None:
    name, kept_ids = relations_of(part), set(ids)
    if name in package:
        root = parse(package.data(name))
        for each in [each for each in root if each.get("Id") not in kept_ids]:
            root.remove(each)
        parts[name] = etree.tostring(root)


def _types(parts: dict[str, bytes]) -> bytes:
    root = parse(parts[CONTENT_TYPES])
    for each in [each for each in root if (each.get("PartName") or "").removeprefix("/") not in parts]:
        if each.get("PartName"):
            root.remove(each)
    return bytes(etree.tostring(root))


def _with(part: bytes, names: Iterable[str]) -> bytes:
    """A part with only some children of its root."""
    root = parse(part)
    _keep(root, names)
    return bytes(etree.tostring(root))


def _keep(root: Element, names: Iterable[str]) -> None:
    for child in list(root):
        if etree.QName(child).localname not in names:
            root.remove(child)


def _sheet(part: bytes, tables: set[str]) -> bytes:
    root = parse(part, remove_comments=True, remove_pis=True)
    _leave_out_blank_cells(root)
    _keep(root, _IN_SHEET)
    for each in list(root.iter("{*}tablePart")):
        if each.get(RELATION_ID) not in tables:
            each.getparent().remove(each)
    _number(root)
    _settle(root)
    _empty(root)
    return bytes(etree.tostring(root))


def _number(root: Element) -> None:
    """Write the position of each row and cell, which a file may leave out."""
    if not _UNPLACED(root):
        return
    number = 0
    for row in root.iterfind("{*}sheetData/{*}row"):
        number = int(row.get("r", number + 1))
        row.set("r", str(number))
        column = 0
        for cell in row:
            column = at_of(cell.get("r"))[1] if cell.get("r") else column + 1
            cell.set("r", address((number, column)))


def _settle(root: Element) -> None:
    """Replace formulas that read another workbook by their values."""
    formulas = [formula for formula in root.iter("{*}f") if ANOTHER_BOOK.search(formula.text or "")]
    groups = {formula.get("si") for formula in formulas if formula.get("t") == "shared"}
    for formula in list(root.iter("{*}f")) if formulas else ():
        if formula in formulas or (formula.get("t") == "shared" and formula.get("si") in groups):
            formula.getparent().remove(formula)


def _empty(root: Element) -> None:
    """Remove the values that block array formulas."""
    columns: dict[int, list[tuple[int, int]]] = defaultdict(list)  # row -> the first and last columns of areas
    for formula in root.iter("{*}f"):
        if formula.get("t") == "array" and formula.get("ref"):
            top, left, bottom, right = area_of(formula.get("ref"))
            for number in range(top, bottom + 1):
                columns[number].append((left, right))
    for row in root.iterfind("{*}sheetData/{*}row") if columns else ():
        areas = columns.get(int(row.get("r")), ())
        for cell in list(row) if areas else ():
            column = at_of(cell.get("r"))[1]
            if cell.find("{*}f") is None and any(left <= column <= right for left, right in areas):
                row.remove(cell)


def _leave_out_blank_cells(sheet: Element) -> None:
    """Remove the cells that only have a format: most of the cells of a large table.

    A cell stays if the position of the next cell depends on it.
    """
    for row in sheet.iterfind("{*}sheetData/{*}row"):
        for cell in [cell for cell in row if not len(cell) and cell.get("r")]:
            following = cell.getnext()
            if following is None or following.get("r"):
                row.remove(cell)


def _plain(part: bytes) -> bytes:
    """A part without the prefix that some programs give its elements; the engine only finds names without it."""
    root = parse(part)
    if not root.prefix or not isinstance(root.tag, str):
        return part
    namespace = etree.QName(root).namespace
    spaces = {None if space == namespace else prefix: space for prefix, space in root.nsmap.items()}
    plain = etree.Element(root.tag, dict(root.attrib), nsmap=spaces)
    plain.text = root.text
    plain[:] = root[:]
    return bytes(etree.tostring(plain))
