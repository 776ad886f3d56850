"""Rules of what lies over the cells: charts, shapes, buttons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from tests.support.validity.files import LAST_COLUMN, LAST_ROW, Book
from tests.support.validity.formulas import reference_problems
from tests.support.validity.rules import rule

DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
VML = "{urn:schemas-microsoft-com:vml}"
EXCEL = "{urn:schemas-microsoft-com:office:excel}"


@rule
def anchors(book: Book) -> Iterator[str]:
    """A shape begins before it ends, inside its sheet."""
    for part, root in _drawings(book):
        for anchor in root:
            found = [_place(anchor.find(f"{DRAWING}{end}")) for end in ("from", "to")]
            places = [place for place in found if place]
            inside = all(row < LAST_ROW and column < LAST_COLUMN for row, column in places)
            forward = len(places) < 2 or all(a <= b for a, b in zip(*places, strict=True))
            if not (inside and forward) or any(min(place) < 0 for place in places):
                yield f"{part}: a shape from {places[0]} to {places[-1]}"
    for part, data in _legacy(book):
        for anchor in data.iter(f"{EXCEL}Anchor"):
            numbers = [int(number) for number in (anchor.text or "").split(",") if number.strip().isdecimal()]
            if len(numbers) != 8 or numbers[0] > numbers[4] or numbers[2] > numbers[6]:
                yield f"{part}: a control at {(anchor.text or '').strip()}"


@rule
def shape_ids(book: Book) -> Iterator[str]:
    """Each shape of a drawing has an id of its own, and a name; each control an id of its own in the workbook."""
    for part, root in _drawings(book):
        shapes = list(root.iter(f"{DRAWING}cNvPr"))
        for id, count in Counter(shape.get("id") for shape in shapes).items():
            if count > 1 or not (id or "").isdecimal() or id == "0":
                yield f"{part}: {count} shapes of the id {id}"
        yield from (f"{part}: the shape {shape.get('id')} has no name" for shape in shapes if not shape.get("name"))
    controls = Counter(shape.get("id") for _, root in _legacy(book) for shape in root.iter(f"{VML}shape"))
    yield from (f"xl/drawings: {count} controls of the id {id}" for id, count in controls.items() if count > 1)


@rule
def chart_references(book: Book) -> Iterator[str]:
    """What a chart draws is there."""
    for part in book.parts:
        if part.startswith("xl/charts/"):
            for formula in book.root(part).iter(f"{CHART}f"):
                for problem in reference_problems(formula.text or "#REF!", book):
                    yield f"{part}: {problem}"


def _drawings(book: Book) -> Iterator[tuple[str, Element]]:
    return ((part, book.root(part)) for part in book.parts if part.startswith("xl/drawings/drawing"))


def _legacy(book: Book) -> Iterator[tuple[str, Element]]:
    return ((part, book.root(part)) for part in book.parts if part.endswith(".vml"))


def _place(corner: Element | None) -> tuple[int, int] | None:
    if corner is None:
        return None
    row, column = (corner.findtext(f"{DRAWING}{kind}") or "-1" for kind in ("row", "col"))
    return int(row), int(column)
