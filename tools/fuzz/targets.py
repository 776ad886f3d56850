"""What reads an input from outside, each as a function of bytes: it answers, or raises a LifecycleError."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from importlib import resources
from pathlib import Path

import openpyxl

from xl_lifecycle.commands import refresh as refresh_command
from xl_lifecycle.commands.console import plain
from xl_lifecycle.content.content import empty
from xl_lifecycle.core.catalogue import expressions
from xl_lifecycle.core.cells.errors import LifecycleError
from xl_lifecycle.core.cells.months import parse_day, parse_month
from xl_lifecycle.core.cells.periods import FiscalYear, parse_period
from xl_lifecycle.core.dataset.tables import Settings
from xl_lifecycle.core.functions import FUNCTIONS, Functions
from xl_lifecycle.engine.calc import Calc
from xl_lifecycle.exports.declaration import built_in
from xl_lifecycle.hosts.save import save
from xl_lifecycle.sources.database.address import hide_secrets, parse
from xl_lifecycle.sources.database.config import load
from xl_lifecycle.sources.disk import read_file
from xl_lifecycle.sources.mapping.own_formats import team_formats

FORMULAS = (
    '=CAC(1000,25)', '=KPI("spend","All","2026-Q1",Data)', '=LTV(100,0.8,0.05)',
    "=SUM(A1:B2)*CAC(,3)", "=IFERROR(ROI(1,2),\"x\")",
    "=PROJECT({1,2,3},{4;5;6})", '=EXPLAIN("cac","Email","last 3 months")', "=A:A+1%-'Paid ads'!B2&\"\"",
)  # fmt: skip
PERIODS = (
    "2026-01",
    "2026-Q1",
    "FY2026",
    "last 3 months",
    "2026-01 to 2026-06",
    "YTD",
    "2026年1月",
    "3/4/2026",
    "Mrz 2026",
    "46023",
)
EXPRESSIONS = ("spend / leads", "(sql - won) / mql * 100", "cac * 2 + 1e3", "-spend")
ADDRESSES = (
    "postgresql://anna:${XL_LIFECYCLE_SHOP}@host:5432/db?sslmode=require",
    "duckdb:///x.duckdb",
    "postgresql://[::1]/db",
)
CONFIG = """[database]
url = "shop.duckdb"
until = 2026-06-30
[events.orders]
table = "orders"
customer = "buyer"
active_months = 3
measures = ["sales"]
[monthly.costs]
query = "SELECT 1"
"""


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="xl-lifecycle-fuzz-"))


@cache
def _exports() -> dict[str, bytes]:
    sample = resources.files("xl_lifecycle.commands.sample").joinpath("exports")
    files = {file.name: file.read_bytes() for file in sample.iterdir() if file.name.endswith(".csv")}
    return {name: b"\n".join(data.split(b"\n")[:12]) for name, data in files.items()}


@cache
def _workbooks() -> list[bytes]:
    book = openpyxl.Workbook()
    for row in (
        ["month", "channel", "spend", "leads"],
        ["2026-01", "Email", 100.5, 7],
        ["2026-02", "Events", 80, None],
    ):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return [file.getvalue()]


@cache
def _books() -> list[bytes]:
    catalogue = FUNCTIONS.catalogue
    path = _folder() / "new.xlsx"
    settings = Settings("all", "USD", "en", FiscalYear(1))
    save(empty(["Email"], range(24312, 24314), settings), path, catalogue)
    return [path.read_bytes()]


def exports(data: bytes) -> None:
    """A file among exports, as text."""
    _read(data, "export.csv")


def workbooks(data: bytes) -> None:
    """A file among exports, as a workbook or an archive."""
    _read(data, "export.xlsx")


def _read(data: bytes, name: str) -> None:
    path = _folder() / name
    path.write_bytes(data)
    for each in read_file(path):
        assert all(abs(fact.value) < 1e300 for fact in each.facts)


@cache
def _calc() -> Calc:
    return Calc(Functions(FUNCTIONS.catalogue))


def formulas(data: bytes) -> None:
    """A formula at the console."""
    plain(_calc().evaluate(data.decode("utf-8", "replace")))


def periods(data: bytes) -> None:
    """A period, a month or a day in a cell."""
    text = data.decode("utf-8", "replace")
    for read in (parse_period, parse_month, parse_day):
        with suppress(ValueError):
            read(text)


def metric_expressions(data: bytes) -> None:
    """The expression of a team's own metric."""
    expressions.parse(data.decode("utf-8", "replace"))


def configs(data: bytes) -> None:
    """A source config."""
    path = _folder() / "config.toml"
    path.write_bytes(data)
    load(path)


def declarations(data: bytes) -> None:
    """A declaration of a format, and a file that is read by it."""
    path = _folder() / "declaration.toml"
    path.write_bytes(data)
    formats = team_formats([path])
    export = _folder() / "own.csv"
    export.write_bytes(_exports()["google-ads-2026-01.csv"])
    read_file(export, formats)


def addresses(data: bytes) -> None:
    """The address of a database, which no message repeats."""
    text = data.decode("utf-8", "replace")
    hide_secrets(text, [text])
    parse(text)


def arguments(data: bytes) -> None:
    """The arguments of our functions: lines, of which the first says which function."""
    lines = data.decode("utf-8", "replace").split("\n")
    names = list(FUNCTIONS.names)
    name = names[sum(data[:8]) % len(names)]
    cells: list[object] = []
    for line in lines:
        try:
            cells.append(float(line))
        except ValueError:
            cells.append(line or None)
    FUNCTIONS.call(name, [cells[0], [[cell] for cell in cells], *cells[1:6]])  # type: ignore[list-item]


def books(data: bytes) -> None:
    """A workbook that is refreshed: if that fails, it is what it was."""
    folder = Path(tempfile.mkdtemp(dir=_folder()))
    path, export = folder / "ours.xlsx", _folder() / "typed.csv"
    path.write_bytes(data)
    export.write_text("month,channel,spend\n2026-01,Email,5\n")
    try:
        refresh_command.refresh(path, [export], FUNCTIONS.catalogue)
    except LifecycleError:
        assert path.read_bytes() == data, "the workbook was changed although the refresh failed"
        assert [file.name for file in folder.iterdir()] == ["ours.xlsx"]
        raise


def _texts(*texts: str) -> list[bytes]:
    return [text.encode() for text in texts]


SEEDS: Mapping[str, Callable[[], list[bytes]]] = {
    "exports": lambda: list(_exports().values()),
    "workbooks": _workbooks,
    "formulas": lambda: _texts(*FORMULAS),
    "periods": lambda: _texts(*PERIODS),
    "metric_expressions": lambda: _texts(*EXPRESSIONS),
    "configs": lambda: _texts(CONFIG),
    "declarations": lambda: _texts(*built_in().values()),
    "addresses": lambda: _texts(*ADDRESSES),
    "arguments": lambda: _texts("spend\nAll\n2026-Q1\n0.5", "1000\n25\n1e308", "0.05\n0.8\n1\n-1"),
    "books": _books,
}
ARCHIVES = ("workbooks", "books")
TARGETS: Mapping[str, Callable[[bytes], None]] = {name: globals()[name] for name in SEEDS}
