"""Properties of every function of the catalogue, whatever the cells contain."""

from __future__ import annotations

import itertools
import math
import random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from xl_lifecycle.core.catalogue.catalogue import Metric, collect
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.values import Grid, Scalar, Value
from xl_lifecycle.core.functions import Functions
from xl_lifecycle.core.language.vocabulary import Across, Basis, OverTime, Unit
from xl_lifecycle.core.metric_functions import Caller

CATALOGUE = collect()
METRICS = list(CATALOGUE.metrics.values())
HEAD = ["Month", "Channel", "Campaign"]
CHANNELS = ["Email", "Paid ads", "Signs"]
MONTHS = ["2026-01", "2026-02", "2026-03"]

metrics = st.sampled_from(METRICS)
amounts = st.floats(min_value=0.01, max_value=1e6)


def year_of(seed: int, names: list[str] | None = None) -> list[Grid]:
    """Each measure in a table of its own, with a number for every month and channel."""
    numbers = random.Random(seed)
    return [
        [[*HEAD, CATALOGUE.measures[name].title],
         *([m, c, None, round(numbers.uniform(1, 1000), 2)] for m in MONTHS for c in CHANNELS)]
        for name in names or [name for name, measure in CATALOGUE.measures.items()]
    ]  # fmt: skip


def loaded(grids: list[Grid]) -> Functions:
    functions = Functions(CATALOGUE)
    functions.default = str(functions.call("DATASET", grids))
    return functions


WITH_WORDS = {
    "DATASET", "AS_OF", "EXPLAIN", "ANSWER", "WHAT_IF", "WHAT_MOVED", "SCORECARD", "TARGET_PROGRESS", "GAPS", "VERDICT",
}  # fmt: skip
FULL = loaded(year_of(7))
EMPTY = Functions(CATALOGUE)


def cells_of(value: Value) -> list[Scalar]:
    if isinstance(value, (list, tuple)):
        assert value, "an empty spill"
        assert len({len(row) for row in value}) == 1, "ragged"
        return [cell for row in value for cell in row]
    return [value]


def same(one: Value, other: Value) -> bool:
    if isinstance(one, ExcelError) or isinstance(other, ExcelError):
        return one is other
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


# Whatever is in the cells: no exception, no infinity, and nothing a cell cannot show


words = st.one_of(
    st.text(max_size=12),
    st.sampled_from([
        "", " ", "All", "Email", "Paid ads", "Paid ads/Brand", "Podcast", "/", "a/b/c", "2026-01", "2026-Q1", "YTD",
        "all", "last 3 months",
        "last 999 months", "1900:2200", "FY1900", "FY2200-Q4", ":", "2026:", "::", "simple", "cac",
        "spend",
        "keyword:crm", "keyword:", ":", "cta::", "nan", "inf", "Month", "Channel", "Leads", "Setting", "Value", "Kind",
        "Item", "Measure", "From", "To", "Fiscal year starts in month", "Period", "#N/A", "=1+1", str(FULL.default),
        "xl-lifecycle 0", "한국어", "９９", "٣",
    ]),
)  # fmt: skip
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(10**15), 10**15),
    st.sampled_from([0, -0.0, 1, 2026, 46023, 46023.5, 1e308, 5e-324, 2958465, 202603]),
    words,
    st.sampled_from(list(ExcelError)),
)


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    width = draw(st.integers(1, 4))
    return draw(st.lists(st.lists(scalars, min_size=width, max_size=width), min_size=1, max_size=4))


values = st.one_of(scalars, scalars, grids())


@settings(max_examples=1500, deadline=None)
@given(
    name=st.sampled_from(sorted(FULL.names)),
    args=st.lists(values, max_size=6),
    functions=st.sampled_from([FULL, EMPTY]),
    caller=st.sampled_from([None, Caller(), Caller("Email", "2026-01"), Caller("Nowhere", True)]),
)
def test_any_cells_to_any_function_give_what_a_cell_can_show(
    name: str, args: list[Value], functions: Functions, caller: Caller | None
) -> None:
    answer = functions.call(name, args, caller)
    for cell in cells_of(answer):
        if isinstance(cell, str):
            assert name in WITH_WORDS, f"{name} answers with the text {cell!r}"
        elif isinstance(cell, (bool, int)) or cell is None:
            pytest.fail(f"{name} answers {cell!r}")
        else:
            assert isinstance(cell, (float, ExcelError))
            assert isinstance(cell, ExcelError) or math.isfinite(cell)


@settings(max_examples=600, deadline=None)
@given(metric=metrics, data=st.data())
def test_any_finite_numbers_give_a_finite_number_or_an_error(metric: Metric, data: st.DataObject) -> None:
    finite = st.floats(allow_nan=False, allow_infinity=False)
    args = [data.draw(finite, label=name) for name in metric.inputs]
    answer = EMPTY.call(metric.excel_name, args)
    assert isinstance(answer, ExcelError) or (type(answer) is float and math.isfinite(answer))


@settings(max_examples=400, deadline=None)
@given(tables=st.lists(grids(), min_size=1, max_size=3), headers=st.data())
def test_any_tables_make_a_dataset_that_answers(tables: list[Grid], headers: st.DataObject) -> None:
    """Known headers, above cells with any content."""
    known = ["Month", "Channel", "Campaign", "Leads", "Visitors", "Rank", "Kind", "Item", "Measure", "Value", "Setting",
             "From", "To", "Source", "Customers at start", "Impressions", None]  # fmt: skip
    headed = [[[headers.draw(st.sampled_from(known)) for _ in grid[0]], *grid] for grid in tables]
    functions = Functions(CATALOGUE)
    token = functions.call("DATASET", headed)
    assert isinstance(token, str)
    for name in ("leads", "conversion_rate", "rank", "retention"):
        for period in ("all", "2026-01", "YTD", "FY2026"):
            answer = functions.call("KPI", [name, "All", period, token])
            assert isinstance(answer, (float, ExcelError))
            assert isinstance(functions.call("EXPLAIN", [name, "All", period, token]), list)


# Units: what scaling money does


def unit_of(name: str) -> Unit:
    return (CATALOGUE.measures.get(name) or CATALOGUE.metrics[name]).unit


@pytest.mark.parametrize("metric", METRICS, ids=lambda m: m.name)
@settings(max_examples=25, deadline=None)
@given(data=st.data(), factor=st.floats(0.001, 1000))
def test_in_another_currency_money_scales_and_nothing_else_moves(
    metric: Metric, data: st.DataObject, factor: float
) -> None:
    numbers = [data.draw(amounts, label=name) for name in metric.inputs]
    money = [
        n * factor if unit_of(name) is Unit.CURRENCY else n for name, n in zip(metric.inputs, numbers, strict=True)
    ]
    one, other = EMPTY.call(metric.excel_name, numbers), EMPTY.call(metric.excel_name, money)
    if isinstance(one, ExcelError):
        assert other is one
        return
    expected = one * (factor if metric.unit is Unit.CURRENCY else 1)
    largest = max(*numbers, *money, abs(expected), 1.0)
    assert math.isclose(other, expected, rel_tol=1e-7, abs_tol=1e-9 * largest)


@pytest.mark.parametrize("metric", METRICS, ids=lambda m: m.name)
def test_in_another_currency_a_workbooks_money_scales_and_nothing_else_moves(metric: Metric) -> None:
    grids = year_of(11, list(CATALOGUE.leaves(metric.name)))
    money = {m.title for m in CATALOGUE.measures.values() if m.unit is Unit.CURRENCY}
    scaled = [[g[0], *([*r[:3], r[3] * 1000 if g[0][3] in money else r[3]] for r in g[1:])] for g in grids]
    for channel, period in (("All", "2026-Q1"), ("Email", "2026-02")):
        one = loaded(grids).call(metric.excel_name, [channel, period])
        other = loaded(scaled).call(metric.excel_name, [channel, period])
        factor = 1000 if metric.unit is Unit.CURRENCY else 1
        assert same(one * factor if isinstance(one, float) else one, other)


# Filled down past the data, no number


BLANKS = (None, "", "  ")


@pytest.mark.parametrize("metric", METRICS, ids=lambda m: m.name)
@pytest.mark.parametrize("blank", BLANKS, ids=repr)
def test_a_blank_among_the_numbers_never_gives_a_number(metric: Metric, blank: Scalar) -> None:
    count = len(metric.inputs)
    whole: list[Value] = [float(n) for n in range(2, 2 + count)]
    assert isinstance(EMPTY.call(metric.excel_name, whole), (float, ExcelError))
    for positions in itertools.chain(itertools.combinations(range(count), 1), [tuple(range(count))]):
        args = [blank if i in positions else n for i, n in enumerate(whole)]
        for functions in (EMPTY, FULL):
            assert functions.call(metric.excel_name, args, Caller()) is ExcelError.NA
            column = [[[n], [blank if i in positions else n]] for i, n in enumerate(whole)]
            filled, past = cells_of(functions.call(metric.excel_name, column, Caller()))
            assert past is ExcelError.NA
            assert same(filled, functions.call(metric.excel_name, whole))
            top = [[[blank if i in positions else n], [n]] for i, n in enumerate(whole)]
            past, filled = cells_of(functions.call(metric.excel_name, top, Caller()))
            assert past is ExcelError.NA
            assert same(filled, functions.call(metric.excel_name, whole))


@pytest.mark.parametrize("metric", METRICS, ids=lambda m: m.name)
@pytest.mark.parametrize("blank", BLANKS, ids=repr)
def test_a_blank_channel_or_period_never_gives_a_number(metric: Metric, blank: Scalar) -> None:
    token = FULL.default
    for channel, period in ((blank, "2026-01"), ("All", blank), (blank, blank)):
        for more in ([], [token]):
            for name, args in ((metric.excel_name, []), ("KPI", [metric.name])):
                assert FULL.call(name, [*args, channel, period, *more], Caller()) is ExcelError.NA
                spread = FULL.call(name, [*args, [[channel], ["All"]], [[period], ["2026-01"]], *more], Caller())
                past, filled = cells_of(spread)
                assert past is ExcelError.NA
                assert same(filled, FULL.call(metric.excel_name, ["All", "2026-01"]))


# The three ways agree


def from_sums(functions: Functions, name: str, period: str) -> Value:
    """A metric calculated with form 3 only, from the value of each measure."""
    if name in CATALOGUE.measures:
        return functions.call("KPI", [name, "All", period])
    metric = CATALOGUE.metrics[name]
    return functions.call(metric.excel_name, [from_sums(functions, part, period) for part in metric.inputs])


def adds_up(metric: Metric) -> bool:
    leaves = [CATALOGUE.measures[name] for name in CATALOGUE.leaves(metric.name)]
    return all(leaf.over_time is OverTime.SUM for leaf in leaves)


ADDING = [metric for metric in METRICS if adds_up(metric)]


def test_most_metrics_are_of_measures_that_add_up() -> None:
    assert len(ADDING) > 40


@pytest.mark.parametrize("metric", ADDING, ids=lambda m: m.name)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_selections_value_is_the_metric_of_its_sums(metric: Metric, seed: int) -> None:
    leaves = list(CATALOGUE.leaves(metric.name))
    tables = year_of(seed, leaves)
    functions = loaded(tables)
    for name, grid in zip(leaves, tables, strict=True):
        assert same(functions.call("KPI", [name, "All", "2026"]), math.fsum(row[3] for row in grid[1:]))
    for period in ("2026-01", "2026-01:2026-02", "2026", "all"):
        assert same(functions.call(metric.excel_name, ["All", period]), from_sums(functions, metric.name, period))


@pytest.mark.parametrize("metric", METRICS, ids=lambda m: m.name)
def test_in_one_month_every_metric_is_that_of_its_measures(metric: Metric) -> None:
    """Also for stocks and unique counts: within a month nothing is added up."""
    alone = [name for name in CATALOGUE.leaves(metric.name) if CATALOGUE.measures[name].across is Across.NONE]
    assert not alone, "a metric of what does not add up over channels has no company figure"
    assert same(FULL.call(metric.excel_name, ["All", "2026-02"]), from_sums(FULL, metric.name, "2026-02"))


@pytest.mark.parametrize("metric", METRICS, ids=lambda m: m.name)
def test_where_you_stand_is_the_same_figure(metric: Metric) -> None:
    for channel, period in (("All", "2026-Q1"), ("Email", "2026-02")):
        here = FULL.call(metric.excel_name, [], Caller(channel, period))
        assert same(here, FULL.call(metric.excel_name, [channel, period, FULL.default]))
        assert same(here, FULL.call("KPI", [metric.title, channel, period]))


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_order_of_rows_and_tables_does_not_matter(seed: int) -> None:
    shuffle = random.Random(seed)
    tables = year_of(7)
    mixed = [[grid[0], *shuffle.sample(list(grid[1:]), len(grid) - 1)] for grid in shuffle.sample(tables, len(tables))]
    functions = loaded(mixed)
    names = [[name] for name in (*CATALOGUE.metrics, *CATALOGUE.measures)]
    places = [["All", "Email"]]
    for period in ("2026-02", "2026-Q1", "all"):
        one = FULL.call("KPI", [names, places, period])
        other = functions.call("KPI", [names, places, period])
        assert one == other  # to the last bit


@pytest.mark.parametrize("metric", METRICS, ids=lambda m: m.name)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_the_formula_in_words_computes_what_the_function_does(metric: Metric, data: st.DataObject) -> None:
    numbers = {name: data.draw(amounts, label=name) for name in metric.inputs}
    try:
        written = float(eval(metric.formula.replace("×", "*"), {"__builtins__": {}}, numbers))
    except ZeroDivisionError:
        assume(False)
    assert math.isclose(metric.function(**numbers), written, rel_tol=1e-9, abs_tol=1e-9)


def test_monthly_basis_is_declared_where_a_stock_or_unique_is_below_a_flow() -> None:
    """A monthly rate must stay a monthly rate over a quarter: the same figures each month give the same rate."""
    steady = [[g[0], *([m, c, None, 100.0] for m in MONTHS for c in CHANNELS)] for g in year_of(1)]
    functions = loaded(steady)
    for metric in METRICS:
        if metric.basis is Basis.MONTHLY:
            month = functions.call(metric.excel_name, ["All", "2026-01"])
            assert same(month, functions.call(metric.excel_name, ["All", "2026-Q1"])), metric.name
