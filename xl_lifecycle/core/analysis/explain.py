"""EXPLAIN: the inputs of a number, as rows of a label, a value and a remark; for an error, the reason in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from xl_lifecycle.core.catalogue.catalogue import Metric
from xl_lifecycle.core.cells.errors import ExcelError, Refusal
from xl_lifecycle.core.cells.months import Month, month_text, months_text, parse_month
from xl_lifecycle.core.cells.values import Scalar, as_typed
from xl_lifecycle.core.dataset.dataset import FOLLOWERS, Dataset
from xl_lifecycle.core.dataset.evaluate import Evaluation, Input
from xl_lifecycle.core.language.text import Text, join, show
from xl_lifecycle.core.language.vocabulary import ALL, Better, InputTable, Language, Timing

Row = list[Scalar]
_BETTER = {
    Better.HIGHER: Text("higher is better"),
    Better.LOWER: Text("lower is better"),
    Better.NEITHER: Text("neither is better"),
}
_TIMING = {
    Timing.LEADING: Text("leading indicator"),
    Timing.LAGGING: Text("lagging indicator"),
    Timing.MIXED: Text("mixed indicator"),
    Timing.INPUT: Text("input indicator"),
}


def explain(dataset: Dataset, result: Evaluation, period: Scalar) -> list[Row]:
    """The rows for an evaluation, in the workbook's language."""
    return [_say(row, dataset.settings.language) for row in _rows(dataset, result, period)]


def _rows(dataset: Dataset, result: Evaluation, period: Scalar) -> Iterator[Sequence[object]]:
    """Each cell is a text or a label, which is translated, or anything else, which stays as it is."""
    entry, catalogue = result.entry, dataset.catalogue
    name = entry.excel_name if isinstance(entry, Metric) else entry.name
    yield entry.label, name, Text("{place}, {period}", place=result.where.text, period=_period(period))
    if result.refusal:
        yield from _reason(result.refusal)
    else:
        yield Text("Value"), result.value, Text(entry.unit.value)
    if dataset.day:
        remark = Text("imported values are as they were known then; typed values have no date and are as they are now")
        yield Text("As of"), str(dataset.day), remark
    for part in result.inputs.values():
        yield from _input(dataset, result, part)
    yield Text("Months used"), months_text(result.months) or Text("none"), _count(len(result.months), "month")
    reasons: dict[Text, list[Month]] = {}
    for month, missing in result.dropped.items():
        reasons.setdefault(join(missing), []).append(month)
    for why, months in reasons.items():
        yield Text("Months dropped"), months_text(months), Text("not recorded: {why}", why=why)
    leaves = catalogue.leaves(entry.name)
    partial = {month for name in leaves for month in dataset.partial.get(name, ()) if month in result.months}
    if partial:
        why = Text("by an import that starts or ends inside the month")
        yield Text("Months covered in part"), months_text(partial), why
    if isinstance(entry, Metric):
        yield Text("Formula"), "", catalogue.formula(entry)
    timing = _TIMING.get(entry.timing)
    better = _BETTER[entry.better]
    yield Text("Definition"), "", Text(entry.definition)
    yield Text("Unit"), Text(entry.unit.value), join([better, timing], "; ") if timing else better
    yield Text("Source of definition"), "", Text(entry.source)


def _input(dataset: Dataset, result: Evaluation, part: Input) -> Iterator[Sequence[object]]:
    """One measure that went into a value."""
    fixed = dataset.fixed_networks.is_used and part.measure.name == FOLLOWERS and not result.where.item
    table = InputTable.ITEMS if result.where.item or fixed else part.measure.table
    remark = Text("{how}; {rows} of {table}", how=part.how, rows=_count(part.rows, "row"), table=Text(table.value))
    if origin := sources(dataset, part.measure.name, result.months, result.where.channel):
        remark = Text("{remark}; from {origin}", remark=remark, origin=join(map(Text, origin)))
    yield part.measure.label, part.value, remark
    if fixed:
        networks = ", ".join(dataset.fixed_networks.networks.values())
        yield Text("Networks counted"), networks, Text("as listed on Settings, table Networks")
    if fixed and dataset.fixed_networks.left_out:
        yield Text("Networks left out"), ", ".join(dataset.fixed_networks.left_out.values()), Text("not listed there")


def refused(word: Scalar, refusal: Refusal, language: Language = "en") -> list[Row]:
    """The rows if nothing could be evaluated: the reason in words."""
    title = word if isinstance(word, ExcelError) else as_typed(word)
    return [_say(row, language) for row in ((title, "", ""), *_reason(refusal))]


def _reason(refusal: Refusal) -> Iterator[Sequence[object]]:
    yield Text("Value"), refusal.error, Text("no number")
    yield Text("Reason"), "", refusal.reason


def _say(row: Iterable[object], language: Language) -> Row:
    return [show(cell, language) for cell in row]


def sources(dataset: Dataset, measure: str, months: Sequence[Month], channel: str = ALL) -> list[str]:
    """The imports that cover any of the months, and the channel if they say which channels they have."""
    covering = (d for d in dataset.coverage if d.measure == measure and any(d.first <= m <= d.last for m in months))
    matches = (d for d in covering if channel == ALL or not d.channels or channel.casefold() in d.channels)
    return list(dict.fromkeys(declared.source for declared in matches))


def _count(number: int, noun: str) -> Text:
    return Text("{count} " + noun + ("" if number == 1 else "s"), count=number)


def _period(cell: Scalar) -> str:
    """A period as typed; a date as its month."""
    try:
        return month_text(parse_month(cell)) if isinstance(cell, (int, float)) else as_typed(cell)
    except ValueError:
        return as_typed(cell)
