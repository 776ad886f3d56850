"""An existing workbook: its tables read into a content, and what it holds that we would not write again.

openpyxl reads; it never saves a user's workbook.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xl_lifecycle.content.content import DATASET_TABLES, TABLES, BookError, Content
from xl_lifecycle.content.read import read_content as content_of
from xl_lifecycle.content.read import refuse_rules, refuse_settings, scalar
from xl_lifecycle.core.catalogue.catalogue import Catalogue
from xl_lifecycle.core.cells.addresses import address, area_of
from xl_lifecycle.core.cells.values import Scalar
from xl_lifecycle.core.dataset.tables import Tables, read_tables
from xl_lifecycle.exports.declaration import titles
from xl_lifecycle.template.plan import plan
from xl_lifecycle.xlsx.package import read_file


@dataclass
class TableAt:
    """A table of the workbook: where its header starts, and its cells, header first."""

    sheet: str
    row: int
    column: int
    grid: list[list[Scalar]]

    def cell(self, row: int, column: int) -> str:
        """Where a row and column of the table stand, as sheet and cell."""
        return f"{self.sheet}!{address((self.row + row, self.column + column))}"


@dataclass
class OpenBook:
    """A workbook read twice: with its formulas and with the values they had when it was saved."""

    path: Path
    formulas: Any
    values: Any
    tables: dict[str, TableAt]

    def read(self, catalogue: Catalogue) -> Tables:
        """The tables that make the dataset."""
        own = [name for name in DATASET_TABLES if name in self.tables]
        return read_tables({name: self.tables[name].grid for name in own}, catalogue)


def open_book(path: Path) -> OpenBook:
    """Open one of our workbooks; BookError where it is none."""
    import openpyxl

    data = read_file(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl names the features it does not keep; we only read
            formulas = openpyxl.load_workbook(io.BytesIO(data))
            values = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    except Exception as error:
        raise BookError(f"{path} cannot be read as a workbook: {error}") from None
    tables = {}
    for sheet in values.worksheets:
        for table in sheet.tables.values():
            cells = [[scalar(cell.value) for cell in row] for row in sheet[table.ref]]
            tables[table.name] = TableAt(sheet.title, *area_of(table.ref)[:2], cells)
    missing = [name for name in TABLES if name not in tables]
    if missing:
        raise BookError(f"{path} has no table {missing[0]}; give a workbook made by xl-lifecycle new")
    return OpenBook(path, formulas, values, tables)


def read_content(book: OpenBook, catalogue: Catalogue) -> Content:
    """What people and imports put into the workbook, as a content that can be written again."""
    tables = book.read(catalogue)
    refuse_settings(tables, lambda row, column: f"{book.path}: {book.tables['Settings'].cell(row, column)}")
    content = content_of(tables, {name: at.grid for name, at in book.tables.items()}, catalogue, titles())
    refuse_rules(content.rules, lambda table, row, column: f"{book.path}: {book.tables[table].cell(row, column)}")
    for sheet, _, key, value in picked(book, tables, catalogue):
        content.pickers.setdefault(sheet, {})[key] = value
    return content


def picked(book: OpenBook, tables: Tables, catalogue: Catalogue) -> Iterator[tuple[str, str, str, Scalar]]:
    """What is chosen in the sheets' pickers: sheet, cell, what is picked, and the choice.

    A picker with a formula still follows Settings, and is left out.
    """
    bare = Content(tables.settings, tables.channels, [2000 * 12])  # only where the pickers stand
    for sheet in plan(bare, catalogue).sheets:
        for key, at in sheet.pickers.items() if sheet.name in book.formulas.sheetnames else ():
            value = book.formulas[sheet.name].cell(*at).value
            if value is not None and not str(value).startswith("="):
                yield sheet.name, address(at), key, scalar(value)
