"""A workbook in which people keep everything that Excel lets them comes through a refresh, part by part."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.support.crowded_book import EXCEL_ONLY, UNTOUCHED, Refreshed, refreshed
from tests.support.placed import placed
from tests.support.validity import VALIDATORS, findings
from xl_lifecycle.core.cells.addresses import address, area_of, at_of, places
from xl_lifecycle.xlsx.file_book import FileBook

MAY_LOSE = {f"Mine!{column}20" for column in EXCEL_ONLY} | {"Mine!G2", "Mine!H2", "Mine!Y2"}  # read any cell


@pytest.fixture(scope="module", params=[".xlsx", ".xlsm"])
def survived(request: Any, small_original: Path, tmp_path_factory: pytest.TempPathFactory) -> Refreshed:
    return refreshed(small_original, tmp_path_factory.mktemp("crowded"), request.param)


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def sheet_parts(path: Path) -> dict[str, str]:
    return {sheet.name: sheet.part.part for sheet in FileBook(path).sheets}


def test_it_brings_what_the_other_tests_are_about(survived: Refreshed) -> None:
    assert survived.report.channels == ["TV"]
    assert survived.report.added > 3
    assert "TV" in sheet_parts(survived.new)


def test_every_part_that_need_not_change_is_the_same_byte_for_byte(survived: Refreshed) -> None:
    old, new = parts(survived.old), parts(survived.new)
    sheets, tables = set(sheet_parts(survived.old).values()), {name for name in old if "xl/tables/" in name}
    may = (
        sheets
        | tables
        | {
            "[Content_Types].xml",
            "xl/workbook.xml",
            "xl/_rels/workbook.xml.rels",
            "xl/calcChain.xml",
            "xl/pivotCache/pivotCacheDefinition1.xml",
        }
    )
    assert old.keys() <= new.keys()
    changed = {name for name in old if old[name] != new[name]}
    assert changed <= may
    mine = sheet_parts(survived.old)
    assert mine["Very hidden"] not in changed
    assert mine["Settings"] in changed
    added = {name for name in new if name not in old}
    assert all(re.search(r"(worksheets|drawings|charts|ctrlProps)/", name) for name in added), added
    for name in ("xl/vbaProject.bin", "xl/webextensions/webextension1.xml"):
        if name in old:
            assert old[name] == new[name]
    assert ("xl/vbaProject.bin" in old) == (survived.old.suffix == ".xlsm")


def test_in_a_sheet_only_values_change_and_rows_come_where_a_table_grew(survived: Refreshed) -> None:
    old, new = parts(survived.old), parts(survived.new)
    before, after = FileBook(survived.old), FileBook(survived.new)
    grown = {
        (sheet.name, place)
        for sheet in after.sheets
        for area in [*(table.range.area for table in sheet.tables), *(cell.area for cell in sheet.part.formulas())]
        for row in places(area)
        for place in row
    }
    for sheet in before.sheets:
        one, other = (etree.fromstring(placed(each[sheet.part.part].decode()).encode()) for each in (old, new))
        cells = [{at_of(c.get("r")): c for c in root.iter("{*}c")} for root in (one, other)]
        for at, cell in cells[0].items():
            assert at in cells[1], f"{sheet.name}!{address(at)} is gone"
            assert bare(cell) == bare(cells[1][at]), f"{sheet.name}!{address(at)}"
        headers = {address(at) for at in cells[1].keys() - cells[0].keys() if (sheet.name, at) not in grown}
        assert all(cells[1][at_of(each)].findtext("{*}is/{*}t") in ("TV", None) for each in headers), headers
        assert frame(one) == frame(other), sheet.name


def bare(cell: Any) -> tuple[Any, ...]:
    """A cell without its value."""
    formula = cell.find("{*}f")
    own = None
    if formula is not None:
        own = (formula.text, {key: value for key, value in formula.attrib.items() if key not in ("ref", "ca")})
    return {key: value for key, value in cell.attrib.items() if key != "t"}, own


def frame(root: Any) -> bytes:
    """All of a sheet but its cells, and the areas that grow with a table."""
    for row in list(root.find("{*}sheetData")):
        kept = {key: value for key, value in row.attrib.items() if key not in ("spans", "r")}
        if not kept:
            row.getparent().remove(row)
        for cell in list(row):
            row.remove(cell)
    root.find("{*}sheetData").clear()
    root.find("{*}dimension").attrib.clear()
    for each in [*root.iter("{*}conditionalFormatting"), *root.iter("{*}dataValidation")]:
        each.set("sqref", re.sub(r"\d+", "", each.get("sqref", "")))
    for each in root.iter("{*}sqref"):
        each.text = re.sub(r"\d+", "", each.text)
    return bytes(etree.tostring(root, method="c14n"))


def test_rules_and_lists_grow_with_the_table(survived: Refreshed) -> None:
    book = FileBook(survived.new)
    costs = next(sheet for sheet in book.sheets if sheet.name == "Costs")
    last = costs.tables[0].range.area[2]
    assert last > 13
    rules = {each.get("sqref") for each in costs.part.root.iter("{*}conditionalFormatting")}
    lists = {each.get("sqref") for each in costs.part.root.iter("{*}dataValidation")}
    assert f"A5:F{last}" in rules
    assert f"D5:D{last}" in {each.text for each in costs.part.root.iter("{*}sqref")}
    assert f"C5:C{last}" in lists


def test_what_lost_its_value_is_told_and_left_to_excel(survived: Refreshed) -> None:
    lost, mine = set(), sheet(survived.new, "Mine")
    old = sheet(survived.old, "Mine")
    for cell in mine.formulas():
        if old.has_value(cell.at) and not mine.has_value(cell.at):
            lost.add(f"Mine!{address(cell.at)}")
            assert mine.cell(cell.at).find("{*}f").get("ca") == "1"
    assert lost == MAY_LOSE  # with D20, whose 0 may be what IFERROR made of a function that the engine does not have
    (note,) = [note for note in survived.report.notes if "only Excel" in note]
    assert note.startswith(sorted(lost, key=lambda each: at_of(each.partition("!")[2]))[0])
    for column in UNTOUCHED:
        assert mine.has_value(at_of(f"{column}20")), column


def sheet(path: Path, name: str) -> Any:
    return next(each for each in FileBook(path).sheets if each.name == name).part


def test_a_spill_grows_over_what_was_empty(survived: Refreshed) -> None:
    filled = {address(cell.at): cell.area for cell in sheet(survived.new, "Mine").formulas()}
    assert filled["E2"] == area_of("E2:E5")
    assert filled["F2"] == area_of("F2:F5")
    assert filled["L2"] == area_of("L2:L10"), "an array formula of a fixed size does not grow"


def test_pivot_tables_are_read_again_and_the_chain_holds(survived: Refreshed) -> None:
    new = parts(survived.new)
    assert b'refreshOnLoad="1"' in new["xl/pivotCache/pivotCacheDefinition1.xml"]
    known = {(each.name, address(cell.at)) for each in FileBook(survived.new).sheets for cell in each.part.formulas()}
    book = FileBook(survived.new)
    ids = {book.shared.sheet_id(each.part.part): each.name for each in book.sheets}
    own = ""
    for entry in etree.fromstring(new["xl/calcChain.xml"]):
        own = entry.get("i", own)
        assert (ids[own], entry.get("r")) in known


@pytest.mark.parametrize("validator", VALIDATORS)
def test_the_validators_find_nothing_new(survived: Refreshed, validator: str) -> None:
    old, new = (set(map(general, VALIDATORS[validator](path))) for path in (survived.old, survived.new))
    assert new - old == set()


def test_our_rules_find_nothing_new_but_what_is_left_to_excel(survived: Refreshed) -> None:
    old, new = ({(f.rule, f.text) for f in findings(path)} for path in (survived.old, survived.new))
    empty = {text for rule, text in new - old if rule in ("formula_caches", "spill_caches")}
    cells = {re.sub(r".*: (\w+)(,| has).*", r"Mine!\1", text) for text in empty}
    assert cells == MAY_LOSE
    rest = {(rule, general(text)) for rule, text in new - old if text not in empty}
    rest -= {(rule, text) for rule, text in rest if rule == "macro_modules"}  # Excel makes one for a new sheet
    assert rest <= {(rule, general(text)) for rule, text in old}


def general(finding: str) -> str:
    """A finding without its numbers, which grow."""
    return re.sub(r"\d+", "N", re.sub(r"\S*/copy\.xlsx", "copy", finding))
