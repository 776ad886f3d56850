"""The values that formulas were last seen with: brought up to date by the second engine, or taken out, never wrong.

The engine is believed of a formula if, before the change, it gave the value that is in the file. What it cannot be
believed of, and what reads such cells, loses its value where the change may concern it; Excel then calculates it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from xl_lifecycle.book.opened import Book, Sheet
from xl_lifecycle.book.sheet import Area, At, FormulaCell, SheetPart, address, area_of
from xl_lifecycle.content import scalar
from xl_lifecycle.functions import Functions
from xl_lifecycle.hosts.calc import Calc, CannotCalculate
from xl_lifecycle.hosts.short_forms import plain, written_out
from xl_lifecycle.tables import HEADERS, SETTINGS
from xl_lifecycle.template.layout import address as absolute
from xl_lifecycle.template.layout import quoted
from xl_lifecycle.values import ExcelError, Scalar
from xl_lifecycle.vocabulary import ALL

Grid = list[list[Scalar]]
Place = tuple[str, At]
_ANYWHERE = ("INDIRECT(", "OFFSET(")  # may read cells that the formula does not name
_PERIOD_WITHIN = 30  # rows from the top of a sheet


@dataclass
class _Formula:
    """A formula, the values in the file, and those that the engine gives now; none where it cannot."""

    sheet: SheetPart
    cell: FormulaCell
    cached: Grid
    now: Grid | None
    believed: bool
    changed: bool
    reads: list[tuple[str, Area]] | None = field(default=None)

    @property
    def place(self) -> Place:
        return self.sheet.name, self.cell.at


def recalculate(book: Book, before: bytes, functions: Callable[[], Functions]) -> list[str]:
    """Bring every value up to date; the cells that lost theirs. before: the file as it was."""
    old, new = (_engine(book, functions(), data) for data in (before, book.package.as_bytes()))
    formulas = [_compared(book, sheet, cell, old, new) for sheet in book.sheets for cell in sheet.part.formulas()]
    lost = _lost(book, formulas, new)
    for formula in formulas:
        if formula.place in lost:
            _drop(formula)
        elif formula.changed and formula.believed and formula.now is not None:
            _write(formula, formula.now)
    return [f"{name}!{address(at)}" for name, at in sorted(lost)]


def _engine(book: Book, functions: Functions, data: bytes) -> Calc:
    """The engine with the whole workbook; short forms written out, as it does not tell where a cell stands."""
    calc = Calc(functions, data)
    known = set(calc.engine.sheet_names)
    rewritten = False
    for sheet in (sheet for sheet in book.sheets if sheet.name in known):
        for cell in sheet.part.formulas():
            if not _calls(cell.text, functions):
                continue
            text = f"={cell.text}"
            if written_out(text, functions, "", "") != plain(text):
                full = written_out(text, functions, _channel(book, sheet), _period(book, sheet))
                calc.engine.set_formula(sheet.name, *cell.at, full)
                rewritten = True
    if rewritten:
        calc.engine.evaluate_all()
    return calc


def _calls(text: str, functions: Functions) -> bool:
    upper = text.upper()
    return any(f"{name}(" in upper for name in functions.names)


def _compared(book: Book, sheet: Sheet, cell: FormulaCell, old: Calc, new: Calc) -> _Formula:
    part, name = sheet.part, sheet.name
    cached = [[scalar(part.value(at)) for at in row] for row in _places(cell.area)]
    now = _values(new, name, cell.at, new.spill(name, *cell.at) if cell.array else (1, 1))
    top, left, bottom, right = cell.area
    was = _values(old, book.origins.get(name, name), cell.at, (bottom - top + 1, right - left + 1))
    empty = not any(value is not None for row in cached for value in row) and not part.has_value(cell.at)
    ours = _calls(cell.text, old.functions)
    believed = now is not None and (ours if empty else was is not None and _same(was, cached, 1e-9))
    if believed and now is not None and cell.array:
        believed = _is_free(part, cell.area, _grown(cell.at, now))
    return _Formula(part, cell, cached, now, believed, now is None or was is None or not _same(was, now, 0))


def _values(calc: Calc, sheet: str, at: At, shape: tuple[int, int]) -> Grid | None:
    try:
        return [[calc.known(sheet, at[0] + i, at[1] + j) for j in range(shape[1])] for i in range(shape[0])]
    except CannotCalculate:
        return None


def _places(area: Area) -> Iterator[list[At]]:
    top, left, bottom, right = area
    for row in range(top, bottom + 1):
        yield [(row, column) for column in range(left, right + 1)]


def _grown(at: At, values: Grid) -> Area:
    return (*at, at[0] + len(values) - 1, at[1] + len(values[0]) - 1)


def _is_free(sheet: SheetPart, old: Area, new: Area) -> bool:
    """Whether a formula may fill an area: what it has not filled before is empty."""
    return all(_within(at, old) or sheet.is_empty(at) for row in _places(new) for at in row)


def _within(at: At, area: Area) -> bool:
    return area[0] <= at[0] <= area[2] and area[1] <= at[1] <= area[3]


def _same(one: Grid, other: Grid, tolerance: float) -> bool:
    if [len(row) for row in one] != [len(row) for row in other]:
        return False
    pairs = ((a, b) for mine, its in zip(one, other, strict=True) for a, b in zip(mine, its, strict=True))
    return all(_equal(a, b, tolerance) for a, b in pairs)


def _equal(one: Scalar, other: Scalar, tolerance: float) -> bool:
    if isinstance(one, bool) or isinstance(other, bool) or isinstance(one, ExcelError) or isinstance(other, ExcelError):
        return one is other
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) <= tolerance * max(abs(one), abs(other))
    return (one or "") == (other or "")


# What the engine cannot be believed of


def _lost(book: Book, formulas: list[_Formula], new: Calc) -> set[Place]:
    """The formulas whose value may be wrong now, and nobody here can tell the right one."""
    doubted = {each.place: each for each in formulas if not each.believed}
    if not doubted:
        return set()
    for each in formulas:
        each.reads = _reads(each, new)
    while more := [each for each in formulas if each.place not in doubted and _touches(each, doubted.values())]:
        doubted |= {each.place: each for each in more}
    changed = {sheet.name: set(sheet.part.changed) for sheet in book.sheets}
    for each in formulas:
        if each.place not in doubted and each.changed:
            changed[each.sheet.name] |= {at for row in _places(_filled(each)) for at in row}
    lost: set[Place] = set()
    while more := [each for each in doubted.values() if each.place not in lost and _concerned(each, changed)]:
        for each in more:
            lost.add(each.place)
            changed[each.sheet.name] |= {at for row in _places(each.cell.area) for at in row}
    return {place for place in lost if doubted[place].sheet.has_value(place[1])}


def _reads(formula: _Formula, engine: Calc) -> list[tuple[str, Area]] | None:
    if any(word in formula.cell.text.upper() for word in _ANYWHERE):
        return None
    named = engine.reads(formula.sheet.name, *formula.cell.at)
    if named is None:
        return None
    found = []
    for text in named:
        sheet, _, area = text.rpartition("!")
        found.append((sheet.strip("'").replace("''", "'"), area_of(area)))
    return found


def _filled(formula: _Formula) -> Area:
    return _grown(formula.cell.at, formula.now) if formula.now else formula.cell.area


def _touches(formula: _Formula, others: Iterable[_Formula]) -> bool:
    if formula.reads is None:
        return True
    return any(
        other.sheet.name == sheet and _overlap(area, other.cell.area)
        for sheet, area in formula.reads
        for other in others
    )


def _concerned(formula: _Formula, changed: dict[str, set[At]]) -> bool:
    if formula.reads is None:
        return True
    return any(_within(at, area) for sheet, area in formula.reads for at in changed.get(sheet, ()))


def _overlap(one: Area, other: Area) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


# Writing


def _write(formula: _Formula, values: Grid) -> None:
    sheet, old = formula.sheet, formula.cell.area
    new = _grown(formula.cell.at, values)
    if new != old:
        sheet.fill(formula.cell.at, new)
        for row in _places(old):
            for at in row:
                if not _within(at, new):
                    sheet.put_cache(at, None)
    for places, cells in zip(_places(new), values, strict=True):
        for at, value in zip(places, cells, strict=True):
            if not _within(at, old):
                sheet.set_style(at, sheet.style((min(at[0], old[2]), min(at[1], old[3]))))
            if not _within(at, old) or not _equal(scalar(sheet.value(at)), value, 0):
                sheet.put_cache(at, value)


def _drop(formula: _Formula) -> None:
    for row in _places(formula.cell.area):
        for at in row:
            formula.sheet.drop_cache(at)


# Where a short form stands


def _channel(book: Book, sheet: Sheet) -> str:
    """The channel of a sheet as a formula writes it; All where the sheet is no channel's."""
    table = next((table for each in book.sheets for table in each.tables if table.name == "Channels"), None)
    header, *rows = table.range.value if table else [[]]
    channel, at = (_column(header, HEADERS[key]) for key in ("channel", "sheet"))
    listed = ((row[channel], row[at]) for row in rows) if channel is not None and at is not None else ()
    found = next((str(name) for name, own in listed if own == sheet.name), ALL)
    return '"' + found.replace('"', '""') + '"'


def _period(book: Book, sheet: Sheet) -> str:
    """The cell in which a sheet's period is chosen, or else that of Settings."""
    for row in range(1, _PERIOD_WITHIN + 1):
        if _is_one_of(sheet.part.value((row, 1)), SETTINGS["period"]):
            return absolute(row - 1, 1)
    for each in book.sheets:
        for table in (table for table in each.tables if table.name == "Settings"):
            for i, cells in enumerate(table.range.value):
                if _is_one_of(cells[0], SETTINGS["period"]):
                    return f"{quoted(each.name)}!{absolute(table.range.row - 1 + i, table.range.column)}"
    return '"all"'


def _column(header: list[object], labels: Iterable[str]) -> int | None:
    return next((i for i, cell in enumerate(header) if _is_one_of(cell, labels)), None)


def _is_one_of(cell: object, labels: Iterable[str]) -> bool:
    return isinstance(cell, str) and cell.strip().casefold() in {label.casefold() for label in labels}
