"""A workbook of ours in which people keep everything that Excel lets them, and the values that Excel would have kept.

XlsxWriter writes what it can beside our sheets; the rest is put into the package as Excel writes it.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

FORMULAS = {  # on sheet Mine, each in a column of its own from row 2: text, how it is written, what it fills
    "A": ("=SUM(Costs[Marketing spend])", "", 1),
    "B": ('=SUMIFS(Costs[Marketing spend],Costs[Channel],"Email",Costs[Month],">="&DATE(2026,2,1))', "", 1),
    "C": ('=_xlfn.XLOOKUP("Podcast",Costs[Channel],Costs[Marketing spend],0,0,-1)', "", 1),
    "D": ("=_xlfn.LET(_xlpm.all,SUM(Costs[Marketing spend]),_xlpm.all/2)", "", 1),
    "E": ('=_xlfn._xlws.FILTER(Costs[Marketing spend],Costs[Channel]="Paid ads")', "dynamic", 3),
    "F": ("=_xlfn.UNIQUE(Costs[Channel])", "dynamic", 3),
    "G": ('=SUM(INDIRECT("Costs!D5:D60"))', "", 1),
    "H": ("=SUM(OFFSET(Costs!$D$4,1,0,60,1))", "", 1),
    "I": ("=SUM(Costs!D:D)", "", 1),
    "J": ("=Total_spend*2", "", 1),
    "K": ("=J2+A2", "", 1),
    "L": ("=Costs[Marketing spend]*2", "array", 9),
    "M": ('=_xldudf_CAC("Email","2026",Data)', "", 1),
    "N": ('=IF(A2>1500,"much","")', "", 1),
    "O": ("=A2>1500", "truth", 1),
    "P": ('=IF(COUNTIF(Costs[Channel],"TV"),1,NA())', "", 1),
    "Q": ('=TEXT(MAX(Costs[Month]),"yyyy-mm")', "", 1),
    "R": ("=COUNTA(Costs[Campaign])", "", 1),
    "S": ("=IFERROR(VLOOKUP(\"TV\",Costs!B5:D60,3,FALSE),0)", "", 1),
    "T": ("=SUMPRODUCT((Costs[Channel]=\"Paid ads\")*Costs[Marketing spend])", "", 1),
    "U": ("=Elsewhere!B2+Elsewhere!B9", "", 1),
    "V": ("=MAX(Costs[Month])", "date", 1),
    "W": ("=Costs!D30", "", 1),
    "X": ('=Costs!C30&""', "", 1),
    "Y": ("=SUM(Costs!A1:INDEX(Costs!D:D,60))", "", 1),
    "Z": ("=AVERAGEIFS(Costs[Marketing spend],Costs[Channel],\"Email\")", "", 1),
    "AA": ("=SUM(Local_part)", "", 1),
}  # fmt: skip
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


def crowded(save: Callable[[Path], object], path: Path, values: dict[str, dict[str, Any]], folder: Path) -> Path:
    """Have a workbook of ours saved with sheets of a user's own. values: what their formulas show, by sheet and cell."""
    image = folder / "pixel.png"
    image.write_bytes(PIXEL)
    close = xlsxwriter.Workbook.close

    def crowd(book: Any) -> None:
        _sheets(book, str(image), values)
        close(book)

    plain = folder / f"plain{path.suffix}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xlsxwriter.Workbook, "close", crowd)
        save(plain)
    _inject(plain, path)
    return path


def _sheets(book: Any, image: str, values: dict[str, dict[str, Any]]) -> None:
    own = book.add_worksheet("Mine")
    look = book.add_format({"bold": True, "font_name": "Georgia", "bg_color": "#FFEE00", "num_format": '0.0 "€"'})
    date = book.add_format({"num_format": "yyyy-mm-dd"})
    kept = values.get("Mine", {})
    own.write_row(0, 0, list(FORMULAS))
    for column, (text, how, rows) in FORMULAS.items():
        cell = f"{column}2"
        value = kept.get(cell, 0)
        if how == "dynamic" or how == "array":
            write = own.write_dynamic_array_formula if how == "dynamic" else own.write_array_formula
            write(f"{cell}:{column}{rows + 1}", f"{{{text}}}" if how == "array" else text, look, value)
            for row in range(3, rows + 2):
                _value(own, f"{column}{row}", kept.get(f"{column}{row}", 0), look)
        else:
            shown = bool(value) if how == "truth" else value
            own.write_formula(cell, text, date if how == "date" else look, shown)
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
    shown = values.get("Elsewhere", {})
    for row in range(1, 10):  # made one shared formula below
        other.write_formula(row, 1, f"=Costs!D{row + 4}*2", None, shown.get(f"B{row + 1}", 0))
    other.write_array_formula("D2:D2", "{=SUM(Costs!D5:D60*1)}", None, shown.get("D2", 0))
    other.write_column("F1", ["Item", "a", "b"])
    other.add_table("F1:H3", {"name": "Own", "columns": [
        {"header": "Item"}, {"header": "Spend"}, {"header": "Twice", "formula": "=Own[[#This Row],[Spend]]*2"},
    ]})  # fmt: skip
    for row in (2, 3):
        other.write_formula(f"G{row}", "=SUM(Costs[Marketing spend])", None, shown.get(f"G{row}", 0))
        other.write_formula(f"H{row}", "=Own[[#This Row],[Spend]]*2", None, shown.get(f"H{row}", 0))
    hidden = book.add_worksheet("Very hidden")
    hidden.write("A1", "secret")
    hidden.very_hidden()
    book.add_worksheet("Pivot").write_column("A3", ["Sum of Marketing spend", 1259])
    book.add_chartsheet("Sheet of a chart").set_chart(_line(book))
    costs = book.get_worksheet_by_name("Costs")
    costs.write("H5", "note beside", look)
    costs.conditional_format("A5:F13", {"type": "cell", "criteria": ">", "value": 900, "format": look})
    costs.data_validation("C5:C13", {"validate": "length", "criteria": "<", "value": 40})
    costs.write_comment("D5", "agreed with Ann")
    book.define_name("Total_spend", "=SUM(Costs[Marketing spend])")
    book.define_name("Mine!Local_part", "=Costs!$D$5:$D$60")
    book.define_name("Constant", "=0.19")
    book.set_custom_property("Owner", "Ann")


def _line(book: Any) -> Any:
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=Mine!$A$2:$C$2"})
    return chart


def _value(sheet: Any, cell: str, value: Any, look: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(cell, value, look)
    else:
        sheet.write_number(cell, value, look)


# What XlsxWriter does not write

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET_ML = "application/vnd.openxmlformats-officedocument.spreadsheetml"
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
    records = f'{XML}<pivotCacheRecords xmlns="{MAIN}" count="1"><r>{"<n v=" + chr(34) + "1" + chr(34) + "/>" * 1}'
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
    # Custom XML, printer settings, the chain of calculation, and threads of comments
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
    costs = costs.replace(
        "<worksheet ",
        '<worksheet xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac xr" '
        'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" '
        'xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision" '
        'xr:uid="{00000000-0001-0000-0D00-000000000000}" ',
        1,
    )
    parts[sheet["Costs"]] = re.sub(r'<row r="5" ', '<row r="5" x14ac:dyDescent="0.25" ', costs).encode()
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
        entry = f'<Relationship Id="{id}" Type="{OFFICE}/{kind}" Target="{target}"{mode}/>'
        self.parts[links] = text.replace("</Relationships>", f"{entry}</Relationships>").encode()
        return id
