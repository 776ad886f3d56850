"""Reads a workbook's tables as a content, and refuses settings and rules that cannot be applied."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

from xl_lifecycle.content.content import (
    BUDGETS,
    INPUT_TABLES,
    LISTS,
    READ_ON,
    REVISIONS,
    Budget,
    Content,
    ImportLine,
    InputRow,
    ItemRow,
    Target,
    months_of,
)
from xl_lifecycle.content.rules import Rules, read_rules
from xl_lifecycle.core.catalogue.catalogue import Catalogue
from xl_lifecycle.core.cells.errors import BookError, ExcelError
from xl_lifecycle.core.cells.months import EPOCH, Month, cell_date, parse_month, serial
from xl_lifecycle.core.cells.records import records, text_of
from xl_lifecycle.core.cells.values import Grid, Scalar, is_blank
from xl_lifecycle.core.dataset.coverage import channels_in
from xl_lifecycle.core.dataset.history import parse_read
from xl_lifecycle.core.dataset.tables import Tables
from xl_lifecycle.core.language.channels import channel_key
from xl_lifecycle.core.language.text import to_english
from xl_lifecycle.core.language.vocabulary import NOT_ATTRIBUTED

_ERRORS = {error.value: error for error in ExcelError}
_DAY_0 = dt.datetime(EPOCH.year, EPOCH.month, EPOCH.day)


def scalar(cell: object) -> Scalar:
    """The value of a cell that another library read: a date becomes Excel's number, the text of an error an error.

    >>> scalar(dt.datetime(2026, 1, 1)), scalar("#N/A"), scalar("")
    (46023, <ExcelError.NA: '#N/A'>, None)
    """
    if isinstance(cell, dt.datetime):
        days = (cell - _DAY_0) / dt.timedelta(1)
        return int(days) if days.is_integer() else days
    if isinstance(cell, dt.date):
        return serial(cell)
    if isinstance(cell, str):
        return _ERRORS.get(cell, cell or None)
    return float(cell) if isinstance(cell, Decimal) else cell  # type: ignore[return-value]


def refuse_settings(tables: Tables, where: Callable[[int, int], str]) -> None:
    """BookError if a setting is invalid. where: returns the address of a cell by row and column."""
    for problem in tables.problems:
        if problem.table == "Settings":
            raise BookError(f"{where(problem.row, problem.column)}: {problem.text}; correct it first")


def refuse_rules(rules: Rules, where: Callable[[str, int, int], str]) -> None:
    """BookError if a rule is invalid. where: returns the address of a cell by table, row and column."""
    for problem in rules.problems:
        raise BookError(f"{where(problem.table, problem.row, problem.column)}: {problem.text}; correct it first")


def rules_in(tables: Tables, grids: Mapping[str, Grid], catalogue: Catalogue, formats: Sequence[str]) -> Rules:
    """The rules of a workbook. They may name the title of any format, and any source that the workbook has imported."""
    sources = [*formats] + [line.source for line in _imports(grids["Imports"], catalogue)]
    return read_rules(grids, catalogue, tuple(dict.fromkeys(sources)), tables.settings.currency)


def read_content(tables: Tables, grids: Mapping[str, Grid], catalogue: Catalogue, formats: Sequence[str]) -> Content:
    """The tables of a workbook as a content, which can be written back."""
    content = Content(tables.settings, tables.channels, [])
    for table in INPUT_TABLES:
        content.rows[table] = list(_rows(grids[table.value], catalogue))
    content.items = list(_items(grids["Items"], catalogue))
    content.targets = list(_targets(grids["Targets"]))
    for channel, period, budget, roi in ((*row, None, None, None)[:4] for row in grids.get(BUDGETS, [])[1:]):
        if not is_blank(channel):
            content.budgets.append(Budget(channel_of(channel), period, budget, roi))
    content.imports = list(_imports(grids["Imports"], catalogue))
    content.revisions = tables.revisions if REVISIONS in grids else None
    content.rules = rules_in(tables, grids, catalogue, formats)
    content.report = [text_of(row[0]) for row in grids.get("Report", [])[1:] if not is_blank(row[0])]
    content.lists = {name: grids[name] for name in LISTS if name in grids}
    content.months = months_of(content)
    return content


def _rows(grid: Grid, catalogue: Catalogue) -> Iterable[InputRow]:
    measures = [catalogue.measure_of(text_of(head)) for head in grid[0]]
    for record in records(grid):
        if not record.is_blank:
            pairs = zip(measures, record.cells, strict=True)
            values = {measure.name: cell for measure, cell in pairs if measure and not is_blank(cell)}
            campaign = text_of(record["campaign"])
            yield InputRow(_month_in(record["month"]), channel_of(record["channel"]), campaign, values, record.row)


def _targets(grid: Grid) -> Iterable[Target]:
    for record in records(grid):  # older workbooks have no columns for goal and owner
        name, channel, period, target = (*record.cells, None, None, None)[:4]
        if not is_blank(name):
            words = (text_of(record[key]) for key in ("goal", "owner"))
            yield Target(text_of(name), channel_of(channel), period, target, *words)


def _items(grid: Grid, catalogue: Catalogue) -> Iterable[ItemRow]:
    for record in records(grid):
        if not record.is_blank:
            kind, measure = text_of(record["kind"]), text_of(record["measure"])
            item_kind, item_measure = catalogue.kind_of(kind), catalogue.measure_of(measure)
            yield ItemRow(
                month=_month_in(record["month"]),
                kind=item_kind.name if item_kind else kind,
                item=text_of(record["item"]),
                channel=channel_of(record["channel"]),
                measure=item_measure.name if item_measure else measure,
                value=record["value"],
                at=record.row,
            )


def _imports(grid: Grid, catalogue: Catalogue) -> Iterable[ImportLine]:
    for record in records(grid):
        measure = catalogue.measure_of(text_of(record["measure"]))
        if measure:
            try:
                read = parse_read(record[READ_ON])
            except ValueError:
                read = ()
            yield ImportLine(
                source=to_english(text_of(record["source"]), "sources"),
                file=text_of(record["file"]),
                measure=measure.name,
                first=cell_date(record["from"]),
                last=cell_date(record["to"]),
                rows=int(_number(record["rows"]) or 0),
                rows_total=_number(record["rows_total"]),
                file_total=_number(record["file_total"]),
                channels=channels_in(record["channels"]),
                read=read,
            )


def _month_in(cell: Scalar) -> Month | str | None:
    """The month of a row, or the text of the cell if it is not a month."""
    try:
        return parse_month(cell)
    except ValueError:
        return None if is_blank(cell) else str(cell)


def channel_of(cell: Scalar) -> str:
    """The channel that a cell of a table names."""
    return NOT_ATTRIBUTED if is_blank(cell) else channel_key(text_of(cell))


def _number(cell: Scalar) -> float | None:
    """A cell as a number; None if it is blank, and 0 if it is not a number."""
    if is_blank(cell):
        return None
    return float(cell) if isinstance(cell, (int, float)) else 0.0
