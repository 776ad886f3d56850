"""Our functions as a LibreOffice Calc add-in. Only LibreOffice's Python loads this file.

What Calc passes to a function:

- An omitted argument is None, a date a serial number, a logical value 1 or 0, a blank cell inside a range "".
- A reference to ONE blank cell is 0, and an add-in cannot recognise it.
- An error in an argument is not passed: Calc returns it as the result, or Err:504 for an error inside a range.
- Text in a returned grid is shown and read correctly, but Calc's `=` and MATCH do not find it (EXACT does).
"""

from __future__ import annotations

import contextlib
import os
import re
import struct
import sys
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import unohelper
from com.sun.star.lang import Locale, XServiceInfo, XServiceName
from com.sun.star.sheet import LocalizedName, XAddIn, XCompatibilityNames
from com.sun.star.uno import Exception as UnoException
from org.xllifecycle import XFunctions

from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.values import Grid, Scalar, Value, as_grid
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.core.wizard import Function
from xl_lifecycle.hosts.libreoffice.types import ADD_IN, IMPLEMENTATION, METHODS, SERVICE

CATEGORY = "Add-In"  # one of the names Calc knows
ERROR_CODES = {
    ExcelError.NULL: 521,
    ExcelError.DIV0: 532,
    ExcelError.VALUE: 519,
    ExcelError.REF: 524,
    ExcelError.NAME: 525,
    ExcelError.NUM: 503,
    ExcelError.NA: 32767,
}
_ERRORS = {code: error for error, code in ERROR_CODES.items()}
_QUIET_NAN = 0x7FF8000000000000
_DATASET = re.compile(r"\{?=[\w.]*DATASET\((.+)\)\}?")
_TABLE = re.compile(r"(\w+)\[#All\]")


def _nan(error: ExcelError) -> float:
    """An error as Calc represents it: a NaN that contains the code."""
    (nan,) = struct.unpack("<d", struct.pack("<Q", _QUIET_NAN | ERROR_CODES[error]))
    return float(nan)


def _error(nan: float) -> ExcelError:
    (bits,) = struct.unpack("<Q", struct.pack("<d", nan))
    return _ERRORS.get(bits & 0xFFFF, ExcelError.VALUE)


def _cell_in(cell: Scalar) -> Scalar:
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, float) and cell != cell:
        return _error(cell)
    return cell


def _value_in(value: Any) -> Value:
    return _grid_in(value) if isinstance(value, tuple) else _cell_in(value)


def _grid_in(rows: tuple[tuple[Any, ...], ...]) -> Grid:
    return [[_cell_in(cell) for cell in row] for row in rows]


def _cell_out(cell: Scalar) -> bool | float | str:
    if isinstance(cell, ExcelError):
        return _nan(cell)
    if cell is None:
        return ""  # an empty cell would count as 0 in AVERAGE and COUNT
    if isinstance(cell, (bool, str)):
        return cell
    number = float(cell)
    return number if abs(number) != float("inf") and number == number else _nan(ExcelError.NUM)


def _grid_out(value: Value) -> tuple[tuple[bool | float | str, ...], ...]:
    return tuple(tuple(_cell_out(cell) for cell in row) for row in as_grid(value))


class AddIn(unohelper.Base, XFunctions, XAddIn, XCompatibilityNames, XServiceName, XServiceInfo):  # type: ignore[misc]
    """The add-in. The methods that cells call are added below, one per function and spelling."""

    def __init__(self, context: Any) -> None:
        self.context = context
        self.locale = Locale("en", "US", "")
        self.document: Any = None  # of the cell being computed
        FUNCTIONS.rebuild = self.rebuild

    # Called by the core for a dataset that this process does not have

    def rebuild(self, token: str) -> None:
        """Register the dataset of a token that a workbook still has, from the tables that its Data cell names.

        The value of the cell is not read, because it is "..." while a file is loading.
        """
        for document in self._documents():
            with contextlib.suppress(UnoException):  # the name Data in another workbook may be anything
                if FUNCTIONS.call("DATASET", _tables(document)) == token:
                    return

    def _documents(self) -> Iterator[Any]:
        # The calling document is first: while a file is loading, the desktop does not list it yet.
        yield self.document
        manager = self.context.ServiceManager
        desktop = manager.createInstanceWithContext("com.sun.star.frame.Desktop", self.context)
        opened = desktop.Components.createEnumeration()
        while opened.hasMoreElements():
            yield opened.nextElement()

    # XServiceName, XServiceInfo, XLocalizable

    def getServiceName(self) -> str:
        return SERVICE

    def getImplementationName(self) -> str:
        return IMPLEMENTATION

    def supportsService(self, name: str) -> bool:
        return name in self.getSupportedServiceNames()

    def getSupportedServiceNames(self) -> tuple[str, ...]:
        return (SERVICE, ADD_IN)

    def setLocale(self, locale: Any) -> None:
        self.locale = locale

    def getLocale(self) -> Any:
        return self.locale

    # XAddIn: the names in formulas and the texts of the function wizard

    def getProgrammaticFuntionName(self, display: str) -> str:  # this spelling is in the interface
        return display.upper() if display.upper() in FUNCTIONS.names else ""

    def getDisplayFunctionName(self, method: str) -> str:
        return METHODS[method][0] if method in METHODS else ""

    def getFunctionDescription(self, method: str) -> str:
        return _function(method).description if method in METHODS else ""

    def getDisplayArgumentName(self, method: str, index: int) -> str:
        return _at(_function(method).parameters, index) if method in METHODS else ""

    def getArgumentDescription(self, method: str, index: int) -> str:
        return _at(_function(method).argument_descriptions, index) if method in METHODS else ""

    def getProgrammaticCategoryName(self, method: str) -> str:
        return CATEGORY

    def getDisplayCategoryName(self, method: str) -> str:
        return CATEGORY

    # XCompatibilityNames: the names in Excel files

    def getCompatibilityNames(self, method: str) -> tuple[Any, ...]:
        return (LocalizedName(Locale("en", "US", ""), METHODS[method][1] if method in METHODS else ""),)


def _function(method: str) -> Function:
    return FUNCTIONS.names[METHODS[method][0]]


def _at(texts: tuple[str, ...], index: int) -> str:
    return texts[index] if index < len(texts) else ""


def _tables(document: Any) -> list[Grid]:
    """The tables that a workbook's Data cell names, with headers, as Calc would pass them."""
    names = getattr(document, "NamedRanges", None)
    if names is None or not names.hasByName("Data"):
        return []
    formula = names.getByName("Data").getReferredCells().getCellByPosition(0, 0).Formula
    call = _DATASET.fullmatch(formula)
    arguments = call.group(1).split(";") if call else []
    return [_grid_in(_cells(document, argument).getDataArray()) for argument in arguments]


def _cells(document: Any, argument: str) -> Any:
    table = _TABLE.fullmatch(argument)
    if table:
        return document.DatabaseRanges.getByName(table.group(1)).getReferredCells()
    return document.Sheets.getByIndex(0).getCellRangeByName(argument)


def _method(name: str, variadic: bool) -> Callable[..., Any]:
    def call(self: AddIn, *arguments: Any) -> Any:
        *values, document = arguments
        if variadic:
            values = list(values[0])
        while values and values[-1] is None:
            values.pop()
        outer, self.document = self.document, document  # a function in one cell may let Calc compute another cell
        try:
            return _grid_out(FUNCTIONS.call(name, [_value_in(value) for value in values]))
        except Exception:
            if os.environ.get("XL_LIFECYCLE_DEBUG"):
                traceback.print_exc(file=sys.stderr)
            return _grid_out(ExcelError.VALUE)
        finally:
            self.document = outer

    return call


for _name, (_function_name, _) in METHODS.items():
    setattr(AddIn, _name, _method(_function_name, FUNCTIONS.names[_function_name].variadic))

g_ImplementationHelper = unohelper.ImplementationHelper()
g_ImplementationHelper.addImplementation(AddIn, IMPLEMENTATION, (SERVICE, ADD_IN))
