"""Rules of the file as a package: its zip entries, its XML, and how its parts are declared and connected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.support.validity.files import RELATION, TYPES, Book, parsed
from tests.support.validity.rules import rule

_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_DRAWING = "application/vnd.openxmlformats-officedocument."
EXPECTED = {  # by the kind of relationship that leads to a part
    "officeDocument": (f"{_SHEET}sheet.main+xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
    "worksheet": (f"{_SHEET}worksheet+xml",),
    "table": (f"{_SHEET}table+xml",),
    "styles": (f"{_SHEET}styles+xml",),
    "sharedStrings": (f"{_SHEET}sharedStrings+xml",),
    "sheetMetadata": (f"{_SHEET}sheetMetadata+xml",),
    "comments": (f"{_SHEET}comments+xml",),
    "theme": (f"{_DRAWING}theme+xml",),
    "drawing": (f"{_DRAWING}drawing+xml",),
    "chart": (f"{_DRAWING}drawingml.chart+xml",),
    "vmlDrawing": (f"{_DRAWING}vmlDrawing",),
    "vbaProject": ("application/vnd.ms-office.vbaProject",),
    "ctrlProp": ("application/vnd.ms-excel.controlproperties+xml",),
    "image": ("image/png", "image/jpeg", "image/gif", "image/x-emf"),
    "webextensiontaskpanes": ("application/vnd.ms-office.webextensiontaskpanes+xml",),
    "webextension": ("application/vnd.ms-office.webextension+xml",),
}


@rule
def zip_entries(book: Book) -> Iterator[str]:
    """No part stands twice, in whatever case, and none has a path that is not a part's."""
    for name, count in Counter(name.lower() for name in book.names).items():
        if count > 1:
            yield f"{name}: stands {count} times"
    for name in book.names:
        if name.startswith("/") or "\\" in name or ".." in PurePosixPath(name).parts:
            yield f"{name}: not a part's name"


@rule
def well_formed(book: Book) -> Iterator[str]:
    """Every part that is XML can be read as such; control characters and other illegal ones cannot."""
    for part in book.parts:
        problem = parsed(book.parts[part]) if PurePosixPath(part).suffix in (".xml", ".rels", ".vml") else None
        if isinstance(problem, str):
            yield f"{part}: {problem}"


@rule
def content_types(book: Book) -> Iterator[str]:
    """Every part has a content type, and every content type a part."""
    for part in book.parts:
        if part != TYPES and part not in book.content_types:
            yield f"{part}: no content type"
    for declared in book.root(TYPES):
        name = declared.get("PartName")
        if name and name.removeprefix("/") not in book.parts:
            yield f"{TYPES}: names {name}, which is not there"


@rule
def fitting_types(book: Book) -> Iterator[str]:
    """A part has the content type of what it is used for."""
    for source in ("", *book.parts):
        for relation in book.relations(source):
            have = book.content_types.get(relation.target)
            if have and relation.kind in EXPECTED and have not in EXPECTED[relation.kind]:
                yield f"{relation.target}: a {relation.kind} declared as {have}"


@rule
def relationships(book: Book) -> Iterator[str]:
    """Every relationship leads to a part, each by an id of its own."""
    for source in ("", *book.parts):
        relations = book.relations(source)
        for relation in relations:
            if not relation.external and relation.target not in book.parts:
                yield f"{source}: leads to {relation.target}, which is not there"
        for id, count in Counter(relation.id for relation in relations).items():
            if count > 1 or not id:
                yield f"{source}: {count} relationships of the id {id!r}"


@rule
def relationship_ids(book: Book) -> Iterator[str]:
    """Every id that a part refers to is one of its relationships."""
    for part in book.parts:
        if PurePosixPath(part).suffix not in (".xml", ".vml"):
            continue
        known = {relation.id for relation in book.relations(part)}
        for element in book.root(part).iter():
            for name, value in element.attrib.items():
                if name.startswith(RELATION) and value not in known:
                    yield f"{part}: refers to {value!r}, which is no relationship of it"


@rule
def used_parts(book: Book) -> Iterator[str]:
    """Every part is reached by relationships; Excel drops what is not."""
    reached, waiting = set(), [""]
    while waiting:
        for relation in book.relations(waiting.pop()):
            if relation.target in book.parts and relation.target.lower() not in reached:
                reached.add(relation.target.lower())
                waiting.append(relation.target)
    for part in book.parts:
        if part != TYPES and not part.endswith(".rels") and part.lower() not in reached:
            yield f"{part}: nothing leads to it"
