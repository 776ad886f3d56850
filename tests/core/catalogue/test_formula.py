"""The formula in words is read from the function, so it gives the same numbers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from xl_lifecycle.core.catalogue.catalogue import collect
from xl_lifecycle.core.catalogue.formula import formula_of
from xl_lifecycle.core.cells.errors import CatalogueError

NAMES = ["a", "b", "c", "d"]
NUMBERS = {"a": 7.0, "b": 3.0, "c": 11.0, "d": 0.5}


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (lambda a, b: a / b, "a / b"),
        (lambda a, b: a + b, "a + b"),
        (lambda a, b, c: (a - b) / c, "(a - b) / c"),
        (lambda a, b, c: a - b / c, "a - b / c"),
        (lambda a, b, c: a - (b - c), "a - (b - c)"),
        (lambda a, b, c: a - (b + c), "a - (b + c)"),
        (lambda a, b, c: (a - b) - c, "a - b - c"),
        (lambda a, b, c: a / (b / c), "a / (b / c)"),
        (lambda a, b, c: a / (b * c), "a / (b × c)"),
        (lambda a, b, c: a * b / c, "a × b / c"),
        (lambda a, b, c, d: (a / b) / (c / d) - 1, "a / b / (c / d) - 1"),
        (lambda a, b: 1 - a / b, "1 - a / b"),
        (lambda a: 1 + a, "1 + a"),
        (lambda a: 2 / a, "2 / a"),
        (lambda a: 2 / (1 + a), "2 / (1 + a)"),
        (lambda a, b: 100 * (a - b), "100 × (a - b)"),
        (lambda a: (1 - a) * 100, "(1 - a) × 100"),
    ],
)
def test_arithmetic_is_written_with_only_the_brackets_it_needs(function: Callable[..., float], text: str) -> None:
    names = NAMES[: function.__code__.co_argcount]
    assert formula_of(function, names) == text
    assert eval(text.replace("×", "*"), {}, NUMBERS) == pytest.approx(function(*(NUMBERS[n] for n in names)))


def test_a_guard_against_impossible_values_is_no_part_of_the_formula() -> None:
    assert collect().metrics["ltv"].formula == "revenue_per_customer × gross_margin / churn"


@pytest.mark.parametrize(
    "function",
    [lambda a: a**2, lambda a: abs(a), lambda a: -a, lambda a: max(a, 0)],
    ids=["power", "abs", "minus", "max"],
)
def test_what_cannot_be_read_off_fails_when_the_catalogue_is_made(function: Callable[..., float]) -> None:
    """This is better than a formula that differs from the calculation."""
    try:
        text = formula_of(function, ["a"])
    except (TypeError, CatalogueError):
        return
    assert eval(text.replace("×", "*"), {}, {"a": -7.0}) == function(-7.0), f"{text} is not what is computed"


def test_every_formula_names_each_of_its_inputs() -> None:
    for metric in collect().metrics.values():
        words = metric.formula.replace("(", " ").replace(")", " ").split()
        assert set(metric.inputs) <= set(words), metric.name
