"""Which version of this package made a workbook, and what to do if this computer has another version."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

from xl_lifecycle import __version__

PROPERTY = "xl-lifecycle"  # a property of the workbook; Excel, LibreOffice and openpyxl keep it when they save
_PROPERTIES = "docProps/custom.xml"
_CODE = "xl/webextensions/webextension1.xml"


def maker_version(path: Path) -> str | None:
    """The version that made a workbook; None if the file does not contain it, or is not a workbook.

    Raises OSError if the file cannot be read.
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
    """The version in the Python inside an .xlsx, in case somebody let Excel remove the properties."""
    match = re.search(rb"for xlwings Lite\. Version (\d[\w.+]*\w)\.", part)
    return match[1].decode() if match else None


def is_newer(one: str, other: str) -> bool:
    """Whether a version comes after another. A release comes after its pre-releases.

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
    """The name of the file from which pip installs a version."""
    return f"xl_lifecycle-{version}-py3-none-any.whl"


def mismatch(maker: str | None, here: str = __version__) -> str:
    """The message that a workbook and this computer have different versions; "" if they do not, or it is unknown.

    It fits into Excel's status bar.
    """
    if not maker or maker == here:
        return ""
    if is_newer(maker, here):
        todo = f"close Excel, then run: py -m pip install {wheel_name(maker)} and py -m xl_lifecycle install"
    else:
        todo = "make a new one (py -m xl_lifecycle new), refresh that with your exports, and paste in what you typed"
    return f"this workbook was made by xl-lifecycle {maker}, this computer has {here}; figures may differ: {todo}"
