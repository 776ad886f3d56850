"""VERDICT on experiments with a known outcome: there is no verdict before the planned sample is reached."""

from __future__ import annotations

import random
from typing import Any

import pytest

from xl_lifecycle.core.analysis.verdict import COLUMNS, SENTENCES
from xl_lifecycle.core.cells.errors import ExcelError
from xl_lifecycle.core.functions import FUNCTIONS
from xl_lifecycle.core.language.text import translate
from xl_lifecycle.core.language.vocabulary import Language

HEADER = [*COLUMNS.values()]
GOOD = {
    "name": "Short subject", "channel": "Email", "start": 46000, "end": 46010, "planned": 3000,
    "trials_a": 4000, "successes_a": 400, "trials_b": 4000, "successes_b": 500,
}  # fmt: skip


def row(**changes: Any) -> list[Any]:
    cells = GOOD | changes
    return [cells.get(key) for key in COLUMNS]


def sentences(*rows: list[Any], header: list[str] = HEADER) -> list[str]:
    return [cells[0] for cells in FUNCTIONS.call("VERDICT", [[header, *rows]])]  # type: ignore[union-attr, misc]


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, "B better: +2.5 points (95%: 1.1 to 3.9)"),
        ({"successes_a": 500, "successes_b": 400}, "A better: +2.5 points (95%: 1.1 to 3.9)"),
        ({"successes_b": 410}, "no difference shown: B +0.25 points (95%: −1.07 to +1.57)"),
        ({"successes_b": 390}, "no difference shown: B −0.25 points (95%: −1.56 to +1.06)"),
        ({"planned": 4000.5}, "not enough yet: 4,000 of 4,001 a side"),
        ({"planned": 5000}, "not enough yet: 4,000 of 5,000 a side"),
        ({"trials_b": 2999}, "not enough yet: 2,999 of 3,000 a side"),
        ({"planned": None}, "plan first: write the sample a side, as calculated above"),
        ({"planned": 0}, "plan first: write the sample a side, as calculated above"),
        ({"planned": "many"}, "plan first: write the sample a side, as calculated above"),
        ({"start": None}, "write the day it starts"),
        ({"end": 45999}, "it ends before it starts"),
        (dict.fromkeys(("trials_a", "successes_a", "trials_b", "successes_b")), "no results yet"),
        ({"successes_b": None}, "not possible: successes must be numbers from 0 to the trials"),
        ({"successes_b": 4001}, "not possible: successes must be numbers from 0 to the trials"),
        ({"successes_a": -1}, "not possible: successes must be numbers from 0 to the trials"),
        ({"successes_a": ExcelError.NA}, "not possible: successes must be numbers from 0 to the trials"),
        (dict.fromkeys(COLUMNS), ""),
    ],
)
def test_what_an_experiment_shows(changes: dict[str, Any], verdict: str) -> None:
    assert sentences(row(**changes)) == [verdict]


def test_a_difference_that_is_clear_is_no_win_before_its_time() -> None:
    assert sentences(row(trials_a=200, successes_a=10, trials_b=200, successes_b=80)) == [
        "not enough yet: 200 of 3,000 a side"
    ]


def test_by_chance_alone_hardly_ever_one_is_better() -> None:
    """If A and B are the same, 5 of 100 tests still seem to differ."""
    chance = random.Random(1)

    def count() -> int:
        return sum(chance.random() < 0.1 for _ in range(3000))

    rows = [
        row(channel=None, trials_a=3000, trials_b=3000, successes_a=count(), successes_b=count()) for _ in range(300)
    ]
    better = sum("better" in verdict for verdict in sentences(*rows))
    assert 5 <= better <= 26


@pytest.mark.parametrize(
    ("other", "together"),
    [
        ({"start": 46010, "end": 46020}, True),
        ({"start": 46011, "end": 46020}, False),
        ({"start": 45990, "end": None}, True),
        ({"start": 45990, "end": 45999}, False),
        ({"start": 46005, "end": 46006, "channel": "이메일"}, True),
        ({"start": 46005, "end": 46006, "channel": "Paid ads"}, False),
        ({"start": 46005, "end": 46006, "channel": None}, False),
    ],
)
def test_two_changes_at_once_on_a_channel(other: dict[str, Any], together: bool) -> None:
    first, second = sentences(row(), row(name="Blue button", **other))
    assert ("two changes at once" in first) is ("two changes at once" in second) is together
    assert ('overlaps with "Blue button"' in first) is together


def test_an_experiment_without_a_name_is_told_by_its_row() -> None:
    assert sentences(row(name=None), row())[1] == "two changes at once: overlaps with row 1 on the same channel"


def test_days_may_be_texts_and_columns_stand_anywhere() -> None:
    cells = row(start="2025-12-09", end="2025-12-19")
    assert sentences([*reversed(cells), "mine"], header=[*reversed(HEADER), "Mine"]) == sentences(row())


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_it_speaks_the_language_of_the_table(language: Language) -> None:
    header = [translate(label, language) for label in COLUMNS.values()]
    assert sentences(row(planned=5000), header=header) == [translate(SENTENCES["wait"], language).format(4000, 5000)]


@pytest.mark.parametrize("args", [[], [None], [1], ["x"], [[["x"], [1]]], [[HEADER], 1]])
def test_what_is_no_log_is_an_error(args: list[Any]) -> None:
    assert FUNCTIONS.call("VERDICT", args) is ExcelError.VALUE


def test_the_error_of_the_table_is_passed_on() -> None:
    assert FUNCTIONS.call("VERDICT", [ExcelError.REF]) is ExcelError.REF


def test_a_log_without_rows_says_nothing() -> None:
    assert sentences() == [""]
