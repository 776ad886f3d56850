"""Which version of this package made a workbook, and what to do where it is not the one on this computer."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

from xl_lifecycle import __version__

PROPERTY = "xl-lifecycle"  # the workbook's own property; Excel, LibreOffice and openpyxl keep it when they save
_PROPERTIES = "docProps/custom.xml"
_CODE = "xl/webextensions/webextension1.xml"


def maker_version(path: Path) -> str | None:
    """The version that made a workbook; None for a file that does not say, or that is not a workbook.

    Raises OSError where the file cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as file:
            parts = {name: file.read(name) for name in (_PROPERTIES, _CODE) if name in file.namelist()}
    except zipfile.BadZipFile:
        return None
    return _property(parts.get(_PROPERTIES, b"")) or _of_code(parts.get(_CODE, b""))


def _property(part: bytes) -> str | None:
    try:
        properties = list(ElementTree.fromstring(part)) if part else []
    except ElementTree.ParseError:
        return None
    return next(("".join(each.itertext()).strip() for each in properties if each.get("name") == PROPERTY), None)


def _of_code(part: bytes) -> str | None:
    """What the Python inside an .xlsx says of itself, where somebody had Excel remove the properties."""
    match = re.search(rb"for xlwings Lite\. Version (\d[\w.+]*\w)\.", part)
    return match[1].decode() if match else None


def is_newer(one: str, other: str) -> bool:
    """Whether a version comes after another. A release comes after what was tried before it.

    >>> is_newer("0.10.0", "0.9.1"), is_newer("0.2.0", "0.2.0rc1"), is_newer("0.2", "0.2.0")
    (True, True, False)
    """
    return _key(one) > _key(other)


def _key(version: str) -> tuple[list[int], bool, str]:
    numbers, rest = re.fullmatch(r"v?((?:\d+\.?)*)(.*)", version.strip(), re.DOTALL).groups()  # type: ignore[union-attr]
    release = [int(number) for number in numbers.split(".") if number]
    while release and not release[-1]:
        release.pop()
    return release, not rest.strip(".-+_ ") or rest.startswith(("post", "+")), rest


def wheel_name(version: str) -> str:
    """The file that pip installs a version from."""
    return f"xl_lifecycle-{version}-py3-none-any.whl"


def mismatch(maker: str | None, here: str = __version__) -> str:
    """That a workbook and this computer are of two versions, and what to do; "" where they are not, or none is known.

    Fits the one line that Excel has below the cells.
    """
    if not maker or maker == here:
        return ""
    if is_newer(maker, here):
        todo = f"close Excel, then run: py -m pip install {wheel_name(maker)} and py -m xl_lifecycle install"
    else:
        todo = "make a new one (py -m xl_lifecycle new), refresh that with your exports, and paste in what you typed"
    return f"this workbook was made by xl-lifecycle {maker}, this computer has {here}; figures may differ: {todo}"
