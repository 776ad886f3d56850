"""How Excel gets hold of Python: the DLL that xlwings ships starts it and hands over its COM object."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import xlwings
from xlwings import __version__ as xlwings_version

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


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    base = Path(xlwings.__file__).parents[3]
    yield from activated(Path(sys.executable), next(base.glob(f"xlwings64-{xlwings_version}.dll")))


def ask(server: Any, *cells: object) -> object:
    return server.CallUDF(MODULE, "call", cells, None, None)


def test_a_number(server: Any) -> None:
    assert ask(server, "CAC", None, None, None, 1000.0, 25.0) == 40.0


def test_a_range_with_an_error(server: Any) -> None:
    answer = ask(server, "CAC", None, None, None, ((1000.0,), (2000.0,)), ((10.0,), (0.0,)))
    assert answer == ((100.0,), ("xl-lifecycle error 2007",))


def test_a_hundred_calls_in_one_process(server: Any) -> None:
    token = ask(server, "DATASET", None, None, None, (("Month", "Channel", "Spend"), (46023.0, "Email", 100.0)))
    for _ in range(100):
        assert ask(server, "KPI", None, None, None, "spend", "Email", "2026-01", token) == 100.0
