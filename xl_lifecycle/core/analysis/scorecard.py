"""SCORECARD: a row for a figure: now, before, the change, whether chance may be all of it, its target, its sources."""

from __future__ import annotations

from enum import Enum

from xl_lifecycle.core.analysis.explain import sources
from xl_lifecycle.core.analysis.interval import Verdict, compare
from xl_lifecycle.core.analysis.projection import Row, progress
from xl_lifecycle.core.catalogue.catalogue import Entry
from xl_lifecycle.core.cells.errors import ExcelError, Refusal
from xl_lifecycle.core.cells.months import months_text
from xl_lifecycle.core.cells.periods import Period, parse_period
from xl_lifecycle.core.cells.values import Grid, Scalar, is_blank, name_in, number
from xl_lifecycle.core.dataset.dataset import Dataset
from xl_lifecycle.core.dataset.evaluate import Evaluation, evaluate
from xl_lifecycle.core.language.text import translate
from xl_lifecycle.core.language.vocabulary import Better, Unit

COLUMNS = ("value", "before", "change", "signal", "target", "attained", "status", "timing", "source")
IN_POINTS = (Unit.PERCENT, Unit.POINTS, Unit.SCORE, Unit.RANK, Unit.INDEX)
NAMED = 2  # sources to name; EXPLAIN names all


class Word(Enum):
    """The words of a scorecard."""

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
    """The goals of the table Targets. An entry, a selection and its months with two goals count as having none."""

    def __init__(self, grid: Grid, dataset: Dataset) -> None:
        self._goals: dict[tuple[object, ...], list[float]] = {}
        for name, channel, period, goal in ((*row, None, None, None)[:4] for row in grid[1:]):
            try:
                key = self._key(dataset, name, channel, period)
                self._goals.setdefault(key, []).append(number(goal))
            except Refusal:
                continue  # the command `check` reports what is wrong with the row

    def of(self, dataset: Dataset, name: Scalar, channel: Scalar, period: Scalar) -> float | None:
        goals = self._goals.get(self._key(dataset, name, channel, period), [])
        return goals[0] if len(goals) == 1 else None

    @staticmethod
    def _key(dataset: Dataset, name: Scalar, channel: Scalar, period: Scalar) -> tuple[object, ...]:
        months = parse_period(period, dataset.settings.fiscal)
        return dataset.catalogue.find(name_in(name, "name")), dataset.select(name_in(channel, "channel")), months


def scorecard(dataset: Dataset, targets: Targets, name: Scalar, channel: Scalar, period: Scalar) -> Row:
    """The row of a figure; all cells are "" if the name is blank.

    change: as a share of the value before (0.1 is 10% more); for shares and scores the difference, in points of 100.
    signal: better or worse only if chance cannot explain the change; up or down if chance cannot be judged.
    """
    if is_blank(name):
        return [""] * len(COLUMNS)
    entry, where = dataset.catalogue.find(name_in(name, "name")), name_in(channel, "channel")
    when = parse_period(period, dataset.settings.fiscal)
    now = evaluate(dataset, entry, where, when)
    before = earlier(dataset, now, entry, where, when)
    language = dataset.settings.language
    goal = targets.of(dataset, name, channel, period)
    share, status = ("", "") if goal is None else progress(dataset, name, channel, period, goal)[1::2]
    signal, timing = _signal(now, before), translate(now.entry.timing.value, language)
    return [
        _cell(now),
        _cell(before),
        _change(now, before),
        "" if signal is None else translate(signal.value, language),
        "" if goal is None else goal,
        share,
        "" if isinstance(status, ExcelError) else status,
        timing,
        _origin(dataset, now, translate(Word.TYPED.value, language)),
    ]


def earlier(dataset: Dataset, now: Evaluation, entry: Entry, channel: str, period: Period) -> Evaluation:
    """The period before, with the same months as now: if December is missing now, September is left out before."""
    try:
        months, before = period.months(now.months, dataset.settings.fiscal), period.before()
    except Refusal as refusal:
        return Evaluation(now.entry, now.where, refusal=refusal)
    if now.months and months:
        back = months[0] - before.months(now.months, dataset.settings.fiscal)[0]
        before = Period(now.months[0] - back, now.months[-1] - back)
    return evaluate(dataset, entry, channel, before)


def _cell(result: Evaluation) -> Scalar:
    return result.refusal.error if result.refusal else result.value


def _change(now: Evaluation, before: Evaluation) -> Scalar:
    """The change of a value; #N/A if the two periods cannot be compared."""
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
    difference = now.value - before.value
    if not difference:
        return Word.SAME
    verdict = compare(before, now)
    if verdict in _UNSURE:
        return _UNSURE[verdict]
    if verdict is None or now.entry.better is Better.NEITHER:
        return Word.UP if difference > 0 else Word.DOWN
    return Word.BETTER if (difference > 0) == (now.entry.better is Better.HIGHER) else Word.WORSE


def more_text(count: int) -> str:
    """The text for sources that are not named."""
    return f"+{count}"


def _origin(dataset: Dataset, result: Evaluation, typed_word: str) -> str:
    """The sources of the numbers: imports, or "typed"; and the months that are missing."""
    names: list[str] = []
    language = dataset.settings.language
    for part in result.inputs.values():
        imports = sources(dataset, part.measure.name, result.months, result.where.channel)
        known = [translate(source, language) for source in imports]
        names += known or [typed_word] * bool(part.rows)
    names = [*dict.fromkeys(names)]
    more = [more_text(len(names) - NAMED)] if len(names) > NAMED else []
    missing = f" (− {months_text(result.dropped, ':')})" if result.dropped and result.months else ""
    return ", ".join([*names[:NAMED], *more]) + missing
