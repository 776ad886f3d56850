"""The workbooks that tests share, and ways to read and change a workbook's file. Copy a shared one before changing it."""

from __future__ import annotations

import hashlib
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import openpyxl
import pytest

from tests.support.placed import placed
from xl_lifecycle.commands import demo
from xl_lifecycle.content.content import Target, empty
from xl_lifecycle.core.cells.months import parse_month
from xl_lifecycle.core.cells.periods import FiscalYear
from xl_lifecycle.core.dataset.tables import Settings
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.core.language.vocabulary import InputTable
from xl_lifecycle.exports import Import
from xl_lifecycle.hosts.save import save
from xl_lifecycle.refresh.merge import Report
from xl_lifecycle.sources import read
from xl_lifecycle.template.model import WorkbookPlan
from xl_lifecycle.template.plan import plan
from xl_lifecycle.xlsx.saved_book import SavedBook

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

CellValue = float | str | bool | None
Make = Callable[..., Path]


class XmlCell(NamedTuple):
    """A cell as it stands in the file. kind: n, s, str, b or e; area: what an array formula fills."""

    kind: str
    value: CellValue
    formula: str | None
    area: str | None
    dynamic: bool


@pytest.fixture(scope="session")
def demo_built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Report]]:
    """The demo workbook and the report of the refresh that filled it. No test may change the file."""
    with resources.as_file(resources.files("xl_lifecycle.commands.sample")) as sample:
        built = demo.build(sample, tmp_path_factory.mktemp("demo"), FUNCTIONS.catalogue, lambda _: None)
    before = hashlib.sha256(built[0].read_bytes()).hexdigest()
    yield built
    assert hashlib.sha256(built[0].read_bytes()).hexdigest() == before, "a test changed the shared demo workbook"


@pytest.fixture(scope="session")
def demo_book(demo_built: tuple[Path, Report]) -> Path:
    """The path of lifecycle.xlsx, made from the bundled exports."""
    return demo_built[0]


@pytest.fixture(scope="session")
def demo_plan(demo_book: Path) -> WorkbookPlan:
    """The plan of the demo workbook."""
    return plan(SavedBook(demo_book).content(FUNCTIONS.catalogue), FUNCTIONS.catalogue)


@pytest.fixture(scope="session")
def demo_cells(demo_book: Path, cells_of: Callable[[Path], dict[str, dict[str, XmlCell]]]) -> Any:
    """Every cell of the demo workbook's file, by sheet and address."""
    return cells_of(demo_book)


@pytest.fixture(scope="session")
def cells_of() -> Callable[[Path], dict[str, dict[str, XmlCell]]]:
    """Reads the cells of a workbook's XML, by sheet and address, with no spreadsheet library in between."""
    return _cells_of


@pytest.fixture(scope="session")
def sheet_parts() -> Callable[[zipfile.ZipFile], dict[str, str]]:
    """The part of each sheet, by the sheet's name and in its order."""
    return _sheet_parts


def _sheet_parts(file: zipfile.ZipFile) -> dict[str, str]:
    relations = ElementTree.fromstring(file.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "").removeprefix("/xl/") for relation in relations}
    book = ElementTree.fromstring(file.read("xl/workbook.xml"))
    return {s.get("name", ""): f"xl/{targets[s.get(RELATION)]}" for s in book.iter(f"{MAIN}sheet")}


def _cells_of(path: Path) -> dict[str, dict[str, XmlCell]]:
    with zipfile.ZipFile(path) as file:
        shared = ElementTree.fromstring(file.read("xl/sharedStrings.xml"))
        strings = ["".join(t.text or "" for t in item.iter(f"{MAIN}t")) for item in shared.iter(f"{MAIN}si")]
        return {
            name: {
                cell.get("r", ""): _cell(cell, strings)
                for cell in ElementTree.fromstring(placed(file.read(part).decode())).iter(f"{MAIN}c")
            }
            for name, part in _sheet_parts(file).items()
        }


def _cell(cell: ElementTree.Element, strings: list[str]) -> XmlCell:
    kind = cell.get("t", "n")
    text, formula = cell.findtext(f"{MAIN}v"), cell.find(f"{MAIN}f")
    value: CellValue = text
    if kind == "inlineStr":
        return XmlCell(kind, "".join(t.text or "" for t in cell.iter(f"{MAIN}t")), None, None, False)
    if text is not None:
        value = {"n": float, "s": lambda t: strings[int(t)], "b": lambda t: t == "1"}.get(kind, str)(text)
    return XmlCell(
        kind,
        value,
        None if formula is None else formula.text,
        None if formula is None else formula.get("ref"),
        cell.get("cm") == "1",
    )


@pytest.fixture(scope="session")
def rewrite() -> Callable[..., Path]:
    """Copies a workbook with some parts changed: rewrite(path, to, {part: text -> text}, {part: bytes})."""

    def rewritten(
        path: Path, to: Path, changes: Mapping[str, Callable[[str], str]], added: Mapping[str, bytes] | None = None
    ) -> Path:
        different = not changes
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                data = old.read(name)
                data = placed(data.decode()).encode() if name.startswith("xl/worksheets/sheet") else data
                for pattern, change in changes.items():
                    if re.fullmatch(pattern, name):
                        before, data = data, change(data.decode()).encode()
                        different = different or data != before
                new.writestr(name, data)
            for name, data in (added or {}).items():
                new.writestr(name, data)
        assert different, f"nothing of {path.name} was changed"
        return to

    return rewritten


JANUARY = parse_month("2026-01")


@pytest.fixture(scope="session")
def small_original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook of three channels and three months, with typed values, a target, and chosen pickers."""
    content = empty(
        ["Paid ads", "Email", "Podcast"],
        range(JANUARY, JANUARY + 3),
        Settings("2026-Q1", "EUR", "en", FiscalYear(4, True)),
    )
    typed = {
        ("Email", 0): {"spend": 100.0}, ("Email", 1): {"spend": 110.0}, ("Podcast", 2): {"spend": 50.0},
        ("Paid ads", 0): {"spend": 999.0},
    }  # fmt: skip
    for row in content.rows[InputTable.COSTS]:
        row.values.update(typed.get((row.channel, row.month - JANUARY), {}))
    for row in content.rows[InputTable.CONVERT]:
        row.values["new_customers"] = {"Email": 5, "Podcast": 1, "Paid ads": 2}[row.channel]
    for row in content.rows[InputTable.EXPAND]:
        if row.channel == "Email":
            row.values["customers_end"] = 10.0
    content.targets.append(Target("CAC", "Email", "2026-Q1", 30.0))
    content.pickers = {"Overview": {"channel": "Email", "period": "2026-02"}, "Metrics": {"figure": "spend"}}
    path = tmp_path_factory.mktemp("small") / "small.xlsx"
    save(content, path, FUNCTIONS.catalogue)
    return path


@pytest.fixture
def small_book(small_original: Path, tmp_path: Path) -> Path:
    """A copy of the small workbook, in a folder of its own."""
    folder = tmp_path / "book"
    folder.mkdir()
    return Path(shutil.copy(small_original, folder))


@pytest.fixture(scope="session")
def edit() -> Callable[[Path, Callable[[Any], object]], Path]:
    """Changes a workbook with openpyxl, as another program would."""

    def edited(path: Path, change: Callable[[Any], object]) -> Path:
        book = openpyxl.load_workbook(path)
        change(book)
        book.save(path)
        return path

    return edited


@pytest.fixture(scope="session")
def table_cell() -> Callable[..., Any]:
    """A table's openpyxl cell: table_cell(book, "Costs", row from 0 with the header, header or column from 0)."""

    def cell(book: Any, table: str, row: int, column: str | int) -> Any:
        sheet = next(sheet for sheet in book.worksheets if table in sheet.tables)
        cells = sheet[sheet.tables[table].ref]
        at = column if isinstance(column, int) else [head.value for head in cells[0]].index(column)
        return cells[row][at]

    return cell


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Writes a file: make(name, text or bytes, encoding)."""

    def write(name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


@pytest.fixture
def reads(make: Make) -> Callable[..., Import]:
    """Writes a file and reads it."""
    return lambda name, content, encoding="utf-8": read(make(name, content, encoding))
