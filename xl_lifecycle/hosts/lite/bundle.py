"""Makes the workbook's Python for xlwings Lite, one readable main.py, and puts it into the workbook.

Nothing here needs xlwings. The Python that answers the cells is in `lite_functions.py`.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from xml.sax.saxutils import escape

from xl_lifecycle import __version__
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.core.language.vocabulary import Language
from xl_lifecycle.core.wizard import Function
from xl_lifecycle.hosts.lite.strip_source import terse
from xl_lifecycle.hosts.travelling import travelling_sources
from xl_lifecycle.template.model import Button, WorkbookPlan
from xl_lifecycle.template.parts import Element, add, edit_part, parse, read_parts, write_parts
from xl_lifecycle.template.write import write

XLWINGS = "0.37.8"  # the version in the tests
PYODIDE = "0.27.5"
ADD_IN = "1.0.0.0-35"
LITE_SOURCES = ("hosts/__init__.py", "hosts/lite/__init__.py", "hosts/lite/lite_functions.py")
SHAPE = "Refresh"  # the name of the shapes that are buttons
PREFIX = "_xldudf_"  # how Excel files spell an Office.js custom function

REQUIREMENTS = f"""xlwings=={XLWINGS}  # required
python-dotenv  # required
pyodide-http  # required
black  # required
"""

_HEAD = f'''"""Customer lifecycle metrics as Excel functions, for xlwings Lite. Version {__version__}.

Type =CAC() into a cell and Excel shows what a new customer costs; =EXPLAIN("cac") lists the parts of the number.

This code reads the tables of this workbook and answers its formulas. It sends nothing anywhere: it opens no
connection and no file, asks for no password, and imports only Python's standard library and xlwings.

Where things are:
1. The sources of the package xl-lifecycle, one section for each file, without their comments, which are in the
   package. They are stored as texts so that each becomes a separate module with its own names, as in the package.
2. The loader that makes modules from them.
3. The scripts: Refresh, behind the buttons, and one that writes short formulas out in full.
4. One function for each Excel function, with its name and parameters; a decorator passes on their cells.

Made by `xl-lifecycle`, which never overwrites a workbook in which this text was changed.
"""

# ruff: noqa
# fmt: off
import functools
import importlib.abc
import importlib.util
import sys

import xlwings as xw
from xlwings import Caller, arg, func, script

SOURCES = {{}}
'''

_LOADER = '''
class CarriedFolder:
    """The files in a folder of the package that are not Python: declarations of export formats."""

    def __init__(self, path):
        self.path = path

    def files(self):
        return self

    def iterdir(self):
        return (CarriedText(file) for file in SOURCES if file.rpartition("/")[0] == self.path)


class CarriedText:
    def __init__(self, file):
        self.file, self.name = file, file.rpartition("/")[2]

    def read_text(self, encoding):
        return SOURCES[self.file]


class Sources(importlib.abc.MetaPathFinder, importlib.abc.ExecutionLoader):
    """Lets Python import the texts above as if they were files."""

    def find_spec(self, name, path=None, target=None):
        if self._file(name):
            return importlib.util.spec_from_loader(name, self, is_package=self.is_package(name))

    def is_package(self, name):
        return self._file(name).endswith("/__init__.py")

    def get_filename(self, name):
        return f"main.py: {self._file(name)}"

    def get_source(self, name):
        return SOURCES[self._file(name)]

    def get_resource_reader(self, name):
        return CarriedFolder(name.replace(".", "/"))

    def _file(self, name):
        path = name.replace(".", "/")
        return next((file for file in (f"{path}.py", f"{path}/__init__.py") if file in SOURCES), None)


for name in [name for name in sys.modules if name.partition(".")[0] == "xl_lifecycle"]:
    del sys.modules[name]  # from a main.py that ran before
sys.meta_path.insert(0, Sources())

from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.hosts.lite.lite_functions import Lite
'''

_SCRIPTS = '''
@script(name={name}, button={button})
async def refresh(book: xw.Book):
    {hint}
    await LITE.refresh(book)


@script(name="Recalculate")
async def recalculate(book: xw.BookAsync):
    """Write short formulas such as =CAC() in full, and load the tables again after a restart.

    The functions run this script when they need it.
    """
    await LITE.catch_up(book)


LITE = Lite(FUNCTIONS, recalculate)
'''


_REGISTERED = '''
def registered(function):
    """An Excel function with its texts; LITE gets its cells without conversion and answers."""
    entry = FUNCTIONS.names[function.__name__]

    @functools.wraps(function)
    def call(*cells, caller=None):
        return LITE.call(entry.name, cells, caller)

    call.__doc__ = entry.description
    for name, text in zip(entry.parameters, entry.argument_descriptions):
        call = arg(name, "raw", doc=text)(call)
    return func(call)

'''


@cache
def bundle(
    name: str = "Refresh", hint: str = "Reads the pasted exports", cell: str = "Start!C1", language: Language = "en"
) -> str:
    """The whole main.py. name, hint, cell: of the button; Lite treats selecting the cell as pressing the button."""
    package = resources.files("xl_lifecycle")
    lite_sources = ((name, package.joinpath(name).read_text("utf-8")) for name in LITE_SOURCES)
    parts = [_HEAD, _title("1. The sources")]
    parts += [
        _section(f"xl_lifecycle/{name}", _carried_source(name, source))
        for name, source in (*travelling_sources(language), *lite_sources)
    ]
    parts += [_title("2. The loader"), _LOADER, _title("3. Scripts")]
    button = {"name": name, "button": f"[{SHAPE}]{cell}", "hint": f"# {name}\n{hint}"}
    parts += [_SCRIPTS.format_map({key: _literal(text) for key, text in button.items()}), _title("4. The functions")]
    parts += [_REGISTERED, *(_wrapper(function) for function in FUNCTIONS.names.values())]
    return "\n".join(parts)


def _title(text: str) -> str:
    return f"# {'=' * 117}\n# {text}\n# {'=' * 117}\n"


def _carried_source(name: str, source: str) -> str:
    """A source as the workbook carries it. Metrics keep their docstrings, which the function wizard shows."""
    return terse(source) if name.endswith(".py") and not name.startswith("core/metrics/") else source


def _section(name: str, source: str) -> str:
    if "'''" in source:
        raise ValueError(f"{name} contains ''' and cannot be quoted")
    return f"# ---- {name}\nSOURCES[\"{name}\"] = r'''{source}'''\n"


def _wrapper(function: Function) -> str:
    """A function as xlwings registers it: its name and its parameters."""
    names = [f"*{name}" if function.variadic else f"{name}=None" for name in function.parameters]
    parameters = ", ".join([*names, *([] if function.variadic else ["*"]), "caller: Caller | None = None"])
    return f"@registered\ndef {function.name}({parameters}): ...\n"


def _literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


_OFFICE = "http://schemas.microsoft.com/office"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_CONTENT = "application/vnd.ms-office.webextension"
STORE_ID = "wa200008175"  # xlwings Lite in Microsoft's store
_FOLDER = "xl/webextensions"
_CODE = f"{_FOLDER}/webextension1.xml"
_PANES_PART = f"{_FOLDER}/taskpanes.xml"
_MARK = "xlLifecycleCode"  # a hash of the code as written, to detect changes
_NAMESPACE = uuid.UUID("6f2bbf8e-58a0-5c0c-9f57-0d8f0bd1b6a4")

_PANES = f"""{_XML}<wetp:taskpanes xmlns:wetp="{_OFFICE}/webextensions/taskpanes/2010/11">\
<wetp:taskpane dockstate="right" visibility="1" width="350" row="0">\
<wetp:webextensionref xmlns:r="{_OFFICE_RELATIONS}" r:id="rId1"/></wetp:taskpane></wetp:taskpanes>"""

_PANE_RELATIONS = f"""{_XML}<Relationships xmlns="{_RELATIONS}">\
<Relationship Id="rId1" Type="{_OFFICE}/2011/relationships/webextension" Target="webextension1.xml"/></Relationships>"""


def write_book(planned: WorkbookPlan, path: Path) -> None:
    """Write a planned workbook with its Python inside."""
    write(planned, path)
    embed(path, planned.sheets[0].buttons[0], planned.language)


def embed(path: Path, button: Button, language: Language = "en") -> None:
    """Put the code into a new workbook. button: the one that is on all sheets."""
    parts = read_parts(path)
    for name in [name for name in parts if name.startswith("xl/drawings/drawing")]:
        parts[name] = edit_part(parts[name], _name_buttons)
    identity = hashlib.sha256(b"".join(parts.values())).hexdigest()
    parts["[Content_Types].xml"] = edit_part(parts["[Content_Types].xml"], _declare_panes)
    parts["_rels/.rels"] = edit_part(parts["_rels/.rels"], _relate_panes)
    parts[_PANES_PART] = _PANES.encode()
    parts[f"{_FOLDER}/_rels/taskpanes.xml.rels"] = _PANE_RELATIONS.encode()
    code = bundle(button.caption, button.hint, button.link.removeprefix("internal:"), language)
    parts[_CODE] = _web_extension(identity, code).encode()
    write_parts(parts, path)


def properties(path: Path) -> dict[str, str]:
    """The texts that Lite stores in a workbook, by name; may be empty."""
    parts = read_parts(path)
    extensions = [parse(part) for name, part in parts.items() if re.fullmatch(rf"{_FOLDER}/webextension\d*\.xml", name)]
    stored = [each for extension in extensions for each in extension.iterfind("{*}properties/{*}property")]
    return {each.get("name"): json.loads(each.get("value")) for each in stored}


def is_changed(path: Path) -> bool:
    """Whether somebody changed the code in a workbook, or added code."""
    texts = properties(path)
    others = [name for name in texts if name.endswith(".py") and name != "main.py"]
    ours = {texts.get(_MARK), _hash(bundle())}
    return bool(others) or ("main.py" in texts and _hash(texts["main.py"]) not in ours)


def _name_buttons(drawing: Element) -> None:
    for shape in drawing.iter("{*}cNvPr"):
        if shape.get("name", "").startswith("TextBox "):
            shape.set("name", SHAPE)


def _declare_panes(types: Element) -> None:
    add(types, "Override", PartName=f"/{_PANES_PART}", ContentType=f"{_CONTENT}taskpanes+xml")
    add(types, "Override", PartName=f"/{_CODE}", ContentType=f"{_CONTENT}+xml")


def _relate_panes(relations: Element) -> None:
    kind = f"{_OFFICE}/2011/relationships/webextensiontaskpanes"
    add(relations, "Relationship", Id="rIdLite", Type=kind, Target=_PANES_PART)


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def _web_extension(identity: str, code: str) -> str:
    """The part of the add-in in this workbook: its settings, which include the code, and its functions."""
    settings = {"startupBehavior": "taskpane", "workbookMode": "developer", "pyodideVersion": PYODIDE}
    texts = {
        "main.py": code,
        "requirements.txt": REQUIREMENTS,
        "pyodideVersion": PYODIDE,
        "addinVersion": ADD_IN,
        "xlwingsSettingsWorkbook": json.dumps(settings, separators=(",", ":")),
        "xlwingsWorkbookId": str(uuid.uuid5(_NAMESPACE, f"workbook {identity}")),
        _MARK: _hash(code),
    }
    stored = "".join(f'<we:property name="{name}" value="{_attribute(value)}"/>' for name, value in texts.items())
    reference = f'<we:reference id="{STORE_ID}" version="1.0.0.0" store="{{}}" storeType="OMEX"/>'
    return (
        f'{_XML}<we:webextension xmlns:we="{_OFFICE}/webextensions/webextension/2010/11" '
        f'id="{{{str(uuid.uuid5(_NAMESPACE, identity)).upper()}}}">{reference.format("en-US")}'
        f"<we:alternateReferences>{reference.format(STORE_ID)}</we:alternateReferences>"
        f"<we:properties>{stored}</we:properties><we:bindings/>"
        f'<we:snapshot xmlns:r="{_OFFICE_RELATIONS}"/>'
        f"<we:extLst>{''.join(_extensions())}</we:extLst></we:webextension>"
    )


def _extensions() -> Iterator[str]:
    """The extensions that list the custom functions and start the add-in with the workbook."""
    functions = "".join(
        f"<we:customFunctionIds>{PREFIX}{name}</we:customFunctionIds>" for name in sorted(FUNCTIONS.names)
    )
    for guid, content in (
        ("D87F86FE-615C-45B5-9D79-34F1136793EB", '<we:containsCustomFunctions val="1"/>'),
        ("7C84B067-C214-45C3-A712-C9D94CD141B2", f"<we:customFunctionIdList>{functions}</we:customFunctionIdList>"),
        ("0858819E-0033-43BF-8937-05EC82904868", '<we:backgroundApp state="1" runtimeId="Taskpane.Url"/>'),
    ):
        drawing = "http://schemas.openxmlformats.org/drawingml/2006/main"
        yield f'<a:ext xmlns:a="{drawing}" uri="{{{guid}}}">{content}</a:ext>'


def _attribute(value: str) -> str:
    """A setting as Office.js stores it: JSON in an attribute."""
    return escape(json.dumps(value, ensure_ascii=False), {'"': "&quot;"})
