"""Reads a workbook's file: its tables, their content, and the choices on its sheets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from xl_lifecycle.content.content import Content
from xl_lifecycle.content.read_content import scalar
from xl_lifecycle.content.workbook_tables import PlacedTable, content_of, dataset_tables, refuse_missing
from xl_lifecycle.core.catalogue.catalogue import Catalogue
from xl_lifecycle.core.cells.addresses import address
from xl_lifecycle.core.cells.errors import BookError
from xl_lifecycle.core.cells.values import Scalar
from xl_lifecycle.core.dataset.tables import Tables
from xl_lifecycle.exports.declaration import titles
from xl_lifecycle.refresh.live_tables import live_tables
from xl_lifecycle.template.plan import plan
from xl_lifecycle.xlsx.file_book import FileBook, FileSheet


class SavedBook:
    """One of our workbooks, as it was saved. Raises BookError if the file cannot be read or is not one of ours."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.book = FileBook(path)
        self.tables: dict[str, PlacedTable] = {**live_tables(self.book)}
        try:
            refuse_missing(self.tables)
        except BookError as error:
            raise BookError(f"{path}: {error}") from None

    def dataset_tables(self, catalogue: Catalogue) -> Tables:
        """The records in its tables, as input of the dataset."""
        return dataset_tables(self.tables, catalogue)

    def content(self, catalogue: Catalogue) -> Content:
        """The content that people and imports put into it, which can be written again."""
        try:
            content = content_of(self.tables, catalogue, titles())
        except BookError as error:
            raise BookError(f"{self.path}: {error}") from None
        for sheet, _, key, value in self.choices(content, catalogue):
            content.pickers.setdefault(sheet, {})[key] = value
        return content

    def choices(self, content: Content | Tables, catalogue: Catalogue) -> Iterator[tuple[str, str, str, Scalar]]:
        """The choices in the sheets' pickers: sheet, cell, the picker's key, and the value.

        A picker with a formula still follows Settings, and is left out.
        """
        bare = Content(content.settings, content.channels, [2000 * 12])  # only to find the pickers
        sheets: dict[str, FileSheet] = {sheet.name: sheet for sheet in self.book.sheets}
        for planned in plan(bare, catalogue).sheets:
            sheet = sheets.get(planned.name)
            for key, at in planned.pickers.items() if sheet else ():
                value = None if sheet is None or sheet.part.has_formula(at) else scalar(sheet.part.value(at))
                if value is not None:
                    yield planned.name, address(at), key, value
