"""A workbook's file: a package of parts. Unchanged parts are written again byte for byte."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from xl_lifecycle.core.cells.errors import BookError
from xl_lifecycle.sources.file_system import why_refused
from xl_lifecycle.template.parts import Element, as_bytes, parse

RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES = "[Content_Types].xml"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
MOST_BYTES, MOST = 400_000_000, "400 MB"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STRICT = "http://purl.oclc.org/ooxml/"


class Relation(NamedTuple):
    """A reference from a part. kind: the last word of its type; target: the name of a part, or an external address."""

    id: str
    kind: str
    target: str
    external: bool


class Package:
    """The parts of an Office file by name, in their order. `tree` parses one, `touch` marks it as changed."""

    def __init__(self, path: Path, data: bytes | None = None) -> None:
        """Read a file, or the bytes that were read of it."""
        self.path = path
        self._parts: dict[str, bytes] = {}
        self._infos: dict[str, zipfile.ZipInfo] = {}
        self._trees: dict[str, Element] = {}
        self.touched: set[str] = set()
        self.added: set[str] = set()
        data = read_file(path) if data is None else data
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as file:
                if sum(info.file_size for info in file.infolist()) > MOST_BYTES:
                    raise BookError(f"{path} unpacks to more than {MOST}, more than any workbook; check what it is")
                for info in file.infolist():
                    self._parts[info.filename] = file.read(info)
                    self._infos[info.filename] = info
        except BookError:
            raise
        except Exception as error:  # zipfile raises whatever a damaged file makes it meet
            raise BookError(f"{path} cannot be read as a workbook: {error}; open it in Excel and save it") from None
        workbook = next((each for each in self.relations("") if each.kind == "officeDocument"), None)
        if workbook is None or workbook.target not in self._parts:
            raise BookError(f"{path} is not an Excel workbook; give a file made by xl-lifecycle new")
        self.workbook = workbook.target

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def data(self, name: str) -> bytes:
        """A part's bytes as they would be written."""
        if name in self.touched and name in self._trees:
            return as_bytes(self._trees[name])
        return self._parts[name]

    def tree(self, name: str) -> Element:
        """A part's root element; always the same object."""
        if name not in self._trees:
            try:
                self._trees[name] = parse(self._parts[name])
            except etree.XMLSyntaxError as error:
                raise BookError(f"{self.path}: {name} is damaged ({error}); open the workbook and save it") from None
            if _STRICT in (etree.QName(self._trees[name]).namespace or ""):
                raise BookError(f"{self.path} is a Strict Open XML workbook; save it as an Excel workbook (.xlsx)")
        return self._trees[name]

    def touch(self, name: str) -> Element:
        """A part's root element, to be changed."""
        self.touched.add(name)
        return self.tree(name)

    def add(self, name: str, data: bytes, like: str) -> None:
        """Add a part of the same type as another."""
        self._parts[name] = data
        self.added.add(name)
        types = self.tree(CONTENT_TYPES)
        override = next((each for each in types if each.get("PartName") == f"/{like}"), None)
        if override is not None:
            self.touch(CONTENT_TYPES).append(
                etree.Element(f"{{{_TYPES}}}Override", PartName=f"/{name}", ContentType=override.get("ContentType"))
            )

    def free_name(self, like: str) -> str:
        """A name for a new part like another one: xl/charts/chart4.xml with the first free number."""
        match = re.fullmatch(r"(.*?)\d*(\.\w+)", like)
        stem, ending = (match[1], match[2]) if match else (like, "")
        number = 1
        while f"{stem}{number}{ending}" in self._parts:
            number += 1
        return f"{stem}{number}{ending}"

    def relations(self, part: str) -> list[Relation]:
        """The references of a part; "" is the package itself."""
        name = relations_of(part)
        result = []
        for each in self.tree(name) if name in self._parts else ():
            external = each.get("TargetMode") == "External"
            target = each.get("Target", "")
            target = target if external else resolve(part, target)
            result.append(Relation(each.get("Id", ""), each.get("Type", "").rpartition("/")[2], target, external))
        return result

    def relate(self, part: str, like: Relation, target: str) -> str:
        """Add a reference from a part to a target, of the same kind as another one. Returns its id."""
        tree = self.touch(relations_of(part))
        pattern = next(each for each in tree if each.get("Id") == like.id)
        ids = {each.get("Id") for each in tree}
        number = 1
        while f"rId{number}" in ids:
            number += 1
        element = etree.SubElement(tree, f"{{{RELATIONS}}}Relationship")
        element.set("Id", f"rId{number}")
        element.set("Type", pattern.get("Type"))
        element.set("Target", f"/{target}")
        return f"rId{number}"

    def sheets(self) -> list[tuple[str, str]]:
        """The worksheets: name and part, in the workbook's order."""
        parts = {each.id: each.target for each in self.relations(self.workbook) if each.kind == "worksheet"}
        entries = self.tree(self.workbook).iterfind("{*}sheets/{*}sheet")
        return [(each.get("name"), parts[each.get(RELATION_ID)]) for each in entries if each.get(RELATION_ID) in parts]

    def as_bytes(self) -> bytes:
        """The whole file."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
            for name in self._parts:
                old = self._infos.get(name)
                info = zipfile.ZipInfo(name, old.date_time if old else (1980, 1, 1, 0, 0, 0))
                info.compress_type = old.compress_type if old else zipfile.ZIP_DEFLATED
                info.external_attr = old.external_attr if old else 0o600 << 16
                file.writestr(info, self.data(name), compresslevel=9)
        return buffer.getvalue()


def read_file(path: Path) -> bytes:
    """A workbook's bytes. Raises BookError if the file is not a workbook."""
    if not path.exists():
        raise BookError(f"{path} does not exist; make one with: xl-lifecycle new {path}")
    try:
        data = b"" if path.is_dir() else path.read_bytes()
    except OSError as error:
        raise BookError(f"{path} cannot be read: {why_refused(path, error)}") from None
    if data.startswith(_OLE):
        raise BookError(f"{path} has a password, or is an old .xls; save it as .xlsx without a password")
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise BookError(f"{path} is not an Excel workbook (.xlsx); give a file made by xl-lifecycle new")
    return data


def relations_of(part: str) -> str:
    """The part that contains a part's references.

    >>> relations_of("xl/workbook.xml"), relations_of("")
    ('xl/_rels/workbook.xml.rels', '_rels/.rels')
    """
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def resolve(part: str, target: str) -> str:
    """The name of the part that a reference points to.

    >>> resolve("xl/worksheets/sheet1.xml", "../tables/table1.xml"), resolve("xl/workbook.xml", "/xl/styles.xml")
    ('xl/tables/table1.xml', 'xl/styles.xml')
    """
    if target.startswith("/"):
        return target[1:]
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))
