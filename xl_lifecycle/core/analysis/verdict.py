"""VERDICT: the result of each experiment of the log in a sentence, once its planned sample is reached."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xl_lifecycle.core.cells.errors import ExcelError, Refusal
from xl_lifecycle.core.cells.headers import Columns
from xl_lifecycle.core.cells.months import cell_date
from xl_lifecycle.core.cells.values import Grid, Scalar, Value, as_grid, is_blank, text
from xl_lifecycle.core.language.channels import channel_key
from xl_lifecycle.core.language.text import Text, labels, translate
from xl_lifecycle.core.language.vocabulary import Language
from xl_lifecycle.core.statistics import intervals

# The columns of the log.
COLUMNS = labels(
    "experiments",
    {
        "name": "Experiment",
        "channel": "Channel",
        "changed": "What is changed",
        "hypothesis": "Hypothesis",
        "start": "Start",
        "end": "End",
        "planned": "Planned a side",
        "trials_a": "A trials",
        "successes_a": "A successes",
        "trials_b": "B trials",
        "successes_b": "B successes",
    },
)
_COLUMNS = Columns(COLUMNS)
RESULTS = ("trials_a", "successes_a", "trials_b", "successes_b")

SENTENCES = labels(
    "cells",
    {
        "better": "{} better: {} points (95%: {} to {})",
        "none": "no difference shown: B {} points (95%: {} to {})",
        "wait": "not enough yet: {:,.0f} of {:,.0f} a side",
        "overlap": "two changes at once: overlaps with {} on the same channel",
        "start": "write the day it starts",
        "backwards": "it ends before it starts",
        "plan": "plan first: write the sample a side, as calculated above",
        "results": "no results yet",
        "wrong": "not possible: successes must be numbers from 0 to the trials",
        "named": '"{}"',
        "row": "row {}",
    },
)


@dataclass(frozen=True)
class _Experiment:
    cells: Mapping[str, Scalar]
    name: str
    channel: str
    start: dt.date | None
    end: dt.date | None

    def overlaps(self, other: _Experiment) -> bool:
        """Whether both run on the same day on the same channel; an experiment without an end still runs."""
        if not (self.channel and self.channel == other.channel and self.start and other.start):
            return False
        return self.start <= (other.end or dt.date.max) and other.start <= (self.end or dt.date.max)


def verdicts(args: Sequence[Value]) -> Grid:
    """A sentence for each row of the table Experiments; "" for an empty row. args: the table with its headers."""
    table = args[0] if len(args) == 1 else None
    if isinstance(table, ExcelError):
        raise Refusal(table, "the {what} is {error}", what=Text("table"), error=table)
    grid = as_grid(table)
    if not {*RESULTS} <= {*_COLUMNS.keys(grid[0])}:
        raise Refusal(ExcelError.VALUE, "VERDICT takes the table Experiments with its headers")
    language = _COLUMNS.language(grid[0])
    log = [_read(row, i, language) for i, row in enumerate(_COLUMNS.rows(grid), 1)]
    return [[_verdict(each, log, language) if each else ""] for each in log] or [[""]]


def _read(cells: Mapping[str, Scalar], number: int, language: Language) -> _Experiment | None:
    if all(is_blank(cell) for cell in cells.values()):
        return None
    name, channel = (text(cells.get(key)) for key in ("name", "channel"))
    start, end = (cell_date(cells.get(key)) for key in ("start", "end"))
    label = translate(SENTENCES["named" if name else "row"], language).format(name or number)
    return _Experiment(cells, label, channel_key(channel).casefold(), start, end)


def _verdict(each: _Experiment, log: Sequence[_Experiment | None], language: Language) -> str:
    """The sentence for an experiment. The plan comes before the result: an early difference is not a win."""

    def say(kind: str, *values: object) -> str:
        return translate(SENTENCES[kind], language).format(*values)

    if each.start is None:
        return say("start")
    if each.end and each.end < each.start:
        return say("backwards")
    other = next((other for other in log if other and other is not each and each.overlaps(other)), None)
    if other:
        return say("overlap", other.name)
    planned = each.cells.get("planned")
    if not _is_count(planned) or not planned:
        return say("plan")
    results = [each.cells.get(key) for key in RESULTS]
    if all(is_blank(cell) for cell in results):
        return say("results")
    counts = [float(cell) for cell in results if _is_count(cell)]  # type: ignore[arg-type]
    if len(counts) < len(RESULTS) or counts[1] > counts[0] or counts[3] > counts[2]:
        return say("wrong")
    trials_a, a, trials_b, b = counts
    least = min(trials_a, trials_b)
    if least < float(planned):  # type: ignore[arg-type]
        return say("wait", least, math.ceil(planned))  # type: ignore[arg-type]
    low, high = intervals.difference((a, trials_a), (b, trials_b))
    difference = b / trials_b - a / trials_a
    if high < 0:
        return say("better", "A", *_points(-difference, -high, -low, signed=1))
    if low > 0:
        return say("better", "B", *_points(difference, low, high, signed=1))
    return say("none", *_points(difference, low, high, signed=3))


def _points(*shares: float, signed: int) -> list[str]:
    """Shares as percentage points, with more decimals if they are small. signed: how many of them get a + sign."""
    digits = 1 if abs(shares[0]) >= 0.01 else 2
    return [f"{100 * share:{'+' if i < signed else ''}.{digits}f}".replace("-", "−") for i, share in enumerate(shares)]


def _is_count(cell: Scalar) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool) and 0 <= cell < float("inf")
