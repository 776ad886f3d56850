"""Rules of the workbook as a whole: sheets and their names, defined names, shared strings, styles, calculation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from tests.support.validity.files import BOOK, MAIN, Book, Sheet, units
from tests.support.validity.formulas import reference_problems
from tests.support.validity.rules import rule
from xl_lifecycle.core.functions import FUNCTIONS

RESERVED = {"history", "historique", "verlauf", "historial", "履歴", "변경 내용"}  # Excel's own, by language
CELL_LIKE = re.compile(r"[A-Z]{1,3}\d+|R\d*C?\d*|C\d*", re.IGNORECASE)
LONGEST_TEXT, LONGEST_NAME, LONGEST_NUMBER_FORMAT = 32_767, 255, 255
FIRST_OWN_NUMBER_FORMAT = 164
STYLES = "xl/styles.xml"


@rule
def sheet_names(book: Book) -> Iterator[str]:
    """A sheet's name has 1 to 31 characters and none that Excel refuses."""
    for sheet in book.sheets:
        if not 1 <= units(sheet.name) <= 31:
            yield f"{BOOK}: the sheet name {sheet.name!r} has {units(sheet.name)} characters"
        if re.search(r"[:\\/?*\[\]\x00-\x1f]", sheet.name) or sheet.name[:1] == "'" or sheet.name[-1:] == "'":
            yield f"{BOOK}: the sheet name {sheet.name!r} has a character that may not be"


@rule
def reserved_sheet_names(book: Book) -> Iterator[str]:
    """No sheet is named as Excel's own history is, in any language, nor .py, for which xlwings asks a licence."""
    for sheet in book.sheets:
        if sheet.name.casefold() in RESERVED or sheet.name.endswith(".py"):
            yield f"{BOOK}: the sheet name {sheet.name!r} is reserved"


@rule
def unique_sheets(book: Book) -> Iterator[str]:
    """No two sheets have one name, in whatever case, or one id, or are one part."""
    kinds = {
        "name": [sheet.name.casefold() for sheet in book.sheets],
        "id": [sheet.element.get("sheetId", "") for sheet in book.sheets],
        "part": [sheet.part for sheet in book.sheets],
    }
    for kind, values in kinds.items():
        for value, count in Counter(values).items():
            if count > 1:
                yield f"{BOOK}: {count} sheets of the {kind} {value}"


@rule
def sheets_shown(book: Book) -> Iterator[str]:
    """The sheet shown at opening exists and is visible, and it alone is selected: else an edit goes to several."""
    view = book.root(BOOK).find(f"{MAIN}bookViews/{MAIN}workbookView")
    active = int((view.get("activeTab") if view is not None else None) or 0)
    hidden = [sheet.element.get("state", "visible") != "visible" for sheet in book.sheets]
    if active >= len(hidden) or hidden[active]:
        yield f"{BOOK}: the sheet shown at opening, number {active}, is hidden or missing"
    views = {sheet.name: sheet.root.find(f"{MAIN}sheetViews/{MAIN}sheetView") for sheet in book.sheets}
    selected = [name for name, v in views.items() if v is not None and v.get("tabSelected") in ("1", "true")]
    if len(selected) > 1:
        yield f"{BOOK}: {len(selected)} sheets are selected together: {', '.join(selected)}"


@rule
def defined_names(book: Book) -> Iterator[str]:
    """A defined name is no cell, has no odd character, and stands once in its sheet or in the workbook."""
    for element in book.defined:
        name, sheet = element.get("name", ""), element.get("localSheetId")
        proper = re.fullmatch(r"[^\W\d][\w.\\?]*", name.removeprefix("_xlnm."))
        if not proper or CELL_LIKE.fullmatch(name) or units(name) > LONGEST_NAME:
            yield f"{BOOK}: {name!r} cannot be a name"
        if sheet is not None and not (sheet.isdecimal() and int(sheet) < len(book.sheets)):
            yield f"{BOOK}: the name {name} is of sheet {sheet}, which is not there"
    places = Counter((element.get("name", "").casefold(), element.get("localSheetId")) for element in book.defined)
    yield from (f"{BOOK}: the name {name} stands {count} times" for (name, _), count in places.items() if count > 1)


@rule
def name_references(book: Book) -> Iterator[str]:
    """What a defined name stands for is there."""
    for element in book.defined:
        for problem in reference_problems(element.text or "#REF!", book):
            yield f"{BOOK}: the name {element.get('name')}: {problem}"


@rule
def names_of_functions(book: Book) -> Iterator[str]:
    """No name of the workbook hides one of our functions."""
    for name in sorted(book.defined_names | book.columns.keys()):
        if name.upper() in FUNCTIONS.names:
            yield f"{BOOK}: the name {name} hides the function"


@rule
def calculation(book: Book) -> Iterator[str]:
    """Excel computes by itself, but not all at opening: custom functions are not loaded then, and show #NAME?."""
    found = book.root(BOOK).find(f"{MAIN}calcPr")
    settings = {} if found is None else found.attrib
    if settings.get("calcMode", "auto") != "auto" or {"fullCalcOnLoad", "forceFullCalc"} & settings.keys():
        yield f"{BOOK}: {settings}"
    if not settings.get("calcId", "").isdecimal() or int(settings["calcId"]) < 100_000:
        yield f"{BOOK}: calcId {settings.get('calcId')} is of an older Excel, which computes all at opening"


@rule
def shared_strings(book: Book) -> Iterator[str]:
    """Every text of a cell is one of the shared ones."""
    for sheet in book.sheets:
        for cell in sheet.cells.values():
            if cell.kind == "s" and book.string(cell.text) is None:
                yield f"{sheet.part}: {cell.where} is text {cell.text} of {len(book.strings)}"


@rule
def text_lengths(book: Book) -> Iterator[str]:
    """No cell has more text than a cell can hold."""
    for i, text in enumerate(book.strings):
        if units(text) > LONGEST_TEXT:
            yield f"xl/sharedStrings.xml: text {i} has {units(text)} characters"
    for sheet in book.sheets:
        for cell in sheet.cells.values():
            if cell.kind == "str" and units(cell.text or "") > LONGEST_TEXT:
                yield f"{sheet.part}: {cell.where} has {units(cell.text or '')} characters"


@rule
def styles(book: Book) -> Iterator[str]:
    """Every style that cells, rows, columns and rules refer to is there."""
    known = {kind: _count(book, kind) for kind in ("cellXfs", "dxfs")}
    for sheet in book.sheets:
        for kind, where, style in _styled(sheet):
            if not style.isdecimal() or int(style) >= known[kind]:
                yield f"{sheet.part}: {where} has style {style} of {known[kind]} {kind}"


def _styled(sheet: Sheet) -> Iterator[tuple[str, str, str]]:
    for cell in sheet.cells.values():
        yield "cellXfs", cell.where, cell.element.get("s", "0")
    for row in sheet.root.iter(f"{MAIN}row"):
        yield "cellXfs", f"row {row.get('r')}", row.get("s", "0")
    for column in sheet.root.iter(f"{MAIN}col"):
        yield "cellXfs", f"column {column.get('min')}", column.get("style", "0")
    for condition in sheet.root.iter(f"{MAIN}cfRule"):
        if condition.get("dxfId") is not None:
            yield "dxfs", f"condition {condition.get('priority')}", condition.get("dxfId", "")


@rule
def style_parts(book: Book) -> Iterator[str]:
    """A style is made of fonts, fills, borders and number formats that are there."""
    known = {f"{kind}Id": _count(book, f"{kind}s") for kind in ("font", "fill", "border")}
    formats = [
        element for element in book.root(STYLES).iterfind(f"{MAIN}numFmts/{MAIN}numFmt") if element.get("numFmtId")
    ]
    own = [int(element.get("numFmtId", "0")) for element in formats]
    for i, style in enumerate(book.root(STYLES).iterfind(f"{MAIN}cellXfs/{MAIN}xf")):
        for kind, count in known.items():
            if int(style.get(kind, "0")) >= count:
                yield f"{STYLES}: style {i} has {kind} {style.get(kind)} of {count}"
        number = int(style.get("numFmtId", "0"))
        if number >= FIRST_OWN_NUMBER_FORMAT and number not in own:
            yield f"{STYLES}: style {i} has the number format {number}, which is not there"
    yield from (f"{STYLES}: {count} number formats {id}" for id, count in Counter(own).items() if count > 1)
    for element in formats:
        code = element.get("formatCode", "")
        if units(code) > LONGEST_NUMBER_FORMAT or code.count('"') % 2:
            yield f"{STYLES}: no number format: {code}"


def _count(book: Book, kind: str) -> int:
    found: Element | None = book.root(STYLES).find(f"{MAIN}{kind}")
    return 0 if found is None else len(found)


@rule
def cell_metadata(book: Book) -> Iterator[str]:
    """A cell flagged as dynamic finds that flag in the metadata; without it, Excel shows @ or {} and does not spill."""
    root = book.root("xl/metadata.xml")
    known = [int(record.get("t", "0")) for record in root.iterfind(f"{MAIN}cellMetadata/{MAIN}bk/{MAIN}rc")]
    kinds = [kind.get("name") for kind in root.iter(f"{MAIN}metadataType")]
    linked = any(relation.kind == "sheetMetadata" for relation in book.relations(BOOK))
    for sheet in book.sheets:
        for cell in sheet.cells.values():
            number = cell.element.get("cm")
            if number is None:
                continue
            record = known[int(number) - 1] if number.isdecimal() and 0 < int(number) <= len(known) else 0
            if not linked or not 0 < record <= len(kinds) or kinds[record - 1] != "XLDAPR":
                yield f"{sheet.part}: {cell.where} is of the metadata {number}, which is not there"
