"""Every Excel function: the metrics, and the functions that explain and judge them. All hosts call these."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial

from xl_lifecycle.core.analysis import explain, gaps, interval, projection, scorecard, verdict, what_moved
from xl_lifecycle.core.answers import answer
from xl_lifecycle.core.catalogue.catalogue import Catalogue, collect
from xl_lifecycle.core.cells.broadcast import broadcast, used_rows
from xl_lifecycle.core.cells.errors import ExcelError, Refusal
from xl_lifecycle.core.cells.months import parse_day
from xl_lifecycle.core.cells.values import Scalar, Value, as_grid, is_blank, number
from xl_lifecycle.core.dataset.dataset import build
from xl_lifecycle.core.metric_functions import Caller, MetricFunctions
from xl_lifecycle.core.wizard import (
    A_CHANNEL,
    A_LEVEL,
    A_PERIOD,
    THE_DATA,
    THE_TARGETS,
    Function,
    declared_functions,
    function,
    metric_function,
)

Method = Callable[[Sequence[Value], Caller | None], Value]


class Functions(MetricFunctions):
    """All functions of a catalogue, and the datasets that this process has built.

    A function that is not a metric is a method below, declared by `function`. To add one, add a method.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__(catalogue)
        self._metrics = {
            word.upper(): metric for metric in catalogue.metrics.values() for word in (metric.name, *metric.aliases)
        }
        methods = declared_functions(type(self))
        self._methods: dict[str, Method] = {name: getattr(self, method) for name, (method, _) in methods.items()}
        self.names: dict[str, Function] = {name: function for name, (_, function) in methods.items()} | {
            name: metric_function(name, metric) for name, metric in self._metrics.items()
        }

    def call(self, name: str, args: Sequence[Value], caller: Caller | None = None) -> Value:
        """Call a function as a cell does. Never raises an exception for a cell's content, but returns an ExcelError.

        args: without trailing omitted ones; a blank cell is None.

        >>> FUNCTIONS.call("CAC", [1000, 25]), str(FUNCTIONS.call("CAC", [1000, 0]))
        (40.0, '#DIV/0!')
        """
        self.refusal = None
        args = [used_rows(arg) for arg in args]
        method, metric = self._methods.get(name.upper()), self._metrics.get(name.upper())
        try:
            if method:
                return method(args, caller)
            return self._metric(metric, args, caller) if metric else ExcelError.NAME
        except Refusal as refusal:
            self.refusal = refusal
            return refusal.error

    @function(
        "DATASET",
        "The workbook's tables as one dataset; its name is Data.",
        variadic=True,
        tables="The tables with their headers, e.g. Attract[#All]",
    )
    def _dataset(self, args: Sequence[Value], caller: Caller | None) -> Value:
        grids = [as_grid(arg) for arg in args if not (is_blank(arg) or isinstance(arg, ExcelError))]
        if not grids or len(grids) < len(args):
            raise Refusal(ExcelError.VALUE, "DATASET takes the workbook's tables, with their headers")
        return self.add(build(grids, self.catalogue))

    @function(
        "KPI",
        "Any metric, measure or item by its name.",
        name='A name: "cac", "spend", "keyword:crm software"',
        channel=A_CHANNEL,
        period=A_PERIOD,
        data=THE_DATA,
        model="A named variant",
    )
    def _kpi(self, args: Sequence[Value], caller: Caller | None) -> Value:
        if not args:
            raise Refusal(ExcelError.NA, "name a metric, measure or item")
        if len(args) == 1:
            return self._kpi([args[0], *self._place(caller)], caller)
        return self._selected(args[0], args[1:])

    @function(
        "EXPLAIN",
        "The inputs of a number, or why there is no number.",
        name='A name: "cac", "spend", "keyword:crm software"',
        channel=A_CHANNEL,
        period=A_PERIOD,
        data=THE_DATA,
    )
    def _explain(self, args: Sequence[Value], caller: Caller | None) -> Value:
        """EXPLAIN answers with a table even when the function itself would show an error: the table says why."""
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

    @function(
        "ATTAINMENT",
        "How far a target is reached: 1 is reached, whichever direction is better.",
        name='A name: "cac", "spend"',
        channel=A_CHANNEL,
        period=A_PERIOD,
        target="The target",
        data=THE_DATA,
    )
    def _attainment(self, args: Sequence[Value], caller: Caller | None) -> Value:
        """How far a target is reached: 1 is reached, whichever direction is better."""
        if not 4 <= len(args) <= 5:
            raise Refusal(ExcelError.NA, 'write ATTAINMENT("cac", channel, period, target, Data)')
        dataset = self.dataset(args[4] if len(args) > 4 else None)

        def attained(name: Scalar, channel: Scalar, period: Scalar, target: Scalar) -> Scalar:
            result = self.evaluation(dataset, name, channel, period)
            actual, goal = result.answer(), number(target)
            return projection.attainment(actual, goal, result.entry.better)

        return broadcast(self._note_refusal(attained), args[:4])

    @function(
        "SCORECARD",
        "A row for a figure: now, before, change, whether it may be chance, target, status, timing, source.",
        name='A name, or a column of them: "cac"',
        channel=A_CHANNEL,
        period=A_PERIOD,
        data=THE_DATA,
        targets=THE_TARGETS,
    )
    def _scorecard(self, args: Sequence[Value], caller: Caller | None) -> Value:
        """A row for each name, channel or period of a column. args: name, channel, period, dataset, targets."""
        args = self._with_place(args, 1, caller)
        if not 3 <= len(args) <= 5:
            raise Refusal(ExcelError.NA, 'write SCORECARD("cac", channel, period, Data, Targets[#All])')
        dataset = self.dataset(args[3] if len(args) > 3 else None)
        targets = scorecard.Targets(as_grid(args[4]) if len(args) > 4 else [], dataset)
        row = partial(scorecard.scorecard, dataset, targets)
        return interval.by_row(row, args[:3], len(scorecard.COLUMNS))

    @function(
        "ANSWER",
        "The answer to a question of the sheet Questions, in a sentence that is right for the data.",
        question='A question, or a column of them: "X02.1"',
        channel=A_CHANNEL,
        period=A_PERIOD,
        data=THE_DATA,
        targets=THE_TARGETS,
    )
    def _answer(self, args: Sequence[Value], caller: Caller | None) -> Value:
        return answer.answers(self._with_place(args, 1, caller), self.dataset)

    @function(
        "WHAT_IF",
        "For each step to a customer: the rate now, one it can reach or your own, and what that would bring.",
        channel=A_CHANNEL,
        period=A_PERIOD,
        data=THE_DATA,
        targets=THE_TARGETS,
        rates="Rates to try: a column of 8, the first for no step",
    )
    def _what_if(self, args: Sequence[Value], caller: Caller | None) -> Value:
        return answer.levers(self._with_place(args, 0, caller), self.dataset)

    @function(
        "AS_OF",
        "The data as they were known on a day, for use in place of Data.",
        day="A day: 2026-05-01, or a date",
        data=THE_DATA,
    )
    def _as_of(self, args: Sequence[Value], caller: Caller | None) -> Value:
        """The token of the dataset as known when a day ended."""
        if not 1 <= len(args) <= 2:
            raise Refusal(ExcelError.NA, 'write AS_OF("2026-05-01", Data)')
        days = [cell for row in as_grid(args[0]) for cell in row]
        if len(days) > 1:
            raise Refusal(ExcelError.VALUE, "AS_OF takes one day")
        day = parse_day(days[0])
        return self.add(self.dataset(args[1] if len(args) > 1 else None).as_of(day))

    @function(
        "WHAT_MOVED",
        "What moved a figure since the period before: visitors, rates, price, mix; together they are the change.",
        name='A name: "cac", "cpl", "leads", "new_customers", "sales_revenue"',
        channel=A_CHANNEL,
        period=A_PERIOD,
        data=THE_DATA,
    )
    def _what_moved(self, args: Sequence[Value], caller: Caller | None) -> Value:
        """Like EXPLAIN, it answers with words if there is no number."""
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

    @function(
        "PROJECTION",
        "What a figure will be at the end of a period, at the pace of its complete months.",
        name='A name: "leads", "spend"',
        channel=A_CHANNEL,
        period=A_PERIOD,
        data=THE_DATA,
    )
    def _projection(self, args: Sequence[Value], caller: Caller | None) -> Value:
        args = self._with_place(args, 1, caller)
        if not 3 <= len(args) <= 4:
            raise Refusal(ExcelError.NA, 'write PROJECTION("leads", channel, period, Data)')
        dataset = self.dataset(args[3] if len(args) > 3 else None)
        return broadcast(self._note_refusal(partial(projection.projection, dataset)), args[:3])

    @function(
        "TARGET_PROGRESS",
        "For a target: the actual value, how far it is reached, the projection, and whether that is on track.",
        name='A name: "leads", "cac"',
        channel=A_CHANNEL,
        period=A_PERIOD,
        target="The target",
        data=THE_DATA,
    )
    def _target_progress(self, args: Sequence[Value], caller: Caller | None) -> Value:
        """A row for each target of a column."""
        if not 4 <= len(args) <= 5:
            raise Refusal(ExcelError.NA, 'write TARGET_PROGRESS("leads", channel, period, target, Data)')
        dataset = self.dataset(args[4] if len(args) > 4 else None)
        return interval.by_row(partial(projection.progress, dataset), args[:4], len(projection.COLUMNS))

    @function(
        "INTERVAL",
        "The lowest and the highest value that a count, a share of a count or a cost per count may have by chance.",
        name='A name: "cac", "conversion_rate", "leads"',
        channel=A_CHANNEL,
        period=A_PERIOD,
        data=THE_DATA,
        level=A_LEVEL,
    )
    def _interval(self, args: Sequence[Value], caller: Caller | None) -> Value:
        """The lowest and highest value that chance allows; a row for each name, channel or period of a column."""
        args = self._with_place(args, 1, caller)
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

    @function(
        "AB_TEST",
        "How far B's rate is above A's, the lowest and highest that it may be, and how often chance alone does this.",
        successes_a="Successes of A",
        trials_a="Trials of A",
        successes_b="Successes of B",
        trials_b="Trials of B",
        level=A_LEVEL,
    )
    def _ab_test(self, args: Sequence[Value], caller: Caller | None) -> Value:
        return interval.ab_test(args)

    @function(
        "SAMPLE_SIZE",
        "How many trials each group of an A/B test needs to distinguish one rate from another.",
        rate="The rate now, 0 to 1",
        other_rate="The rate to distinguish from it",
        level=A_LEVEL,
        power="The chance of seeing the difference; 0.8 when left out",
    )
    def _sample_size(self, args: Sequence[Value], caller: Caller | None) -> Value:
        if not 2 <= len(args) <= 4:
            raise Refusal(ExcelError.NA, "write SAMPLE_SIZE(rate, other rate)")
        return broadcast(self._note_refusal(interval.sample_size), args)

    @function(
        "GAPS",
        "What is missing in the map of the customer journey, one sentence for each kind.",
        owners="Owners[#All]",
        handoffs="Handoffs[#All]",
        agreements="Agreements[#All]",
        attained="How far each agreement is reached: ATTAINMENT",
        content="ContentAudit[#All]",
        questions="BuyerQuestions[#All]",
        personas="Personas[#All]",
    )
    def _gaps(self, args: Sequence[Value], caller: Caller | None) -> Value:
        return gaps.gaps(args)

    @function(
        "VERDICT",
        "What each A/B test of the log shows, once its planned sample is reached.",
        experiments="Experiments[#All]",
    )
    def _verdict(self, args: Sequence[Value], caller: Caller | None) -> Value:
        return verdict.verdicts(args)


FUNCTIONS = Functions(collect(reserved=declared_functions(Functions)))
