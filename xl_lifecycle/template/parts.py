"""Reads the parts of an Office file, changes them as XML, and packs them so that the same parts make the same bytes.

Only this module reads and writes the XML of Office files; other modules change elements.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lxml import etree

Element = Any  # an element of lxml, which has no types
_DATE = (1980, 1, 1, 0, 0, 0)  # the same for every file, so that building twice gives the same bytes
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'  # as Office writes it


def read_parts(path: Path) -> dict[str, bytes]:
    """The parts of an Office file by name, in order."""
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def write_parts(parts: Mapping[str, bytes], path: Path) -> None:
    """Write parts as a file: the same bytes for the same parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, _DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            file.writestr(info, data, compresslevel=9)


def parse(part: bytes, **options: bool) -> Element:
    """The root element of a part, which may be large and from an unknown source: external entities are not read.

    Raises etree.XMLSyntaxError if it is damaged. options: more options of lxml's parser.
    """
    return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, **options))


def as_bytes(root: Element) -> bytes:
    """A root element as the bytes of its part."""
    return _DECLARATION + bytes(etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=False))


def edit_part(part: bytes, change: Callable[[Element], object]) -> bytes:
    """Change the root element of a part. Returns the new part.

    >>> edit_part(b"<a/>", lambda root: root.set("b", "1")).splitlines()[-1]
    b'<a b="1"/>'
    """
    root = parse(part)
    change(root)
    return as_bytes(root)


def add(parent: Element, tag: str, text: str | None = None, **attributes: str) -> Element:
    """Append an element with the namespace of the parent."""
    element = etree.SubElement(parent, f"{{{etree.QName(parent).namespace}}}{tag}", attributes)
    element.text = text
    return element
