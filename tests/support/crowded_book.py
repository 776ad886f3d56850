"""A workbook of ours in which people keep everything that Excel lets them, and the values that Excel would have kept.

XlsxWriter writes what it can beside our sheets; the rest is put into the package as Excel writes it.
"""

from __future__ import annotations

import re
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import xlsxwriter

from xl_lifecycle.commands.refresh import refresh
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.hosts.save import save
from xl_lifecycle.refresh.merge import Report
from xl_lifecycle.xlsx.saved_book import SavedBook

FORMULAS: dict[str, tuple[str, str, list[Any]]] = {  # on sheet Mine, each in a column of its own from row 2: text, how it is written, what it shows
    'A': ('=SUM(Costs[Marketing spend])', '', [1259]),
    'B': ('=SUMIFS(Costs[Marketing spend],Costs[Channel],"Email",Costs[Month],">="&DATE(2026,2,1))', '', [110]),
    'C': ('=_xlfn.XLOOKUP("Podcast",Costs[Channel],Costs[Marketing spend],0,0,-1)', '', [50]),
    'D': ('=_xlfn.LET(_xlpm.all,SUM(Costs[Marketing spend]),_xlpm.all/2)', '', [629.5]),
    'E': ('=_xlfn._xlws.FILTER(Costs[Marketing spend],Costs[Channel]="Paid ads")', 'dynamic', [999, 0, 0]),
    'F': ('=_xlfn.UNIQUE(Costs[Channel])', 'dynamic', ['Paid ads', 'Email', 'Podcast']),
    'G': ('=SUM(INDIRECT("Costs!D5:D60"))', '', [1259]),
    'H': ('=SUM(OFFSET(Costs!$D$4,1,0,60,1))', '', [1259]),
    'I': ('=SUM(Costs!D:D)', '', [1259]),
    'J': ('=Total_spend*2', '', [2518]),
    'K': ('=J2+A2', '', [3777]),
    'L': ('=Costs[Marketing spend]*2', 'array', [1998, 200, 0, 0, 220, 0, 0, 0, 100]),
    'M': ('=_xldudf_CAC("Email","2026",Data)', '', [14]),
    'N': ('=IF(A2>1500,"much","")', '', ['']),
    'O': ('=A2>1500', 'truth', [False]),
    'P': ('=IF(COUNTIF(Costs[Channel],"TV"),1,NA())', '', ['#N/A']),
    'Q': ('=TEXT(MAX(Costs[Month]),"yyyy-mm")', '', ['2026-03']),
    'R': ('=COUNTA(Costs[Campaign])', '', [0]),
    'S': ('=IFERROR(VLOOKUP("TV",Costs!B5:D60,3,FALSE),0)', '', [0]),
    'T': ('=SUMPRODUCT((Costs[Channel]="Paid ads")*Costs[Marketing spend])', '', [999]),
    'U': ('=Elsewhere!B2+Elsewhere!B9', '', [1998]),
    'V': ('=MAX(Costs[Month])', 'date', [46082]),
    'W': ('=Costs!D30', '', [0]),
    'X': ('=Costs!C30&""', '', ['']),
    'Y': ('=SUM(Costs!A1:INDEX(Costs!D:D,60))', '', [415736]),
    'Z': ('=AVERAGEIFS(Costs[Marketing spend],Costs[Channel],"Email")', '', [105]),
    'AA': ('=SUM(Local_part)', '', [1259]),
}  # fmt: skip
SPENT = [999, 100, 0, 0, 110, 0, 0, 0, 50]  # Costs[Marketing spend]
# What only Excel calculates, with the value that it kept; each may depend on our tables.
EXCEL_ONLY = {
    "A": ('=_xlfn.MAP(Costs[Marketing spend],_xlfn.LAMBDA(_xlpm.x,_xlpm.x*2))', 1998),
    "B": ('=GETPIVOTDATA("Spend",Pivot!$A$3)', 1259),
    "C": ("=IFERROR([1]Plan!$A$1+Costs!D5,0)", 1099),
    "D": ("=IFERROR(_xlfn.REDUCE(0,Costs[Marketing spend],_xlfn.LAMBDA(_xlpm.a,_xlpm.b,_xlpm.a+_xlpm.b)),0)", 0),
    "E": ("=A6+1", 1999),
}  # fmt: skip
UNTOUCHED = {"F": ("=[1]Plan!$A$1", 100), "G": ("=YEAR(NOW())", 2025), "H": ("=H6", 7)}  # need not lose a value

PIXEL = b"\x89PNG\r\n\x1a\n" + b"".join(
    struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    for kind, data in (
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0\xff\0\0")),
        (b"IEND", b""),
    )
)


def crowded(save: Callable[[Path], object], path: Path, folder: Path) -> Path:
    """Have the small workbook saved with sheets of a user's own."""
    image = folder / "pixel.png"
    image.write_bytes(PIXEL)
    close = xlsxwriter.Workbook.close

    def crowd(book: Any) -> None:
        _sheets(book, str(image))
        close(book)

    plain = folder / f"plain{path.suffix}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xlsxwriter.Workbook, "close", crowd)
        save(plain)
    _inject(plain, path)
    return path


def _sheets(book: Any, image: str) -> None:
    own = book.add_worksheet("Mine")
    look = book.add_format({"bold": True, "font_name": "Georgia", "bg_color": "#FFEE00", "num_format": '0.0 "€"'})
    date = book.add_format({"num_format": "yyyy-mm-dd"})
    own.write_row(0, 0, list(FORMULAS))
    for column, (text, how, values) in FORMULAS.items():
        area = f"{column}2:{column}{len(values) + 1}"
        if how == "dynamic":
            own.write_dynamic_array_formula(area, text, look, values[0])
        elif how == "array":
            own.write_array_formula(area, f"{{{text}}}", look, values[0])
        else:
            own.write_formula(f"{column}2", text, date if how == "date" else look, values[0])
        for row, value in enumerate(values[1:], 3):
            own.write(f"{column}{row}", value, look)
    for column, (text, value) in (EXCEL_ONLY | UNTOUCHED).items():
        own.write_formula(f"{column}20", text.replace("A6", "A20").replace("H6", "H20"), look, value)
    own.write_rich_string("A30", "a ", look, "rich", " text")
    own.write_url("A31", "https://example.com/", string="a link")
    own.write_url("A32", "internal:Costs!A4")
    own.merge_range("A33:C34", "merged", look)
    own.write_comment("A35", "why?", {"author": "Ann"})
    own.insert_textbox("D30", "A box", {"width": 100, "height": 40})
    own.insert_image("F30", image)
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Costs!$D$5:$D$13", "categories": "=Costs!$B$5:$B$13"})
    own.insert_chart("H30", chart)
    own.add_sparkline("A40", {"range": "Costs!D5:D13", "markers": True})
    own.conditional_format("A2:K2", {"type": "data_bar", "data_bar_2010": True})
    own.conditional_format("A2:K9", {"type": "formula", "criteria": "=A2>$B$2", "format": look})
    own.data_validation("A41", {"validate": "list", "source": "=Settings!$J$7:$J$9"})
    own.set_row(42, 30, None, {"level": 1, "hidden": True})
    own.set_column("AD:AE", 3, None, {"level": 1, "hidden": True, "collapsed": False})
    own.set_header("&L&G", {"image_left": image})
    own.print_area("A1:K20")
    own.repeat_rows(0)
    own.set_h_pagebreaks([20])
    own.protect("secret", {"select_locked_cells": True})
    other = book.add_worksheet("Elsewhere")
    for row in range(1, 10):  # made one shared formula below
        other.write_formula(row, 1, f"=Costs!D{row + 4}*2", None, SPENT[row - 1] * 2)
    other.write_array_formula("D2:D2", "{=SUM(Costs!D5:D60*1)}", None, 1259)
    other.write_column("F1", ["Item", "a", "b"])
    other.add_table("F1:H3", {"name": "Own", "columns": [
        {"header": "Item"}, {"header": "Spend"}, {"header": "Twice", "formula": "=Own[[#This Row],[Spend]]*2"},
    ]})  # fmt: skip
    for row in (2, 3):
        other.write_formula(f"G{row}", "=SUM(Costs[Marketing spend])", None, 1259)
        other.write_formula(f"H{row}", "=Own[[#This Row],[Spend]]*2", None, 2518)
    hidden = book.add_worksheet("Very hidden")
    hidden.write("A1", "secret")
    hidden.very_hidden()
    book.add_worksheet("Pivot").write_column("A3", ["Sum of Marketing spend", 1259])
    book.add_chartsheet("Sheet of a chart").set_chart(_line(book))
    costs = book.get_worksheet_by_name("Costs")
    costs.write("H5", "note beside", look)
    costs.conditional_format("A5:F13", {"type": "cell", "criteria": ">", "value": 900, "format": look})
    costs.conditional_format("D5:D13", {"type": "data_bar", "data_bar_2010": True})
    costs.data_validation("C5:C13", {"validate": "length", "criteria": "<", "value": 40})
    costs.write_comment("D5", "agreed with Ann")
    book.define_name("Total_spend", "=SUM(Costs!$D$5:$D$60)")
    book.define_name("Mine!Local_part", "=Costs!$D$5:$D$60")
    book.define_name("Constant", "=0.19")
    book.set_custom_property("Owner", "Ann")


def _line(book: Any) -> Any:
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=Mine!$A$2:$C$2"})
    return chart


# What XlsxWriter does not write

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET_ML = "application/vnd.openxmlformats-officedocument.spreadsheetml"
MICROSOFT = "http://schemas.microsoft.com/office"
THREADS = f"{MICROSOFT}/spreadsheetml/2018/threadedcomments"
SLICERS = f"{MICROSOFT}/spreadsheetml/2009/9/main"
ANN = "{11111111-2222-3333-4444-555555555555}"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def _inject(plain: Path, path: Path) -> None:
    with zipfile.ZipFile(plain) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    book = parts["xl/workbook.xml"].decode()
    ids = dict(re.findall(r'<sheet name="([^"]+)" sheetId="\d+"(?: state="\w+")? r:id="(rId\d+)"', book))
    links = dict(
        re.findall(r'Id="(rId\d+)"[^>]*Target="/?(?:xl/)?([^"]+)"', parts["xl/_rels/workbook.xml.rels"].decode())
    )
    sheet = {name: f"xl/{links[id]}" for name, id in ids.items() if id in links}
    sheet_id = dict(re.findall(r'<sheet name="([^"]+)" sheetId="(\d+)"', book))
    package = _Parts(parts)
    # One shared formula, as Excel writes a column that was filled down
    own = parts[sheet["Elsewhere"]].decode()
    for row in range(2, 11):
        first = 'ref="B2:B10" ' if row == 2 else ""
        text = ">Costs!D5*2</f>" if row == 2 else "/>"
        own = own.replace(f"<f>Costs!D{row + 3}*2</f>", f'<f t="shared" {first}si="0"{text}')
    parts[sheet["Elsewhere"]] = own.encode()
    # A pivot table on one of our tables
    definition = (
        f'{XML}<pivotCacheDefinition xmlns="{MAIN}" xmlns:r="{OFFICE}" r:id="rId1" refreshedBy="Ann" refreshedDate="46000" '
        'createdVersion="6" refreshedVersion="6" minRefreshableVersion="3" recordCount="1"><cacheSource type="worksheet">'
        '<worksheetSource name="Costs"/></cacheSource><cacheFields count="6">'
        + "".join(
            f'<cacheField name="{name}" numFmtId="0"><sharedItems containsSemiMixedTypes="0" containsString="0" '
            'containsNumber="1" minValue="0" maxValue="9"/></cacheField>'
            for name in ("Month", "Channel", "Campaign", "Marketing spend", "Other marketing cost", "Sales cost")
        )
        + "</cacheFields></pivotCacheDefinition>"
    )
    records = f'{XML}<pivotCacheRecords xmlns="{MAIN}" count="1"><r>' + '<n v="1"/>' * 6 + "</r></pivotCacheRecords>"
    field = '<pivotField showAll="0"/>'
    table = (
        f'{XML}<pivotTableDefinition xmlns="{MAIN}" name="PivotTable1" cacheId="7" dataCaption="Values" updatedVersion="6" '
        'minRefreshableVersion="3" createdVersion="6" indent="0" outline="1" outlineData="1">'
        '<location ref="A3:A4" firstHeaderRow="1" firstDataRow="1" firstDataCol="0"/><pivotFields count="6">'
        + field * 3 + '<pivotField dataField="1" showAll="0"/>' + field * 2
        + '</pivotFields><rowItems count="1"><i/></rowItems><colItems count="1"><i/></colItems>'
        '<dataFields count="1"><dataField name="Spend" fld="3" baseField="0" baseItem="0"/></dataFields>'
        "</pivotTableDefinition>"
    )  # fmt: skip
    package.add("xl/pivotCache/pivotCacheDefinition1.xml", definition, f"{SHEET_ML}.pivotCacheDefinition+xml")
    package.add("xl/pivotCache/pivotCacheRecords1.xml", records, f"{SHEET_ML}.pivotCacheRecords+xml")
    package.add("xl/pivotTables/pivotTable1.xml", table, f"{SHEET_ML}.pivotTable+xml")
    package.relate("xl/pivotCache/pivotCacheDefinition1.xml", "pivotCacheRecords", "pivotCacheRecords1.xml")
    package.relate("xl/pivotTables/pivotTable1.xml", "pivotCacheDefinition", "../pivotCache/pivotCacheDefinition1.xml")
    package.relate(sheet["Pivot"], "pivotTable", "../pivotTables/pivotTable1.xml")
    cache = package.relate("xl/workbook.xml", "pivotCacheDefinition", "pivotCache/pivotCacheDefinition1.xml")
    # Another workbook that formulas read
    package.add(
        "xl/externalLinks/externalLink1.xml",
        f'{XML}<externalLink xmlns="{MAIN}"><externalBook xmlns:r="{OFFICE}" r:id="rId1"><sheetNames>'
        '<sheetName val="Plan"/></sheetNames><sheetDataSet><sheetData sheetId="0"><row r="1"><cell r="A1"><v>100</v>'
        "</cell></row></sheetData></sheetDataSet></externalBook></externalLink>",
        f"{SHEET_ML}.externalLink+xml",
    )
    package.relate("xl/externalLinks/externalLink1.xml", "externalLinkPath", "file:///plan.xlsx", external=True)
    link = package.relate("xl/workbook.xml", "externalLink", "externalLinks/externalLink1.xml")
    # A thread of comments and who wrote it, a slicer, and an object of another program
    package.add(
        "xl/persons/person.xml",
        f'{XML}<personList xmlns="{THREADS}"><person displayName="Ann" id="{ANN}" userId="Ann" providerId="None"/></personList>',
        "application/vnd.ms-excel.person+xml",
    )
    package.relate("xl/workbook.xml", f"{MICROSOFT}/2017/10/relationships/person", "persons/person.xml")
    package.add(
        "xl/threadedComments/threadedComment1.xml",
        f'{XML}<ThreadedComments xmlns="{THREADS}"><threadedComment ref="B2" dT="2026-01-05T09:00:00.00" '
        f'personId="{ANN}" id="{ANN}"><text>Why so much?</text></threadedComment></ThreadedComments>',
        "application/vnd.ms-excel.threadedcomments+xml",
    )
    thread = f"{MICROSOFT}/2017/10/relationships/threadedComment"
    package.relate(sheet["Elsewhere"], thread, "../threadedComments/threadedComment1.xml")
    package.add(
        "xl/slicerCaches/slicerCache1.xml",
        f'{XML}<slicerCacheDefinition xmlns="{SLICERS}" name="Slicer_Channel" sourceName="Channel"><pivotTables>'
        f'<pivotTable tabId="{sheet_id["Pivot"]}" name="PivotTable1"/></pivotTables></slicerCacheDefinition>',
        "application/vnd.ms-excel.slicerCache+xml",
    )
    package.relate("xl/workbook.xml", f"{MICROSOFT}/2007/relationships/slicerCache", "slicerCaches/slicerCache1.xml")
    package.add(
        "xl/slicers/slicer1.xml",
        f'{XML}<slicers xmlns="{SLICERS}"><slicer name="Channel" cache="Slicer_Channel" rowHeight="241300"/></slicers>',
        "application/vnd.ms-excel.slicer+xml",
    )
    package.relate(sheet["Pivot"], f"{MICROSOFT}/2007/relationships/slicer", "../slicers/slicer1.xml")
    ole = "application/vnd.openxmlformats-officedocument.oleObject"
    package.add("xl/embeddings/oleObject1.bin", b"\xd0\xcf\x11\xe0 of another program", ole)
    package.relate(sheet["Elsewhere"], "oleObject", "../embeddings/oleObject1.bin")
    # Custom XML, printer settings, and the chain of calculation
    package.add("customXml/item1.xml", "<mine><kept/></mine>", None)
    package.relate("xl/workbook.xml", "customXml", "../customXml/item1.xml")
    package.add("xl/printerSettings/printerSettings1.bin", b"\0P\0r\0i", None)
    package.default("bin", f"{SHEET_ML}.printerSettings")
    package.relate(sheet["Elsewhere"], "printerSettings", "../printerSettings/printerSettings1.bin")
    chain = "".join(f'<c r="B{row}" i="{sheet_id["Elsewhere"]}"/>' for row in range(2, 11))
    package.add("xl/calcChain.xml", f'{XML}<calcChain xmlns="{MAIN}">{chain}</calcChain>', f"{SHEET_ML}.calcChain+xml")
    package.relate("xl/workbook.xml", "calcChain", "calcChain.xml")
    book = parts["xl/workbook.xml"].decode()
    externals = f'<externalReferences><externalReference r:id="{link}"/></externalReferences>'
    book = book.replace("<definedNames>", f"{externals}<definedNames>")
    calc = re.search(r"<calcPr[^>]*/>", book)
    assert calc
    book = book.replace(calc[0], f'{calc[0]}<pivotCaches><pivotCache cacheId="7" r:id="{cache}"/></pivotCaches>')
    parts["xl/workbook.xml"] = book.encode()
    # Names of the versions of Excel, as it writes them on every sheet
    costs = parts[sheet["Costs"]].decode()
    spaces = {
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "x14ac": "http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac",
        "xr": "http://schemas.microsoft.com/office/spreadsheetml/2014/revision",
    }
    costs = re.sub(r' mc:Ignorable="[^"]*"', "", costs, count=1)
    said = "".join(f'xmlns:{key}="{value}" ' for key, value in spaces.items() if f"xmlns:{key}=" not in costs)
    said += 'mc:Ignorable="x14ac xr" xr:uid="{00000000-0001-0000-0D00-000000000000}" '
    costs = costs.replace("<worksheet ", f"<worksheet {said}", 1)
    if "x14ac:dyDescent" not in costs:
        costs = costs.replace('<row r="5" ', '<row r="5" x14ac:dyDescent="0.25" ')
    parts[sheet["Costs"]] = costs.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)


class _Parts:
    """Adds parts to a package."""

    def __init__(self, parts: dict[str, bytes]) -> None:
        self.parts = parts

    def add(self, name: str, data: str | bytes, kind: str | None) -> None:
        self.parts[name] = data.encode() if isinstance(data, str) else data
        if kind:
            self._typed(f'<Override PartName="/{name}" ContentType="{kind}"/>')

    def default(self, ending: str, kind: str) -> None:
        if f'Extension="{ending}"' not in self.parts["[Content_Types].xml"].decode():
            self._typed(f'<Default Extension="{ending}" ContentType="{kind}"/>', first=True)

    def _typed(self, entry: str, first: bool = False) -> None:
        types = self.parts["[Content_Types].xml"].decode()
        types = (
            re.sub("(<Types[^>]*>)", rf"\1{entry}", types) if first else types.replace("</Types>", f"{entry}</Types>")
        )
        self.parts["[Content_Types].xml"] = types.encode()

    def relate(self, part: str, kind: str, target: str, external: bool = False) -> str:
        folder, _, name = part.rpartition("/")
        links = f"{folder}/_rels/{name}.rels"
        empty = (
            f'{XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
        )
        text = self.parts.get(links, empty.encode()).decode()
        id = f"rId{900 + text.count('<Relationship ')}" if text.count("<Relationship ") else "rId1"
        mode = ' TargetMode="External"' if external else ""
        type = kind if "://" in kind else f"{OFFICE}/{kind}"
        entry = f'<Relationship Id="{id}" Type="{type}" Target="{target}"{mode}/>'
        self.parts[links] = text.replace("</Relationships>", f"{entry}</Relationships>").encode()
        return id


TYPED = """month,channel,campaign,spend,visitors,leads
2026-01,Email,,130,1000,20
2026-04,Paid ads,Brand,60.25,900,18
2026-04,TV,,500,,
2026-05,Podcast,,70,,
"""


class Refreshed(NamedTuple):
    """The workbook before and after a refresh that changes, grows and adds, and what was said."""

    old: Path
    new: Path
    report: Report


def refreshed(small: Path, folder: Path, suffix: str) -> Refreshed:
    """small: the workbook that is crowded."""
    content = SavedBook(small).content(FUNCTIONS.catalogue)
    old = crowded(lambda path: save(content, path, FUNCTIONS.catalogue), folder / f"old{suffix}", folder)
    new = Path(shutil.copy(old, folder / f"new{suffix}"))
    (folder / "typed.csv").write_text(TYPED, "utf-8")
    return Refreshed(old, new, refresh(new, [folder / "typed.csv"], FUNCTIONS.catalogue))
