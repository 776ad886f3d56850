"""The second engine with a whole workbook, its formulas in words that the engine knows."""

from __future__ import annotations

import re
from collections.abc import Mapping

from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError

from xl_lifecycle.core.cells.addresses import absolute, quoted
from xl_lifecycle.core.cells.headers import header_keys, setting_of
from xl_lifecycle.core.functions import Functions
from xl_lifecycle.core.language.vocabulary import ALL
from xl_lifecycle.core.short_forms import plain, written_out
from xl_lifecycle.engine.calc import Calc
from xl_lifecycle.engine.minimal_file import ANOTHER_BOOK
from xl_lifecycle.engine.structured_references import TableAt, as_cells
from xl_lifecycle.xlsx.open_book import Book, Sheet

_AREA = re.compile(r"(?:'[^']+'|[\w.]+)!\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?")
_WORD = re.compile(r"[\w.\\?]+")
_LONGEST = 8192  # characters of a formula
_PERIOD_WITHIN = 30  # rows from the top of a sheet


def engine(book: Book, functions: Functions) -> Calc:
    """The engine with the whole workbook, its formulas in words that it knows.

    Short forms are written out, as it does not tell where a cell stands.
    """
    tables = {
        table.name.lower(): TableAt(sheet.name, table.range.area, table.columns, int(table.show_totals))
        for sheet in book.sheets
        for table in sheet.tables
    }
    names = {name: text for name, text in names_of(book).items() if not _AREA.fullmatch(text)}
    rewritten = {}
    for sheet in book.sheets:
        for cell in sheet.part.formulas():
            if ANOTHER_BOOK.search(cell.text) or not cell.text:
                continue
            text = f"={cell.text}"
            try:
                full = as_cells(_spelt_out(text, names), cell.at, tables)
            except TokenizerError:
                continue  # the engine does not understand it either
            if calls(text, functions) and written_out(full, functions, "", "") != plain(full):
                full = written_out(full, functions, _channel(book, sheet), _period(book, sheet))
            if full != text:
                rewritten[sheet.name, *cell.at] = full
    return Calc(functions, book.package, rewritten)


def _spelt_out(formula: str, names: Mapping[str, str]) -> str:
    """A formula with the formulas that its names mean; the engine knows names of areas alone."""
    for _ in names:
        if not set(_WORD.findall(formula.lower())) & names.keys():
            break
        tokens = Tokenizer(formula).items
        before = formula
        formula = "=" + "".join(
            f"({names[each.value.lower()]})"
            if each.subtype == Token.RANGE and each.value.lower() in names
            else each.value
            for each in tokens
        )
        if formula == before or len(formula) > _LONGEST:
            break
    return formula


def calls(text: str, functions: Functions) -> bool:
    upper = text.upper()
    return any(f"{name}(" in upper for name in functions.names)


def names_of(book: Book) -> dict[str, str]:
    """The names of the workbook and what they mean, in lower case; of those of several sheets, together."""
    found: dict[str, str] = {}
    for each in book.package.tree(book.package.workbook).iterfind("{*}definedNames/{*}definedName"):
        name = str(each.get("name")).lower()
        found[name] = f"{found[name]},{each.text}" if name in found else each.text or ""
    return found


def meant(text: str, names: Mapping[str, str]) -> list[str]:
    """A formula, and what the names in it mean."""
    found, words = [text], set(_WORD.findall(text.lower())) & names.keys()
    seen: set[str] = set()
    while words:
        seen |= words
        texts = [names[word] for word in words]
        found += texts
        words = {word for each in texts for word in _WORD.findall(each.lower())} & names.keys() - seen
    return found


# Where a short form stands


def _channel(book: Book, sheet: Sheet) -> str:
    """The channel of a sheet as a formula writes it; All where the sheet is no channel's."""
    table = next((table for each in book.sheets for table in each.tables if table.name == "Channels"), None)
    header, *rows = table.range.value if table else [[]]
    keys = header_keys(header)
    listed = [(row[keys["channel"]], row[keys["sheet"]]) for row in rows] if {"channel", "sheet"} <= keys.keys() else []
    found = next((str(name) for name, own in listed if own == sheet.name), ALL)
    return '"' + found.replace('"', '""') + '"'


def _period(book: Book, sheet: Sheet) -> str:
    """The cell in which a sheet's period is chosen, or else that of Settings."""
    for row in range(1, _PERIOD_WITHIN + 1):
        if setting_of(sheet.part.value((row, 1))) == "period":
            return absolute((row, 2))
    for each in book.sheets:
        for table in (table for table in each.tables if table.name == "Settings"):
            for i, cells in enumerate(table.range.value):
                if setting_of(cells[0]) == "period":
                    return f"{quoted(each.name)}!{absolute((table.range.row + i, table.range.column + 1))}"
    return '"all"'
