"""A metric as an Excel function: three ways to call it, blanks, errors and spills. One binding for all of them."""

from __future__ import annotations

import datetime as dt
import math
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from xl_lifecycle.core.analysis import explain, gaps, interval, projection, scorecard, verdict, what_moved
from xl_lifecycle.core.answers import answer
from xl_lifecycle.core.catalogue.catalogue import Catalogue, Metric, collect
from xl_lifecycle.core.cells.periods import parse_day, parse_period
from xl_lifecycle.core.cells.values import ExcelError, Grid, Refusal, Scalar, Value, as_grid, is_blank, named, number
from xl_lifecycle.core.dataset.dataset import AS_OF, TOKEN, Dataset, build
from xl_lifecycle.core.dataset.evaluate import Evaluation, apply, evaluate
from xl_lifecycle.core.language.text import Text, joined
from xl_lifecycle.core.language.vocabulary import ALL
from xl_lifecycle.core.wizard import OWN_FUNCTIONS, SIMPLE, Function, metric_function

KEPT_DATASETS = 16  # several workbooks may be open, and an edit makes a new dataset; old ones are dropped
ROWS_OF_A_SHEET = 1_048_576


@dataclass(frozen=True)
class Caller:
    """Where a function is called from, for its form without arguments."""

    channel: str = ALL
    period: Scalar = None


class Functions:
    """All functions of a catalogue, and the datasets that this process has built.

    default: the token used where no dataset is given; only a host with exactly one workbook sets it.
    rebuild: asked once for a token that this process does not know; it calls DATASET with that workbook's tables.
    refusal: the latest one, with its reason in words, for a host that can show them.
    day: every dataset is as of it where its token names no day.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.default: str | None = None
        self.rebuild: Callable[[str], None] | None = None
        self.refusal: Refusal | None = None
        self.day: dt.date | None = None
        self._datasets: OrderedDict[str, Dataset] = OrderedDict()
        self._unknown: set[str] = set()
        self._metrics = {
            word.upper(): metric for metric in catalogue.metrics.values() for word in (metric.name, *metric.aliases)
        }
        self._own: dict[str, Callable[[Sequence[Value], Caller | None], Value]] = {
            "DATASET": self._dataset,
            "KPI": self._kpi,
            "EXPLAIN": self._explain,
            "ATTAINMENT": self._attainment,
            "SCORECARD": self._scorecard,
            "ANSWER": lambda args, caller: answer.answers(self._placed(args, 1, caller), self.dataset),
            "WHAT_IF": lambda args, caller: answer.levers(self._placed(args, 0, caller), self.dataset),
            "INTERVAL": self._interval,
            "AB_TEST": lambda args, _: interval.ab_test(args),
            "SAMPLE_SIZE": self._sample_size,
            "AS_OF": self._as_of,
            "WHAT_MOVED": self._what_moved,
            "PROJECTION": self._projection,
            "TARGET_PROGRESS": self._target_progress,
            "GAPS": lambda args, _: gaps.gaps(args),
            "VERDICT": lambda args, _: verdict.verdicts(args),
        }
        self.names: dict[str, Function] = OWN_FUNCTIONS | {
            name: metric_function(name, metric) for name, metric in self._metrics.items()
        }

    def call(self, name: str, args: Sequence[Value], caller: Caller | None = None) -> Value:
        """Call a function as a cell does. Never raises for what a cell can hold: what is wrong is an ExcelError.

        args: trailing omitted ones left out; a blank cell is None.

        >>> FUNCTIONS.call("CAC", [1000, 25]), str(FUNCTIONS.call("CAC", [1000, 0]))
        (40.0, '#DIV/0!')
        """
        self.refusal = None
        args = [_used(arg) for arg in args]
        own, metric = self._own.get(name.upper()), self._metrics.get(name.upper())
        try:
            if own:
                return own(args, caller)
            return self._metric(metric, args, caller) if metric else ExcelError.NAME
        except Refusal as refusal:
            self.refusal = refusal
            return refusal.error

    def dataset(self, token: Value = None) -> Dataset:
        """The dataset that a token stands for; refuses what is no token, and never answers from another dataset."""
        cell = as_grid(token)[0][0]
        if is_blank(cell):
            cell = self.default
            if cell is None:
                raise Refusal(ExcelError.NA, "no dataset was given: add Data as the last argument")
        if isinstance(cell, ExcelError):
            raise Refusal(cell, "the {what} is {error}", what=Text("dataset"), error=cell)
        if not isinstance(cell, str) or not cell.startswith(TOKEN):
            raise Refusal(ExcelError.VALUE, '"{text}" is no dataset: write Data', text=cell)
        base, mark, day = cell.partition(AS_OF)
        if not mark and self.day:
            cell, day = f"{base}{AS_OF}{self.day}", str(self.day)
        if cell not in self._datasets:
            self._add_base(base)
            if day:
                self.add(self._datasets[base].as_of(parse_day(day)))
        self._datasets.move_to_end(cell)
        return self._datasets[cell]

    def _add_base(self, token: str) -> None:
        """Have the dataset of the tables as they are; rebuilt where this process does not know it."""
        if token not in self._datasets and token not in self._unknown and self.rebuild:
            self._unknown.add(token)  # asked once, not once per cell
            self.rebuild(token)
        if token not in self._datasets:
            raise Refusal(ExcelError.NA, "the dataset is not loaded: recalculate the cell named Data")

    def add(self, dataset: Dataset) -> str:
        """Keep a dataset and return its token."""
        self._datasets[dataset.token] = dataset
        self._datasets.move_to_end(dataset.token)
        self._unknown.discard(dataset.token)
        while len(self._datasets) > KEPT_DATASETS:
            self._datasets.popitem(last=False)
        return dataset.token

    def _dataset(self, args: Sequence[Value], caller: Caller | None) -> Value:
        grids = [as_grid(arg) for arg in args if not (is_blank(arg) or isinstance(arg, ExcelError))]
        if not grids or len(grids) < len(args):
            raise Refusal(ExcelError.VALUE, "DATASET takes the workbook's tables, with their headers")
        return self.add(build(grids, self.catalogue))

    def _metric(self, metric: Metric, args: Sequence[Value], caller: Caller | None) -> Value:
        if not args:
            return self._here(metric, caller)
        cells = [cell for row in as_grid(args[0]) for cell in row]
        first = next((cell for cell in cells if not (is_blank(cell) or isinstance(cell, ExcelError))), None)
        if first is None:
            return broadcast(self._noted(_nothing), args)
        if isinstance(first, str):
            return self._selected(metric.name, args)
        if len(args) > len(metric.inputs):
            raise Refusal(
                ExcelError.VALUE, "{name} takes {count} numbers", name=metric.excel_name, count=len(metric.inputs)
            )
        return broadcast(self._noted(lambda *cells: self._numbers(metric, cells)), args)

    def _here(self, metric: Metric, caller: Caller | None) -> Value:
        if caller is None:
            raise Refusal(ExcelError.NA, "this program does not tell which cell calls: name channel and period")
        dataset = self.dataset()
        period = dataset.settings.period if is_blank(caller.period) else caller.period
        return self._selected(metric.name, [caller.channel, period])

    def _numbers(self, metric: Metric, cells: Sequence[Scalar]) -> Scalar:
        """A metric of given numbers: form 3."""
        if len(cells) < len(metric.inputs):
            needed = joined(map(self.catalogue.in_formula, metric.inputs))
            count = len(metric.inputs)
            raise Refusal(
                ExcelError.NA,
                "{name} takes {count} numbers: {inputs}",
                name=metric.excel_name,
                count=count,
                inputs=needed,
            )
        values = [number(cell) for cell in cells]
        for name, value in zip(metric.inputs, values, strict=True):
            measure = self.catalogue.measures.get(name)
            if measure and value < 0 and not measure.negative:
                raise Refusal(ExcelError.NUM, "{label} is below 0", label=measure.labels)
        return apply(metric, values, self.catalogue.in_formula)

    def _selected(self, names: Value, args: Sequence[Value]) -> Value:
        """From the tables, for channels and periods: form 2. args: channel, period, dataset, model."""
        if len(args) < 2 or len(args) > 4:
            raise Refusal(ExcelError.NA if len(args) < 2 else ExcelError.VALUE, "name a channel and a period")
        if len(args) == 4 and not is_blank(args[3]) and str(as_grid(args[3])[0][0]).casefold() != SIMPLE:
            raise Refusal(
                ExcelError.VALUE,
                '"{text}" is no model we know; leave it out or write "{simple}"',
                text=args[3],
                simple=SIMPLE,
            )
        dataset = self.dataset(args[2] if len(args) > 2 else None)
        answer = self._noted(lambda *cells: self.evaluation(dataset, *cells).answer())
        return broadcast(answer, [names, args[0], args[1]])

    def _noted(self, function: Callable[..., Scalar]) -> Callable[..., Scalar]:
        """A refusal of one cell is that cell's error, and the latest refusal."""

        def guarded(*cells: Scalar) -> Scalar:
            try:
                return function(*cells)
            except Refusal as refusal:
                self.refusal = refusal
                return refusal.error

        return guarded

    def evaluation(self, dataset: Dataset, name: Scalar, channel: Scalar, period: Scalar) -> Evaluation:
        """What a name, channel and period give; refuses cells that are empty, errors, or words we do not know."""
        entry = dataset.catalogue.find(named(name, "name"))
        where = named(channel, "channel")
        return evaluate(dataset, entry, where, parse_period(period, dataset.settings.fiscal))

    def _kpi(self, args: Sequence[Value], caller: Caller | None) -> Value:
        if not args:
            raise Refusal(ExcelError.NA, "name a metric, measure or item")
        if len(args) == 1:
            return self._kpi([args[0], *self._place(caller)], caller)
        return self._selected(args[0], args[1:])

    def _place(self, caller: Caller | None) -> tuple[Scalar, Scalar]:
        if caller is None:
            raise Refusal(ExcelError.NA, "this program does not tell which cell calls: name channel and period")
        return caller.channel, caller.period or self.dataset().settings.period

    def _placed(self, args: Sequence[Value], named: int, caller: Caller | None) -> Sequence[Value]:
        """Arguments, with channel and period of where the cell stands when only those before them are given."""
        return [*args, *self._place(caller)] if len(args) == named else args

    def _explain(self, args: Sequence[Value], caller: Caller | None) -> Value:
        """EXPLAIN answers with a table even where the function itself would show an error: it says why."""
        cells = [as_grid(arg)[0][0] for arg in args]
        word = cells[0] if cells else None
        try:
            if len(args) == 1:
                cells = [word, *self._place(caller)]
            if len(cells) < 3 or len(cells) > 4:
                raise Refusal(ExcelError.NA, 'write EXPLAIN("cac", channel, period, Data)')
            dataset = self.dataset(cells[3] if len(cells) > 3 else None)
            return explain.explain(dataset, self.evaluation(dataset, *cells[:3]), cells[2])
        except Refusal as refusal:
            return explain.refused(word, refusal, self._language())

    def _language(self) -> str:
        """Of the dataset that was asked last: where none can be had, nothing else tells it."""
        latest = next(reversed(self._datasets.values()), None)
        return latest.settings.language if latest else "en"

    def _as_of(self, args: Sequence[Value], caller: Caller | None) -> Value:
        """The token of the dataset as known when a day ended."""
        if not 1 <= len(args) <= 2:
            raise Refusal(ExcelError.NA, 'write AS_OF("2026-05-01", Data)')
        days = [cell for row in as_grid(args[0]) for cell in row]
        if len(days) > 1:
            raise Refusal(ExcelError.VALUE, "AS_OF takes one day")
        day = parse_day(days[0])
        return self.add(self.dataset(args[1] if len(args) > 1 else None).as_of(day))

    def _attainment(self, args: Sequence[Value], caller: Caller | None) -> Value:
        """How far a target is reached, 1 being reached, whichever direction is better."""
        if not 4 <= len(args) <= 5:
            raise Refusal(ExcelError.NA, 'write ATTAINMENT("cac", channel, period, target, Data)')
        dataset = self.dataset(args[4] if len(args) > 4 else None)

        def attained(name: Scalar, channel: Scalar, period: Scalar, target: Scalar) -> Scalar:
            result = self.evaluation(dataset, name, channel, period)
            actual, goal = result.answer(), number(target)
            return projection.attainment(actual, goal, result.entry.better)

        return broadcast(self._noted(attained), args[:4])

    def _scorecard(self, args: Sequence[Value], caller: Caller | None) -> Value:
        """A row for each name, channel or period of a column. args: those, dataset, targets."""
        args = self._placed(args, 1, caller)
        if not 3 <= len(args) <= 5:
            raise Refusal(ExcelError.NA, 'write SCORECARD("cac", channel, period, Data, Targets[#All])')
        dataset = self.dataset(args[3] if len(args) > 3 else None)
        targets = scorecard.Targets(as_grid(args[4]) if len(args) > 4 else [], dataset)
        row = partial(scorecard.scorecard, dataset, targets)
        return interval.by_row(row, args[:3], len(scorecard.COLUMNS))

    def _interval(self, args: Sequence[Value], caller: Caller | None) -> Value:
        """The lowest and highest value that chance allows; a row for each name, channel or period of a column."""
        args = self._placed(args, 1, caller)
        if not 3 <= len(args) <= 5:
            raise Refusal(ExcelError.NA, 'write INTERVAL("cac", channel, period, Data)')
        dataset = self.dataset(args[3] if len(args) > 3 else None)
        level = interval.level_of(as_grid(args[4])[0][0] if len(args) > 4 else None)

        def bounds(*cells: Scalar) -> list[Scalar]:
            try:
                low, high = interval.interval(self.evaluation(dataset, *cells), level)
            except Refusal as refusal:
                self.refusal = refusal
                raise
            return [low, high if math.isfinite(high) else ExcelError.DIV0]

        return interval.by_row(bounds, args[:3], 2)

    def _what_moved(self, args: Sequence[Value], caller: Caller | None) -> Value:
        """Like EXPLAIN it answers with words where there is no number."""
        cells = [as_grid(arg)[0][0] for arg in args]
        try:
            if len(cells) == 1:
                cells = [*cells, *self._place(caller)]
            if not 3 <= len(cells) <= 4:
                raise Refusal(ExcelError.NA, 'write WHAT_MOVED("cac", channel, period, Data)')
            dataset = self.dataset(cells[3] if len(cells) > 3 else None)
            return what_moved.what_moved(dataset, *cells[:3])
        except Refusal as refusal:
            self.refusal = refusal
            return what_moved.refused(cells[0] if cells else None, refusal, self._language())

    def _projection(self, args: Sequence[Value], caller: Caller | None) -> Value:
        args = self._placed(args, 1, caller)
        if not 3 <= len(args) <= 4:
            raise Refusal(ExcelError.NA, 'write PROJECTION("leads", channel, period, Data)')
        dataset = self.dataset(args[3] if len(args) > 3 else None)
        return broadcast(self._noted(partial(projection.projection, dataset)), args[:3])

    def _target_progress(self, args: Sequence[Value], caller: Caller | None) -> Value:
        """A row for each target of a column."""
        if not 4 <= len(args) <= 5:
            raise Refusal(ExcelError.NA, 'write TARGET_PROGRESS("leads", channel, period, target, Data)')
        dataset = self.dataset(args[4] if len(args) > 4 else None)
        return interval.by_row(partial(projection.progress, dataset), args[:4], len(projection.COLUMNS))

    def _sample_size(self, args: Sequence[Value], caller: Caller | None) -> Value:
        if not 2 <= len(args) <= 4:
            raise Refusal(ExcelError.NA, "write SAMPLE_SIZE(rate, other rate)")
        return broadcast(self._noted(interval.sample_size), args)


def _nothing(cell: Scalar, *_: Scalar) -> Scalar:
    if isinstance(cell, ExcelError):
        raise Refusal(cell, "the {what} is {error}", what=Text("first argument"), error=cell)
    raise Refusal(ExcelError.NA, "the {what} is empty", what=Text("first argument"))


def broadcast(function: Callable[..., Scalar], args: Sequence[Value]) -> Value:
    """Apply a function cell by cell as Excel does: a row against a column makes a grid, what does not fit is #N/A.

    >>> broadcast(lambda a, b: a + b, [[[1, 2]], [[10], [20]]])
    [[11, 12], [21, 22]]
    """
    grids = [as_grid(arg) for arg in args]
    if all(not isinstance(arg, (list, tuple)) for arg in args):
        return function(*(grid[0][0] for grid in grids))
    height = max(len(grid) for grid in grids)
    width = max(len(grid[0]) for grid in grids)
    return [[function(*(_at(grid, r, c) for grid in grids)) for c in range(width)] for r in range(height)]


def _at(grid: Grid, row: int, column: int) -> Scalar:
    row = 0 if len(grid) == 1 else row
    column = 0 if len(grid[0]) == 1 else column
    inside = row < len(grid) and column < len(grid[row])
    return grid[row][column] if inside else ExcelError.NA


def _used(value: Value) -> Value:
    """A whole column, as in =CAC(A:A,B:B), down to its last cell that holds something.

    Two rows at least: a single one would count for every row of the other arguments.
    """
    if not isinstance(value, (list, tuple)) or len(value) < ROWS_OF_A_SHEET:
        return value
    last = next((i for i in range(len(value), 2, -1) if not all(map(is_blank, value[i - 1]))), 2)
    return value[:last]


FUNCTIONS = Functions(collect())
