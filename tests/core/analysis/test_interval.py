"""INTERVAL, AB_TEST and SAMPLE_SIZE as cells call them."""

from __future__ import annotations

import pytest

from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.cells.values import Value
from xl_lifecycle.core.functions import FUNCTIONS, Functions
from xl_lifecycle.core.metric_functions import Caller
from xl_lifecycle.core.statistics import intervals

NA, DIV0, NUM, VALUE = ExcelError.NA, ExcelError.DIV0, ExcelError.NUM, ExcelError.VALUE
TABLES = [
    [["Month", "Channel", "Marketing spend"], ["2026-01", "Email", 1000], ["2026-01", "Signs", 500]],
    [["Month", "Channel", "Visitors"], ["2026-01", "Email", 100], ["2026-01", "Signs", 10]],
    [["Month", "Channel", "Leads", "Lead goal"], ["2026-01", "Email", 10, 20], ["2026-01", "Signs", 12, 20]],
    [
        ["Month", "Channel", "New customers", "Sales revenue", "Sales"],
        ["2026-01", "Email", 30, 900, 3],
        ["2026-01", "Signs", 0, 0, 0],
    ],
]


@pytest.fixture
def call() -> object:
    functions = Functions(FUNCTIONS.catalogue)
    token = functions.call("DATASET", TABLES)

    def called(*args: Value) -> Value:
        return functions.call("INTERVAL", [*args[:3], token, *args[3:]])

    return called


def test_each_kind_of_figure_has_its_interval(call: object) -> None:
    names = [["leads"], ["cac"], ["conversion_rate"], ["lead_goal_attainment"]]
    result = call(names, "Email", "2026-01")  # type: ignore[operator]
    goal = [bound / 20 for bound in intervals.count(10)]
    assert result == [[*intervals.count(10)], pytest.approx(intervals.cost(1000, 30)), [*intervals.rate(10, 100)], goal]
    assert call("conversion_rate", "Signs", "2026-01") == [pytest.approx(intervals.ratio(12, 10))], "more than all"  # type: ignore[operator]


@pytest.mark.parametrize(
    ("name", "channel", "error"),
    [("ltv", "Email", NA), ("revenue_per_sale", "Email", NA), ("spend", "Email", NA), ("visitors", "Email", NA),
     ("cac", "Signs", DIV0), ("nonsense", "Email", VALUE), ("cac", "Nowhere", VALUE), ("roi", "Email", NA)],
)  # fmt: skip
def test_what_has_no_interval_says_so(call: object, name: str, channel: str, error: ExcelError) -> None:
    assert call(name, channel, "2026-01") == [[error, error]]  # type: ignore[operator]


def test_a_level_of_one_s_own(call: object) -> None:
    assert call("leads", "Email", "2026-01", 0.8) == [[*intervals.count(10, 0.8)]]  # type: ignore[operator]
    assert call("leads", "Email", "2026-01", 95) is NUM  # type: ignore[operator]


def test_a_name_alone_is_of_where_the_cell_stands() -> None:
    functions = Functions(FUNCTIONS.catalogue)
    functions.default = str(functions.call("DATASET", TABLES))
    assert functions.call("INTERVAL", ["leads"], Caller("Email", "2026-01")) == [[*intervals.count(10)]]
    assert functions.call("INTERVAL", ["leads"]) is NA


def test_ab_tests_row_by_row() -> None:
    result = FUNCTIONS.call("AB_TEST", [[[10], [0], [5]], [[100], [0], [4]], [[25], [1], [1]], 100])
    expected = [0.15, *intervals.difference((10, 100), (25, 100)), intervals.p_value((10, 100), (25, 100))]
    assert result == [pytest.approx(expected), [DIV0] * 4, [NUM] * 4]
    assert FUNCTIONS.call("AB_TEST", [1, 2, 3]) is NA
    assert FUNCTIONS.call("AB_TEST", [[[1, 2]], 9, 3, 9]) is VALUE
    assert FUNCTIONS.call("AB_TEST", [None, 9, 3, 9]) == [[NA] * 4]


def test_sample_sizes() -> None:
    assert FUNCTIONS.call("SAMPLE_SIZE", [0.1, [[0.12], [0.15]]]) == [[3841], [intervals.sample_size(0.1, 0.15)]]
    assert FUNCTIONS.call("SAMPLE_SIZE", [0.1, 0.12, 0.9, 0.9]) == intervals.sample_size(0.1, 0.12, 0.9, 0.9)
    assert FUNCTIONS.call("SAMPLE_SIZE", [0.1, 0.1]) is NUM
