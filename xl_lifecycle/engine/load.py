"""Loads a whole workbook into the second engine, with its formulas rewritten so that the engine knows them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError

from xl_lifecycle.content.read_content import scalar
from xl_lifecycle.core.cells.addresses import absolute, quoted
from xl_lifecycle.core.functions import Functions
from xl_lifecycle.core.sheet_meaning import TOP_ROWS, channel_argument, period_row
from xl_lifecycle.core.short_forms import plain, write_out
from xl_lifecycle.engine.calc import Calc
from xl_lifecycle.engine.minimal_file import ANOTHER_BOOK
from xl_lifecycle.engine.structured_references import TableAt, as_cells
from xl_lifecycle.refresh.live_tables import values_of
from xl_lifecycle.xlsx.file_book import FileBook, FileSheet

_AREA = re.compile(r"(?:'[^']+'|[\w.]+)!\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?")
_WORD = re.compile(r"[\w.\\?]+")
_LONGEST = 8192  # characters of a formula


def engine(book: FileBook, functions: Functions) -> Calc:
    """The engine with the whole workbook, its formulas rewritten so that it knows them.

    Short forms are written in full, because the engine does not tell a function its cell.
    """
    tables = {
        table.name.lower(): TableAt(sheet.name, table.range.area, table.columns, int(table.show_totals))
        for sheet in book.sheets
        for table in sheet.tables
    }
    names = {name: text for name, text in book.names().items() if not _AREA.fullmatch(text)}
    replacements = {}
    for sheet in book.sheets:
        for cell in sheet.part.formulas():
            if ANOTHER_BOOK.search(cell.text) or not cell.text:
                continue
            text = f"={cell.text}"
            try:
                full = as_cells(_spell_out(text, names), cell.at, tables)
            except TokenizerError:
                continue  # the engine does not understand it either
            if calls(text, functions) and write_out(full, functions, "", "") != plain(full):
                full = write_out(full, functions, _channel(book, sheet), _period(book, sheet))
            if full != text:
                replacements[sheet.name, *cell.at] = full
    return Calc(functions, book.package, replacements)


def _spell_out(formula: str, names: Mapping[str, str]) -> str:
    """A formula with the formulas of its names inserted; the engine only knows names of areas."""
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


def with_names(text: str, names: Mapping[str, str]) -> list[str]:
    """A formula, and the formulas of the names in it."""
    result, words = [text], set(_WORD.findall(text.lower())) & names.keys()
    seen: set[str] = set()
    while words:
        seen |= words
        texts = [names[word] for word in words]
        result += texts
        words = {word for each in texts for word in _WORD.findall(each.lower())} & names.keys() - seen
    return result


# The channel and period of a short form


def _channel(book: FileBook, sheet: FileSheet) -> str:
    """The channel of a sheet as a formula writes it; All if the sheet does not belong to a channel."""
    table = next((table for each in book.sheets for table in each.tables if table.name == "Channels"), None)
    return channel_argument(values_of(table.range) if table else [], sheet.name)


def _period(book: FileBook, sheet: FileSheet) -> str:
    """The cell with the period of a sheet, or else the one on Settings."""
    top = [scalar(sheet.part.value((row, 1))) for row in range(1, TOP_ROWS + 1)]
    if (row := period_row(top)) is not None:
        return absolute((row + 1, 2))
    for each in book.sheets:
        for table in (table for table in each.tables if table.name == "Settings"):
            if (row := period_row(cells[0] for cells in values_of(table.range))) is not None:
                return f"{quoted(each.name)}!{absolute((table.range.row + row, table.range.column + 1))}"
    return '"all"'
