"""Runs in LibreOffice's own Python: starts a soffice and does what `office.py` asks, one JSON line each.

usage: office_driver.py OFFICE TYPES PROFILE
Three folders: the installation, what `libreoffice_types.build` wrote, and where soffice may keep a profile.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.sheet.AddressConvention import XL_OOX

ERRORS = {
    503: "#NUM!",
    519: "#VALUE!",
    521: "#NULL!",
    524: "#REF!",
    525: "#NAME?",
    532: "#DIV/0!",
    32767: "#N/A",
}
FORMULA = 16  # com.sun.star.sheet.CellFlags
CONTENTS = 1 + 2 + 4 + FORMULA
START_SECONDS = 60


def properties(**named):
    return tuple(PropertyValue(name, 0, value, 0) for name, value in named.items())


def column_name(index):
    letters = ""
    while index >= 0:
        index, letter = index // 26 - 1, chr(ord("A") + index % 26)
        letters = letter + letters
    return letters


def error_name(code):
    return ERRORS.get(code, f"Err:{code}")


class Driver:
    def __init__(self, office, types, profile):
        program = office / "program"
        idl, components = types / "functions.idl", types / "functions.components"
        pipe = f"xl-lifecycle-{os.getpid()}"
        own = program.as_uri()
        self.process = subprocess.Popen(
            [
                str(program / "soffice"),
                f"-env:UserInstallation={profile.as_uri()}",
                f"-env:UNO_TYPES={own}/types.rdb <{own}/types>* {idl.as_uri()}",
                f"-env:UNO_SERVICES={own}/services.rdb <{own}/services>* {components.as_uri()}",
                *("--headless", "--norestore", "--nologo", "--nodefault"),
                f"--accept=pipe,name={pipe};urp;",
            ],
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
        )
        self.context = self.connect(pipe)
        self.desktop = self.service("com.sun.star.frame.Desktop")
        self.documents = {}
        self.parsers = {}

    def connect(self, pipe):
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        give_up = time.monotonic() + START_SECONDS
        while time.monotonic() < give_up:
            try:
                return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            except NoConnectException:
                if self.process.poll() is not None:
                    raise RuntimeError(f"soffice ended with code {self.process.returncode}") from None
                time.sleep(0.1)
        raise RuntimeError(f"soffice did not answer within {START_SECONDS} s")

    def service(self, name):
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    # What a client may ask for

    def open(self, path):
        url = Path(path).as_uri()
        document = self.desktop.loadComponentFromURL(url, "_blank", 0, properties(Hidden=True))
        if document is None:
            raise RuntimeError(f"LibreOffice does not open {path}")
        key = max(self.documents, default=0) + 1
        self.documents[key] = document
        return key

    def close(self, key):
        self.parsers.pop(key, None)
        self.documents.pop(key).close(True)

    def quit(self):
        for key in list(self.documents):
            self.close(key)
        self.desktop.terminate()
        self.process.wait(20)

    def describe(self, name):
        functions = self.service("com.sun.star.sheet.FunctionDescriptions")
        found = {item.Name: item.Value for item in functions.getByName(name)}
        arguments = [[argument.Name, argument.Description] for argument in found["Arguments"]]
        return {"description": found["Description"], "arguments": arguments}

    def sheets(self, key):
        return list(self.documents[key].Sheets.ElementNames)

    def buttons(self, key):
        found = []
        for sheet in self.documents[key].Sheets:
            for form in sheet.DrawPage.Forms:
                for i, control in enumerate(form):
                    found += [[sheet.Name, control.Label, event.ScriptCode] for event in form.getScriptEvents(i)]
        return found

    def cell(self, key, sheet, address):
        cell = self.cells(key, sheet, address)
        value = self.values(cell)[0][0]
        failed = isinstance(value, dict)
        return {
            "formula": self.formula(key, cell),
            "value": None if failed else value,
            "error": value["error"] if failed else None,
            "text": cell.String,
        }

    def range(self, key, sheet, address):
        return self.values(self.cells(key, sheet, address))

    def function_cells(self, key):
        found = []
        for sheet in self.documents[key].Sheets:
            arrays = {}  # the formula of each cell inside an array formula
            for area in sheet.queryContentCells(FORMULA):
                top, formulas = area.RangeAddress, area.getFormulaArray()
                for r, row in enumerate(self.values(area)):
                    for c, value in enumerate(row):
                        place = top.StartColumn + c, top.StartRow + r
                        if place not in arrays and formulas[r][c].startswith("{"):
                            arrays |= self.array(key, area.getCellByPosition(c, r))
                        formula = arrays.get(place) or self.formula(key, area.getCellByPosition(c, r))
                        found.append([sheet.Name, f"{column_name(place[0])}{place[1] + 1}", formula, value])
        return found

    def set(self, key, sheet, address, value):
        cell = self.cells(key, sheet, address)
        if value is None:
            cell.clearContents(CONTENTS)
        elif isinstance(value, str):
            cell.String = value
        else:
            cell.Value = value

    def type(self, key, sheet, address, formula):
        cell = self.cells(key, sheet, address)
        cell.setTokens(self.tokens(key, cell.CellAddress, formula))

    def type_array(self, key, sheet, address, formula):
        cells = self.cells(key, sheet, address)
        cells.setArrayTokens(self.tokens(key, cells.getCellByPosition(0, 0).CellAddress, formula))

    def calculate_all(self, key):
        self.documents[key].calculateAll()

    def save(self, key, path):
        self.documents[key].storeToURL(Path(path).as_uri(), properties(FilterName="Calc MS Excel 2007 XML"))

    def pdf(self, key, path):
        options = uno.Any("[]com.sun.star.beans.PropertyValue", properties(SinglePageSheets=True))
        to_pdf = properties(FilterName="calc_pdf_Export", FilterData=options)
        self.documents[key].storeToURL(Path(path).as_uri(), to_pdf)

    def color(self, key, sheet, address):
        return self.cells(key, sheet, address).CellBackColor

    def unprotect(self, key, sheet):
        self.documents[key].Sheets.getByName(sheet).unprotect("")

    def restyle(self, key, style, color):
        self.documents[key].StyleFamilies.getByName("CellStyles").getByName(style).CellBackColor = color

    # How

    def cells(self, key, sheet, address):
        return self.documents[key].Sheets.getByName(sheet).getCellRangeByName(address)

    def values(self, cells):
        """Rows of float, str, None or {"error": name}. Empty text counts as nothing."""

        def value(data, r, c):
            if data is None:
                return {"error": error_name(cells.getCellByPosition(c, r).getError())}
            return None if data == "" else data

        return [[value(data, r, c) for c, data in enumerate(row)] for r, row in enumerate(cells.getDataArray())]

    def parser(self, key):
        """Reads and writes formulas exactly as an .xlsx file holds them."""
        if key not in self.parsers:
            parser = self.documents[key].createInstance("com.sun.star.sheet.FormulaParser")
            parser.CompileEnglish = True
            parser.FormulaConvention = XL_OOX
            self.parsers[key] = parser
        return self.parsers[key]

    def tokens(self, key, at, formula):
        return self.parser(key).parseFormula(formula.removeprefix("="), at)

    def formula(self, key, cell):
        text = cell.Formula
        if text.startswith("{="):
            return self.array(key, cell)[cell.CellAddress.Column, cell.CellAddress.Row]
        return self.printed(key, cell.getTokens(), cell.CellAddress) if text.startswith("=") else None

    def array(self, key, cell):
        """The array formula that fills a cell, for every place that it fills."""
        cursor = cell.Spreadsheet.createCursorByRange(cell)
        cursor.collapseToCurrentArray()
        area = cursor.RangeAddress
        formula = self.printed(key, cursor.getArrayTokens(), cursor.getCellByPosition(0, 0).CellAddress)
        columns = range(area.StartColumn, area.EndColumn + 1)
        return {(column, row): formula for column in columns for row in range(area.StartRow, area.EndRow + 1)}

    def printed(self, key, tokens, at):
        return "=" + self.parser(key).printFormula(tokens, at)


def lines():
    """The lines of stdin. When the client is gone, so are we and soffice, even in the middle of a call."""
    waiting = queue.Queue()

    def read():
        for line in sys.stdin:
            waiting.put(line)
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=read, daemon=True).start()
    while True:
        yield waiting.get()


def answer(**said):
    print(json.dumps(said), flush=True)


def main():
    asked = lines()
    try:
        driver = Driver(*(Path(argument).absolute() for argument in sys.argv[1:]))
    except Exception as problem:
        answer(error=str(problem))
        return
    answer(result="ready")
    for line in asked:
        method, arguments = json.loads(line)
        try:
            answer(result=getattr(driver, method)(*arguments))
        except Exception as problem:
            answer(error=f"{method}{tuple(arguments)}: {type(problem).__name__} {problem}")
        if method == "quit":
            return


if __name__ == "__main__":
    main()
