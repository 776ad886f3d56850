"""Workbooks as other programs write them: refreshed as Excel's are."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.support.placed import placed
from xl_lifecycle.commands.refresh import refresh
from xl_lifecycle.core.cells.errors import BookError
from xl_lifecycle.core.functions import FUNCTIONS, Functions
from xl_lifecycle.engine.calc import Calc
from xl_lifecycle.xlsx.file_book import FileBook
from xl_lifecycle.xlsx.package import Package

CATALOGUE = FUNCTIONS.catalogue
Parts = dict[str, bytes]
TYPED = "month,channel,campaign,spend\n2026-01,Email,,130\n2026-04,Paid ads,Brand,60.25\n2026-04,TV,,10\n"
SHEET = re.compile(r"xl/worksheets/sheet\d+\.xml")


def in_sheets(change: Callable[[bytes], bytes]) -> Callable[[Parts], Parts]:
    return lambda parts: {name: change(data) if SHEET.fullmatch(name) else data for name, data in parts.items()}


def absolute(parts: Parts) -> Parts:
    """Relations by the whole name of a part."""
    links = {name for name in parts if re.match(r"xl/(worksheets/)?_rels/", name)}
    return {
        name: re.sub(rb'Target="(?:\.\./)?(?![/#]|http)([^":]+)"', rb'Target="/xl/\1"', data) if name in links else data
        for name, data in parts.items()
    }


def prefixed(parts: Parts) -> Parts:
    """Elements with a prefix, as OpenXML tools write them."""

    def change(data: bytes) -> bytes:
        return re.sub(rb"<(/?)(?=[A-Za-z]\w*[\s/>])", rb"<\1x:", data).replace(b"xmlns=", b"xmlns:x=", 1)

    ours = re.compile(r"xl/(worksheets/sheet\d+|workbook|sharedStrings|styles|tables/table\d+)\.xml")
    return {name: change(data) if ours.fullmatch(name) else data for name, data in parts.items()}


def renamed(parts: Parts) -> Parts:
    """Parts of other names, tables in another folder."""

    def name_of(text: str) -> str:
        return re.sub(r"(worksheets/(?:_rels/)?)sheet(\d+)\.xml", r"\1sheet-\2.xml", text).replace(
            "tables/table", "lists/liste"
        )

    links = {name for name in parts if name.endswith(".rels") or name == "[Content_Types].xml"}
    return {name_of(n): name_of(data.decode()).encode() if n in links else data for n, data in parts.items()}


def inline(parts: Parts) -> Parts:
    """Texts in the cells themselves."""
    texts = re.findall(rb"<si>(.*?)</si>", parts["xl/sharedStrings.xml"], re.DOTALL)
    pattern = re.compile(rb't="s"([^>]*)><v>(\d+)</v>')
    return in_sheets(
        lambda sheet: pattern.sub(lambda f: b't="inlineStr"%s><is>%s</is>' % (f[1], texts[int(f[2])]), sheet)
    )(parts)


VARIANTS = {
    "absolute names": absolute,
    "all places": in_sheets(lambda sheet: placed(sheet.decode()).encode()),  # ours leave out what follows
    "prefixes": prefixed,
    "other names of parts": renamed,
    "texts in cells": inline,
    "empty values": in_sheets(lambda sheet: re.sub(rb'(<c(?: r="\w+")? s="\d+")/>', rb"\1><v/></c>", sheet)),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_another_program_s_file(small_original: Path, tmp_path: Path, variant: str) -> None:
    with zipfile.ZipFile(small_original) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    changed = VARIANTS[variant](parts)
    assert changed != parts
    book = tmp_path / "book.xlsx"
    with zipfile.ZipFile(book, "w") as file:
        for name, data in changed.items():
            file.writestr(name, data)
    (tmp_path / "typed.csv").write_text(TYPED, "utf-8")
    report = refresh(book, [tmp_path / "typed.csv"], CATALOGUE)
    assert report.channels == ["TV"]
    assert not [note for note in report.notes if "only Excel" in note]
    assert Calc(Functions(CATALOGUE), book).evaluate('=KPI("spend","All","all",Data)') == 1359.25
    sheets = {sheet.name: sheet.part for sheet in FileBook(book).sheets}
    assert sheets["Costs"].stored_value((6, 4)) == 130
    assert openpyxl.load_workbook(book)["TV"]


def test_a_part_that_is_encrypted(small_original: Path, tmp_path: Path) -> None:
    data = bytearray(small_original.read_bytes())
    for at in [found.start() for found in re.finditer(b"PK\x01\x02", data)]:
        data[at + 8] |= 1
    locked = tmp_path / "locked.xlsx"
    locked.write_bytes(data)
    with pytest.raises(BookError, match="cannot be read as a workbook"):
        Package(locked)


def test_a_file_cut_off_anywhere(small_original: Path, tmp_path: Path) -> None:
    data = small_original.read_bytes()
    for share in (0.01, 0.3, 0.9, 0.999):
        cut = tmp_path / "cut.xlsx"
        cut.write_bytes(data[: int(len(data) * share)])
        with pytest.raises(BookError) as raised:
            Package(cut)
        assert "\n" not in str(raised.value)
