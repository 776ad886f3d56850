"""An existing workbook: its tables read into a content, and what it holds that we would not write again.

openpyxl reads; it never saves a user's workbook.
"""

from __future__ import annotations

import datetime as dt
import re
import tempfile
import warnings
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xl_lifecycle.catalogue import Catalogue
from xl_lifecycle.periods import EPOCH, Month, cell_date, parse_month
from xl_lifecycle.tables import Tables, header_keys, read_tables
from xl_lifecycle.template.content import INPUT_TABLES, Content, Imported, ItemRow, Row, Target
from xl_lifecycle.template.layout import Book, Formula, address
from xl_lifecycle.template.plan import plan
from xl_lifecycle.template.write import write
from xl_lifecycle.values import ExcelError, Scalar, is_blank
from xl_lifecycle.vocabulary import LANGUAGES, NOT_ATTRIBUTED, channel_key

TABLES = (*(table.value for table in INPUT_TABLES), "Items", "Settings", "Channels", "Imports", "Targets")
_ERRORS = {error.value: error for error in ExcelError}


class BookError(Exception):
    """A workbook that cannot be used; its text is one line: what, where, what to do."""


@dataclass
class TableAt:
    """A table of the workbook: where its header starts (from 0), and its cells, header first."""

    sheet: str
    row: int
    column: int
    grid: list[list[Scalar]]

    def cell(self, row: int, column: int) -> str:
        """Where a row and column of the table stand, as sheet and cell."""
        return f"{self.sheet}!{address(self.row + row, self.column + column).replace('$', '')}"


@dataclass
class OpenBook:
    """A workbook read twice: with its formulas and with the values they had when it was saved."""

    path: Path
    formulas: Any
    values: Any
    tables: dict[str, TableAt]

    def read(self, catalogue: Catalogue) -> Tables:
        """The tables that make the dataset."""
        return read_tables({name: at.grid for name, at in self.tables.items() if name != "Targets"}, catalogue)


def open_book(path: Path) -> OpenBook:
    """Open one of our workbooks; BookError where it is none."""
    import openpyxl

    if not path.exists():
        raise BookError(f"{path} does not exist; make one with: xl-lifecycle new {path}")
    if path.is_dir() or not zipfile.is_zipfile(path):
        raise BookError(f"{path} is not an Excel workbook (.xlsx); give a file made by xl-lifecycle new")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl names the features it does not keep; we only read
            formulas = openpyxl.load_workbook(path)
            values = openpyxl.load_workbook(path, data_only=True)
    except Exception as error:
        raise BookError(f"{path} cannot be read as a workbook: {error}") from None
    tables = {}
    for sheet in values.worksheets:
        for table in sheet.tables.values():
            cells = [[_scalar(cell.value) for cell in row] for row in sheet[table.ref]]
            corner = sheet[table.ref.partition(":")[0]]
            tables[table.name] = TableAt(sheet.title, corner.row - 1, corner.column - 1, cells)
    missing = [name for name in TABLES if name not in tables]
    if missing:
        raise BookError(f"{path} has no table {missing[0]}; give a workbook made by xl-lifecycle new")
    return OpenBook(path, formulas, values, tables)


def read_content(book: OpenBook, catalogue: Catalogue) -> Content:
    """What people and imports put into the workbook, as a content that can be written again."""
    tables = book.read(catalogue)
    if tables.settings.language not in LANGUAGES:
        raise BookError(f'{book.path}: the language "{tables.settings.language}" is none of {", ".join(LANGUAGES)}')
    for problem in tables.problems:
        if problem.table == "Settings":
            where = book.tables["Settings"].cell(problem.row, problem.column)
            raise BookError(f"{book.path}: {where}: {problem.text}; correct it first")
    content = Content(tables.settings, tables.channels, [])
    for table in INPUT_TABLES:
        content.rows[table] = list(_rows(book.tables[table.value].grid, catalogue))
    content.items = list(_items(book.tables["Items"].grid, catalogue))
    for name, channel, period, target in (row[:4] for row in book.tables["Targets"].grid[1:]):
        if not is_blank(name):
            content.targets.append(Target(str(name), _channel(channel), period, target))
    content.imports = list(_imports(book, catalogue))
    months = {row.month for rows in content.rows.values() for row in rows if isinstance(row.month, int)}
    this_year = dt.date.today().year * 12
    content.months = list(range(min(months), max(months) + 1)) if months else list(range(this_year, this_year + 12))
    content.pickers = _pickers(book, content, catalogue)
    return content


def differences(book: OpenBook, content: Content, catalogue: Catalogue) -> list[str]:
    """What the workbook holds that writing its content again would lose, each with its place."""
    import openpyxl

    planned = plan(content, catalogue)
    with tempfile.TemporaryDirectory() as folder:
        again = Path(folder) / "again.xlsx"
        write(planned, again)
        other = openpyxl.load_workbook(again)
        parts = _kinds_of_part(book.path) - _kinds_of_part(again)
    found = [f"a part that we do not write: {part}" for part in sorted(parts)]
    names = [sheet.title for sheet in other.worksheets]
    found += [f"sheet {sheet.title}" for sheet in book.formulas.worksheets if sheet.title not in names]
    found += [f"name {name}" for name in book.formulas.defined_names if name not in planned.names]
    ours = _computed(planned)
    for sheet in book.formulas.worksheets:
        if sheet.title in names:
            found += _sheet_differences(sheet, other[sheet.title], ours[sheet.title])
    return found


def _sheet_differences(mine: Any, other: Any, computed: set[tuple[int, int]]) -> Iterable[str]:
    inputs = {(cell.row, cell.column) for table in mine.tables.values() for row in mine[table.ref] for cell in row}
    for row in mine.iter_rows():
        for cell in row:
            at = (cell.row, cell.column)
            where = f"{mine.title}!{cell.coordinate}"
            if cell.comment:
                yield f"{where} has a comment"
            value = _written(cell.value)
            if at in inputs:
                if isinstance(value, str) and value.startswith("=") and cell.data_type == "f":
                    yield f"{where} holds a formula in a table of inputs"
            elif value is not None and at not in computed and not _same(value, _written(other[cell.coordinate].value)):
                yield f"{where} holds {value!r}"
    for kind, count in (
        ("image", len(mine._images) - len(other._images)),
        ("chart", len(mine._charts) - len(other._charts)),
    ):
        if count > 0:
            yield f"{mine.title} has a {kind} of its own"
    columns = {
        name: [column.name for column in table.tableColumns]
        for name, table in zip(mine.tables, mine.tables.values(), strict=True)
    }
    for name, heads in columns.items():
        wanted = [column.name for column in other.tables[name].tableColumns] if name in other.tables else []
        extra = [head for head in heads if head not in wanted]
        if extra:
            yield f'{mine.title} has a column "{extra[0]}" of its own in table {name}'


def _computed(planned: Book) -> dict[str, set[tuple[int, int]]]:
    """The cells that formulas of ours fill, beside the first: their values are recalculated, not kept."""
    found: dict[str, set[tuple[int, int]]] = {}
    for sheet in planned.sheets:
        cells = found.setdefault(sheet.name, set())
        for cell in sheet.cells:
            if isinstance(cell.content, Formula) and cell.content.array:
                height, width = cell.content.height, cell.content.width
                filled = {(cell.row + i + 1, cell.column + j + 1) for i in range(height) for j in range(width)}
                cells |= filled - {(cell.row + 1, cell.column + 1)}
    return found


def _kinds_of_part(path: Path) -> set[str]:
    """The kinds of parts in the file, apart from those that any program adds."""
    with zipfile.ZipFile(path) as file:
        kinds = {re.sub(r"\d+", "", name) for name in file.namelist()}
    return {
        kind
        for kind in kinds
        if not re.search(r"_rels/|docProps|theme|calcChain|sharedStrings|metadata|printerSettings|richData", kind)
    }


def _written(value: Any) -> Any:
    """A cell's content in a form that programs agree on: array formulas by their text, spelling apart."""
    text = getattr(value, "text", value)
    if isinstance(text, str) and text.startswith("="):
        return re.sub(r"\s+|_xldudf_|_xlfn\.|_xlws\.", "", text, flags=re.IGNORECASE).upper()
    return text


def _same(one: Any, other: Any) -> bool:
    return bool(_scalar(one) == _scalar(other))


def _rows(grid: list[list[Scalar]], catalogue: Catalogue) -> Iterable[Row]:
    measures = [catalogue.measure_of(_text(head)) for head in grid[0]]
    keys = header_keys(grid[0])
    for cells in grid[1:]:
        if not all(is_blank(cell) for cell in cells):
            values = {m.name: cell for m, cell in zip(measures, cells, strict=True) if m and not is_blank(cell)}
            month, channel, campaign = (_cell(cells, keys, key) for key in ("month", "channel", "campaign"))
            yield Row(_month(month), _channel(channel), _text(campaign), values)


def _items(grid: list[list[Scalar]], catalogue: Catalogue) -> Iterable[ItemRow]:
    keys = header_keys(grid[0])
    for cells in grid[1:]:
        if not all(is_blank(cell) for cell in cells):
            month, kind, item, channel, measure, value = (
                _cell(cells, keys, key) for key in ("month", "kind", "item", "channel", "measure", "value")
            )
            known_kind, known = catalogue.kind_of(_text(kind)), catalogue.measure_of(_text(measure))
            names = (known_kind.name if known_kind else _text(kind), _text(item), _channel(channel))
            yield ItemRow(_month(month), *names, known.name if known else _text(measure), value)


def _cell(cells: list[Scalar], keys: Mapping[str, int], key: str) -> Scalar:
    return cells[keys[key]] if key in keys else None


def _text(cell: Scalar) -> str:
    return "" if is_blank(cell) else str(cell)


def _imports(book: OpenBook, catalogue: Catalogue) -> Iterable[Imported]:
    for source, file, measure, first, last, rows, rows_total, file_total in (
        row[:8] for row in book.tables["Imports"].grid[1:]
    ):
        known, start, end = catalogue.measure_of(str(measure)), cell_date(first), cell_date(last)
        if known:
            total = None if is_blank(file_total) else _float(file_total)
            count, summed = int(_float(rows)), _float(rows_total)
            yield Imported(str(source), str(file), known.name, start, end, count, summed, total)


def _pickers(book: OpenBook, content: Content, catalogue: Catalogue) -> dict[str, dict[str, Scalar]]:
    """What is chosen in each sheet's pickers; a formula there still follows Settings."""
    found: dict[str, dict[str, Scalar]] = {}
    for sheet in plan(content, catalogue).sheets:
        for key, (row, column) in sheet.pickers.items() if sheet.name in book.formulas.sheetnames else ():
            value = book.formulas[sheet.name].cell(row + 1, column + 1).value
            if value is not None and not str(value).startswith("="):
                found.setdefault(sheet.name, {})[key] = _scalar(value)
    return found


def _scalar(value: Any) -> Scalar:
    if isinstance(value, dt.datetime):
        return (value.date() - EPOCH).days
    if isinstance(value, dt.date):
        return (value - EPOCH).days
    return _ERRORS.get(value, value) if isinstance(value, str) else value


def _month(cell: Scalar) -> Month | str | None:
    """The month of a row, or as text what stands there where it is none."""
    try:
        return parse_month(cell)
    except ValueError:
        return None if is_blank(cell) else str(cell)


def _channel(cell: Scalar) -> str:
    return NOT_ATTRIBUTED if is_blank(cell) else channel_key(str(cell))


def _float(cell: Scalar) -> float:
    return float(cell) if isinstance(cell, (int, float)) else 0.0
