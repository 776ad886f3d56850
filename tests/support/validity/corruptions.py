"""Ways to break a good workbook's file, each with the rules that must find it; and which validators find what.

Nearly all stand on their own feet: they add a row, a name or a part rather than change what a layout may move.
"""

from __future__ import annotations

import re
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.support.placed import placed

Parts = list[tuple[str, bytes]]
Change = Callable[[Parts], Parts]
New = str | Callable[[re.Match[str]], str]

SHEETS = r"xl/worksheets/sheet\d+\.xml"
START = r"xl/worksheets/sheet1\.xml"
BOOK = r"xl/workbook\.xml"
STYLES = r"xl/styles\.xml"
TABLES = r"xl/tables/table\d+\.xml"
DRAWINGS = r"xl/drawings/drawing\d+\.xml"
CHARTS = r"xl/charts/chart\d+\.xml"
TYPES = r"\[Content_Types\]\.xml"
LITE = r"xl/webextensions/webextension1\.xml"
BOOK_RELATIONS = r"xl/_rels/workbook\.xml\.rels"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


class Corruption(NamedTuple):
    """A way to break a file. rules: what must find it; no other rule may."""

    rules: str
    change: Change
    suffix: str = ".xlsx"


def corrupt(path: Path, to: Path, change: Change) -> Path:
    """Copy a workbook's file with a change."""
    with zipfile.ZipFile(path) as file:
        parts = [(name, file.read(name)) for name in file.namelist()]
    parts = [(n, placed(data.decode()).encode() if re.fullmatch(SHEETS, n) else data) for n, data in parts]
    changed = change(parts)
    assert changed != parts, "nothing was changed"
    return written(changed, to)


def written(parts: Parts, to: Path) -> Path:
    """Parts as a file."""
    with zipfile.ZipFile(to, "w") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a part twice is what one of the corruptions wants
        for part, data in parts:
            file.writestr(part, data)
    return to


def first(part: str, old: str, new: New) -> Change:
    """Replaces what is found first, in the first of these parts that has it."""
    return _replaced(part, old, new, 1)


def every(part: str, old: str, new: New) -> Change:
    """Replaces all that is found in these parts."""
    return _replaced(part, old, new, 0)


def _replaced(part: str, old: str, new: New, count: int) -> Change:
    def change(parts: Parts) -> Parts:
        changed, open_ = [], True
        for name, data in parts:
            if open_ and re.fullmatch(part, name):
                text, found = re.subn(old, new, data.decode(), count=count)
                open_ = not (count and found)
                data = text.encode()
            changed.append((name, data))
        return changed

    return change


def adding(name: str, data: str | bytes) -> Change:
    """Adds a part."""
    return lambda parts: [*parts, (name, data.encode() if isinstance(data, str) else data)]


def without(part: str) -> Change:
    """Leaves parts out."""
    return lambda parts: [(name, data) for name, data in parts if not re.fullmatch(part, name)]


def twice(part: str) -> Change:
    """Writes a part twice."""
    return lambda parts: [*parts, *((name, data) for name, data in parts if re.fullmatch(part, name))]


def together(*changes: Change) -> Change:
    """One change after the other."""

    def change(parts: Parts) -> Parts:
        for one in changes:
            parts = one(parts)
        return parts

    return change


def row(cells: str) -> Change:
    """Adds row 9001 to the first sheet, far below everything."""
    return together(
        first(START, '<dimension ref="[^"]*"', '<dimension ref="A1:Z9004"'),  # formualizer takes it at its word
        first(START, "</sheetData>", lambda _: f'<row r="9001">{cells}</row></sheetData>'),
    )


def formula(text: str) -> Change:
    """Adds a cell with a formula."""
    return row(f'<c r="A9001"><f>{text}</f><v>1</v></c>')


def name(attributes: str, text: str = "Settings!$A$1") -> Change:
    """Adds a defined name."""
    return first(BOOK, "</definedNames>", f"<definedName {attributes}>{text}</definedName></definedNames>")


def merged(*areas: str) -> Change:
    """Adds merged cells to the first sheet."""
    cells = "".join(f'<mergeCell ref="{area}"/>' for area in areas)
    return first(START, "</sheetData>", f'</sheetData><mergeCells count="{len(areas)}">{cells}</mergeCells>')


def renamed(old: str, new: str) -> Change:
    """Gives a sheet another name, wherever it is written."""
    return together(
        first(BOOK, f'name="{old}"', f'name="{new}"'),
        every(f"{BOOK}|{SHEETS}|{CHARTS}|xl/drawings/.*", rf"(?<![\w'])'?{old}'?!", f"'{new}'!"),
    )


def table_renamed(old: str, new: str) -> Change:
    """Gives a table another name, wherever it is written."""
    return together(
        every(TABLES, rf'([nN]ame)="{old}"', rf'\1="{new}"'),
        every(f"{SHEETS}|{BOOK}", rf"\b{old}\[", f"{new}["),
    )


def linked(source: str, id: str, kind: str, target: str, mode: str = "") -> Change:
    """Adds a relationship to a part that has some."""
    relation = f'<Relationship Id="{id}" Type="{OFFICE}/{kind}" Target="{target}"{mode}/></Relationships>'
    return first(source, "</Relationships>", relation)


def code(text: str) -> Change:
    """Adds lines to Lite's main.py."""
    lines = text.replace('"', r"\&quot;")
    return first(LITE, r'(name="main\.py" value="[^"]*)&quot;"', lambda found: rf'{found[1]}{lines}\n&quot;"')


def twin_table(parts: Parts) -> Parts:
    """Adds a second table over the first one of a sheet."""
    relations = next(part for part, data in parts if "/worksheets/_rels/" in part and b"tables/table1.xml" in data)
    sheet = relations.replace("_rels/", "").removesuffix(".rels")
    data = dict(parts)["xl/tables/table1.xml"].decode()
    twin = re.sub(r'\b([nN]ame)="\w+" displayName="\w+"', 'name="Twin" displayName="Twin"', data, count=1)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.table+xml"
    return together(
        adding("xl/tables/table99.xml", re.sub(r'(<table [^>]*\bid=)"\d+"', r'\1"99"', twin)),
        first(TYPES, "</Types>", f'<Override PartName="/xl/tables/table99.xml" ContentType="{kind}"/></Types>'),
        linked(re.escape(relations), "rId99", "table", "../tables/table99.xml"),
        first(re.escape(sheet), r'<tableParts count="(\d+)"', lambda m: f'<tableParts count="{int(m[1]) + 1}"'),
        first(re.escape(sheet), "</tableParts>", '<tablePart r:id="rId99"/></tableParts>'),
    )(parts)


def without_function(parts: Parts) -> Parts:
    """Takes CAC out of the macros."""
    from pyopenvba import ExcelFile

    with tempfile.TemporaryDirectory() as folder:
        path = written(parts, Path(folder) / "macros.xlsm")
        with ExcelFile(path) as file:
            module = file.vba_project().get_module("LifecycleFunctions")
            module.source = re.sub(r"\bFunction CAC\(", "Function CAC_NO_MORE(", module.source)
            module.dirty = True
            file.save(path)
        with zipfile.ZipFile(path) as file:
            project = file.read("xl/vbaProject.bin")
    return [(part, project if part == "xl/vbaProject.bin" else data) for part, data in parts]


def control(anchor: str, macro: str, id: str = "_x0000_s90250") -> Change:
    """Adds a button of the kind that forms have."""
    vml = (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shape '
        f'id="{id}"><x:ClientData ObjectType="Button"><x:Anchor>{anchor}</x:Anchor>'
        f"<x:FmlaMacro>{macro}</x:FmlaMacro></x:ClientData></v:shape></xml>"
    )
    kind = "application/vnd.openxmlformats-officedocument.vmlDrawing"
    return together(
        adding("xl/drawings/vmlDrawing99.vml", vml),
        first(TYPES, "</Types>", f'<Override PartName="/xl/drawings/vmlDrawing99.vml" ContentType="{kind}"/></Types>'),
        linked(r"xl/worksheets/_rels/sheet\d+\.xml\.rels", "rId98", "vmlDrawing", "../drawings/vmlDrawing99.vml"),
    )


ONE_SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>'
ANY_TABLE_SHEET = r'(?s)\A(?!.*t="array")(?=.*<tablePart )(.*</sheetData>)'

HARMLESS = together(  # what the corruptions do, without their faults
    row('<c r="A9001" cm="1"><f t="array" ref="A9001:B9001">1</f><v>1</v></c><c r="B9001"><v>1</v></c>'),
    first(START, "</row></sheetData>", '</row><row r="9002"><c r="A9002"><f>1+1</f><v>2</v></c></row></sheetData>'),
    name('name="Fine"'),
    merged("A9003:B9004"),
    renamed("Overview", "View"),
    table_renamed("Items", "Things"),
    code(r"\nx = 1"),
    lambda parts: [*parts[1:], parts[0]],
)

CORRUPTIONS: dict[str, Corruption] = {
    # the package
    "a part twice": Corruption("zip_entries", twice(STYLES)),
    "a path upwards": Corruption("zip_entries content_types used_parts", adding("xl/../odd.bin", b"")),
    "XML without its end": Corruption("well_formed", first(r"xl/theme/theme1\.xml", "</a:theme>", "")),
    "a control character": Corruption("well_formed", first(r"docProps/core\.xml", "</dc:title>", "\x0b</dc:title>")),
    "a part without content type": Corruption("content_types", first(TYPES, '<Default Extension="rels"[^>]*/>', "")),
    "a content type without part": Corruption(
        "content_types", first(TYPES, "</Types>", '<Override PartName="/xl/no.xml" ContentType="text/xml"/></Types>')
    ),
    "a table declared as XML": Corruption(
        "fitting_types", first(TYPES, r"application/vnd[\w.-]*spreadsheetml\.table\+xml", "application/xml")
    ),
    "a relationship to nothing": Corruption(
        "relationships", linked(BOOK_RELATIONS, "rId999", "theme", "theme/theme9.xml")
    ),
    "two relationships of one id": Corruption(
        "relationships", linked(BOOK_RELATIONS, "rId1", "theme", "theme/theme1.xml")
    ),
    "an id that is no relationship": Corruption(
        "relationship_ids", first(SHEETS, r'<drawing r:id="rId\d+"', '<drawing r:id="rId999"')
    ),
    "a part that nothing leads to": Corruption("used_parts", adding("xl/worksheets/sheet99.xml", ONE_SHEET)),
    # sheets and names
    "a sheet name of 32 characters": Corruption("sheet_names", renamed("Overview", "x" * 32)),
    "a sheet name with a question mark": Corruption("sheet_names", renamed("Overview", "what?")),
    "a sheet named History": Corruption("reserved_sheet_names", renamed("Overview", "History")),
    "a sheet named History in Japanese": Corruption("reserved_sheet_names", renamed("Overview", "履歴")),
    "a sheet named like a module": Corruption("reserved_sheet_names", renamed("Overview", "main.py")),
    "two sheets of one name": Corruption("unique_sheets", renamed("Overview", "COSTS")),
    "two sheets of one id": Corruption("unique_sheets", first(BOOK, 'sheetId="2"', 'sheetId="1"')),
    "a sheet to show that is not there": Corruption(
        "sheets_shown", first(BOOK, "<workbookView ", '<workbookView activeTab="99" ')
    ),
    "all sheets selected": Corruption(
        "sheets_shown", every(SHEETS, "<sheetView (?![^>]*tabSelected)", '<sheetView tabSelected="1" ')
    ),
    "a name like a cell": Corruption("defined_names", name('name="CAC1"')),
    "a name with a space": Corruption("defined_names", name('name="new customers"')),
    "a name twice": Corruption("defined_names", name('name="data"')),
    "a name of no sheet": Corruption("defined_names", name('name="Local" localSheetId="99"')),
    "a name for a missing sheet": Corruption("name_references", name('name="Lost"', "Nowhere!$A$1")),
    "a name for a lost reference": Corruption("name_references", name('name="Lost"', "#REF!")),
    "a name like one of our functions": Corruption("names_of_functions", name('name="CAC"')),
    "everything computed at opening": Corruption("calculation", first(BOOK, "<calcPr ", '<calcPr fullCalcOnLoad="1" ')),
    "computed by an older Excel": Corruption("calculation", first(BOOK, r'calcId="\d+"', 'calcId="0"')),
    # texts and styles
    "a shared string that is not there": Corruption(
        "shared_strings", row('<c r="A9001" t="s"><v>99999</v></c>')
    ),
    "a text of 32,768 characters": Corruption(
        "text_lengths", first(r"xl/sharedStrings\.xml", "</sst>", f"<si><t>{'x' * 32_768}</t></si></sst>")
    ),
    "a style that is not there": Corruption("styles", row('<c r="A9001" s="9999"><v>1</v></c>')),
    "a condition's style that is not there": Corruption("styles", first(SHEETS, r'dxfId="\d+"', 'dxfId="999"')),
    "a font that is not there": Corruption(
        "style_parts", first(STYLES, r'(<cellXfs [^>]*>.*?fontId=)"\d+"', r'\1"999"')
    ),
    "a number format that is not there": Corruption(
        "style_parts", first(STYLES, r'(<cellXfs [^>]*>.*?numFmtId=)"\d+"', r'\1"999"')
    ),
    "metadata that are not there": Corruption(
        "cell_metadata", row('<c r="A9001" cm="9"><f t="array" ref="A9001">1+1</f><v>2</v></c>')
    ),
    "no metadata at all": Corruption(
        "cell_metadata",
        together(
            without(r"xl/metadata\.xml"),
            first(TYPES, r'<Override PartName="/xl/metadata\.xml"[^>]*/>', ""),
            first(BOOK_RELATIONS, r'<Relationship [^>]*metadata\.xml"/>', ""),
        ),
    ),
    # the grid
    "a cell out of order": Corruption("grid", row('<c r="B9001"><v>1</v></c><c r="A9001"><v>1</v></c>')),
    "a cell beyond the last column": Corruption("grid", row('<c r="XFE9001"><v>1</v></c>')),
    "a cell of another row": Corruption("grid", row('<c r="A9002"><v>1</v></c>')),
    "columns given twice": Corruption("columns", first(SHEETS, '<col min="2"', '<col min="1"')),
    "a row too high": Corruption("columns", first(SHEETS, r' ht="[\d.]+"', ' ht="500"')),
    "a number that is none": Corruption("values", row('<c r="A9001"><v>1,5</v></c>')),
    "an error that Excel does not have": Corruption("values", row('<c r="A9001" t="e"><v>#OOPS!</v></c>')),
    "a type that Excel does not have": Corruption("values", row('<c r="A9001" t="x"><v>1</v></c>')),
    "an error as text": Corruption("errors_as_errors", first(SHEETS, r' t="e"><v>', ' t="str"><v>')),
    "an error as a formula's text": Corruption(
        "errors_as_errors", row('<c r="A9001" t="str"><f>1/0</f><v>#DIV/0!</v></c>')
    ),
    # spills
    "a spill beside its cell": Corruption(
        "spill_areas", row('<c r="A9001" cm="1"><f t="array" ref="B9001">1</f><v>1</v></c><c r="B9001"><v>1</v></c>')
    ),
    "a spill without its area": Corruption("spill_areas", row('<c r="A9001"><f t="array">1</f><v>1</v></c>')),
    "a spill over a formula": Corruption(
        "blocked_spills",
        row(
            '<c r="A9001" cm="1"><f t="array" ref="A9001:B9001">1</f><v>1</v></c>'
            '<c r="B9001"><f>1+1</f><v>2</v></c>'
        ),
    ),
    "a spill over merged cells": Corruption(
        "blocked_spills",
        together(
            row(
                '<c r="A9001" cm="1"><f t="array" ref="A9001:B9001">1</f><v>1</v></c><c r="B9001"><v>2</v></c>'
            ),
            merged("B9001:C9001"),
        ),
    ),
    "a spill over a table": Corruption(
        "blocked_spills",
        first(
            r"xl/worksheets/sheet\d+\.xml",
            r'<c r="A(\d+)"( s="\d+")?><v>(4\d{4})</v></c>(?=<c r="B\d+" [^>]*>(?:<f>|<v>))',
            lambda m: f'<c r="A{m[1]}" cm="1"><f t="array" ref="A{m[1]}:B{m[1]}">1</f><v>{m[3]}</v></c>',
        ),
    ),
    "a spill cell without its value": Corruption(
        "spill_caches", row('<c r="A9001" cm="1"><f t="array" ref="A9001:B9001">1</f><v>1</v></c>')
    ),
    "a formula without its value": Corruption("formula_caches", row('<c r="A9001"><f>1+1</f></c>')),
    # formulas
    "a formula with a missing sheet": Corruption("formula_references", formula("Nowhere!A1")),
    "a formula with a missing table": Corruption("formula_references", formula("ROWS(Nothing[Month])")),
    "a formula with a missing column": Corruption("formula_references", formula("ROWS(Costs[Nothing])")),
    "a formula with @ for its row": Corruption("formula_references", formula("Costs[@Month]")),
    "a formula with a missing name": Corruption("formula_references", formula("nothing+1")),
    "a formula with a lost reference": Corruption("formula_references", formula("#REF!+1")),
    "a formula of 8,193 characters": Corruption("formula_lengths", formula("+".join("1" * 4_097))),
    "a formula with a text of 256 characters": Corruption("formula_lengths", formula(f'"{"x" * 256}"')),
    "a formula with its =": Corruption("formula_syntax", formula("=1+1")),
    "a formula that is not closed": Corruption("formula_syntax", formula("(1+1")),
    "a formula with @": Corruption("formula_syntax", formula("@1")),
    "UNIQUE without its prefix": Corruption("function_prefixes", formula("UNIQUE(A1:A2)")),
    "FILTER without half its prefix": Corruption("function_prefixes", formula("_xlfn.FILTER(A1:A2,A1:A2)")),
    "a function that nobody has": Corruption("known_functions", formula("NOSUCH(1)")),
    "our function spelt plainly": Corruption("known_functions", formula('CAC("All")')),
    "our function spelt as an add-in's": Corruption("known_functions", formula('_xldudf_CAC("All")'), suffix=".xlsm"),
    "LET without _xlpm.": Corruption("local_names formula_references", formula("_xlfn.LET(x,1,x+1)")),
    "LET without its own name": Corruption("local_names", formula("_xlfn.LET(_xlpm.x,1,_xlpm.y)")),
    # on sheets
    "merged cells that overlap": Corruption("merged_cells", merged("A9001:B9002", "B9002:C9003")),
    "one merged cell": Corruption("merged_cells", merged("A9001")),
    "a table in merged cells": Corruption(
        "merged_cells",
        first(SHEETS, ANY_TABLE_SHEET, r'\1<mergeCells count="1"><mergeCell ref="A1:XFD9000"/></mergeCells>'),
    ),
    "a list at no cell": Corruption(
        "cell_lists", first(SHEETS, r'(<dataValidation [^>]*sqref=)"[^"]*"', r'\1"4B"')
    ),
    "a condition at no cell": Corruption(
        "cell_lists", first(SHEETS, r'<conditionalFormatting sqref="[^"]*"', '<conditionalFormatting sqref="A1,B1"')
    ),
    "a list of 256 characters": Corruption(
        "validation_texts", first(SHEETS, "<formula1>.*?</formula1>", f'<formula1>"{"x," * 127}xy"</formula1>')
    ),
    "a hint of 256 characters": Corruption(
        "validation_texts", first(SHEETS, r'prompt="[^"]*"', f'prompt="{"x" * 256}"')
    ),
    "a list from a missing sheet": Corruption(
        "validation_sources", first(SHEETS, "<formula1>.*?</formula1>", "<formula1>Nowhere!$A$1:$A$9</formula1>")
    ),
    "a list from a missing name": Corruption(
        "validation_sources", first(SHEETS, "<formula1>.*?</formula1>", "<formula1>nothing</formula1>")
    ),
    "a list from a table": Corruption(
        "validation_sources", first(SHEETS, "<formula1>.*?</formula1>", "<formula1>Costs[Channel]</formula1>")
    ),
    "two conditions of one rank": Corruption("conditions", first(SHEETS, r'priority="2"', 'priority="1"')),
    "a condition on a missing sheet": Corruption(
        "conditions", first(SHEETS, r"(<cfRule [^>]*><formula>)[^<]*", r"\1Nowhere!A1=1")
    ),
    "a link to a missing sheet": Corruption("links", first(SHEETS, r' location="[^"]*"', ' location="Nowhere!A1"')),
    "a link to a sheet without its quotes": Corruption(
        "links", first(SHEETS, r' location="[^"]*"', ' location="Paid ads!A1"')
    ),
    "a shape's link to a missing sheet": Corruption(
        "links",
        linked(r"xl/drawings/_rels/drawing\d+\.xml\.rels", "rId97", "hyperlink", "#Nowhere!A1", ' TargetMode="External"'),
    ),
    # tables
    "two tables of one id": Corruption(
        "table_ids", first(r"xl/tables/table2\.xml", r'(<table [^>]*\bid=)"2"', r'\1"1"')
    ),
    "two columns of one id": Corruption("table_ids", first(TABLES, '<tableColumn id="2"', '<tableColumn id="1"')),
    "a table named like a cell": Corruption("table_names", table_renamed("Items", "AB12")),
    "a table named like a name": Corruption("table_names", name('name="costs"')),
    "a table beyond the last column": Corruption("table_areas", first(TABLES, r' ref="[A-Z]+', ' ref="XFE')),
    "a table with a column too few": Corruption(
        "table_areas", first(TABLES, r'<tableColumns count="\d+"', '<tableColumns count="1"')
    ),
    "a header that is not its column": Corruption(
        "table_headers", first(r"xl/tables/table1\.xml", r'name="([^"]*)"(/></tableColumns>)', r'name="\1 x"\2')
    ),
    "a table over a table": Corruption("table_overlaps", twin_table),
    "a filter beside its table": Corruption("filters", first(TABLES, r'<autoFilter ref="[^"]*"', '<autoFilter ref="A1:B2"')),
    "a table that its sheet does not list": Corruption("table_parts", first(SHEETS, r"<tablePart [^>]*/>", "")),
    # drawings
    "a chart that ends before it begins": Corruption(
        "anchors", first(DRAWINGS, r"(<xdr:to><xdr:col>)\d+", r"\g<1>0")
    ),
    "a control that ends before it begins": Corruption(
        "anchors", control("9, 0, 1, 0, 3, 0, 3, 0", "[0]!CAC"), suffix=".xlsm"
    ),
    "two shapes of one id": Corruption("shape_ids", first(DRAWINGS, r'cNvPr id="3"', 'cNvPr id="2"')),
    "two controls of one id": Corruption(
        "shape_ids",
        together(
            control("1, 0, 1, 0, 3, 0, 3, 0", "[0]!CAC"),
            first(r"xl/drawings/vmlDrawing99\.vml", "(<v:shape .*</v:shape>)", r"\1\1"),
        ),
        suffix=".xlsm",
    ),
    "a chart of a missing sheet": Corruption("chart_references", first(CHARTS, "<c:f>.*?</c:f>", "<c:f>Nowhere!$A$1</c:f>")),
    # macros
    "macros in a workbook declared as without": Corruption(
        "macro_project config_sheet known_functions",
        first(TYPES, r"application/vnd\.ms-excel\.sheet\.macroEnabled", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        suffix=".xlsm",
    ),
    "macros that cannot be read": Corruption(
        "macro_project", lambda parts: [(n, b"odd" if n.endswith(".bin") else d) for n, d in parts], suffix=".xlsm"
    ),
    "a sheet without its module": Corruption(
        "macro_modules", first(START, r'codeName="\w+"', 'codeName="Nowhere"'), suffix=".xlsm"
    ),
    "a function without its macro": Corruption("macro_functions", without_function, suffix=".xlsm"),
    "a shape without its macro": Corruption(
        "button_macros", first(DRAWINGS, r'macro=""', 'macro="[0]!Nowhere"'), suffix=".xlsm"
    ),
    "a control without its macro": Corruption(
        "button_macros", control("1, 0, 1, 0, 3, 0, 3, 0", "[0]!Nowhere"), suffix=".xlsm"
    ),
    "a settings sheet in sight": Corruption("config_sheet", first(BOOK, ' state="hidden"', ""), suffix=".xlsm"),
    # Lite
    "a setting that is no JSON": Corruption(
        "lite_settings", first(LITE, r'(name="pyodideVersion" value=)"[^"]*"', r'\1"0.27.5"')
    ),
    "code that is no Python": Corruption("lite_settings", code(r"\nthis is no Python")),
    "settings twice": Corruption("lite_settings", first(LITE, r"(<we:property [^>]*/>)(</we:properties>)", r"\1\1\2")),
    "a function that is not announced": Corruption(
        "lite_functions", first(LITE, "<we:customFunctionIds>_xldudf_ROMI</we:customFunctionIds>", "")
    ),
    "a function that is only announced": Corruption("lite_functions", first(LITE, "_xldudf_ROMI<", "_xldudf_ROMY<")),
    "a button for a missing sheet": Corruption(
        "lite_buttons", code(r'\n@script(button="[x]Nowhere!B4")\ndef nowhere(book): pass')
    ),
    "a button that nothing selects": Corruption(
        "lite_buttons", code(r'\n@script(button="[x]Overview!ZZ99")\ndef nowhere(book): pass')
    ),
    "a button without its shape": Corruption(
        "lite_buttons", every(LITE, r"button=\\&quot;\[[^\]]*\]", lambda _: r"button=\&quot;[Nobody]")
    ),
    "a button that is pressed at opening": Corruption(
        "lite_buttons",
        together(
            every(LITE, r"(button=\\&quot;\[[^\]]*\])[^&\\]*", r"\1Start!A1"),
            every(r"xl/drawings/_rels/.*", 'Target="#[^"]*"', 'Target="#Start!A1"'),
        ),
    ),
    # what only a schema tells
    "a part of a sheet out of order": Corruption(
        "", first(START, "(<sheetFormatPr [^>]*/>)(.*?)(</sheetData>)", r"\2\3\1")
    ),
    "an element that is not in the schema": Corruption("", first(START, "</sheetData>", "</sheetData><oddity/>")),
}  # fmt: skip

FOUND_ALSO: dict[str, set[str]] = {  # by validators that others made
    "openxml-audit": {
        "a path upwards", "a control character", "a relationship to nothing", "two relationships of one id",
        "an id that is no relationship", "two sheets of one id", "a shared string that is not there",
        "a type that Excel does not have", "macros in a workbook declared as without", "macros that cannot be read",
        "two controls of one id", "a part of a sheet out of order", "an element that is not in the schema",
    },
    "formualizer": {
        "a part twice", "a path upwards", "a part without content type", "a table declared as XML",
        "two relationships of one id", "two sheets of one name", "two sheets of one id", "a name twice",
        "a name of no sheet", "a shared string that is not there", "metadata that are not there",
        "no metadata at all", "a cell out of order", "a cell beyond the last column", "a cell of another row",
        "a number that is none", "an error that Excel does not have", "a type that Excel does not have",
        "a spill beside its cell", "a spill without its area", "a spill over a formula", "a spill over a table",
        "a formula with a missing sheet", "a formula with a missing table", "a formula with a missing column",
        "a formula with @ for its row", "a formula with a missing name", "a formula with a lost reference",
        "a formula of 8,193 characters", "a formula that is not closed", "a function that nobody has",
        "LET without its own name", "a table in merged cells", "two columns of one id", "a table named like a cell",
        "a table named like a name", "a table beyond the last column", "a table with a column too few",
        "a header that is not its column", "a table over a table", "a table that its sheet does not list",
    },
    "cellrune": {
        "a path upwards", "a table declared as XML", "two relationships of one id", "a sheet name of 32 characters",
        "a sheet name with a question mark", "two sheets of one name", "two sheets of one id", "a name twice",
        "a name of no sheet", "a shared string that is not there", "a style that is not there",
        "metadata that are not there", "no metadata at all", "a cell beyond the last column", "a cell of another row",
        "a number that is none", "an error that Excel does not have", "a type that Excel does not have",
        "a spill beside its cell", "a spill without its area", "a formula with a missing name",
        "a formula of 8,193 characters", "a formula with its =", "a formula that is not closed",
        "a function that nobody has", "LET without its own name", "merged cells that overlap", "one merged cell",
        "two tables of one id", "two columns of one id", "a table named like a cell", "a table named like a name",
        "a table beyond the last column", "a table with a column too few", "a table over a table",
        "a filter beside its table",
    },
}  # fmt: skip
