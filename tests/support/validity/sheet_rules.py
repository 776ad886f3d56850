"""Rules of a sheet: its grid, cells, formulas, spills, merged cells, lists, conditions, links and tables."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator

from tests.support.validity.book_rules import CELL_LIKE
from tests.support.validity.files import (
    BOOK,
    ERRORS,
    LAST_COLUMN,
    MAIN,
    RELATION,
    Area,
    Book,
    Sheet,
    area,
    at,
    numbered,
    units,
)
from tests.support.validity.formulas import reference_problems, tokens
from tests.support.validity.rules import rule

LONGEST_LIST = LONGEST_HINT = 255
LONGEST_TITLE = 32
LONGEST_LINK = 2_079
WIDEST, HIGHEST = 255, 409.5


@rule
def grid(book: Book) -> Iterator[str]:
    """Cells stand in their rows, in order, each once, inside the sheet."""
    for sheet in book.sheets:
        last_row = 0
        for number, row in numbered(sheet.root):
            last_column = 0
            if number <= last_row:
                yield f"{sheet.part}: row {number} comes after row {last_row}"
            for cell in row.iter(f"{MAIN}c"):
                place = area(cell.get("r") or at(number, last_column + 1))
                if place is None or place.top != number or place.left <= last_column:
                    yield f"{sheet.part}: {cell.get('r')} is out of its place in row {number}"
                last_column = place.left if place else last_column
            last_row = number


@rule
def columns(book: Book) -> Iterator[str]:
    """Widths are given once for each column, and no width or height is beyond what Excel has."""
    for sheet in book.sheets:
        last = 0
        for column in sheet.root.iter(f"{MAIN}col"):
            first, end = int(column.get("min", "0")), int(column.get("max", "0"))
            if not last < first <= end <= LAST_COLUMN or float(column.get("width", "0")) > WIDEST:
                yield f"{sheet.part}: columns {first} to {end} after column {last}, {column.get('width')} wide"
            last = end
        for row in sheet.root.iter(f"{MAIN}row"):
            if float(row.get("ht", "0")) > HIGHEST:
                yield f"{sheet.part}: row {row.get('r')} is {row.get('ht')} high"


@rule
def values(book: Book) -> Iterator[str]:
    """A cell's value is of its type: a number, a truth value, a known error."""
    number = re.compile(r"-?(\d+\.?\d*|\.\d+)(E[+-]?\d+)?", re.IGNORECASE)
    for sheet in book.sheets:
        for cell in sheet.cells.values():
            fits = {
                "n": cell.text is None or number.fullmatch(cell.text),
                "b": cell.text in ("0", "1"),
                "e": cell.text in ERRORS,
                "s": True,  # the rule of the shared strings
                "str": True,
                "inlineStr": True,
            }.get(cell.kind)
            if not fits:
                yield f"{sheet.part}: {cell.where} of type {cell.kind} has {cell.text!r}"


@rule
def errors_as_errors(book: Book) -> Iterator[str]:
    """An error is of type e and never text, except where EXPLAIN names one in words."""
    for sheet in book.sheets:
        told = {
            place
            for cell in sheet.formulas
            if "EXPLAIN(" in (cell.formula or "") and (spill := area(cell.spill))
            for place in spill.places()
        }
        for place, cell in sheet.cells.items():
            if place not in told and cell.kind in ("s", "str") and sheet.text(cell) in ERRORS:
                yield f"{sheet.part}: {cell.where} has {sheet.text(cell)} as text"


@rule
def spill_areas(book: Book) -> Iterator[str]:
    """What a formula fills begins at its cell."""
    for sheet in book.sheets:
        for (row, column), cell in sheet.cells.items():
            if cell.spill is not None:
                spill = area(cell.spill)
                if spill is None or (spill.top, spill.left) != (row, column):
                    yield f"{sheet.part}: {cell.where} fills {cell.spill!r}"


def _spills(sheet: Sheet) -> list[tuple[str, Area]]:
    found = [(cell.where, area(cell.spill)) for cell in sheet.formulas if cell.spill is not None]
    return [(where, spill) for where, spill in found if spill]


@rule
def blocked_spills(book: Book) -> Iterator[str]:
    """What a formula fills holds no other formula, no merged cell and no part of a table: else Excel shows #SPILL!."""
    for sheet in book.sheets:
        formulas = {place: cell.where for place, cell in sheet.cells.items() if cell.formula is not None}
        for where, spill in _spills(sheet):
            inside = [formulas[place] for place in spill.places() if place in formulas and formulas[place] != where]
            inside += ["merged cells" for merge in sheet.merges if merge.meets(spill)]
            if where != at(spill.bottom, spill.right):  # one cell of a table may have a formula of this kind
                inside += [table.name for table in sheet.tables if table.area and table.area.meets(spill)]
            yield from (f"{sheet.part}: {where} spills over {other}" for other in inside)


@rule
def spill_caches(book: Book) -> Iterator[str]:
    """Every cell that a formula fills has its value in the file."""
    for sheet in book.sheets:
        for where, spill in _spills(sheet):
            for place in spill.places():
                cell = sheet.cells.get(place)
                if cell is None or cell.text is None:
                    yield f"{sheet.part}: {at(*place)}, filled by {where}, has no value"


@rule
def formula_caches(book: Book) -> Iterator[str]:
    """Every formula has its value in the file."""
    for sheet in book.sheets:
        for cell in sheet.formulas:
            if cell.spill is None and cell.text is None:
                yield f"{sheet.part}: {cell.where} has a formula and no value"


@rule
def formula_references(book: Book) -> Iterator[str]:
    """The sheets, tables, columns and names that a formula refers to are there."""
    for sheet in book.sheets:
        for cell in sheet.formulas:
            yield from (f"{sheet.part}: {cell.where}: {p}" for p in reference_problems(cell.formula or "", book))


@rule
def merged_cells(book: Book) -> Iterator[str]:
    """Merged cells are several, and meet neither other merged cells nor a table."""
    for sheet in book.sheets:
        for merge in sheet.root.iter(f"{MAIN}mergeCell"):
            if area(merge.get("ref")) is None or ":" not in merge.get("ref", ""):
                yield f"{sheet.part}: merges {merge.get('ref')!r}"
        for one, other in itertools.combinations(sheet.merges, 2):
            if one.meets(other):
                yield f"{sheet.part}: merged cells overlap at {at(other.top, other.left)}"
        for table in sheet.tables:
            if any(table.area and merge.meets(table.area) for merge in sheet.merges):
                yield f"{sheet.part}: merged cells in the table {table.name}"


@rule
def cell_lists(book: Book) -> Iterator[str]:
    """Wherever a list of areas stands, each is one."""
    kinds = ("selection", "dataValidation", "conditionalFormatting", "protectedRange", "ignoredError")
    for sheet in book.sheets:
        for element in itertools.chain.from_iterable(sheet.root.iter(f"{MAIN}{kind}") for kind in kinds):
            for area_text in element.get("sqref", "A1").split(" "):
                if area(area_text) is None and not re.fullmatch(r"[A-Z]{1,3}:[A-Z]{1,3}|\d+:\d+", area_text):
                    yield f"{sheet.part}: {element.tag.removeprefix(MAIN)} at {area_text!r}"


@rule
def validation_texts(book: Book) -> Iterator[str]:
    """A typed list and the hints are no longer than Excel takes."""
    for sheet in book.sheets:
        for validation in sheet.root.iter(f"{MAIN}dataValidation"):
            where = f"{sheet.part}: the validation at {validation.get('sqref')}"
            source = validation.findtext(f"{MAIN}formula1") or ""
            if source.startswith('"') and units(source[1:-1].replace('""', '"')) > LONGEST_LIST:
                yield f"{where} has a list of {units(source) - 2} characters"
            limits = {
                "prompt": LONGEST_HINT, "error": LONGEST_HINT, "promptTitle": LONGEST_TITLE, "errorTitle": LONGEST_TITLE,
            }  # fmt: skip
            for name, most in limits.items():
                if units(validation.get(name, "")) > most:
                    yield f"{where} has a {name} of {units(validation.get(name, ''))} characters"


@rule
def validation_sources(book: Book) -> Iterator[str]:
    """A validation takes its values from a place that is there; tables cannot be named in it."""
    for sheet in book.sheets:
        for validation in sheet.root.iter(f"{MAIN}dataValidation"):
            sources = [validation.findtext(f"{MAIN}formula{i}") for i in (1, 2)]
            if validation.get("type") == "list" and not sources[0]:
                yield f"{sheet.part}: the list at {validation.get('sqref')} has no source"
            for source in sources:
                for problem in reference_problems(source or "", book, tables=False):
                    yield f"{sheet.part}: the validation at {validation.get('sqref')}: {problem}"


@rule
def conditions(book: Book) -> Iterator[str]:
    """A conditional format has a rank of its own and compares with what is there."""
    for sheet in book.sheets:
        found = list(sheet.root.iter(f"{MAIN}cfRule"))
        for rank, count in Counter(condition.get("priority") for condition in found).items():
            if count > 1:
                yield f"{sheet.part}: {count} conditions of the rank {rank}"
        for condition in found:
            for formula in condition.iter(f"{MAIN}formula"):
                for problem in reference_problems(formula.text or "#REF!", book, tables=False):
                    yield f"{sheet.part}: condition {condition.get('priority')}: {problem}"


@rule
def links(book: Book) -> Iterator[str]:
    """A link, of a cell or of a shape, leads to a place that is there."""
    for sheet in book.sheets:
        for link in sheet.root.iter(f"{MAIN}hyperlink"):
            where = f"{sheet.part}: the link in {link.get('ref')}"
            if area(link.get("ref")) is None or not (link.get("location") or link.get(f"{RELATION}id")):
                yield f"{where} leads from or to nowhere"
            yield from (f"{where}: {problem}" for problem in _link_problems(link.get("location", ""), book))
    for part in book.parts:
        for relation in book.relations(part) if part.startswith("xl/drawings/") else ():
            if relation.kind == "hyperlink" and relation.external and relation.target.startswith("#"):
                problems = _link_problems(relation.target.removeprefix("#"), book)
                yield from (f"{part}: a shape's link: {problem}" for problem in problems)


def _link_problems(place: str, book: Book) -> Iterator[str]:
    if units(place) > LONGEST_LINK:
        yield f"{units(place)} characters are too many"
    if place and any(token.kind == "other" for token in tokens(place)):
        yield f"{place} is no place"
    yield from reference_problems(place, book)


@rule
def table_ids(book: Book) -> Iterator[str]:
    """Each table has an id of its own in the workbook, and each column one of its own in the table."""
    for id, count in Counter(table.element.get("id") for table in book.tables).items():
        if count > 1:
            yield f"{BOOK}: {count} tables of the id {id}"
    for table in book.tables:
        ids = [column.get("id") for column in table.element.iter(f"{MAIN}tableColumn")]
        if len(set(ids)) < len(ids):
            yield f"{table.part}: two columns of one id"


@rule
def table_names(book: Book) -> Iterator[str]:
    """A table's name could be a defined name, and nothing else in the workbook has it."""
    taken = Counter(table.name.casefold() for table in book.tables)
    for table in book.tables:
        if CELL_LIKE.fullmatch(table.name) or not re.fullmatch(r"[^\W\d][\w.\\]*", table.name):
            yield f"{table.part}: {table.name!r} cannot be a table's name"
        if taken[table.name.casefold()] > 1 or table.name.casefold() in book.defined_names:
            yield f"{table.part}: the name {table.name} is taken twice"


@rule
def table_areas(book: Book) -> Iterator[str]:
    """A table lies inside its sheet, has a row below its header, and as many columns as it lists."""
    for table in book.tables:
        if table.area is None:
            yield f"{table.part}: {table.element.get('ref')!r} is no area of a sheet"
            continue
        if table.area.bottom <= table.area.top:
            yield f"{table.part}: no row below the header"
        if table.area.right - table.area.left + 1 != len(table.columns):
            yield f"{table.part}: {len(table.columns)} columns in {table.element.get('ref')}"
        count = table.element.find(f"{MAIN}tableColumns")
        if count is not None and count.get("count") != str(len(table.columns)):
            yield f"{table.part}: {count.get('count')} columns are announced, {len(table.columns)} come"


@rule
def table_headers(book: Book) -> Iterator[str]:
    """The cells of a table's header are texts, the names of its columns, no two alike."""
    for sheet in book.sheets:
        for table in sheet.tables:
            folded = [column.casefold() for column in table.columns]
            if len(set(folded)) < len(folded):
                yield f"{table.part}: two columns of one name"
            if table.area is None or table.element.get("headerRowCount") == "0":
                continue
            for i, column in enumerate(table.columns):
                cell = sheet.cells.get((table.area.top, table.area.left + i))
                shown = sheet.text(cell) if cell and cell.kind == "s" and cell.formula is None else None
                if shown != column.replace("_x000a_", "\n"):
                    yield f"{table.part}: the column {column!r} has the header {shown!r}"


@rule
def table_overlaps(book: Book) -> Iterator[str]:
    """No two tables of a sheet meet."""
    for sheet in book.sheets:
        for one, other in itertools.combinations(sheet.tables, 2):
            if one.area and other.area and one.area.meets(other.area):
                yield f"{sheet.part}: {one.name} overlaps {other.name}"


@rule
def filters(book: Book) -> Iterator[str]:
    """A table's filter covers the table, and a sheet's filter is an area."""
    for table in book.tables:
        totals = int(table.element.get("totalsRowCount", "0"))
        own = table.element.find(f"{MAIN}autoFilter")
        if own is not None and table.area:
            covered = area(own.get("ref"))
            if covered != table.area._replace(bottom=table.area.bottom - totals):
                yield f"{table.part}: filters {own.get('ref')} of {table.element.get('ref')}"
    for sheet in book.sheets:
        own = sheet.root.find(f"{MAIN}autoFilter")
        if own is not None and area(own.get("ref")) is None:
            yield f"{sheet.part}: filters {own.get('ref')!r}"


@rule
def table_parts(book: Book) -> Iterator[str]:
    """A sheet lists each of its tables once."""
    for sheet in book.sheets:
        listed = Counter(part.get(f"{RELATION}id") for part in sheet.root.iter(f"{MAIN}tablePart"))
        related = {relation.id for relation in book.relations(sheet.part) if relation.kind == "table"}
        if set(listed) != related or any(count > 1 for count in listed.values()):
            yield f"{sheet.part}: lists the tables {sorted(map(str, listed))}, has {sorted(related)}"
