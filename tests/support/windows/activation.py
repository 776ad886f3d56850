"""How Excel gets hold of Python: the DLL that xlwings ships starts it and hands over its COM object."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MODULE = "xl_lifecycle.hosts.classic"
BOOK = r"C:\R&D 100%\O'Brien\한글 책.xlsm"
STRING, OBJECT = 8, 9  # kinds of a VARIANT


class Variant(ctypes.Structure):
    _fields_ = (
        ("kind", ctypes.c_ushort),
        ("reserved", ctypes.c_ushort * 3),
        ("pointer", ctypes.c_void_p),
        ("more", ctypes.c_void_p),
    )


def command(python: Path, book: str) -> str:
    """What XLPyCommand of xlwings.bas makes of the sheet xlwings.conf of our workbooks."""
    place = ";".join(["False", book, book, "", "", "", ""])
    for old, new in (("\\", "\\\\"), ("'", "\\'"), ("&", "^&")):
        place = place.replace(old, new)
    return (
        f'cmd.exe  /K ""{python}" -B -c "import sys, os;import xlwings.utils;'
        f'xlwings.utils.prepare_sys_path(\\"{place}\\");'
        "import xlwings; xlwings.serve('$(CLSID)')\"\""
    )


def activated(python: Path, dll: Path, book: str = BOOK) -> Iterator[Any]:
    """The server behind the object that the DLL hands over; its process ends with the iterator."""
    import pythoncom
    import win32com.client

    letters = command(python, book).encode("mbcs", "replace")  # VBA hands texts over in the code page
    allocate = ctypes.WinDLL("oleaut32").SysAllocStringByteLen
    allocate.restype, allocate.argtypes = ctypes.c_void_p, (ctypes.c_char_p, ctypes.c_uint)
    activate = ctypes.WinDLL(str(dll)).XLPyDLLActivateAuto
    activate.restype, activate.argtypes = ctypes.c_long, (ctypes.POINTER(Variant), ctypes.c_void_p, ctypes.c_long)
    result = Variant()
    code = activate(ctypes.byref(result), allocate(letters, len(letters)), 1)
    assert (code, result.kind) == (0, OBJECT), ctypes.wstring_at(result.pointer) if result.kind == STRING else code
    yield win32com.client.Dispatch(pythoncom.ObjectFromAddress(result.pointer, pythoncom.IID_IDispatch))
    activate(ctypes.byref(Variant()), allocate(letters, len(letters)), -1)


def ask(server: Any, *cells: object) -> object:
    return server.CallUDF(MODULE, "call", cells, None, None)
