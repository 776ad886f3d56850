"""A package is written again as it was: what the archive says of each part, and numbers of its own for new ones."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from xl_lifecycle.core.cells.errors import BookError
from xl_lifecycle.xlsx.package import CONTENT_TYPES, Package, read_file

CONTENT = {
    CONTENT_TYPES: '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/xl/charts/chart1.xml" ContentType="a/chart"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://x/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="m" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="Two" r:id="rId2"/><sheet name="One" r:id="rId1"/><sheet name="Lost" r:id="rId9"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/>'
    '<Relationship Id="rId2" Type="http://x/worksheet" Target="/xl/worksheets/sheet2.xml"/>'
    '<Relationship Id="rId3" Type="http://x/hyperlink" Target="http://x/../y" TargetMode="External"/></Relationships>',
    "xl/worksheets/sheet1.xml": "<worksheet/>",
    "xl/worksheets/sheet2.xml": "<worksheet/>",
    "xl/charts/chart1.xml": "<chart/>",
}
Archive = Callable[..., Path]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Writes the archive; its first part is stored, old, and a program may run it."""

    def write(content: dict[str, str] = CONTENT) -> Path:
        path = tmp_path / "book.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            for n, (name, text) in enumerate(content.items()):
                info = zipfile.ZipInfo(name, (1999, 12, 31, 23, 58, 2 * n))
                info.compress_type = zipfile.ZIP_STORED if n == 0 else zipfile.ZIP_DEFLATED
                info.external_attr = 0o755 << 16 if n == 0 else 0o640 << 16
                file.writestr(info, text)
        return path

    return write


def infos(data: bytes) -> list[tuple[object, ...]]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return [(i.filename, i.date_time, i.compress_type, i.external_attr, file.read(i)) for i in file.infolist()]


def test_what_is_not_touched_is_the_same(archive: Archive) -> None:
    path = archive()
    package = Package(path)
    assert infos(package.as_bytes()) == infos(path.read_bytes())
    package.tree("xl/workbook.xml").set("changed", "1")
    assert infos(package.as_bytes()) == infos(path.read_bytes())  # only looked at
    package.touch("xl/workbook.xml")
    changed = [new for old, new in zip(infos(path.read_bytes()), infos(package.as_bytes()), strict=True) if old != new]
    assert [each[0] for each in changed] == ["xl/workbook.xml"]
    assert b'changed="1"' in changed[0][-1]  # type: ignore[operator]


def test_a_new_part(archive: Archive) -> None:
    package = Package(archive())
    assert package.free_name("xl/charts/chart1.xml") == "xl/charts/chart2.xml"
    assert package.free_name("xl/charts/style7.xml") == "xl/charts/style1.xml"
    package.add("xl/charts/chart2.xml", b"<chart/>", "xl/charts/chart1.xml")
    package.add("xl/other.bin", b"x", "xl/none.bin")
    assert package.added == {"xl/charts/chart2.xml", "xl/other.bin"}
    assert package.free_name("xl/charts/chart1.xml") == "xl/charts/chart3.xml"
    written = {each[0]: each for each in infos(package.as_bytes())}
    assert written["xl/charts/chart2.xml"][1:] == (
        (1980, 1, 1, 0, 0, 0),
        zipfile.ZIP_DEFLATED,
        0o600 << 16,
        b"<chart/>",
    )
    types = written[CONTENT_TYPES][-1]
    assert isinstance(types, bytes)
    assert types.count(b"a/chart") == 2
    assert b"other" not in types


def test_references(archive: Archive) -> None:
    package = Package(archive())
    assert package.workbook == "xl/workbook.xml"
    assert package.sheets() == [("Two", "xl/worksheets/sheet2.xml"), ("One", "xl/worksheets/sheet1.xml")]
    relations = package.relations("xl/workbook.xml")
    assert [(each.kind, each.target, each.external) for each in relations][1:] == [
        ("worksheet", "xl/worksheets/sheet2.xml", False),
        ("hyperlink", "http://x/../y", True),
    ]
    assert package.relate("xl/workbook.xml", relations[0], "xl/worksheets/sheet3.xml") == "rId4"
    assert package.relations("xl/workbook.xml")[-1][1:] == ("worksheet", "xl/worksheets/sheet3.xml", False)
    assert package.relations("xl/charts/chart1.xml") == []


def refused(path: Path, reason: str) -> None:
    with pytest.raises(BookError, match=reason):
        Package(path)


def test_what_is_refused(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused(tmp_path / "none.xlsx", "does not exist; make one with")
    refused(tmp_path, "is not an Excel workbook")
    path = archive()
    encrypted = path.read_bytes()
    at = encrypted.index(b"PK\x01\x02")
    path.write_bytes(encrypted[:6] + b"\1" + encrypted[7 : at + 8] + b"\1" + encrypted[at + 9 :])
    refused(path, "cannot be read as a workbook: .*encrypted")
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100)
    refused(path, "has a password, or is an old .xls")
    refused(archive({CONTENT_TYPES: "<Types/>"}), "is not an Excel workbook")
    refused(
        archive(CONTENT | {"_rels/.rels": CONTENT["_rels/.rels"].replace("workbook.xml", "none.xml")}),
        "is not an Excel",
    )
    refused(archive(CONTENT | {"_rels/.rels": "<a"}), "_rels/.rels is damaged")
    strict = '<workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"/>'
    with pytest.raises(BookError, match="Strict Open XML"):
        Package(archive(CONTENT | {"xl/workbook.xml": strict})).tree("xl/workbook.xml")
    path = archive()
    size = sum(len(text.encode()) for text in CONTENT.values())
    monkeypatch.setattr("xl_lifecycle.xlsx.package.MOST_BYTES", size)
    assert len(list(Package(path))) == len(CONTENT)
    monkeypatch.setattr("xl_lifecycle.xlsx.package.MOST_BYTES", size - 1)
    refused(path, "unpacks to more than")
    assert read_file(path) == path.read_bytes()
