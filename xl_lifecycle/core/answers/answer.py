"""ANSWER and WHAT_IF as cells call them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from xl_lifecycle.core.analysis.interval import by_row
from xl_lifecycle.core.analysis.scorecard import Targets
from xl_lifecycle.core.answers import stages, worksheet
from xl_lifecycle.core.answers.compared_months import months
from xl_lifecycle.core.answers.questions import QUESTIONS
from xl_lifecycle.core.answers.speech import Speech
from xl_lifecycle.core.answers.view import View
from xl_lifecycle.core.answers.what_if import COLUMNS, what_if
from xl_lifecycle.core.catalogue.catalogue import nearest
from xl_lifecycle.core.cells.errors import ExcelError, Refusal
from xl_lifecycle.core.cells.periods import parse_period
from xl_lifecycle.core.cells.values import Grid, Scalar, Value, as_grid, is_blank, name_in
from xl_lifecycle.core.dataset.dataset import Dataset
from xl_lifecycle.core.language.text import Text

ANSWERS = worksheet.ANSWERS | stages.ANSWERS | {"MONTHS": months}


def answers(args: Sequence[Value], dataset_of: Callable[[Value], Dataset]) -> Grid:
    """A sentence for each question of a column, "" for a blank cell. args: ids, channel, period, dataset, targets."""
    if not 3 <= len(args) <= 5:
        raise Refusal(ExcelError.NA, 'write ANSWER("X02.1", channel, period, Data, Targets[#All])')
    dataset, targets = _dataset_and_targets(args[3:], dataset_of)
    views: dict[tuple[Scalar, Scalar], View] = {}

    def sentence(question: Scalar, channel: Scalar, period: Scalar) -> list[Scalar]:
        if is_blank(question):
            return [""]
        key = _question_key(question)
        if (channel, period) not in views:
            views[channel, period] = view_of(dataset, targets, channel, period)
        view = views[channel, period]
        return [view.speech.sentences(ANSWERS[key](view))]

    return by_row(sentence, args[:3], 1)


def levers(args: Sequence[Value], dataset_of: Callable[[Value], Dataset]) -> Grid:
    """The row "As it is" and a row for each lever. args: channel, period, dataset, targets, rates to try."""
    if not 2 <= len(args) <= 5:
        raise Refusal(ExcelError.NA, "write WHAT_IF(channel, period, Data, Targets[#All])")
    dataset, targets = _dataset_and_targets(args[2:4], dataset_of)
    rates = args[4] if len(args) > 4 else None
    if isinstance(rates, ExcelError):
        return [[rates] * len(COLUMNS)]
    rates_to_try = [row[0] for row in as_grid(rates)] if rates is not None else []
    channel, period = (as_grid(arg)[0][0] for arg in args[:2])
    try:
        return what_if(view_of(dataset, targets, channel, period), rates_to_try)
    except Refusal as refusal:
        return [[refusal.error] * len(COLUMNS)]


def _dataset_and_targets(args: Sequence[Value], dataset_of: Callable[[Value], Dataset]) -> tuple[Dataset, Targets]:
    """The dataset, and the goals if their table is given."""
    dataset = dataset_of(args[0] if args else None)
    return dataset, Targets(as_grid(args[1]) if len(args) > 1 else [], dataset)


def view_of(dataset: Dataset, targets: Targets, channel: Scalar, period: Scalar) -> View:
    """The selection that cells mean; refuses cells that are empty, errors or unknown words."""
    where = dataset.select(name_in(channel, "channel"))
    speech = Speech(dataset.settings.language, dataset.settings.currency)
    when = parse_period(period, dataset.settings.fiscal)
    return View(dataset, where.text, when, period, targets, speech)


def _question_key(question: Scalar) -> str:
    if isinstance(question, ExcelError):
        raise Refusal(question, "the {what} is {error}", what=Text("question"), error=question)
    word = str(question).strip().upper()
    if word not in ANSWERS:
        raise Refusal(
            ExcelError.VALUE, '"{word}" is not a question{hint}', word=question, hint=nearest(word, QUESTIONS)
        )
    return word
