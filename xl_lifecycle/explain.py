"""EXPLAIN: what a number is made of, as rows of a label, a value and a remark; for an error, the reason in words."""

from __future__ import annotations

from collections.abc import Sequence

from xl_lifecycle.catalogue import Metric
from xl_lifecycle.dataset import FOLLOWERS, Dataset
from xl_lifecycle.evaluate import Evaluation
from xl_lifecycle.periods import Month, month_text, months_text, parse_month
from xl_lifecycle.values import ExcelError, Refusal, Scalar
from xl_lifecycle.vocabulary import Better, Table, Timing

Row = list[Scalar]

_BETTER = {Better.HIGHER: "higher is better", Better.LOWER: "lower is better", Better.NEITHER: "neither is better"}


def explain(dataset: Dataset, result: Evaluation, period: Scalar) -> list[Row]:
    """The rows for an evaluation."""
    entry = result.entry
    title = entry.title if isinstance(entry, Metric) else entry.labels[0]
    name = entry.excel_name if isinstance(entry, Metric) else entry.name
    rows: list[Row] = [[title, name, f"{result.where.text}, {_period(period)}"]]
    if result.refusal:
        rows += [["Value", result.refusal.error, "no number"], ["Reason", "", result.refusal.reason]]
    else:
        rows.append(["Value", result.value, entry.unit.value])
    if dataset.day:
        told = "what was imported is as it was known then; what was typed bears no day and is as it stands"
        rows.append(["As of", str(dataset.day), told])
    for part in result.inputs.values():
        origin = ", ".join(sources(dataset, part.measure.name, result.months))
        fixed = dataset.fixed.counts and part.measure.name == FOLLOWERS and not result.where.item
        table = Table.ITEMS if result.where.item or fixed else part.measure.table
        remark = f"{part.how}; {_count(part.rows, 'row')} of {table.value}"
        rows.append([part.measure.labels[0], part.value, f"{remark}; from {origin}" if origin else remark])
        if fixed:
            counted = ", ".join(dataset.fixed.networks.values())
            rows.append(["Networks counted", counted, "as listed on Settings, table Networks"])
        if fixed and dataset.fixed.left_out:
            rows.append(["Networks left out", ", ".join(dataset.fixed.left_out.values()), "not listed there"])
    rows.append(["Months used", months_text(result.months) or "none", _count(len(result.months), "month")])
    reasons: dict[str, list[Month]] = {}
    for month, missing in result.dropped.items():
        reasons.setdefault(", ".join(missing), []).append(month)
    rows += [["Months dropped", months_text(months), f"not recorded: {why}"] for why, months in reasons.items()]
    leaves = dataset.catalogue.leaves(entry.name)
    partial = {month for name in leaves for month in dataset.partial.get(name, ()) if month in result.months}
    if partial:
        rows.append(
            ["Months covered in part", months_text(partial), "by an import that starts or ends inside the month"]
        )
    if isinstance(entry, Metric):
        rows.append(["Formula", "", entry.formula])
    timing = "" if entry.timing is Timing.UNKNOWN else f"; {entry.timing.value} indicator"
    rows += [
        ["Definition", "", entry.definition],
        ["Unit", entry.unit.value, _BETTER[entry.better] + timing],
        ["Source of definition", "", entry.source],
    ]
    return rows


def refused(word: Scalar, refusal: Refusal) -> list[Row]:
    """The rows where nothing could be evaluated: the reason in words."""
    title = word if isinstance(word, ExcelError) else _text(word)
    return [[title, "", ""], ["Value", refusal.error, "no number"], ["Reason", "", refusal.reason]]


def sources(dataset: Dataset, measure: str, months: Sequence[Month]) -> list[str]:
    """The imports that cover any of the months."""
    covering = (d for d in dataset.declared if d.measure == measure and any(d.first <= m <= d.last for m in months))
    return list(dict.fromkeys(declared.source for declared in covering))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _period(cell: Scalar) -> str:
    """A period as typed; a month that is a date, as a month."""
    try:
        return month_text(parse_month(cell)) if isinstance(cell, (int, float)) else _text(cell)
    except ValueError:
        return _text(cell)


def _text(cell: Scalar) -> str:
    """A cell in words, a number the same whether a host calls it 1000 or 1000.0."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return f"{cell:.15g}"
    return "" if cell is None else str(cell)
