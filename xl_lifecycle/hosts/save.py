"""Writes a content as a new workbook; the end of the name decides the kind."""

from __future__ import annotations

from pathlib import Path

from xl_lifecycle.content.content import Content
from xl_lifecycle.core.catalogue.catalogue import Catalogue
from xl_lifecycle.hosts.classic.macro_book import write_macro_book
from xl_lifecycle.hosts.lite.bundle import write_book
from xl_lifecycle.template.plan import plan
from xl_lifecycle.xlsx.whole_file import refuse_open, write_whole


def save(content: Content, path: Path, catalogue: Catalogue) -> None:
    """Write a content as a new workbook: to a temporary file beside it, then swapped in one step.

    .xlsx carries its Python for xlwings Lite, .xlsm its macros for classic xlwings.
    """

    def write(temporary: Path) -> None:
        if path.suffix.lower() == ".xlsm":
            write_macro_book(content, temporary, catalogue)
        else:
            write_book(plan(content, catalogue), temporary)

    refuse_open(path)
    write_whole(path, write)
