"""A sheet's copy: what is its own, what is shared, and whose references become the copy's."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from xl_lifecycle.commands.refresh import refresh
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.hosts.save import save
from xl_lifecycle.xlsx.copy_sheet import _rename_references
from xl_lifecycle.xlsx.file_book import FileBook

TV = "month,channel,spend\n2026-01,TV,100\n"


@pytest.mark.parametrize(
    ("formula", "copied"),
    [
        ("Email!A1+email!$B$2", "TV!A1+TV!$B$2"),
        ("'Email'!A1", "TV!A1"),
        ("ColdEmail!A1+'Cold Email'!A1", "ColdEmail!A1+'Cold Email'!A1"),
        ("[1]Email!A1+'[1]Email'!A1", "[1]Email!A1+'[1]Email'!A1"),
        ("Costs!A1", "Costs!A1"),
    ],
)
def test_only_references_to_the_sheet_itself_become_the_copy_s(formula: str, copied: str) -> None:
    assert _rename_references(formula, "Email", "TV") == copied


def test_a_name_that_needs_quotes() -> None:
    assert _rename_references("'O''Brien & co'!A1", "O'Brien & co", "Radio & TV") == "'Radio & TV'!A1"


def copied(original: Path, folder: Path, rewrite: Callable[..., Path] | None = None) -> FileBook:
    """The workbook with a sheet for TV, which is Podcast's."""
    book = Path(shutil.copy(original, folder / f"copied{original.suffix}"))
    (folder / "tv.csv").write_text(TV, "utf-8")
    refresh(book, [folder / "tv.csv"], FUNCTIONS.catalogue)
    return FileBook(book)


def test_a_copied_button_still_leads_where_it_led(small_book: Path, tmp_path: Path) -> None:
    book = copied(small_book, tmp_path)
    sheet = next(each for each in book.sheets if each.name == "TV").part.part
    (drawing,) = (each.target for each in book.package.relations(sheet) if each.kind == "drawing")
    links = book.package.data(f"xl/drawings/_rels/{drawing.rpartition('/')[2]}.rels").decode()
    targets = re.findall(r'hyperlink"[^>]*Target="([^"]+)"|Target="([^"]+)"[^>]*hyperlink', links)
    assert [one or other for one, other in targets if (one or other).startswith("#")]
    for each in book.package.relations(drawing):
        assert each.external or each.kind == "hyperlink" or each.target in book.package


def test_shapes_have_numbers_of_their_own(small_book: Path, tmp_path: Path) -> None:
    from xl_lifecycle.xlsx.saved_book import SavedBook

    macros = tmp_path / "macros.xlsm"
    save(SavedBook(small_book).content(FUNCTIONS.catalogue), macros, FUNCTIONS.catalogue)
    package = copied(macros, tmp_path).package
    drawings = [package.data(name).decode() for name in package if name.endswith(".vml")]
    shapes = [shape for each in drawings for shape in re.findall(r'\bid="_x0000_s(\d+)"', each)]
    assert len(drawings) > 10
    assert len(set(shapes)) == len(shapes)
    blocks = [int(block) for each in drawings for block in re.findall(r'idmap[^>]*data="(\d+)"', each)]
    assert len(set(blocks)) == len(blocks)
    controls = [
        number
        for name in package
        if "worksheets/sheet" in name and name.endswith(".xml")
        for number in re.findall(rb'shapeId="(\d+)"', package.data(name))
    ]
    assert {int(number) for number in controls} <= {int(shape) for shape in shapes}
