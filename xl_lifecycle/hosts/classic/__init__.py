"""Excel for Windows: macros that call Python through xlwings.

Workbooks name this package, and not the module in which the procedures stand, so that they find them wherever they
are. They are loaded when the first is asked for: xlwings takes its time, which who only writes a workbook need not.
"""

from __future__ import annotations


def __getattr__(name: str) -> object:
    if name in ("call", "wizard", "notice", "refresh"):
        from xl_lifecycle.hosts.classic import calls

        return getattr(calls, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
