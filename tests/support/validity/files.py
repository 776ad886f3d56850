"""A workbook's file as the rules read it: parts, sheets, cells and tables, with no spreadsheet library in between.

It reads broken files too: what cannot be read is left out here and is for a rule to tell.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
TYPES = "[Content_Types].xml"
BOOK = "xl/workbook.xml"
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
ERRORS = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!"}
CORNER = re.compile(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})")


class Area(NamedTuple):
    """A rectangle of cells, rows and columns from 1."""

    top: int
    left: int
    bottom: int
    right: int

    def meets(self, other: Area) -> bool:
        """Whether the two have a cell in common."""
        apart = self.bottom < other.top or other.bottom < self.top or self.right < other.left or other.right < self.left
        return not apart

    def places(self) -> Iterator[tuple[int, int]]:
        """The row and column of each of its cells."""
        for row in range(self.top, self.bottom + 1):
            yield from ((row, column) for column in range(self.left, self.right + 1))


@lru_cache(maxsize=200_000)
def area(text: str | None) -> Area | None:
    """The area that A1 or A1:B2 names; None if it names none."""
    corners = [CORNER.fullmatch(corner) for corner in (text or "").split(":")]
    if len(corners) > 2 or not all(corners):
        return None
    places = [(int(corner[2]), column_number(corner[1])) for corner in corners if corner]
    found = Area(*places[0], *places[-1])
    inside = found.top <= found.bottom <= LAST_ROW and found.left <= found.right <= LAST_COLUMN
    return found if inside else None


def column_number(letters: str) -> int:
    """The number of a column from 1.

    >>> column_number("A"), column_number("XFD")
    (1, 16384)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def at(row: int, column: int) -> str:
    """The address of a cell.

    >>> at(3, 28)
    'AB3'
    """
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row}"


def units(text: str) -> int:
    """The length of a text as Excel counts it, in UTF-16."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class Relation(NamedTuple):
    """A relationship. target: the part it leads to, or an address: outside the file, or #Sheet!A1."""

    id: str
    kind: str
    target: str
    external: bool


class Cell(NamedTuple):
    """A cell as it stands in the file. kind: its type; text: what is in its value; spill: what an array formula fills."""

    where: str
    element: Element
    kind: str
    text: str | None
    formula: str | None
    spill: str | None


class Table(NamedTuple):
    """An Excel table."""

    part: str
    element: Element
    name: str
    area: Area | None
    columns: list[str]


class Sheet:
    """A worksheet."""

    def __init__(self, book: Book, name: str, element: Element, part: str) -> None:
        self.book, self.name, self.element, self.part = book, name, element, part
        self.root = book.root(part)

    @cached_property
    def cells(self) -> dict[tuple[int, int], Cell]:
        """Its cells by row and column."""
        return _cells(self.root)

    @property
    def formulas(self) -> Iterator[Cell]:
        """Its cells that have a formula."""
        return (cell for cell in self.cells.values() if cell.formula is not None)

    @cached_property
    def tables(self) -> list[Table]:
        """Its tables."""
        parts = [relation.target for relation in self.book.relations(self.part) if relation.kind == "table"]
        return [_table(part, self.book.root(part)) for part in parts if part in self.book.parts]

    @cached_property
    def merges(self) -> list[Area]:
        """Its merged cells."""
        found = [area(merge.get("ref")) for merge in self.root.iter(f"{MAIN}mergeCell")]
        return [merge for merge in found if merge]

    def text(self, cell: Cell) -> str | None:
        """What a cell shows, as far as it is text or an error."""
        if cell.kind == "s":
            return self.book.string(cell.text)
        return cell.text if cell.kind in ("str", "e") else None


@lru_cache(maxsize=1_000)  # files that a test breaks in one part have the others in common
def parsed(data: bytes) -> Element | str:
    """The root element of a part, or why it has none."""
    try:
        return ElementTree.fromstring(data)
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        return str(error)


def numbered(root: Element) -> Iterator[tuple[int, Element]]:
    """The rows of a sheet with their numbers, as the file says or else one more than the row before."""
    number = 0
    for row in root.iter(f"{MAIN}row"):
        number = int(row.get("r", number + 1))
        yield number, row


def in_places(root: Element) -> Iterator[tuple[str, Element]]:
    """The cells of a sheet and where each stands, as the file says or else behind the one before it."""
    for number, row in numbered(root):
        column = 0
        for cell in row.iter(f"{MAIN}c"):
            where = cell.get("r") or at(number, column + 1)
            place = area(where)
            column = place.left if place else column + 1
            yield where, cell


@lru_cache(maxsize=200)
def _cells(root: Element) -> dict[tuple[int, int], Cell]:
    found = {}
    for where, element in in_places(root):
        place = area(where)
        if place:
            formula = element.find(f"{MAIN}f")
            found[place.top, place.left] = Cell(
                where,
                element,
                element.get("t", "n"),
                element.findtext(f"{MAIN}v"),
                None if formula is None else formula.text or "",
                None if formula is None or formula.get("t") != "array" else formula.get("ref", ""),
            )
    return found


def _table(part: str, element: Element) -> Table:
    columns = [column.get("name", "") for column in element.iter(f"{MAIN}tableColumn")]
    return Table(part, element, element.get("displayName", ""), area(element.get("ref")), columns)


class Book:
    """A workbook's file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with zipfile.ZipFile(path) as file:
            self.names = file.namelist()
            self.parts = {name: file.read(name) for name in self.names}

    def root(self, part: str) -> Element:
        """The root element of a part; an empty one if the part is missing or broken."""
        found = parsed(self.parts[part]) if part in self.parts else ""
        return Element("missing") if isinstance(found, str) else found

    def relations(self, part: str) -> list[Relation]:
        """The relationships of a part; of the whole file for "". Their targets as names of parts."""
        folder, name = posixpath.split(part)
        found = []
        for relation in self.root(posixpath.join(folder, "_rels", f"{name}.rels")):
            target = relation.get("Target", "")
            external = relation.get("TargetMode") == "External" or target.startswith("#")
            if not external:
                target = posixpath.normpath(posixpath.join("/", folder, unquote(target))).removeprefix("/")
            found.append(Relation(relation.get("Id", ""), relation.get("Type", "").split("/")[-1], target, external))
        return found

    @cached_property
    def sheets(self) -> list[Sheet]:
        """Its worksheets, in their order."""
        targets = {relation.id: relation.target for relation in self.relations(BOOK)}
        return [
            Sheet(self, sheet.get("name", ""), sheet, targets.get(sheet.get(f"{RELATION}id", ""), ""))
            for sheet in self.root(BOOK).iter(f"{MAIN}sheet")
        ]

    @property
    def tables(self) -> Iterator[Table]:
        """The tables of all sheets."""
        return (table for sheet in self.sheets for table in sheet.tables)

    @cached_property
    def columns(self) -> dict[str, set[str]]:
        """The columns of each table; names in lower case, as Excel does not tell them apart."""
        return {table.name.casefold(): {column.casefold() for column in table.columns} for table in self.tables}

    @cached_property
    def sheet_names(self) -> set[str]:
        """The names of the sheets in lower case."""
        return {sheet.name.casefold() for sheet in self.sheets}

    @property
    def defined(self) -> list[Element]:
        """The defined names."""
        return list(self.root(BOOK).iter(f"{MAIN}definedName"))

    @cached_property
    def defined_names(self) -> set[str]:
        """The defined names in lower case."""
        return {element.get("name", "").casefold() for element in self.defined}

    @cached_property
    def strings(self) -> list[str]:
        """The shared strings."""
        items = self.root("xl/sharedStrings.xml").iter(f"{MAIN}si")
        return ["".join(text.text or "" for text in item.iter(f"{MAIN}t")) for item in items]

    def string(self, index: str | None) -> str | None:
        """A shared string; None if there is none of that number."""
        known = (index or "").isdecimal() and int(index or "") < len(self.strings)
        return self.strings[int(index or "")] if known else None

    @cached_property
    def content_types(self) -> dict[str, str]:
        """The content type of each part that has one."""
        types = self.root(TYPES)
        by_end = {t.get("Extension", "").lower(): t.get("ContentType", "") for t in types if t.tag.endswith("Default")}
        by_name = {t.get("PartName", ""): t.get("ContentType", "") for t in types if t.tag.endswith("Override")}
        found = {part: by_name.get(f"/{part}") or by_end.get(part.rpartition(".")[2].lower()) for part in self.parts}
        return {part: kind for part, kind in found.items() if kind}

    @property
    def has_macros(self) -> bool:
        """Whether it is declared as a workbook with macros."""
        return "macroEnabled" in self.content_types.get(BOOK, "")
