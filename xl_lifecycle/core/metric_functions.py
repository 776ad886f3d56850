"""A metric as an Excel function: without arguments, for a channel and a period, or for numbers of your own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xl_lifecycle.core.catalogue.catalogue import Catalogue, Metric
from xl_lifecycle.core.cells.broadcast import broadcast
from xl_lifecycle.core.cells.errors import ExcelError, Refusal
from xl_lifecycle.core.cells.periods import parse_period
from xl_lifecycle.core.cells.values import Scalar, Value, as_grid, is_blank, name_in, number
from xl_lifecycle.core.dataset.dataset import Dataset
from xl_lifecycle.core.dataset.evaluate import Evaluation, apply, evaluate
from xl_lifecycle.core.dataset_store import Datasets
from xl_lifecycle.core.language.text import Text, join
from xl_lifecycle.core.language.vocabulary import ALL
from xl_lifecycle.core.wizard import SIMPLE


@dataclass(frozen=True)
class Caller:
    """The channel and period of the calling cell, for functions without arguments."""

    channel: str = ALL
    period: Scalar = None


class MetricFunctions(Datasets):
    """The metrics of a catalogue, called in three ways.

    refusal: the latest refusal, with its reason in words, for a host that can show it.
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
            return broadcast(self._note_refusal(_nothing), args)
        if isinstance(first, str):
            return self._selected(metric.name, args)
        if len(args) > len(metric.inputs):
            raise Refusal(
                ExcelError.VALUE, "{name} takes {count} numbers", name=metric.excel_name, count=len(metric.inputs)
            )
        return broadcast(self._note_refusal(lambda *cells: self._numbers(metric, cells)), args)

    def _here(self, metric: Metric, caller: Caller | None) -> Value:
        if caller is None:
            raise Refusal(ExcelError.NA, "this program does not say which cell calls: write channel and period")
        dataset = self.dataset()
        period = dataset.settings.period if is_blank(caller.period) else caller.period
        return self._selected(metric.name, [caller.channel, period])

    def _numbers(self, metric: Metric, cells: Sequence[Scalar]) -> Scalar:
        """Calculate a metric from numbers: form 3."""
        if len(cells) < len(metric.inputs):
            names = join(map(self.catalogue.in_formula, metric.inputs))
            count = len(metric.inputs)
            raise Refusal(
                ExcelError.NA,
                "{name} takes {count} numbers: {inputs}",
                name=metric.excel_name,
                count=count,
                inputs=names,
            )
        values = [number(cell) for cell in cells]
        for name, value in zip(metric.inputs, values, strict=True):
            measure = self.catalogue.measures.get(name)
            if measure and value < 0 and not measure.negative:
                raise Refusal(ExcelError.NUM, "{label} is below 0", label=measure.label)
        return apply(metric, values, self.catalogue.in_formula)

    def _selected(self, names: Value, args: Sequence[Value]) -> Value:
        """Calculate from the tables, for channels and periods: form 2. args: channel, period, dataset, model."""
        if len(args) < 2 or len(args) > 4:
            raise Refusal(ExcelError.NA if len(args) < 2 else ExcelError.VALUE, "name a channel and a period")
        if len(args) == 4 and not is_blank(args[3]) and str(as_grid(args[3])[0][0]).casefold() != SIMPLE:
            raise Refusal(
                ExcelError.VALUE,
                '"{text}" is not a known model; leave it out or write "{simple}"',
                text=args[3],
                simple=SIMPLE,
            )
        dataset = self.dataset(args[2] if len(args) > 2 else None)
        answer = self._note_refusal(lambda *cells: self.evaluation(dataset, *cells).answer())
        return broadcast(answer, [names, args[0], args[1]])

    def _note_refusal(self, function: Callable[..., Scalar]) -> Callable[..., Scalar]:
        """Wrap a function so that a refusal becomes the cell's error and is noted as the latest refusal."""

        def call(*cells: Scalar) -> Scalar:
            try:
                return function(*cells)
            except Refusal as refusal:
                self.refusal = refusal
                return refusal.error

        return call

    def evaluation(self, dataset: Dataset, name: Scalar, channel: Scalar, period: Scalar) -> Evaluation:
        """Evaluate a name, channel and period; refuses cells that are empty, errors or unknown words."""
        entry = dataset.catalogue.find(name_in(name, "name"))
        where = name_in(channel, "channel")
        return evaluate(dataset, entry, where, parse_period(period, dataset.settings.fiscal))

    def _place(self, caller: Caller | None) -> tuple[Scalar, Scalar]:
        if caller is None:
            raise Refusal(ExcelError.NA, "this program does not say which cell calls: write channel and period")
        return caller.channel, caller.period or self.dataset().settings.period

    def _with_place(self, args: Sequence[Value], count: int, caller: Caller | None) -> Sequence[Value]:
        """Arguments; if only the first `count` are given, with the channel and period of the calling cell."""
        return [*args, *self._place(caller)] if len(args) == count else args


def _nothing(cell: Scalar, *_: Scalar) -> Scalar:
    if isinstance(cell, ExcelError):
        raise Refusal(cell, "the {what} is {error}", what=Text("first argument"), error=cell)
    raise Refusal(ExcelError.NA, "the {what} is empty", what=Text("first argument"))
