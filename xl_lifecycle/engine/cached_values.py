"""Updates the saved values of formulas with the second engine, or removes them, so that none is wrong.

We trust the engine with a formula if it knows everything in it and, before the change, computed the value that is in
the file. Other formulas, and formulas that read their cells, lose their value if the change may affect them; Excel
then calculates them.
"""

from __future__ import annotations

import gc
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError

from xl_lifecycle.content.read_content import scalar
from xl_lifecycle.core.cells.addresses import Area, At, address, area_of, at_of, overlap, places, within
from xl_lifecycle.core.cells.errors import CannotCalculate, ExcelError
from xl_lifecycle.core.cells.values import Scalar
from xl_lifecycle.core.dataset.dataset import TOKEN
from xl_lifecycle.core.functions import Functions
from xl_lifecycle.engine.calc import Calc
from xl_lifecycle.engine.cell_set import Spots
from xl_lifecycle.engine.load import calls, engine, with_names
from xl_lifecycle.engine.minimal_file import ANOTHER_BOOK
from xl_lifecycle.xlsx.file_book import FileBook, FileSheet
from xl_lifecycle.xlsx.sheet import FormulaCell, SheetPart

Grid = list[list[Scalar]]
Place = tuple[str, At]
# Functions that may read cells or sheets that the formula does not name, and areas whose ends are computed.
_ANYWHERE = re.compile(
    r"\b(INDIRECT|OFFSET|SHEETS?|FORMULATEXT|CELL|INFO|GETPIVOTDATA)\(|\)\s*:|:\s*[A-Z_.]+\(", re.IGNORECASE
)
_TO_INDEX = re.compile(r"(?P<first>\$?[A-Z]+\$?\d+):INDEX\((?:[^(),!]+!)?(?P<area>\$?[A-Z]+\$?\d+:\$?[A-Z]+\$?\d+),")


@dataclass
class _Formula:
    """A formula, its saved values, and those that the engine computes now; None if it cannot."""

    sheet: SheetPart
    cell: FormulaCell
    now: Grid | None
    is_trusted: bool
    changed: bool
    reads: list[tuple[str, Area]] | None  # None: it may read any cell

    @property
    def place(self) -> Place:
        return self.sheet.name, self.cell.at

    @property
    def shows(self) -> bool:
        """Whether it has a value to lose, or should get one."""
        return self.sheet.has_value(self.cell.at) or self.cell.at in self.sheet.formula_sources

    @property
    def fills(self) -> Area:
        """The area that it fills now or filled before, whichever is larger."""
        area = self.cell.area
        now = _grown(self.cell.at, self.now) if self.now else area
        return (*area[:2], max(area[2], now[2]), max(area[3], now[3]))


def recalculate(book: FileBook, before: Callable[[], FileBook], functions: Callable[[], Functions]) -> list[str]:
    """Update every value. Returns the cells that lost theirs. before: opens the book before the change."""
    was = _before(book, engine(before(), functions()))  # one engine at a time: each contains a whole workbook
    gc.collect()  # a book has circular references
    formulas = _formulas(book, was, engine(book, functions()))
    stale = _find_stale(book, formulas)
    for formula in formulas:
        if formula.place in stale:
            _drop(formula)
        elif formula.changed and formula.is_trusted and formula.now is not None:
            _write(formula, formula.now)
    return [f"{name}!{address(at)}" for name, at in sorted(stale)]


def _before(book: FileBook, calc: Calc) -> dict[Place, Grid | None]:
    """The values of today's formulas in the book before the change; for a copied sheet, those of its original."""
    values = {}
    for sheet in book.sheets:
        origin = book.origins.get(sheet.name, sheet.name)
        for cell in sheet.part.formulas():
            top, left, bottom, right = cell.area
            values[sheet.name, cell.at] = _values(calc, origin, cell.at, (bottom - top + 1, right - left + 1))
    return values


def _formulas(book: FileBook, was: Mapping[Place, Grid | None], new: Calc) -> list[_Formula]:
    formulas: list[_Formula] = []
    names = book.names()
    for sheet in book.sheets:
        by_cell: dict[At, _Formula] = {}
        for cell in sheet.part.formulas():
            source = by_cell.get(sheet.part.formula_sources.get(cell.at, (0, 0)))
            by_cell[cell.at] = _compare(sheet, cell, was[sheet.name, cell.at], new, names, source)
        formulas += by_cell.values()
    return formulas


def _compare(
    sheet: FileSheet, cell: FormulaCell, was: Grid | None, new: Calc, names: Mapping[str, str], source: _Formula | None
) -> _Formula:
    """Compare a formula's values before and now. source: the formula that it was copied from, trusted like it."""
    part, name, texts = sheet.part, sheet.name, with_names(cell.text, names)
    top, left, bottom, right = cell.area
    shape = (bottom - top + 1, right - left + 1)
    now = _values(new, name, cell.at, _shape(new, name, cell, shape))
    anywhere = cell.what_if or any(_ANYWHERE.search(_TO_INDEX.sub(_inside, text)) for text in texts)
    if any(ANOTHER_BOOK.search(text) for text in texts):  # the engine does not have the other workbook
        reads: list[tuple[str, Area]] | None = [] if all(_reads_another_book_only(text) for text in texts) else None
    else:
        reads = None if anywhere else _reads(new, name, cell.at, names)
    is_trusted = now is not None and not cell.what_if and (anywhere or reads is not None)
    is_trusted = is_trusted and all(_knows(new, text) for text in texts)
    never = calls(cell.text, new.functions) and _is_without(part, cell.at)
    if source is not None:
        is_trusted = is_trusted and source.is_trusted
    elif not never:
        cached = [[_cached(part, at) for at in row] for row in places(cell.area)]
        is_trusted = is_trusted and was is not None and (_same(was, cached, 1e-9) or _are_tokens(was, cached))
    if is_trusted and now is not None and cell.dynamic:
        is_trusted = _is_free(sheet, cell.area, _grown(cell.at, now))
    changed = never or now is None or was is None or not _same(was, now, 0)
    return _Formula(part, cell, now, is_trusted, changed, reads)


def _shape(calc: Calc, sheet: str, cell: FormulaCell, shape: tuple[int, int]) -> tuple[int, int]:
    """The numbers of rows and columns that a formula fills; (0, 0) if an array formula of fixed size fills less."""
    if not cell.array:
        return 1, 1
    spill = calc.spill(sheet, *cell.at)
    if cell.dynamic:
        return spill
    return shape if spill[0] >= shape[0] and spill[1] >= shape[1] else (0, 0)


def _values(calc: Calc, sheet: str, at: At, shape: tuple[int, int]) -> Grid | None:
    try:
        grid = [[calc.computed_value(sheet, at[0] + i, at[1] + j) for j in range(shape[1])] for i in range(shape[0])]
    except CannotCalculate:
        return None
    return grid or None


def _cached(sheet: SheetPart, at: At) -> Scalar:
    stored_value = sheet.stored_value(at)
    return stored_value if isinstance(stored_value, str) else scalar(stored_value)


def _are_tokens(*grids: Grid) -> bool:
    """Whether cells contain tokens of datasets, which differ between our versions."""
    return all(len(grid) == len(grid[0]) == 1 and str(grid[0][0]).startswith(TOKEN) for grid in grids)


def _is_without(sheet: SheetPart, at: At) -> bool:
    """Whether one of our cells has no value, or the value from a program without our functions."""
    return not sheet.has_value(at) or sheet.stored_value(at) is ExcelError.NAME


def _inside(to_index: re.Match[str]) -> str:
    """Return "" for an area that ends at a cell of INDEX inside the indexed area: it reads no other cells."""
    return "" if within(at_of(to_index["first"]), area_of(to_index["area"])) else to_index[0]


def _knows(calc: Calc, text: str) -> bool:
    try:
        return not ANOTHER_BOOK.search(text) and calc.knows(f"={text}")
    except TokenizerError:
        return False


def _reads_another_book_only(text: str) -> bool:
    """Whether all cells of a formula are in another workbook; then its value does not change."""
    try:
        tokens = Tokenizer(f"={text}").items
    except TokenizerError:
        return False
    return all(ANOTHER_BOOK.match(each.value) for each in tokens if each.subtype == Token.RANGE)


def _grown(at: At, values: Grid) -> Area:
    return (*at, at[0] + len(values) - 1, at[1] + len(values[0]) - 1)


def _is_free(sheet: FileSheet, old: Area, new: Area) -> bool:
    """Whether a formula may fill an area: its new cells are empty, and not in a table or a merged cell."""
    if new == old:
        return True
    obstacles = [*sheet.part.merged(), *(table.range.area for table in sheet.tables)]
    return not any(overlap(new, area) for area in obstacles) and all(
        within(at, old) or sheet.part.is_empty(at) for row in places(new) for at in row
    )


def _same(one: Grid, other: Grid, tolerance: float) -> bool:
    if [len(row) for row in one] != [len(row) for row in other]:
        return False
    pairs = ((a, b) for mine, its in zip(one, other, strict=True) for a, b in zip(mine, its, strict=True))
    return all(_equal(a, b, tolerance) for a, b in pairs)


def _equal(one: Scalar, other: Scalar, tolerance: float) -> bool:
    """Whether two values are the same; empty equals "", and neither equals 0."""
    if any(isinstance(each, (bool, ExcelError)) for each in (one, other)):
        return one is other
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return one == other or abs(one - other) <= tolerance * max(abs(one), abs(other)) < math.inf
    if isinstance(one, (int, float)) or isinstance(other, (int, float)):
        return False
    return (one or "") == (other or "")


# Formulas that the engine is not trusted with


def _find_stale(book: FileBook, formulas: list[_Formula]) -> set[Place]:
    """The formulas whose value may be wrong now, and which the engine cannot compute."""
    doubted = {each.place for each in formulas if not each.is_trusted}
    stale: set[Place] = set()
    while doubted:
        _spread(formulas, doubted, _spots(each for each in formulas if each.place in doubted))
        changed = _spots(each for each in formulas if each.changed and each.place not in doubted)
        for sheet in book.sheets:
            for at in sheet.part.changed:
                changed.add(sheet.name, (*at, *at))
        stale = {each.place for each in formulas if each.place in doubted and each.reads is None}
        for each in formulas:
            if each.place in stale:
                changed.add(each.sheet.name, each.fills)
        _spread([each for each in formulas if each.place in doubted], stale, changed)
        anywhere = {each.place for each in formulas if each.reads is None} - doubted
        if not stale or not anywhere:
            break
        doubted |= anywhere  # they may read a cell that is lost
    return {each.place for each in formulas if each.place in stale and each.shows}


def _spots(formulas: Iterable[_Formula]) -> Spots:
    spots = Spots()
    for each in formulas:
        spots.add(each.sheet.name, each.fills)
    return spots


def _spread(formulas: Sequence[_Formula], affected: set[Place], spots: Spots) -> None:
    """Add the formulas that read any of the spots to the affected ones, and their cells to the spots."""
    waiting = [each for each in formulas if each.place not in affected]
    while waiting:
        rest = []
        for each in waiting:
            if any(spots.touch(sheet, area) for sheet, area in each.reads or ()):
                affected.add(each.place)
                spots.add(each.sheet.name, each.fills)
            else:
                rest.append(each)
        if len(rest) == len(waiting):
            return
        waiting = rest[::-1]  # so a chain upwards is as fast as one downwards


def _reads(calc: Calc, sheet: str, at: At, names: Mapping[str, str]) -> list[tuple[str, Area]] | None:
    texts = calc.reads(sheet, *at, names)
    if texts is None:
        return None
    areas = []
    for text in texts:
        sheet_name, _, area = text.rpartition("!")
        areas.append((sheet_name.strip("'").replace("''", "'"), area_of(area)))
    return areas


# Writing


def _write(formula: _Formula, values: Grid) -> None:
    sheet, old = formula.sheet, formula.cell.area
    new = _grown(formula.cell.at, values)
    if new != old:
        sheet.fill(formula.cell.at, new)
        for row in places(old):
            for at in row:
                if not within(at, new):
                    sheet.put_cache(at, None)
    for row, cells in zip(places(new), values, strict=True):
        for at, value in zip(row, cells, strict=True):
            if not within(at, old):
                sheet.set_style(at, sheet.style((min(at[0], old[2]), min(at[1], old[3]))))
            if not within(at, old) or not _equal(_cached(sheet, at), value, 0):
                sheet.put_cache(at, "" if value is None else value)


def _drop(formula: _Formula) -> None:
    for row in places(formula.cell.area):
        for at in row:
            if formula.sheet.cell(at) is not None:
                formula.sheet.drop_cache(at)
