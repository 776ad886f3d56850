"""lifecycle.xlsm: the planned workbook with its functions inside, as VBA, for Excel on Windows."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from xl_lifecycle.content.content import Content
from xl_lifecycle.core.catalogue.catalogue import Catalogue
from xl_lifecycle.core.cells.addresses import absolute, quoted
from xl_lifecycle.core.cells.errors import SetupError
from xl_lifecycle.core.cells.values import Scalar
from xl_lifecycle.core.functions import Functions
from xl_lifecycle.hosts.classic import vba as classic_vba
from xl_lifecycle.hosts.classic.vba import HOME
from xl_lifecycle.template.model import SheetPlan, WorkbookPlan
from xl_lifecycle.template.parts import Element, add, edit_part, read_parts, write_parts
from xl_lifecycle.template.plan import plan
from xl_lifecycle.template.write import write

CONFIG_SHEET = "xlwings.conf"
CONFIG: dict[str, Scalar] = {
    "Interpreter_Win": rf"{HOME}\Scripts\python.exe",
    "PYTHONPATH": "",
    "ADD_WORKBOOK_TO_PYTHONPATH": False,  # otherwise xlwings searches OneDrive and SharePoint for the workbook's folder
    "UDF Modules": "xl_lifecycle.hosts.classic",
    "Use UDF Server": False,
    "Show Console": False,
}
_BOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACRO_BOOK_TYPE = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
CONTENT_TYPES, BOOK, _PROJECT = "[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"
_SOURCE_ONLY = bytes.fromhex("cc61ffff000000")  # MS-OVBA 2.3.4.1: nothing is compiled yet, so Excel compiles the text


def write_macro_book(content: Content, path: Path, catalogue: Catalogue) -> None:
    """Write a content as a workbook with macros. Its functions have no prefix: =CAC(...)."""
    excel_file = _excel_file()
    book = plan(content, catalogue, prefix="", macro=classic_vba.REFRESH_MACRO)
    names = _names_of_sheets(book)
    book.sheets.append(_config())
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.stem}-") as folder:
        cells, macros = Path(folder) / "cells.xlsx", Path(folder) / "macros.xlsm"
        write(book, cells)
        parts = read_parts(cells)
        parts[CONTENT_TYPES] = edit_part(parts[CONTENT_TYPES], _declare_macros)
        parts[BOOK] = edit_part(parts[BOOK], lambda workbook: _complete(workbook, names))
        write_parts(parts, macros)
        with excel_file(macros) as file:
            _add_modules(file, catalogue)
            file.save(macros)
        parts = read_parts(macros)
        parts[_PROJECT] = _uncompiled(parts[_PROJECT])
        write_parts(parts, cells)
        os.replace(cells, path)


def _excel_file() -> Any:
    try:
        from pyopenvba import ExcelFile
    except ImportError:
        raise SetupError("pyOpenVBA, which writes the macros, is missing; run: pip install pyopenvba") from None
    return ExcelFile


def _config() -> SheetPlan:
    """The sheet that xlwings reads before it starts Python: keys from A1 down."""
    sheet = SheetPlan(CONFIG_SHEET, color="start")
    sheet.widths |= {1: 34, 2: 60}
    for row, (key, value) in enumerate(CONFIG.items(), 1):
        sheet.row(row, 1, [key, value])
    return sheet


def _names_of_sheets(book: WorkbookPlan) -> list[tuple[str, int, str]]:
    """The names by which VBA finds a sheet's channel and period; unlike addresses they move with their cells.

    Each has the number of its sheet and its reference. XlsxWriter cannot write them if the name of a sheet has an
    exclamation mark.
    """
    channels, periods = [], []
    for i, sheet in enumerate(book.sheets):
        if "period" in sheet.pickers:
            row, column = sheet.pickers["period"]
            place = f"{quoted(sheet.name)}!"
            channels.append((classic_vba.CHANNEL_NAME, i, place + absolute((row - 1, column))))  # above the period
            periods.append((classic_vba.PERIOD_NAME, i, place + absolute((row, column))))
    return channels + periods


def _declare_macros(types: Element) -> None:
    book = next(each for each in types if each.get("ContentType") == _BOOK_TYPE)
    book.set("ContentType", _MACRO_BOOK_TYPE)


def _complete(workbook: Element, names: Sequence[tuple[str, int, str]]) -> None:
    """Hide the sheet of xlwings' settings, and define the names."""
    config = next(each for each in workbook.find("{*}sheets") if each.get("name") == CONFIG_SHEET)
    config.set("state", "hidden")
    for name, sheet, target in names:
        add(workbook.find("{*}definedNames"), "definedName", target, name=name, localSheetId=str(sheet))


def _add_modules(file: Any, catalogue: Catalogue) -> None:
    from pyopenvba.vba import VBAModuleKind

    file.add_vba_project()
    project = file.vba_project()
    for module in project.modules:
        module.source = module.source  # writes the text again, without its compiled form
        module.dirty = True
    workbook = project.get_module("ThisWorkbook")
    workbook.body = _windows_lines(classic_vba.WORKBOOK)
    xlwings = resources.files("xlwings")
    project.add_module("xlwings", _windows_lines(xlwings.joinpath("xlwings.bas").read_text("utf-8")))
    dictionary = xlwings.joinpath("addin", "Dictionary.cls").read_text("utf-8")
    project.add_module("Dictionary", _windows_lines(dictionary), kind=VBAModuleKind.other)
    project.add_module("LifecycleCalls", _windows_lines(classic_vba.calls()))
    project.add_module("LifecycleButtons", _windows_lines(classic_vba.buttons()))
    entries = Functions(catalogue).names.values()
    project.add_module("LifecycleFunctions", _windows_lines(classic_vba.functions(entries)))
    problems = project.validate()
    if problems:
        raise SetupError(f"the macros cannot be written: {problems[0]}")


def _windows_lines(text: str) -> str:
    return re.sub(r"\r?\n", "\r\n", text)


def _uncompiled(project: bytes) -> bytes:
    from pyopenvba.cfb import CFB

    file = CFB.from_bytes(project)
    file.write_stream_in_storage("VBA", "_VBA_PROJECT", _SOURCE_ONLY)
    return bytes(file.to_bytes())
