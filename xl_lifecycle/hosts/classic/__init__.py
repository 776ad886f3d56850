"""Excel for Windows: macros that call Python through xlwings.

Workbooks name this package and not the module of the procedures, so the procedures can move to another module. They
are loaded when the first one is used: loading xlwings is slow, and writing a workbook does not need it.
"""

from __future__ import annotations


def __getattr__(name: str) -> object:
    if name in ("call", "wizard", "notice", "refresh"):
        from xl_lifecycle.hosts.classic import calls

        return getattr(calls, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
