"""Rules of formulas as text: how functions and names are spelt in a file, and how long things may be."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from tests.support.validity.files import Book, Cell, Sheet, units
from tests.support.validity.formulas import CLASSIC, FUTURE, WORKSHEET_ONLY, arguments, tokens
from tests.support.validity.rules import rule
from xl_lifecycle.core.functions import FUNCTIONS

LONGEST_FORMULA, LONGEST_STRING = 8_192, 255
CUSTOM = "_xldudf_"  # how an add-in's function is spelt in a file


def _formulas(book: Book) -> Iterator[tuple[Sheet, Cell, str]]:
    for sheet in book.sheets:
        yield from ((sheet, cell, cell.formula or "") for cell in sheet.formulas)


@rule
def formula_lengths(book: Book) -> Iterator[str]:
    """A formula, and each text in it, is no longer than Excel takes."""
    for sheet, cell, formula in _formulas(book):
        if units(formula) > LONGEST_FORMULA:
            yield f"{sheet.part}: {cell.where} has a formula of {units(formula)} characters"
        for kind, text in tokens(formula):
            if kind == "string" and units(text[1:-1].replace('""', '"')) > LONGEST_STRING:
                yield f"{sheet.part}: {cell.where} has a text of {units(text) - 2} characters in its formula"


@rule
def formula_syntax(book: Book) -> Iterator[str]:
    """A formula stands without = or braces around it, and what it opens it closes."""
    for sheet, cell, formula in _formulas(book):
        kinds = [token.kind for token in tokens(formula)]
        shared = cell.element.find("*") is not None and cell.element[0].get("t") == "shared"
        if (not formula and not shared) or formula[:1] in ("=", "{"):
            yield f"{sheet.part}: {cell.where} has the formula {formula[:20]!r}"
        elif kinds.count("open") != kinds.count("close") or "other" in kinds:
            yield f"{sheet.part}: {cell.where} cannot be read: {formula[:60]}"


@rule
def function_prefixes(book: Book) -> Iterator[str]:
    """A function younger than the file format has its prefix; without it Excel shows #NAME?."""
    for sheet, cell, formula in _formulas(book):
        for kind, text in tokens(formula):
            plain = _plain(text)
            wanted = f"_xlfn.{'_xlws.' if plain in WORKSHEET_ONLY else ''}{plain}"
            if kind == "function" and plain in FUTURE and text != wanted:
                yield f"{sheet.part}: {cell.where} says {text}, not {wanted}"


@rule
def known_functions(book: Book) -> Iterator[str]:
    """A function is Excel's or ours, and ours is spelt as its host wants: as an add-in's, or plainly with macros."""
    prefix = "" if book.has_macros else CUSTOM
    ours = {f"{prefix}{name}" for name in FUNCTIONS.names}
    for sheet, cell, formula in _formulas(book):
        for kind, text in tokens(formula):
            known = text in ours or text in CLASSIC or text.startswith("_xlpm.") or _plain(text) in FUTURE
            if kind == "function" and not known:
                yield f"{sheet.part}: {cell.where} calls {text}, which nobody knows"


@cache
def _plain(function: str) -> str:
    return function.upper().removeprefix("_XLFN.").removeprefix("_XLWS.")


@rule
def local_names(book: Book) -> Iterator[str]:
    """A name that LET or LAMBDA gives is spelt _xlpm., and none is used that was not given."""
    for sheet, cell, formula in _formulas(book):
        given = set()
        for function, parts in arguments(formula):
            names = {"_xlfn.LET": parts[:-1:2], "_xlfn.LAMBDA": parts[:-1]}.get(function, [])
            for name in ("".join(token.text for token in part).strip() for part in names):
                given.add(name)
                if not name.startswith("_xlpm."):
                    yield f"{sheet.part}: {cell.where} gives the name {name} without _xlpm."
        used = {token.text for token in tokens(formula) if token.text.startswith("_xlpm.")}
        yield from (f"{sheet.part}: {cell.where} uses {name}, given nowhere" for name in sorted(used - given))
