"""Metrics that users define on Settings, table CustomMetrics, and the columns that users add for them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from xl_lifecycle.core.catalogue.catalogue import Catalogue, Metric, fold, nearest
from xl_lifecycle.core.catalogue.expressions import Expression, parse
from xl_lifecycle.core.cells.errors import ExcelError, ExpressionError
from xl_lifecycle.core.cells.headers import HEADERS, header_keys, header_text
from xl_lifecycle.core.cells.records import records, text_in
from xl_lifecycle.core.cells.values import Grid
from xl_lifecycle.core.language.text import Label, Text, join
from xl_lifecycle.core.language.vocabulary import Across, Basis, Better, InputTable, OverTime, Stage, Timing, Unit
from xl_lifecycle.core.metrics.measures import Measure

TABLE = "CustomMetrics"
SOURCE = Text("Settings, table {table}", table=TABLE)
ADDED_UP = Text("A column of your own: it adds up over months and channels.")
NOT_ADDED_UP = Text("A column of your own: it does not add up over months or channels.")
MOST_PARTS = 100  # that one metric may be made of, including those of its parts
MOST_LETTERS = 60  # of a name
ADD_UP = (Unit.COUNT, Unit.CURRENCY, Unit.SECONDS, Unit.HOURS, Unit.DAYS, Unit.POINTS)


@dataclass(frozen=True)
class CustomRow:
    """A row of the table as typed. at: its number; the header is row 0."""

    at: int
    name: str
    expression: str
    unit: str
    better: str


@dataclass(frozen=True)
class AddedColumn:
    """A column that is not a measure: its header, and the tables that have it."""

    header: str
    tables: tuple[InputTable, ...]


@dataclass(frozen=True)
class CustomProblem:
    """What is wrong with a row: its number, the column to look at, and the reason."""

    at: int
    key: str
    text: str


@dataclass(frozen=True)
class CustomCatalogue:
    """A catalogue with the metrics that users defined; their rows; and what is wrong: table, row, column and reason."""

    catalogue: Catalogue
    rows: tuple[CustomRow, ...] = ()
    wrong: tuple[tuple[str, int, int, str], ...] = ()


KEYS = ("name", "expression", "unit", "better")


def is_custom(keys: Mapping[str, int]) -> bool:
    """Whether a table with these columns is the table of custom metrics."""
    return {"name", "expression"} <= keys.keys()


def main_table(measures: Iterable[Measure]) -> str:
    """The table that most of the measures belong to."""
    return Counter(measure.table.value for measure in measures).most_common(1)[0][0]


def read_custom(grids: Sequence[tuple[str | None, Grid]], catalogue: Catalogue) -> CustomCatalogue:
    """The metrics that users defined in a workbook's tables. grids: with the name of the table if known."""
    table = next(((name, grid) for name, grid in grids if grid and is_custom(header_keys(grid[0]))), None)
    if table is None:
        return CustomCatalogue(catalogue)
    name, grid = table
    keys = header_keys(grid[0])
    rows = tuple(_rows(grid))
    catalogue_with_custom, problems = define_metrics(catalogue, rows, _columns(grids, catalogue))
    return CustomCatalogue(
        catalogue_with_custom,
        rows,
        tuple((name or TABLE, each.at, keys.get(each.key, 0), each.text) for each in problems),
    )


def _rows(grid: Grid) -> Iterator[CustomRow]:
    for record in records(grid):
        texts = [text_in(record[key]) for key in KEYS]
        if any(texts):
            yield CustomRow(record.row, *texts)


def _columns(grids: Iterable[tuple[str | None, Grid]], catalogue: Catalogue) -> dict[str, AddedColumn]:
    """The columns of input tables that are not measures, by header."""
    added: dict[str, AddedColumn] = {}
    for name, grid in grids:
        header = [header_text(cell) for cell in grid[0]] if grid else []
        measures = [measure for cell in header if (measure := catalogue.measure_of(cell))]
        keys = header_keys(header)
        if not measures or "month" not in keys or "measure" in keys:
            continue  # not a table with a row per month and a column per measure
        table = InputTable(name if name in _TABLES else main_table(measures))
        unknown = {fold(cell): cell for i, cell in enumerate(header) if cell and i not in keys.values()}
        for word, cell in unknown.items():
            if word not in catalogue.words:
                column = added.setdefault(word, AddedColumn(cell, ()))
                added[word] = AddedColumn(column.header, (*column.tables, table))
    return added


_TABLES = {table.value for table in InputTable}


class _WrongCell(Exception):
    def __init__(self, key: str, text: str, /, **values: object) -> None:
        self.key, self.text = key, Text(text, **values)
        super().__init__(self.text)


def define_metrics(
    catalogue: Catalogue, rows: Sequence[CustomRow], columns: Mapping[str, AddedColumn]
) -> tuple[Catalogue, tuple[CustomProblem, ...]]:
    """A catalogue with the metrics of the rows, and what is wrong with rows. columns: by header, folded.

    A column that an expression names becomes a measure: a count that adds up over months and channels, or of the
    unit of a row whose expression is only that column. A wrong row makes no metric, nor do the rows that use it.
    """
    if not rows:
        return catalogue, ()
    definer = _Definer(catalogue, columns)
    definer.read(rows)
    definer.order()
    broken = {fold(row.name): join([_source(wrong.at), wrong.text], ": ") for row, wrong in definer.wrong if row.name}
    known = {fold(name) for name in definer.metrics}
    catalogue_with_custom = catalogue.extend(
        definer.measures.values(),
        definer.metrics.values(),
        {word: text for word, text in broken.items() if word not in known},
    )
    return catalogue_with_custom, tuple(sorted((wrong for _, wrong in definer.wrong), key=lambda wrong: wrong.at))


class _Definer:
    """Defines row by row, each after the rows that it is made of."""

    def __init__(self, catalogue: Catalogue, columns: Mapping[str, AddedColumn]) -> None:
        self.catalogue, self.columns = catalogue, columns
        self.rows: dict[str, CustomRow] = {}  # by name, folded; also the dicts below
        self.expressions: dict[str, tuple[Expression, Unit, Better]] = {}
        self.measures: dict[str, Measure] = {}
        self.metrics: dict[str, Metric] = {}
        self.parts: dict[str, int] = {}
        self.wrong: list[tuple[CustomRow, CustomProblem]] = []

    def read(self, rows: Sequence[CustomRow]) -> None:
        """Read each row by itself."""
        for row in rows:
            try:
                _check_cells(row)
                self._check_name(row)
                word = fold(row.name)
                self.rows[word] = row
                unit = _one_of(Unit, "unit", row.unit)
                better = _one_of(Better, "better", row.better or Better.NEITHER.value)
                self.expressions[word] = (parse(row.expression), unit, better)
            except ExpressionError as error:
                self._refuse(row, "expression", error.reason)
            except _WrongCell as error:
                self._refuse(row, error.key, error.text)

    def order(self) -> None:
        """Define the rows, the parts first; any that are left are made of themselves."""
        waiting = dict(self.expressions)
        while ready := [word for word in waiting if not any(part in waiting for part in self._row_parts(word))]:
            for word in ready:
                self._define(self.rows[word], *waiting.pop(word))
        for word in waiting:
            way = [word]
            while way[-1] not in way[:-1]:
                way.append(next(part for part in self._row_parts(way[-1]) if part in waiting))
            names = [self.rows[each].name for each in way]
            circle = " > ".join(names[way.index(way[-1]) :])
            self._refuse(
                self.rows[word], "expression", Text("a metric cannot be made of itself: {circle}", circle=circle)
            )

    def _row_parts(self, word: str) -> list[str]:
        """The rows that a row's expression names."""
        names = map(fold, self.expressions[word][0].names)
        return [name for name in names if name in self.rows and name not in self.catalogue.words]

    def _define(self, row: CustomRow, expression: Expression, unit: Unit, better: Better) -> None:
        alone = len(expression.steps) == 1
        try:
            inputs = tuple(self._part(name, (unit, better) if alone else None) for name in expression.names)
        except _WrongCell as error:
            self._refuse(row, error.key, error.text)
            return
        count = 1 + sum(self.parts.get(name, 1) for name in inputs)
        if count > MOST_PARTS:
            self._refuse(row, "expression", Text("the metric is made of more than {most} parts", most=MOST_PARTS))
            return
        self.parts[row.name] = count
        self.metrics[row.name] = Metric(
            name=row.name,
            function=expression,
            inputs=inputs,
            title=row.name,
            definition=row.expression,
            formula=expression.formula(inputs),
            source=_source(row.at),
            stage=self._stage(inputs[0]),
            unit=unit,
            better=better,
            timing=Timing.UNKNOWN,
            seeds=(),
            aliases=(),
            basis=Basis.PERIOD,
            is_custom=True,
        )

    def _part(self, word: str, unit_and_better: tuple[Unit, Better] | None) -> str:
        """The measure or metric that a name in an expression means."""
        key = fold(word)
        if entry := self.catalogue.words.get(key):
            return entry.name
        if row := self.rows.get(key):
            if row.name in self.metrics:
                return row.name
            text = 'it uses "{name}" in row {row}, which is wrong'
            raise _WrongCell("expression", text, name=row.name, row=row.at + 1)
        if column := self.columns.get(key):
            return self._measure(column, unit_and_better)
        known = [*self.catalogue.words, *(row.name for row in self.rows.values()), *self.columns]
        text = '"{word}" is not a measure, metric or column{hint}'
        raise _WrongCell("expression", text, word=word, hint=nearest(word, known))

    def _measure(self, column: AddedColumn, unit_and_better: tuple[Unit, Better] | None) -> str:
        if len(column.tables) > 1:
            tables = join((Text(table.value) for table in column.tables), " and ")
            text = '"{word}" is a column of {tables}: rename one'
            raise _WrongCell("expression", text, word=column.header, tables=tables)
        name = fold(column.header).replace(" ", "_")
        if name not in self.measures or unit_and_better:
            unit, better = unit_and_better or (Unit.COUNT, Better.NEITHER)
            adds_up = unit in ADD_UP
            self.measures[name] = Measure(
                name,
                column.tables[0],
                unit,
                better,
                Timing.UNKNOWN,
                column.header,
                ADDED_UP if adds_up else NOT_ADDED_UP,
                SOURCE,
                (TABLE,),
                over_time=OverTime.SUM if adds_up else OverTime.NONE,
                across=Across.SUM if adds_up else Across.NONE,
                negative=unit is not Unit.COUNT,
            )
        return name

    def _stage(self, name: str) -> Stage:
        """The stage of a metric: that of the first part that it is made of."""
        metric = self.metrics.get(name) or self.catalogue.metrics.get(name)
        if metric:
            return metric.stage
        table = (self.measures.get(name) or self.catalogue.measures[name]).table.value
        return next((stage for stage in Stage if stage.value == table), Stage.ATTRACT)

    def _check_name(self, row: CustomRow) -> None:
        word = fold(row.name)
        known, column, first = self.catalogue.words.get(word), self.columns.get(word), self.rows.get(word)
        if not word:
            raise _WrongCell("name", "the {what} is empty", what=Text("name"))
        if len(row.name) > MOST_LETTERS:
            raise _WrongCell("name", "the name is longer than {most} letters", most=MOST_LETTERS)
        if re.search(r'[\[\]":]', word) or not re.search(r"[^\W\d]", word):
            raise _WrongCell("name", '"{word}" cannot be a name: use letters, without [ ] : or quotes', word=row.name)
        if known or word.replace(" ", "_").upper() in self.catalogue.reserved:
            raise _WrongCell("name", '"{word}" is a built-in name: give the metric another name', word=row.name)
        if column:
            table = Text(column.tables[0].value)
            text = '"{word}" is a column of {table}: give the metric another name'
            raise _WrongCell("name", text, word=row.name, table=table)
        if first:
            text = 'row {row} has the same name "{word}": keep one'
            raise _WrongCell("name", text, row=first.at + 1, word=first.name)

    def _refuse(self, row: CustomRow, key: str, text: str) -> None:
        self.wrong.append((row, CustomProblem(row.at, key, text)))


def _check_cells(row: CustomRow) -> None:
    for key, text in zip(KEYS, (row.name, row.expression, row.unit, row.better), strict=True):
        if text in _ERRORS:
            raise _WrongCell(key, "the cell is {error}: write it as text, without = in front", error=text)


_ERRORS = {error.value for error in ExcelError}


def _source(at: int) -> Text:
    return Text("Settings, table {table} row {row}", table=TABLE, row=at + 1)


_E = TypeVar("_E", bound=Enum)


def _one_of(words: type[_E], key: str, text: str) -> _E:
    """The member that a word means, in any language."""
    known = {each.casefold(): member for member in words for each in Label(member.value, "names").everywhere}
    if text.casefold() in known:
        return known[text.casefold()]
    names = join(Text(member.value) for member in words)
    what = Label(HEADERS[key].key, "headers", english=key)
    if not text:
        raise _WrongCell(key, "the {what} is empty: write one of {known}", what=what, known=names)
    raise _WrongCell(key, 'the {what} "{text}" is not one of {known}', what=what, text=text, known=names)
