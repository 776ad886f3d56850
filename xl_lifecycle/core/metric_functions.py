"""A metric as an Excel function: where you stand, from the tables, or from numbers of your own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xl_lifecycle.core.catalogue.catalogue import Catalogue, Metric
from xl_lifecycle.core.cells.broadcast import broadcast
from xl_lifecycle.core.cells.errors import ExcelError, Refusal
from xl_lifecycle.core.cells.periods import parse_period
from xl_lifecycle.core.cells.values import Scalar, Value, as_grid, is_blank, named, number
from xl_lifecycle.core.dataset.dataset import Dataset
from xl_lifecycle.core.dataset.evaluate import Evaluation, apply, evaluate
from xl_lifecycle.core.datasets import Datasets
from xl_lifecycle.core.language.text import Text, join
from xl_lifecycle.core.language.vocabulary import ALL
from xl_lifecycle.core.wizard import SIMPLE


@dataclass(frozen=True)
class Caller:
    """Where a function is called from, for its form without arguments."""

    channel: str = ALL
    period: Scalar = None


class MetricFunctions(Datasets):
    """The metrics of a catalogue, called in three ways.

    refusal: the latest one, with its reason in words, for a host that can show them.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__()
        self.catalogue = catalogue
        self.refusal: Refusal | None = None

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
            needed = join(map(self.catalogue.in_formula, metric.inputs))
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
                raise Refusal(ExcelError.NUM, "{label} is below 0", label=measure.label)
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

    def _place(self, caller: Caller | None) -> tuple[Scalar, Scalar]:
        if caller is None:
            raise Refusal(ExcelError.NA, "this program does not tell which cell calls: name channel and period")
        return caller.channel, caller.period or self.dataset().settings.period

    def _placed(self, args: Sequence[Value], named: int, caller: Caller | None) -> Sequence[Value]:
        """Arguments, with channel and period of where the cell stands when only those before them are given."""
        return [*args, *self._place(caller)] if len(args) == named else args


def _nothing(cell: Scalar, *_: Scalar) -> Scalar:
    if isinstance(cell, ExcelError):
        raise Refusal(cell, "the {what} is {error}", what=Text("first argument"), error=cell)
    raise Refusal(ExcelError.NA, "the {what} is empty", what=Text("first argument"))
