"""Numbers as exports write them, each rule with its bounds."""

from __future__ import annotations

import pytest

from xl_lifecycle.exports.numbers import is_bound, parse_number

NUMBERS = {
    "0": 0, "12": 12, "12.": 12, ".5": 0.5, "1.5": 1.5, "1e3": 1000, "1E-2": 0.01, "+4": 4, "-4": -4, "\u22124": -4, "(4)": -4, "(-4)": 4,
    "- 4": -4, "$-4": -4, "-$4": -4,
    "1,234": 1234, "12,34,567": 1234567, "1,234.5": 1234.5, "1,23": 1.23, "1,2": 1.2, "1,2345": 1.2345, "0,5": 0.5,
    "1.234": 1.234, "1.234.567": 1234567, "1.234,5": 1234.5, "1 234": 1234, "1\u00a0234,5": 1234.5, "1\u202f234.5": 1234.5,
    "27.78%": 0.2778, "100％": 1, "-50 %": -0.5, "US$ 1,000": 1000, "1.000,00 €": 1000, "¥1,200": 1200, "1,200円": 1200, "₩1,200원": 1200,
    "EUR 5": 5, "5 EUR": 5,
    "": None, "-": None, "--": None, "1,23,4": None, "1..2": None, "1.2.3": None, "1,234,5": None, "< 10": None, "N/A": None, "1 23": None, "EURO 5": None,
    "0x10": None, "1_000": None, "inf": None, "nan": None, "１２": None, "%": None, "()": None, "€": None,
}  # fmt: skip


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number(text: str) -> None:
    expected = NUMBERS[text]
    assert parse_number(text) == (expected if expected is None else pytest.approx(expected, rel=1e-15))


def test_a_comma_that_is_known_to_be_the_decimal_mark() -> None:
    assert parse_number("1.234", comma=True) == 1234
    assert parse_number("12.34", comma=True) == 12.34
    assert parse_number("1,5", comma=True) == 1.5


@pytest.mark.parametrize(
    ("text", "bound"),
    [("<1", True), ("> 90 %", True), ("<1,000", True), ("1 未満", True), ("1", False), ("<", False), ("<a", False)],
)
def test_a_bound(text: str, bound: bool) -> None:
    assert is_bound(text) is bound
