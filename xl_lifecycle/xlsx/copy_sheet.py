"""Copies a sheet as Excel does: with its drawings, charts, notes and names; its tables become cells."""

from __future__ import annotations

import copy
import re

from lxml import etree

from xl_lifecycle.core.cells.addresses import quoted
from xl_lifecycle.template.parts import Element, edit_part
from xl_lifecycle.xlsx.package import RELATION_ID, Package, relations_of
from xl_lifecycle.xlsx.shared_parts import Shared

# Parts that are copied; anything else that a sheet refers to is shared with the copy.
COPIED_KINDS = ("drawing", "chart", "vmlDrawing", "ctrlProp", "comments", "threadedComment", "chartUserShapes")
# VML draws notes and buttons. It is not XML if Excel writes a line break as <br>, so it is changed as text.
_BLOCK = re.compile(rb'idmap[^>]*\bdata="(\d+)"')
_SHAPE = re.compile(rb'(_x0000_s|shapeId="|cNvPr id=")(\d{4,})')
_SHAPE_NAME, _DIGITS = "_x0000_s", 4  # how a name contains a shape's number; a shorter number is something else
OMITTED_KINDS = {"table": "tableParts", "pivotTable": "", "slicer": "", "timeline": ""}


def copy_sheet(shared: Shared, of: str, part: str, name: str) -> str:
    """Copy a sheet, place it after the original, and give it a name. Returns the new part."""
    package = shared.package
    new = package.free_name(part)
    _copy_part(package, part, new, of, name, _ShapeNumbers(package, part))
    root = package.touch(new)
    for view in root.iter("{*}sheetView"):
        view.attrib.pop("tabSelected", None)
    for properties in root.iterfind("{*}sheetPr"):
        properties.attrib.pop("codeName", None)
    for tables in root.findall("{*}tableParts"):
        root.remove(tables)
    for each in list(root.iterfind("{*}extLst/{*}ext")):
        if any(True for _ in each.iter("{*}slicerList", "{*}timelineRefs")):
            each.getparent().remove(each)
    for formula in root.iter("{*}f", "{*}formula", "{*}formula1", "{*}formula2"):
        formula.text = _rename_references(formula.text, of, name)
    _list(shared, of, part, name, new)
    return new


class _ShapeNumbers:
    """Gives the shapes of a copied sheet new numbers: each sheet has its own blocks of 1,024 numbers."""

    def __init__(self, package: Package, part: str) -> None:
        drawings = [each.target for each in package.relations(part) if each.kind == "vmlDrawing"]
        old = {int(n) for each in drawings if each in package for n in _BLOCK.findall(package.data(each))}
        used = [int(n) for each in package if each.endswith(".vml") for n in _BLOCK.findall(package.data(each))]
        self.new = {block: max(used) + 1 + i for i, block in enumerate(sorted(old))}

    def of(self, part: str, data: bytes) -> bytes:
        """A part of the copy, with the new numbers of its shapes."""
        if not self.new:
            return data
        if part.endswith(".vml"):
            data = _SHAPE.sub(lambda match: match[1] + self._number(match[2].decode()).encode(), data)
            return _BLOCK.sub(lambda match: match[0].replace(match[1], str(self.new[int(match[1])]).encode()), data)
        return edit_part(data, self._renumber) if part.endswith(".xml") else data

    def _renumber(self, root: Element) -> None:
        for element in root.iter("{*}*"):
            for name, value in element.attrib.items():
                own_id = name == "shapeId" or (name == "id" and etree.QName(element).localname == "cNvPr")
                if own_id and len(value) >= _DIGITS:
                    element.set(name, self._number(value))
                elif value.startswith(_SHAPE_NAME) and value.removeprefix(_SHAPE_NAME).isdecimal():
                    element.set(name, _SHAPE_NAME + self._number(value.removeprefix(_SHAPE_NAME)))

    def _number(self, old: str) -> str:
        block, number = divmod(int(old), 1024)
        return str(self.new.get(block, block) * 1024 + number)


def _copy_part(package: Package, part: str, new: str, of: str, name: str, shapes: _ShapeNumbers) -> None:
    """Copy a part and those that belong to it; their formulas get the new sheet's name."""
    package.add(new, shapes.of(part, package.data(part)), part)
    links = relations_of(part)
    if links not in package:
        return
    package.add(relations_of(new), package.data(links), links)
    tree = package.touch(relations_of(new))
    for each, link in zip(list(tree), package.relations(part), strict=True):
        if link.kind in OMITTED_KINDS:
            tree.remove(each)
        elif not link.external and link.kind in COPIED_KINDS and link.target in package:
            target = package.free_name(link.target)
            _copy_part(package, link.target, target, of, name, shapes)
            each.set("Target", f"/{target}")
            if link.kind == "chart":
                _retarget(package.touch(target), of, name)
        elif not link.external and link.target in package:  # otherwise it is a place in the workbook: #Start!A1
            each.set("Target", f"/{link.target}")


def _retarget(chart: Element, of: str, name: str) -> None:
    """Let a chart show the new sheet, and remove the saved values of the old one."""
    for formula in chart.iter("{*}f"):
        formula.text = _rename_references(formula.text, of, name)
    for cache in [*chart.iter("{*}numCache"), *chart.iter("{*}strCache")]:
        cache.getparent().remove(cache)


def _rename_references(text: str | None, of: str, name: str) -> str | None:
    """A formula whose references to a sheet have its new name."""
    old = re.escape(of.replace("'", "''"))
    spelt = rf"'{old}'!|(?<![\w.'\]]){old}!"  # not My{own}!, and not in another workbook
    return text and re.sub(spelt, lambda _: f"{quoted(name)}!", text, flags=re.IGNORECASE)


def _list(shared: Shared, of: str, part: str, name: str, new: str) -> None:
    """Add the new sheet to the workbook's list, with copies of the names that belong to the old one."""
    package = shared.package
    relation = next(each for each in package.relations(package.workbook) if each.target == part)
    id = package.relate(package.workbook, relation, new)
    book = package.touch(package.workbook)
    entries = list(book.iterfind("{*}sheets/{*}sheet"))
    at = next(i for i, each in enumerate(entries) if each.get(RELATION_ID) == relation.id)
    entry = copy.deepcopy(entries[at])
    entry.set("name", name)
    entry.set("sheetId", str(max(int(each.get("sheetId")) for each in entries) + 1))
    entry.set(RELATION_ID, id)
    entry.attrib.pop("state", None)
    entries[at].addnext(entry)
    for each in list(book.iterfind("{*}definedNames/{*}definedName")):
        local = int(each.get("localSheetId", "-1"))
        if local > at:
            each.set("localSheetId", str(local + 1))
        elif local == at:
            local_name = copy.deepcopy(each)
            local_name.set("localSheetId", str(at + 1))
            local_name.text = _rename_references(each.text, of, name)
            each.addnext(local_name)
    for view in book.iterfind("{*}bookViews/{*}workbookView"):
        for key in ("activeTab", "firstSheet"):
            if int(view.get(key, "0")) > at:
                view.set(key, str(int(view.get(key)) + 1))
    chain = shared.part("calcChain")
    if chain:  # the copied formulas, in the order of their cells
        for cell in package.tree(new).iter("{*}c"):
            if cell.find("{*}f") is not None and cell.get("r"):
                etree.SubElement(
                    package.touch(chain),
                    etree.QName(package.tree(chain)).text.replace("calcChain", "c"),
                    r=cell.get("r"),
                    i=entry.get("sheetId"),
                )
