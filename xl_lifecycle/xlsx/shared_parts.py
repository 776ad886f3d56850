"""The parts that all sheets share: texts, formats, and the order in which formulas are calculated."""

from __future__ import annotations

from functools import cached_property

from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.escape import unescape

from xl_lifecycle.template.parts import Element
from xl_lifecycle.xlsx.package import RELATION_ID, Package


class Shared:
    """The parts of a workbook that all its sheets share."""

    def __init__(self, package: Package) -> None:
        self.package = package

    def part(self, kind: str) -> str | None:
        """The part of a kind that the workbook refers to; None if it has none."""
        related = self.package.relations(self.package.workbook)
        return next((each.target for each in related if each.kind == kind and each.target in self.package), None)

    @cached_property
    def texts(self) -> list[str]:
        """The shared texts, by the number that cells have for them."""
        part = self.part("sharedStrings")
        return [element_text(item) for item in self.package.tree(part).iterfind("{*}si")] if part else []

    @cached_property
    def _dates(self) -> list[bool]:
        part = self.part("styles")
        if not part:
            return []
        root = self.package.tree(part)
        custom_formats = {each.get("numFmtId"): each.get("formatCode", "") for each in root.iter("{*}numFmt")}
        numbers = [each.get("numFmtId", "0") for each in root.iterfind("{*}cellXfs/{*}xf")]
        return [is_date_format(custom_formats.get(n) or BUILTIN_FORMATS.get(int(n), "General")) for n in numbers]

    def is_date(self, style: str | None) -> bool:
        """Whether a cell's format shows numbers as dates."""
        number = int(style or 0)
        return number < len(self._dates) and self._dates[number]

    def sheet_id(self, part: str) -> str:
        """The number by which the workbook knows a sheet's part."""
        parts = {each.id: each.target for each in self.package.relations(self.package.workbook)}
        sheets = self.package.tree(self.package.workbook).iterfind("{*}sheets/{*}sheet")
        return next(str(each.get("sheetId")) for each in sheets if parts.get(each.get(RELATION_ID)) == part)

    def forget_formula(self, sheet: str, cell: str) -> None:
        """Remove a cell from the chain. An entry without a sheet belongs to the sheet of the entry before it."""
        part = self.part("calcChain")
        if not part:
            return
        sheet_number, at = self.sheet_id(sheet), ""
        for entry in list(chain := self.package.touch(part)):
            at = entry.get("i", at)
            entry.set("i", at)
            if at == sheet_number and entry.get("r") == cell:
                chain.remove(entry)

    def remember_formula(self, sheet: str, cell: str) -> None:
        """Add a cell to the chain, if there is one."""
        if part := self.part("calcChain"):
            chain = self.package.touch(part)
            etree.SubElement(chain, etree.QName(chain).text.replace("calcChain", "c"), r=cell, i=self.sheet_id(sheet))


def element_text(item: Element | None) -> str:
    """The text of an item, without formats and phonetic readings."""
    if item is None:
        return ""
    runs = [*item.iterfind("{*}t"), *item.iterfind("{*}r/{*}t")]
    return str(unescape("".join(run.text or "" for run in runs)))
