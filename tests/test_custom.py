"""Metrics that people define on Settings: read, computed as any other, and each wrong row said and kept to itself."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from xl_lifecycle.catalogue import collect
from xl_lifecycle.functions import Functions
from xl_lifecycle.tables import read_tables
from xl_lifecycle.texts import words_of
from xl_lifecycle.values import ExcelError, Grid, Scalar, Value
from xl_lifecycle.vocabulary import Better, Timing, Unit

CATALOGUE = collect()
HEADER = ("Name", "Expression", "Unit", "Better")
ATTRACT: Grid = [
    ["Month", "Channel", "Campaign", "Visitors", "Demos", "Notes"],
    ["2026-01", "Email", None, 100, 5, "a fair"],
    ["2026-01", "Paid ads", None, 200, 20, None],
    ["2026-02", "Email", None, 300, 9, None],
    ["2026-03", "Email", None, 400, None, None],
]
CAPTURE: Grid = [["Month", "Channel", "Campaign", "Leads"], ["2026-01", "Email", None, 10]]
COSTS: Grid = [["Month", "Channel", "Campaign", "Marketing spend"], ["2026-01", "Email", None, 250]]
DEMO_RATE = ("demo_rate", "demos / visitors", "percent", "higher")
VALUE, NA = ExcelError.VALUE, ExcelError.NA


def defined(*rows: Sequence[Scalar], header: Sequence[Scalar] = HEADER) -> tuple[Functions, Value]:
    """Functions with the tables above and custom metrics."""
    functions = Functions(collect())
    return functions, functions.call("DATASET", [ATTRACT, CAPTURE, COSTS, [list(header), *map(list, rows)]])


def reason(functions: Functions, data: Value, name: str) -> str:
    """Why EXPLAIN says there is no number."""
    rows = functions.call("EXPLAIN", [name, "All", "2026", data])
    assert isinstance(rows, list)
    assert rows[1][1] is VALUE
    return str(rows[2][2])


def test_a_custom_metric_is_computed_as_any_other() -> None:
    functions, data = defined(DEMO_RATE)
    months = [["2026-01", "2026-02", "2026-Q1"]]
    assert functions.call("KPI", ["demo_rate", "Email", months, data]) == [
        [5 / 100, 9 / 300, 14 / 400]
    ]  # in March nobody counted demos
    assert functions.call("KPI", ["Demo Rate", "All", "2026-01", data]) == 25 / 300
    assert functions.call("KPI", ["demo_rate", "All", "2026-04", data]) is NA
    assert functions.call("ATTAINMENT", ["demo_rate", "Email", "2026-01", 0.04, data]) == 1.25
    assert functions.call("INTERVAL", ["demo_rate", "All", "2026-01", data]) == functions.call(
        "INTERVAL", ["demo_rate", "All", "2026-01", functions.call("AS_OF", ["2026-12-31", data])]
    )


def test_explain_says_what_it_is_made_of() -> None:
    functions, data = defined(DEMO_RATE)
    rows = functions.call("EXPLAIN", ["demo_rate", "All", "2026-01", data])
    assert isinstance(rows, list)
    assert rows[:4] == [
        ["demo_rate", "demo_rate", "All, 2026-01"],
        ["Value", 25 / 300, "percent"],
        ["Demos", 25, "sum; 2 rows of Attract"],
        ["Visitors", 300, "of the month; 2 rows of Attract"],
    ]
    assert ["Formula", "", "demos / visitors"] in rows
    assert ["Unit", "percent", "higher is better"] in rows
    assert rows[-1][2] == "Settings, table CustomMetrics row 2"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("리드 / 방문자수", 10 / 100),
        ("リード / 訪問者数", 10 / 100),
        ("Marketing spend / Leads", 25),
        ("[Marketing spend] ÷ (leads + demos)", 250 / 15),
        ("CPL * 2", 50),
        ("[Cost per lead] - [COST_PER_LEAD]", 0),
        ("demo_rate * visitors", 5),
        ("1 - demo_rate", 0.95),
    ],
)
def test_names_are_any_word_that_is_known(expression: str, value: float) -> None:
    functions, data = defined(("x", expression, "ratio", None), DEMO_RATE)
    assert functions.call("KPI", ["x", "Email", "2026-01", data]) == pytest.approx(value)


@pytest.mark.parametrize("language", [0, 1, 2])
@pytest.mark.parametrize("member", [*Unit, *Better])
def test_units_and_directions_are_known_in_every_language(member: Unit | Better, language: int) -> None:
    word = words_of(member.value)[language]
    unit, better = (word, "") if isinstance(member, Unit) else ("count", word)
    tables = read_tables([ATTRACT, [list(HEADER), ["x", "visitors", unit, better]]], CATALOGUE)
    metric = tables.catalogue.metrics["x"]
    assert (metric.unit, metric.better, metric.timing) == (
        (member, Better.NEITHER, Timing.UNKNOWN) if isinstance(member, Unit) else (Unit.COUNT, member, Timing.UNKNOWN)
    )


@pytest.mark.parametrize("header", [("이름", "계산식", "단위", "좋은 방향"), ("名前", "計算式", "単位", "良い方向")])
def test_the_table_is_read_in_every_language(header: Sequence[str]) -> None:
    functions, data = defined(DEMO_RATE, header=header)
    assert functions.call("KPI", ["demo_rate", "Email", "2026-01", data]) == 0.05


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("x", "visitrs / demos", "ratio", ""), '"visitrs" is no measure, metric or column; did you mean "visitors"?'),
        (("x", "demos visitors", "ratio", ""), '"demos visitors" is no measure, metric or column'),
        (("x", "demos /", "ratio", ""), "a name or a number is missing before the end"),
        (("x", "", "ratio", ""), "a name or a number is missing before the end"),
        (("x", "demos", "", ""), "the unit is empty: one of currency, count"),
        (("x", "demos", "dollars", ""), 'the unit "dollars" is none of currency, count'),
        (("x", "demos", "count", "up"), 'the better "up" is none of higher, lower, neither'),
        (("x", "x + 1", "count", ""), "a metric cannot be made of itself: x > x"),
        (("x", ExcelError.NAME, "count", ""), "the cell is #NAME?: write it as text, without = in front"),
        (("x", 5, "count", ""), "the expression names no measure or metric"),
    ],
)
def test_a_wrong_row_is_said_and_breaks_only_itself(row: Sequence[Scalar], said: str) -> None:
    functions, data = defined(row, DEMO_RATE)
    assert reason(functions, data, "x").startswith(f"Settings, table CustomMetrics row 2: {said}")
    assert functions.call("KPI", [[["x"], ["demo_rate"], ["visitors"]], "Email", "2026-01", data]) == [
        [VALUE], [0.05], [100],
    ]  # fmt: skip
    assert [(p.table, p.row, p.text.startswith(said)) for p in functions.dataset(data).problems] == [
        ("CustomMetrics", 1, True)
    ]
