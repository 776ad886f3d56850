"""Makes on Linux what Windows must make alike: python -m tests.support.windows.on_linux FOLDER.

calls.pickle has requests as Excel sends them over COM, each with xlwings' answer; the folders hold what the commands
write. xlwings' own server answers, with pywin32 stubbed.
"""

from __future__ import annotations

import datetime as dt
import pickle
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.support import classic_winstub

SERVER = classic_winstub.install().XLPython()

import openpyxl  # noqa: E402

from tests.support import parity  # noqa: E402
from tests.support.windows.commands import WRITING, put_exports  # noqa: E402
from xl_lifecycle.core.cells.errors import ExcelError  # noqa: E402
from xl_lifecycle.core.functions import FUNCTIONS  # noqa: E402
from xl_lifecycle.hosts.classic.calls import ERROR_CODES  # noqa: E402

MODULE = "xl_lifecycle.hosts.classic"
COM_ERRORS = -2146828288
Request = list[Any]


def to_com(value: object) -> object:
    """A value as VBA hands it over."""
    if isinstance(value, (list, tuple)):
        return tuple(tuple(map(to_com, row)) for row in value)
    return COM_ERRORS + ERROR_CODES[value] if isinstance(value, ExcelError) else value


def requests(demo: Path) -> Iterator[Request]:
    """A name, where the cell stands (channel, period, Data), and the arguments."""
    yield ["DATASET", None, None, None, to_com(parity.TABLE), to_com(parity.SETTINGS)]
    for call in parity.CALLS:
        yield [call.name, "", None, parity.TOKEN, *map(to_com, call.values)]
    tables = list(demo_tables(demo))
    yield ["DATASET", None, None, None, *tables]
    token = SERVER.CallUDF(MODULE, "call", ["DATASET", None, None, None, *tables])
    places = (("All", "2026-Q1"), ("Paid ads", "2026"), ("Podcast", "2026-02"))
    for channel, period in places:
        for metric in FUNCTIONS.catalogue.metrics.values():
            yield [metric.excel_name, None, None, None, channel, period, token]
            yield ["EXPLAIN", None, None, None, metric.name, channel, period, token]
        yield ["SCORECARD", None, None, None, (("cac",), ("leads",), ("spend",)), channel, period, token]
        yield ["CAC", channel, period, token]
    for arguments in ((1000, 25), ((1000.0, 2000.0), 10.0), (dt.datetime(2026, 1, 1), 25.0), (True, 25.0), ("x", 1.0)):
        yield ["CAC", None, None, None, *arguments]
    yield ["CAC", None, None, None, (("All",), ("Email",), ("Paid ads",)), (("2026-Q1", "2026-Q2"),), token]
    yield ["CAC", None, None, None, "All", "2026", f"{token} as of 2026-06-01"]


def demo_tables(path: Path) -> Iterator[tuple[tuple[object, ...], ...]]:
    """The tables that the cell Data names, as Range.Value2 has them."""
    formulas, values = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    tables = {name: sheet[area] for sheet in values.worksheets for name, area in sheet.tables.items()}
    sheet, address = formulas.defined_names["Data"].attr_text.rsplit("!", 1)
    formula = formulas[sheet.strip("'")][address.replace("$", "")].value
    for name in re.findall(r"([A-Za-z_][\w.]*)\[#All\]", getattr(formula, "text", formula)):
        yield tuple(tuple(value2(cell.value) for cell in row) for row in tables[name])


def value2(value: Any) -> object:
    if hasattr(value, "year"):
        return float(openpyxl.utils.datetime.to_excel(value))
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def main(folder: Path) -> None:
    """Fill the folder."""
    put_exports(folder)
    for words in WRITING.values():
        subprocess.run(
            [sys.executable, "-m", "xl_lifecycle", *words], check=True, cwd=folder, stdout=subprocess.DEVNULL
        )
    asked = [(request, SERVER.CallUDF(MODULE, "call", request)) for request in requests(folder / "lifecycle.xlsx")]
    (folder / "calls.pickle").write_bytes(pickle.dumps(asked))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
