"""SCORECARD: a row for a figure: now, before, the change, whether chance may be all of it, its target, its sources."""

from __future__ import annotations

from enum import Enum

from xl_lifecycle.core.analysis.explain import sources
from xl_lifecycle.core.analysis.interval import Verdict, compared
from xl_lifecycle.core.analysis.projection import Row, progress
from xl_lifecycle.core.catalogue.catalogue import Entry
from xl_lifecycle.core.cells.errors import ExcelError, Refusal
from xl_lifecycle.core.cells.months import months_text
from xl_lifecycle.core.cells.periods import Period, parse_period
from xl_lifecycle.core.cells.values import Grid, Scalar, is_blank, named, number
from xl_lifecycle.core.dataset.dataset import Dataset
from xl_lifecycle.core.dataset.evaluate import Evaluation, evaluate
from xl_lifecycle.core.language.text import translate
from xl_lifecycle.core.language.vocabulary import Better, Unit

COLUMNS = ("value", "before", "change", "signal", "target", "attained", "status", "timing", "source")
IN_POINTS = (Unit.PERCENT, Unit.POINTS, Unit.SCORE, Unit.RANK, Unit.INDEX)
NAMED = 2  # sources that are named; EXPLAIN names all


class Word(Enum):
    """What a scorecard says."""

    BETTER = "better"
    WORSE = "worse"
    UP = "up"
    DOWN = "down"
    SAME = "unchanged"
    CHANCE = "may be chance"
    FEW = "too few to tell"
    TYPED = "typed"


_UNSURE = {Verdict.SAME: Word.CHANCE, Verdict.FEW: Word.FEW}


class Targets:
    """The goals of the table Targets: the only one for an entry, a selection and its months, else none."""

    def __init__(self, grid: Grid, dataset: Dataset) -> None:
        self._found: dict[tuple[object, ...], list[float]] = {}
        for name, channel, period, goal in ((*row, None, None, None)[:4] for row in grid[1:]):
            try:
                key = self._key(dataset, name, channel, period)
                self._found.setdefault(key, []).append(number(goal))
            except Refusal:
                continue  # `check` tells what is wrong with it

    def of(self, dataset: Dataset, name: Scalar, channel: Scalar, period: Scalar) -> float | None:
        found = self._found.get(self._key(dataset, name, channel, period), [])
        return found[0] if len(found) == 1 else None

    @staticmethod
    def _key(dataset: Dataset, name: Scalar, channel: Scalar, period: Scalar) -> tuple[object, ...]:
        months = parse_period(period, dataset.settings.fiscal)
        return dataset.catalogue.find(named(name, "name")), dataset.select(named(channel, "channel")), months


def scorecard(dataset: Dataset, targets: Targets, name: Scalar, channel: Scalar, period: Scalar) -> Row:
    """The row of a figure; "" throughout where the name is blank.

    change: a share of the value before (0.1 is 10% more); for shares and scores the difference, in points of 100.
    signal: better or worse only where chance is not enough to explain it; up or down where chance cannot be judged.
    """
    if is_blank(name):
        return [""] * len(COLUMNS)
    entry, where = dataset.catalogue.find(named(name, "name")), named(channel, "channel")
    asked = parse_period(period, dataset.settings.fiscal)
    now = evaluate(dataset, entry, where, asked)
    before = earlier(dataset, now, entry, where, asked)
    language = dataset.settings.language
    goal = targets.of(dataset, name, channel, period)
    attained, status = ("", "") if goal is None else progress(dataset, name, channel, period, goal)[1::2]
    signal, timing = _signal(now, before), translate(now.entry.timing.value, language)
    return [
        _cell(now), _cell(before), _change(now, before), "" if signal is None else translate(signal.value, language),
        "" if goal is None else goal, attained, "" if isinstance(status, ExcelError) else status,
        timing, _origin(dataset, now, translate(Word.TYPED.value, language)),
    ]  # fmt: skip


def earlier(dataset: Dataset, now: Evaluation, entry: Entry, channel: str, asked: Period) -> Evaluation:
    """The period before, of which the same months count as now: where December is missing, so is September."""
    try:
        months, before = asked.months(now.months, dataset.settings.fiscal), asked.before()
    except Refusal as refusal:
        return Evaluation(now.entry, now.where, refusal=refusal)
    if now.months and months:
        back = months[0] - before.months(now.months, dataset.settings.fiscal)[0]
        before = Period(now.months[0] - back, now.months[-1] - back)
    return evaluate(dataset, entry, channel, before)


def _cell(result: Evaluation) -> Scalar:
    return result.refusal.error if result.refusal else result.value


def _change(now: Evaluation, before: Evaluation) -> Scalar:
    """How far a value has moved; #N/A where the two do not compare."""
    if now.value is None or before.value is None or len(now.months) != len(before.months):
        return ExcelError.NA
    if now.entry.unit is Unit.PERCENT:
        return 100 * (now.value - before.value)
    if now.entry.unit in IN_POINTS:
        return now.value - before.value
    return now.value / before.value - 1 if before.value > 0 else ExcelError.DIV0


def _signal(now: Evaluation, before: Evaluation) -> Word | None:
    if now.value is None or before.value is None or len(now.months) != len(before.months):
        return None
    moved = now.value - before.value
    if not moved:
        return Word.SAME
    verdict = compared(before, now)
    if verdict in _UNSURE:
        return _UNSURE[verdict]
    if verdict is None or now.entry.better is Better.NEITHER:
        return Word.UP if moved > 0 else Word.DOWN
    return Word.BETTER if (moved > 0) == (now.entry.better is Better.HIGHER) else Word.WORSE


def unnamed(count: int) -> str:
    """That there are more sources than are named."""
    return f"+{count}"


def _origin(dataset: Dataset, result: Evaluation, typed: str) -> str:
    """Where the numbers come from: imports by their source, what people typed; and the months that are missing."""
    names: list[str] = []
    language = dataset.settings.language
    for part in result.inputs.values():
        found = sources(dataset, part.measure.name, result.months, result.where.channel)
        known = [translate(source, language) for source in found]
        names += known or [typed] * bool(part.rows)
    names = [*dict.fromkeys(names)]
    more = [unnamed(len(names) - NAMED)] if len(names) > NAMED else []
    missing = f" (− {months_text(result.dropped, ':')})" if result.dropped and result.months else ""
    return ", ".join([*names[:NAMED], *more]) + missing
