"""Rules of what runs our functions: the macros of a .xlsm, the Lite code of a .xlsx."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from oletools.olevba import VBA_Parser

from tests.support.validity.drawing_rules import DRAWING
from tests.support.validity.files import BOOK, MAIN, Book, Sheet, area
from tests.support.validity.formula_rules import CUSTOM
from tests.support.validity.formulas import sheet_name, tokens
from tests.support.validity.rules import rule
from xl_lifecycle.core.functions import FUNCTIONS

CONFIG_SHEET = "xlwings.conf"
PROJECT = "xl/vbaProject.bin"
LITE = "{http://schemas.microsoft.com/office/webextensions/webextension/2010/11}"
LITE_PART = "xl/webextensions/webextension1.xml"
MOST_SETTINGS = 2_000_000  # bytes that Office keeps for an add-in in a workbook
PROCEDURE = re.compile(
    r"^[ \t]*(?:Public[ \t]+)?(?:Static[ \t]+)?(?:Sub|Function)[ \t]+(\w+)", re.MULTILINE | re.IGNORECASE
)
CONTROL_MACRO = "{urn:schemas-microsoft-com:office:excel}FmlaMacro"


@lru_cache(maxsize=8)
def _modules(project: bytes) -> dict[str, str]:
    """The modules of a VBA project by name; none if it cannot be read."""
    try:
        parser = VBA_Parser("vbaProject.bin", data=project)
        found = {path.rpartition("/")[2]: code for _, path, _, code in parser.extract_macros() if code}
    except Exception:  # whatever olevba stumbles over, Excel cannot read it either
        return {}
    return found if "ThisWorkbook" in found else {}  # it takes any text for a module


def _macros(book: Book) -> dict[str, str]:
    return _modules(book.parts[PROJECT]) if PROJECT in book.parts else {}


@rule
def macro_project(book: Book) -> Iterator[str]:
    """A workbook with macros ends in .xlsm and has them, linked and readable; another has none."""
    if book.has_macros != (book.path.suffix == ".xlsm"):
        yield f"{BOOK}: its type does not fit {book.path.suffix}"
    linked = [relation.target for relation in book.relations(BOOK) if relation.kind == "vbaProject"]
    if linked != ([PROJECT] if book.has_macros else []):
        yield f"{BOOK}: its macros are {linked}"
    if linked and PROJECT in book.parts and not _macros(book):
        yield f"{PROJECT}: cannot be read"


@rule
def macro_modules(book: Book) -> Iterator[str]:
    """Each sheet, and the workbook, has the module that its code name says."""
    modules = _macros(book)
    if not modules:
        return
    named = {BOOK: book.root(BOOK).find(f"{MAIN}workbookPr")}
    named |= {sheet.part: sheet.root.find(f"{MAIN}sheetPr") for sheet in book.sheets}
    code_names = {part: None if element is None else element.get("codeName") for part, element in named.items()}
    for part, name in code_names.items():
        if name not in modules:
            yield f"{part}: its module is {name}, which is not there"
    yield from (f"{BOOK}: {n} sheets of the module {name}" for name, n in Counter(code_names.values()).items() if n > 1)


@rule
def macro_functions(book: Book) -> Iterator[str]:
    """Each of our functions is one of the macros, once."""
    if book.has_macros and _macros(book):
        known = Counter(name.upper() for code in _macros(book).values() for name in PROCEDURE.findall(code))
        for name in FUNCTIONS.names:
            if known[name] != 1:
                yield f"{PROJECT}: the function {name} stands {known[name]} times"


@rule
def button_macros(book: Book) -> Iterator[str]:
    """The macro of every button, as a shape or as a control, is there."""
    if PROJECT in book.parts and not _macros(book):
        return
    known = {name.casefold() for code in _macros(book).values() for name in PROCEDURE.findall(code)}
    for part in book.parts:
        if not part.startswith("xl/drawings/"):
            continue
        for element in book.root(part).iter():
            macro = element.text if element.tag == CONTROL_MACRO else element.get("macro")
            if macro and macro.rpartition("!")[2].rpartition(".")[2].casefold() not in known:
                yield f"{part}: a button calls {macro}, which is not there"


@rule
def config_sheet(book: Book) -> Iterator[str]:
    """A workbook with macros has a hidden sheet that tells xlwings how to start Python: keys in A, no gap, none twice."""
    found = [sheet for sheet in book.sheets if sheet.name == CONFIG_SHEET]
    if bool(found) != book.has_macros:
        yield f"{BOOK}: {len(found)} sheets {CONFIG_SHEET}"
    for sheet in found:
        if sheet.element.get("state") not in ("hidden", "veryHidden"):
            yield f"{BOOK}: the sheet {CONFIG_SHEET} is not hidden"
        keys = [sheet.text(cell) for (_, column), cell in sheet.cells.items() if column == 1 and cell.text]
        if not keys or [row for row, column in sheet.cells if column == 1] != list(range(1, len(keys) + 1)):
            yield f"{sheet.part}: its keys do not stand from A1 down without a gap"
        yield from (f"{sheet.part}: {n} times {key}" for key, n in Counter(keys).items() if n > 1)


def _settings(book: Book) -> dict[str, str]:
    """What Lite keeps, as far as it is JSON."""
    found = {}
    for element in book.root(LITE_PART).iter(f"{LITE}property"):
        try:
            found[element.get("name", "")] = json.loads(element.get("value", ""))
        except ValueError:
            continue
    return found


@rule
def lite_settings(book: Book) -> Iterator[str]:
    """Lite's settings are texts as JSON, each once, not too large for Office, and the code among them is Python."""
    elements = list(book.root(LITE_PART).iter(f"{LITE}property"))
    kept = _settings(book)
    for element in elements:
        if not isinstance(kept.get(element.get("name", "")), str):
            yield f"{LITE_PART}: {element.get('name')} is no text in JSON"
    yield from (
        f"{LITE_PART}: {n} times {name}" for name, n in Counter(e.get("name") for e in elements).items() if n > 1
    )
    size = sum(len(element.get("value", "").encode()) for element in elements)
    if size > MOST_SETTINGS:
        yield f"{LITE_PART}: {size} bytes"
    for name in ("main.py", "requirements.txt", "xlwingsSettingsWorkbook") if elements else ():
        if name not in kept:
            yield f"{LITE_PART}: no {name}"
    if _code(kept.get("main.py", "")) is None:
        yield f"{LITE_PART}: main.py is no Python"
    try:
        json.loads(kept.get("xlwingsSettingsWorkbook", "{}"))
    except ValueError:
        yield f"{LITE_PART}: xlwingsSettingsWorkbook is no JSON inside JSON"


@lru_cache(maxsize=8)
def _code(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except SyntaxError:
        return None


@rule
def lite_functions(book: Book) -> Iterator[str]:
    """The functions that Lite announces are those of its code, and all that the cells call are among them."""
    if book.has_macros:
        return
    announced = [element.text or "" for element in book.root(LITE_PART).iter(f"{LITE}customFunctionIds")]
    code = _code(_settings(book).get("main.py", ""))
    defined = [
        f"{CUSTOM}{node.name.upper()}"
        for node in (code.body if code else ())
        if isinstance(node, ast.FunctionDef)
        and any(ast.unparse(d).split("(")[0] in ("func", "registered") for d in node.decorator_list)
    ]
    if code and sorted(announced) != sorted(defined):
        yield f"{LITE_PART}: announced and in the code differ: {sorted(set(announced) ^ set(defined))}"
    formulas = (cell.formula or "" for sheet in book.sheets for cell in sheet.formulas)
    called = {text for formula in formulas for kind, text in tokens(formula) if text.startswith(CUSTOM)}
    if called - set(announced):
        yield f"{LITE_PART}: called and not announced: {sorted(called - set(announced))}"


@rule
def lite_buttons(book: Book) -> Iterator[str]:
    """The button of a script is a shape whose link selects the cell that the script waits for, not selected before."""
    code = _code(_settings(book).get("main.py", ""))
    drawings = [part for part in book.parts if part.startswith("xl/drawings/")]
    links = {r.target.replace("$", "") for part in drawings for r in book.relations(part) if r.external}
    names = {shape.get("name") for part in drawings for shape in book.root(part).iter(f"{DRAWING}cNvPr")}
    active = {sheet.name.casefold(): _active_cell(sheet) for sheet in book.sheets}
    for button in _buttons(code) if code else ():
        name, _, place = button.removeprefix("[").rpartition("]")
        sheet, _, cell = place.rpartition("!")
        if sheet_name(sheet) not in book.sheet_names or area(cell) is None:
            yield f"{LITE_PART}: a button waits for {place}, which is not there"
        elif not links & {f"#{place}", f"#'{sheet}'!{cell}"} or name not in names:
            yield f"{LITE_PART}: no shape {name} leads to {place}, which a button waits for"
        elif active[sheet_name(sheet)] == cell:
            yield f"{LITE_PART}: a button waits for {place}, which is selected at opening"


def _active_cell(sheet: Sheet) -> str:
    selections = sheet.root.findall(f"{MAIN}sheetViews/{MAIN}sheetView/{MAIN}selection")
    return selections[-1].get("activeCell", "A1") if selections else "A1"


def _buttons(code: ast.Module) -> Iterator[str]:
    for node in code.body:
        for decorator in getattr(node, "decorator_list", ()):
            for keyword in getattr(decorator, "keywords", ()):
                if keyword.arg == "button" and isinstance(keyword.value, ast.Constant):
                    yield str(keyword.value.value)
