"""The process that Excel starts through xlwings, on any system: xlwings' own server code, with pywin32 stubbed.

Run as a script it answers pickled (method, arguments) on stdin with pickled (result, error) on stdout.
"""

from __future__ import annotations

import ctypes
import pickle
import sys
import types
from typing import Any
from unittest import mock

DISPATCH = "{00020400-0000-0000-C000-000000000046}"


class ComError(Exception):
    """pywin32's com_error."""


def install() -> Any:
    """Make xlwings believe it is on Windows; returns its real `com_server`."""
    nothing = mock.MagicMock()
    _module("pywintypes", com_error=ComError, IID=str.upper, TimeType=type("Time", (), {}))
    _module(
        "pythoncom",
        com_error=ComError,
        CoInitialize=nothing,
        IID_IDispatch=DISPATCH,
        TypeIIDs={DISPATCH: type("PyIDispatch", (), {})},
    )
    for name in ("win32api", "win32con", "win32event", "win32gui", "win32process", "win32timezone"):
        _module(name)
    classes = {name: type(name, (), {}) for name in ("CDispatch", "CoClassBaseClass", "DispatchBaseClass")}
    _module("win32com")
    _module("win32com.client", Dispatch=nothing, DispatchEx=nothing, **classes)
    _module("win32com.server")
    _module("win32com.server.util", wrap=lambda value: value, unwrap=_unwrap)
    _module("win32com.server.policy", DefaultPolicy=object)
    _module("win32com.server.dispatcher")
    with (
        mock.patch.object(ctypes, "PyDLL", nothing),
        mock.patch.object(ctypes, "windll", nothing, create=True),
        mock.patch.object(ctypes, "oledll", nothing, create=True),
    ):
        import xlwings
        from xlwings import _xlwindows, udfs

        xlwings._xlwindows = _xlwindows
        engine = xlwings.Engine(impl=_xlwindows.engine)
        xlwings.engines.add(engine)
        xlwings.engines.active = engine
        from xlwings import com_server
    xlwings.func, xlwings.arg, xlwings.ret = udfs.xlfunc, udfs.xlarg, udfs.xlret
    return com_server


def _module(name: str, **attributes: Any) -> None:
    module = types.ModuleType(name)
    module.__dict__.update(attributes, __file__=__file__, __path__=[])
    sys.modules[name] = module
    parent, _, child = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], child, module)


def _unwrap(value: object) -> object:
    raise ComError("not wrapped")


def serve() -> None:
    """Answer until stdin ends."""
    answers, sys.stdout = sys.stdout.buffer, sys.stderr
    server = install().XLPython()
    while True:
        try:
            method, arguments = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        try:
            answer = getattr(server, method)(*arguments), None
        except Exception as error:
            answer = None, f"{type(error).__name__}: {error}"
        pickle.dump(answer, answers)
        answers.flush()


if __name__ == "__main__":
    serve()
