"""Evaluates a measure or metric for a selection and a period: the months used, the inputs and the value."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from xl_lifecycle.core.catalogue.catalogue import Catalogue, Item, Metric
from xl_lifecycle.core.cells.errors import ExcelError, Refusal
from xl_lifecycle.core.cells.months import Month, month_text, months_text
from xl_lifecycle.core.cells.periods import Period
from xl_lifecycle.core.dataset.dataset import Dataset, ItemKey, Selection, reason_not_covered
from xl_lifecycle.core.dataset.series import MonthSum
from xl_lifecycle.core.language.text import Text, join
from xl_lifecycle.core.language.vocabulary import Basis, OverTime
from xl_lifecycle.core.metrics.measures import Measure


@dataclass
class Input:
    """A measure that went into a value: its own value, the rows behind it, and how it was made from the months."""

    measure: Measure
    value: float
    rows: int
    how: Text


@dataclass
class Evaluation:
    """A value and all that it is made of; or a refusal in place of the value."""

    entry: Measure | Metric
    where: Selection
    months: list[Month] = field(default_factory=list)
    dropped: dict[Month, list[Text]] = field(default_factory=dict)
    inputs: dict[tuple[str, Basis], Input] = field(default_factory=dict)
    value: float | None = None
    refusal: Refusal | None = None
    divides: bool = False  # whether it is a ratio, or is made of one

    def answer(self) -> float:
        """The value; raises the refusal if there is no value."""
        if self.refusal or self.value is None:
            raise self.refusal or Refusal(ExcelError.NA, "there is no value")
        return self.value


def evaluate(
    dataset: Dataset, entry: Measure | Metric | Item, channel: str, period: Period, complete: bool = False
) -> Evaluation:
    """Evaluate; a refusal is in the result, never raised. complete: use only months that are covered completely."""
    item: ItemKey = None
    if isinstance(entry, Item):
        item, entry = (entry.kind, entry.item), entry.entry
    result = Evaluation(entry, Selection(channel, None, item))
    try:
        result.where = dataset.select(channel, item)
        _choose_months(dataset, result, period, complete)
        result.divides = _divides(dataset.catalogue, entry)
        result.value = _value(dataset, result, entry.name, _basis(entry), alone=not result.divides)
    except Refusal as refusal:
        result.refusal = refusal
    return result


def recalculate(dataset: Dataset, result: Evaluation, change: Callable[[Input, Basis], float]) -> float:
    """The value that an evaluation would have with its inputs changed."""
    inputs = {key: replace(part, value=change(part, key[1])) for key, part in result.inputs.items()}
    return _value(dataset, replace(result, inputs=inputs), result.entry.name, _basis(result.entry))


def _basis(entry: Measure | Metric) -> Basis:
    return entry.basis if isinstance(entry, Metric) else Basis.PERIOD


def _divides(catalogue: Catalogue, entry: Measure | Metric) -> bool:
    """Whether it is a ratio: then measures that do not add up over months are added month by month."""
    if isinstance(entry, Measure):
        return False
    parts = (catalogue.metrics[name] for name in entry.inputs if name in catalogue.metrics)
    return " / " in entry.formula or any(_divides(catalogue, part) for part in parts)


def _choose_months(dataset: Dataset, result: Evaluation, period: Period, complete: bool) -> None:
    """Use only the months in which every input is recorded; note the others as dropped."""
    catalogue, item = dataset.catalogue, result.where.item
    leaves = catalogue.leaves(result.entry.name)
    common, whole = dataset.common(leaves, item)
    months = period.months(whole, dataset.settings.fiscal)
    if complete:
        common = whole
    result.months = [month for month in months if month in common]
    result.dropped = {
        month: [
            Text("{label}", label=catalogue.label(name)) for name in leaves if month not in dataset.covered(name, item)
        ]
        for month in months
        if month not in common
    }
    if not result.months:
        raise Refusal(ExcelError.NA, reason_not_covered(dataset, leaves, item))
    gap = len(result.months) != result.months[-1] - result.months[0] + 1
    if gap and any(catalogue.measures[name].over_time is OverTime.FIRST for name in leaves):
        raise Refusal(ExcelError.NA, "the recorded months have a gap: {months}", months=months_text(result.months))


def _value(dataset: Dataset, result: Evaluation, name: str, basis: Basis, alone: bool = False) -> float:
    measure = dataset.catalogue.measures.get(name)
    if measure:
        measure_input = result.inputs.get((name, basis))
        if not measure_input:
            measure_input = result.inputs[name, basis] = _measure(dataset, result, measure, basis, alone)
        return measure_input.value
    metric = dataset.catalogue.metrics[name]
    inner = Basis.MONTHLY if basis is Basis.MONTHLY else metric.basis
    values = [_value(dataset, result, part, inner, alone) for part in metric.inputs]
    return apply(metric, values, dataset.catalogue.in_formula)


def apply(metric: Metric, values: Sequence[float], name_of: Callable[[str], object] = str) -> float:
    """A metric calculated from its inputs; refuses arithmetic without a result. name_of: names inputs in the reason."""
    try:
        value = metric.function(*values)
    except ZeroDivisionError:
        why = _divisors(metric, values, name_of)
        raise Refusal(ExcelError.DIV0, "{name} divides by zero: {why}", name=metric.excel_name, why=why) from None
    except ValueError as error:
        raise Refusal(ExcelError.NUM, error.args[0]) from None
    except OverflowError:
        raise Refusal(ExcelError.NUM, "the number is too large") from None
    if not math.isfinite(value):
        raise Refusal(ExcelError.NUM, "the number is too large")
    return float(value)


def _divisors(metric: Metric, values: Sequence[float], name_of: Callable[[str], object]) -> Text:
    """The inputs of 0 that it divides by: those that still fail when every other 0 is replaced by 1."""
    names = []
    for i, name in enumerate(metric.inputs):
        try:
            if values[i] == 0:
                metric.function(*(value if j == i else value or 1.0 for j, value in enumerate(values)))
        except ZeroDivisionError:
            names.append(name_of(name))
        except ValueError:
            continue
    if not names:
        return Text("the number it divides by is 0")
    if len(names) == 1:
        return Text("{name} is 0", name=names[0])
    return Text("{names} are 0", names=join(names, " and "))


def _measure(dataset: Dataset, result: Evaluation, measure: Measure, basis: Basis, alone: bool) -> Input:
    """One measure over the months used. alone: it is the answer itself, or part of an answer that is not a ratio."""
    months = result.months
    cells = dataset.cells(measure, result.where, months)
    label = measure.label
    unknown = [month for month, cell in zip(months, cells, strict=True) if cell is None]
    if unknown:
        where, when = result.where.text, months_text(unknown)
        raise Refusal(
            ExcelError.NA, "{label} is not recorded for {place} in {months}", label=label, place=where, months=when
        )
    known = [cell for cell in cells if cell is not None]
    rows = sum(cell.rows for cell in known)
    over = measure.over_time
    if basis is Basis.MONTHLY and over is not OverTime.MEAN:
        how = Text("sum of months" if over is OverTime.SUM else "added up month by month")
        return Input(measure, _sum(known), rows, how)
    match over:
        case OverTime.SUM:
            return Input(measure, _sum(known), rows, Text("sum"))
        case OverTime.FIRST:
            return Input(
                measure, known[0].value, known[0].rows, Text("at the start of {month}", month=month_text(months[0]))
            )
        case OverTime.LAST:
            return Input(
                measure, known[-1].value, known[-1].rows, Text("at the end of {month}", month=month_text(months[-1]))
            )
        case OverTime.MEAN:
            return Input(measure, _mean(dataset, result, measure, known), rows, Text("mean weighted by its volume"))
    if len(months) == 1:
        return Input(measure, known[0].value, rows, Text("of the month"))
    if alone:
        raise Refusal(ExcelError.NA, "{label} does not add up over months: ask for one month", label=label)
    return Input(
        measure, _sum(known), rows, Text("added up month by month: a person who comes in two months counts twice")
    )


def _sum(cells: Sequence[MonthSum]) -> float:
    return cells[0].value if len(cells) == 1 else math.fsum(cell.value for cell in cells)


def _mean(dataset: Dataset, result: Evaluation, measure: Measure, cells: Sequence[MonthSum]) -> float:
    if len(cells) == 1:
        return cells[0].value
    weight = dataset.catalogue.measures[measure.weight or ""]
    weights = dataset.cells(weight, result.where, result.months)
    if any(cell is None or not cell.rows for cell in weights) or not sum(cell.value for cell in weights if cell):
        raise Refusal(
            ExcelError.NA,
            "{label} over months is a mean weighted by {weight}, which is not recorded",
            label=measure.label,
            weight=weight.label,
        )
    known = [cell.value for cell in weights if cell]
    return math.fsum(c.value * w for c, w in zip(cells, known, strict=True)) / math.fsum(known)
