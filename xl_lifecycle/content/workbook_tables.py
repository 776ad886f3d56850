"""The tables of a workbook: where each one is, and their content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xl_lifecycle.content.content import DATASET_TABLES, TABLES, Content
from xl_lifecycle.content.read_content import read_content, refuse_rules, refuse_settings
from xl_lifecycle.core.catalogue.catalogue import Catalogue
from xl_lifecycle.core.cells.addresses import address
from xl_lifecycle.core.cells.errors import BookError
from xl_lifecycle.core.cells.values import Grid
from xl_lifecycle.core.dataset.read_tables import read_tables
from xl_lifecycle.core.dataset.tables import Tables


@dataclass
class PlacedTable:
    """A table: its sheet, the row and column of its header, counted from 1, and its cells, the header first."""

    sheet_name: str
    row: int
    column: int
    grid: Grid

    def cell(self, row: int, column: int) -> str:
        """The sheet and address of a cell of the grid.

        >>> PlacedTable("Costs", 4, 1, []).cell(1, 3)
        'Costs!D5'
        """
        return f"{self.sheet_name}!{address((self.row + row, self.column + column))}"


def refuse_missing(tables: Mapping[str, PlacedTable]) -> None:
    """BookError if a table is missing that every workbook of ours has."""
    missing = [name for name in TABLES if name not in tables]
    if missing:
        raise BookError(f"this workbook has no table {missing[0]}; give a workbook made by xl-lifecycle new")


def dataset_tables(tables: Mapping[str, PlacedTable], catalogue: Catalogue) -> Tables:
    """The records in the tables, from which the dataset is made."""
    return read_tables({name: tables[name].grid for name in DATASET_TABLES if name in tables}, catalogue)


def content_of(tables: Mapping[str, PlacedTable], catalogue: Catalogue, formats: Sequence[str]) -> Content:
    """The tables as a content; BookError names the cell if a setting or rule cannot be used.

    formats: the titles of all export formats, which rules may name.
    """
    read = dataset_tables(tables, catalogue)
    refuse_settings(read, tables["Settings"].cell)
    content = read_content(read, {name: table.grid for name, table in tables.items()}, catalogue, formats)
    refuse_rules(content.rules, lambda table, row, column: tables[table].cell(row, column))
    return content
