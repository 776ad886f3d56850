"""What a workbook has that is lost when its content is written again."""

from __future__ import annotations

import re
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from xl_lifecycle.content.content import Content
from xl_lifecycle.content.read_content import scalar
from xl_lifecycle.core.catalogue.catalogue import Catalogue
from xl_lifecycle.core.cells.addresses import At, places
from xl_lifecycle.hosts.lite import bundle as lite
from xl_lifecycle.template.model import Formula, WorkbookPlan
from xl_lifecycle.template.plan import plan


def differences(path: Path, content: Content, catalogue: Catalogue) -> list[str]:
    """What is lost when the workbook's content is written again, each with its place."""
    import openpyxl

    planned = plan(content, catalogue)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of features that it would lose, but here it only reads
        book = openpyxl.load_workbook(path)
    with tempfile.TemporaryDirectory() as folder:
        again = Path(folder) / "again.xlsx"
        lite.write_book(planned, again)
        other = openpyxl.load_workbook(again)
        parts = _kinds_of_part(path) - _kinds_of_part(again)
    result = []
    if lite.is_changed(path):
        result.append("Python code of its own in xlwings Lite")
    names = [sheet.title for sheet in other.worksheets]
    mine = [sheet.title for sheet in book.worksheets]
    result += [f"sheet {title}" for title in mine if title not in names]
    result += [f"name {name}" for name, text in _names(book).items() if _names(other).get(name) != text]
    ours = _calculated_cells(planned)
    for sheet in book.worksheets:
        if sheet.title in names:
            result += _sheet_differences(sheet, other[sheet.title], ours[sheet.title])
    misplaced = [title for title, name in zip(mine, names, strict=False) if title != name]
    result += [f"sheet {title} in another place" for title in misplaced[:1]]
    return result + [f"a part of the file that we do not write: {part}" for part in sorted(parts)]


def _names(workbook: Any) -> dict[str, str]:
    return {name: definition.attr_text.replace("'", "") for name, definition in workbook.defined_names.items()}


def _sheet_differences(mine: Any, other: Any, computed: set[At]) -> Iterable[str]:
    inputs = {(cell.row, cell.column) for table in mine.tables.values() for row in mine[table.ref] for cell in row}
    fills = {_fill(cell) for table in other.tables.values() for row in other[table.ref] for cell in row} | {""}
    for row in mine.iter_rows():
        for cell in row:
            at = (cell.row, cell.column)
            where = f"{mine.title}!{cell.coordinate}"
            same = other[cell.coordinate]
            value = _comparable(cell.value)
            if cell.comment:
                yield f"{where} has a comment"
            if at in inputs:
                if isinstance(value, str) and value.startswith("=") and cell.data_type == "f":
                    yield f"{where} holds a formula in a table of inputs"
                if _fill(cell) not in fills:
                    yield f"{where} has a colour of its own"
                if cell.hyperlink:
                    yield f"{where} has a link of its own"
                continue
            if value is not None and at not in computed and not _same(value, _comparable(same.value)):
                yield f"{where} holds {value!r}"
            if _fill(cell) != _fill(same):
                yield f"{where} has a colour of its own"
            if bool(cell.hyperlink) and not same.hyperlink:
                yield f"{where} has a link of its own"
    for what, find in _FEATURES.items():
        if find(mine) - find(other):
            yield f"{mine.title} has {what} of its own"
    for name, table in zip(mine.tables, mine.tables.values(), strict=True):
        columns = {column.name for column in other.tables[name].tableColumns} if name in other.tables else set()
        for column in table.tableColumns:
            if column.name not in columns:
                yield f'{mine.title} has a column "{column.name}" of its own in table {name}'


def _fill(cell: Any) -> str:
    """A cell's colour; "" for none."""
    return str(cell.fill.fgColor.rgb) if cell.fill.fill_type == "solid" else ""


# What else a sheet may hold, each as a set to compare.
_FEATURES: dict[str, Callable[[Any], set[Any]]] = {
    "an image": lambda sheet: set(range(len(sheet._images))),
    "a chart": lambda sheet: set(range(len(sheet._charts))),
    "merged cells": lambda sheet: {str(area) for area in sheet.merged_cells.ranges},
    "a list to choose from": lambda sheet: {
        (rule.type, rule.formula1, str(rule.sqref).partition(":")[0]) for rule in sheet.data_validations.dataValidation
    },
    "a rule of colour": lambda sheet: {
        (rule.type, rule.operator, tuple(rule.formula))
        for area in sheet.conditional_formatting
        for rule in area.rules
        if rule.type != "containsErrors"
    },
    "a state (hidden)": lambda sheet: {sheet.sheet_state},
    "a protection": lambda sheet: {True} if sheet.protection.sheet else set(),
}


def _calculated_cells(planned: WorkbookPlan) -> dict[str, set[At]]:
    """The cells that are written again: those that our formulas fill beside the first, and the lists to choose from."""
    result: dict[str, set[At]] = {}
    for sheet in planned.sheets:
        cells = result.setdefault(sheet.name, set())
        cells |= {(cell.row, cell.column) for cell in sheet.cells if cell.style == "choice"}
        for cell in sheet.cells:
            if isinstance(cell.content, Formula) and cell.content.array:
                cells |= {at for row in places(cell.area) for at in row} - {cell.area[:2]}
    return result


def _kinds_of_part(path: Path) -> set[str]:
    """The kinds of parts in the file, except those that any program adds."""
    with zipfile.ZipFile(path) as file:
        kinds = {re.sub(r"\d+", "", name) for name in file.namelist()}
    return {kind for kind in kinds if not _ANY_PROGRAM.fullmatch(kind)}


_ANY_PROGRAM = re.compile(
    r"(.*/)?_rels/.*|docProps/.*|xl/(theme/.*|calcChain\.xml|sharedStrings\.xml|metadata\.xml"
    r"|printerSettings/printerSettings\.bin|richData/.*)"
)


def _comparable(value: Any) -> Any:
    """A cell's content in a form to compare: array formulas by their text, without differences in spelling."""
    text = getattr(value, "text", value)
    if isinstance(text, str) and text.startswith("="):
        return re.sub(r"\s+|_xldudf_|_xlfn\.|_xlws\.", "", text, flags=re.IGNORECASE).upper()
    return text


def _same(one: Any, other: Any) -> bool:
    return bool(scalar(one) == scalar(other))
